"""A message as a key and values; it is translated when it is displayed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from components.messages.english import ENGLISH
from components.messages.spanish import SPANISH

SENTENCES: Mapping[str, Mapping[str, str]] = {"en": ENGLISH, "es": SPANISH}
LANGUAGES = tuple(SENTENCES)


@dataclass(frozen=True)
class Message:
    """A sentence that can be translated to every language of `LANGUAGES`.

    Attributes:
        key: Key of the sentence in the tables (`english.py`, `spanish.py`).
        values: Values of its placeholders. A `Message` among them is translated to the same language.

    Examples:
        >>> Message("taken_at", {"name": Message("this_photo"), "metres": 1200}).in_language("en")
        'this photo: taken 1,200 m from the claimed position'
    """

    key: str
    values: Mapping[str, object] = field(default_factory=dict)

    def in_language(self, language: str) -> str:
        """Return the sentence in a language of `LANGUAGES`."""
        values = {
            name: value.in_language(language) if isinstance(value, Message) else value
            for name, value in self.values.items()
        }
        return SENTENCES[language][self.key].format(**values)

    def __str__(self) -> str:
        return self.in_language("en")


def sentence(messages: Sequence[Message], language: str = "en") -> str:
    """Join messages to one sentence, separated by semicolons."""
    return "; ".join(message.in_language(language) for message in messages)
