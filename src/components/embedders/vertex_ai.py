"""Google's multimodal embeddings on Vertex AI, the model of the thesis: photos and English texts, paid per call."""

import base64
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from components.embedders.cached import Cached
from components.embedders.embedder import Batch
from components.embedders.remote_calls import Caller
from components.embedders.remote_vectors import remote_vectors, text_name
from components.embedders.token_estimate import estimated_tokens
from components.embedders.uploaded_photo import jpeg
from components.embedders.vertex_client import MODEL, VertexClient, connection_errors
from components.errors import ConfigError, DataError
from components.storage import digest
from components.wording import counted

log = logging.getLogger(__name__)

VERTEX_VERSION = 1
"""Increased whenever the same photo or text is sent in another form."""
DIMENSIONS = (128, 256, 512, 1408)
MAX_TOKENS = 32
"""Length of a text, in tokens, after which the model ignores the rest."""


def vertex(
    *,
    project: str | None = None,
    location: str = "us-central1",
    dimension: int = 1408,
    size: int = 512,
    calls_per_minute: float = 120,
    parallel: int = 8,
    timeout: float = 60,
    attempts: int = 6,
    initial_backoff: float = 1.0,
    long_text: Literal["error", "warn"] = "error",
    endpoint: str | None = None,
    usd_per_photo: float = 0.0001,
    usd_per_1000_characters: float = 0.0002,
    price_date: str = "2025",
) -> Cached:
    """Embed photos and English texts with Vertex AI's `multimodalembedding@001`, paid per call (thesis, embeddings).

    Needs a Google Cloud project with the Vertex AI API, and credentials (`gcloud auth application-default login`).
    Each vector is stored as it is received: nothing is paid twice after an interruption. Google has announced the
    retirement of the model for 2027.

    Args:
        project: Id of the project that pays.
        location: Region of the service.
        dimension: Length of the vectors: 128, 256, 512 or 1408.
        size: Side in pixels that photos are resized to, ignoring their aspect ratio, before they are sent as JPEG.
        calls_per_minute: Rate limit, shared by all calls of the process.
        parallel: Largest number of simultaneous calls.
        timeout: Seconds to wait for an answer.
        attempts: Attempts per call; rate limits, server errors and lost connections are retried.
        initial_backoff: Seconds before the second attempt; doubled with each further attempt.
        long_text: The model silently ignores what follows the first 32 tokens of a text. `error` rejects longer texts,
            `warn` sends them and logs a warning. The number of tokens is an upper estimate.
        endpoint: URL of another server (`http://...` is used without credentials); None: Google's server in `location`.
        usd_per_photo: Price per photo for the cost estimate. Prices change: check Google's price list.
        usd_per_1000_characters: Price per 1,000 characters of text for the cost estimate.
        price_date: Date of these prices, quoted in the cost estimate.

    Raises:
        ConfigError: An argument is out of range.
    """
    if dimension not in DIMENSIONS:
        raise ConfigError(f"embedder.dimension={dimension}: expected one of {', '.join(map(str, DIMENSIONS))}")
    if long_text not in ("error", "warn"):
        raise ConfigError(f"embedder.long_text={long_text!r}: expected error or warn")
    client = VertexClient(project, location, endpoint, timeout)
    caller = Caller.of(
        f"{MODEL} {project} {location} {endpoint}",
        calls_per_minute=calls_per_minute,
        parallel=parallel,
        attempts=attempts,
        initial_backoff=initial_backoff,
        connection_errors=connection_errors(),
        advice=client.advice,
    )
    prices = Prices(usd_per_photo, usd_per_1000_characters / 1000, price_date)
    return Cached(VertexEncoder(client, caller, prices, dimension=dimension, size=size, long_text=long_text))


@dataclass(frozen=True)
class Prices:
    """Prices in US dollars per photo and per character, and their date."""

    photo: float
    character: float
    date: str


class VertexEncoder:
    """The encoder of `vertex`."""

    def __init__(
        self, client: VertexClient, caller: Caller, prices: Prices, *, dimension: int, size: int, long_text: str
    ) -> None:
        """Store the client, how to call it, and the arguments of `vertex`."""
        self.client, self.caller, self.prices = client, caller, prices
        self.dimension, self.size, self.long_text = dimension, size, long_text

    def fingerprint(self) -> str:
        """Return a hash of model, dimension and preprocessing, but not of project and region."""
        return digest(f"vertex {VERTEX_VERSION} {MODEL} {self.dimension} {self.size}")

    def encode_images(self, paths: Sequence[Path]) -> Iterator[Batch]:
        """Embed photos with one call each; yield each vector as soon as it is received."""
        self.client.connect()
        self._announce(counted(len(paths), "photo"), len(paths), self.prices.photo * len(paths))

        def instance(row: int) -> dict[str, Any]:
            return {"image": {"bytesBase64Encoded": base64.b64encode(jpeg(paths[row], self.size)).decode()}}

        yield from self._embed([str(path) for path in paths], instance, "imageEmbedding")

    def encode_texts(self, texts: Sequence[str]) -> Iterator[Batch]:
        """Embed texts with one call each; yield each vector as soon as it is received."""
        self.client.connect()
        self._check_lengths(texts)
        self._announce(counted(len(texts), "text"), len(texts), self.prices.character * sum(map(len, texts)))
        yield from self._embed([text_name(text) for text in texts], lambda row: {"text": texts[row]}, "textEmbedding")

    def _embed(self, names: Sequence[str], instance: Any, field: str) -> Iterator[Batch]:
        return remote_vectors(
            names,
            instance,
            lambda sent: self.client.predict(sent, self.dimension).get(field, ()),
            caller=self.caller,
            dimension=self.dimension,
        )

    def _announce(self, what: str, calls: int, usd: float) -> None:
        log.info(
            "Vertex AI: %s to embed, about %.4f USD at the configured price (of %s; check it against Google's price "
            "list), taking at least %s. Ctrl-C stops; the same command continues and pays nothing twice",
            what,
            usd,
            self.prices.date,
            self.caller.shortest_time(calls),
        )

    def _check_lengths(self, texts: Sequence[str]) -> None:
        long = [(row, tokens) for row, text in enumerate(texts) if (tokens := estimated_tokens(text)) > MAX_TOKENS]
        if not long:
            return
        row, tokens = max(long, key=lambda row_and_tokens: row_and_tokens[1])
        message = (
            f"{len(long)} of {counted(len(texts), 'text')} may exceed the {MAX_TOKENS} tokens that Vertex AI reads, "
            f"the longest with about {tokens}: {texts[row][:80]!r}. It ignores the rest"
        )
        if self.long_text == "error":
            raise DataError(f"{message}. Shorten them, or send them as they are with embedder.long_text=warn")
        log.warning("%s", message)
