"""How often a service may be asked: one bucket of tokens for all threads of the process."""

import threading
import time


class TokenBucket:
    """Lets callers through evenly, so many a minute.

    A quota is counted by the minute and nobody says when that begins, so nothing is saved up for a burst.
    """

    def __init__(self, per_minute: float) -> None:
        """Let `per_minute` callers through a minute."""
        self.gap = 60 / per_minute
        self._lock = threading.Lock()
        self._next = time.monotonic()

    def take(self, stopping: threading.Event) -> bool:
        """Wait for one's turn; False when `stopping` was set meanwhile."""
        while not stopping.is_set():
            with self._lock:
                now = time.monotonic()
                left = self._next - now
                if left <= 0:
                    self._next = max(self._next, now - self.gap) + self.gap  # late by a moment, not slower for it
                    return True
            stopping.wait(left)
        return False

    def hold(self, seconds: float) -> None:
        """Let nobody through for this long: the service asked for a pause."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)


_buckets: dict[tuple[str, float], TokenBucket] = {}
_buckets_lock = threading.Lock()


def shared_bucket(quota: str, per_minute: float) -> TokenBucket:
    """The bucket of this quota (a name: model, project, region), the same for everybody in the process."""
    with _buckets_lock:
        return _buckets.setdefault((quota, per_minute), TokenBucket(per_minute))
