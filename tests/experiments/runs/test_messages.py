from rich.console import Console

from experiments.console import terminal
from experiments.runs import messages
from experiments.runs.record import Record
from experiments.runs.run import Outcome


def record(**fields):
    return Record(**({"id": "aaaa111111", "status": "done", "task": "classify", "experiment": "thesis/x"} | fields))


def test_a_run_is_described_by_its_overrides():
    words = ["experiment=thesis/x", "backbone=cnn", "if_exists=retry", "output=y", "hydra.job.num=1", "seed=3"]
    assert messages.describe(record(overrides=[*words, "tracker=none", "sweeper=optuna"])) == "backbone=cnn seed=3"
    assert messages.describe(record(overrides=["experiment=thesis/x"])) == "task=classify"


def test_messages_say_what_happens(tmp_path, monkeypatch):
    console = Console(record=True, width=200)
    monkeypatch.setattr(terminal, "messages", console)
    shown = []
    outcome = Outcome(show=lambda: shown.append("tables"))
    messages.announce_sweep("thesis/x", 1, "1 to run")
    messages.announce_run(record(overrides=["backbone=cnn"], seconds=1.0))
    messages.announce_waiting("aaaa111111", "process 3")
    messages.announce_already_done(record(), tmp_path)
    messages.announce_result(record(notes=["a [note]"]), tmp_path, outcome)
    messages.announce_result(record(status="failed", error="no [weights]"), tmp_path, None)
    messages.announce_result(record(status="pruned", notes=["pruned after epoch 3"]), tmp_path, None)
    text = console.export_text()
    for line in (
        "thesis/x: 1 run: 1 to run",
        "▶ thesis/x aaaa111111  backbone=cnn (continued)",
        "● aaaa111111: process 3 is working on it; waiting",
        "✔ already done aaaa111111  task=classify",
        "a [note]",
        "✘ failed aaaa111111 no [weights]",
        "■ pruned after epoch 3 aaaa111111  in 0.0 s",
    ):
        assert line in text
    assert shown == ["tables"]
    monkeypatch.setattr(terminal, "_progress_callbacks", [print])
    messages.announce_result(record(), tmp_path, outcome)
    assert shown == ["tables"], "a worker process prints no tables"
