"""The matcher that a run of task=match saves (matcher.json), and how other tasks load it."""

import json
from pathlib import Path

from omegaconf import OmegaConf

from components.errors import ConfigError, DataError
from components.matching import Fusion, Matcher
from components.storage import atomic_path
from experiments.config import instantiate

FILE = "matcher.json"


def save_matcher(folder: Path, matcher: Matcher) -> None:
    """Write the fitted weights, the threshold and the fingerprint of the embedder into the folder of a run."""
    content = {"embedder": matcher.embedder.fingerprint(), "fusion": matcher.fusion.to_dict()}
    with atomic_path(folder / FILE) as path:
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def load_matcher(folder: Path) -> Matcher:
    """Load the matcher of a run.

    Args:
        folder: Folder of the run; `experiments.runs.find_run` finds it by the id of the run.

    Example:
        folder, _ = find_run("3f2a", Path("multirun"))
        matcher = load_matcher(folder)
        matcher.probability(proposals, existing, Pairs(left, right))  # (m,); left: rows of proposals, right: existing

    Raises:
        DataError: The run has no matcher, or it cannot be read.
        ConfigError: The embedder of the run now has another fingerprint than when the matcher was fitted.
    """
    path, configuration = folder / FILE, folder / "config.yaml"
    if not path.is_file() or not configuration.is_file():
        raise DataError(f"{folder} has no {FILE}: only runs of task=match save one")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        fusion, fingerprint = Fusion.from_dict(content["fusion"]), content["embedder"]
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} cannot be read ({error}): run it again with if_exists=overwrite") from error
    nodes = OmegaConf.to_container(OmegaConf.load(configuration), resolve=True)
    assert isinstance(nodes, dict)
    embedder, matching = instantiate(nodes["embedder"], "embedder"), instantiate(nodes["matching"], "matching")
    if embedder.fingerprint() != fingerprint:
        raise ConfigError(
            f"{path} was fitted on vectors of another embedder than {nodes['embedder']['_target_']} is now (other "
            "weights or another version): run the match again with if_exists=overwrite"
        )
    return Matcher(matching, embedder, fusion)
