"""Prepares the words of the command line for Hydra: texts and paths are taken as they are typed.

Hydra's grammar reads 2024 as a number and refuses accents, quotes and parentheses. The annotation of a key says what
its value is, so a value that can only be a text is quoted for the grammar here. Sweeps, interpolations and options of
Hydra keep their meaning.
"""

from collections.abc import Sequence

from experiments.cli.arguments import UsageError
from experiments.cli.key_types import KeyTypes
from experiments.cli.mapping_words import Mappings
from experiments.cli.task_keys import belongs_to
from experiments.cli.value_words import WORD, Word, option_value, prepared_value
from experiments.config import CONFIG_NAME, check_hydra_words, kinds

EXPERIMENT_FOLDER = "experiment/"
"""Begins a group that Hydra lists for each folder of experiments: they are options of `experiment`."""


def prepare(words: Sequence[str], config_name: str = CONFIG_NAME, *, sweep: bool | None = None) -> list[str]:
    """Return the words as Hydra has to read them.

    Args:
        words: As typed, options of Hydra among them.
        config_name: Primary configuration that the words override.
        sweep: Whether several values of a key make several runs; None: as the words say.

    Raises:
        UsageError: A word can be understood in two ways, or adds a key of another task; the message has the words to
            type.
    """
    check_hydra_words(words)
    typed = [_with_experiment(word) for word in words]
    types = KeyTypes(typed, config_name, sweep=sweep)
    mappings = Mappings(types)
    prepared = [None if mappings.take(word) else _prepare(word, types) for word in typed]
    return _options_first([*(word for word in prepared if word is not None), *mappings.words()])


OPTIONS_WITH_VALUE = {"--cfg", "-c", "--package", "-p", "--config-path", "-cp", "--config-name", "-cn", "--config-dir"}
OPTIONS_WITH_VALUE |= {"-cd", "--experimental-rerun", "--info", "-i"}
"""Options of Hydra that the next word may belong to."""


def _options_first(words: Sequence[str]) -> list[str]:
    """Return the words with Hydra's options before the overrides: Hydra takes no option between them."""
    options: list[str] = []
    overrides: list[str] = []
    for index, word in enumerate(words):
        belongs = index > 0 and words[index - 1] in OPTIONS_WITH_VALUE and "=" not in word
        (options if word.startswith("-") or belongs else overrides).append(word)
    return [*options, *overrides]


def _with_experiment(word: str) -> str:
    """Return experiment/FOLDER=NAME, as Hydra lists it, as experiment=FOLDER/NAME."""
    found = WORD.fullmatch(word)
    if not found or not found["key"].startswith(EXPERIMENT_FOLDER):
        return word
    folder = found["key"].removeprefix(EXPERIMENT_FOLDER)
    options = (f"{folder}/{option.strip()}" for option in found["value"].split(","))
    return f"{found['sign']}experiment={','.join(options)}"


def _prepare(word: str, types: KeyTypes) -> str:
    found = WORD.fullmatch(word)
    if word.lstrip("+~ ").startswith("="):
        raise UsageError(f"{word}: no key before the equals sign; expected KEY=VALUE")
    if found is None or found["key"].startswith(("-", "hydra.")):
        return word
    sign, key, value = found["sign"], found["key"], found["value"]
    if types.is_group(key):
        return f"{sign}{key}={option_value(value)}"
    if sign and not types.has(key) and (sentence := belongs_to(key, serve=types.config_name != CONFIG_NAME)):
        raise UsageError(sentence)
    alternatives, is_below = types.of(key)
    new_value = prepared_value(Word(key, value, alternatives, sweep=types.is_sweep))
    is_merged = "mapping" in kinds(alternatives) and value.lstrip().startswith("{") and types.mapping(key) is not None
    return f"{sign or '++' * (is_below or is_merged)}{key}={new_value}"  # a mapping takes any key
