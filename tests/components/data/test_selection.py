"""Which photos of a source are used: filters, classes, renamed and joined classes, a least number of photos."""

import numpy as np
import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser

from components.data import Manifest, select
from components.data.selection import MAX_NAMED, classes_word, rename_word
from components.errors import ConfigError


@pytest.fixture
def manifest(tmp_path):
    labels = ["fuente"] * 4 + ["mural"] * 3 + ["sola", "7", "true", ""]
    columns = {"path": [f"{row}.jpg" for row in range(11)], "label": labels, "year": list(range(2015, 2026))}
    return Manifest.of(tmp_path, columns, notes=["before"], left_out={"x": "y"})


def test_nothing_is_selected_without_a_key(manifest):
    assert select(manifest) is manifest


def test_a_class_with_one_photo_is_excluded_and_named(manifest):
    found = select(manifest, min_photos=2)
    assert found.classes == ("fuente", "mural")
    assert found.left_out["7.jpg"] == "the class 'sola' has 1 photo, fewer than min_photos=2"
    assert found.left_out["x"] == "y"
    assert found.path[-1] == "10.jpg"  # no label, no class
    assert found.notes[0] == "before"
    assert "1 of 9 photos excluded: the class 'true' has 1 photo" in found.notes[-1]


def test_classes_are_renamed_and_joined_before_they_are_counted(manifest):
    found = select(manifest, rename_classes={"sola": "mural", 7: "mural", True: "fuente"}, min_photos=5)
    assert found.classes == ("fuente", "mural")
    assert len(found) == 11
    assert found.notes[-1] == "classes were renamed: sola as mural, 7 as mural, true as fuente"


def test_classes_that_are_kept(manifest):
    found = select(manifest, classes=["sola", 7])
    assert found.path.tolist() == ["7.jpg", "8.jpg"]
    assert found.left_out["0.jpg"] == "its class is not among classes=[sola, 7]"
    assert select(manifest, classes="sola").path.tolist() == ["7.jpg"]


def test_filters_that_photos_pass(manifest):
    found = select(manifest, filters={"year": {"at_least": 2016, "at_most": 2017}})
    assert found.path.tolist() == ["1.jpg", "2.jpg"]
    assert found.left_out["0.jpg"] == "does not pass filters={year: {at_least: 2016, at_most: 2017}}"


def test_many_excluded_photos_are_counted(tmp_path):
    made = Manifest.of(
        tmp_path, {"path": [f"{row}" for row in range(MAX_NAMED + 9)], "label": ["a"] * 3 + ["b"] * 1006}
    )
    found = select(made, classes=["a"])
    assert list(found.left_out) == ["3 and 1,005 other photos"]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"classes": ["murla"]}, r"classes: there is no class 'murla'\. Did you mean mural\? Classes: 7, fuente"),
        ({"classes": []}, "classes is empty; expected names of classes, or null"),
        ({"rename_classes": {"murla": "a"}}, r"rename_classes: there is no class 'murla'\. Did you mean mural\?"),
        ({"rename_classes": {"mural": " "}}, "the new name of 'mural' is empty"),
        ({"rename_classes": ["mural"]}, r"expected \{OLD NAME: NEW NAME\}"),
        ({"min_photos": 99, "classes": ["mural"]}, r"No photos are left: of 3 photos each is excluded"),
        ({"min_photos": -1}, "expected a whole number of photos"),
        ({"min_photos": 1.5}, "expected a whole number of photos"),
        ({"filters": {"year": 1}}, "No photos are left"),
        ({"filters": {"yeer": 1}}, r"filters\.yeer: photos have no such column\. Did you mean year"),
    ],
)
def test_mistakes_are_named(manifest, keys, message):
    with pytest.raises(ConfigError, match=message):
        select(manifest, **keys)


@pytest.mark.parametrize(
    "name", ["sola", "señal", "mural norte", 'a "b"', "true", "7", "a, b", "c:\\d", "it's", "null"]
)
def test_what_an_error_says_to_type_works(tmp_path, name):
    made = Manifest.of(tmp_path, {"path": ["1", "2", "3"], "label": [name, "fuente", "niño 2"]})
    for word, expected in (
        (rename_word(name, "niño 2"), {"fuente", "niño 2"}),
        (rename_word(name, "fuente"), {"fuente", "niño 2"}),
    ):
        assert set(select(made, **typed(word)).classes) == expected
    assert select(made, **typed(classes_word([name]))).label.tolist() == [name]
    assert np.array_equal(select(made, **typed(classes_word([name, "fuente"]))).label, [name, "fuente"])


def typed(word):
    import shlex

    (plain,) = shlex.split(word)
    override = OverridesParser.create().parse_override(plain)
    return {override.key_or_group: override.value()}


def test_of_each_class_at_most_some_photos_of_each_split_are_used(manifest):
    splits = np.array(["train", "train", "train", "test"] + ["train"] * 7, dtype=object)
    found = select(manifest.replace(split=splits), max_photos=2)
    assert [(found.label == name).sum() for name in ("fuente", "mural", "sola")] == [3, 2, 1]
    assert (found.split[found.label == "fuente"] == "test").sum() == 1
    assert sum(reason.startswith("not among the max_photos=2") for reason in found.left_out.values()) == 2
    reverse = np.arange(len(manifest))[::-1]
    again = select(manifest.replace(split=splits).take(reverse), max_photos=2)
    assert set(again.path) == set(found.path), "the draw does not depend on the order of the rows"


@pytest.mark.parametrize("number", [0, -1, 1.5, True])
def test_a_largest_number_of_photos_is_a_count(manifest, number):
    with pytest.raises(ConfigError, match="expected a whole number of photos per class, at least 1"):
        select(manifest, max_photos=number)
