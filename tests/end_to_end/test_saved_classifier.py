"""A classifier is loaded from the folder of its run alone, and gives the scores of the run."""

import json

import numpy as np
import pytest

from components.errors import ConfigError
from experiments.models import load_classifier
from experiments.runs.predictions import read_predictions
from experiments.runs.record import Record

SMALL = [
    "tracker=none",
    "pixels.size=32",
    "training=thesis",
    "training.epochs=2",
    "training.batch_size=8",
    "device=cpu",
]
FROZEN = "backbone=efficientnet_lite0"


@pytest.fixture
def trained(hito, photos, tmp_path):
    """Train a classifier, with the third class as the rest if asked for; return the folder of the run."""

    def train(*words, rest=False):
        if rest:
            for split in ("train", "test"):
                (photos / split / "senda").rename(photos / split / "resto")
        status, _, err = hito("data=folder", f"data.root={photos}", *SMALL, *words)
        assert status == 0, err
        (record,) = (tmp_path / "multirun").rglob("record.json")
        return record.parent

    return train


@pytest.mark.parametrize(
    ("words", "files"),
    [
        (["backbone=cnn"], ["classifier.json", "closed-0.pt"]),
        ([FROZEN], ["classifier.json", "closed-0.pt"]),
        ([FROZEN, "augmentation=flip"], ["classifier.json", "closed-0.pt"]),
        (["task=open_set", "backbone=cnn", "head=dual_cnn"], ["classifier.json", "closed-0.pt", "gate-0.pt"]),
        (["task=open_set", "backbone=cnn", "head=closed", "detector=mahalanobis"],
         ["classifier.json", "closed-0.pt", "detector.npz"]),
        (["task=open_set", FROZEN, "head=rest_class", "detector=knn"],
         ["classifier.json", "detector.npz", "rest_class-0.pt"]),
        (["task=open_set", FROZEN, "head=outlier_exposure", "detector=react"],
         ["classifier.json", "detector.npz", "outlier_exposure-0.pt"]),
    ],
)  # fmt: skip
def test_a_loaded_classifier_gives_the_scores_of_the_run(trained, photos, words, files):
    folder = trained(*words, rest="task=open_set" in words)
    assert sorted(path.name for path in (folder / "models").iterdir()) == files
    moved = photos.rename(photos.with_name("moved"))  # the run's own data is not read again
    classifier = load_classifier(folder, Record.read(folder), "cpu")
    (expected,) = read_predictions(folder)
    names = (*expected.class_names, "resto")
    found = classifier.predict([moved / path for path in expected.ids], [names[label] for label in expected.y_true])
    assert found.class_names == expected.class_names
    np.testing.assert_array_equal(found.y_true, expected.y_true)
    np.testing.assert_allclose(found.scores, expected.scores, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(found.unknown_score, expected.unknown_score, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(found.y_pred, expected.y_pred)


def test_a_photo_is_predicted_alone_as_among_others(trained, photos):
    folder = trained("backbone=cnn")
    classifier = load_classifier(folder, Record.read(folder), "cpu")
    files = sorted(photos.rglob("*.png"))[:5]
    together = classifier.predict(files)
    alone = classifier.predict(files[3:4])
    np.testing.assert_allclose(alone.scores[0], together.scores[3], rtol=1e-4, atol=1e-6)


def test_runs_without_or_with_another_file_are_refused(trained):
    folder = trained("backbone=cnn")
    record, file = Record.read(folder), folder / "models" / "classifier.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(content | {"version": 0}), encoding="utf-8")
    with pytest.raises(ConfigError, match="written by another version of hito: run it again with if_exists=overwrite"):
        load_classifier(folder, record, "cpu")
    file.write_text(json.dumps(content | {"resize": None}), encoding="utf-8")
    with pytest.raises(ConfigError, match="without the setting `resize`"):
        load_classifier(folder, record, "cpu")
    file.write_text("{", encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_classifier(folder, record, "cpu")
    file.unlink()
    with pytest.raises(ConfigError, match=r"made by an older version of hito.*run it again with if_exists=overwrite"):
        load_classifier(folder, record, "cpu")
    file.write_text(json.dumps(content), encoding="utf-8")
    (folder / "models" / "closed-0.pt").unlink()
    with pytest.raises(ConfigError, match=r"closed-0.pt is missing: run .* again with if_exists=overwrite"):
        load_classifier(folder, record, "cpu")
