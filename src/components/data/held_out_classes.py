"""Split: an open set made from labelled classes; some stay known, the others become the rest (unknown)."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from components.data.folds import Folds, on_each_fold
from components.data.manifest import Manifest
from components.data.seeding import named_generator
from components.data.splits import given
from components.errors import ConfigError, DataError
from components.wording import did_you_mean

KIND = "kind"
"""Extra column: the class that a photo of the rest had before its label was replaced."""

PUBLISHED: Mapping[str, tuple[tuple[int, ...], ...]] = {
    "mnist": ((2, 3, 4, 5, 8, 9), (0, 2, 3, 4, 6, 9), (2, 3, 4, 5, 6, 8), (0, 3, 4, 5, 7, 8), (2, 3, 4, 6, 8, 9)),
    "svhn": ((2, 3, 5, 6, 7, 8), (2, 3, 5, 6, 7, 8), (1, 2, 4, 7, 8, 9), (0, 2, 3, 5, 6, 8), (0, 1, 2, 4, 7, 9)),
    "cifar10": ((0, 1, 4, 6, 7, 9), (0, 1, 4, 6, 7, 9), (1, 3, 4, 5, 7, 9), (0, 1, 6, 7, 8, 9), (1, 2, 4, 6, 7, 9)),
}
"""Known classes of published open-set splits, as indices of the classes in alphabetical order (for CIFAR-10 that is the
order of its labels): the splits of Neal et al. 2018 as used by Vaze et al. 2022 (sgvaze/osr_closed_set_all_you_need on
GitHub, data/open_set_splits). The first two splits of CIFAR-10 have the same classes (issue 8 there), and so have the
first two of SVHN; they are kept, so that means over the five splits are comparable."""


def class_holdout(
    manifest: Manifest,
    *,
    seed: int,
    known: int | Sequence[str] | str = 6,
    rest: str = "resto",
    base: Callable[..., Manifest | Folds] = given,
) -> Manifest | Folds:
    """Keep some classes as known classes, and label the photos of all others `rest`.

    Whether the rest's training photos are used depends on the head: `closed` does not use them, so that the unknown
    test photos are of classes never seen in training, as in the published protocols.

    Args:
        manifest: The photos.
        seed: Seed that draws the known classes, or selects a published split (seed modulo 5); also the seed of `base`.
        known: Number of known classes, drawn with the seed; or their names; or the name of published splits
            (`PUBLISHED`).
        rest: Label of the other photos. Photos that have this label already keep it.
        base: Assigns train, validation and test, before the labels are replaced; may draw folds.

    Returns:
        The manifest, or the folds, with the extra column `kind`, the original label of each photo of the rest.

    Raises:
        DataError: There are too few classes, or no such class.
        ConfigError: There are no published splits of this name, or fewer than two classes would be known.
    """
    classes = tuple(name for name in manifest.classes if name != rest)
    names = _known(classes, known, seed)
    if len(names) < 2:
        raise ConfigError(f"split.known={known}: expected at least two known classes")
    if len(names) == len(classes) and rest not in manifest.classes:
        raise DataError(
            f"split.known={known}: all of {', '.join(classes)} would be known and no class unknown; expected fewer"
        )
    held_out = sorted(set(classes) - set(names))
    return on_each_fold(base(manifest, seed=seed), lambda split: _with_rest(split, held_out, rest))


def _with_rest(split: Manifest, held_out: Sequence[str], rest: str) -> Manifest:
    """Return the photos with the label `rest` in place of the classes that are held out."""
    held = np.isin(split.label.astype(str), held_out)
    kinds = split.extra.get(KIND, split.label)
    return split.replace(
        label=np.where(held, rest, split.label).astype(object),
        extra={**split.extra, KIND: np.where(held, split.label, kinds).astype(object)},
    )


def _known(classes: Sequence[str], known: int | Sequence[str] | str, seed: int) -> list[str]:
    if isinstance(known, str):
        if known not in PUBLISHED:
            raise ConfigError(
                f"split.known={known!r}: no such published split; expected one of {', '.join(PUBLISHED)}, a number of "
                "classes, or a list of class names"
            )
        if len(classes) != 10:
            raise DataError(
                f"split.known={known}: the published splits are for data with 10 classes, these have {len(classes)}"
            )
        splits = PUBLISHED[known]
        return [classes[index] for index in sorted(splits[seed % len(splits)])]
    if isinstance(known, int):
        if not 2 <= known <= len(classes):
            raise DataError(f"split.known={known}: expected 2 to {len(classes)}; the classes are {', '.join(classes)}")
        generator = named_generator(seed, *classes)
        return sorted(generator.choice(np.array(classes, dtype=str), known, replace=False).tolist())
    if unknown := sorted(set(known) - set(classes)):
        raise DataError(
            f"split.known={unknown}: no such class.{did_you_mean(unknown[0], classes)} Classes: {', '.join(classes)}"
        )
    return list(known)
