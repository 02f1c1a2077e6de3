"""Rate limit of calls to a service: one token bucket per quota, shared by all threads of the process."""

import threading
import time


class TokenBucket:
    """Rate limiter that spaces calls evenly.

    Quotas are counted per minute, but when a minute starts is unknown, so unused calls are not saved up for a burst.
    """

    def __init__(self, per_minute: float) -> None:
        """Allow `per_minute` calls per minute."""
        self.interval = 60 / per_minute
        self._lock = threading.Lock()
        self._next = time.monotonic()

    def take(self, stopping: threading.Event) -> bool:
        """Wait until a call is allowed; return False if `stopping` was set in the meantime."""
        while not stopping.is_set():
            with self._lock:
                now = time.monotonic()
                left = self._next - now
                if left <= 0:
                    self._next = max(self._next, now - self.interval) + self.interval  # a short delay is caught up
                    return True
            stopping.wait(left)
        return False

    def hold(self, seconds: float) -> None:
        """Allow no calls for this many seconds, because the service asked for a pause."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)


_buckets: dict[tuple[str, float], TokenBucket] = {}
_buckets_lock = threading.Lock()


def shared_bucket(quota: str, per_minute: float) -> TokenBucket:
    """Return the bucket of a quota (a name made of model, project and region), shared within the process."""
    with _buckets_lock:
        return _buckets.setdefault((quota, per_minute), TokenBucket(per_minute))
