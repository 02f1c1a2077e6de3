"""Phrases that error messages and tables share: suggestions, shortened lists, counted nouns."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str], *, n: int = 1, cutoff: float = 0.6) -> str:
    """Return " Did you mean A or B?" with the known words closest to `word`, or "" if none is close.

    Args:
        word: The unknown word.
        known: All valid words.
        n: Largest number of suggestions.
        cutoff: Smallest similarity of a suggestion, in [0, 1] (`difflib.get_close_matches`).

    Examples:
        >>> did_you_mean("acuracy", ["accuracy", "kappa"])
        ' Did you mean accuracy?'
    """
    close = get_close_matches(word, list(dict.fromkeys(known)), n=n, cutoff=cutoff)
    return f" Did you mean {' or '.join(close)}?" if close else ""


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return the count followed by its noun, in the singular or the plural.

    Args:
        count: The count; thousands are separated by commas.
        noun: The noun in the singular.
        plural: The plural; "": the noun with an "s".

    Examples:
        >>> counted(1, "photo"), counted(1200, "photo"), counted(2, "class", "classes")
        ('1 photo', '1,200 photos', '2 classes')
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def shortened(lines: Sequence[str], limit: int, *, where: str = "") -> list[str]:
    """Return the first `limit` lines, followed by a line that counts the others if there are any.

    Args:
        lines: All lines.
        limit: Largest number of lines kept.
        where: Where the full list is, appended to the last line.

    Examples:
        >>> shortened(["a", "b", "c"], 1, where="all in findings.csv")
        ['a', 'and 2 more, all in findings.csv']
    """
    if len(lines) <= limit:
        return list(lines)
    return [*lines[:limit], f"and {len(lines) - limit:,} more" + (f", {where}" if where else "")]
