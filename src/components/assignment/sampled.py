"""Choices made from the texts of a data set: the text of a photo among randomly drawn texts of other photos."""

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
    """Make one choice per photo: its own text among `ways - 1` texts of photos of other objects.

    The random generator of a photo depends only on `seed` and the path of the photo, so the choices of two languages
    correspond to each other.

    Args:
        manifest: The photos. Photos without a text are skipped.
        ways: Number of candidates per photo.
        column: Column with the texts.
        language: Suffix of the column: `title` and `en` give `title_en`. None: `column` itself.
        distractors: Photos that the other texts are drawn from: of any label, of the same label (hard), or of other
            labels.
        where: Makes choices only for photos that match these filters, see `components.data.filter_mask`.
        seed: Seed of the draws.

    Raises:
        ConfigError: The column is missing, `ways` or `distractors` is invalid, or there are too few texts.
    """
    if ways < 2 or distractors not in RELATIONS:
        raise ConfigError(
            f"assignment.ways={ways}, assignment.distractors={distractors}: expected at least 2 ways, and one of "
            f"{', '.join(RELATIONS)}"
        )
    texts = _texts(manifest, column, language)
    selected = (texts != "") & filter_mask(manifest, where or {})
    choices = []
    for row in np.flatnonzero(selected).tolist():
        generator = _generator(seed, manifest, row)
        others = _others(manifest, texts, row, distractors, generator, ways - 1)
        position = int(generator.integers(ways))
        candidates = [*others[:position], str(texts[row]), *others[position:]]
        choices.append(Choice(f"{manifest.path[row]} among {ways}", row, tuple(candidates), right=position))
    if not choices:
        raise ConfigError(f"assignment: no photo that matches {dict(where or {})} has a text in {column}")
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
    """Make proposed edits: each photo has an old and a new text, one of which is its own.

    Args:
        manifest: The photos. Photos without a text are skipped.
        column: Column with the texts.
        language: See `n_way`.
        good: Share of the edits whose new text is the correct one, 0 to 1.
        distractors: See `n_way`.
        where: See `n_way`.
        seed: Seed of the draws.

    Raises:
        ConfigError: `good` is not between 0 and 1, or for the reasons of `n_way`.
    """
    if not 0 <= good <= 1:
        raise ConfigError(f"assignment.good={good}: expected the share of good edits, 0 to 1")
    choices = []
    for pair in n_way(
        manifest, ways=2, column=column, language=language, distractors=distractors, where=where, seed=seed
    ):
        assert pair.right is not None
        right, wrong = pair.texts[pair.right], pair.texts[1 - pair.right]
        improves = bool(_generator(seed + 1, manifest, pair.row).random() < good)
        old_and_new = (wrong, right) if improves else (right, wrong)
        choices.append(Choice(pair.id, pair.row, old_and_new, right=int(improves), old=0))
    return choices


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
    generator: np.random.Generator,
    count: int,
) -> list[str]:
    """Draw `count` different texts of photos of other objects; the same rows are drawn in every language."""
    fits = (texts != "") & (texts != texts[row])
    if manifest.object_id[row]:
        fits &= manifest.object_id != manifest.object_id[row]
    if relation != "any":
        fits &= (manifest.label == manifest.label[row]) == (relation == "same_label")
    found: dict[str, None] = {}
    for other in generator.permutation(len(texts)).tolist():
        if fits[other]:
            found.setdefault(str(texts[other]))
            if len(found) == count:
                return list(found)
    raise ConfigError(
        f"assignment.ways: {manifest.path[row]} has only {len(found)} different texts of other objects "
        f"(distractors={relation}), but needs {count}: lower assignment.ways, or use other distractors"
    )
