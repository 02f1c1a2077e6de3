"""Pretrained models of the package transformers, from the hub or a local folder."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from components.hub import OFFLINE_EMBEDDER, from_hub, import_transformers, model_files, model_folder


@dataclass(frozen=True)
class TransformersModel:
    """A pretrained model with its configuration, tokenizer and processor; downloaded and loaded on first use.

    Attributes:
        name: Name on the hub, or a local folder written by `save_pretrained`.
        needed_by: The option that needs the model, for errors, e.g. "embedder=siglip".
        alternative: What works without the model, for errors.
    """

    name: str
    needed_by: str
    alternative: str = OFFLINE_EMBEDDER

    @cached_property
    def library(self) -> Any:
        """The package transformers.

        Raises:
            MissingExtraError: The package is not installed.
        """
        return import_transformers(self.needed_by)

    @cached_property
    def folder(self) -> Path:
        """The local folder of the model, downloaded if necessary.

        Raises:
            WeightsError: The model is neither on this machine nor on the hub.
        """
        _ = self.library  # without the package, a download would be useless
        return model_folder(self.name, self.needed_by, self.alternative)

    def files(self) -> list[Path]:
        """Return the files that determine the output of the model."""
        return model_files(self.folder)

    def load(self, class_name: str) -> Any:
        """Load a part of the model.

        Args:
            class_name: Class of transformers, e.g. "AutoModel", "AutoTokenizer".

        Raises:
            WeightsError: The part cannot be loaded.
        """
        with from_hub(self.needed_by, self.name, self.alternative):
            return getattr(self.library, class_name).from_pretrained(self.folder)
