"""An index of photos in a folder: their vectors, memory-mapped, and their manifest.

vectors.f32       n x d float32, little endian, row after row; new rows are appended
photos.parquet    the manifest of the rows
index.json        fingerprint of the embedder, d and n; written last, so rows of a stopped addition do not count
*.graph           graphs of approximate search over the vectors (`components.search.approximate_index`)
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from components.data import Manifest
from components.errors import DataError
from components.search.index import Vectors
from components.storage import atomic_path

HEADER, VECTORS, PHOTOS = "index.json", "vectors.f32", "photos.parquet"
FLOAT32 = np.dtype("<f4")


@dataclass
class PhotoIndex:
    """Photos and their unit vectors, stored in a folder.

    Attributes:
        folder: Folder of the index.
        space: Fingerprint of the embedder of the vectors; vectors of another embedder cannot be added.
        dimension: Length d of the vectors.
        count: Number n of photos.
    """

    folder: Path
    space: str
    dimension: int
    count: int = 0

    @classmethod
    def create(cls, folder: Path, space: str, dimension: int) -> "PhotoIndex":
        """Create an empty index.

        Raises:
            DataError: The folder already contains an index.
        """
        if (folder / HEADER).exists():
            raise DataError(f"{folder} already contains an index: open it, or remove the folder")
        index = cls(folder, space, dimension)
        index._write_header()
        return index

    @classmethod
    def open(cls, folder: Path) -> "PhotoIndex":
        """Open the index in a folder; vectors and manifest are read when they are used.

        Raises:
            DataError: The folder contains no index, or a damaged one.
        """
        file = folder / HEADER
        try:
            header = json.loads(file.read_text(encoding="utf-8"))
            index = cls(folder, str(header["space"]), int(header["dimension"]), int(header["count"]))
        except FileNotFoundError as error:
            raise DataError(
                f"{folder} contains no index of photos ({HEADER} is missing): task=search makes one"
            ) from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DataError(f"{file} cannot be read ({error!r}): remove {folder} and run task=search again") from error
        size = (folder / VECTORS).stat().st_size if (folder / VECTORS).exists() else 0
        if size < index.count * index.dimension * FLOAT32.itemsize:
            raise DataError(
                f"{folder / VECTORS} has {size:,} bytes, but {index.count:,} vectors of {index.dimension} numbers need "
                f"{index.count * index.dimension * FLOAT32.itemsize:,}: remove {folder} and run task=search again"
            )
        return index

    def __len__(self) -> int:
        return self.count

    @property
    def vectors(self) -> Vectors:
        """(n, d) float32 unit vectors, memory-mapped and read-only."""
        shape = (self.count, self.dimension)
        if not self.count:
            return np.empty(shape, dtype=np.float32)
        return np.memmap(self.folder / VECTORS, dtype=FLOAT32, mode="r", shape=shape)

    @cached_property
    def photos(self) -> Manifest:
        """The manifest of the rows, read on first access."""
        if not self.count:
            return Manifest.of(self.folder, {"path": []})
        try:
            table = pd.read_parquet(self.folder / PHOTOS).iloc[: self.count]
            root = json.loads((self.folder / HEADER).read_text(encoding="utf-8"))["root"]
            columns: Mapping[str, Any] = {str(name): table[name].to_numpy() for name in table}
            return Manifest.of(Path(root), columns)
        except (OSError, ValueError, KeyError) as error:
            raise DataError(
                f"{self.folder / PHOTOS} cannot be read ({error}): remove {self.folder} and run task=search again"
            ) from error

    def add(self, manifest: Manifest, vectors: Vectors) -> None:
        """Append photos. Existing vectors are not rewritten; the manifest is.

        Args:
            manifest: m photos that are not in the index yet.
            vectors: (m, d) float32 unit vectors of the photos, from the embedder with the fingerprint `space`.

        Raises:
            DataError: A photo is already in the index, the photos have another root folder, or a vector does not have
                unit length.
        """
        if vectors.shape != (len(manifest), self.dimension):
            raise DataError(
                f"{len(manifest)} photos with vectors of shape {vectors.shape}: expected "
                f"({len(manifest)}, {self.dimension})"
            )
        lengths = np.linalg.norm(vectors, axis=1)
        if not np.allclose(lengths, 1, atol=1e-3):
            row = int(np.argmax(~np.isclose(lengths, 1, atol=1e-3)))
            raise DataError(f"{manifest.path[row]}: its vector has length {lengths[row]:.4g}, expected 1")
        table = pd.DataFrame(manifest.columns())
        if self.count:
            known = self.photos
            duplicates = sorted(set(known.path.tolist()) & set(manifest.path.tolist()))
            if duplicates:
                raise DataError(f"{self.folder} already contains {duplicates[0]}: add only photos that it lacks")
            if known.root != manifest.root:
                raise DataError(
                    f"{self.folder} contains photos below {known.root}: photos below {manifest.root} need an index of "
                    "their own"
                )
            table = pd.concat([pd.DataFrame(known.columns()), table], ignore_index=True)
        with (self.folder / VECTORS).open("ab") as stream:
            stream.truncate(self.count * self.dimension * FLOAT32.itemsize)  # removes rows of a stopped `add`
            stream.seek(0, os.SEEK_END)
            np.ascontiguousarray(vectors, dtype=FLOAT32).tofile(stream)
            stream.flush()
            os.fsync(stream.fileno())
        with atomic_path(self.folder / PHOTOS) as path:
            table.to_parquet(path, index=False)
        self.count += len(manifest)
        self._write_header(manifest.root)
        self.__dict__.pop("photos", None)

    def update_manifest(self, manifest: Manifest) -> None:
        """Replace the manifest, e.g. after new columns were added; the photos must be the same, in the same order.

        Raises:
            DataError: The manifest has other photos, or another order.
        """
        if manifest.path.tolist() != self.photos.path.tolist():
            raise DataError(f"{self.folder} contains other photos than the new manifest, or in another order")
        with atomic_path(self.folder / PHOTOS) as path:
            pd.DataFrame(manifest.columns()).to_parquet(path, index=False)
        self.__dict__.pop("photos", None)

    def _write_header(self, root: Path | None = None) -> None:
        header = {"space": self.space, "dimension": self.dimension, "count": self.count, "root": str(root or "")}
        with atomic_path(self.folder / HEADER) as path:
            path.write_text(json.dumps(header) + "\n", encoding="utf-8")
