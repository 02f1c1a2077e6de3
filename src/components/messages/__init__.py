"""What is found out about photos and claims, kept apart from the words of any language."""

from components.messages.message import LANGUAGES, Message, sentence

__all__ = ["LANGUAGES", "Message", "sentence"]
