"""Google's multimodal embeddings, the thesis's: photos and English texts, a paid call each."""

import base64
import logging
import math
import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from components.data import decode, resized
from components.embedders.cached import Cached
from components.embedders.call_rate import shared_bucket
from components.embedders.embedder import Batch
from components.embedders.remote_calls import Caller, IncompleteAnswerError, RemoteError, answers
from components.errors import ConfigError, DataError
from components.storage import digest

log = logging.getLogger(__name__)

VERTEX_VERSION = 1
"""Goes up whenever the same photo or text would be sent in another way."""
MODEL = "multimodalembedding@001"
DIMENSIONS = (128, 256, 512, 1408)
TOKENS = 32
LARGEST_IMAGE = 20_000_000
QUALITY = 95


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
    """Vertex AI's `multimodalembedding@001`: photos and English texts, a paid call each (thesis, embeddings).

    Needs a project of Google Cloud with the Vertex AI API and a login (`gcloud auth application-default login`).
    Each answer is kept as it comes: stopping and going on pays nothing twice. Its retirement is announced for 2027.

    Args:
        project: Id of the project that pays.
        location: Region that computes.
        dimension: Length of a vector: 128, 256, 512 or 1408.
        size: Side in pixels to which a photo is squashed before it is sent as JPEG.
        calls_per_minute: The quota, shared by everything in this process.
        parallel: Calls under way at the same time.
        timeout: Seconds to wait for an answer.
        attempts: Attempts a call, on too many requests, errors of the server and cut connections.
        initial_backoff: Seconds before the second attempt; doubled with each.
        long_text: Of texts over 32 tokens Vertex silently reads the beginning only: `error` refuses them, `warn`
            says which and sends them. Tokens are estimated, from above.
        endpoint: Another server ("http://127.0.0.1:8080" is asked without a login); None: Google's in `location`.
        usd_per_photo: Price that the estimate before the start goes by. It changes: check it against Google's price list.
        usd_per_1000_characters: The same of texts.
        price_date: When these prices were looked up, in words; the estimate says so.

    Raises:
        ConfigError: An argument is out of range.
    """
    if dimension not in DIMENSIONS:
        raise ConfigError(f"embedder.dimension={dimension}: {MODEL} gives {', '.join(map(str, DIMENSIONS))}")
    if long_text not in ("error", "warn"):
        raise ConfigError(f"embedder.long_text={long_text!r}: expected error or warn")
    for name, value in {"calls_per_minute": calls_per_minute, "parallel": parallel, "attempts": attempts}.items():
        if value <= 0:
            raise ConfigError(f"embedder.{name}={value}: expected a positive number")
    place = Place(project, location, endpoint, timeout)
    caller = Caller(
        bucket=shared_bucket(f"{MODEL} {project} {location} {endpoint}", calls_per_minute),
        attempts=attempts,
        initial_backoff=initial_backoff,
        broken=_broken(),
        explain=place.explain,
    )
    prices = Prices(usd_per_photo, usd_per_1000_characters / 1000, price_date)
    return Cached(
        VertexEncoder(place, caller, prices, dimension=dimension, size=size, parallel=parallel, long_text=long_text)
    )


@dataclass(frozen=True)
class Prices:
    """US dollars a photo and a character, and when they were looked up."""

    photo: float
    character: float
    of: str


def _broken() -> tuple[type[Exception], ...]:
    from google.auth.exceptions import TransportError

    return (OSError, TransportError)  # the exceptions of requests are OSErrors


class Place:
    """Whom to ask: project, region, server; and how to reach it."""

    def __init__(self, project: str | None, location: str, endpoint: str | None, timeout: float) -> None:
        """Keep the arguments of `vertex`."""
        self.project, self.location, self.endpoint, self.timeout = project, location, endpoint, timeout

    @cached_property
    def client(self) -> Any:
        """Google's client, over REST: its answers carry `Retry-After`, and proxies let it through."""
        if not self.project:
            raise ConfigError(
                "embedder=vertex needs the id of the Google Cloud project that pays: embedder.project=ID, or set "
                "GOOGLE_CLOUD_PROJECT. embedder=conse works without an account"
            )
        from google.auth.credentials import AnonymousCredentials
        from google.auth.exceptions import DefaultCredentialsError
        from google.cloud.aiplatform_v1 import PredictionServiceClient
        from google.cloud.aiplatform_v1.services.prediction_service.transports.rest import (
            PredictionServiceRestTransport,
        )

        scheme, _, host = (self.endpoint or f"https://{self.location}-aiplatform.googleapis.com").partition("://")
        credentials = AnonymousCredentials() if scheme == "http" else None  # type: ignore[no-untyped-call]
        try:
            transport = PredictionServiceRestTransport(host=host, url_scheme=scheme, credentials=credentials)
        except DefaultCredentialsError as error:
            raise ConfigError(f"No login for Google Cloud was found: {LOGIN}") from error
        return PredictionServiceClient(transport=transport)

    def predict(self, instance: Mapping[str, Any], dimension: int) -> Mapping[str, Any]:
        """The one prediction for one instance."""
        from google.auth.exceptions import GoogleAuthError, TransportError
        from google.protobuf import json_format
        from google.protobuf.struct_pb2 import Value

        try:
            answer = self.client.predict(
                endpoint=f"projects/{self.project}/locations/{self.location}/publishers/google/models/{MODEL}",
                instances=[json_format.ParseDict(instance, Value())],
                parameters=json_format.ParseDict({"dimension": dimension}, Value()),
                timeout=self.timeout,
                retry=None,
            )
        except TransportError:
            raise
        except GoogleAuthError as error:  # after a 401 the client tries to renew the login, and fails
            raise RemoteError(f"Vertex AI refuses the login ({error})\n{self.explain(401)}") from error
        if len(answer.predictions) != 1:
            raise IncompleteAnswerError(f"the answer has {len(answer.predictions)} predictions, expected 1")
        prediction: Mapping[str, Any] = answer.predictions[0]
        return prediction

    def explain(self, status: int) -> str:
        """What a person can do about an HTTP state."""
        match status:
            case 401:
                return f"The login is missing or has expired: {LOGIN}"
            case 403:
                return (
                    f"The login may not use Vertex AI in the project {self.project!r}: enable the API "
                    f"(gcloud services enable aiplatform.googleapis.com --project {self.project}), ask for the role "
                    "Vertex AI User (roles/aiplatform.user), or name another project with embedder.project"
                )
            case 404:
                return (
                    f"There is no {MODEL} in {self.location!r} for the project {self.project!r}: check "
                    "embedder.location (us-central1 has it) and embedder.project"
                )
            case 429:
                return "The quota is used up: lower embedder.calls_per_minute, or ask Google for a larger one"
        return ""


LOGIN = "run  gcloud auth application-default login"


class VertexEncoder:
    """The model of `vertex`."""

    def __init__(
        self,
        place: Place,
        caller: Caller,
        prices: Prices,
        *,
        dimension: int,
        size: int,
        parallel: int,
        long_text: str,
    ) -> None:
        """Keep whom to ask and what."""
        self.place, self.caller, self.prices = place, caller, prices
        self.dimension, self.size, self.parallel, self.long_text = dimension, size, parallel, long_text

    def fingerprint(self) -> str:
        """Hash of model, dimension and what is sent; project and region do not count."""
        return digest(f"vertex {VERTEX_VERSION} {MODEL} {self.dimension} {self.size}")

    def encode_images(self, paths: Sequence[Path]) -> Iterator[Batch]:
        """One vector a call, each as soon as it is answered."""
        _ = self.place.client  # complains before anything is estimated
        self._estimate(len(paths), "photo", self.prices.photo * len(paths))

        def ask(row: int, stopping: threading.Event) -> NDArray[np.float32]:
            sent = {"image": {"bytesBase64Encoded": base64.b64encode(jpeg(paths[row], self.size)).decode()}}
            return self._vector(sent, "imageEmbedding", str(paths[row]), stopping)

        for row, vector in answers(len(paths), ask, parallel=self.parallel):
            yield np.array([row]), vector[None]

    def encode_texts(self, texts: Sequence[str]) -> Iterator[Batch]:
        """One vector a call, likewise."""
        _ = self.place.client
        self._check_lengths(texts)
        self._estimate(len(texts), "text", self.prices.character * sum(map(len, texts)))

        def ask(row: int, stopping: threading.Event) -> NDArray[np.float32]:
            return self._vector({"text": texts[row]}, "textEmbedding", f"the text {texts[row][:80]!r}", stopping)

        for row, vector in answers(len(texts), ask, parallel=self.parallel):
            yield np.array([row]), vector[None]

    def _vector(
        self, instance: Mapping[str, Any], field: str, name: str, stopping: threading.Event
    ) -> NDArray[np.float32]:
        def ask() -> NDArray[np.float32]:
            prediction = self.place.predict(instance, self.dimension)
            vector = np.array(prediction.get(field, ()), np.float32)
            if vector.shape != (self.dimension,):
                raise IncompleteAnswerError(f"the answer has {vector.size} numbers, expected {self.dimension}")
            return vector

        return self.caller.call(ask, name, stopping)

    def _estimate(self, count: int, what: str, usd: float) -> None:
        minutes = count * self.caller.bucket.gap / 60
        log.info(
            "Vertex AI: %s %ss to embed, about %.4f USD at the configured price (of %s; check it against Google's "
            "price list) and at least %s at %.0f calls a minute. Ctrl-C stops; the same command goes on and pays "
            "nothing twice",
            f"{count:,}",
            what,
            usd,
            self.prices.of,
            f"{minutes:.0f} min" if minutes >= 2 else f"{60 * minutes:.0f} s",
            60 / self.caller.bucket.gap,
        )

    def _check_lengths(self, texts: Sequence[str]) -> None:
        long = [(row, tokens) for row, text in enumerate(texts) if (tokens := estimated_tokens(text)) > TOKENS]
        if not long:
            return
        row, tokens = max(long, key=lambda one: one[1])
        said = (
            f"{len(long)} of {len(texts)} texts may be over the {TOKENS} tokens that Vertex AI reads, the longest with "
            f"about {tokens}: {texts[row][:80]!r}. What is beyond is silently ignored there"
        )
        if self.long_text == "error":
            raise DataError(f"{said}. Shorten them, or take that with embedder.long_text=warn")
        log.warning("%s", said)


def jpeg(path: Path, size: int) -> bytes:
    """The photo as it is sent: squashed to `size` pixels a side, JPEG.

    Raises:
        DataError: The photo cannot be read, or is over the 20 MB that Vertex AI takes.
    """
    stream = BytesIO()
    resized(decode(path, at_least=2 * size), size, "squash").save(stream, "JPEG", quality=QUALITY)
    raw = stream.getvalue()
    if len(raw) > LARGEST_IMAGE:
        raise DataError(
            f"{path}: {len(raw):,} bytes at {size} x {size} pixels, Vertex AI takes {LARGEST_IMAGE:,}; "
            "lower embedder.size"
        )
    return raw


def estimated_tokens(text: str) -> int:
    """Tokens of a text, from above: a word counts one for every four letters begun, a sign one."""
    return sum(math.ceil(len(piece) / 4) for piece in re.findall(r"\w+|[^\w\s]", text))
