"""Words on the command line that no configuration knows, and what was probably meant."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from components.errors import MissingExtraError
from experiments.cli.commands import COMMANDS
from experiments.config import CONFIG_NAME

OPTION = re.compile(r"Could not find '(?P<path>[^']+)'")
KEY = re.compile(r"Could not (?:override|append|delete)\D*?'(?P<key>[^']+)'")

AXES = ("Ambiguous value for argument", "Sweep parameters")
"""How Hydra refuses axes without --multirun, also where the experiment says it is a sweep and another word is wrong."""

EXTRAS = {
    "hydra/launcher/joblib": ("hydra-joblib-launcher", "joblib"),
    "hydra/launcher/ray": ("hydra-ray-launcher", "ray"),
    "hydra/launcher/submitit_local": ("hydra-submitit-launcher", "slurm"),
    "hydra/launcher/submitit_slurm": ("hydra-submitit-launcher", "slurm"),
}
"""Options of Hydra that a package brings, and the extra of hito that brings the package."""


def is_about_the_command_line(error: Exception) -> bool:
    """Whether Hydra or OmegaConf refused the configuration (anything else is a defect)."""
    return isinstance(error, HydraException | OmegaConfBaseException)


def explain(error: Exception, words: Sequence[str], folder: Path) -> str:
    """Say what is wrong with `words`, which keys or options there are, and which is nearest."""
    text = str(error)
    if text.startswith(AXES) and (other := error_behind(words, folder)):
        return explain(other, words, folder)
    if (found := OPTION.search(text)) and found["path"] in EXTRAS:
        package, extra = EXTRAS[found["path"]]
        return str(MissingExtraError(package, extra, f"launcher={found['path'].rpartition('/')[2]}"))
    if found:
        return unknown_option(found["path"], re.findall(r"^\t(\S+)$", text, re.MULTILINE), words, folder)
    if found := KEY.search(text):
        return unknown_key(found["key"], words, folder)
    if isinstance(error, OmegaConfBaseException) and error.full_key:
        return f"{error.full_key}: {text.splitlines()[0]}"
    cause = error.__cause__ or error.__context__
    return f"{text}\n{cause}" if isinstance(cause, OmegaConfBaseException) and str(cause) not in text else text


def error_behind(words: Sequence[str], folder: Path) -> Exception | None:
    """What is wrong with the words of a sweep, axes aside; None when nothing is."""
    from hydra import initialize_config_dir
    from hydra.core.global_hydra import GlobalHydra
    from hydra.types import RunMode

    GlobalHydra.instance().clear()
    try:
        with initialize_config_dir(str(folder), version_base="1.3"):
            loader = GlobalHydra.instance().config_loader()
            overrides = [word for word in words if not word.startswith("-")]
            loader.load_configuration(CONFIG_NAME, overrides, RunMode.MULTIRUN, validate_sweep_overrides=False)
    except (HydraException, OmegaConfBaseException) as error:
        return error
    return None


def unknown_option(path: str, listed: Sequence[str], words: Sequence[str], folder: Path) -> str:
    """Say that the group has no such option: `path` is both, `listed` are options that Hydra knows."""
    asked = [word.partition("=") for word in words if word.replace("=", "/", 1) == path]
    group, _, option = asked[0] if asked else path.rpartition("/")
    files = (folder / group).rglob("*.yaml")
    options = sorted({*listed, *(str(file.relative_to(folder / group).with_suffix("")) for file in files)})
    said = f"{group}={option}: there is no such option.{nearest(option, options)}"
    return f"{said}\nOptions of {group}: {', '.join(options)}"


def unknown_key(key: str, words: Sequence[str], folder: Path) -> str:
    """Say that `key` is neither a value nor a group, and name the nearest."""
    others = [word for word in words if not word.startswith(key)]
    config = composed(others, folder)
    if config is not None and (taken := taken_from(config, key)):
        parent, other = taken
        meant = f"{other}{key.removeprefix(parent)}"
        if OmegaConf.select(config, meant, throw_on_resolution_failure=False) is None:
            return f"{key}: {parent} is taken from {other}.\n{unknown_key(meant, others, folder)}"
        return f"{key}: {parent} is taken from {other}. Set {meant}, which changes both"
    known = keys_of(config)
    if key in known:
        inside = [one.removeprefix(f"{key}.") for one in known if one.rpartition(".")[0] == key]
        return f"{key}: it has the keys {', '.join(inside)}. Add another by its name: +{key}.KEY=VALUE"
    groups = [str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_dir()]
    parent = key.rpartition(".")[0]
    siblings = [one.removeprefix(f"{parent}.") for one in known if one.rpartition(".")[0] == parent]
    hint = nearest(key, [*known, *groups, *COMMANDS])
    there = f"\nKeys of {parent or 'the configuration'}: {', '.join(siblings)}" if siblings else ""
    return f"{key}: there is no such key.{hint}{there}"


def taken_from(config: DictConfig, key: str) -> tuple[str, str] | None:
    """The part of `key` that stands for another part of the configuration (`${other}`), and that other."""
    parts = key.split(".")
    for length in range(1, len(parts)):
        above, last = ".".join(parts[: length - 1]), parts[length - 1]
        node = OmegaConf.select(config, above) if above else config
        if not isinstance(node, DictConfig) or last not in node:
            return None
        raw = OmegaConf.to_container(node, resolve=False)
        assert isinstance(raw, dict)
        if found := re.fullmatch(r"\$\{([\w.]+)\}", str(raw[last])):
            return ".".join(parts[:length]), found[1]
    return None


def composed(words: Sequence[str], folder: Path) -> DictConfig | None:
    """The configuration of the words that are right, or of none where others are wrong too."""
    from hydra import compose, initialize_config_dir
    from hydra.core.global_hydra import GlobalHydra

    overrides = [word for word in words if "=" in word and not word.startswith("-")]
    single = [word for word in overrides if not set(",(") & set(word)]  # an axis composes in a sweep only
    for attempt in (overrides, single, []):
        GlobalHydra.instance().clear()
        try:
            with initialize_config_dir(str(folder), version_base="1.3"):
                return compose(CONFIG_NAME, overrides=attempt)
        except HydraException:
            continue
    return None


def keys_of(config: DictConfig | None, prefix: str = "") -> list[str]:
    """All keys of a configuration, dotted, branches included."""
    keys: list[str] = []
    for key in map(str, config or ()):
        if key.startswith("_"):
            continue
        name = f"{prefix}{key}"
        keys.append(name)
        assert config is not None
        value = OmegaConf.select(config, key, throw_on_missing=False, throw_on_resolution_failure=False)
        if isinstance(value, DictConfig):
            keys += keys_of(value, f"{name}.")
    return keys


def nearest(word: str, known: Sequence[str]) -> str:
    """A question that names the known words near `word`, or nothing."""
    matches = get_close_matches(word, list(dict.fromkeys(known)), n=3, cutoff=0.6)
    return f" Did you mean {' or '.join(matches)}?" if matches else ""
