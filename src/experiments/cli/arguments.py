"""The words of hito's own commands: at most one EXPERIMENT, and values."""

from collections.abc import Mapping, Sequence

from components.errors import ConfigError


def read_words(words: Sequence[str], command: str, known: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The experiment ("" when none is named) and the values, with their defaults `known`.

    Raises ConfigError for a key that is not known, an empty value or a second experiment.
    """
    experiment, values = "", dict(known)
    for word in words:
        key, equals, value = word.partition("=")
        if equals and key in known and value:
            values[key] = value
        elif equals or experiment:
            usage = " ".join(f"[{name}={default or '...'}]" for name, default in known.items())
            raise ConfigError(f"{word!r}: it is  hito {command} [EXPERIMENT] {usage}")
        else:
            experiment = word.rstrip("/")
    return experiment, values
