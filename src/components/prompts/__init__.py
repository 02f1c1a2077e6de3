"""What stands for a class in words, for classifying photos that nothing was trained on."""

from components.prompts.templates import Prompt, class_vectors, prompt

__all__ = ["Prompt", "class_vectors", "prompt"]
