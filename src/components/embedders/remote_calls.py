"""Calls to a remote service, with a rate limit and repeated on temporary failures."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self, TypeVar

import tenacity

from components.embedders.token_bucket import TokenBucket, shared_bucket
from components.errors import ConfigError, HitoError

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

TOO_MANY_REQUESTS = 429
TEMPORARY = frozenset({408, TOO_MANY_REQUESTS, 500, 502, 503, 504})
"""HTTP statuses after which a call is repeated."""
MAX_BACKOFF = 60.0
"""Largest number of seconds between two attempts, unless the service asks for more."""


class RemoteError(HitoError):
    """The service did not answer, or its answer is not usable."""


class IncompleteAnswerError(RemoteError):
    """An answer lacks the requested vector; the call is repeated."""


class StoppedError(Exception):
    """The call was not made because the work was stopped."""


@dataclass(frozen=True)
class Caller:
    """Makes calls with a rate limit and repeats them on temporary failures.

    Attributes:
        bucket: Rate limit, applied to every attempt.
        parallel: Largest number of simultaneous calls.
        attempts: Attempts per call.
        initial_backoff: Seconds before the second attempt; doubled with each further attempt, with jitter, up to a
            minute. A longer `Retry-After` of the service takes precedence.
        connection_errors: Exceptions of the client that mean a lost connection or a timeout.
        advice: Maps an HTTP status to what the user can do about it, or "".
    """

    bucket: TokenBucket
    parallel: int
    attempts: int
    initial_backoff: float
    connection_errors: tuple[type[Exception], ...]
    advice: Callable[[int], str]

    @classmethod
    def of(
        cls,
        quota: str,
        *,
        calls_per_minute: float,
        parallel: int,
        attempts: int,
        initial_backoff: float,
        connection_errors: tuple[type[Exception], ...],
        advice: Callable[[int], str],
    ) -> Self:
        """Make a caller from the arguments of an embedder.

        Args:
            quota: Name of the quota; callers with the same quota and rate share one rate limit.
            calls_per_minute: Rate limit.
            parallel: See `Caller`; likewise the other arguments.
            attempts: See `Caller`.
            initial_backoff: See `Caller`.
            connection_errors: See `Caller`.
            advice: See `Caller`.

        Raises:
            ConfigError: `calls_per_minute`, `parallel` or `attempts` is not positive.
        """
        for name, value in {"calls_per_minute": calls_per_minute, "parallel": parallel, "attempts": attempts}.items():
            if value <= 0:
                raise ConfigError(f"embedder.{name}={value}: expected a positive number")
        bucket = shared_bucket(quota, calls_per_minute)
        return cls(bucket, parallel, attempts, initial_backoff, connection_errors, advice)

    def shortest_time(self, calls: int) -> str:
        """Return the time that this many calls take at least, with the rate limit, in words."""
        seconds = calls * self.bucket.interval
        duration = f"{seconds / 60:.0f} min" if seconds >= 120 else f"{seconds:.0f} s"
        return f"{duration} at {60 / self.bucket.interval:.0f} calls per minute"

    def call(self, request: Callable[[], Answer], name: str, stopping: threading.Event) -> Answer:
        """Return the result of `request()`, repeating it on temporary failures.

        Args:
            request: Makes one attempt.
            name: Name of the photo or text, for errors.
            stopping: When set, no further attempt is made.

        Raises:
            RemoteError: All attempts failed, or one failed permanently.
            StoppedError: `stopping` was set before an attempt.
        """
        backoff = tenacity.wait_exponential_jitter(
            initial=self.initial_backoff, max=MAX_BACKOFF, jitter=self.initial_backoff
        )

        def seconds_to_wait(state: tenacity.RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            requested = retry_after(error)
            if status_of(error) == TOO_MANY_REQUESTS and requested:
                self.bucket.hold(requested)
            return max(backoff(state), requested)

        def attempt() -> Answer:
            if not self.bucket.take(stopping):
                raise StoppedError
            return request()

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(self.is_temporary),
            wait=seconds_to_wait,
            stop=tenacity.stop_any(tenacity.stop_after_attempt(self.attempts), tenacity.stop_when_event_set(stopping)),
            sleep=tenacity.sleep_using_event(stopping),
            before_sleep=lambda state: log.debug(
                "%s: attempt %d failed (%s)", name, state.attempt_number, state.outcome
            ),
            reraise=True,
        )
        try:
            return retrying(attempt)
        except (HitoError, StoppedError) as error:
            if isinstance(error, IncompleteAnswerError):
                raise RemoteError(f"{name}: {error} ({self.attempts} attempts)") from error
            raise
        except Exception as error:
            status = status_of(error)
            if status is None and not isinstance(error, self.connection_errors):
                raise
            after = f" ({self.attempts} attempts)" if self.is_temporary(error) else ""
            reason = " ".join(str(error).split())
            advice = self.advice(status) if status else ""
            message = f"{name}: {reason}{after}" + (f"\n{advice}" if advice else "")
            raise RemoteError(
                f"{message}\nEarlier answers are stored; the same command continues from there"
            ) from error

    def is_temporary(self, error: BaseException) -> bool:
        """Return whether another attempt may succeed."""
        return isinstance(error, (*self.connection_errors, IncompleteAnswerError)) or status_of(error) in TEMPORARY


def status_of(error: BaseException | None) -> int | None:
    """Return the HTTP status of an exception of google-api-core or google-genai; None if it has none."""
    code = getattr(error, "code", None)
    return int(code) if isinstance(code, int) else None


def retry_after(error: BaseException | None) -> float:
    """Return the seconds that the service asks to wait (`Retry-After`); 0 if it does not."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    text = str(headers.get("Retry-After", ""))
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return 0.0
