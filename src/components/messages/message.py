"""A thing said: which sentence of the tables, and the values in it; the language is chosen by who reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from components.messages.english import ENGLISH
from components.messages.spanish import SPANISH

SENTENCES: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "es": SPANISH}
LANGUAGES = tuple(SENTENCES)


@dataclass(frozen=True)
class Message:
    """A sentence that is in no language yet.

    Attributes:
        key: Of the sentence in the tables (`english.py`, `spanish.py`).
        values: What its placeholders stand for; a `Message` among them is put into the same language.
    """

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def in_language(self, language: str) -> str:
        """The sentence in a language of `LANGUAGES`."""
        values = {
            name: one.in_language(language) if isinstance(one, Message) else one for name, one in self.values.items()
        }
        return SENTENCES[language][self.key].format(**values)

    def __str__(self) -> str:
        return self.in_language("en")


def sentence(parts: Sequence[Message], language: str = "en") -> str:
    """Several things said as one sentence."""
    return "; ".join(one.in_language(language) for one in parts)
