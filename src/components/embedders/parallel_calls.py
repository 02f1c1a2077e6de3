"""Calls in parallel threads that are not abandoned when one of them fails."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

Answer = TypeVar("Answer")


def parallel_answers(
    count: int, call: Callable[[int, threading.Event], Answer], *, parallel: int
) -> Iterator[tuple[int, Answer]]:
    """Run `call(row, stopping)` for the rows 0 to `count` - 1 in threads; yield rows and answers as they are received.

    After an error or Ctrl-C no new calls are made. Running calls, which may be paid already, are awaited and their
    answers yielded before the error is raised. A second Ctrl-C raises at once.

    Args:
        count: Number of calls.
        call: Makes one call; must return soon after `stopping` is set.
        parallel: Largest number of simultaneous calls.
    """
    stopping = threading.Event()
    pool = ThreadPoolExecutor(parallel)
    rows = iter(range(count))
    running: dict[Future[Answer], int] = {}
    failure: BaseException | None = None
    try:
        while True:
            while failure is None and len(running) < parallel and (row := next(rows, None)) is not None:
                running[pool.submit(call, row, stopping)] = row
            if not running:
                break
            try:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
            except KeyboardInterrupt as interrupt:
                if isinstance(failure, KeyboardInterrupt):
                    raise
                failure = interrupt
                stopping.set()
                continue
            for future in done:
                row = running.pop(future)
                if error := future.exception():
                    failure = failure or error
                    stopping.set()
                else:
                    yield row, future.result()
        if failure is not None:
            raise failure
    finally:
        stopping.set()
        pool.shutdown(wait=False, cancel_futures=True)
