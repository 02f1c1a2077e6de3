"""Data source: public data sets that torchvision downloads and reads."""

import tarfile
from collections.abc import Iterator, Sequence
from http.client import HTTPException
from pathlib import Path
from typing import Any, Literal

from PIL import Image

from components.data.atomic_folder import atomic_folder
from components.data.hashing import sha256_of_all
from components.data.manifest import Manifest
from components.data.progress import progress
from components.data.source_paths import source_path
from components.errors import ConfigError, DataError
from components.storage import cache_folder, digest

Name = Literal["CIFAR10", "Flowers102", "Places365", "EuroSAT"]

PARTS: dict[str, dict[str, str]] = {
    "CIFAR10": {"train": "train", "test": "test"},
    "Flowers102": {"train": "train", "val": "validation", "test": "test"},
    "Places365": {"train-standard": "train", "val": "test"},
    "EuroSAT": {"all": ""},
}
"""Labelled parts of each data set by torchvision's name, mapped to their split.

The labels of the test photos of Places365 are not published, so its validation photos are used as the test split.
"""


def torchvision_dataset(
    name: Name, *, root: str | Path, download: bool = False, parts: Sequence[str] | None = None
) -> Manifest:
    """Read a data set of torchvision: CIFAR10, Flowers102, Places365 (256 x 256 pixels) or EuroSAT.

    Photos that torchvision stores in arrays (CIFAR10) are written once as PNG files into the cache.

    Args:
        name: Name of the class in `torchvision.datasets`.
        root: Folder of torchvision's data.
        download: Download the data set if it is not in `root`.
        parts: Parts to read, by torchvision's name (Places365: `[val]` is 36,500 of 1.8 million photos);
            None: all labelled parts.

    Raises:
        ConfigError: There is no such data set or part.
        DataError: The data set is not in `root`, or cannot be downloaded.
    """
    if name not in PARTS:
        raise ConfigError(f"data.name={name!r}: expected one of {', '.join(PARTS)}")
    if unknown := sorted(set(parts or ()) - set(PARTS[name])):
        raise ConfigError(f"data.parts={unknown}: {name} has no such part; expected some of {', '.join(PARTS[name])}")
    top = source_path("data.root", root, "the folder of torchvision's data")
    rows: list[tuple[Path, str, str]] = []
    for part in parts or PARTS[name]:
        found = _open(name, top, part, download)
        files = list(_files(name, found, part))
        if files and not files[0][0].is_file():
            raise DataError(_how_to_get(name, top, f"the list of photos exists, but not the file {files[0][0]}"))
        rows += [(file, label, PARTS[name][part]) for file, label in files]
    base = cache_folder("torchvision") if name == "CIFAR10" else top
    columns: dict[str, Any] = {
        "path": [file.relative_to(base).as_posix() for file, _, _ in rows],
        "label": [label for _, label, _ in rows],
        "split": [split for _, _, split in rows],
        "sha256": sha256_of_all([file for file, _, _ in rows]),
    }
    return Manifest.of(base, columns, origin=f"{name} of torchvision")


def _open(name: str, top: Path, part: str, download: bool) -> Any:
    """Open the torchvision data set; only its lists of files and labels are used."""
    from torchvision import datasets

    dataset_class = getattr(datasets, name)
    arguments: dict[str, dict[str, Any]] = {
        "CIFAR10": {"train": part == "train"},
        "Flowers102": {"split": part},
        "Places365": {"split": part, "small": True},
        "EuroSAT": {},
    }
    if download:
        top.mkdir(parents=True, exist_ok=True)
    try:
        return dataset_class(root=str(top), download=download, **arguments[name])
    except (OSError, RuntimeError, HTTPException, EOFError, tarfile.TarError) as error:
        raise DataError(_how_to_get(name, top, str(error))) from error


def _how_to_get(name: str, top: Path, problem: str) -> str:
    return (
        f"torchvision's {name} cannot be read from {top}: {problem}\n"
        "Set data.download=true to download it; or download it on another machine "
        f"(torchvision.datasets.{name}(root, download=True)), copy that folder to this one and set data.root to it"
    )


def _files(name: str, found: Any, part: str) -> Iterator[tuple[Path, str]]:
    """Yield the file and the label of each photo."""
    if name == "CIFAR10":
        yield from _written(found, part)
    elif name == "Flowers102":
        for file, label in zip(found._image_files, found._labels, strict=True):
            yield Path(file), found.classes[label]
    elif name == "Places365":
        names = {index: scene for scene, index in found.class_to_idx.items()}  # /a/airfield, /c/church/outdoor, ...
        for file, label in found.imgs:
            yield Path(file), names[label].strip("/").partition("/")[2]
    else:
        for file, label in found.samples:
            yield Path(file), found.classes[label]


def _written(found: Any, part: str) -> Iterator[tuple[Path, str]]:
    """Yield the photos of an array as files PART/CLASS/NUMBER.png, written on first use."""
    labels = [found.classes[target] for target in found.targets]
    content = digest(found.data.tobytes(), *labels)[:16]
    target = cache_folder("torchvision") / f"CIFAR10-{content}" / part
    if not target.is_dir():
        with atomic_folder(target) as unfinished:
            for label in set(labels):
                (unfinished / label).mkdir()
            pairs = progress(zip(found.data, labels, strict=True), f"Writing CIFAR10 {part}", len(labels))
            for number, (pixels, label) in enumerate(pairs):
                Image.fromarray(pixels).save(unfinished / label / f"{number:05d}.png", compress_level=1)
    for number, label in enumerate(labels):
        yield target / label / f"{number:05d}.png", label
