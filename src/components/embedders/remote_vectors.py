"""Embedding through a service: one call per photo or text, several at a time."""

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from components.embedders.embedder import Batch
from components.embedders.parallel_calls import parallel_answers
from components.embedders.remote_calls import Caller, IncompleteAnswerError

Content = TypeVar("Content")


def remote_vectors(
    names: Sequence[str],
    content: Callable[[int], Content],
    predict: Callable[[Content], Any],
    *,
    caller: Caller,
    dimension: int,
) -> Iterator[Batch]:
    """Embed n photos or texts with one call each; yield each vector as soon as it is received.

    Args:
        names: n names for error messages.
        content: Makes the content of the call for a row; called once per row, in a thread.
        predict: Makes the call; returns the vector as a sequence of numbers.
        caller: Limits rate and number of simultaneous calls, and retries failed ones.
        dimension: Expected length of the vectors.

    Raises:
        RemoteError: A call failed; the message names the photo or text.
    """

    def embed(row: int, stopping: threading.Event) -> NDArray[np.float32]:
        sent = content(row)

        def call() -> NDArray[np.float32]:
            vector = np.array(predict(sent), np.float32)
            if vector.shape != (dimension,):
                raise IncompleteAnswerError(f"the answer has {vector.size} numbers, expected {dimension}")
            return vector

        return caller.call(call, names[row], stopping)

    for row, vector in parallel_answers(len(names), embed, parallel=caller.parallel):
        yield np.array([row]), vector[None]


def text_name(text: str) -> str:
    """Return the beginning of a text in quotes, as its name in error messages."""
    return f"the text {text[:80]!r}"
