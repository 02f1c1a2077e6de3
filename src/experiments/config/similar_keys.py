"""The keys that a mistyped key probably meant."""

from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches

CUTOFF = 0.7
"""Smallest similarity of a key as a whole."""


def similar_keys(key: str, known: Iterable[str], n: int = 3) -> str:
    """Return " Did you mean A or B?" with the keys closest to a dotted key, or "" if none is close.

    Keys with the same last part come first: what is forgotten is most often where a key lies.

    Args:
        key: The unknown key.
        known: All dotted keys.
        n: Largest number of suggestions.

    Examples:
        >>> similar_keys("training.lr", ["training.clip_norm", "training.optimizer.lr"])
        ' Did you mean training.optimizer.lr?'
    """
    names = list(dict.fromkeys(known))
    last = key.rpartition(".")[2]
    same = [name for name in names if name.rpartition(".")[2] == last]
    close = sorted(same, key=lambda name: SequenceMatcher(None, key, name).ratio(), reverse=True)
    close = close or get_close_matches(key, names, n=n, cutoff=CUTOFF)
    if not close:
        lasts = get_close_matches(last, {name.rpartition(".")[2] for name in names}, n=1, cutoff=0.8)
        close = [name for name in names if name.rpartition(".")[2] in lasts]
    return f" Did you mean {' or '.join(close[:n])}?" if close else ""
