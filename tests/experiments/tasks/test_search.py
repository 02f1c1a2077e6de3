"""The task search, called as a function with an embedder of colours."""

import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from components.data import Manifest
from components.errors import ConfigError
from components.search import PhotoIndex, Ranking, approximate, exact
from components.search.queries import ad_hoc, captions, examples
from experiments.runs.items import read_items
from experiments.runs.run import Run
from experiments.tasks.search import search, without_query_photos
from experiments.tasks.search_output import distance_text, file_name_part, ranking_table, show

COLOURS = {"rojo": (220, 20, 20), "verde": (20, 220, 20), "azul": (20, 20, 220)}


class Colours:
    """Photos by their mean colour, texts by the colours they name."""

    dimension = 3

    def fingerprint(self):
        return "colours"

    def embed_images(self, paths):
        means = [np.asarray(Image.open(path).convert("RGB")).mean(axis=(0, 1)) for path in paths]
        return self.unit(np.array(means))

    def embed_texts(self, texts):
        return self.unit(np.array([sum(np.array(COLOURS[one]) for one in COLOURS if one in text) for text in texts]))

    @staticmethod
    def unit(vectors):
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def manifest(tmp_path):
    generator = np.random.default_rng(0)
    columns = {name: [] for name in ("path", "label", "title", "split", "object_id", "latitude", "longitude")}
    for row in range(30):
        name = list(COLOURS)[row % 3]
        pixels = np.clip(np.array(COLOURS[name]) + generator.normal(0, 15, (20, 30, 3)), 0, 255).astype(np.uint8)
        (tmp_path / "photos").mkdir(exist_ok=True)
        Image.fromarray(pixels).save(tmp_path / "photos" / f"{row}.png")
        values = (
            f"{row}.png",
            name,
            f"un {name} ({row})",
            "test" if row % 2 else "train",
            name,
            42.0 + row / 100,
            -8.0,
        )
        for column, value in zip(columns.values(), values, strict=True):
            column.append(value)
    return Manifest.of(tmp_path / "photos", columns)


@pytest.fixture
def run(tmp_path):
    (tmp_path / "run").mkdir()
    return Run(folder=tmp_path / "run", tracker=None, subtitle="colours")


def run_search(manifest, run, query, **more):
    settings = {"search": exact(), "filters": None, "index": None, "top_k": 4, "seed": 0} | more
    return search(data=manifest, embedder=Colours(), query=query, run=run, **settings)


def test_texts_find_photos_and_are_measured(manifest, run):
    outcome = run_search(manifest, run, lambda photos: captions(photos, column="title"))
    assert outcome.metrics["map"].value == 1
    assert outcome.metrics["precision_at_4"].n == 3
    table = pd.read_csv(run.folder / "ranking.csv")
    assert table.groupby("query").size().tolist() == [4, 4, 4]
    assert table["relevant"].all()
    assert table["score"].between(-1, 1).all()
    assert read_items(run.folder)[0].metrics["map"].tolist() == [1, 1, 1]
    assert min(path.name for path in run.figures.iterdir()) == "search_01_rojo.png"
    assert len(PhotoIndex.open(run.folder / "index")) == 30
    assert json.loads((run.folder / "index" / "index.json").read_text())["space"] == "colours"


def test_a_photo_is_no_answer_to_itself(manifest, run):
    outcome = run_search(manifest, run, examples, top_k=9)
    table = pd.read_csv(run.folder / "ranking.csv")
    assert (table["query"] != table["photo"]).all()
    assert outcome.metrics["recall_at_9"].value == 1
    assert table["metres"].notna().all()
    assert table["metres"].max() > 1000


def test_filters_leave_photos_out(manifest, run):
    outcome = run_search(
        manifest, run, lambda photos: captions(photos, column="title"),
        filters={"split": "test", "near": [42.0, -8.0], "within": 20_000},
    )  # fmt: skip
    table = pd.read_csv(run.folder / "ranking.csv")
    assert (table["metres"] <= 20_000).all()
    assert {int(path.split(".")[0]) % 2 for path in table["photo"]} == {1}
    assert outcome.metrics["map"].value == 1
    assert "9 photos searched" in outcome.protocol


def test_an_approximate_search_says_how_far_it_agrees(manifest, run):
    outcome = run_search(manifest, run, lambda photos: captions(photos, column="title"), search=approximate(), top_k=3)
    assert outcome.metrics["agreement_at_3"].value == 1
    assert outcome.metrics["map"].value == pytest.approx(0.3)
    assert "mrr and map are computed on the 3 photos" in outcome.notes[0]
    assert list((run.folder / "index").glob("*.graph"))
    again = run_search(manifest, run, lambda photos: ad_hoc(photos, texts=["rojo"]), search=approximate(), top_k=3)
    assert list(again.metrics) == ["agreement_at_3"]


def test_nothing_is_measured_where_nobody_knows(manifest, run, capsys):
    outcome = run_search(manifest, run, lambda photos: ad_hoc(photos, texts=["verde y azul"], photos=["3.png"]))
    assert outcome.metrics == {}
    assert not (run.folder / "items.parquet").exists()
    outcome.show()
    shown = capsys.readouterr().out
    assert "verde y azul" in shown
    assert "3.png" in shown


def test_queries_that_nothing_answers_are_said(manifest, run):
    outcome = run_search(
        manifest, run, lambda photos: captions(photos, column="title"), filters={"label": ["rojo", "azul"]}
    )
    assert "1 of 3 queries have no relevant photo" in outcome.notes[0]
    assert outcome.metrics["map"].n == 2


def test_what_cannot_be_searched_is_said(manifest, run):
    with pytest.raises(ConfigError, match="none of 30 photos passes"):
        run_search(manifest, run, examples, filters={"label": "negro"})
    with pytest.raises(ConfigError, match="top_k=0"):
        run_search(manifest, run, examples, top_k=0)


def test_the_photo_that_asks_is_taken_out_where_it_stands(manifest):
    queries = examples(manifest, split=None)[:2]
    found = Ranking(np.array([[5, 0, 2], [4, 2, 3]]), np.array([[0.9, 0.8, 0.7], [0.6, 0.5, 0.4]], np.float32))
    best = without_query_photos(found, queries, 2)
    np.testing.assert_array_equal(best.rows, [[5, 2], [4, 2]])
    np.testing.assert_allclose(best.scores, [[0.9, 0.7], [0.6, 0.5]])


def test_the_terminal_is_narrow_enough(manifest, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    queries = ad_hoc(manifest, texts=["rojo"])
    show({}, queries, Ranking(np.array([[0, 3]]), np.array([[0.9, 0.8]], np.float32)), manifest, {})
    out = capsys.readouterr().out
    assert "un rojo (3)" in out
    assert "distance" not in out
    assert max(map(len, out.splitlines())) <= 80
    many = ad_hoc(manifest, texts=[f"rojo {row}" for row in range(9)])
    show({}, many, Ranking(np.zeros((9, 1), np.int64), np.ones((9, 1), np.float32)), manifest, {})
    assert "9 queries" in capsys.readouterr().out


def test_words(manifest):
    assert [distance_text(metres) for metres in (np.nan, 12.4, 999.9, 1234, 456_789)] == [
        "",
        "12 m",
        "1000 m",
        "1.2 km",
        "457 km",
    ]
    assert file_name_part("Fuentes, piscinas y ñu") == "fuentes_piscinas_y_nu"
    assert file_name_part("水") == "query"
    table = ranking_table([], Ranking(np.zeros((0, 1), np.int64), np.zeros((0, 1), np.float32)), manifest, {})
    assert table.empty
