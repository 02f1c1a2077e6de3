import html
import json
import re
import time
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest

from components.errors import DataError
from components.metrics import Verdict
from experiments.console import difference_text
from experiments.report import LIMIT, read_sweep, write_report
from experiments.report.page import page_of
from experiments.summary.verdicts import sweep_verdicts
from experiments.tasks.classify_output import predictions_table

EVIL = "</script><script>alert('ñ')</script><!--<img src=x onerror=alert(1)>\"'&{{ 7 * 7 }}"


class Reader(HTMLParser):
    """The tags of a page, its text, and every address in it."""

    def __init__(self):
        super().__init__()
        self.tags, self.text, self.addresses = [], [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.addresses += [value for name, value in attributes if name in {"src", "href", "action", "srcset"}]
        assert not any(name.startswith("on") or name == "style" for name, _ in attributes)

    def handle_data(self, data):
        self.text.append(data)


def gathered(folder):
    return page_of(read_sweep(folder))


def read(path):
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader


@pytest.fixture
def sweep_of_two(make_record, make_sweep):
    records = [make_record(f"run{one}", words={"backbone": one}, value=at) for one, at in (("cnn", 0.7), ("a", 0.97))]
    return make_sweep(records)


def test_it_is_one_file_that_makes_no_request(sweep_of_two):
    reader = read(write_report(sweep_of_two))
    assert reader.tags.count("script") == 1
    assert not {"iframe", "object", "embed", "base"} & set(reader.tags)
    assert all(re.match(r"data:|#|\./run\w+/", address) for address in reader.addresses), reader.addresses
    page = html.unescape((sweep_of_two / "report.html").read_text(encoding="utf-8"))
    assert "default-src 'none'" in page
    assert not re.search(r"url\(|@import|https?:", page)


def test_values_are_next_to_the_published_ones(sweep_of_two):
    page = gathered(sweep_of_two)
    kappa = [column.name for column in page.columns].index("kappa")
    sides = {run.label: (run.cells[kappa].published, run.cells[kappa].side) for run in page.runs}
    # kappa is made up as value - 0.08, with an interval from 0.05 below to 0.04 above
    assert sides == {"cnn": (0.61, "inside"), "a": (0.952, "above")}
    assert page.sides == {"inside": 1, "above": 2}
    text = " ".join("".join(read(write_report(sweep_of_two)).text).split())
    assert "thesis (152 test photos)" in text
    assert "1 rendered" not in text
    assert "9 rendered pictures" in text
    assert "mcc" in text, "a published metric that we lack has its column all the same"
    assert "1 of 3 published values lie inside our interval, 2 above it, 0 below it" in text


def test_untrusted_text_is_text(make_record, make_sweep, draw_figures):
    names = (f"cartel {EVIL}", "marcador")
    words = {"backbone": EVIL, "augmentation": "none"}
    record = make_record(
        "run1",
        words=words,
        experiment=f"e {EVIL}",
        data={"fingerprint": EVIL, "origin": EVIL, "photos": EVIL, "left_out": {EVIL: EVIL}},
        notes=[EVIL],
        protocol=EVIL,
        code=EVIL,
        environment={"python": EVIL, EVIL: "1", "commit": EVIL},
        config={EVIL: {"deep": [EVIL]}},
    )
    failed = make_record("run2", "failed", words={"backbone": "x", "augmentation": "y"}, error=EVIL)
    lost = make_record("", "failed", words={"backbone": "z", "augmentation": "y"}, error=EVIL)
    reference_results = {
        "source": EVIL,
        "rows": [{"name": EVIL, "when": {"backbone": EVIL}, "metrics": {EVIL: 0.5, "kappa": 0.7}}],
    }
    folder = make_sweep([record, failed, lost], reference_results)
    own = folder / "run1"
    pd.DataFrame({"class": names, EVIL: [1.0, 2.0]}).to_csv(own / "class_report.csv", index=False)
    predictions = pd.read_parquet(own / "predictions.parquet")
    predictions["id"] = [f"{EVIL} {at}" for at in range(len(predictions))]
    predictions["y_true"] = EVIL
    predictions.to_parquet(own / "predictions.parquet", index=False)
    curves = pd.read_csv(own / "curves.csv")
    pd.concat([curves, curves.assign(network=EVIL)]).to_csv(own / "curves.csv", index=False)
    (own / "config.yaml").write_text(EVIL, encoding="utf-8")
    draw_figures(own, side=(100, 60))
    (own / "figures" / "confusion_matrix.png").rename(own / "figures" / "a'b<i>.png")
    page = write_report(folder)
    reader = read(page)
    assert reader.tags.count("script") == 1
    assert reader.tags.count("img") == 2
    assert "i" not in reader.tags
    assert "".join(reader.text).count(EVIL) > 25, "all of it is there to read"
    assert "<img src=x" not in page.read_text(encoding="utf-8")
    assert "49" not in "".join(reader.text).split("alert")[1][:80], "nothing is a template"


def test_missing_and_broken_files_are_named(sweep_of_two):
    (sweep_of_two / "runcnn" / "predictions.parquet").unlink()
    (sweep_of_two / "runcnn" / "curves.csv").unlink()
    (sweep_of_two / "runa" / "predictions.parquet").write_bytes(b"no parquet")
    (sweep_of_two / "runa" / "class_report.csv").write_bytes(b'"a,b\n1')
    (sweep_of_two / "runa" / "figures").mkdir()
    (sweep_of_two / "runa" / "figures" / "roc_curves.png").write_bytes(b"no image")
    cnn, other = gathered(sweep_of_two).runs
    assert (cnn.mistakes, cnn.drawn_curves, cnn.problems) == (None, [], [])
    assert [name in " ".join(other.problems) for name in ("predictions.parquet", "class_report.csv")] == [True, True]
    text = "".join(read(write_report(sweep_of_two)).text)
    assert "roc_curves.png cannot be read as an image" in text


def test_missing_artifacts_are_named(make_record, make_sweep):
    record = make_record("run1", artifacts=["curves.csv", "models/closed-0.pt"])
    assert gathered(make_sweep([record])).runs[0].problems == [
        "Files that the record names are missing: models/closed-0.pt"
    ]


def test_failed_and_killed_runs_are_there_with_their_reason(make_record, make_sweep):
    records = [
        make_record("run1", words={"backbone": "cnn"}),
        make_record("run2", "failed", words={"backbone": "a"}, error="WeightsError: no such weights"),
        make_record("run3", "running", words={"backbone": "b"}),
        make_record("", "failed", words={"backbone": "c"}, error="DataError: no such folder"),
    ]
    folder = make_sweep(records)
    page = gathered(folder)
    assert page.statuses == {"done": 1, "failed": 2, "running": 1}
    assert [run.address for run in page.runs] == ["./run1/", "./run2/", "./run3/", ""]
    text = "".join(read(write_report(folder)).text)
    assert text.count("WeightsError: no such weights") == text.count("DataError: no such folder") == 2


def test_no_run_is_done(make_record, make_sweep):
    folder = make_sweep([make_record("run1", "failed", error="it broke", data={}, config={}, environment={})])
    page = gathered(folder)
    assert (page.columns, page.views, page.data) == ((), (), ())
    assert "it broke" in "".join(read(write_report(folder)).text)


def test_one_run_without_a_sweep(make_record, make_sweep):
    folder = make_sweep([make_record("run1", overrides=["task=classify"])], store=False)
    page = gathered(folder)
    assert (page.axes, page.views, page.differing) == ((), (), ())
    assert page.runs[0].label == "task=classify"
    reader = read(write_report(folder))
    assert "figure" not in reader.tags


def test_undefined_metrics_are_dashes(make_record, make_sweep):
    record = make_record("run1")
    record.metrics["auc_ovo"] = {"value": None, "low": None, "high": None, "n": 152, "values": [None]}
    record.metrics["kappa"] = record.metrics["kappa"] | {"low": None, "high": None}
    folder = make_sweep([record, make_record("run2", words={"seed": 1})])
    page = gathered(folder)
    cells = dict(zip((column.name for column in page.columns), page.runs[0].cells, strict=True))
    assert (cells["auc_ovo"].words, cells["kappa"].interval, cells["kappa"].side) == ("–", "", "")
    write_report(folder)


def test_the_overrides_of_the_sweep_replace_those_of_the_record(make_record, make_sweep):
    first = make_record("run1", words={"backbone": "cnn"})
    second = make_record("run2", words={"backbone": "cnn", "augmentation": "thesis"})
    asked = replace(first, overrides=["backbone=cnn", "augmentation=none"])
    folder = make_sweep([asked, second])
    first.write(folder / "run1")
    assert [run.settings for run in gathered(folder).runs] == [("none",), ("thesis",)]


@pytest.fixture
def compared(make_record, make_sweep, simulate):
    """Write a sweep of runs with predictions of some skill, as a sweep with this baseline; gives its folder."""

    def write(skills, baseline=None, reference_results=None):
        records = [make_record(name, words={"defect": name}) for name in skills]
        folder = make_sweep(records, reference_results=reference_results, baseline=baseline)
        for seed, (name, skill) in enumerate(skills.items()):
            predictions_table(simulate(seed=seed, skill=skill)).to_parquet(folder / name / "predictions.parquet")
        return folder

    return write


def test_verdicts_are_computed_from_the_runs(compared):
    folder = compared({"cnn": 1.0, "timm": 3.0})
    expected = sweep_verdicts(read_sweep(folder).records, folder).verdicts["timm"]
    (baseline,), (verdict,) = (run.verdicts for run in gathered(folder).runs)
    assert (baseline.verdict, baseline.difference, baseline.words) == ("baseline", None, "")
    assert (verdict.verdict, verdict.metric, verdict.difference) == ("better", "accuracy", expected.difference)
    assert verdict.words == difference_text(expected.difference, expected.low, expected.high)
    text = " ".join("".join(read(write_report(folder)).text).split())
    assert verdict.words in text
    assert "compares the accuracy of a run with that of the baseline" in text


def test_verdicts_in_further_metrics_are_shown(sweep_of_two):
    sweep = read_sweep(sweep_of_two)
    table = sweep.table()
    verdicts = [
        Verdict(
            metric,
            0.5,
            0.5 + difference,
            difference,
            difference - 0.1,
            difference + 0.1,
            p,
            p,
            word,
            152,
            (1, 1),
            False,
        )
        for metric, difference, p, word in (
            ("auroc", 0.2, 0.0004, "better"),
            ("auroc_new_unknowns", -0.3, 0.02, "worse"),
        )
    ]
    row = replace(table.rows[1], verdict=verdicts[0], further_verdicts=(verdicts[1],), reference=table.rows[0].record)
    table = replace(table, rows=(replace(table.rows[0], is_baseline=True), row))
    _, found = (run.verdicts for run in page_of(sweep, table).runs)
    assert [(one.metric, one.verdict, one.p) for one in found] == [
        ("auroc", "better", "< .001"),
        ("auroc_new_unknowns", "worse", ".020"),
    ]
    text = "".join(read(write_report(sweep_of_two, table)).text)
    assert "+.20 [.10, .30]" in text
    assert "-.30 [-.40, -.20]" in text


def test_runs_that_were_no_sweep_have_no_verdicts(compared):
    folder = compared({"cnn": 1.0, "timm": 3.0})
    (folder / "sweep.json").unlink()
    assert [run.verdicts for run in gathered(folder).runs] == [(), ()]


def test_a_record_of_another_version_is_named_and_no_runs_is_an_error(sweep_of_two, tmp_path):
    (sweep_of_two / "runa" / "record.json").write_text(json.dumps({"id": "runa"}), encoding="utf-8")
    assert gathered(sweep_of_two).problems == ("Run runa of the sweep has no record that can be read",)
    with pytest.raises(DataError, match="There are no runs in"):
        write_report(tmp_path)
    (sweep_of_two / "sweep.json").write_text("[]", encoding="utf-8")
    with pytest.raises(DataError, match="delete it"):
        write_report(sweep_of_two)
    (sweep_of_two / "sweep.json").unlink()
    assert [run.record.id for run in gathered(sweep_of_two).runs] == ["runcnn"]


def test_a_name_in_sweep_json_cannot_lead_out_of_the_folder(sweep_of_two, make_record):
    make_record("out").write(sweep_of_two.parent / "out")
    content = json.loads((sweep_of_two / "sweep.json").read_text(encoding="utf-8"))
    content["runs"].append({"id": "../out", "overrides": []})
    (sweep_of_two / "sweep.json").write_text(json.dumps(content), encoding="utf-8")
    assert [run.record.id for run in gathered(sweep_of_two).runs] == ["runcnn", "runa"]


def test_a_hundred_runs_fit_with_their_figures(make_record, make_sweep, draw_figures, record_property):
    words = [{"backbone": f"b{at % 10}", "augmentation": f"a{at // 50}", "seed": at % 5} for at in range(100)]
    folder = make_sweep([make_record(f"run{at}", words=one, value=0.5 + at / 300) for at, one in enumerate(words)])
    for at in range(100):
        draw_figures(folder / f"run{at}", at, (320, 240))
    began = time.monotonic()
    page = write_report(folder)
    record_property("seconds", time.monotonic() - began)
    record_property("bytes", page.stat().st_size)
    assert page.stat().st_size < LIMIT
    reader = read(page)
    assert reader.tags.count("img") == 200
    assert reader.tags.count("details") >= 200


@pytest.mark.parametrize(("limit", "figures"), [(600_000, 16), (1, 0)])
def test_figures_give_way_to_the_limit_and_the_page_says_so(
    make_record, make_sweep, draw_figures, monkeypatch, limit, figures
):
    folder = make_sweep([make_record(f"run{at}", words={"seed": at}) for at in range(8)])
    for at in range(8):
        draw_figures(folder / f"run{at}", at)
    whole = write_report(folder).stat().st_size
    assert "its figures were reduced" not in "".join(read(folder / "report.html").text)
    monkeypatch.setattr("experiments.report.writing.LIMIT", limit)
    assert write_report(folder).stat().st_size < (limit if figures else whole)
    reader = read(folder / "report.html")
    assert reader.tags.count("img") == figures
    assert ("its figures were reduced" if figures else "its figures were left out") in "".join(reader.text)
    assert ("Left out to keep this page small" in "".join(reader.text)) == (figures == 0)


def test_runs_with_references_of_their_own_name_them(compared):
    counts = {"counts": [{"names": ["rest class", "dual network"], "right": [173, 171], "of": 181}]}
    rows = {"source": "thesis", "rows": [{"name": "city", "when": {"defect": "leak"}, "metrics": {"kappa": 0.9}}]}
    pairs = [
        {"run": {"defect": "leak"}, "reference": {"defect": "apart"}},
        {"run": {"defect": "known"}, "reference": {"defect": "new"}},
    ]
    folder = compared({"apart": 1.0, "leak": 3.0, "new": 1.0, "known": 3.0}, pairs, rows | counts)
    page = write_report(folder).read_text(encoding="utf-8")
    assert 'compared with <a href="#run-1">apart</a>' in page
    assert 'compared with <a href="#run-3">new</a>' in page
    assert "compares the accuracy of a run with that of its reference run" in page
    assert "Published counts: dual network compared with rest class (171 and 173 of 181): indistinguishable" in page
