"""Choices made of a data set's own texts: the photo's among those of others, drawn by a seed."""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from components.assignment.choice import Choice
from components.data import Manifest, filter_mask
from components.errors import ConfigError
from components.storage import digest

Distractors = Literal["any", "same_label", "other_label"]
RELATIONS = ("any", "same_label", "other_label")


def n_way(
    manifest: Manifest,
    *,
    ways: int = 10,
    column: Literal["title", "description"] = "description",
    language: str | None = None,
    distractors: Distractors = "any",
    where: Mapping[str, Any] | None = None,
    seed: int = 0,
) -> list[Choice]:
    """Each photo's own text among `ways - 1` texts of photos of other objects.

    What is drawn for a photo hangs on the seed and the photo alone, so that the choices of two languages pair up and
    stay what they are when other photos come or go behind.

    Args:
        manifest: The photos; those without a text make no choice.
        ways: Candidates of a photo.
        column: Which of their texts.
        language: Takes COLUMN_LANGUAGE (`title_en`) in place of the column; None: the column as it is.
        distractors: Whose texts the others are: of photos of any label, of the same (hard), or of others.
        where: Only photos that pass these filters are asked about, see `components.data.filter_mask`.
        seed: Of the draw.

    Raises:
        ConfigError: The column is missing, fewer than two ways are asked for, or there are too few texts.
    """
    if ways < 2 or distractors not in RELATIONS:
        raise ConfigError(
            f"assignment.ways = {ways} and distractors = {distractors!r}: at least 2, and one of {RELATIONS}"
        )
    texts = _texts(manifest, column, language)
    asked = (texts != "") & filter_mask(manifest, where or {})
    choices = []
    for row in np.flatnonzero(asked).tolist():
        draw = _generator(seed, manifest, row)
        others = _others(manifest, texts, row, distractors, draw, ways - 1)
        place = int(draw.integers(ways))
        candidates = [*others[:place], str(texts[row]), *others[place:]]
        choices.append(Choice(f"{manifest.path[row]} among {ways}", row, tuple(candidates), right=place))
    if not choices:
        raise ConfigError(f"assignment: no photo that passes {dict(where or {})} has a text in {column}")
    return choices


def edits(
    manifest: Manifest,
    *,
    column: Literal["title", "description"] = "title",
    language: str | None = None,
    good: float = 0.5,
    distractors: Distractors = "any",
    where: Mapping[str, Any] | None = None,
    seed: int = 0,
) -> list[Choice]:
    """Proposed edits: a photo has an old text and is offered a new one; one of the two is its own.

    Args:
        manifest: The photos; those without a text make no choice.
        column: Which of their texts.
        language: As in `n_way`.
        good: Share of the edits whose new text is the right one.
        distractors: As in `n_way`.
        where: As in `n_way`.
        seed: Of the draw.

    Raises:
        ConfigError: As `n_way`, or `good` is no share.
    """
    if not 0 <= good <= 1:
        raise ConfigError(f"assignment.good = {good}: expected the share of good edits, from 0 to 1")
    found = []
    for one in n_way(
        manifest, ways=2, column=column, language=language, distractors=distractors, where=where, seed=seed
    ):
        assert one.right is not None
        right, wrong = one.texts[one.right], one.texts[1 - one.right]
        improves = bool(_generator(seed + 1, manifest, one.row).random() < good)
        old_and_new = (wrong, right) if improves else (right, wrong)
        found.append(Choice(one.id, one.row, old_and_new, right=int(improves), old=0))
    return found


def _texts(manifest: Manifest, column: str, language: str | None) -> NDArray[np.object_]:
    name, columns = f"{column}_{language}" if language else column, manifest.columns()
    if name not in columns:
        key = "assignment.language" if language else "assignment.column"
        raise ConfigError(f"{key}: these photos have no column {name!r}; they have {', '.join(columns)}")
    texts: NDArray[np.object_] = columns[name].astype(object)
    return texts


def _generator(seed: int, manifest: Manifest, row: int) -> np.random.Generator:
    return np.random.default_rng([seed, int(digest(str(manifest.path[row]))[:15], 16)])


def _others(
    manifest: Manifest,
    texts: NDArray[np.object_],
    row: int,
    relation: Distractors,
    draw: np.random.Generator,
    count: int,
) -> list[str]:
    """Different texts of photos of other objects; drawn by row, so that the same rows speak in every language."""
    fits = (texts != "") & (texts != texts[row])
    if manifest.object_id[row]:
        fits &= manifest.object_id != manifest.object_id[row]
    if relation != "any":
        fits &= (manifest.label == manifest.label[row]) == (relation == "same_label")
    found: dict[str, None] = {}
    for other in draw.permutation(len(texts)).tolist():
        if fits[other]:
            found.setdefault(str(texts[other]))
            if len(found) == count:
                return list(found)
    raise ConfigError(
        f"assignment.ways: {manifest.path[row]} has only {len(found)} different texts of other objects "
        f"(distractors: {relation}) to stand beside its own, {count} are needed"
    )
