"""What is said of a wrong override, without a process of its own."""

import pytest
from hydra.errors import MissingConfigException

from experiments.cli.suggestions import EXTRAS, explain, explain_words
from experiments.cli.task_keys import belongs_to, keys_of_tasks
from experiments.config import compose_config


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["k_max=3"], "k_max belongs to task=cluster: add task=cluster"),
        (["top_k=3"], "top_k belongs to task=search: add task=search"),
        (["learning_rates=[1]"], "learning_rates belongs to task=head_search: add task=head_search"),
        (["target_tpr=0.9"], "target_tpr belongs to task=open_set: add task=open_set"),
        (
            ["max_error_rate=0.1"],
            "max_error_rate belongs to task=assign and to task=review: add task=assign or task=review",
        ),
        (["seed=1", "faults=injected"], "faults belongs to task=review: add task=review"),
        (["embedder@features=conse"], "embedder@features belongs to task=review: add task=review"),
        (["existing.path=a"], "existing.path belongs to task=review: add task=review"),
        (["port=1"], "port belongs to hito serve: type it after hito serve"),
        (["kmax=3"], "kmax: there is no such key. Did you mean k_max?"),
        (["backbone=cn"], "backbone=cn: there is no such option. Did you mean cnn?\nOptions of backbone: cnn, dino"),
        (
            ["backbone=side_by_side", "backbone@backbone.first=mobilenet"],
            "backbone=mobilenet: there is no such option. Did you mean mobilenet_v2?",
        ),
        (
            ["backbone=side_by_side", "backbone@backbone.frist=cnn"],
            "backbone@backbone.frist: there is no such key. Did you mean backbone.first?",
        ),
        (["experiment=thesis/closed"], "Did you mean thesis/closed_set"),
        (["location/spacing=pokemon"], "location/spacing=pokemon: there is no such option. Did you mean pokemon_go?"),
        (["backbone=timm,cnn"], "To run each of them, add -m (--multirun): hito -m backbone=timm,cnn"),
        (["-m", "backbone=timm,cnn", "sed=1"], "sed: there is no such key. Did you mean seed"),
        (
            ["training=thesis", "training.optimizer.lr=interval(1e-4,1e-2)", "sed=1"],
            "sed: there is no such key. Did you mean seed",
        ),
        (["training.epochs=3"], "It is a key of training=modern or training=osr_long or training=thesis"),
        (["experiment=thesis/closed_set", "seed=range(3)", "training.epoch=1"], "training.epoch: there is no such key"),
        (["task=cluster", "k_max=3", "k_selection.kk=2"], "k_selection.kk: there is no such key"),
        (["~top_k"], "top_k belongs to task=search"),
    ],
)
def test_the_wrong_word_is_found(words, expected):
    assert expected in (explain_words(words) or "")


def test_words_that_are_right_are_not_blamed():
    assert explain_words(["task=cluster", "k_max=3", "+training.new=1"]) is None
    assert explain_words(["-m", "backbone=timm,cnn"]) is None
    assert explain_words(["-m", "backbone=side_by_side", "backbone@backbone.first=timm,mobilenet_v2"]) is None
    assert explain_words(["experiment=thesis/closed_set", "seed=0,1"]) is None


def test_keys_of_hito_serve():
    assert "k_max belongs to task=cluster, not to hito serve" in (explain_words(["k_max=3"], "serve") or "")
    assert "Did you mean port" in (explain_words(["prt=3"], "serve") or "")
    assert explain_words(["port=3", "photo_map=abc", "filters={label: parque}"], "serve") is None


def test_every_key_of_a_task_is_known_with_it_and_only_with_it():
    shared = compose_config([])
    for key, owners in keys_of_tasks().items():
        assert key not in shared, key
        assert belongs_to(key)
        for owner in owners:
            words, name = ([], "serve") if owner == "hito serve" else ([owner], "config")
            assert key in compose_config(words, name), (key, owner)


@pytest.mark.parametrize("missing", EXTRAS)
def test_a_launcher_that_is_not_installed_names_its_extra(missing):
    package, extra = EXTRAS[missing]
    launcher = missing.rpartition("/")[2]
    error = MissingConfigException(f"In 'launcher/{launcher}': Could not find '{missing}'", missing, [])
    message = explain(error, [f"launcher={launcher}"])
    assert message.startswith(f"launcher={launcher} needs the package {package!r}")
    assert f"pip install 'hito[{extra}]'" in message


def test_an_option_that_a_file_of_ones_own_names_is_explained(tmp_path):
    folder = tmp_path / "mine" / "experiment"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text("# @package _global_\ndefaults:\n  - override /backbone: cn\n")
    words = [f"hydra.searchpath=[file://{tmp_path / 'mine'}]", "experiment=mine"]
    message = explain_words(words) or ""
    assert message.startswith("In 'config': Could not find 'backbone/cn': there is no such option of backbone.")
    assert "Did you mean cnn?\nOptions of backbone: cnn" in message
