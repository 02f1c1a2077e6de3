"""The data source: stored files, reading them back, errors. Tests use a few photos only."""

import hashlib
import multiprocessing
import time
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from components.errors import ConfigError, DataError
from components.waypoints import source
from components.waypoints.catalogue import catalogue
from components.waypoints.source import render_all, renderer_version, waypoints

FEW = {"cartel": {"train": 2, "test": 1}, "marcador": {"train": 1, "test": 1}, "mural": {"train": 1}}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A catalogue of six photos and a separate cache."""
    monkeypatch.setenv("HITO_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(source, "catalogue", partial(catalogue, counts=FEW))
    return tmp_path / "cache" / "waypoints"


def test_renders_once_and_reads_back_the_same(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = waypoints(workers=1)
    assert first.root == small / f"seed0-{renderer_version()}"
    assert len(first) == 6
    monkeypatch.setattr(source, "render", None)
    start = time.perf_counter()
    again = waypoints()
    assert time.perf_counter() - start < 1.0  # 0.02 s on an idle machine
    assert again.fingerprint() == first.fingerprint()


def test_manifest_describes_the_files(small: Path) -> None:
    manifest = waypoints(workers=1)
    assert manifest.classes == ("cartel", "marcador", "resto")
    assert manifest.origin == "waypoints: 6 rendered (not photographed) pictures, seed 0"
    assert sorted(path.relative_to(manifest.root).as_posix() for path in manifest.root.rglob("*.jpg")) == sorted(
        manifest.path
    )
    for file, sha256 in zip(manifest.files, manifest.sha256, strict=True):
        assert hashlib.sha256(file.read_bytes()).hexdigest() == sha256
    assert set(manifest.extra) == {
        "kind", "town", "weather", "title_es", "title_en", "description_es", "description_en"
    }  # fmt: skip
    assert manifest.extra["kind"][manifest.label == "resto"].tolist() == ["mural"]
    assert np.isfinite(manifest.latitude).all()
    assert np.isfinite(manifest.longitude).all()


def test_language_chooses_the_texts(small: Path) -> None:
    spanish, english = waypoints(workers=1), waypoints(language="en")
    assert spanish.title.tolist() == spanish.extra["title_es"].tolist()
    assert english.description.tolist() == english.extra["description_en"].tolist()
    assert set(spanish.description).isdisjoint(english.description)
    with pytest.raises(ConfigError, match=r"data\.language=fr: .* es and en"):
        waypoints(language="fr")


def test_root_replaces_the_cache(small: Path, tmp_path: Path) -> None:
    manifest = waypoints(root=str(tmp_path / "here"), workers=1)
    assert manifest.root.parent == tmp_path / "here"
    assert not small.exists()


def test_seeds_have_separate_folders(small: Path) -> None:
    first, second = waypoints(workers=1), waypoints(seed=1, workers=1)
    assert set(first.sha256).isdisjoint(second.sha256)
    assert first.root != second.root
    assert waypoints().sha256.tolist() == first.sha256.tolist()


def test_an_interrupted_rendering_is_resumed(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = source.render, []

    def dying(photo: object) -> bytes:
        calls.append(photo)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return real(photo)  # type: ignore[arg-type]

    monkeypatch.setattr(source, "render", dying)
    with pytest.raises(KeyboardInterrupt):
        waypoints(workers=1)
    assert not list(small.rglob("*.parquet"))
    assert len(list(small.rglob("*.jpg"))) == 3
    assert len(waypoints(workers=1)) == 6
    assert len(calls) == 4 + 3


def test_a_damaged_table_is_named(small: Path) -> None:
    manifest = waypoints(workers=1)
    (manifest.root / "manifest.parquet").write_bytes(b"no table")
    with pytest.raises(DataError, match="delete the folder"):
        waypoints()


def test_a_daemonic_process_renders_without_starting_processes(tmp_path: Path) -> None:
    """Nine photos would start processes, which a daemonic process may not."""
    photos = catalogue(0, {"cartel": {"train": 9}})
    process = multiprocessing.get_context("spawn").Process(target=render_all, args=(photos, tmp_path, 2), daemon=True)
    process.start()
    process.join(60)
    assert process.exitcode == 0
    assert len(list(tmp_path.rglob("*.jpg"))) == 9
