"""GeoCLIP: photos and positions as vectors of one space (Vivanco Cepeda, Nayak and Shah 2023).

A photo goes through CLIP's image tower and a small network; a position through the Equal Earth projection (Šavrič,
Patterson and Jenny 2018), random Fourier features of three bandwidths and a network each, whose outputs are added. The
cosine, scaled by a learned temperature, is the logit of the photo having been taken there. The published weights of all
but CLIP come with the package `geoclip`; of it only files are read, none of its code is run.
"""

import importlib.util
import math
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
import torch.nn.functional as F  # noqa: N812 - as everybody calls it
from numpy.typing import NDArray
from torch import Tensor

from components.data import decode, progress, sha256_of_all
from components.errors import ConfigError, DataError, WeightsError
from components.geodesy import Floats
from components.hub import from_hub, import_transformers, model_folder
from components.location.plausibility import Plausibility
from components.storage import atomic_path, cache_folder, digest
from components.training import pick_device

VERSION = 1
"""Goes up whenever the same position would get another vector."""

NEEDED = "location/visual_prior=geoclip"
INSTEAD = "location/visual_prior=none asks nobody"
LOCATION, IMAGE, SCALE = "location_encoder_weights.pth", "image_encoder_mlp_weights.pth", "logit_scale_weights.pth"
GALLERY = "coordinates_100K.csv"
TOGETHER = 4096
"""Positions that go through the network at once."""

# Equal Earth: the polynomial, and the scale by which GeoCLIP multiplies it before it divides by 180.
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
STRETCH = 66.50336


@dataclass(frozen=True)
class GeoClip:
    """Holds claims against a gallery of positions; obeys `components.location.VisualPrior`.

    Attributes:
        weights: Folder of the three weight files and of the gallery, laid out as `geoclip/model` of the package or all
            in one; None: the installed package.
        clip: CLIP ViT-L/14, the model that the weights were trained on: a name on the hub, or a local folder of
            `save_pretrained` with model and image processor.
        gallery: Table with the columns LAT and LON, in degrees; None: the one beside the weights, 100,000 positions
            where people take photos.
        positions: Of the gallery, drawn once and for all; the percentile is as fine as one of them.
        batch_size: Photos a forward pass.
        device: Of the networks.
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
        """How well the claimed positions fit n photos.

        Raises:
            WeightsError: The weights are not at hand; the message says where they are had.
            UnreadableError: A file gives no photo.
        """
        ratio, percentile = np.full(len(files), np.nan), np.full(len(files), np.nan)
        claimed = np.flatnonzero(np.isfinite(latitude) & np.isfinite(longitude))
        if len(claimed):
            photos = self.of_photos([files[row] for row in claimed.tolist()])
            own = self.of_positions(np.column_stack([latitude, longitude])[claimed])
            scale = float(self._loaded(SCALE).exp())
            claim = scale * np.einsum("nd,nd->n", photos, own)
            others = scale * photos @ self._of_gallery.T
            highest = others.max(axis=1, keepdims=True)
            mean = highest[:, 0] + np.log(np.exp(others - highest).mean(axis=1))
            ratio[claimed] = claim - mean
            below, equal = (others < claim[:, None]).mean(axis=1), (others == claim[:, None]).mean(axis=1)
            percentile[claimed] = below + equal / 2
        return Plausibility(ratio, percentile)

    @torch.inference_mode()
    def of_photos(self, files: Sequence[Path]) -> NDArray[np.float64]:
        """(n, d) unit vectors of photos."""
        weights, found = self._loaded(IMAGE), []
        network, processor = self._tower
        for start in progress(range(0, len(files), self.batch_size), "Where photos look taken"):
            photos = [decode(one, at_least=256) for one in files[start : start + self.batch_size]]
            pixels = processor(images=photos, return_tensors="pt")["pixel_values"].to(self._device)
            seen = network.get_image_features(pixel_values=pixels)
            features: Tensor = seen if isinstance(seen, Tensor) else seen.pooler_output  # transformers 4 and 5
            hidden = F.linear(features, weights["0.weight"], weights["0.bias"])
            vectors = F.linear(hidden.relu(), weights["2.weight"], weights["2.bias"])
            found.append(F.normalize(vectors.double(), dim=1).cpu().numpy())
        return np.concatenate(found)

    @torch.inference_mode()
    def of_positions(self, degrees: Floats) -> NDArray[np.float64]:
        """(m, d) unit vectors of positions (m, 2), latitude and longitude in degrees."""
        weights, found = self._loaded(LOCATION), []
        projected = torch.from_numpy(equal_earth(degrees)).float().to(self._device)
        for part in progress(torch.split(projected, TOGETHER), "Vectors of places"):
            summed = torch.stack([capsule(part, weights, name) for name in capsules(weights)]).sum(dim=0)
            found.append(F.normalize(summed.double(), dim=1).cpu().numpy())
        return np.concatenate(found)

    @cached_property
    def _of_gallery(self) -> NDArray[np.float64]:
        file = Path(self.gallery).expanduser() if self.gallery else self._file(GALLERY, "gps_gallery")
        try:
            table = pd.read_csv(file, usecols=["LAT", "LON"])[["LAT", "LON"]].to_numpy(dtype=np.float64)
        except (OSError, ValueError) as error:
            raise DataError(f"{file} is no table with the columns LAT and LON, in degrees: {error}") from error
        if not len(table) or not np.isfinite(table).all():
            raise DataError(f"{file}: expected rows with a number in LAT and in LON each")
        rows = np.sort(np.random.default_rng(0).permutation(len(table))[: self.positions])
        key = digest(f"geoclip {VERSION} {self.positions}", *sha256_of_all([file, self._file(LOCATION, "weights")]))[
            :32
        ]
        kept = cache_folder("geoclip") / f"{key}.npy"
        if not kept.is_file():
            vectors = self.of_positions(table[rows]).astype(np.float32)
            with atomic_path(kept) as path, path.open("wb") as stream:
                np.save(stream, vectors)
        stored: NDArray[np.float32] = np.load(kept)
        return stored.astype(np.float64)

    def _loaded(self, name: str) -> Any:
        """The content of a weight file, on the device; loaded once."""
        if name not in self._contents:
            file = self._file(name, "weights")
            try:
                content = torch.load(file, map_location=self._device, weights_only=True)
            except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
                raise WeightsError(f"{NEEDED}: {file} cannot be read: {error}") from error
            self._contents[name] = content
        return self._contents[name]

    def _file(self, name: str, below: str) -> Path:
        for folder in (self._folder / below, self._folder):
            if (folder / name).is_file():
                return folder / name
        raise WeightsError(
            f"{NEEDED}: {self._folder} has no {name}. The package geoclip holds it (MIT licence): after "
            f"pip install --no-deps geoclip nothing need be named, and location.visual_prior.weights=FOLDER names a folder "
            f"with the files of its geoclip/model; {INSTEAD}"
        )

    @cached_property
    def _folder(self) -> Path:
        if self.weights is not None:
            return Path(self.weights).expanduser()
        package = importlib.util.find_spec("geoclip")
        places = list(package.submodule_search_locations or ()) if package else []
        return Path(places[0]) / "model" if places else Path("geoclip/model")

    @cached_property
    def _contents(self) -> dict[str, Any]:
        return {}

    @cached_property
    def _device(self) -> torch.device:
        return pick_device(self.device)

    @cached_property
    def _tower(self) -> tuple[Any, Any]:
        library = import_transformers(NEEDED)
        folder = model_folder(self.clip, NEEDED, INSTEAD)
        with from_hub(NEEDED, self.clip, INSTEAD):
            network = library.CLIPModel.from_pretrained(folder)
            processor = library.AutoImageProcessor.from_pretrained(folder)
        given, expected = network.config.projection_dim, self._loaded(IMAGE)["0.weight"].shape[1]
        if given != expected:
            raise WeightsError(
                f"{NEEDED}: {self.clip} gives vectors of {given} numbers and the weights were trained on {expected}: "
                "location.visual_prior.clip is to be CLIP ViT-L/14"
            )
        return network.to(self._device).eval(), processor


def equal_earth(degrees: Floats) -> Floats:
    """(m, 2) positions (m, 2), latitude and longitude in degrees, in the plane, as GeoCLIP scales it."""
    latitude, longitude = np.radians(degrees).T
    theta = np.arcsin(math.sqrt(3) / 2 * np.sin(latitude))
    slope = 3 * (9 * A4 * theta**8 + 7 * A3 * theta**6 + 3 * A2 * theta**2 + A1)
    east = 2 * math.sqrt(3) * longitude * np.cos(theta) / slope
    north = A4 * theta**9 + A3 * theta**7 + A2 * theta**3 + A1 * theta
    return np.column_stack([east, north]) * STRETCH / 180


def capsules(weights: Mapping[str, Tensor]) -> list[str]:
    """Names of the networks of a location encoder, one a bandwidth."""
    return sorted({name.split(".")[0] for name in weights})


def capsule(plane: Tensor, weights: Mapping[str, Tensor], name: str) -> Tensor:
    """(m, d) output of one of them for positions (m, 2) in the plane."""
    turns = 2 * math.pi * plane @ weights[f"{name}.capsule.0.b"].T
    hidden = torch.cat([turns.cos(), turns.sin()], dim=1)
    for layer in (1, 3, 5):
        hidden = F.linear(
            hidden, weights[f"{name}.capsule.{layer}.weight"], weights[f"{name}.capsule.{layer}.bias"]
        ).relu()
    return F.linear(hidden, weights[f"{name}.head.0.weight"], weights[f"{name}.head.0.bias"])
