"""Manifests of photos: data sources, splits, leak guard, decoding, pixel cache."""

from components.data.archives import archive
from components.data.clip_art import stamps
from components.data.concatenation import concatenated
from components.data.contact_sheets import contact_sheet
from components.data.exif import read_exif
from components.data.filters import filter_mask, metres_from, near_position
from components.data.findings import read_inspection, write_inspection
from components.data.folders import folder
from components.data.folds import Folds, kfold, on_each_fold, single_split
from components.data.hashing import hashed, sha256_of_all
from components.data.held_out_classes import class_holdout
from components.data.image_hashes import ImageHashes, image_hashes
from components.data.imbalance import class_weights, imbalance_ratio
from components.data.incomplete_tests import without_known
from components.data.inspection import Inspection, NearDuplicateFinding, inspect
from components.data.leaks import Leak, check_leaks, find_leaks
from components.data.manifest import INTERNAL, SPLITS, Manifest
from components.data.near_duplicates import NearDuplicatePairs, find_near_duplicates
from components.data.pixel_cache import resized
from components.data.pixels import NEAR_DUPLICATE_SET, Photos, load_pixels
from components.data.progress import progress
from components.data.reading import IMAGE_EXTENSIONS, UnreadableError, decode
from components.data.regions import region
from components.data.selection import select
from components.data.splits import given, group, stratified
from components.data.tables import table
from components.data.torchvision_datasets import torchvision_dataset
from components.data.units import units_of
from components.data.unknowns import NEW_KIND, NOVELTY, SEEN_KIND, known_kinds, new_kinds

__all__ = [
    "IMAGE_EXTENSIONS",
    "INTERNAL",
    "NEAR_DUPLICATE_SET",
    "NEW_KIND",
    "NOVELTY",
    "SEEN_KIND",
    "SPLITS",
    "Folds",
    "ImageHashes",
    "Inspection",
    "Leak",
    "Manifest",
    "NearDuplicateFinding",
    "NearDuplicatePairs",
    "Photos",
    "UnreadableError",
    "archive",
    "check_leaks",
    "class_holdout",
    "class_weights",
    "concatenated",
    "contact_sheet",
    "decode",
    "filter_mask",
    "find_leaks",
    "find_near_duplicates",
    "folder",
    "given",
    "group",
    "hashed",
    "image_hashes",
    "imbalance_ratio",
    "inspect",
    "kfold",
    "known_kinds",
    "load_pixels",
    "metres_from",
    "near_position",
    "new_kinds",
    "on_each_fold",
    "progress",
    "read_exif",
    "read_inspection",
    "region",
    "resized",
    "select",
    "sha256_of_all",
    "single_split",
    "stamps",
    "stratified",
    "table",
    "torchvision_dataset",
    "units_of",
    "without_known",
    "write_inspection",
]
