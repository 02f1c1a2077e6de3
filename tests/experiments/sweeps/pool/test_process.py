"""How a worker process ended, in words."""

import signal

import pytest

from experiments.sweeps.pool.process import exit_reason


@pytest.mark.parametrize(
    ("exitcode", "expected"),
    [
        (7, "its worker process ended with status 7"),
        (-signal.SIGSEGV, "its worker process was ended by SIGSEGV"),
        (-signal.SIGKILL, "when memory runs out (launcher.workers=N runs fewer jobs at a time)"),
    ],
)
def test_the_exit_code_in_words(exitcode, expected):
    assert expected in exit_reason(exitcode)
