"""The interface of criteria for the number of clusters, and their results."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from components.k_selection.k_sweep import Floats, KSweep


@dataclass(frozen=True)
class Choice:
    """The scores of a criterion and the number of clusters that it chooses.

    Attributes:
        criterion: Name of the criterion.
        rule: How k follows from the scores: "knee", "highest", "lowest", ...
        ks: (m,) numbers of clusters with a score.
        scores: (m,) scores.
        k: Chosen number of clusters; None if the criterion chooses none.
        standard_errors: (m,) standard error of each score; None if the criterion has none.
        remark: Versions and numbers of resamples.
    """

    criterion: str
    rule: str
    ks: tuple[int, ...]
    scores: tuple[float, ...]
    k: int | None
    standard_errors: tuple[float, ...] | None = None
    remark: str = ""


class Criterion(Protocol):
    """Chooses a number of clusters. Its `repr` must contain everything that determines the choice."""

    @property
    def name(self) -> str:
        """Name in figures and tables."""

    def choose(self, sweep: KSweep) -> Choice:
        """Score the partitions of a sweep and choose a number of clusters."""


def disagreement(choices: Sequence[Choice]) -> str | None:
    """Describe which criteria choose which k; None if all criteria with scores choose the same k."""
    criteria_of_k: dict[int, list[str]] = {}
    undecided = []
    for choice in choices:
        if not choice.ks:
            continue
        name = choice.criterion.replace("_", " ")
        if choice.k is None:
            undecided.append(name)
        else:
            criteria_of_k.setdefault(choice.k, []).append(name)
    if len(criteria_of_k) < 2 and not undecided:
        return None
    parts = [f"{k} by {', '.join(names)}" for k, names in sorted(criteria_of_k.items())]
    parts += [f"none by {', '.join(undecided)}"] if undecided else []
    return f"the criteria do not agree on the number of clusters: {'; '.join(parts)}"


def best_k(ks: Sequence[int], scores: Floats, *, lowest: bool = False) -> int | None:
    """Return the k with the highest (or lowest) score, the smallest k of equal scores; None if no score is finite."""
    if not np.isfinite(scores).any():
        return None
    return ks[int(np.nanargmin(scores) if lowest else np.nanargmax(scores))]
