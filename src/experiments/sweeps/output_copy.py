"""Copies of what is printed and of the warnings that are logged meanwhile."""

import io
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout


@contextmanager
def copied_output() -> Iterator[io.StringIO]:
    """Copy standard output into the text stream that is yielded; it is printed as usual."""
    output = _CopiedOutput()
    with redirect_stdout(output):
        yield output.copy


@contextmanager
def logged_warnings() -> Iterator[list[str]]:
    """Collect the warnings that hito logs in the list that is yielded."""
    handler = _ListHandler()
    loggers = [logging.getLogger(name) for name in ("components", "experiments", "py.warnings")]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield handler.messages
    finally:
        for logger in loggers:
            logger.removeHandler(handler)


class _CopiedOutput(io.TextIOBase):
    """Standard output that keeps a copy."""

    def __init__(self) -> None:
        self.output, self.copy = sys.stdout, io.StringIO()

    def write(self, text: str) -> int:
        self.copy.write(text)
        return self.output.write(text)

    def flush(self) -> None:
        self.output.flush()

    def isatty(self) -> bool:
        return self.output.isatty()

    def fileno(self) -> int:
        return self.output.fileno()


class _ListHandler(logging.Handler):
    """Appends warnings and errors to a list."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())
