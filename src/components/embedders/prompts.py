"""Prompts: class names inserted into sentences, as for CLIP (Radford et al. 2021)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.errors import ConfigError


@dataclass(frozen=True)
class Prompt:
    """Templates and names of classes.

    Attributes:
        templates: Sentences with {} for a name. The vectors of a name in all templates are averaged.
        names: Maps labels to one or several names of the class. The similarity of a photo to a class is that to its
            nearest name. The name of a class that is missing here is its label, with underscores replaced by spaces.
    """

    templates: tuple[str, ...]
    names: Mapping[str, tuple[str, ...]]

    def texts(self, label: str) -> list[list[str]]:
        """Return, for each name of a class, the sentences that contain it."""
        names = self.names.get(label) or (label.replace("_", " "),)
        return [[template.format(name) for template in self.templates] for name in names]


def prompt(templates: Sequence[str], names: Mapping[str, Sequence[str]] | None = None) -> Prompt:
    """Make a `Prompt`.

    Args:
        templates: Sentences that each contain {} exactly once.
        names: Maps labels to names of the class; see `Prompt`.

    Raises:
        ConfigError: There is no template, or one does not contain {} exactly once.
    """
    for template in templates:
        if template.count("{}") != 1 or template.count("{") != 1:
            raise ConfigError(f"prompt.templates: {template!r} must contain {{}} exactly once, in place of the name")
    if not templates:
        raise ConfigError("prompt.templates: expected at least one template; '{}' is the name alone")
    return Prompt(tuple(templates), {label: tuple(aliases) for label, aliases in (names or {}).items()})


def class_vectors(
    prompt: Prompt, labels: Sequence[str], embed_texts: Callable[[Sequence[str]], NDArray[np.float32]]
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Compute one unit vector per name of a class.

    Args:
        prompt: Templates and names.
        labels: C labels.
        embed_texts: Computes (m, d) unit vectors of m texts.

    Returns:
        (k, d) normalised means of the vectors of each name over the templates; (k,) indices into `labels`. k is the
        number of names of all classes.
    """
    names = [(index, sentences) for index, label in enumerate(labels) for sentences in prompt.texts(label)]
    vectors = embed_texts([text for _, sentences in names for text in sentences])
    means = vectors.reshape(len(names), len(prompt.templates), -1).mean(axis=1)
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    classes = np.array([index for index, _ in names], dtype=np.int64)
    return (means / np.maximum(lengths, 1e-12)).astype(np.float32), classes
