"""Parameters are read from source as Python itself would find them."""

import inspect
import subprocess
import sys

import pytest
from omegaconf import OmegaConf

from experiments.config import configuration_folder, import_target
from experiments.config.signatures import locate, parameters


def all_targets():
    def walk(node):
        if isinstance(node, dict):
            yield from ([node["_target_"]] if "_target_" in node else [])
            for value in node.values():
                yield from walk(value)
        if isinstance(node, list):
            for value in node:
                yield from walk(value)

    files = configuration_folder().rglob("*.yaml")
    return sorted({target for file in files for target in walk(OmegaConf.to_container(OmegaConf.load(file)))})


@pytest.mark.parametrize("target", all_targets())
def test_the_parameters_of_every_component_are_those_of_its_signature(target):
    if target.startswith("optuna."):
        pytest.importorskip("optuna")
    signature = inspect.signature(import_target(target)).parameters.values()
    expected = None if any(one.kind is one.VAR_KEYWORD for one in signature) else [one.name for one in signature]
    found = parameters(target)
    if found is None:
        assert target.partition(".")[0] not in {"components", "experiments"}
    else:
        assert list(found) == expected


def test_names_are_followed_through_reexports():
    module, _ = locate("components.data.Manifest")
    assert module == "components.data.manifest"
    assert locate("components.data.Nothing") is None


def test_nothing_is_imported():
    code = (
        "import sys; from experiments.config.signatures import parameters; "
        "assert parameters('torch.optim.Adam'); assert parameters('components.training.settings.Training'); "
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
