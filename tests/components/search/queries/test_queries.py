"""Queries for photos, and the photos relevant to them."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from hydra.utils import get_method

from components.data import Manifest
from components.errors import ConfigError
from components.search.queries import Query, ad_hoc, captions, examples, listed

OPTIONS = Path(__file__).parents[4] / "conf" / "query"


@pytest.fixture
def manifest(tmp_path):
    columns = {
        "path": ["a.jpg", "b.jpg", "c.jpg", "d.jpg"],
        "label": ["parque", "resto", "parque", ""],
        "split": ["train", "test", "test", "test"],
        "object_id": ["p0", "m0", "p0", ""],
        "title": ["Columpios", "Mural", "Columpios otra vez", "Nada"],
        "title_en": ["Swings", "Mural", "Swings again", ""],
        "kind": ["", "mural", "", ""],
    }
    return Manifest.of(tmp_path, columns)


def relevant_rows(queries):
    return {query.id: query.relevant.tolist() for query in queries}


def test_photos_that_match_the_filters_are_relevant_to_listed_queries(manifest):
    queries = [
        {"id": "playground", "es": "Parque infantil", "en": "Playground", "relevant": {"label": "parque"}},
        {"id": "murals", "es": "Murales", "en": "Murals", "relevant": {"kind": ["mural", "fountain"]}},
    ]
    spanish, english = (listed(manifest, queries=queries, language=one) for one in ("es", "en"))
    assert [one.text for one in english] == ["Playground", "Murals"]
    assert relevant_rows(spanish) == relevant_rows(english) == {"playground": [0, 2], "murals": [1]}
    with pytest.raises(ConfigError, match="playground exists in en, es, not in 'fr'"):
        listed(manifest, queries=queries, language="fr")
    with pytest.raises(ConfigError, match=r"murals: relevant: filters\.kin: photos have no such column.*mean kind"):
        listed(manifest, queries=[queries[1] | {"relevant": {"kin": "mural"}}], language="es")
    with pytest.raises(ConfigError, match="a unique id"):
        listed(manifest, queries=[queries[0]] * 2, language="es")


def test_each_described_object_makes_one_query(manifest):
    spanish, english = captions(manifest, column="title"), captions(manifest, column="title", language="en")
    assert relevant_rows(spanish) == {"p0": [0, 2], "m0": [1], "d.jpg": [3]}
    assert [one.text for one in english] == ["Swings", "Mural"]
    assert relevant_rows(captions(manifest, column="title", relevant="label")) == {
        "parque": [0, 2], "resto": [1], "d.jpg": [3],
    }  # fmt: skip
    assert relevant_rows(captions(manifest, column="title", split="test")) == {"m0": [1], "p0": [0, 2], "d.jpg": [3]}
    with pytest.raises(ConfigError, match=r"query\.language.*'title_fr'"):
        captions(manifest, column="title", language="fr")
    with pytest.raises(ConfigError, match=r"query\.relevant.*'objects'"):
        captions(manifest, column="title", relevant="objects")
    with pytest.raises(ConfigError, match="no photo of the part 'validation' has a text in 'title'"):
        captions(manifest, column="title", split="validation")


def test_a_photo_is_not_relevant_to_itself(manifest):
    found = examples(manifest)
    assert [(one.id, one.itself) for one in found] == [("b.jpg", 1), ("c.jpg", 2)]
    assert relevant_rows(found) == {"b.jpg": [], "c.jpg": [0]}
    assert relevant_rows(examples(manifest, relevant="object_id", split=None)) == {
        "a.jpg": [2],
        "b.jpg": [],
        "c.jpg": [0],
    }
    assert found[0].photo == manifest.root / "b.jpg"
    with pytest.raises(ConfigError, match=r"query\.relevant"):
        examples(manifest, relevant="objects")
    with pytest.raises(ConfigError, match=r"query\.split"):
        examples(manifest, split="validation")


def test_queries_of_the_command_line(manifest, tmp_path):
    (tmp_path / "mine.png").touch()
    found = ad_hoc(manifest, texts=["una fuente"], photos=["c.jpg", str(tmp_path / "mine.png")])
    assert [(one.text, one.itself) for one in found] == [("una fuente", None), (None, 2), (None, None)]
    assert all(one.relevant is None for one in found)
    with pytest.raises(ConfigError, match="query=ad_hoc needs a query"):
        ad_hoc(manifest)
    with pytest.raises(ConfigError, match=r"no\.jpg is neither a file nor"):
        ad_hoc(manifest, photos=["no.jpg"])


def test_a_query_is_a_text_or_a_photo(tmp_path):
    with pytest.raises(ValueError, match="either a text or a photo"):
        Query("both", text="a", photo=tmp_path)
    assert np.array_equal(Query("a", text="b").words, "b")


@pytest.mark.parametrize("option", sorted(path.stem for path in OPTIONS.glob("*.yaml")))
def test_the_options_name_functions_that_exist(option):
    target = yaml.safe_load((OPTIONS / f"{option}.yaml").read_text(encoding="utf-8"))["_target_"]
    assert get_method(target) in (ad_hoc, captions, examples, listed)
