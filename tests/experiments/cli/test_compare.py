"""`hito compare` on folders of simulated runs."""

import json
import re

import pytest

from components.metrics import compare
from experiments.cli import main
from experiments.cli.arguments import parse
from experiments.cli.compare import compare_command
from experiments.console.numbers import p_text
from experiments.runs.store import find_run


@pytest.fixture
def hito_compare(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "180")

    def run(*words):
        status = main(["compare", *words])
        output = capsys.readouterr()
        return status, output.out, output.err

    return run


def cells(name, out):
    """The words of the first lines that begin with `name` and of the lines below it, up to the next blank one."""
    lines = out.splitlines()
    first = next(number for number, line in enumerate(lines) if line.strip().startswith(name))
    block = []
    for line in lines[first:]:
        if not line.strip():
            break
        block.append(re.split(r"\s{2,}", line.strip()))
    return block


def test_the_table_has_verdicts_intervals_and_what_differs(store_run, simulate, hito_compare):
    first, better, similar = simulate(), simulate(skill=3.0, seed=1), simulate(seed=2)
    store_run("aaaa111111", "cnn", predictions=first)
    store_run("bbbb222222", "timm", predictions=better)
    store_run("cccc333333", "cnn", "flip", predictions=similar)
    status, out, err = hito_compare("aaaa111111", "bbbb", "thesis/closed_set/cccc333333")
    assert status == 0, err
    verdicts, differences = out.split("differences from the baseline")
    assert "accuracy compared with cnn (aaaa111111)" in verdicts
    expected = compare(first, better)
    assert cells("cnn  ", verdicts) == [["cnn", f"{expected.baseline:.3f}", "baseline", "152"], ["aaaa111111", "2"]]
    interval = f"+{expected.difference:.2f} [{expected.low:.2f}, {expected.high:.2f}]".replace("0.", ".")
    top, bottom = cells("timm", verdicts)
    assert top[:3] == ["timm", f"{expected.value:.3f}", "better"]
    assert top[3:] == [p_text(expected.p), "152"]
    assert bottom == ["bbbb222222", interval, p_text(2 * expected.p), "2"]
    assert cells("cnn · flip", verdicts)[0][2] == "indistinguishable"
    assert cells("timm", differences)[0] == ["timm", "backbone: cnn → timm"]
    assert cells("cnn · flip", differences)[0] == ["cnn · flip", "augmentation: none → flip"]
    assert "adjusted for 2 comparisons (Holm)" in verdicts
    assert "one replicate" not in out


def test_it_fits_80_columns(store_run, simulate, hito_compare, monkeypatch):
    store_run("aaaa111111")
    store_run("bbbb222222", "efficientnet_lite0", "randaugment", predictions=simulate(skill=3.0, seed=1))
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = hito_compare("aaaa", "bbbb", "metric=balanced_accuracy,log_loss")
    assert "…" not in out
    assert max(map(len, out.splitlines())) <= 80
    assert "balanced_accuracy" in out


def test_several_metrics_are_one_family(store_run, simulate, hito_compare):
    store_run("aaaa111111")
    store_run("bbbb222222", "timm", predictions=simulate(skill=3.0, seed=1))
    status, out, err = hito_compare("aaaa", "bbbb", "metric=accuracy,kappa,log_loss")
    assert status == 0, err
    assert "adjusted for 3 comparisons" in out
    assert "log_loss: lower is better" in out
    assert cells("log_loss", out.split("timm")[1])[0][2] == "better"
    assert [line.split()[0] for line in out.splitlines() if "kappa" in line] == ["kappa", "kappa"]


def test_the_caption_says_what_one_replicate_cannot_show(store_run, simulate, hito_compare):
    store_run("aaaa111111", predictions=simulate(1))
    store_run("bbbb222222", predictions=simulate(1, seed=3))
    store_run("cccc333333", predictions=simulate(3, seed=4))
    assert "one replicate each" in hito_compare("aaaa", "bbbb")[1]
    assert "assumed to vary with its seed" in " ".join(hito_compare("aaaa", "cccc")[1].split())


def test_the_caption_counts_shared_photos(store_run, simulate, hito_compare):
    names = ("a", "b")
    store_run("aaaa111111", predictions=simulate(n=100, names=names))
    longer = simulate(n=100, names=names, seed=2)
    for predictions in longer:
        predictions.ids[:30] = [f"other/{row}.jpg" for row in range(30)]
    store_run("bbbb222222", predictions=longer)
    _, out, _ = hito_compare("aaaa", "bbbb")
    assert "the baseline has 100 test photos" in out
    assert cells("cnn", out.split("baseline", 1)[1])[0][-1] == "70"


def test_other_folders(store_run, tmp_path, monkeypatch, hito_compare):
    store_run("aaaa111111")
    store_run("bbbb222222")
    elsewhere = (tmp_path / "multirun").rename(tmp_path / "runs")
    assert hito_compare("aaaa", "bbbb", f"output={elsewhere}")[0] == 0
    assert (
        hito_compare(*[str(elsewhere / "thesis" / "closed_set" / name) + "/" for name in ("aaaa111111", "bbbb222222")])[
            0
        ]
        == 0
    )
    assert "no runs below multirun" in hito_compare("aaaa", "bbbb")[2]


def test_the_same_work_in_two_experiments_is_one_run(store_run, tmp_path):
    store_run("aaaa111111", experiment="a", status="running")
    store_run("aaaa111111", experiment="b")
    folder, record = find_run("aaaa111111", tmp_path / "multirun")
    assert (folder.parent.name, record.status) == ("b", "done")


def test_the_table_is_returned(store_run, simulate, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    store_run("aaaa111111")
    store_run("bbbb222222", predictions=simulate(skill=3.0, seed=1))
    table = compare_command(parse(["aaaa111111", "bbbb222222"], "compare"))
    assert table["run"].tolist() == ["bbbb222222"]
    assert table["verdict"].tolist() == ["better"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("aaaa", "aaaa111111"), ["name each run once"]),
        (
            ("aaaa111112", "dddd"),
            ["no run 'aaaa111112'", "The most similar ids:\n  aaaa111111  thesis/closed_set: backbone=cnn"],
        ),
        (("aaa", "dddd"), ["The ids of several runs begin with aaa", "aaaa111111", "aaab111111"]),
        (("thesis/closed_set", "aaaa"), ["is an experiment", "aaaa111111", "(failed)"]),
        (("aaaa", "ffff"), ["ffff000000", "failed: no weights [here]"]),
        (("aaaa", "eeee"), ["killed"]),
        (("aaaa", "9999"), ["no predictions.parquet", "classify"]),
        (("aaaa", "8888"), ["aaaa111111 and 8888000000", "different classes"]),
        (("aaaa", "7777"), ["another version of hito"]),
        (("aaaa", "aaab", "metric=kapa"), ["'kapa'. Did you mean kappa?", "log_loss"]),
    ],
)
def test_runs_that_cannot_be_compared(store_run, simulate, tmp_path, hito_compare, words, expected):
    store_run("aaaa111111")
    store_run("aaab111111")
    store_run("ffff000000", status="failed", error="no weights [here]", predictions=[])
    store_run("eeee000000", status="running", predictions=[])
    store_run("9999000000", task="prepare", predictions=[])
    store_run("8888000000", predictions=simulate(names=("a", "b", "c")))
    store_run("7777000000")
    path = tmp_path / "multirun" / "thesis" / "closed_set" / "7777000000" / "record.json"
    path.write_text(json.dumps({"id": "7777000000"}))
    status, out, err = hito_compare(*words)
    assert status == 1
    assert not out
    for text in expected:
        assert text in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), "hito compare: expected BASELINE RUN [RUN ...], got 0 arguments.\nUsage: hito compare BASELINE RUN"),
        (("aaaa",), "got 1 argument."),
        (("aaaa", "aaab", "metrik=kappa"), "unknown argument 'metrik=kappa'. Did you mean metric?"),
    ],
)
def test_a_wrong_command_line(hito_compare, words, expected):
    status, out, err = hito_compare(*words)
    assert (status, out) == (2, "")
    assert expected in err
