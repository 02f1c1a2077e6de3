"""Phrases that error messages and tables share: suggestions, shortened lists, counted nouns."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches


def did_you_mean(word: str, known: Iterable[str], *, n: int = 1, cutoff: float = 0.6) -> str:
    """Return " Did you mean A or B?" with the known words closest to `word`, or "" where none is close.

    Args:
        word: What was given.
        known: What would have been understood.
        n: Largest number of suggestions.
        cutoff: Similarity, 0 to 1, from which a word is suggested (`difflib.get_close_matches`).

    Examples:
        >>> did_you_mean("acuracy", ["accuracy", "kappa"])
        ' Did you mean accuracy?'
    """
    close = get_close_matches(word, list(dict.fromkeys(known)), n=n, cutoff=cutoff)
    return f" Did you mean {' or '.join(close)}?" if close else ""


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return the count with its noun in the right number.

    Examples:
        >>> counted(1, "photo"), counted(1200, "photo"), counted(2, "class", "classes")
        ('1 photo', '1,200 photos', '2 classes')
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def shortened(lines: Sequence[str], limit: int, *, where: str = "") -> list[str]:
    """Return the first `limit` lines; if there are others, a last line that counts them.

    Args:
        lines: All of them.
        limit: How many are kept.
        where: Where all of them can be found, for the last line.

    Examples:
        >>> shortened(["a", "b", "c"], 1, where="all in findings.csv")
        ['a', 'and 2 more, all in findings.csv']
    """
    if len(lines) <= limit:
        return list(lines)
    return [*lines[:limit], f"and {len(lines) - limit:,} more" + (f", {where}" if where else "")]
