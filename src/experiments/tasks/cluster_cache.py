"""Cache of results that several runs of a sweep share: layouts, and the choices of the criteria for k.

Entries are keyed by the vectors, the `repr` of the components (which contains all their settings), the seed and the
version of hito's code, so that runs that differ only in other settings share them.
"""

import functools
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.clusterers import Clusterer
from components.k_selection import Choice, Criterion, KSweep
from components.projections import Projection
from components.storage import atomic_path, cache_folder, digest
from experiments.runs import code_version

Vectors = NDArray[np.floating[Any]]
Layout = tuple[NDArray[np.float64], str]
"""(n, 2) points, and a description of the projection."""


def cache_key(vectors: Vectors, *parts: object) -> str:
    """Return the key of a result that depends on these vectors and on the `repr` of these parts."""
    contiguous = np.ascontiguousarray(vectors)
    shape, dtype = str(contiguous.shape), str(contiguous.dtype)
    return digest(code_version(), shape, dtype, contiguous.tobytes(), *map(repr, parts))


def layout_of(vectors: Vectors, projection: Projection, seed: int) -> Layout:
    """Project the vectors to two dimensions, or read the layout from the cache."""
    path = cache_folder("layouts") / f"{cache_key(vectors, projection, seed)}.npz"
    if not path.is_file():
        layout = projection.fit(vectors, seed=seed)
        with atomic_path(path) as temporary:
            np.savez(temporary, points=layout.points, about=np.array(layout.description))
    with np.load(path) as stored:
        return stored["points"], str(stored["about"])


def choices_of(
    vectors: Vectors,
    clusterer: Clusterer,
    criteria: Sequence[Criterion],
    k_max: int,
    *,
    seed: int,
    device: str,
    progress: Callable[[str, int], None],
) -> tuple[list[Choice], float]:
    """Choose the number of clusters with each criterion, or read the choices from the cache.

    Args:
        vectors: (n, d) vectors.
        clusterer: Clusters the vectors for k = 1 .. k_max.
        criteria: The criteria.
        k_max: Largest number of clusters.
        seed: Seed of the clusterings.
        device: Device on which distances are computed.
        progress: Called with a text and the number of finished criteria.

    Returns:
        The choice of each criterion, and the seconds that clustering for all k took.
    """

    @functools.cache
    def sweep() -> KSweep:
        progress(f"k = 1 to {k_max}", 0)
        return KSweep.run(vectors, clusterer, k_max, seed=seed, device=device, progress=lambda text: progress(text, 0))

    choices: list[Choice] = []
    seconds = 0.0
    for criterion in criteria:
        path = cache_folder("k_selection") / f"{cache_key(vectors, clusterer, k_max, seed, criterion)}.json"
        if not path.is_file():
            content = {"choice": asdict(criterion.choose(sweep())), "seconds": sweep().seconds}
            with atomic_path(path) as temporary:
                temporary.write_text(json.dumps(content), encoding="utf-8")
        stored = json.loads(path.read_text(encoding="utf-8"))
        choices.append(_choice_from_json(stored["choice"]))
        seconds = stored["seconds"]
        progress(criterion.name, 1)
    return choices, seconds


def _choice_from_json(stored: dict[str, Any]) -> Choice:
    for name in ("ks", "scores", "standard_errors"):
        if stored[name] is not None:
            stored[name] = tuple(stored[name])
    return Choice(**stored)
