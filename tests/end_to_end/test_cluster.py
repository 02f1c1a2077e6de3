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
