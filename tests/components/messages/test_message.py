"""Every sentence is there in every language, with the same values in it."""

import pickle
import re
from pathlib import Path
from string import Formatter

import pytest

from components.data import UnreadableError
from components.messages import LANGUAGES, Message, sentence
from components.messages.message import SENTENCES

SOURCE = Path(__file__).parents[3] / "src"


def placeholders(text):
    return sorted({name for _, name, _, _ in Formatter().parse(text) if name})


def test_the_tables_have_the_same_keys_and_values():
    first, *others = (SENTENCES[one] for one in LANGUAGES)
    for other in others:
        assert set(other) == set(first)
        assert {key: placeholders(text) for key, text in other.items()} == {
            key: placeholders(text) for key, text in first.items()
        }


def test_every_sentence_is_used_and_every_key_exists():
    text = "".join(one.read_text(encoding="utf-8") for one in SOURCE.rglob("*.py") if one.parent.name != "said")
    for key in SENTENCES["en"]:
        assert f'"{key}"' in text, key
    for key in re.findall(r'Message\(\s*"(\w+)"', text):
        assert key in SENTENCES["en"]


def test_what_is_said_within_is_in_the_same_language():
    why = Message("impossible_position", {"why": Message("part_missing", {"part": Message("longitude")})})
    said = Message("not_placed", {"name": Message("the_photo"), "why": why})
    assert str(said) == "the photo: impossible EXIF position: no longitude"
    assert said.in_language("es") == "la foto: posición EXIF imposible: falta la longitud"
    assert sentence([said, Message("good_photo")], "es").endswith("; nítida, bien iluminada y de tamaño suficiente")


def test_values_with_braces_stay_as_they_are():
    assert str(Message("not_placed", {"name": "{why}", "why": "{0}"})) == "{why}: {0}"


@pytest.mark.parametrize("reason", ["broken", Message("empty_file")])
def test_an_unreadable_file_says_why_in_any_language_also_from_another_process(reason):
    error = pickle.loads(pickle.dumps(UnreadableError(Path("a.jpg"), reason)))
    assert error.reason == str(reason)
    assert str(error) == f"a.jpg: {reason}"
    assert error.said.in_language("es") == ("broken" if reason == "broken" else "archivo vacío (0 bytes)")
