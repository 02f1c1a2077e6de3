"""The thesis's defects: runs of several tasks in one sweep, one table and one report."""

import pandas as pd
from PIL import Image, ImageOps

SMALL = (
    "protocol=reduced", "pixels.size=32", "tracker=none", "training.epochs=2", "training.batch_size=8", "k_max=4",
    "k_selection.k=3", "embedder=backbone", "embedder.size=32", "projection=pca",
)  # fmt: skip
DEFECTS = ("none", "one_run", "gate_whole", "gate_lacks_eight", "clusters_over_seeds", "clusters_one_seed")


def test_tasks_of_several_kinds_share_a_sweep_its_verdicts_and_its_report(hito, photos, records, tmp_path):
    for split in ("train", "test"):
        (photos / split / "senda").rename(photos / split / "resto")
    for file in list((photos / "test").glob("*/*.png")):  # eight known photos more than the eight that are left out
        ImageOps.mirror(Image.open(file)).save(file.with_name(f"mirrored {file.name}"))
    words = ["data=folder", f"data.root={photos}", "on_leak=ignore", f"defect={','.join(DEFECTS)}", *SMALL]
    words.append("reference_results.data=[folder]")  # the thesis's own photos are others
    status, out, said = hito("experiment=thesis/defects", *words)
    assert status == 0, said
    folder = tmp_path / "multirun" / "thesis" / "defects"
    table = pd.read_csv(folder / "summary.csv")
    runs = table[table["source"] == "hito"].set_index("defect")
    assert list(runs.index) == list(DEFECTS)
    assert set(runs["status"]) == {"done"}
    metrics = {"one_run": "accuracy", "gate_lacks_eight": "accuracy", "clusters_one_seed": "ari"}
    assert runs["verdict_metric"].dropna().to_dict() == metrics
    assert runs.loc[list(metrics), "verdict"].isin(["better", "worse", "indistinguishable"]).all()
    whole, lacking = (records()[runs.loc[one, "id"]] for one in ("gate_whole", "gate_lacks_eight"))
    assert lacking["metrics"]["accuracy"]["values"] != whole["metrics"]["accuracy"]["values"]
    tested = pd.read_parquet(folder / runs.loc["gate_lacks_eight", "id"] / "predictions.parquet")
    assert runs.loc[["gate_whole", "gate_lacks_eight"], "n"].tolist() == [24, tested["id"].nunique()]
    assert tested.groupby("replicate").size().tolist() == [16, 16, 16]
    assert tested.groupby("id").size().min() < 3  # each replicate lacks other photos
    assert runs.loc["clusters_over_seeds", "ari_between_seeds"] <= 1
    assert pd.isna(runs.loc["clusters_one_seed", "ari_between_seeds"])
    assert "gate_lacks_eight: each of the two on all of its own photos" in out
    published = pd.read_csv(folder / "published.csv")
    assert {"binary network alone", "k-means", "MobileNet"} <= set(published["published"])
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert all(one in page for one in DEFECTS)
