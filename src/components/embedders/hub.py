"""What to say when a model cannot be fetched."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

from components.errors import WeightsError


@contextmanager
def from_hub(needed_by: str, what: str) -> Iterator[None]:
    """Turn a failed download of `what` into a WeightsError that says what works without a network."""
    try:
        yield
    except (OSError, HTTPException, RuntimeError, ValueError) as error:
        reason = " ".join(str(error).split())[:300]
        raise WeightsError(
            f"{needed_by}: {what} could not be loaded from the hub (huggingface.co) or from here: "
            f"{type(error).__name__}: {reason}\n"
            "embedder=conse works offline (its weights are installed with hito); a model that is already on this "
            "machine can be named by its path"
        ) from error


def model_files(folder: Path) -> list[Path]:
    """The files of a model's folder that decide what it computes: weights, configuration, tokenizer, preprocessing."""
    kinds = (".safetensors", ".bin", ".pt", ".json", ".model", ".txt")
    return sorted(path for path in folder.iterdir() if path.suffix in kinds and path.is_file())
