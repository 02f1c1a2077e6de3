"""Many calls to a service that is paid, slow, limited, and fails now and then."""

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import tenacity

from components.embedders.call_rate import TokenBucket
from components.errors import HitoError

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

TOO_MANY = 429
PASSING = frozenset({408, TOO_MANY, 500, 502, 503, 504})
"""HTTP states that another attempt may overcome."""
LONGEST_WAIT = 60.0


class RemoteError(HitoError):
    """The service did not answer, or not with what was asked for."""


class IncompleteAnswerError(RemoteError):
    """An answer without the vector that was asked for; another attempt may bring it."""


class StoppedError(Exception):
    """The call was not made: something else ended the work."""


@dataclass(frozen=True)
class Caller:
    """How single calls are made.

    Attributes:
        bucket: Whom to wait for before every attempt.
        attempts: Attempts a call before it is an error.
        initial_backoff: Seconds before the second attempt; it doubles with each, with jitter, up to a minute. A
            `Retry-After` of the service counts where it is longer.
        broken: Exceptions of the client that mean a cut connection or no answer in time.
        explain: From an HTTP state to what a person can do about it; "" where nothing special is known.
    """

    bucket: TokenBucket
    attempts: int
    initial_backoff: float
    broken: tuple[type[Exception], ...]
    explain: Callable[[int], str]

    def call(self, ask: Callable[[], Answer], name: str, stopping: threading.Event) -> Answer:
        """The answer of `ask()`, after as many attempts as it takes.

        Raises:
            RemoteError: It did not come; `name` says which photo or text it is about.
            StoppedError: `stopping` was set before a further attempt.
        """
        backoff = tenacity.wait_exponential_jitter(
            initial=self.initial_backoff, max=LONGEST_WAIT, jitter=self.initial_backoff
        )

        def waiting(state: tenacity.RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            asked = retry_after(error)
            if status_of(error) == TOO_MANY and asked:
                self.bucket.hold(asked)
            return max(backoff(state), asked)

        def one() -> Answer:
            if not self.bucket.take(stopping):
                raise StoppedError
            return ask()

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(self.may_pass),
            wait=waiting,
            stop=tenacity.stop_any(tenacity.stop_after_attempt(self.attempts), tenacity.stop_when_event_set(stopping)),
            sleep=tenacity.sleep_using_event(stopping),
            before_sleep=lambda state: log.debug(
                "%s: attempt %d failed (%s)", name, state.attempt_number, state.outcome
            ),
            reraise=True,
        )
        try:
            return retrying(one)
        except (HitoError, StoppedError) as error:
            if isinstance(error, IncompleteAnswerError):
                raise RemoteError(f"{name}: {error} ({self.attempts} attempts)") from error
            raise
        except Exception as error:
            status = status_of(error)
            if status is None and not isinstance(error, self.broken):
                raise
            after = f" ({self.attempts} attempts)" if self.may_pass(error) else ""
            reason = " ".join(str(error).split())
            advice = self.explain(status) if status else ""
            said = f"{name}: {reason}{after}" + (f"\n{advice}" if advice else "")
            raise RemoteError(
                f"{said}\nWhat was answered before is kept; the same command goes on from there"
            ) from error

    def may_pass(self, error: BaseException) -> bool:
        """Whether another attempt may go better."""
        return isinstance(error, (*self.broken, IncompleteAnswerError)) or status_of(error) in PASSING


def status_of(error: BaseException | None) -> int | None:
    """The HTTP state of a client's exception (google-api-core and google-genai name it alike)."""
    code = getattr(error, "code", None)
    return int(code) if isinstance(code, int) else None


def retry_after(error: BaseException | None) -> float:
    """Seconds that the service asks to wait; 0 when it does not say."""
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


def answers(
    count: int, ask: Callable[[int, threading.Event], Answer], *, parallel: int
) -> Iterator[tuple[int, Answer]]:
    """`ask(row, stopping)` for every row, `parallel` at a time; rows and answers as they come.

    After an error or Ctrl-C nothing new is asked; what is under way, and perhaps paid, is still waited for and handed
    on before the error is raised. A second Ctrl-C does not wait.
    """
    stopping = threading.Event()
    pool = ThreadPoolExecutor(parallel)
    rows = iter(range(count))
    running: dict[Future[Answer], int] = {}
    trouble: BaseException | None = None
    try:
        while True:
            while trouble is None and len(running) < parallel and (row := next(rows, None)) is not None:
                running[pool.submit(ask, row, stopping)] = row
            if not running:
                break
            try:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
            except KeyboardInterrupt as interrupt:
                if isinstance(trouble, KeyboardInterrupt):
                    raise
                trouble = interrupt
                stopping.set()
                continue
            for future in done:
                row = running.pop(future)
                if error := future.exception():
                    trouble = trouble or error
                    stopping.set()
                else:
                    yield row, future.result()
        if trouble is not None:
            raise trouble
    finally:
        stopping.set()
        pool.shutdown(wait=False, cancel_futures=True)
