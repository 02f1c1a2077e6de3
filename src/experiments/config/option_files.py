"""Read the files of the configuration through Hydra's loader, each once."""

from dataclasses import dataclass
from typing import Any

from hydra.core.config_loader import ConfigLoader
from hydra.core.default_element import ResultDefault
from omegaconf import DictConfig, OmegaConf


@dataclass(frozen=True)
class OptionFile:
    """One file of the configuration.

    Attributes:
        content: Its keys, without the defaults list.
        defaults: Its defaults list, interpolations unresolved; empty if it has none.
        package: What its header `@package` names; None if it has none.
    """

    content: DictConfig
    defaults: list[Any]
    package: str | None


class OptionFiles:
    """The files of hito's configuration folder. Files of Hydra and of other search paths are not read."""

    def __init__(self, loader: ConfigLoader) -> None:
        self._sources = loader.get_sources()
        self._files: dict[str, OptionFile | None] = {}

    def file(self, path: str) -> OptionFile | None:
        """Return the file at `path` ("head/closed"); None if Hydra would not read it, or not it alone.

        It would not if another source comes first, and not it alone if a schema of that name is registered.
        """
        if path not in self._files:
            self._files[path] = self._read(path)
        return self._files[path]

    def _read(self, path: str) -> OptionFile | None:
        with_file = [source for source in self._sources if source.is_config(path)]
        if [source.provider for source in with_file] != ["main"]:
            return None
        found = with_file[0].load_config(path)
        if not isinstance(found.config, DictConfig):
            return None
        defaults: Any = OmegaConf.to_container(found.config.pop("defaults", OmegaConf.create([])), resolve=False)
        return OptionFile(found.config, defaults, found.header.get("package"))

    def sets_its_group_only(self, group: str, option: str) -> bool:
        """Return whether an option is a file that sets only the keys of its own group, without other options."""
        if "/" in group:
            return False
        file = self.file(f"{group}/{option}")
        return file is not None and not file.defaults and file.package is None

    def embedded(self, default: ResultDefault) -> DictConfig | None:
        """Return the content of an entry of the final defaults list, below the package that it is put in."""
        file = self.file(default.config_path or "")
        if file is None or not default.package:
            return file.content if file else None
        config = OmegaConf.create()
        OmegaConf.update(config, default.package, file.content, merge=False)
        return config
