"""Compose a configuration as Hydra does, and turn it into plain values."""

from collections.abc import Mapping, Sequence
from typing import Any

from omegaconf import DictConfig, OmegaConf

from experiments.config.config_store import share_config_store
from experiments.config.paths import CONFIG_NAME, configuration_folder


def compose_config(
    overrides: Sequence[str], config_name: str = CONFIG_NAME, *, return_hydra_config: bool = False
) -> DictConfig:
    """Compose a configuration as `hito` would with these overrides, without running anything.

    Args:
        overrides: As on the command line: `["task=cluster", "k_max=4"]`; without axes of a sweep.
        config_name: Primary configuration file, without its extension.
        return_hydra_config: Keep Hydra's own part, under the key `hydra`.

    Raises:
        hydra.errors.HydraException: An override is wrong.
    """
    from hydra import compose, initialize_config_dir
    from hydra.core.global_hydra import GlobalHydra

    share_config_store()
    GlobalHydra.instance().clear()  # Hydra refuses to be initialised twice
    with initialize_config_dir(str(configuration_folder()), version_base="1.3"):
        return compose(config_name, overrides=list(overrides), return_hydra_config=return_hydra_config)


def resolved(config: DictConfig) -> dict[str, Any]:
    """Return a configuration as plain values, with all interpolations resolved.

    Raises:
        omegaconf.errors.OmegaConfBaseException: A value is missing (`???`) or an interpolation cannot be resolved.
    """
    values = OmegaConf.to_container(config, resolve=True, throw_on_missing=True)
    assert isinstance(values, dict)
    return {str(key): value for key, value in values.items()}


def choices_of(choices: Mapping[Any, Any]) -> dict[str, str]:
    """Return the options taken of hito's groups, from `hydra.runtime.choices`.

    Hydra's own groups, `launcher` and `sweeper` are left out: they say where a run is carried out, not what it is.
    """
    return {
        str(group): str(option)
        for group, option in choices.items()
        if str(group).partition("/")[0] not in {"hydra", "launcher", "sweeper"}
    }
