"""Bootstrap resamples of any metric that is defined for weighted units."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from components.metrics.statistics.bootstrap import bootstrap_weights
from components.metrics.statistics.weighted import Floats

Measure = Callable[[int, Floats], Mapping[str, Floats]]
"""Metrics, (B,) each, of a replicate, given its number and (n, B) weights of its n photos."""

BLOCK_ELEMENTS = 2_000_000
"""Largest number of elements of an array in a block of resamples (16 MB): bounds memory."""

MIN_BLOCKS_FOR_BAR = 8


def block_size(*elements_per_resample: int) -> int:
    """Return how many resamples are computed together, given the sizes of the largest arrays of one resample."""
    return max(1, BLOCK_ELEMENTS // max(elements_per_resample))


def resample(
    measure: Measure,
    rows: Sequence[NDArray[np.int64]],
    n_units: int,
    n_resamples: int,
    block: int,
    generator: np.random.Generator,
    *,
    progress: bool = False,
) -> dict[str, Floats]:
    """Compute metrics of replicates in bootstrap resamples that all replicates share.

    Args:
        measure: Metrics of a replicate for weighted units; see `Measure`.
        rows: For each replicate the (n,) unit of each of its rows; rows of one unit are drawn together.
        n_units: Number of distinct units.
        n_resamples: Number of resamples B.
        block: Largest number of resamples computed at once; see `block_size`.
        generator: Source of randomness.
        progress: Whether to show a progress bar on stderr when there are many blocks.

    Returns:
        By metric, (R, B) values of each replicate in each resample.
    """
    blocks: Iterable[Floats] = bootstrap_weights(n_units, n_resamples, block, generator)
    n_blocks = -(-n_resamples // block)
    if progress and n_blocks >= MIN_BLOCKS_FOR_BAR:
        console = Console(stderr=True)
        blocks = track(blocks, total=n_blocks, description="bootstrap", console=console, transient=True)
    parts = [[measure(number, weights[row]) for number, row in enumerate(rows)] for weights in blocks]
    return {
        name: np.concatenate([np.stack([metrics[name] for metrics in part]) for part in parts], axis=1)
        for name in parts[0][0]
    }
