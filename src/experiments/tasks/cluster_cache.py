"""What several runs of a sweep ask for and one of them works out: layouts, and what criteria say of each k.

Both hang on the vectors, on components whose `repr` names all their settings, on the seed and on hito's source; kept in
the cache, they are there for runs that differ in something else.
"""

import functools
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.clusterers import Clusterer
from components.k_selection import Choice, Criterion, Sweep
from components.projections import Projection
from components.storage import atomic_path, cache_folder, digest
from experiments.runs import code_version

Vectors = NDArray[np.floating[Any]]


def key_of(vectors: Vectors, *parts: object) -> str:
    """Name of what these vectors and parts determine."""
    raw = np.ascontiguousarray(vectors)
    return digest(code_version(), str(raw.shape), str(raw.dtype), raw.tobytes(), *map(repr, parts))


def layout_of(vectors: Vectors, projection: Projection, seed: int) -> tuple[NDArray[np.float64], str]:
    """(n, 2) points, and what the layout is in words."""
    path = cache_folder("layouts") / f"{key_of(vectors, projection, seed)}.npz"
    if not path.is_file():
        layout = projection.fit(vectors, seed=seed)
        with atomic_path(path) as unfinished:
            np.savez(unfinished, points=layout.points, about=np.array(layout.about))
    with np.load(path) as kept:
        return kept["points"], str(kept["about"])


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
    """What each criterion chooses, and the seconds that clustering for k = 1 .. k_max took."""

    @functools.cache
    def sweep() -> Sweep:
        progress(f"k = 1 to {k_max}", 0)
        return Sweep.of(vectors, clusterer, k_max, seed=seed, device=device, progress=lambda text: progress(text, 0))

    found: list[Choice] = []
    seconds = 0.0
    for criterion in criteria:
        path = cache_folder("k_selection") / f"{key_of(vectors, clusterer, k_max, seed, criterion)}.json"
        if not path.is_file():
            content = {"choice": asdict(criterion.choose(sweep())), "seconds": sweep().seconds}
            with atomic_path(path) as unfinished:
                unfinished.write_text(json.dumps(content), encoding="utf-8")
        kept = json.loads(path.read_text(encoding="utf-8"))
        found.append(_choice(kept["choice"]))
        seconds = kept["seconds"]
        progress(criterion.name, 1)
    return found, seconds


def _choice(kept: dict[str, Any]) -> Choice:
    for name in ("ks", "scores", "spread"):
        if kept[name] is not None:
            kept[name] = tuple(kept[name])
    return Choice(**kept)
