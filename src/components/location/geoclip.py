"""GeoCLIP: vectors of photos and positions in one space (Vivanco Cepeda, Nayak and Shah 2023).

Photos are encoded by CLIP's image encoder and a small network; positions by the Equal Earth projection (Šavrič,
Patterson and Jenny 2018) and, for each of three bandwidths, random Fourier features and a network, whose outputs are
summed. The cosine of both vectors, scaled by a learned temperature, is the logit that the photo was taken at the
position. The published weights of all parts except CLIP are in the package `geoclip`; its files are read, its code is
not run.
"""

import importlib.util
import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F  # noqa: N812 - the usual name
from numpy.typing import NDArray
from torch import Tensor

from components.data import decode, progress, sha256_of_all
from components.errors import ConfigError, DataError, WeightsError
from components.geodesy import Floats
from components.location.location_encoder import encode_positions, equal_earth
from components.location.plausibility import Plausibility
from components.storage import atomic_path, cache_folder, digest
from components.training import pick_device
from components.transformers_model import TransformersModel

VERSION = 1
"""Increased whenever a change of the code changes the vector of a position."""

OPTION = "location/visual_prior=geoclip"
ALTERNATIVE = "location/visual_prior=none works without them"
LOCATION_WEIGHTS = "location_encoder_weights.pth"
IMAGE_WEIGHTS = "image_encoder_mlp_weights.pth"
LOGIT_SCALE = "logit_scale_weights.pth"
GALLERY = "coordinates_100K.csv"

POSITION_BATCH = 4096
"""Number of positions in a forward pass."""


@dataclass(frozen=True)
class GeoClip:
    """Compares claimed positions with a gallery of positions; implements `components.location.VisualPrior`.

    Attributes:
        weights: Folder with the three weight files and the gallery, all in the folder itself or in the subfolders
            that `geoclip/model` of the package has; None: the installed package.
        clip: CLIP ViT-L/14, the model that the weights were trained on: a name on the hub, or a local folder written by
            `save_pretrained` with the model and the image processor.
        gallery: Table with the columns LAT and LON, in degrees; None: the gallery of `weights`, 100,000 positions where
            people take photos.
        positions: Number of gallery positions that are used, drawn with a fixed seed; the resolution of the percentile.
        batch_size: Number of photos in a forward pass.
        device: Device of the networks, such as cpu or cuda; auto: a GPU if there is one.
    """

    weights: str | None = None
    clip: str = "openai/clip-vit-large-patch14"
    gallery: str | None = None
    positions: int = 20_000
    batch_size: int = 16
    device: str = "auto"

    def __post_init__(self) -> None:
        for name in ("positions", "batch_size"):
            if not getattr(self, name) > 0:
                raise ConfigError(f"location.visual_prior.{name}={getattr(self, name)}: expected a number above 0")

    def __call__(self, files: Sequence[Path], latitude: Floats, longitude: Floats) -> Plausibility:
        """Compute how well claimed positions fit the appearance of n photos.

        Args:
            files: n photos.
            latitude: (n,) claimed latitudes in degrees; NaN: no claim.
            longitude: (n,) claimed longitudes in degrees; NaN: no claim.

        Raises:
            WeightsError: The weights or CLIP are missing or cannot be loaded.
            DataError: The gallery is not a table of positions.
            UnreadableError: A file is not a readable photo.
        """
        ratio, percentile = np.full(len(files), np.nan), np.full(len(files), np.nan)
        claimed = np.flatnonzero(np.isfinite(latitude) & np.isfinite(longitude))
        if len(claimed):
            photos = self.embed_photos([files[row] for row in claimed.tolist()])
            own = self.embed_positions(np.column_stack([latitude, longitude])[claimed])
            scale = float(self._load(LOGIT_SCALE).exp())
            claim = scale * np.einsum("nd,nd->n", photos, own)
            others = scale * photos @ self._gallery_vectors.T
            highest = others.max(axis=1, keepdims=True)
            mean = highest[:, 0] + np.log(np.exp(others - highest).mean(axis=1))
            ratio[claimed] = claim - mean
            below, equal = (others < claim[:, None]).mean(axis=1), (others == claim[:, None]).mean(axis=1)
            percentile[claimed] = below + equal / 2
        return Plausibility(ratio, percentile)

    @torch.inference_mode()
    def embed_photos(self, files: Sequence[Path]) -> NDArray[np.float64]:
        """Return the (n, d) unit vectors of photos."""
        weights, batches = self._load(IMAGE_WEIGHTS), []
        network, processor = self._clip_model
        for start in progress(range(0, len(files), self.batch_size), "Photo vectors"):
            photos = [decode(file, at_least=256) for file in files[start : start + self.batch_size]]
            pixels = processor(images=photos, return_tensors="pt")["pixel_values"].to(self._device)
            output = network.get_image_features(pixel_values=pixels)
            features: Tensor = output if isinstance(output, Tensor) else output.pooler_output  # transformers 4 and 5
            hidden = F.linear(features, weights["0.weight"], weights["0.bias"])
            vectors = F.linear(hidden.relu(), weights["2.weight"], weights["2.bias"])
            batches.append(F.normalize(vectors.double(), dim=1).cpu().numpy())
        return np.concatenate(batches)

    @torch.inference_mode()
    def embed_positions(self, degrees: Floats) -> NDArray[np.float64]:
        """Return the (m, d) unit vectors of positions (m, 2), latitude and longitude in degrees."""
        weights = self._load(LOCATION_WEIGHTS)
        projected = torch.from_numpy(equal_earth(degrees)).float().to(self._device)
        batches = [
            F.normalize(encode_positions(batch, weights).double(), dim=1).cpu().numpy()
            for batch in progress(torch.split(projected, POSITION_BATCH), "Position vectors")
        ]
        return np.concatenate(batches)

    @cached_property
    def _gallery_vectors(self) -> NDArray[np.float64]:
        file = Path(self.gallery).expanduser() if self.gallery else self._file(GALLERY, "gps_gallery")
        try:
            table = pd.read_csv(file, usecols=["LAT", "LON"])[["LAT", "LON"]].to_numpy(dtype=np.float64)
        except (OSError, ValueError) as error:
            raise DataError(f"{file}: expected a table with the columns LAT and LON, in degrees: {error}") from error
        if not len(table) or not np.isfinite(table).all():
            raise DataError(f"{file}: expected at least one row, with a number in LAT and in LON in every row")
        rows = np.sort(np.random.default_rng(0).permutation(len(table))[: self.positions])
        key = digest(
            f"geoclip {VERSION} {self.positions}", *sha256_of_all([file, self._file(LOCATION_WEIGHTS, "weights")])
        )[:32]
        cached = cache_folder("geoclip") / f"{key}.npy"
        if not cached.is_file():
            vectors = self.embed_positions(table[rows]).astype(np.float32)
            with atomic_path(cached) as path, path.open("wb") as stream:
                np.save(stream, vectors)
        stored: NDArray[np.float32] = np.load(cached)
        return stored.astype(np.float64)

    def _load(self, name: str) -> Any:
        """Return the content of a weight file on the device; it is loaded once."""
        if name not in self._loaded:
            file = self._file(name, "weights")
            try:
                content = torch.load(file, map_location=self._device, weights_only=True)
            except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
                raise WeightsError(f"{OPTION}: {file} cannot be read: {error}") from error
            self._loaded[name] = content
        return self._loaded[name]

    def _file(self, name: str, subfolder: str) -> Path:
        for folder in (self._folder / subfolder, self._folder):
            if (folder / name).is_file():
                return folder / name
        raise WeightsError(
            f"{OPTION}: {self._folder} has no {name}. It is part of the package geoclip (MIT licence): install the "
            "package with pip install --no-deps geoclip, or set location.visual_prior.weights=FOLDER to a folder with "
            f"the files of its geoclip/model; {ALTERNATIVE}"
        )

    @cached_property
    def _folder(self) -> Path:
        if self.weights is not None:
            return Path(self.weights).expanduser()
        package = importlib.util.find_spec("geoclip")
        folders = list(package.submodule_search_locations or ()) if package else []
        return Path(folders[0]) / "model" if folders else Path("geoclip/model")

    @cached_property
    def _loaded(self) -> dict[str, Any]:
        return {}

    @cached_property
    def _device(self) -> torch.device:
        return pick_device(self.device)

    @cached_property
    def _clip_model(self) -> tuple[Any, Any]:
        model = TransformersModel(self.clip, OPTION, ALTERNATIVE)
        network, processor = model.load("CLIPModel"), model.load("AutoImageProcessor")
        given, expected = network.config.projection_dim, self._load(IMAGE_WEIGHTS)["0.weight"].shape[1]
        if given != expected:
            raise WeightsError(
                f"{OPTION}: {self.clip} returns vectors of {given} numbers, and the weights were trained on "
                f"{expected}: set location.visual_prior.clip to CLIP ViT-L/14"
            )
        return network.to(self._device).eval(), processor
