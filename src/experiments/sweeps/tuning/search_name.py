"""The name of a search, by which the same command finds its trials again."""

import json
from collections.abc import Mapping
from typing import Any

from components.storage import digest
from experiments.config import Composed
from experiments.runs import RunRequest
from experiments.sweeps.tuning.search_space import Axis
from experiments.sweeps.tuning.settings import direction_of

LENGTH = 10
"""Number of hexadecimal digits."""


def name_of_search(sample: Composed, axes: Mapping[str, Axis], sweeper: Mapping[str, Any]) -> str:
    """Return the name of a search, a hash of everything that its trials depend on.

    Keys that change no trial (launcher, tracker, output, keys of tables) and the number of trials do not count.

    Args:
        sample: The job at the first value of every axis. The id of its run covers the task and its arguments, the
            photos and the code.
        axes: What is searched, by key.
        sweeper: The resolved configuration group `sweeper`.
    """
    content = {
        "run": RunRequest.of(sample.nodes(), sample.choices(), sample.overrides).id,
        "axes": {key: repr(axis) for key, axis in axes.items()},
        "objective": sweeper["objective"],
        "direction": direction_of(sweeper),
        **{key: sweeper[key] for key in ("sampler", "pruner", "seed")},
    }
    return f"search-{digest(json.dumps(content, sort_keys=True))[:LENGTH]}"
