"""What the pages ask: a review of one proposal, a search; models and points are loaded once."""

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
from experiments.models import SavedClassifier
from experiments.serve.uncached_embedder import UncachedEmbedder
from experiments.tasks.review import Reviewer, picture, tabulate, texts_of

TOP = 9


@dataclass(frozen=True)
class Proposal:
    """What a person sent; the photos lie in `folder`, which is removed after the answer."""

    folder: Path
    second: bool = False
    title: str = ""
    description: str = ""
    label: str = ""
    latitude: float = float("nan")
    longitude: float = float("nan")

    @property
    def manifest(self) -> Manifest:
        """The proposal as a table of one row; its photos are called `photo` and `second`."""
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
    """Reviews and searches, one at a time: two at once on the same cores would take twice as long each.

    Attributes:
        reviewer: The checks, over the existing points.
        calibration: Decides; None: every proposal is for a person.
        index: Over the vectors of the existing points.
        searched: (n,) which of them a search may find; None: all.
        classes: Names that the classifier knows; empty without one.
        photo_map: The page of a run of task=cluster; None: there is none.
    """

    reviewer: Reviewer
    calibration: Calibration | None
    index: Index
    classes: tuple[str, ...]
    photo_map: Path | None = None
    searched: NDArray[np.bool_] | None = None
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
        """Embed the existing points and ask every model once, so that the first visitor does not wait.

        Args:
            existing: The points that exist.
            embedder: Of photos and texts.
            features: Of photos, for duplicates.
            location: Checks coordinates.
            quality: Checks sharpness, light and size.
            classifier: Of an earlier run; None: the class is not checked.
            calibration: Of an earlier review; None: nothing is decided.
            photo_map: Page of an earlier run.
            search: Makes the index of the search, in memory; None: the exact one.
            filters: Which points a search finds, see `components.data.filter_mask`; None: all. A review looks at all.

        Raises:
            ConfigError: No point passes the filters, or the embedder reads no texts.
        """
        searched = filter_mask(existing, filters) if filters else None
        if searched is not None and not searched.any():
            raise ConfigError(f"filters: none of the {len(existing)} points passes {dict(filters or {})}")
        files = existing.files
        plain = Reviewer(existing, classifier, embedder, features, None, location, quality)
        texts = sorted({*plain.texts()})
        known = UncachedEmbedder(embedder, files, texts)
        reviewer = Reviewer(existing, classifier, known, UncachedEmbedder(features, files), None, location, quality)
        vectors = np.stack([known.images[one] for one in files]) if files else np.empty((0, embedder.dimension), "f4")
        classes = classifier.predict(files[:1]).class_names if classifier and files else ()
        index = (search or exact())(vectors, None)
        service = cls(reviewer, calibration, index, tuple(classes), photo_map, searched)
        if files:
            with TemporaryDirectory(prefix="hito-") as folder:
                shutil.copy(files[0], Path(folder) / "photo")
                service.review(Proposal(Path(folder), title="hito"))
        return service

    @property
    def existing(self) -> Manifest:
        """The points that exist."""
        return self.reviewer.existing

    def review(self, proposal: Proposal) -> dict[str, Any]:
        """The row that `tabulate` makes of the proposal, with `checks` (name, what was said), pictures as data URIs."""
        manifest = proposal.manifest
        with self.lock:
            findings = self.reviewer.findings(manifest)
            table = tabulate(manifest, findings, self.calibration, np.array([""], dtype=object))
        row = {str(key): value for key, value in table.iloc[0].to_dict().items()}
        near = np.flatnonzero(self.existing.path == row.get("likeliest_duplicate", ""))
        row["checks"] = [(one.check, one.said[0]) for one in findings]
        row["photo"] = picture(proposal.folder / "photo")
        row["second"] = picture(proposal.folder / "second") if proposal.second else None
        row["near"] = picture(self.existing.files[near[0]]) if len(near) else None
        return row

    def search_text(self, text: str) -> list[dict[str, Any]]:
        """The best points for a text, best first."""
        with self.lock:
            return self._found(self.reviewer.embedder.embed_texts([text]))

    def search_photo(self, folder: Path) -> list[dict[str, Any]]:
        """The best points for the photo in `folder`, best first."""
        with self.lock:
            return self._found(self.reviewer.embedder.embed_images([folder / "photo"]))

    def _found(self, query: NDArray[np.float32]) -> list[dict[str, Any]]:
        passing_ones = len(self.index) if self.searched is None else int(self.searched.sum())
        ranking = self.index.search(query, min(TOP, passing_ones), self.searched)
        names = texts_of(self.existing)
        return [
            {
                "name": self.existing.title[row] or names[row] or self.existing.path[row],
                "label": self.existing.label[row],
                "score": float(score),
                "picture": picture(self.existing.files[row]),
            }
            for row, score in zip(ranking.rows[0], ranking.scores[0], strict=True)
        ]
