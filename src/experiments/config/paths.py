"""Where the configuration lies, and its primary file."""

from pathlib import Path

CONFIG_NAME = "config"
"""Primary configuration file, without its extension."""


def configuration_folder() -> Path:
    """Return the folder of the configuration: `conf/` of the checkout, or the copy inside an installed package."""
    package = Path(__file__).resolve().parents[1]
    packaged = package / "conf"
    return packaged if packaged.is_dir() else package.parents[1] / "conf"


def share_config_store() -> None:
    """Keep Hydra from copying the options that plugins register, once for every group it looks at.

    The store is a singleton of the process and hands out copies of what it holds. With a few launchers installed,
    copying all of it doubled the time of `hito --help`.
    """
    from hydra.core.config_store import ConfigStore

    ConfigStore.__deepcopy__ = lambda self, _: self  # type: ignore[attr-defined]
