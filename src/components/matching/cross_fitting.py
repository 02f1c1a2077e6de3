"""Cross-fitted probabilities: no pair is scored by a model that was fitted on photos of its objects."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from components.errors import DataError
from components.matching.fusion import Flags, fit_fusion
from components.matching.scores import Evidence, Floats
from components.wording import counted


def cross_fit(
    use: Sequence[str],
    measured: Evidence,
    same: Flags,
    objects: tuple[NDArray[np.object_], NDArray[np.object_]],
    *,
    folds: int,
    seed: int,
) -> tuple[Floats, Flags]:
    """Return, for each pair, the probability and the decision of a model that was fitted without its objects.

    Objects are assigned to folds. For a pair whose objects are in the folds f and g, the model and its threshold are
    fitted on the pairs without objects of f or g.

    Args:
        use: Names of the scores that are fused.
        measured: Scores of m pairs.
        same: (m,) whether the photos of a pair show the same object.
        objects: (m,) objects of the left photos, and (m,) objects of the right photos.
        folds: Number of folds of objects.
        seed: Seed of the assignment of objects to folds.

    Returns:
        (m,) probabilities, and (m,) decisions: whether the probability reaches the threshold of the model of its folds.
        The thresholds of different folds differ.

    Raises:
        DataError: Fewer than `folds` objects have a pair of photos among the candidates.
    """
    names, index = np.unique(np.concatenate(objects).astype(str), return_inverse=True)
    paired = objects[0][same].astype(str)
    n_paired = len(np.unique(paired))
    if n_paired < folds:
        raise DataError(
            f"The candidate pairs contain {counted(n_paired, 'object')} with two photos, fewer than the {folds} folds "
            "of cross-fitting: use more photos of the same objects, or lower matching.folds (at least 3)"
        )
    fold_of = _assign_folds(names, paired, folds, seed)[index].reshape(2, -1)
    probability, decided = np.full(len(same), np.nan), np.zeros(len(same), dtype=bool)
    for f in range(folds):
        for g in range(f, folds):
            tested = (fold_of.min(axis=0) == f) & (fold_of.max(axis=0) == g)
            fitted = ~np.isin(fold_of[0], (f, g)) & ~np.isin(fold_of[1], (f, g))
            if tested.any():
                model = fit_fusion(use, _rows(measured, fitted), same[fitted])
                probability[tested] = model.probability(_rows(measured, tested))
                decided[tested] = probability[tested] >= model.threshold
    return probability, decided


def _assign_folds(names: NDArray[np.str_], paired: NDArray[np.str_], folds: int, seed: int) -> NDArray[np.int64]:
    """Assign objects to folds at random, so that every fold has about the same number of objects with a pair.

    Args:
        names: (o,) names of the objects.
        paired: Objects with a pair of photos; these are assigned first.
        folds: Number of folds.
        seed: Seed of the assignment.

    Returns:
        (o,) fold of each object.
    """
    generator = np.random.default_rng(seed)
    order = generator.permutation(len(names))
    order = order[np.argsort(~np.isin(names[order], paired), kind="stable")]
    fold = np.empty(len(names), dtype=np.int64)
    fold[order] = np.arange(len(names)) % folds
    return fold


def _rows(measured: Evidence, rows: Flags) -> Evidence:
    """Return the scores of some pairs."""
    return {name: column[rows] for name, column in measured.items()}
