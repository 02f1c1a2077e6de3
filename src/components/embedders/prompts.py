"""Class names put into sentences, in one or several languages, as CLIP is asked (Radford et al. 2021)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.errors import ConfigError


@dataclass(frozen=True)
class Prompt:
    """How classes are said.

    Attributes:
        templates: Sentences with {} for a name; the vectors of a name in all of them are averaged.
        names: Names of a class, by its label; a photo is as like a class as it is like the nearest of its names. A
            class without any is called by its label, underscores as spaces.
    """

    templates: tuple[str, ...]
    names: Mapping[str, tuple[str, ...]]

    def texts(self, label: str) -> list[list[str]]:
        """For each name of a class the sentences with it."""
        names = self.names.get(label) or (label.replace("_", " "),)
        return [[template.format(name) for template in self.templates] for name in names]


def prompt(templates: Sequence[str], names: Mapping[str, Sequence[str]] | None = None) -> Prompt:
    """Sentences and names; see `Prompt`.

    Raises:
        ConfigError: There is no template, or one without {} or with more in its braces.
    """
    for one in templates:
        if one.count("{}") != 1 or one.count("{") != 1:
            raise ConfigError(f"prompt.templates: {one!r} needs one {{}} where the name goes")
    if not templates:
        raise ConfigError("prompt.templates: at least one is needed; '{}' is the bare name")
    return Prompt(tuple(templates), {label: tuple(some) for label, some in (names or {}).items()})


def class_vectors(
    said: Prompt, labels: Sequence[str], embed_texts: Callable[[Sequence[str]], NDArray[np.float32]]
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """One unit vector a name, and of which class it is.

    Args:
        said: How the classes are said.
        labels: C classes.
        embed_texts: (m, d) unit vectors of m texts.

    Returns:
        (names, d) the mean of each name's vectors over the templates, at unit length; (names,) indices into `labels`.
    """
    sentences = [(index, some) for index, label in enumerate(labels) for some in said.texts(label)]
    vectors = embed_texts([text for _, some in sentences for text in some])
    means = vectors.reshape(len(sentences), len(said.templates), -1).mean(axis=1)
    lengths = np.linalg.norm(means, axis=1, keepdims=True)
    classes = np.array([index for index, _ in sentences], dtype=np.int64)
    return (means / np.maximum(lengths, 1e-12)).astype(np.float32), classes
