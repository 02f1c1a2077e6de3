"""The matcher that a run of task=match leaves (`matcher.json`), and how another task takes it up."""

import json
from pathlib import Path

from omegaconf import OmegaConf

from components.errors import ConfigError, DataError
from components.matching import Fusion, Matcher
from components.storage import atomic_path
from experiments.config import instantiate

FILE = "matcher.json"


def write_matcher(folder: Path, matcher: Matcher) -> None:
    """Keep what was learned: weights, threshold, and the space of the embedder."""
    content = {"embedder": matcher.embedder.fingerprint(), "fusion": matcher.fusion.to_dict()}
    with atomic_path(folder / FILE) as path:
        path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def stored_matcher(folder: Path) -> Matcher:
    """The matcher of the run in `folder` (`experiments.runs.store.find_run` knows it by its id), ready to ask.

    Example:
        folder, _ = find_run("3f2a", Path("multirun"))
        matcher = stored_matcher(folder)
        matcher.probability(proposals, existing, Pairs(left, right))  # (m,), left counts proposals, right existing

    Raises:
        DataError: The run left no matcher, or it cannot be read.
        ConfigError: Its embedder now gives other vectors than those it was learned on.
    """
    path, configuration = folder / FILE, folder / "config.yaml"
    if not path.is_file() or not configuration.is_file():
        raise DataError(f"{folder} has no {FILE}: only runs of task=match leave one")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        fusion, space = Fusion.from_dict(content["fusion"]), content["embedder"]
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} cannot be read ({error}): run it again with if_exists=overwrite") from error
    nodes = OmegaConf.to_container(OmegaConf.load(configuration), resolve=True)
    assert isinstance(nodes, dict)
    embedder, matching = instantiate(nodes["embedder"], "embedder"), instantiate(nodes["matching"], "matching")
    if embedder.fingerprint() != space:
        raise ConfigError(
            f"{path} was learned on vectors of another embedder than {nodes['embedder']['_target_']} gives now (other "
            "weights or another version): run the match again"
        )
    return Matcher(matching, embedder, fusion)
