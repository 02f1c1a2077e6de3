"""Client of Vertex AI's multimodal embeddings: connection, calls, and advice on errors."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from components.embedders.remote_calls import IncompleteAnswerError, RemoteError
from components.errors import ConfigError

MODEL = "multimodalembedding@001"
LOGIN = "run  gcloud auth application-default login"


def connection_errors() -> tuple[type[Exception], ...]:
    """Return the exceptions of the client that mean a lost connection or a timeout."""
    from google.auth.exceptions import TransportError

    return (OSError, TransportError)  # the exceptions of requests are OSErrors


class VertexClient:
    """Calls the model in one project and region."""

    def __init__(self, project: str | None, location: str, endpoint: str | None, timeout: float) -> None:
        """Store the arguments of `vertex`; the connection is opened on the first call."""
        self.project, self.location, self.endpoint, self.timeout = project, location, endpoint, timeout

    def connect(self) -> None:
        """Check project and credentials, before anything is announced or sent.

        Raises:
            ConfigError: The project is missing, or there are no credentials.
        """
        _ = self._client

    @cached_property
    def _client(self) -> Any:
        """Google's client, over REST: its errors contain `Retry-After`, and proxies let it pass."""
        if not self.project:
            raise ConfigError(
                "embedder=vertex needs the id of the Google Cloud project that pays: give embedder.project=ID, or set "
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
            raise ConfigError(f"There are no credentials for Google Cloud: {LOGIN}") from error
        return PredictionServiceClient(transport=transport)

    def predict(self, instance: Mapping[str, Any], dimension: int) -> Mapping[str, Any]:
        """Return the prediction for one instance.

        Args:
            instance: A photo or a text, in the format of the API.
            dimension: Requested length of the vector.

        Raises:
            RemoteError: The credentials were rejected.
            IncompleteAnswerError: The answer does not contain exactly one prediction.
        """
        from google.auth.exceptions import GoogleAuthError, TransportError
        from google.protobuf import json_format
        from google.protobuf.struct_pb2 import Value

        try:
            answer = self._client.predict(
                endpoint=f"projects/{self.project}/locations/{self.location}/publishers/google/models/{MODEL}",
                instances=[json_format.ParseDict(instance, Value())],
                parameters=json_format.ParseDict({"dimension": dimension}, Value()),
                timeout=self.timeout,
                retry=None,
            )
        except TransportError:
            raise
        except GoogleAuthError as error:  # after a 401 the client tries to renew the credentials, and fails
            raise RemoteError(f"Vertex AI rejects the credentials ({error})\n{self.advice(401)}") from error
        if len(answer.predictions) != 1:
            raise IncompleteAnswerError(f"the answer has {len(answer.predictions)} predictions, expected 1")
        prediction: Mapping[str, Any] = answer.predictions[0]
        return prediction

    def advice(self, status: int) -> str:
        """Return what to do about an HTTP status; "" if there is no specific advice."""
        match status:
            case 401:
                return f"The credentials are missing or have expired: {LOGIN}"
            case 403:
                return (
                    f"The account may not use Vertex AI in the project {self.project!r}: enable the API "
                    f"(gcloud services enable aiplatform.googleapis.com --project {self.project}), ask for the role "
                    "Vertex AI User (roles/aiplatform.user), or name another project with embedder.project"
                )
            case 404:
                return (
                    f"{MODEL} does not exist in {self.location!r} for the project {self.project!r}: check "
                    "embedder.location (us-central1 has it) and embedder.project"
                )
            case 429:
                return "The quota is exhausted: lower embedder.calls_per_minute, or ask Google for a larger quota"
        return ""
