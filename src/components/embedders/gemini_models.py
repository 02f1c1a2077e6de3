"""Google's Gemini embeddings: photos and texts in many languages, paid per call."""

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from components.embedders.cached import Cached
from components.embedders.embedder import Batch
from components.embedders.remote_calls import Caller
from components.embedders.remote_vectors import remote_vectors, text_name
from components.embedders.uploaded_photo import jpeg
from components.errors import ConfigError, MissingExtraError
from components.storage import digest
from components.wording import counted

log = logging.getLogger(__name__)

GEMINI_VERSION = 1
"""Increased whenever the same photo or text is sent in another form."""

ADVICE = {
    401: "The API key is missing or wrong: set GEMINI_API_KEY",
    403: "The API key may not use this model: check its project and restrictions",
    404: "The model does not exist for this API key: check embedder.model",
    429: "The quota is exhausted: lower embedder.calls_per_minute, or ask Google for a larger quota",
}
"""What to do about an HTTP status."""


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
    """Embed photos and texts, also Spanish ones, with Gemini's multimodal embeddings, paid per call.

    The vectors cannot be compared with those of `vertex`.

    Args:
        model: Name of a model that accepts images.
        api_key: API key of Gemini; None: the environment variable GEMINI_API_KEY. It does not affect the vectors.
        dimension: Length of the vectors, 128 to 3072.
        size: Side in pixels that photos are resized to, ignoring their aspect ratio, before they are sent as JPEG.
        calls_per_minute: Rate limit, shared by all calls of the process.
        parallel: Largest number of simultaneous calls.
        timeout: Seconds to wait for an answer.
        attempts: Attempts per call; rate limits, server errors and lost connections are retried.
        initial_backoff: Seconds before the second attempt; doubled with each further attempt.
        endpoint: URL of another server; None: Google's.

    Raises:
        ConfigError: An argument is out of range.
    """
    if not 128 <= dimension <= 3072:
        raise ConfigError(f"embedder.dimension={dimension}: expected 128 to 3072")

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
                f"embedder=gemini_embedding needs an API key: set GEMINI_API_KEY ({error}). embedder=conse needs none"
            ) from error

    caller = Caller.of(
        f"{model} {endpoint}",
        calls_per_minute=calls_per_minute,
        parallel=parallel,
        attempts=attempts,
        initial_backoff=initial_backoff,
        connection_errors=_connection_errors(),
        advice=lambda status: ADVICE.get(status, ""),
    )
    return Cached(GeminiEncoder(connect, caller, model=model, dimension=dimension, size=size))


def _connection_errors() -> tuple[type[Exception], ...]:
    try:
        from httpx import TransportError
    except ImportError:
        return (OSError,)
    return (OSError, TransportError)


class GeminiEncoder:
    """The encoder of `gemini_embedding`."""

    def __init__(self, connect: Callable[[], Any], caller: Caller, *, model: str, dimension: int, size: int) -> None:
        """Store how to create the client, how to call it, and the arguments of `gemini_embedding`."""
        self.connect, self.caller = connect, caller
        self.model, self.dimension, self.size = model, dimension, size

    def fingerprint(self) -> str:
        """Return a hash of model, dimension and preprocessing."""
        return digest(f"gemini {GEMINI_VERSION} {self.model} {self.dimension} {self.size}")

    def encode_images(self, paths: Sequence[Path]) -> Iterator[Batch]:
        """Embed photos with one call each; yield each vector as soon as it is received."""
        from google.genai import types

        yield from self._embed(
            counted(len(paths), "photo"),
            [str(path) for path in paths],
            lambda row: types.Part.from_bytes(data=jpeg(paths[row], self.size), mime_type="image/jpeg"),
        )

    def encode_texts(self, texts: Sequence[str]) -> Iterator[Batch]:
        """Embed texts with one call each; yield each vector as soon as it is received."""
        yield from self._embed(counted(len(texts), "text"), [text_name(text) for text in texts], lambda row: texts[row])

    def _embed(self, what: str, names: Sequence[str], content: Callable[[int], Any]) -> Iterator[Batch]:
        client = self._client
        log.info("Gemini: %s to embed, taking at least %s", what, self.caller.shortest_time(len(names)))

        def predict(sent: Any) -> Any:
            config = {"output_dimensionality": self.dimension}
            answer = client.models.embed_content(model=self.model, contents=[sent], config=config)
            embeddings = answer.embeddings or []
            return embeddings[0].values if len(embeddings) == 1 else ()

        return remote_vectors(names, content, predict, caller=self.caller, dimension=self.dimension)

    @cached_property
    def _client(self) -> Any:
        return self.connect()
