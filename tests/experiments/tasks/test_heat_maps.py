"""Which heat maps are drawn of a photo, and which network and output they explain."""

from types import SimpleNamespace

import numpy as np
import pytest

from components.results import UNKNOWN, Predictions
from experiments.tasks import heat_maps
from experiments.tasks.heat_maps import Explainer

NAMES = ("a", "b", "c")
TRUE, PREDICTED = [0, 1, UNKNOWN, 2, UNKNOWN], [0, 2, 0, UNKNOWN, UNKNOWN]


class Head:
    """A head with a gate before the network of the known classes, or without."""

    rest = "resto"

    def __init__(self, gate):
        self.known_classes_network = int(gate)
        self.networks = ([("no_resto", "resto")] if gate else []) + [NAMES]

    def network_targets(self, manifest):
        return [SimpleNamespace(class_names=names) for names in self.networks]


class Manifest:
    title = np.array(["Uno", "", "Tres", "Cuatro", "Cinco"], dtype=object)

    def __init__(self, test=range(5)):
        self.test = list(test)

    def rows_of(self, ids):
        return np.array([int(str(one).removeprefix("folder/").removesuffix(".jpg")) for one in ids])

    def rows(self, split):
        return np.array(self.test)


@pytest.fixture
def explainer(monkeypatch):
    """An explainer whose maps hold the fold, network and output that they are of, and the row of the photo."""

    def maps(network, photos, outputs):
        return np.array([(*network, output, photo[0, 0, 0]) for photo, output in zip(photos, outputs, strict=True)])

    def networks(replicates, split):
        return [(split.fold, number) for number in range(len(replicates.head.networks))]

    monkeypatch.setattr(heat_maps, "heat_maps", maps)
    monkeypatch.setattr(heat_maps, "trained_networks", networks)

    def make(gate, folds=((0, range(5)),)):
        splits = [SimpleNamespace(replicate=0, fold=fold, seed=0, manifest=Manifest(rows)) for fold, rows in folds]
        pixels = np.tile(np.arange(5, dtype=np.uint8)[:, None, None, None], (1, 4, 4, 3))
        photos = SimpleNamespace(manifest=Manifest(), array=pixels)
        setup = SimpleNamespace(photos=photos, splits=splits, replicates=SimpleNamespace(head=Head(gate)))
        scores = np.tile([0.4, 0.3, 0.2], (5, 1))
        ids = np.array([f"folder/{row}.jpg" for row in range(5)], dtype=object)
        made = Predictions(ids, np.array(TRUE), scores, np.array(PREDICTED), np.full(5, -7.0), NAMES)
        return Explainer(setup, made)

    return make


def shown(photos):
    return [[(one.mark, one.name, *map(int, one.values)) for one in photo.maps] for photo in photos]


def test_with_a_gate_every_label_has_an_output(explainer):
    photos = explainer(gate=True).explain(np.arange(5))
    assert shown(photos) == [
        [("✓", "a", 0, 1, 0, 0)],
        [("✗", "c", 0, 1, 2, 1), ("true", "b", 0, 1, 1, 1)],
        [("✗", "a", 0, 1, 0, 2), ("true", "unknown", 0, 0, 1, 2)],
        [("✗", "unknown", 0, 0, 1, 3), ("true", "c", 0, 1, 2, 3)],
        [("✓", "unknown", 0, 0, 1, 4)],
    ]
    assert [photo.title for photo in photos] == ["Uno", "1.jpg", "Tres", "Cuatro", "Cinco"]
    assert [photo.right for photo in photos] == [True, False, False, False, True]
    assert [one.probability for one in photos[3].maps] == pytest.approx([0.1, 0.2])
    assert not any(photo.remark for photo in photos)


def test_what_a_detector_rejects_has_the_map_of_its_most_probable_class(explainer):
    made = explainer(gate=False)
    photos = made.explain(np.arange(4))
    assert shown(photos)[2:] == [
        [("✗", "a", 0, 0, 0, 2)],
        [("✗ rejected", "closest: a", 0, 0, 0, 3), ("true", "c", 0, 0, 2, 3)],
    ]
    assert [photo.remark for photo in photos] == ["", "", "true: unknown", ""]
    assert made.with_output(np.arange(5)).tolist() == [0, 1, 2]
    assert made.with_output(np.arange(0)).tolist() == []


def test_a_rejected_photo_of_its_most_probable_class_says_so(explainer):
    made = explainer(gate=False)
    made.predictions.scores[3] = [0.1, 0.2, 0.7]
    assert shown(made.explain(np.array([3]))) == [[("✗ rejected", "true: c", 0, 0, 2, 3)]]


def test_each_photo_is_explained_by_the_networks_of_the_fold_that_tests_it(explainer):
    photos = explainer(gate=True, folds=((0, [3, 1]), (1, [0, 2, 4]))).explain(np.arange(5))
    assert [photo.maps[0].values[0] for photo in photos] == [1, 0, 1, 0, 1]
