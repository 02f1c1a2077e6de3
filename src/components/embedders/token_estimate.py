"""Estimated length of texts in tokens, for models whose tokenizer is not public."""

import math
import re


def estimated_tokens(text: str) -> int:
    """Return an upper estimate of the tokens of a text: one per 4 letters of a word, rounded up, and one per symbol."""
    return sum(math.ceil(len(piece) / 4) for piece in re.findall(r"\w+|[^\w\s]", text))
