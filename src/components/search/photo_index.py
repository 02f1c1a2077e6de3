"""Photos that can be searched, in a folder: their vectors, mapped when opened, and what is known of each photo.

vectors.f32       n x d float32, little endian, one row behind the other; grows at its end
photos.parquet    the manifest of the rows
index.json        which space, how long a vector, how many rows: written last, so that what counts is whole
*.graph           what approximate search builds over the vectors (`components.search.approximate_index`)
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
LITTLE = np.dtype("<f4")


@dataclass
class PhotoIndex:
    """The photos of a folder and their unit vectors.

    Attributes:
        folder: Where they are.
        space: Fingerprint of the embedder that made the vectors; vectors of another cannot be added.
        dimension: Length d of a vector.
        count: Photos n.
    """

    folder: Path
    space: str
    dimension: int
    count: int = 0

    @classmethod
    def create(cls, folder: Path, space: str, dimension: int) -> "PhotoIndex":
        """An index without photos; raises DataError when the folder holds one already."""
        if (folder / HEADER).exists():
            raise DataError(f"{folder} holds an index already: open it, or remove the folder")
        index = cls(folder, space, dimension)
        index._write_header()
        return index

    @classmethod
    def open(cls, folder: Path) -> "PhotoIndex":
        """The index in a folder, at once whatever its size.

        Raises:
            DataError: There is none, or it is broken.
        """
        file = folder / HEADER
        try:
            header = json.loads(file.read_text(encoding="utf-8"))
            index = cls(folder, str(header["space"]), int(header["dimension"]), int(header["count"]))
        except FileNotFoundError as error:
            raise DataError(
                f"{folder} holds no index of photos ({HEADER} is missing): task=search makes one"
            ) from error
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise DataError(f"{file} cannot be read ({error!r}): remove {folder} and search again") from error
        size = (folder / VECTORS).stat().st_size if (folder / VECTORS).exists() else 0
        if size < index.count * index.dimension * LITTLE.itemsize:
            raise DataError(
                f"{folder / VECTORS} has {size:,} bytes and {index.count:,} vectors of {index.dimension} numbers need "
                f"{index.count * index.dimension * LITTLE.itemsize:,}: remove {folder} and search again"
            )
        return index

    def __len__(self) -> int:
        return self.count

    @property
    def vectors(self) -> Vectors:
        """(n, d) float32 unit rows, mapped read-only."""
        shape = (self.count, self.dimension)
        if not self.count:
            return np.empty(shape, dtype=np.float32)
        return np.memmap(self.folder / VECTORS, dtype=LITTLE, mode="r", shape=shape)

    @cached_property
    def photos(self) -> Manifest:
        """What is known of the photo of each row; read when first asked for."""
        if not self.count:
            return Manifest.of(self.folder, {"path": []})
        try:
            table = pd.read_parquet(self.folder / PHOTOS).iloc[: self.count]
            root = json.loads((self.folder / HEADER).read_text(encoding="utf-8"))["root"]
            columns: Mapping[str, Any] = {str(name): table[name].to_numpy() for name in table}
            return Manifest.of(Path(root), columns)
        except (OSError, ValueError, KeyError) as error:
            raise DataError(
                f"{self.folder / PHOTOS} cannot be read ({error}): remove {self.folder} and search again"
            ) from error

    def add(self, manifest: Manifest, vectors: Vectors) -> None:
        """Put photos behind the last row; nothing that is there is written anew but the table of what is known.

        Args:
            manifest: Photos that are not there yet.
            vectors: (m, d) float32, their unit rows, of the embedder whose fingerprint `space` is.

        Raises:
            DataError: A photo is there already, the photos lie in another folder, or a vector is not of length one.
        """
        if vectors.shape != (len(manifest), self.dimension):
            raise DataError(f"{len(manifest)} photos and vectors of shape {vectors.shape}, not (n, {self.dimension})")
        lengths = np.linalg.norm(vectors, axis=1)
        if not np.allclose(lengths, 1, atol=1e-3):
            row = int(np.argmax(~np.isclose(lengths, 1, atol=1e-3)))
            raise DataError(f"{manifest.path[row]}: its vector has the length {lengths[row]:.4g}, expected 1")
        table = pd.DataFrame(manifest.columns())
        if self.count:
            known = self.photos
            twice = sorted(set(known.path.tolist()) & set(manifest.path.tolist()))
            if twice:
                raise DataError(f"{self.folder} holds {twice[0]} already: only photos that are not there can be added")
            if known.root != manifest.root:
                raise DataError(
                    f"{self.folder} holds photos of {known.root}: those of {manifest.root} need one of its own"
                )
            table = pd.concat([pd.DataFrame(known.columns()), table], ignore_index=True)
        with (self.folder / VECTORS).open("ab") as stream:
            stream.truncate(self.count * self.dimension * LITTLE.itemsize)  # what a stopped `add` left behind
            stream.seek(0, os.SEEK_END)
            np.ascontiguousarray(vectors, dtype=LITTLE).tofile(stream)
            stream.flush()
            os.fsync(stream.fileno())
        with atomic_path(self.folder / PHOTOS) as path:
            table.to_parquet(path, index=False)
        self.count += len(manifest)
        self._write_header(manifest.root)
        self.__dict__.pop("photos", None)

    def describe(self, manifest: Manifest) -> None:
        """Say anew what is known of the photos, one row each in the order of the vectors.

        Raises:
            DataError: These are other photos.
        """
        if manifest.path.tolist() != self.photos.path.tolist():
            raise DataError(f"{self.folder} holds other photos, or in another order, than are described")
        with atomic_path(self.folder / PHOTOS) as path:
            pd.DataFrame(manifest.columns()).to_parquet(path, index=False)
        self.__dict__.pop("photos", None)

    def _write_header(self, root: Path | None = None) -> None:
        header = {"space": self.space, "dimension": self.dimension, "count": self.count, "root": str(root or "")}
        with atomic_path(self.folder / HEADER) as path:
            path.write_text(json.dumps(header) + "\n", encoding="utf-8")
