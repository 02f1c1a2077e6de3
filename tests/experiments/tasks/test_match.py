"""The task match, called as a function on drawn walls seen from several sides."""

import json
from functools import partial

import cv2
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from components import figures
from components.data import Manifest
from components.errors import ConfigError, DataError
from components.matching import Matching, Pairs, draw_candidates, mine_candidates
from experiments.models import saved_matcher
from experiments.runs.items import read_items
from experiments.runs.run import Run
from experiments.tasks.match import match, true_pairs

OBJECTS, SIDES = 12, 3


class Colours:
    """Photos by how bright their quarters are: of little use here."""

    dimension = 12

    def fingerprint(self):
        return "quarters"

    def embed_images(self, paths):
        small = [np.asarray(Image.open(path).convert("RGB").resize((2, 2))).ravel() for path in paths]
        vectors = np.array(small, dtype=np.float32).reshape(-1, 12) - 100
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def wall(seed, view, side=160):
    generator = np.random.default_rng(seed)
    picture = np.full((side, side, 3), 190, np.uint8)
    for _ in range(45):
        x, y = generator.integers(0, side - 20, 2).tolist()
        w, h = generator.integers(5, 24, 2).tolist()
        cv2.rectangle(picture, (x, y), (x + w, y + h), generator.integers(0, 255, 3).tolist(), -1)
    shift = np.random.default_rng(100 * seed + view).uniform(0, 0.12 * side, (4, 2)).astype(np.float32)
    corners = np.float32([[0, 0], [side, 0], [side, side], [0, side]])
    inwards = np.float32([[1, 1], [-1, 1], [-1, -1], [1, -1]])
    return cv2.warpPerspective(picture, cv2.getPerspectiveTransform(corners, corners + inwards * shift), (side, side))


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    root = tmp_path_factory.mktemp("walls")
    rows = [(one, view) for one in range(OBJECTS) for view in range(SIDES if one else 1)]
    for one, view in rows:
        Image.fromarray(wall(one, view)).save(root / f"{one}_{view}.png")
    generator = np.random.default_rng(0)
    return Manifest.of(
        root,
        {
            "path": [f"{one}_{view}.png" for one, view in rows], "title": [f"wall {one}" for one, _ in rows],
            "object_id": [f"wall {one}" for one, _ in rows], "label": ["wall"] * len(rows),
            "latitude": [40 + one / 1000 + generator.normal(0, 2e-5) for one, _ in rows],
            "longitude": [-3.0] * len(rows),
        },
    )  # fmt: skip


@pytest.fixture
def run(tmp_path):
    (tmp_path / "run").mkdir()
    return Run(folder=tmp_path / "run", tracker=None, subtitle="walls")


NEAR = partial(mine_candidates, neighbours=8)


def run_match(photos, run, use, candidates=NEAR, **more):
    matching = Matching(use=use, candidates=candidates, folds=4)
    return match(data=photos, embedder=Colours(), matching=matching, seed=0, run=run, **more)


def test_local_features_find_what_the_embedding_does_not(photos, run, capsys):
    outcome = run_match(photos, run, ["cosine", "local"])
    assert outcome.metrics["average_precision"].value > 0.8 * outcome.metrics["found"].value
    assert outcome.metrics["map"].n == 33
    assert outcome.metrics["f1"].n == 33
    items = read_items(run.folder)[0]
    assert next(iter(items.metrics)) == "map"
    assert items.group.tolist() == [f"wall {one.split('_')[0]}" for one in items.ids]
    assert outcome.metrics["map"].value == pytest.approx(items.metrics["map"].mean())
    table = pd.read_csv(run.folder / "pairs.csv")
    assert table["probability"].is_monotonic_decreasing
    assert ((table["photo"].str.split("_").str[0] == table["other"].str.split("_").str[0]) == table["truth"]).all()
    held = table[table["same_object"]]
    groups = pd.read_csv(run.folder / "groups.csv").set_index("photo")["group"]
    assert (groups[held["photo"]].to_numpy() == groups[held["other"]].to_numpy()).all()
    page = (run.folder / "groups.html").read_text(encoding="utf-8")
    assert all(path in page for path in held["photo"])
    assert {one.name for one in run.figures.iterdir()} == {"precision_recall.png", "pairs.png"}
    outcome.show()
    assert "average precision" in capsys.readouterr().out
    assert "of the same object · 4-fold cross-fitting by object" in outcome.protocol


def test_each_photo_is_ranked_against_the_slow_way(photos, run):
    run_match(photos, run, ["cosine"])
    vectors = Colours().embed_images(photos.files)
    table = pd.read_csv(run.folder / "pairs.csv")
    looked = {frozenset(pair) for pair in zip(table["photo"], table["other"], strict=True)}
    expected = {}
    for row, path in enumerate(photos.path):
        answers = (photos.object_id == photos.object_id[row]) & (photos.path != path)
        if answers.any():
            cosines = vectors @ vectors[row]
            near = [one for one in np.argsort(-cosines) if frozenset((path, photos.path[one])) in looked]
            ranks = np.array([rank for rank, one in enumerate(near, 1) if answers[one]])
            expected[path] = (np.arange(1, len(ranks) + 1) / ranks).sum() / answers.sum()
    items = read_items(run.folder)[0]
    assert dict(zip(items.ids, items.metrics["map"], strict=True)) == pytest.approx(expected)


def test_drawn_candidates_as_in_the_thesis(photos, run):
    outcome = run_match(photos, run, ["cosine", "local"], candidates=draw_candidates)
    assert outcome.metrics["precision_at_1"].n == 33
    assert outcome.metrics["precision_at_1"].value > 0.8
    assert outcome.metrics["found"].value == 1
    table = pd.read_csv(run.folder / "pairs.csv")
    assert (table.groupby("photo")["truth"].sum() == 1).all()
    assert outcome.metrics["cosine_same"].value == pytest.approx(table["cosine"][table["truth"]].mean(), abs=1e-5)
    assert outcome.metrics["cosine_others"].value == pytest.approx(table["cosine"][~table["truth"]].mean(), abs=1e-5)
    assert len(list(run.figures.glob("candidates_*.png"))) == 6
    assert not (run.folder / "groups.html").exists()


def test_pairs_without_coordinates_use_the_other_scores(photos, run):
    latitude = photos.latitude.copy()
    latitude[:4] = np.nan
    outcome = run_match(
        photos.replace(latitude=latitude), run, ["cosine", "metres"], candidates=partial(mine_candidates, neighbours=5)
    )
    assert "pairs have no coordinates: only the other scores" in outcome.notes[0]
    assert outcome.metrics["average_precision"].value > 0.8


def test_without_any_coordinates_no_curve_of_metres_is_drawn(photos, run, monkeypatch):
    drawn = []
    draw = figures.precision_recall
    monkeypatch.setattr(
        figures,
        "precision_recall",
        lambda curves, *rest, **more: drawn.append(list(curves)) or draw(curves, *rest, **more),
    )
    nowhere = photos.replace(latitude=np.full(len(photos), np.nan))
    outcome = run_match(nowhere, run, ["cosine", "metres"], candidates=partial(mine_candidates, neighbours=5))
    assert drawn == [["cosine", "fused"]]
    assert not any("could not be drawn" in note for note in outcome.notes)


def test_a_loaded_matcher_gives_the_probabilities_of_the_run(photos, run, monkeypatch):
    run_match(photos, run, ["cosine", "csls", "local", "metres"])
    target = f"{__name__}.Colours"
    (run.folder / "config.yaml").write_text(json.dumps({"embedder": target, "matching": "this"}), encoding="utf-8")
    matching = Matching(use=["cosine", "csls", "local", "metres"], folds=4)
    built = {"embedder": Colours(), "matching": matching}
    monkeypatch.setattr(saved_matcher, "instantiate", lambda node, where: built[where])
    matcher = saved_matcher.load_matcher(run.folder)
    pairs = true_pairs(photos)
    inside = matcher.probability(photos, photos, pairs)
    assert inside.shape == (len(pairs),)
    assert (inside >= matcher.threshold).mean() > 0.8
    asking = photos.take([1])
    rest = photos.take(np.arange(len(photos)) != 1)
    found = matcher.probability(asking, rest, Pairs(np.zeros(len(rest), np.int64), np.arange(len(rest))))
    assert rest.object_id[np.argsort(-found)[:2]].tolist() == ["wall 1", "wall 1"]
    assert set(matcher.evidence(asking, rest, Pairs(np.array([0]), np.array([0])))) == {
        "cosine", "csls", "inliers", "inlier_share", "metres",
    }  # fmt: skip
    monkeypatch.setattr(Colours, "fingerprint", lambda self: "other weights")
    monkeypatch.setattr(saved_matcher, "instantiate", lambda node, where: built[where])
    (run.folder / "config.yaml").write_text(
        json.dumps({"embedder": {"_target_": target}, "matching": "this"}), encoding="utf-8"
    )
    with pytest.raises(ConfigError, match="fitted on vectors of another embedder"):
        saved_matcher.load_matcher(run.folder)
    (run.folder / "matcher.json").write_text("{", encoding="utf-8")
    with pytest.raises(DataError, match="cannot be read"):
        saved_matcher.load_matcher(run.folder)
    (run.folder / "matcher.json").unlink()
    with pytest.raises(DataError, match="only runs of task=match save one"):
        saved_matcher.load_matcher(run.folder)


def test_errors_name_the_cause(photos, run):
    with pytest.raises(DataError, match=r"No object of .* has two photos"):
        run_match(photos.take([0, 1, 4]), run, ["cosine"])
    with pytest.raises(ConfigError, match=r"matching.use=.*expected one or more of cosine, csls, phash, local, metres"):
        Matching(use=["cosin"])
    with pytest.raises(ConfigError, match=r"matching\.folds=2"):
        Matching(folds=2)
    with pytest.raises(ConfigError, match=r"matching\.precision=0"):
        Matching(precision=0)


def test_true_pairs_are_all_of_them(photos):
    expected = {
        (a, b)
        for a in range(len(photos))
        for b in range(a + 1, len(photos))
        if photos.object_id[a] == photos.object_id[b]
    }
    pairs = true_pairs(photos)
    assert set(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)) == expected
