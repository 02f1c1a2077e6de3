"""Loading of models of transformers from a local folder."""

import pytest

from components.errors import WeightsError
from components.transformers_model import TransformersModel


def test_parts_are_loaded_from_a_local_folder(tmp_path):
    transformers = pytest.importorskip("transformers")
    transformers.ViTConfig(hidden_size=24).save_pretrained(tmp_path)
    (tmp_path / "notes.md").write_text("not part of the model")
    model = TransformersModel(str(tmp_path), "embedder=siglip")
    assert model.folder == tmp_path
    assert [path.name for path in model.files()] == ["config.json"]
    assert model.load("AutoConfig").hidden_size == 24


def test_a_part_that_is_missing_is_an_error_that_names_model_and_option(tmp_path):
    pytest.importorskip("transformers")
    model = TransformersModel(str(tmp_path), "embedder=siglip", "embedder=conse needs no weights")
    with pytest.raises(WeightsError, match=rf"embedder=siglip: {tmp_path} could not be loaded(.|\n)*embedder=conse"):
        model.load("AutoModel")
