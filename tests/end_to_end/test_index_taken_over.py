"""task=search index=ID: the index of an earlier run is copied and extended, and left unchanged itself."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from components.search import PhotoIndex
from experiments.runs import request

COMMON = ("task=search", "tracker=none", "embedder=backbone", "query=examples", "top_k=3", "search=approximate",
          "search.threads=1")  # fmt: skip


def search(hito, photos, *words, size=64):
    request._manifests.clear()  # as in a process of its own, which finds the photos as they are now
    return hito(*COMMON, f"embedder.size={size}", "data=folder", f"data.root={photos}", *words)


def content(folder):
    return {one.name: one.read_bytes() for one in folder.iterdir()}


@pytest.fixture
def first(hito, photos, records):
    assert search(hito, photos)[0] == 0
    (run,) = records()
    return run


def test_photos_are_added_and_what_was_there_stays(hito, photos, records, tmp_path, first):
    folder = tmp_path / "multirun" / "search" / first / "index"
    before = content(folder)
    pixels = np.random.default_rng(0).integers(0, 255, (48, 48, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(photos / "train" / "senda" / "new.png")
    status, _, err = search(hito, photos, f"index={first[:6]}")
    assert status == 0, err
    (second,) = set(records()) - {first}
    assert content(folder) == before
    found = PhotoIndex.open(tmp_path / "multirun" / "search" / second / "index")
    earlier = PhotoIndex.open(folder)
    assert (len(earlier), len(found)) == (42, 43)
    np.testing.assert_array_equal(found.vectors[:42], earlier.vectors)
    assert found.photos.path[42] == "train/senda/new.png"
    assert found.photos.label[42] == "senda"
    alone = search(hito, photos)
    assert alone[0] == 0
    (third,) = set(records()) - {first, second}
    tables = [pd.read_csv(tmp_path / "multirun" / "search" / one / "ranking.csv") for one in (second, third)]
    ordered = [one.sort_values(["query", "rank"]).reset_index(drop=True) for one in tables]
    np.testing.assert_allclose(ordered[0]["score"], ordered[1]["score"], atol=1e-6)


def test_photos_that_the_data_lacks_are_searched_too(hito, photos, records, tmp_path, first):
    words = ("task=search", "tracker=none", "embedder=backbone", "embedder.size=64", "query=examples", "top_k=3")
    rows = ["path,label,title", "train/senda/0 ñ.png,senda,a new title"]
    (photos / "few.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    status, _, err = hito(*words, "data=table", f"data.path={photos / 'few.csv'}", f"index={first}")
    assert status == 0, err
    (second,) = set(records()) - {first}
    found = PhotoIndex.open(tmp_path / "multirun" / "search" / second / "index").photos
    assert len(found) == 42
    assert found.title[found.path == "train/senda/0 ñ.png"].tolist() == ["a new title"]


def test_another_space_and_another_content_are_refused(hito, photos, first):
    status, _, err = search(hito, photos, f"index={first}", size=32)
    assert status == 1
    assert f"index={first}: Vectors of two embedding spaces" in err
    changed = photos / "train" / "senda" / "0 ñ.png"
    Image.new("RGB", (48, 48), "teal").save(changed)
    status, _, err = search(hito, photos, f"index={first}")
    assert status == 1
    assert "has changed since" in err
    changed.unlink()
    status, _, err = search(hito, photos, f"index={first}")
    assert status == 1
    assert "no longer exists" in err


def test_a_run_without_an_index_is_named(hito, photos, records):
    words = ("task=cluster", "tracker=none", "embedder=backbone", "embedder.size=64", "pixels.size=32",
             "projection=pca", "k_max=4", "k_selection.k=3")  # fmt: skip
    assert hito(*words, "data=folder", f"data.root={photos}")[0] == 0
    (run,) = records()
    status, _, err = search(hito, photos, f"index={run}")
    assert status == 1
    assert "of task=cluster has no index/" in err.replace("\n", " ")
