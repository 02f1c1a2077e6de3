"""What a sweep cannot show, said before it runs: unequal epochs, and seeds that draw other test photos."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from components.wording import counted
from experiments.config import Composed, parameter_names, unused_epochs
from experiments.sweeps.plan import Job

DRAWING_SPLITS = ("stratified", "group")
"""Functions of splits that draw the test photos by the seed; `given` does if the photos have no split."""


def cautions(composed: Sequence[Composed], jobs: Sequence[Job]) -> Iterator[str]:
    """Yield what is to be said of the jobs of a sweep.

    Args:
        composed: The jobs, composed.
        jobs: The same, resolved to runs.
    """
    identified = [(job, plan.request) for job, plan in zip(composed, jobs, strict=True) if plan.request is not None]
    unused = [found for job, request in identified if (found := unused_epochs(job.overrides, request.nodes))]
    if unused:
        which = "every run" if len(unused) == len(composed) else f"{counted(len(unused), 'run')} of {len(composed)}"
        yield f"{unused[0]} This is so in {which}: runs with other numbers of epochs are compared."
    requests = [request for _, request in identified]
    seeds = {request.nodes["seed"] for request in requests}
    drawing = [request for request in requests if _draws_test_photos(request.nodes, request.photos)]
    if len(seeds) > 1 and drawing and all(request.nodes["aggregate_over"] != "seed" for request in drawing):
        yield (
            "Each seed draws test photos of its own, because the photos have no split: runs with different seeds are "
            "compared on the few test photos that they share. For several models tested on the same photos, type "
            f"replicates={len(seeds)} in place of the seeds; for the mean over the splits, add aggregate_over=seed."
        )


def _draws_test_photos(nodes: Mapping[str, Any], photos: Any) -> bool:
    if not {"split", "seed"} <= set(parameter_names(str(nodes["task"]["_target_"]))):
        return False
    name = str(nodes["split"].get("_target_", "")).rpartition(".")[2]
    return name in DRAWING_SPLITS or (name == "given" and not any(photos.split.tolist()))
