"""Prompts and the vectors of class names."""

import numpy as np
import pytest

from components.embedders.prompts import class_vectors, prompt
from components.errors import ConfigError


def embed(texts):
    vectors = np.array([[len(text), text.count("a") + 1.0] for text in texts], dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_each_name_is_the_mean_of_its_sentences():
    names_and_templates = prompt(["{}", "una foto de {}"], {"resto": ["un mural", "una fuente"]})
    vectors, classes = class_vectors(names_and_templates, ["parque_infantil", "resto"], embed)
    assert classes.tolist() == [0, 1, 1]
    names = ["parque infantil", "un mural", "una fuente"]
    expected = np.stack([embed([name, f"una foto de {name}"]).mean(axis=0) for name in names])
    np.testing.assert_allclose(vectors, expected / np.linalg.norm(expected, axis=1, keepdims=True), rtol=1e-6)


@pytest.mark.parametrize("templates", [[], ["a photo"], ["{} and {}"], ["{name}"]])
def test_templates_need_one_placeholder(templates):
    with pytest.raises(ConfigError, match=r"prompt\.templates"):
        prompt(templates)
