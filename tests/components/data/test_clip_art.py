from pathlib import Path

import pytest

from components.data import stamps
from components.errors import ConfigError, DataError

INSTALLED = Path("/usr/share/tuxpaint/stamps")


@pytest.fixture
def small(tree):
    root = tree(
        {
            "animals/birds/gull.png": 1,
            "animals/cat.png": 2,
            "animals/cat_mirror.png": 3,
            "animals/dog_flip.png": 4,
            "food/fig.png": 6,
            "symbols/a.png": 7,
            "space/moon.png": 8,
        }
    )
    (root / "animals/birds/gull.txt").write_text("A gull.\nes.utf8=Una gaviota.\nes_MX.utf8=x\nfr.utf8=Une mouette.\n")
    (root / "animals/cat.txt").write_text("A cat.\nes.utf8=¡Un gato!\n", encoding="utf-8")
    (root / "food/pear.svg").write_text("<svg/>")
    (root / "food/fig.svg").write_text("<svg/>")
    (root / "food/pear.txt").write_text("A pear.\nes.utf8=Una pera.\n")
    return root


def test_categories_texts_and_what_is_left_out(small):
    found = stamps(small, min_pictures=2)
    assert list(found.path) == ["animals/birds/gull.png", "animals/cat.png", "food/fig.png", "food/pear.svg"]
    assert list(found.label) == ["animals", "animals", "food", "food"]
    assert list(found.group) == ["animals/birds", "animals", "food", "food"]
    assert list(found.description) == ["Una gaviota.", "¡Un gato!", "", "Una pera."]
    assert list(found.extra["description_en"]) == ["A gull.", "A cat.", "", "A pear."]
    assert list(found.extra["description_es"]) == list(found.title)
    assert found.left_out == {
        "animals/cat_mirror.png": "a mirrored copy of another picture",
        "animals/dog_flip.png": "a mirrored copy of another picture",
        "food/fig.svg": "the same picture exists as PNG",
        "space/moon.png": "space has 1 picture, fewer than 2",
        "symbols/a.png": "letters, digits, coins and the like are not pictures of objects",
    }


def test_language_and_classes(small):
    assert list(stamps(small, min_pictures=2, language="en").title)[:2] == ["A gull.", "A cat."]
    chosen = stamps(small, classes=["space"])
    assert list(chosen.path) == ["space/moon.png"]
    assert chosen.left_out["food/fig.png"] == "food is not among data.classes"
    with pytest.raises(
        ConfigError, match=r"data\.classes=\['cars'\]: no such category; there are animals, food, space"
    ):
        stamps(small, classes=["cars"])
    with pytest.raises(ConfigError, match=r"data.language='fr': expected one of es, en"):
        stamps(small, language="fr")


def test_a_missing_package_is_named(tmp_path, small):
    with pytest.raises(DataError, match="apt-get install tuxpaint-stamps-default"):
        stamps(tmp_path / "none")
    with pytest.raises(DataError, match=r"No category .* has 40 pictures; the largest: \{'animals': 2"):
        stamps(small)


@pytest.mark.skipif(not INSTALLED.is_dir(), reason="tuxpaint-stamps-default is not installed")
def test_the_package_has_seven_kinds_of_things_described_in_both_languages():
    kinds = ["animals", "clothes", "food", "household", "plants", "town", "vehicles"]
    found = stamps(classes=kinds)
    assert found.classes == tuple(kinds)
    assert set(kinds) <= set(stamps(min_pictures=40).classes)
    assert all(found.extra["description_es"])
    assert all(found.extra["description_en"])
    assert not any("_mirror" in path or "symbols" in path for path in found.path)
