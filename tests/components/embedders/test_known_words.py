"""Texts of which the sentence encoder knows no word are told from those it knows."""

import pytest

from components.embedders.known_words import texts_without_known_words


@pytest.mark.parametrize(
    "text",
    [
        "una señal de piedra",
        "a windmill",
        "mojón",
        "cruceiro",
        "Camino de Santiago",
        "日本",
        "石の標識",
        "árbol",
        "oaks in Galicia",
    ],
)
def test_words_in_languages_that_the_encoder_knows(text):
    assert texts_without_known_words([text]) == []


@pytest.mark.parametrize("text", ["xqzwk wkrtz", "asdfgh", "una xqzwkp", "🔥", "हिन्दी", "ελληνικά", "...", "zzzz"])
def test_fragments_letters_and_signs_are_no_words(text):
    assert texts_without_known_words(["a windmill", text]) == [text]
