"""What is found out about photos and claims, kept apart from the words of any language."""

from components.messages.message import LANGUAGES, Said, sentence

__all__ = ["LANGUAGES", "Said", "sentence"]
