"""A thing said: which sentence of the tables, and the values in it; the language is chosen by who reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from components.messages.english import ENGLISH
from components.messages.spanish import SPANISH

SENTENCES: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "es": SPANISH}
LANGUAGES = tuple(SENTENCES)


@dataclass(frozen=True)
class Said:
    """A sentence that is in no language yet.

    Attributes:
        key: Of the sentence in the tables (`english.py`, `spanish.py`).
        values: What its placeholders stand for; a `Said` among them is put into the same language.
    """

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def in_language(self, language: str) -> str:
        """The sentence in a language of `LANGUAGES`."""
        values = {
            name: one.in_language(language) if isinstance(one, Said) else one for name, one in self.values.items()
        }
        return SENTENCES[language][self.key].format(**values)

    def __str__(self) -> str:
        return self.in_language("en")


def sentence(parts: Sequence[Said], language: str = "en") -> str:
    """Several things said as one sentence."""
    return "; ".join(one.in_language(language) for one in parts)
