"""Every sentence exists in every language, with the same placeholders."""

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
    first, *others = (SENTENCES[language] for language in LANGUAGES)
    for other in others:
        assert set(other) == set(first)
        assert {key: placeholders(text) for key, text in other.items()} == {
            key: placeholders(text) for key, text in first.items()
        }


def test_every_sentence_is_used_and_every_key_exists():
    text = "".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py") if path.parent.name != "messages")
    for key in SENTENCES["en"]:
        assert f'"{key}"' in text, key
    for key in re.findall(r'Message\(\s*"(\w+)"', text):
        assert key in SENTENCES["en"]


def test_nested_messages_are_translated_to_the_same_language():
    why = Message("impossible_position", {"why": Message("part_missing", {"part": Message("longitude")})})
    message = Message("not_placed", {"name": Message("the_photo"), "why": why})
    assert str(message) == "the photo: impossible EXIF position: no longitude"
    assert message.in_language("es") == "la foto: posición EXIF imposible: falta la longitud"
    assert sentence([message, Message("good_photo")], "es").endswith("; nítida, bien iluminada y de tamaño suficiente")


def test_values_with_braces_stay_as_they_are():
    assert str(Message("not_placed", {"name": "{why}", "why": "{0}"})) == "{why}: {0}"


@pytest.mark.parametrize("reason", ["broken", Message("empty_file")])
def test_the_reason_of_an_unreadable_file_is_translated_also_after_pickling(reason):
    error = pickle.loads(pickle.dumps(UnreadableError(Path("a.jpg"), reason)))
    assert error.reason == str(reason)
    assert str(error) == f"a.jpg: {reason}"
    assert error.message.in_language("es") == ("broken" if reason == "broken" else "archivo vacío (0 bytes)")
