"""The tasks assign and zero_shot, called as functions with an embedder of colours."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from components.assignment import Choice, edits, n_way
from components.data import Manifest, load_pixels
from components.embedders.prompts import prompt
from components.errors import ConfigError, DataError
from experiments.runs.items import read_items
from experiments.runs.predictions import read_predictions
from experiments.runs.run import Run
from experiments.tasks.assign import assign
from experiments.tasks.zero_shot import zero_shot

COLOURS = {"rojo": (220, 20, 20), "verde": (20, 220, 20), "azul": (20, 20, 220)}


class Colours:
    """Photos by their mean colour, texts by the colours they name."""

    dimension = 3

    def fingerprint(self):
        return "colours"

    def embed_images(self, paths):
        return self.unit(np.array([np.asarray(Image.open(one).convert("RGB")).mean(axis=(0, 1)) for one in paths]))

    def embed_texts(self, texts):
        return self.unit(np.array([sum(np.array(COLOURS[one]) for one in COLOURS if one in text) for text in texts]))

    @staticmethod
    def unit(vectors):
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def manifest(tmp_path):
    generator = np.random.default_rng(0)
    names = [list(COLOURS)[row % 3] for row in range(36)]
    (tmp_path / "photos").mkdir()
    for row, name in enumerate(names):
        pixels = np.clip(np.array(COLOURS[name]) + generator.normal(0, 60, (16, 20, 3)), 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(tmp_path / "photos" / f"{row}.png")
    columns = {
        "path": [f"{row}.png" for row in range(36)],
        "label": names,
        "description": [f"algo {name}" for name in names],
        "split": [("train", "validation", "test")[row % 4 % 3] for row in range(36)],
    }
    return Manifest.of(tmp_path / "photos", columns)


@pytest.fixture
def run(tmp_path):
    (tmp_path / "run").mkdir()
    return Run(folder=tmp_path / "run", tracker=None, subtitle="colours")


def as_given(manifest, *, seed):
    return manifest


def run_assign(manifest, run, assignment, max_error_rate=0.25):
    return assign(
        data=manifest, split=as_given, embedder=Colours(), assignment=assignment, max_error_rate=max_error_rate,
        seed=0, run=run,
    )  # fmt: skip


def test_the_text_that_fits_is_taken(manifest, run, capsys):
    outcome = run_assign(manifest, run, lambda photos: n_way(photos, ways=3))
    assert outcome.metrics["accuracy"].value == 1
    assert outcome.metrics["accuracy"].n == (manifest.split != "validation").sum()
    assert outcome.metrics["coverage"].value == 1
    assert list(read_items(run.folder)[0].metrics) == ["accuracy", "mrr", "coverage"]
    table = pd.read_csv(run.folder / "choices.csv")
    assert len(table) == 36
    assert set(table["part"]) == {"validation", "measured"}
    assert table["correct"].all()
    assert sorted(one.name for one in run.figures.iterdir()) == ["candidates.png", "risk_coverage.png"]
    outcome.show()
    assert "calibrated on 9 validation photos" in capsys.readouterr().out


def test_texts_that_do_not_fit_make_it_abstain(manifest, run):
    wrong = [
        Choice(str(row), row, ("algo rojo verde azul", f"algo {manifest.label[row]}"), right=0)
        for row in range(len(manifest))
    ]
    outcome = run_assign(manifest, run, lambda _: wrong)
    assert "No threshold keeps the error rate at 25%" in outcome.notes[0]
    assert outcome.metrics["coverage"].value == 0
    assert "accuracy_decided" not in outcome.metrics
    assert set(pd.read_csv(run.folder / "choices.csv")["decided"]) == {"abstains"}


def test_an_edit_is_taken_or_the_old_text_kept(manifest, run):
    outcome = run_assign(manifest, run, lambda photos: edits(photos, column="description"))
    assert outcome.metrics["accuracy_decided"].value == 1
    assert set(pd.read_csv(run.folder / "choices.csv")["decided"]) == {"taken", "keeps the old"}


def test_choices_without_a_known_text_are_not_measured(manifest, run):
    unknown = [Choice("a", 0, ("algo rojo", "algo verde"))]
    outcome = run_assign(manifest, run, lambda _: unknown)
    assert outcome.metrics == {}
    assert "nothing is calibrated" in outcome.notes[0]
    assert not (run.folder / "items.parquet").exists()
    assert pd.read_csv(run.folder / "choices.csv")["taken"].tolist() == ["algo rojo"]


def test_errors_name_the_cause(manifest, run):
    with pytest.raises(ConfigError, match="max_error_rate=5"):
        run_assign(manifest, run, n_way, max_error_rate=5)
    row = int(np.flatnonzero(manifest.split == "validation")[0])
    with pytest.raises(DataError, match="excluded from all reported metrics"):
        run_assign(manifest, run, lambda _: [Choice("a", row, ("algo rojo", "algo verde"), right=0)])


def test_classes_are_known_by_their_words(manifest, run):
    outcome = zero_shot(
        data=manifest,
        split=as_given,
        pixels=lambda one: load_pixels(one, size=16),
        embedder=Colours(),
        prompt=prompt(["{}", "una foto {}"], {"azul": ["azul claro", "azul"]}),
        seed=0,
        run=run,
    )
    assert outcome.metrics["accuracy"].value == 1
    (found,) = read_predictions(run.folder)
    assert found.class_names == ("azul", "rojo", "verde")
    assert len(found) == (manifest.split == "test").sum()
    assert "4 names of 3 classes" in outcome.protocol
    assert not (run.folder / "curves.csv").exists()
    assert (run.figures / "confusion_matrix.png").is_file()
