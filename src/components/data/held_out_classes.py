"""An open set made of a closed one: some classes stay known, the others become the rest."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from components.data.manifest import Manifest
from components.data.splits import given
from components.errors import ConfigError, DataError
from components.storage import digest

KIND = "kind"

PUBLISHED: Mapping[str, tuple[tuple[int, ...], ...]] = {
    "mnist": ((2, 3, 4, 5, 8, 9), (0, 2, 3, 4, 6, 9), (2, 3, 4, 5, 6, 8), (0, 3, 4, 5, 7, 8), (2, 3, 4, 6, 8, 9)),
    "svhn": ((2, 3, 5, 6, 7, 8), (2, 3, 5, 6, 7, 8), (1, 2, 4, 7, 8, 9), (0, 2, 3, 5, 6, 8), (0, 1, 2, 4, 7, 9)),
    "cifar10": ((0, 1, 4, 6, 7, 9), (0, 1, 4, 6, 7, 9), (1, 3, 4, 5, 7, 9), (0, 1, 6, 7, 8, 9), (1, 2, 4, 6, 7, 9)),
}
"""Known classes of the published splits, as numbers of the classes in alphabetical order (for CIFAR-10 that is the
order of its labels): those of Neal et al. 2018 as Vaze et al. 2022 use them (sgvaze/osr_closed_set_all_you_need on
GitHub, data/open_set_splits). The first two of CIFAR-10 are the same classes (issue 8 there), and so are the first two
of SVHN. They are kept as they are, so that a mean over the five is theirs."""


def class_holdout(
    manifest: Manifest,
    *,
    seed: int,
    known: int | Sequence[str] | str = 6,
    rest: str = "resto",
    base: Callable[..., Manifest] = given,
) -> Manifest:
    """Some classes are known; the photos of all others get the label `rest` and keep their class as their kind.

    Who learns from the rest's training photos is up to the head: `closed` does not, and then the test unknowns are of
    kinds that no training saw, as in the published protocols.

    Args:
        manifest: The photos.
        seed: Of the draw of the known classes, or which of the published splits (seed modulo 5); and of `base`.
        known: How many classes, drawn with the seed; their names; or the name of published splits (`PUBLISHED`).
        rest: Label of the others. Photos that have it already stay the rest.
        base: Says which photos are train, validation and test, before the labels change.

    Raises:
        DataError: There are not that many classes, or no such class.
        ConfigError: There are no published splits of this name, or fewer than two classes would be known.
    """
    classes = tuple(name for name in manifest.classes if name != rest)
    names = _known(classes, known, seed)
    if len(names) < 2:
        raise ConfigError(f"split.known={known}: at least two classes must be known")
    if len(names) == len(classes) and rest not in manifest.classes:
        raise DataError(
            f"split.known={known}: all of {', '.join(classes)} would be known, and nothing is left to reject"
        )
    split = base(manifest, seed=seed)
    held = np.isin(split.label.astype(str), sorted(set(classes) - set(names)))
    kinds = split.extra.get(KIND, split.label)
    return split.replace(
        label=np.where(held, rest, split.label).astype(object),
        extra={**split.extra, KIND: np.where(held, split.label, kinds).astype(object)},
    )


def _known(classes: Sequence[str], known: int | Sequence[str] | str, seed: int) -> list[str]:
    if isinstance(known, str):
        if known not in PUBLISHED:
            raise ConfigError(
                f"split.known={known!r}: published splits are {', '.join(PUBLISHED)}; or give a number, or class names"
            )
        if len(classes) != 10:
            raise DataError(f"The published splits of {known} are of ten classes; there are {len(classes)}")
        splits = PUBLISHED[known]
        return [classes[index] for index in sorted(splits[seed % len(splits)])]
    if isinstance(known, int):
        if not 2 <= known <= len(classes):
            raise DataError(f"split.known={known}: there are {len(classes)} classes: {', '.join(classes)}")
        generator = np.random.default_rng([seed, int(digest(*classes)[:16], 16)])
        return sorted(generator.choice(np.array(classes, dtype=str), known, replace=False).tolist())
    if strange := sorted(set(known) - set(classes)):
        raise DataError(f"split.known={strange}: no such class; there are {', '.join(classes)}")
    return list(known)
