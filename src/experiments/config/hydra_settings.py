"""Settings of Hydra that hito's runs cannot have."""

from collections.abc import Iterable
from typing import Any

from omegaconf import OmegaConf

from experiments.config.checks import InvalidValueError

FOLDERS = ("hydra.run.dir", "hydra.sweep.dir", "hydra.sweep.subdir", "hydra.output_subdir")
"""Keys for folders that Hydra writes to; hito writes to OUTPUT/NAME/RUN_ID."""


CHDIR = (
    "hydra.job.chdir=true: the jobs of hito do not change the current folder, which output and the paths of photos are "
    "relative to. Leave it out; to choose where runs are written, type output=FOLDER"
)


def check_hydra_words(words: Iterable[str]) -> None:
    """Check the words of a command line before Hydra makes folders of them.

    Raises:
        InvalidValueError: For a job that changes the current folder, and for folders that are not hito's.
    """
    for word in words:
        key, _, value = word.lstrip("+").partition("=")
        if key == "hydra.job.chdir" and value.lower() == "true":
            raise InvalidValueError(CHDIR)
        if key in FOLDERS:
            raise InvalidValueError(
                f"{key} has no effect: runs are written to OUTPUT/NAME/RUN_ID. Type output=FOLDER, and name=NAME for "
                "the folder of the experiment"
            )


def check_hydra(hydra: Any) -> None:
    """Check Hydra's part of a composed configuration; raises InvalidValueError for jobs that change the folder."""
    if OmegaConf.select(hydra, "job.chdir"):
        raise InvalidValueError(CHDIR)
