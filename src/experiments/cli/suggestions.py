"""Explains what is wrong with the overrides on the command line, and what was probably meant.

The overrides are checked here one by one against the composed configuration, so that nothing depends on how Hydra words
its errors. What these checks do not find is reported in Hydra's own words.
"""

from collections.abc import Sequence

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Glob, IntervalSweep, Override
from hydra.errors import HydraException, MissingConfigException, OverrideParseException
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from components.errors import MissingExtraError
from components.wording import did_you_mean
from experiments.cli.task_keys import belongs_to
from experiments.cli.unknown_key import explain_key, groups
from experiments.cli.value_words import for_the_shell, in_quotes, option_value, parsed, quoted
from experiments.config import CONFIG_NAME, compose_config, configuration_folder

ERRORS = (HydraException, OmegaConfBaseException)
"""What Hydra and OmegaConf raise when they refuse a configuration."""

EXTRAS = {
    "hydra/launcher/joblib": ("hydra-joblib-launcher", "joblib"),
    "hydra/launcher/ray": ("hydra-ray-launcher", "ray"),
    "hydra/launcher/submitit_local": ("hydra-submitit-launcher", "slurm"),
    "hydra/launcher/submitit_slurm": ("hydra-submitit-launcher", "slurm"),
}
"""Options of Hydra that come with a package, mapped to the package and the extra of hito that installs it."""


MAKES_A_SWEEP = "{}: several values make a sweep. To run each of them, add -m (--multirun):"


def is_about_the_command_line(error: Exception) -> bool:
    """Return whether Hydra or OmegaConf refused the configuration; any other error is a bug."""
    return isinstance(error, ERRORS)


def explain(error: Exception, words: Sequence[str], config_name: str = CONFIG_NAME) -> str:
    """Say what is wrong with the command line, which keys or options exist, and which are closest.

    Args:
        error: What Hydra or OmegaConf raised.
        words: The command line, without the command; options of Hydra may be among them.
        config_name: Primary configuration that the words override.
    """
    if isinstance(error, OverrideParseException):
        return explain_word(error.override, error.message)
    if isinstance(error, MissingConfigException):
        return explain_option(error, words)
    return explain_words(words, config_name) or _original(error)


def explain_word(word: str, message: str) -> str:
    """Say why Hydra's grammar refuses a word, and what to type.

    Args:
        word: The word.
        message: What Hydra says of it.
    """
    key, equals, value = word.partition("=")
    if not equals:
        return f"{word} (expected KEY=VALUE): {message.splitlines()[0]}"
    reason = message.splitlines()[0]
    if parsed(f"{key}=x") is None:
        return f"{key}: there is no such key. Names of keys consist of letters a to z, digits, _, - and dots ({reason})"
    return f"{word}: {reason}\nTo have it taken as a text, type {for_the_shell(f'{key}={quoted(value)}')}"


def explain_words(words: Sequence[str], config_name: str = CONFIG_NAME) -> str | None:
    """Find the override that is wrong and say what is; None if none of them is."""
    overrides = OverridesParser.create().parse_overrides(
        [word for word in words if not word.startswith("-") and ("=" in word or word.startswith("~"))]
    )
    try:
        config = compose_config(single_overrides(overrides), config_name, return_hydra_config=True)
    except MissingConfigException as error:
        return explain_option(error, words)
    except ERRORS:
        return _explain_groups(overrides, config_name) or _explain_values(overrides, config_name)
    sweep = next((override for override in overrides if override.is_sweep_override()), None)
    sweeps = {"-m", "--multirun", "sweeper=optuna"} & set(words)
    if sweep is None or sweeps or str(config.hydra.mode).endswith("MULTIRUN"):
        return None
    key, value = sweep.get_key_element(), str(sweep.input_line).partition("=")[2]
    if is_group(sweep):
        return f"{MAKES_A_SWEEP.format(sweep.input_line)} hito -m {for_the_shell(str(sweep.input_line))}"
    return (
        f"{MAKES_A_SWEEP.format(sweep.input_line)} hito -m {for_the_shell(str(sweep.input_line))}\n"
        f"For one value that is a list, type {for_the_shell(f'{key}=[{value}]')}; for one text with a comma, type "
        f"{for_the_shell(f'{key}={in_quotes(value)}')}"
    )


def explain_option(error: MissingConfigException, words: Sequence[str]) -> str:
    """Say that a group has no such option, and list those that it has."""
    missing = error.missing_cfg_file or ""
    if missing in EXTRAS:
        package, extra = EXTRAS[missing]
        return str(MissingExtraError(package, extra, f"launcher={missing.rpartition('/')[2]}"))
    typed = [word.partition("=")[0].lstrip("+~").partition("@")[0] for word in words]
    group = next((key for key in typed if missing.startswith(f"{key}/")), "")
    if not group and "/" not in missing:  # the primary configuration
        return str(error)
    sentence = f"{group}={missing.removeprefix(f'{group}/')}: there is no such option."
    if not group:  # named by a file, not on the command line
        group = missing.rpartition("/")[0]
        sentence = f"{str(error).splitlines()[0]}: there is no such option of {group}."
    folder = configuration_folder() / group
    options = {str(path.relative_to(folder).with_suffix("")) for path in folder.rglob("*.yaml")}
    within = missing.removeprefix(f"{group}/").rpartition("/")[0]  # Hydra lists the options of this folder
    options |= {f"{within}/{option}" if within else option for option in error.options or ()}
    hint = did_you_mean(missing.removeprefix(f"{group}/"), sorted(options), n=3)
    return f"{sentence}{hint}\nOptions of {group}: {', '.join(sorted(options))}"


def _explain_groups(overrides: Sequence[Override], config_name: str) -> str | None:
    """Explain the first GROUP=OPTION without which the other ones can be composed."""
    options = [override for override in overrides if is_group(override)]
    if _composed(options, config_name) is not None:
        return None
    for override in options:
        config = _composed([other for other in options if other is not override], config_name)
        if config is not None:
            key = override.get_key_element().lstrip("+~")
            serve = config_name != CONFIG_NAME
            return belongs_to(key, serve=serve) or explain_key(key.replace("/", "."), None, config, serve=serve)
    return None


def _explain_values(overrides: Sequence[Override], config_name: str) -> str | None:
    """Explain the first KEY=VALUE whose key the configuration does not have."""
    config = _composed([override for override in overrides if is_group(override)], config_name)
    for override in overrides if config is not None else ():
        if is_group(override) or override.is_add() or override.is_force_add():
            continue
        assert config is not None
        serve = config_name != CONFIG_NAME
        if problem := explain_key(override.key_or_group, override.value(), config, serve=serve):
            return problem
    return None


def _composed(overrides: Sequence[Override], config_name: str) -> DictConfig | None:
    try:
        return compose_config(single_overrides(overrides), config_name)
    except ERRORS:
        return None


def single_overrides(overrides: Sequence[Override]) -> list[str]:
    """Return the overrides of one run: of each axis of a sweep its first value."""
    words = []
    for override in overrides:
        value, text = override.value(), str(override.input_line).partition("=")[2]
        if override.is_delete():
            words.append(str(override.input_line))
        elif not isinstance(value, Glob):
            if isinstance(value, IntervalSweep):
                text = str(value.start)
            elif override.is_sweep_override():
                text = next(override.sweep_string_iterator())
            words.append(f"{override.get_key_element()}={option_value(text) if is_group(override) else text}")
    return words


def is_group(override: Override) -> bool:
    """Return whether an override chooses an option of a group."""
    return override.package is not None or "/" in override.key_or_group or override.key_or_group in groups()


def _original(error: Exception) -> str:
    """Return Hydra's or OmegaConf's own message, with its cause."""
    text = str(error)
    if isinstance(error, OmegaConfBaseException) and error.full_key:
        return f"{error.full_key}: {text.splitlines()[0]}"
    cause = error.__cause__ or error.__context__
    return f"{text}\n{cause}" if isinstance(cause, OmegaConfBaseException) and str(cause) not in text else text
