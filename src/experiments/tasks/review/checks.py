"""Checks of a review: class, text, position and quality of a proposal."""

from collections.abc import Sequence

import numpy as np

from components.data import Manifest
from components.embedders import Embedder
from components.location import Location, Plausibility, exif_position
from components.messages import Message
from components.results import UNKNOWN
from components.review import QualityCheck
from experiments.models import SavedClassifier
from experiments.tasks.review.finding import MIN_PROBABILITY, Finding, texts_of


def check_class(proposals: Manifest, classifier: SavedClassifier) -> Finding:
    """Check whether the photo shows the claimed class.

    The suspicion is the log odds against the claimed class. If there is no claim, or the classifier does not know the
    claimed class, the most probable class is used instead.

    Args:
        proposals: The n proposals; `label` is the claim.
        classifier: Classifier of an earlier run.
    """
    predictions = classifier.predict(proposals.files)
    names = list(predictions.class_names)
    rows = np.arange(len(proposals))
    best = predictions.scores.argmax(axis=1)
    claimed = np.array([names.index(label) if label in names else -1 for label in proposals.label])
    of_claim = predictions.scores[rows, np.where(claimed < 0, best, claimed)]
    share = np.clip(of_claim, MIN_PROBABILITY, 1 - MIN_PROBABILITY)
    messages = []
    for row in rows:
        values = {"top": names[best[row]], "probability": float(predictions.scores[row, best[row]])}
        if predictions.y_pred[row] == UNKNOWN:
            message = Message("shows_none", {**values, "names": ", ".join(names)})
        elif claimed[row] < 0:
            message = Message("shows", values)
        elif claimed[row] == best[row]:
            message = Message("shows_as_claimed", values)
        else:
            claim = {"claimed": proposals.label[row], "share": float(share[row])}
            message = Message("shows_another", {**values, **claim})
        messages.append([message])
    return Finding(
        "class",
        np.log((1 - share) / share),
        messages,
        {
            "class": np.array([names[index] for index in best], dtype=object),
            "class_probability": predictions.scores[rows, best],
            "unknown_score": predictions.unknown_score,
            "none_of_the_classes": predictions.y_pred == UNKNOWN,
        },
    )


def check_text(proposals: Manifest, embedder: Embedder, other_texts: Sequence[str]) -> Finding:
    """Check whether title and description fit the photo better than the texts of existing points do.

    The suspicion is the number of standard deviations by which the cosine of photo and text lies below the mean
    cosine of the photo with other texts; NaN if a proposal has no text or there are no other texts.

    Args:
        proposals: The n proposals.
        embedder: Maps photos and texts to vectors of one space.
        other_texts: Texts of existing points.
    """
    texts = texts_of(proposals)
    rows = np.flatnonzero([bool(text) for text in texts])
    suspicion, cosines = np.full(len(texts), np.nan), np.full(len(texts), np.nan)
    messages = [[Message("no_other_texts" if text else "no_text")] for text in texts]
    if len(rows) and len(other_texts):
        files = proposals.files
        photos = embedder.embed_images([files[row] for row in rows]).astype(np.float64)
        own = embedder.embed_texts([texts[row] for row in rows]).astype(np.float64)
        other_cosines = photos @ embedder.embed_texts(list(other_texts)).astype(np.float64).T
        own_cosines = (photos * own).sum(axis=1)
        cosines[rows] = own_cosines
        spread = other_cosines.std(axis=1)
        suspicion[rows] = (other_cosines.mean(axis=1) - own_cosines) / np.where(spread > 0, spread, 1)
        shares = (other_cosines < own_cosines[:, None]).mean(axis=1)
        for row, share in zip(rows, shares, strict=True):
            messages[row] = [Message("fits_better_than", {"share": float(share), "count": len(other_texts)})]
    return Finding("text", suspicion, messages, {"text_cosine": cosines})


def check_position(proposals: Manifest, location: Location, second: Sequence[str]) -> Finding:
    """Check whether the EXIF positions of the photos agree with the claimed coordinates.

    The suspicion is the log odds against the claim; NaN without EXIF positions. The result of the visual prior, if
    there is one, is reported and does not affect the suspicion.

    Args:
        proposals: The n proposals; `latitude` and `longitude` are the claims.
        location: Position check and visual prior.
        second: Path of the second photo of each proposal, "" where there is none.
    """
    suspicion, messages, metres = np.full(len(proposals), np.nan), [], np.full(len(proposals), np.nan)
    prior = location.visual_prior(proposals.files, proposals.latitude, proposals.longitude)
    for row, file in enumerate(proposals.files):
        positions, names = [exif_position(file)], [Message("the_photo")]
        if second[row]:
            positions.append(exif_position(proposals.root / second[row]))
            names.append(Message("the_second_photo"))
        claim = float(proposals.latitude[row]), float(proposals.longitude[row])
        verdict = location.check.check(*claim, positions, names)
        messages.append([*verdict.evidence, *([_prior_message(prior, row)] if prior.known[row] else [])])
        metres[row] = verdict.metres
        if verdict.word != "no evidence":
            probability = float(np.clip(verdict.probability, MIN_PROBABILITY, 1 - MIN_PROBABILITY))
            suspicion[row] = np.log((1 - probability) / probability)
    columns = {"place_metres": metres} | ({"visual_prior_percentile": prior.percentile} if prior.known.any() else {})
    return Finding("place", suspicion, messages, columns)


def _prior_message(prior: Plausibility, row: int) -> Message:
    percentile, factor = float(prior.percentile[row]), float(np.exp(prior.log_ratio[row]))
    return Message("looks_taken_there", {"name": Message("the_photo"), "percentile": percentile, "factor": factor})


def check_quality(proposals: Manifest, quality: QualityCheck) -> Finding:
    """Check sharpness, brightness and size of the photo.

    The suspicion is the blur; brightness and size are reported and do not affect the suspicion.

    Args:
        proposals: The n proposals.
        quality: The check of a single photo.
    """
    qualities = [quality.check(file) for file in proposals.files]
    messages = [photo.problems or (Message("good_photo"),) for photo in qualities]
    columns = {
        name: np.array([getattr(photo, name) for photo in qualities])
        for name in ("blur", "brightness", "width", "height")
    }
    return Finding("quality", columns["blur"].astype(np.float64), messages, columns)
