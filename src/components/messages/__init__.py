"""Messages about photos and proposals, translated to a language when they are displayed."""

from components.messages.message import LANGUAGES, Message, sentence

__all__ = ["LANGUAGES", "Message", "sentence"]
