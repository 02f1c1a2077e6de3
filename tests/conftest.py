"""What every test stands on: caches and trackers write below the test's own folder, and one core a worker."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from browser import chromium  # noqa: F401 (a fixture of all)

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch and BLAS are imported: workers run side by side
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HITO_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("WANDB_DIR", "WANDB_CACHE_DIR", "WANDB_DATA_DIR", "WANDB_CONFIG_DIR"):
        monkeypatch.setenv(name, str(tmp_path / "wandb"))
    monkeypatch.delenv("WANDB_API_KEY", raising=False)
    monkeypatch.setenv("WANDB_MODE", "offline")


settings.register_profile("hito", deadline=None)  # a busy machine is no failure
settings.load_profile("hito")
