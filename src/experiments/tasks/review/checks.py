"""The checks of a review: what each suspects of every proposal, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.data import Manifest
from components.embedders import Embedder
from components.location import Location, Plausibility, exif_position, great_circle_metres, nearest_points
from components.matching import Matcher, Pairs
from components.messages import Message
from components.results import UNKNOWN
from components.review import QualityCheck
from experiments.models import SavedClassifier

Floats = NDArray[np.float64]

CERTAIN = 1e-9
"""Probabilities are taken for no surer than this when they become log odds."""

NEAR_METRES = 60.0
"""Existing points this near are looked at as possible duplicates: errors of two positions and the size of an object."""

TOGETHER = 5
"""Near points that a page shows at most."""


@dataclass(frozen=True)
class Finding:
    """What one check found on n proposals.

    Attributes:
        check: Name, one of `components.review.CHECKS`.
        suspicion: (n,) higher = more suspicious, on a scale of its own; NaN where the check knows nothing.
        said: n, what was found; `components.messages.sentence` puts it into a language.
        columns: Further columns for the table, by name, (n,) each.
    """

    check: str
    suspicion: Floats
    said: Sequence[Sequence[Message]]
    columns: Mapping[str, NDArray[Any]] = field(default_factory=dict)


def check_class(proposals: Manifest, classifier: SavedClassifier) -> Finding:
    """Does the photo show the class that is claimed? Suspicion: log odds against it.

    Without a claim, or with one that the classifier does not know, the likeliest class stands for it.
    """
    found = classifier.predict(proposals.files)
    names = list(found.class_names)
    rows = np.arange(len(proposals))
    best = found.scores.argmax(axis=1)
    claimed = np.array([names.index(one) if one in names else -1 for one in proposals.label])
    share = np.clip(found.scores[rows, np.where(claimed < 0, best, claimed)], CERTAIN, 1 - CERTAIN)
    said = []
    for row in rows:
        shown = {"top": names[best[row]], "probability": float(found.scores[row, best[row]])}
        if found.y_pred[row] == UNKNOWN:
            one = Message("shows_none", {**shown, "names": ", ".join(names)})
        elif claimed[row] < 0:
            one = Message("shows", shown)
        elif claimed[row] == best[row]:
            one = Message("shows_as_claimed", shown)
        else:
            one = Message("shows_another", {**shown, "claimed": proposals.label[row], "share": float(share[row])})
        said.append([one])
    return Finding(
        "class",
        np.log((1 - share) / share),
        said,
        {
            "class": np.array([names[one] for one in best], dtype=object),
            "class_probability": found.scores[rows, best],
            "unknown_score": found.unknown_score,
            "none_of_the_classes": found.y_pred == UNKNOWN,
        },
    )


def check_text(proposals: Manifest, embedder: Embedder, others: Sequence[str]) -> Finding:
    """Do title and description fit the photo? Suspicion: how far their cosine lies below that of other texts.

    Args:
        proposals: With titles or descriptions.
        embedder: Of photos and texts.
        others: Texts of existing points, which the photo is held against as well.
    """
    texts = texts_of(proposals)
    rows = np.flatnonzero([bool(one) for one in texts])
    suspicion = np.full(len(texts), np.nan)
    said = [[Message("no_other_texts" if one else "no_text")] for one in texts]
    cosines = np.full(len(texts), np.nan)
    if len(rows) and len(others):
        files = proposals.files
        photos = embedder.embed_images([files[row] for row in rows]).astype(np.float64)
        own = embedder.embed_texts([texts[row] for row in rows]).astype(np.float64)
        pool = photos @ embedder.embed_texts(list(others)).astype(np.float64).T
        fits = (photos * own).sum(axis=1)
        cosines[rows] = fits
        spread = pool.std(axis=1)
        suspicion[rows] = (pool.mean(axis=1) - fits) / np.where(spread > 0, spread, 1)
        worse = (pool < fits[:, None]).mean(axis=1)
        for row, share in zip(rows, worse, strict=True):
            said[row] = [Message("fits_better_than", {"share": float(share), "count": len(others)})]
    return Finding("text", suspicion, said, {"text_cosine": cosines})


def check_duplicate(
    proposals: Manifest, existing: Manifest, features: Embedder, matcher: Matcher | None = None
) -> Finding:
    """Is it there already? Suspicion: the highest cosine to a photo of an existing point near the claim.

    With a matcher it is the log odds of its highest probability of one and the same object.

    Args:
        proposals: With coordinates.
        existing: The points that exist, with coordinates; those within `NEAR_METRES` are looked at.
        features: Embedder of photos.
        matcher: Of an earlier run of task=match.
    """
    n = len(proposals)
    suspicion = np.full(n, np.nan)
    claimed = np.isfinite(proposals.latitude) & np.isfinite(proposals.longitude)
    said = [[Message("nothing_near" if one else "no_claim_to_be_near")] for one in claimed]
    likeliest, names, metres_to = np.full(n, "", dtype=object), np.full(n, "", dtype=object), np.full(n, np.nan)
    near_by: list[list[int]] = [[] for _ in range(n)]
    points = existing.latitude, existing.longitude
    found, metres = nearest_points(proposals.latitude, proposals.longitude, points, k=min(50, max(1, len(existing))))
    for row in range(n):
        near_by[row] = [int(one) for one, far in zip(found[row], metres[row], strict=True) if far <= NEAR_METRES]
    wanted = sorted({one for rows in near_by for one in rows})
    if wanted:
        files = existing.files
        theirs = dict(zip(wanted, features.embed_images([files[one] for one in wanted]), strict=True))
        asked = [row for row in range(n) if near_by[row]]
        ours = features.embed_images([proposals.files[row] for row in asked])
        for vector, row in zip(ours, asked, strict=True):
            cosines = np.array([float(vector @ theirs[one]) for one in near_by[row]])
            alike, likeness = cosines, Message("cosine", {"cosine": float(cosines.max())})
            if matcher:
                pairs = Pairs(np.full(len(near_by[row]), row), np.array(near_by[row]))
                alike = np.clip(matcher.probability(proposals, existing, pairs), CERTAIN, 1 - CERTAIN)
                likeness = Message("same_object", {"probability": float(alike.max())})
                alike = np.log(alike / (1 - alike))
            best = near_by[row][int(alike.argmax())]
            far = float(
                great_circle_metres(
                    proposals.latitude[row], proposals.longitude[row], existing.latitude[best], existing.longitude[best]
                )
            )
            suspicion[row], likeliest[row], metres_to[row] = alike.max(), existing.path[best], far
            names[row] = existing.title[best] or existing.object_id[best] or existing.path[best]
            count = len(near_by[row])
            values = {"within": NEAR_METRES, "name": names[row], "metres": far, "likeness": likeness, "count": count}
            said[row] = [Message("one_near" if count == 1 else "several_near", values)]
    return Finding(
        "duplicate",
        suspicion,
        said,
        {"likeliest_duplicate": likeliest, "likeliest_duplicate_title": names, "likeliest_duplicate_metres": metres_to},
    )


def check_place(proposals: Manifest, location: Location, second: Sequence[str]) -> Finding:
    """Do the photos' own positions agree with the claim? Suspicion: log odds against it; NaN without a position.

    Where `location.visual_prior` asks somebody, how well the claim fits the looks of the photo is said too; it counts in no
    calibration.

    Args:
        proposals: With coordinates.
        location: How a claim is held against positions.
        second: Path of the second photo of each proposal, "" where there is none.
    """
    suspicion, said, metres = np.full(len(proposals), np.nan), [], np.full(len(proposals), np.nan)
    looks = location.visual_prior(proposals.files, proposals.latitude, proposals.longitude)
    for row, file in enumerate(proposals.files):
        photos, names = [exif_position(file)], [Message("the_photo")]
        if second[row]:
            photos, names = (
                [*photos, exif_position(proposals.root / second[row])],
                [*names, Message("the_second_photo")],
            )
        claim = float(proposals.latitude[row]), float(proposals.longitude[row])
        verdict = location.check.check(*claim, photos, names)
        said.append([*verdict.evidence, *([_looks_taken(looks, row)] if looks.known[row] else [])])
        metres[row] = verdict.metres
        if verdict.word != "no evidence":
            probability = float(np.clip(verdict.probability, CERTAIN, 1 - CERTAIN))
            suspicion[row] = np.log((1 - probability) / probability)
    columns = {"place_metres": metres} | ({"place_looks_percentile": looks.percentile} if looks.known.any() else {})
    return Finding("place", suspicion, said, columns)


def _looks_taken(looks: Plausibility, row: int) -> Message:
    percentile, factor = float(looks.percentile[row]), float(np.exp(looks.log_ratio[row]))
    return Message("looks_taken_there", {"name": Message("the_photo"), "percentile": percentile, "factor": factor})


def check_quality(proposals: Manifest, quality: QualityCheck) -> Finding:
    """Can the photo be judged? Suspicion: its blur; darkness and size are said, and count in no calibration."""
    found = [quality.check(file) for file in proposals.files]
    said = [one.problems or (Message("good_photo"),) for one in found]
    columns = {
        name: np.array([getattr(one, name) for one in found]) for name in ("blur", "brightness", "width", "height")
    }
    return Finding("quality", columns["blur"].astype(np.float64), said, columns)


def texts_of(manifest: Manifest) -> list[str]:
    """Title and description of each row as one text; "" where there is neither."""
    return [
        ". ".join(one.strip().rstrip(".") for one in pair if one.strip())
        for pair in zip(manifest.title, manifest.description, strict=True)
    ]


def second_photos(manifest: Manifest) -> list[str]:
    """Path of each row's second photo, from the column `second_photo`; "" where there is none."""
    column = manifest.extra.get("second_photo")
    return [""] * len(manifest) if column is None else [str(one or "") for one in column]
