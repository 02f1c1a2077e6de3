"""The environment of a run, for its record: versions of libraries, processor, commit."""

import os
import platform
import subprocess
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from experiments.runs.source_version import COMPUTE

LIBRARIES = ("hydra-core", "omegaconf", *COMPUTE)
"""Libraries whose versions are in the record."""


@lru_cache(maxsize=1)
def environment_record() -> dict[str, Any]:
    """Return the versions of Python and of libraries, the processor, and the commit of hito's checkout."""
    checkout = Path(__file__).resolve().parents[3]
    commit = subprocess.run(  # noqa: S603
        ["git", "-C", str(checkout), "describe", "--always", "--dirty", "--abbrev=12"],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "commit": commit.stdout.strip() if commit.returncode == 0 else "",
        **{name: metadata.version(name) for name in LIBRARIES},
    }


def processor() -> str:
    """Return the name of the processor, as the operating system reports it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
