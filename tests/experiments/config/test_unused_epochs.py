import pytest
from hydra.core.hydra_config import HydraConfig
from omegaconf import OmegaConf

from experiments.config import compose_config, resolved
from experiments.config.unused_epochs import unused_epochs


def asked(*words):
    whole = compose_config(words, return_hydra_config=True)
    HydraConfig.instance().set_config(whole)
    return unused_epochs(words, resolved(OmegaConf.masked_copy(whole, [key for key in whole if key != "hydra"])))


def test_epochs_that_an_augmentation_sets_aside_are_named_with_the_keys_that_count():
    message = asked("training=thesis", "training.epochs=2", "augmentation=thesis")
    assert "training.epochs=2 has no effect: the augmentation trains 15 epochs on augmented photos and 15 on" in message
    words = message.partition("instead: ")[2].rstrip(".").split()
    assert words == ["augmentation.epochs=2", "augmentation.plain_epochs=0"]
    assert asked("training=thesis", "training.epochs=2", "augmentation=thesis", *words) is None


@pytest.mark.parametrize(
    "words",
    [
        ["augmentation=thesis"],
        ["training=thesis", "training.epochs=2"],
        ["training=thesis", "training.epochs=2", "augmentation=flip"],
        ["training=thesis", "training.epochs=2", "augmentation=thesis", "augmentation.epochs=null"],
        ["task=cluster", "training=thesis", "training.epochs=2", "augmentation=thesis"],
    ],
)
def test_nothing_is_said_where_the_epochs_count(words):
    assert asked(*words) is None
