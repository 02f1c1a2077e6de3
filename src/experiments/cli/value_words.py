"""Writes a typed value in Hydra's grammar, according to what the value may be."""

import os
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import ChoiceSweep, Glob, Override, Quote, QuotedString
from hydra.errors import HydraException

from experiments.cli.arguments import UsageError
from experiments.config import Alternatives, is_text, items_of, kinds

WORD = re.compile(r"(?P<sign>\+{0,2})(?P<key>[^=~+][^=]*)=(?P<value>.*)", re.DOTALL)
"""KEY=VALUE, +KEY=VALUE or ++KEY=VALUE."""

FUNCTIONS = "choice|shuffle|sort|range|interval|glob|tag|int|float|str|bool|json_str|extend_list"
FUNCTION = re.compile(rf"\s*({FUNCTIONS})\s*\(.*\)\s*", re.DOTALL)
"""A function of Hydra's grammar."""

LISTING_FUNCTION = re.compile(r"\s*(choice|shuffle|sort)\((.*)\)\s*", re.DOTALL)
"""A function whose arguments are the values of a sweep."""

REFERENCE = re.compile(r"\$\{.+\}")
"""A value that OmegaConf takes from elsewhere."""

OPEN, CLOSE = "[{(", "]})"


@dataclass(frozen=True)
class Word:
    """A typed KEY=VALUE.

    Attributes:
        key: The key, dotted.
        value: The value, as typed.
        alternatives: What the value may be.
        sweep: Whether commas separate the values of a sweep.
    """

    key: str
    value: str
    alternatives: Alternatives
    sweep: bool

    @property
    def is_path(self) -> bool:
        """Whether the value is a path, or a list of paths."""
        items = items_of(self.alternatives, "list") or ()
        last = self.key.rpartition(".")[2]
        return "path" in kinds(self.alternatives) | kinds(items) or last in PATHS


PATHS = {"root", "path", "file", "photos", "directory", "weights", "gallery"}
"""Names of parameters whose texts are paths, or may be."""


def prepared_value(word: Word) -> str:
    """Return the value of a word in Hydra's grammar.

    Raises:
        UsageError: It can be understood in two ways.
    """
    values = _values_of_sweep(word)
    if values is None:
        return _one(word)
    if not word.sweep and parsed(f"key={word.value}") is not None:
        return word.value  # refused later, as it was typed
    function, texts = values
    written = [_one(replace(word, value=text, sweep=False)) for text in texts]
    if written == texts and parsed(f"key={word.value}") is not None:
        return word.value
    return f"{function}({', '.join(written)})" if function else ",".join(written)


def option_value(value: str) -> str:
    """Return the value of a group with what Hydra fails at (numbers, null, mappings) in quotes, as names of options.

    Examples:
        >>> option_value("thesis,modern")
        'thesis,modern'
        >>> option_value("thesis,2")
        "'thesis','2'"
    """
    found = parsed(f"key={value}")
    named = None if found is None else found.value()
    if isinstance(named, ChoiceSweep) and not _are_names(named.list):
        return ",".join(quoted(str(option)) for option in named.list)
    is_name = isinstance(named, ChoiceSweep | Glob) or _are_names(named if isinstance(named, list) else [named])
    return value if is_name else quoted(value)


def _are_names(options: Sequence[object]) -> bool:
    return all(isinstance(option, str | QuotedString) for option in options)


def quoted(text: str) -> str:
    """Return a text in the quotes of Hydra's grammar; `${` that begins no reference is kept from being read as one."""
    return in_quotes(text if _references_close(text) else text.replace("${", r"\${"))


def in_quotes(text: str) -> str:
    """Return a text in the quotes of Hydra's grammar, and of OmegaConf's."""
    return QuotedString(text, Quote.single).with_quotes()


def for_the_shell(word: str) -> str:
    """Return a word as it is typed in a shell, in double quotes if it has single quotes and nothing that they change.

    Examples:
        >>> print(for_the_shell("name='a,b'"))
        "name='a,b'"
    """
    return f'"{word}"' if "'" in word and not set(word) & set('"$`\\\\!') else shlex.quote(word)


def _references_close(text: str) -> bool:
    """Return whether each `${` of a text has a brace that closes it, with something in between."""
    for found in re.finditer(r"\$\{", text):
        inside, depth = "", 1
        for character in text[found.end() :]:
            depth += (character == "{") - (character == "}")
            if not depth:
                break
            inside += character
        if depth or not inside.strip():
            return False
    return True


def split_items(text: str) -> list[str]:
    """Return the parts of a text between commas that are in no quotes and no brackets.

    Examples:
        >>> split_items("a, [b, c], 'd, e'")
        ['a', ' [b, c]', " 'd, e'"]
    """
    parts, depth, quote, start = [], 0, "", 0
    for index, character in enumerate(text):
        escaped = index > 0 and text[index - 1] == "\\"
        if quote:
            quote = "" if character == quote and not escaped else quote
        elif character in "'\"" and not text[start:index].strip(" \t[{(") and _closes(text, index):
            quote = character
        elif character in OPEN:
            depth += 1
        elif character in CLOSE:
            depth -= 1
        elif character == "," and depth <= 0 and not escaped:
            parts.append(text[start:index])
            start = index + 1
    return [*parts, text[start:]]


def _closes(text: str, start: int) -> bool:
    """Return whether a quote at `start` is closed where an item ends: an apostrophe in a word is none."""
    return re.search(r"(?<!\\)" + text[start] + r"\s*([,\]})]|$)", text[start + 1 :]) is not None


def _values_of_sweep(word: Word) -> tuple[str, list[str]] | None:
    """Return the function and the values of a sweep that a word asks for; None if it has one value."""
    found = parsed(f"key={word.value}")
    is_function = FUNCTION.fullmatch(word.value) is not None
    if is_function and (listing := LISTING_FUNCTION.fullmatch(word.value)):
        return listing[1], [item.strip() for item in split_items(listing[2])]
    if is_function and found is not None:
        return None
    items = split_items(word.value)
    if len(items) == 1:
        return None
    if word.sweep:
        if word.is_path and Path(_expanded(word.value)).exists():
            raise UsageError(
                f"{word.key}={word.value}: in a sweep a comma separates values, and this path exists. For the path "
                f"type {for_the_shell(f'{word.key}={quoted(_expanded(word.value))}')}"
            )
        return "", [item.strip() for item in items]
    is_listed = "list" in kinds(word.alternatives)
    if (is_text(word.alternatives) or is_listed) and not _could_be_sweep(word, found):
        return None
    return "", [item.strip() for item in items]


def _could_be_sweep(word: Word, found: Override | None) -> bool:
    """Return whether a text with commas looks like the values of a sweep whose -m was forgotten."""
    return not word.is_path and found is not None and " " not in word.value


def _one(word: Word) -> str:
    """Return one value in Hydra's grammar."""
    raw, alternatives = word.value, word.alternatives
    found = parsed(f"key={raw}")
    if raw == "" or (FUNCTION.fullmatch(raw) and found is not None):
        return raw
    if is_text(alternatives):
        return _text(word, found)
    if (items := items_of(alternatives, "list")) is not None and _wants_list(raw, alternatives, found):
        return _list(word, items)
    if "mapping" in kinds(alternatives) and found is not None and isinstance(found.value(), dict):
        return _mapping(word, items_of(alternatives, "mapping") or ())
    if found is not None:
        return raw
    return quoted(raw)


def _text(word: Word, found: Override | None) -> str:
    raw = word.value
    if raw.lower() == "null" and "none" in kinds(word.alternatives):
        return raw
    value = found.value() if found is not None and not found.is_sweep_override() else None
    text = value if isinstance(value, str) else raw
    if word.is_path and (expanded := _expanded(text)) != text:
        return _shortest(expanded)
    return raw if isinstance(value, str) else quoted(text)


def _shortest(text: str) -> str:
    """Return a text without quotes if the grammar reads it as it is."""
    found = parsed(f"key={text}")
    is_plain = found is not None and not found.is_sweep_override() and found.value() == text
    return text if is_plain else quoted(text)


def _expanded(text: str) -> str:
    return os.path.expanduser(text) if text.startswith("~") else text  # noqa: PTH111 - Path drops a trailing slash


def _wants_list(raw: str, alternatives: Alternatives, found: Override | None) -> bool:
    """Return whether a value is, or has to become, a list."""
    if raw.lstrip().startswith("["):
        return raw.rstrip().endswith("]") or found is None
    is_none = raw.lower() == "null" and "none" in kinds(alternatives)
    is_mapping = raw.lstrip().startswith("{") and "mapping" in kinds(alternatives)
    is_reference = REFERENCE.fullmatch(raw) is not None
    return kinds(alternatives) - {"none", "mapping", "text"} == {"list"} and not (is_none or is_mapping or is_reference)


def _list(word: Word, items: Alternatives) -> str:
    """Return a list with each item in Hydra's grammar; a value that is no list is its only item."""
    raw = word.value.strip()
    if not (raw.startswith("[") and raw.endswith("]")):
        return f"[{_one(replace(word, value=word.value, alternatives=items))}]"
    inside = raw[1:-1].strip()
    texts = [text.strip() for text in split_items(inside)] if inside else []
    written = [_one(replace(word, value=text, alternatives=items)) for text in texts]
    if written == texts and parsed(f"key={raw}") is not None:
        return word.value
    return f"[{','.join(written)}]"


def _mapping(word: Word, items: Alternatives) -> str:
    """Return a mapping that Hydra's grammar takes, with each of its values in that grammar."""
    pairs = dict(_pairs(word.value))
    values = {key: _one(replace(word, value=text, alternatives=items)) for key, text in pairs.items()}
    return word.value if values == pairs else "{" + ",".join(f"{key}:{value}" for key, value in values.items()) + "}"


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    inside = text.strip()[1:-1].strip()
    for item in split_items(inside) if inside else []:
        key, _, value = item.partition(":")
        yield key.strip(), value.strip()


def parsed(word: str) -> Override | None:
    """Return a word as Hydra's grammar reads it; None if it does not."""
    try:
        return OverridesParser.create().parse_override(word)
    except HydraException:
        return None
