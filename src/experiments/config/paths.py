"""Where the configuration is, and its primary file."""

from pathlib import Path

CONFIG_NAME = "config"
"""Primary configuration file, without its extension."""


def configuration_folder() -> Path:
    """Return the folder of the configuration: `conf/` of the checkout, or the copy inside an installed package."""
    package = Path(__file__).resolve().parents[1]
    packaged = package / "conf"
    return packaged if packaged.is_dir() else package.parents[1] / "conf"
