"""Reviews a proposal and searches the existing points; models and points are loaded once."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest, filter_mask
from components.embedders import Embedder
from components.errors import ConfigError
from components.location import Location
from components.review import Calibration, QualityCheck
from components.search import Index, Search, exact
from components.wording import counted
from experiments.models import SavedClassifier
from experiments.serve.uncached_embedder import UncachedEmbedder
from experiments.tasks.review import Reviewer, photo_uri, review_table, texts_of

TOP_K = 9
"""Number of points that a search returns."""


@dataclass(frozen=True)
class Proposal:
    """A proposal sent with the form.

    Attributes:
        folder: With the files `photo` and, if `second`, `second`; removed after the request.
        second: Whether there is a second photo.
        title: "" if none was given, as for the other texts.
        description: Likewise.
        label: Claimed class.
        latitude: In degrees; NaN: none was given.
        longitude: Likewise.
    """

    folder: Path
    second: bool = False
    title: str = ""
    description: str = ""
    label: str = ""
    latitude: float = float("nan")
    longitude: float = float("nan")

    @property
    def manifest(self) -> Manifest:
        """The proposal as a manifest with one row."""
        return Manifest.of(
            self.folder,
            {
                "path": ["photo"],
                "label": [self.label],
                "title": [self.title],
                "description": [self.description],
                "latitude": [self.latitude],
                "longitude": [self.longitude],
                "second_photo": ["second" if self.second else ""],
            },
        )


@dataclass(frozen=True)
class Service:
    """Reviews and searches, one at a time: two at once on the same cores would each take twice as long.

    Attributes:
        reviewer: The checks against the existing points.
        calibration: Decides; None: every proposal is recommended for a person to decide.
        index: Over the embeddings of the n existing points.
        class_names: That the classifier knows; empty without a classifier.
        photo_map: Page of a run of task=cluster; None: there is none.
        searchable: (n,) which points a search may return; None: all.
        lock: Held during a review or a search.
    """

    reviewer: Reviewer
    calibration: Calibration | None
    index: Index
    class_names: tuple[str, ...]
    photo_map: Path | None = None
    searchable: NDArray[np.bool_] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def load(
        cls,
        existing: Manifest,
        embedder: Embedder,
        features: Embedder,
        location: Location,
        quality: QualityCheck,
        classifier: SavedClassifier | None = None,
        calibration: Calibration | None = None,
        photo_map: Path | None = None,
        search: Search | None = None,
        filters: Mapping[str, Any] | None = None,
    ) -> Service:
        """Embed the existing points and review one of them, so that the first request finds every model loaded.

        Args:
            existing: The existing points.
            embedder: For photos and texts.
            features: Embedder for photos, which finds duplicates.
            location: Checks coordinates.
            quality: Checks sharpness, exposure and size.
            classifier: Of an earlier run; None: the class is not checked.
            calibration: Of an earlier review; None: nothing is decided.
            photo_map: Page of an earlier run of task=cluster.
            search: Builds the index, in memory; None: exact search.
            filters: Which points a search returns, see `components.data.filter_mask`; None: all. A review compares
                with all points.

        Raises:
            ConfigError: No point passes the filters, or the embedder cannot embed texts.
        """
        searchable = filter_mask(existing, filters) if filters else None
        if searchable is not None and not searchable.any():
            raise ConfigError(f"filters={dict(filters or {})}: none of the {counted(len(existing), 'point')} passes")
        files = existing.files
        texts = sorted({*Reviewer(existing, classifier, embedder, features, None, location, quality).texts()})
        uncached = UncachedEmbedder(embedder, files, texts)
        features = UncachedEmbedder(features, files)
        reviewer = Reviewer(existing, classifier, uncached, features, None, location, quality)
        vectors = np.stack([uncached.images[file] for file in files]) if files else _no_vectors(embedder.dimension)
        class_names = classifier.predict(files[:1]).class_names if classifier and files else ()
        index = (search or exact())(vectors, None)
        service = cls(reviewer, calibration, index, tuple(class_names), photo_map, searchable)
        if files:
            with TemporaryDirectory(prefix="hito-") as folder:
                shutil.copy(files[0], Path(folder) / "photo")
                service.review(Proposal(Path(folder), title="hito"))
        return service

    @property
    def existing(self) -> Manifest:
        """The existing points."""
        return self.reviewer.existing

    def review(self, proposal: Proposal) -> dict[str, Any]:
        """Review a proposal.

        Returns:
            The row of `review_table`, and: `checks`, (name, messages) of each check; `photo`, `second` and `nearest`
            (the most similar point nearby), data URIs or None.
        """
        manifest = proposal.manifest
        with self.lock:
            findings = self.reviewer.findings(manifest)
            table = review_table(manifest, findings, self.calibration, np.array([""], dtype=object))
        row = {str(key): value for key, value in table.iloc[0].to_dict().items()}
        nearest = np.flatnonzero(self.existing.path == row.get("likeliest_duplicate", ""))
        row["checks"] = [(finding.check, finding.messages[0]) for finding in findings]
        row["photo"] = photo_uri(proposal.folder / "photo")
        row["second"] = photo_uri(proposal.folder / "second") if proposal.second else None
        row["nearest"] = photo_uri(self.existing.files[nearest[0]]) if len(nearest) else None
        return row

    def search_text(self, text: str) -> list[dict[str, Any]]:
        """Return the points most similar to a text, best first: name, label, score (cosine) and picture of each."""
        with self.lock:
            return self._search(self.reviewer.embedder.embed_texts([text]))

    def search_photo(self, folder: Path) -> list[dict[str, Any]]:
        """Return the points most similar to the photo `folder`/photo, as `search_text` does."""
        with self.lock:
            return self._search(self.reviewer.embedder.embed_images([folder / "photo"]))

    def _search(self, query: NDArray[np.float32]) -> list[dict[str, Any]]:
        n_searchable = len(self.index) if self.searchable is None else int(self.searchable.sum())
        ranking = self.index.search(query, min(TOP_K, n_searchable), self.searchable)
        texts = texts_of(self.existing)
        return [
            {
                "name": self.existing.title[row] or texts[row] or self.existing.path[row],
                "label": self.existing.label[row],
                "score": float(score),
                "picture": photo_uri(self.existing.files[row]),
            }
            for row, score in zip(ranking.rows[0], ranking.scores[0], strict=True)
        ]


def _no_vectors(dimension: int) -> NDArray[np.float32]:
    return np.empty((0, dimension), np.float32)
