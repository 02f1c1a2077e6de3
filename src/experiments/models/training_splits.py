"""The splits that the models of a run are trained on: one per replicate, or one per replicate and fold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from components.data import Folds, Manifest, Photos, check_leaks
from components.wording import counted

ALL: Literal["all"] = "all"
"""In place of the number of a fold: the model is trained on all photos, to be saved, and is not tested."""


@dataclass(frozen=True)
class TrainingSplit:
    """A split that one model is trained on.

    Attributes:
        replicate: Index of the replicate, from 0.
        seed: Seed of the replicate.
        manifest: Photos with the split.
        fold: Index of the fold, from 0, or `ALL`; None if the split is not one of several folds.
    """

    replicate: int
    seed: int
    manifest: Manifest
    fold: int | Literal["all"] | None = None


def training_splits(
    photos: Photos,
    split: Callable[..., Manifest | Folds],
    seeds: Sequence[int],
    resplit: bool,
    on_leak: Literal["error", "warn", "ignore"],
) -> list[TrainingSplit]:
    """Split the photos for each replicate, and check every split for leaks.

    Args:
        photos: Photos to split.
        split: Called with the manifest and `seed`.
        seeds: Seed of each replicate.
        resplit: Whether each replicate draws its own split; otherwise all share the split of the first seed.
        on_leak: What the leak guard does with a photo or object on both sides of a split.

    Returns:
        The splits, ordered by replicate and fold. If there are folds, the last one is of all photos (`ALL`), with the
        seed of the first replicate.
    """
    split_of = {seed: split(photos.manifest, seed=seed) for seed in (seeds if resplit else seeds[:1])}
    for drawn in split_of.values():
        for manifest in drawn.manifests if isinstance(drawn, Folds) else [drawn]:
            check_leaks(manifest, photos, on_leak)
    splits: list[TrainingSplit] = []
    for replicate, seed in enumerate(seeds):
        drawn = split_of[seed if resplit else seeds[0]]
        if isinstance(drawn, Folds):
            splits += [TrainingSplit(replicate, seed, one, fold) for fold, one in enumerate(drawn.manifests)]
        else:
            splits.append(TrainingSplit(replicate, seed, drawn))
    first = split_of[seeds[0]]
    if isinstance(first, Folds):
        check_leaks(first.whole, photos, on_leak)
        splits.append(TrainingSplit(0, seeds[0], first.whole, ALL))
    return splits


def tested_splits(splits: Sequence[TrainingSplit]) -> list[list[TrainingSplit]]:
    """Return, for each replicate, the splits whose test photos are predicted: one, or one per fold."""
    of_replicate: dict[int, list[TrainingSplit]] = {}
    for split in splits:
        if split.fold != ALL:
            of_replicate.setdefault(split.replicate, []).append(split)
    return list(of_replicate.values())


def saved_split(splits: Sequence[TrainingSplit]) -> TrainingSplit:
    """Return the split whose model is saved: that of all photos if there are folds, else that of replicate 0."""
    return next((split for split in splits if split.fold == ALL), splits[0])


def repetitions(splits: Sequence[TrainingSplit]) -> str:
    """Return the number of replicates and folds in words: "2 replicates of 5 folds"."""
    tested = tested_splits(splits)
    replicates = counted(len(tested), "replicate")
    if tested[0][0].fold is None:
        return replicates
    folds = sorted({len(of_replicate) for of_replicate in tested})
    return f"{replicates} of {folds[0] if len(folds) == 1 else f'{folds[0]} to {folds[-1]}'} folds"
