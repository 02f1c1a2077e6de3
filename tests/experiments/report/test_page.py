import html
import json
import re
import time
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from components.errors import DataError
from experiments.report import LIMIT, write_report
from experiments.report.page import gather
from experiments.report.summary_verdicts import COLUMNS

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


def read(path):
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader


@pytest.fixture
def sweep_of_two(make_record, make_sweep):
    records = [make_record(f"run{one}", words={"backbone": one}, value=at) for one, at in (("cnn", 0.7), ("a", 0.97))]
    return make_sweep(records)


def test_it_is_one_file_that_asks_for_nothing(sweep_of_two):
    reader = read(write_report(sweep_of_two))
    assert reader.tags.count("script") == 1
    assert not {"iframe", "object", "embed", "base"} & set(reader.tags)
    assert all(re.match(r"data:|#|\./run\w+/", address) for address in reader.addresses), reader.addresses
    page = html.unescape((sweep_of_two / "report.html").read_text(encoding="utf-8"))
    assert "default-src 'none'" in page
    assert not re.search(r"url\(|@import|https?:", page)


def test_values_stand_beside_the_published_figures(sweep_of_two):
    page = gather(sweep_of_two)
    kappa = [column.name for column in page.columns].index("kappa")
    places = {run.label: (run.cells[kappa].published, run.cells[kappa].place) for run in page.runs}
    # kappa is made up as value - 0.08, with an interval from 0.05 below to 0.04 above
    assert places == {"cnn": (0.61, "inside"), "a": (0.952, "above")}
    assert page.places == {"inside": 1, "above": 2}
    text = " ".join("".join(read(write_report(sweep_of_two)).text).split())
    assert "thesis (152 test photos)" in text
    assert "1 rendered" not in text
    assert "9 rendered pictures" in text
    assert "mcc" in text, "a published metric that we lack has its column all the same"
    assert "of 3 published figures 1 lie inside our interval, 2 above it, 0 below it" in text


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
    published = {
        "source": EVIL,
        "rows": [{"name": EVIL, "when": {"backbone": EVIL}, "metrics": {EVIL: 0.5, "kappa": 0.7}}],
    }
    folder = make_sweep([record, failed, lost], published)
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


def test_missing_and_broken_files_are_said(sweep_of_two):
    (sweep_of_two / "runcnn" / "predictions.parquet").unlink()
    (sweep_of_two / "runcnn" / "curves.csv").unlink()
    (sweep_of_two / "runa" / "predictions.parquet").write_bytes(b"no parquet")
    (sweep_of_two / "runa" / "class_report.csv").write_bytes(b'"a,b\n1')
    (sweep_of_two / "runa" / "figures").mkdir()
    (sweep_of_two / "runa" / "figures" / "roc_curves.png").write_bytes(b"no image")
    (sweep_of_two / "summary.csv").write_bytes(b'"x')
    cnn, other = gather(sweep_of_two).runs
    assert (cnn.mistakes, cnn.drawn_curves, cnn.problems) == (None, [], [])
    assert [name in " ".join(other.problems) for name in ("predictions.parquet", "class_report.csv")] == [True, True]
    text = "".join(read(write_report(sweep_of_two)).text)
    assert "roc_curves.png cannot be read as an image" in text
    assert "summary.csv cannot be read" in text


def test_files_that_are_gone_are_said(make_record, make_sweep):
    record = make_record("run1", artifacts=["curves.csv", "models/closed-0.pt"])
    assert gather(make_sweep([record])).runs[0].problems == [
        "Files that the record names and that are gone: models/closed-0.pt"
    ]


def test_failed_and_killed_runs_are_there_with_their_reason(make_record, make_sweep):
    records = [
        make_record("run1", words={"backbone": "cnn"}),
        make_record("run2", "failed", words={"backbone": "a"}, error="WeightsError: no such weights"),
        make_record("run3", "running", words={"backbone": "b"}),
        make_record("", "failed", words={"backbone": "c"}, error="DataError: no such folder"),
    ]
    folder = make_sweep(records)
    page = gather(folder)
    assert page.statuses == {"done": 1, "failed": 2, "running": 1}
    assert [run.address for run in page.runs] == ["./run1/", "./run2/", "./run3/", ""]
    text = "".join(read(write_report(folder)).text)
    assert text.count("WeightsError: no such weights") == text.count("DataError: no such folder") == 2


def test_no_run_is_done(make_record, make_sweep):
    folder = make_sweep([make_record("run1", "failed", error="it broke", data={}, config={}, environment={})])
    page = gather(folder)
    assert (page.columns, page.views, page.data) == ((), (), ())
    assert "it broke" in "".join(read(write_report(folder)).text)


def test_one_run_without_a_sweep(make_record, make_sweep):
    folder = make_sweep([make_record("run1", overrides=["task=classify"])], store=False)
    page = gather(folder)
    assert (page.axes, page.views, page.differing) == ((), (), ())
    assert page.runs[0].label == "task=classify"
    reader = read(write_report(folder))
    assert "figure" not in reader.tags


def test_undefined_metrics_are_dashes(make_record, make_sweep):
    record = make_record("run1")
    record.metrics["auc_ovo"] = {"value": None, "low": None, "high": None, "n": 152, "values": [None]}
    record.metrics["kappa"] = record.metrics["kappa"] | {"low": None, "high": None}
    folder = make_sweep([record, make_record("run2", words={"seed": 1})])
    page = gather(folder)
    cells = dict(zip((column.name for column in page.columns), page.runs[0].cells, strict=True))
    assert (cells["auc_ovo"].words, cells["kappa"].interval, cells["kappa"].place) == ("–", "", "")
    write_report(folder)


def test_the_words_of_the_sweep_win_over_those_that_a_run_was_first_asked_for_in(make_record, make_sweep):
    first = make_record("run1", words={"backbone": "cnn"})
    second = make_record("run2", words={"backbone": "cnn", "augmentation": "thesis"})
    asked = replace(first, overrides=["backbone=cnn", "augmentation=none"])
    folder = make_sweep([asked, second])
    first.write(folder / "run1")
    assert [run.settings for run in gather(folder).runs] == [("none",), ("thesis",)]


def test_verdicts_of_the_summary_are_shown(sweep_of_two):
    rows = {
        "id": ["runcnn", np.nan, "runa"], "verdict": ["baseline", np.nan, "better"],
        "difference": [np.nan, np.nan, 0.2],
        "difference_low": [np.nan, np.nan, 0.1], "difference_high": [np.nan, np.nan, 0.3],
        "p_adjusted": [np.nan, np.nan, 0.0004],
    }  # fmt: skip
    pd.DataFrame(rows).to_csv(sweep_of_two / "summary.csv", index=False)
    verdicts = [run.verdict for run in gather(sweep_of_two).runs]
    assert [one.verdict for one in verdicts] == ["baseline", "better"]
    assert (verdicts[1].difference, verdicts[1].words, verdicts[1].p) == (0.2, "+.20 [.10, .30]", "< .001")
    assert "+.20 [.10, .30]" in "".join(read(write_report(sweep_of_two)).text)

    further = dict(zip(COLUMNS, ["worse", -0.3, -0.5, -0.1, 0.02], strict=True))
    more = {f"{name}_auroc_new_unknowns": [np.nan, np.nan, value] for name, value in further.items()}
    pd.DataFrame(rows | more).to_csv(sweep_of_two / "summary.csv", index=False)
    verdicts = [run.verdict for run in gather(sweep_of_two).runs]
    assert verdicts[0].also == ()
    assert [(one.metric, one.verdict, one.p) for one in verdicts[1].also] == [("auroc_new_unknowns", "worse", ".020")]
    assert "-.30 [-.50, -.10]" in "".join(read(write_report(sweep_of_two)).text)


def test_a_record_of_another_version_is_said_and_no_runs_is_an_error(sweep_of_two, tmp_path):
    (sweep_of_two / "runa" / "record.json").write_text(json.dumps({"id": "runa"}), encoding="utf-8")
    assert gather(sweep_of_two).problems == ("Run runa of the sweep has no record that can be read",)
    with pytest.raises(DataError, match="There are no runs in"):
        write_report(tmp_path)
    (sweep_of_two / "sweep.json").write_text("[]", encoding="utf-8")
    with pytest.raises(DataError, match="delete it"):
        write_report(sweep_of_two)
    (sweep_of_two / "sweep.json").unlink()
    assert [run.record.id for run in gather(sweep_of_two).runs] == ["runcnn"]


def test_a_name_in_sweep_json_cannot_lead_out_of_the_folder(sweep_of_two, make_record):
    make_record("out").write(sweep_of_two.parent / "out")
    content = json.loads((sweep_of_two / "sweep.json").read_text(encoding="utf-8"))
    content["runs"].append({"id": "../out", "overrides": []})
    (sweep_of_two / "sweep.json").write_text(json.dumps(content), encoding="utf-8")
    assert [run.record.id for run in gather(sweep_of_two).runs] == ["runcnn", "runa"]


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
    monkeypatch.setattr("experiments.report.page.LIMIT", limit)
    assert write_report(folder).stat().st_size < (limit if figures else whole)
    reader = read(folder / "report.html")
    assert reader.tags.count("img") == figures
    assert "its figures were reduced" in "".join(reader.text)
    assert ("Left out to keep this page small" in "".join(reader.text)) == (figures == 0)


def test_runs_with_counterparts_of_their_own_name_them(make_record, make_sweep):
    records = [make_record(name, words={"defect": name}) for name in ("apart", "leak", "new", "known")]
    counts = {"counts": [{"names": ["rest class", "dual network"], "right": [173, 171], "of": 181}]}
    rows = {"source": "thesis", "rows": [{"name": "city", "when": {"defect": "leak"}, "metrics": {"kappa": 0.9}}]}
    folder = make_sweep(records, published=rows | counts)
    verdicts = {"difference": 0.1, "difference_low": 0.0, "difference_high": 0.2, "p_adjusted": 0.01}
    table = [{"id": one.id, "verdict": "baseline"} for one in records[::2]]
    table += [
        {"id": one, "verdict": "better", "beside": beside, "verdict_metric": "kappa"} | verdicts
        for one, beside in (("leak", "apart"), ("known", "new"))
    ]
    pd.DataFrame(table).to_csv(folder / "summary.csv", index=False)
    page = write_report(folder).read_text(encoding="utf-8")
    assert 'beside <a href="#run-1">apart</a>' in page
    assert 'beside <a href="#run-3">new</a>' in page
    assert "compares the κ of a run with its counterpart’s" in page
    assert "Published counts: dual network beside rest class (171 and 173 of 181): indistinguishable" in page
