"""Google's Gemini embeddings: photos and texts in many languages, a paid call each; another space than Vertex's."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.embedders.cached import Cached
from components.embedders.call_rate import shared_bucket
from components.embedders.embedder import Batch
from components.embedders.remote_calls import Caller, IncompleteAnswerError, answers
from components.embedders.vertex_ai import jpeg
from components.errors import ConfigError, MissingExtraError
from components.storage import digest

log = logging.getLogger(__name__)

GEMINI_VERSION = 1
"""Goes up whenever the same photo or text would be sent in another way."""


def gemini_embedding(
    *,
    model: str = "gemini-embedding-2-preview",
    api_key: str | None = None,
    dimension: int = 1536,
    size: int = 512,
    calls_per_minute: float = 120,
    parallel: int = 8,
    timeout: float = 60,
    attempts: int = 6,
    initial_backoff: float = 1.0,
    endpoint: str | None = None,
) -> Cached:
    """Gemini's multimodal embeddings through google-genai: photos and texts, Spanish too, a paid call each.

    Another space than `vertex`: nothing of one can be compared with the other.

    Args:
        model: Name of the model; it must take images.
        api_key: Of the Gemini API; it is no part of what a vector is. None: the client looks into GEMINI_API_KEY.
        dimension: Length of a vector, 128 to 3072.
        size: Side in pixels to which a photo is squashed before it is sent as JPEG.
        calls_per_minute: The quota, shared by everything in this process.
        parallel: Calls under way at the same time.
        timeout: Seconds to wait for an answer.
        attempts: Attempts a call, on too many requests, errors of the server and cut connections.
        initial_backoff: Seconds before the second attempt; doubled with each.
        endpoint: Another server; None: Google's.
    """
    if not 128 <= dimension <= 3072:
        raise ConfigError(f"embedder.dimension={dimension}: {model} gives 128 to 3072")

    def connect() -> Any:
        try:
            from google import genai
        except ImportError as error:
            raise MissingExtraError("google-genai", "gemini", "embedder=gemini_embedding") from error
        options = genai.types.HttpOptions(base_url=endpoint, timeout=int(1000 * timeout))
        try:
            return genai.Client(api_key=api_key, http_options=options)
        except ValueError as error:
            raise ConfigError(
                f"embedder=gemini_embedding needs a key: set GEMINI_API_KEY ({error}). embedder=conse needs none"
            ) from error

    caller = Caller(
        bucket=shared_bucket(f"{model} {endpoint}", calls_per_minute),
        attempts=attempts,
        initial_backoff=initial_backoff,
        broken=_broken(),
        explain=lambda status: ADVICE.get(status, ""),
    )
    return Cached(GeminiEncoder(connect, caller, model=model, dimension=dimension, size=size, parallel=parallel))


ADVICE = {
    401: "The key is missing or wrong: set GEMINI_API_KEY",
    403: "The key may not use this model: look at its project and restrictions",
    404: "There is no such model for this key: check embedder.model",
    429: "The quota is used up: lower embedder.calls_per_minute, or ask Google for a larger one",
}


def _broken() -> tuple[type[Exception], ...]:
    try:
        from httpx import TransportError
    except ImportError:
        return (OSError,)
    return (OSError, TransportError)


class GeminiEncoder:
    """The model of `gemini_embedding`."""

    def __init__(
        self, connect: Callable[[], Any], caller: Caller, *, model: str, dimension: int, size: int, parallel: int
    ) -> None:
        """Keep how to connect and what to ask."""
        self.connect, self.caller = connect, caller
        self.model, self.dimension, self.size, self.parallel = model, dimension, size, parallel

    def fingerprint(self) -> str:
        """Hash of model, dimension and what is sent."""
        return digest(f"gemini {GEMINI_VERSION} {self.model} {self.dimension} {self.size}")

    def encode_images(self, paths: Sequence[Path]) -> Iterator[Batch]:
        """One vector a call, each as soon as it is answered."""
        from google.genai import types

        yield from self._encode(
            [str(path) for path in paths],
            lambda row: types.Part.from_bytes(data=jpeg(paths[row], self.size), mime_type="image/jpeg"),
        )

    def encode_texts(self, texts: Sequence[str]) -> Iterator[Batch]:
        """One vector a call, likewise."""
        yield from self._encode([f"the text {text[:80]!r}" for text in texts], lambda row: texts[row])

    def _encode(self, names: Sequence[str], content: Callable[[int], Any]) -> Iterator[Batch]:
        client, gap = self._client, self.caller.bucket.gap
        log.info("Gemini: %d to embed, at least %.0f s at %.0f calls a minute", len(names), gap * len(names), 60 / gap)

        def ask(row: int, stopping: threading.Event) -> NDArray[np.float32]:
            sent = content(row)

            def once() -> NDArray[np.float32]:
                config = {"output_dimensionality": self.dimension}
                answer = client.models.embed_content(model=self.model, contents=[sent], config=config)
                found = answer.embeddings or []
                vector = np.array(found[0].values if len(found) == 1 else (), np.float32)
                if vector.shape != (self.dimension,):
                    raise IncompleteAnswerError(f"the answer has {vector.size} numbers, expected {self.dimension}")
                return vector

            return self.caller.call(once, names[row], stopping)

        for row, vector in answers(len(names), ask, parallel=self.parallel):
            yield np.array([row]), vector[None]

    @cached_property
    def _client(self) -> Any:
        return self.connect()
