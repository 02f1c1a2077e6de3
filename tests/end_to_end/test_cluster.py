"""Photos to clusters by the command line: what lies in the folder, sweeps with verdicts, what goes wrong."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

COMMON = ("task=cluster", "tracker=none", "pixels.size=32", "embedder=backbone", "embedder.size=64", "projection=pca",
          "k_max=5")  # fmt: skip


@pytest.fixture
def mosaics(tmp_path):
    """Three kinds of picture that any network tells apart, and a few files without a class beside them."""
    generator = np.random.default_rng(0)
    for kind, name in enumerate(("mar", "monte", "ciudad")):
        folder = tmp_path / "mosaics" / name
        folder.mkdir(parents=True)
        for number in range(8):
            pixels = np.full((64, 64, 3), (30, 60, 200) if kind == 0 else (40, 160, 50) if kind == 1 else (128,) * 3)
            pixels[:: 4 + 4 * kind] = 255 - 100 * kind
            if kind == 2:
                pixels[:, ::6] = 0
            noisy = (pixels + generator.normal(0, 12, pixels.shape)).clip(0, 255).astype(np.uint8)
            Image.fromarray(noisy).save(folder / f"{number} ñ.png")
    return tmp_path / "mosaics"


def test_a_clustering_leaves_its_clusters_figures_and_map(hito, mosaics, records, tmp_path):
    words = (*COMMON, "data=folder", f"data.root={mosaics}", "k_selection.k=3", "replicates=2")
    status, out, err = hito(*words)
    assert status == 0, err
    ((run, record),) = records().items()
    folder = tmp_path / "multirun" / "cluster" / run
    assert record["metrics"]["ari"]["value"] == pytest.approx(1)
    assert record["metrics"]["k"]["value"] == 3
    assert record["metrics"]["k_silhouette"]["value"] >= 2
    assert len(record["metrics"]["ari"]["values"]) == 2
    assert "kneed" in record["protocol"]
    assert any("fewer than 1,000" in one for one in record["notes"])
    drawn = {path.stem for path in (folder / "figures").iterdir()}
    assert drawn == {
        "scatter", "scatter_by_class", "scatter_by_cluster", "photo_map", "contingency", "matched_confusion",
        "pair_confusion", "silhouettes", "elbow", "k_criteria",
    }  # fmt: skip
    assert "monte" in (folder / "photo_map.html").read_text(encoding="utf-8")
    table = pd.read_parquet(folder / "partitions.parquet")
    assert set(table) == {"replicate", "id", "label", "cluster"}
    assert table.groupby(["replicate", "label"])["cluster"].nunique().eq(1).all()
    assert set(pd.read_csv(folder / "k_selection.csv")["criterion"]) == {
        "elbow", "silhouette", "gap", "calinski_harabasz", "davies_bouldin", "stability",
    }  # fmt: skip
    assert "silhouette" in out
    assert "already done" in hito(*words)[2]


def test_a_sweep_of_clusterers_has_a_table_with_verdicts(hito, mosaics, records, tmp_path):
    words = ["clusterer=kmeans,agglomerative,hdbscan", "k_selection.k=3", "name=some/clusters"]
    status, out, err = hito("-m", *COMMON, "data=folder", f"data.root={mosaics}", *words)
    assert status == 0, err
    found = {one["choices"]["clusterer"]: one for one in records().values()}
    assert found["agglomerative"]["metrics"]["ari"]["value"] == pytest.approx(1)
    assert (tmp_path / "multirun/some/clusters" / found["agglomerative"]["id"] / "figures" / "dendrogram.png").is_file()
    assert "k_elbow" not in found["hdbscan"]["metrics"], "it is asked for no number of clusters"
    table = pd.read_csv(tmp_path / "multirun/some/clusters/summary.csv")
    assert table["verdict"].iloc[0] == "baseline"
    assert table["verdict"].iloc[1] == "indistinguishable"
    assert (tmp_path / "multirun/some/clusters/report.html").is_file()
    status, out, err = hito("compare", found["kmeans"]["id"], found["agglomerative"]["id"], "metric=ari,v_measure")
    assert status == 0, err
    assert "v_measure" in out


def test_photos_without_classes_are_clustered_all_the_same(hito, mosaics, records, tmp_path):
    files = sorted(str(path.relative_to(mosaics)) for path in mosaics.rglob("*.png"))
    pd.DataFrame({"path": files}).to_csv(mosaics / "list.csv", index=False)
    status, _, err = hito(*COMMON, "data=table", f"data.path={mosaics / 'list.csv'}", "k_selection=silhouette")
    assert status == 0, err
    (record,) = records().values()
    assert "ari" not in record["metrics"]
    assert record["metrics"]["silhouette"]["value"] > 0
    assert any("24 of 24 photos have no class" in one for one in record["notes"])


def test_what_cannot_be_clustered_says_why(hito, mosaics):
    common = (*COMMON, "data=folder", f"data.root={mosaics}")
    status, _, err = hito(*common, "k_selection.k=25")
    assert status == 1
    assert "25 clusters of 24 photos" in err
    status, _, err = hito(*common, "clusterer=agglomerative", "clusterer.metric=cosine")
    assert status == 1
    assert "Ward" in err
    status, _, err = hito(*common, "k_selection=elbow", "k_max=2")
    assert status == 1
    assert "k_selection=elbow finds no number of clusters up to k_max=2" in err
    assert "Traceback" not in err


def of_equal_photos(folder, kinds, count, names=("{} {}.png",)):
    """Write `count` copies of each of some pictures, in one class folder each."""
    generator = np.random.default_rng(1)
    for kind in range(kinds):
        picture = Image.fromarray(generator.integers(0, 256, (64, 64, 3), dtype=np.uint8))
        (folder / f"kind{kind}").mkdir(parents=True)
        for number in range(count):
            picture.save(folder / f"kind{kind}" / names[number % len(names)].format(kind, number))
    return folder


def test_equal_photos_are_one_cluster_and_no_figure_fails_the_run(hito, records, tmp_path):
    photos = of_equal_photos(tmp_path / "equal", 1, 12)
    status, _, err = hito(*COMMON, "data=folder", f"data.root={photos}", "data.splits=false", "k_selection=elbow")
    assert status == 0, err
    (record,) = records().values()
    assert record["metrics"]["k"]["value"] == 1
    assert any("all 12 photos are equal" in note for note in record["notes"])


@pytest.mark.parametrize("clusterer", ["kmeans", "spherical_kmeans", "agglomerative", "gaussian_mixture", "spectral"])
def test_fewer_distinct_photos_than_clusters_give_fewer_clusters_and_a_note(hito, records, tmp_path, clusterer):
    photos = of_equal_photos(tmp_path / "equal", 2, 6)
    words = ("data=folder", f"data.root={photos}", "k_selection.k=5", f"clusterer={clusterer}", "k_max=8")
    status, _, err = hito(*COMMON, *words)
    assert status == 0, err
    (record,) = records().values()
    assert record["metrics"]["k"]["value"] == 2
    assert record["metrics"]["ari"]["value"] == 1
    assert any("2 clusters instead of 5: 12 photos have 2 different embeddings" in one for one in record["notes"])


@pytest.mark.parametrize(
    ("count", "words", "said"),
    [
        (12, ("clusterer=hdbscan",), "clusterer.min_cluster_size=15: needs at least 15 photos, there are 12"),
        (12, ("clusterer=hdbscan", "clusterer.min_samples=13"), "clusterer.min_samples=13: needs at least 13 photos"),
        (1, (), "task=cluster needs at least 2 photos, found 1"),
    ],
)
def test_too_few_photos_for_a_clusterer_are_said_with_numbers(hito, tmp_path, count, words, said):
    generator = np.random.default_rng(0)
    (tmp_path / "few" / "one").mkdir(parents=True)
    for number in range(count):
        picture = generator.integers(0, 256, (64, 64, 3), dtype=np.uint8)
        Image.fromarray(picture).save(tmp_path / "few" / "one" / f"{number}.png")
    status, _, err = hito(*COMMON, "data=folder", f"data.root={tmp_path / 'few'}", *words)
    assert status == 1
    assert said in err
    assert "defect" not in err


def test_names_with_newlines_and_of_any_script_are_clustered_and_drawn(hito, records, tmp_path):
    names = ("{}\n{}.png", "路标 {} {}.png", "🪨 {} {}.png", "\x1b[31m {} {}.png", "$x_{{{}}}$ {}.png")
    photos = of_equal_photos(tmp_path / "names", 3, 5, names)
    for kind, name in enumerate(("標識\n石", "🔥🪧", "mojón $a$")):
        (photos / f"kind{kind}").rename(photos / name)
    words = ("data=folder", f"data.root={photos}", "clusterer=agglomerative", "k_selection.k=3", "k_max=3")
    status, _, err = hito(*COMMON, *words)
    assert status == 0, err
    (record,) = records().values()
    assert not [note for note in record["notes"] if "could not be drawn" in note]
