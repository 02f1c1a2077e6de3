"""Hydra's store of the options that plugins register."""


def share_config_store() -> None:
    """Make Hydra use its `ConfigStore` itself instead of a deep copy for every group that it lists.

    The store is a singleton of the process and returns copies of what it holds, so that nobody can change it through
    them. With a few launchers installed, the copies doubled the time of `hito --help`.
    """
    from hydra.core.config_store import ConfigStore

    ConfigStore.__deepcopy__ = lambda self, _: self  # type: ignore[attr-defined]
