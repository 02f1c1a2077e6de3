"""Words that set keys of mappings, such as `data.columns={descripción: description}`.

Keys in Hydra's grammar are ASCII and cannot be quoted. A mapping with other keys is read as YAML here and passed on as
a reference that OmegaConf resolves to it.
"""

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any

import yaml

from experiments.cli.arguments import UsageError
from experiments.cli.key_types import KeyTypes
from experiments.cli.value_words import REFERENCE, WORD, parsed
from experiments.config import Alternatives, is_text, items_of, kinds


class Mappings:
    """The mappings that the words of a command line set and that Hydra's grammar does not take."""

    def __init__(self, types: KeyTypes) -> None:
        """Find those that need it; `types` knows the words."""
        self._types = types
        self._values: dict[str, dict[str, Any]] = {}
        refused = [word for word in types.words if parsed(word) is None]
        self._keys = {key for word in refused if (key := self._key(word))}

    def take(self, word: str) -> bool:
        """Return whether a word sets one of these mappings; its keys are kept then.

        Raises:
            UsageError: It is no mapping.
        """
        key = self._key(word) if self._keys else None
        if key not in self._keys:
            return False
        found = WORD.fullmatch(word)
        assert key is not None
        assert found is not None
        values = self._values.setdefault(key, dict(self._types.mapping(key) or {}))
        alternatives = items_of(self._types.of(key)[0], "mapping") or ()
        below = found["key"].removeprefix(key).lstrip(".")
        read = {below: _read(found["value"])} if below else _read(found["value"])
        if not isinstance(read, dict):
            typed = shlex.quote(f"{key}={{KEY: VALUE, OTHER: VALUE}}")
            raise UsageError(f"{word}: expected a mapping, as in {typed}")
        values |= {str(name): _typed(value, alternatives) for name, value in read.items()}
        return True

    def words(self) -> list[str]:
        """Return a word for each mapping, with what it holds by default and what was typed."""
        return [f"++{key}={_as_reference(values)}" for key, values in self._values.items()]

    def _key(self, word: str) -> str | None:
        """Return the key of the mapping that a word sets, or sets a key of; None if it sets none."""
        found = WORD.fullmatch(word)
        if found is None:
            return None
        parts = found["key"].split(".")
        keys = (".".join(parts[:length]) for length in range(1, len(parts) + 1))
        key = next((key for key in keys if "mapping" in kinds(self._types.of(key)[0])), None)
        is_mapping = key != found["key"] or found["value"].lstrip().startswith("{")
        return key if is_mapping else None


def _read(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return text


def _typed(value: Any, alternatives: Alternatives) -> Any:
    """Return a value read from YAML as the values of the mapping have to be: a text, or a list of texts."""
    if is_text(alternatives) and value is not None and not isinstance(value, str):
        return str(value).lower() if isinstance(value, bool) else str(value)
    if kinds(alternatives) - {"none"} == {"list"} and not isinstance(value, list):
        return [value]
    return value


def _as_reference(values: Mapping[str, Any]) -> str:
    """Return a mapping as Hydra's grammar takes it: `oc.create` of OmegaConf reads YAML, of which JSON is a part.

    Quotes, backslashes and dollars inside the texts are written by their numbers: Hydra reads the word three times.
    """
    content = json.dumps(_with_numbers(values), ensure_ascii=False, default=str)
    content = re.sub("\ue000(....)", r"\\u\1", content)
    return "\"${oc.create:'" + content.replace('"', '\\"') + "'}\""


def _with_numbers(value: Any) -> Any:
    """Return a value with the characters that Hydra would read as its own replaced by a mark and their number."""
    if isinstance(value, Mapping):
        return {_with_numbers(str(key)): _with_numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_numbers(item) for item in value]
    if isinstance(value, str) and not REFERENCE.search(value):
        return re.sub(r"[\x00-\x1f'\"\\$]", lambda found: f"\ue000{ord(found[0]):04x}", value)
    return value
