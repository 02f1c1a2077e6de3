"""The task align: heads trained on photos with texts, the embedder that loads them, and metrics per photo."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from components.embedders import aligned
from experiments.runs.items import read_items


def test_align_writes_heads_that_the_embedder_loads(hito, records, tmp_path, photos):
    files = sorted((tmp_path / "photos").rglob("*.png"))
    names = {"mojón": "A cairn", "cartel grande": "A sign", "senda": "A path"}
    table = pd.DataFrame(
        {
            "path": [file.relative_to(tmp_path / "photos").as_posix() for file in files],
            "label": [file.parent.name for file in files],
            "split": [file.parent.parent.name for file in files],
            "title": [f"{file.parent.name} número {index}" for index, file in enumerate(files)],
            "description_en": [f"{names[file.parent.name]}, number {index}" for index, file in enumerate(files)],
        }
    )
    table.to_csv(tmp_path / "photos/table.csv", index=False)
    words = ["task=align", "data=table", f"data.path={tmp_path / 'photos/table.csv'}", "tracker=none", "pixels.size=64"]
    status, _, said = hito(*words)
    assert status == 1
    assert "add embedder=aligned" in said
    status, out, said = hito(*words, "embedder=aligned", "embedder.epochs=3")
    assert status == 0, said
    assert "description_en" in out
    (run,) = [name for name, record in records().items() if record["status"] == "done"]
    folder = tmp_path / "multirun/align" / run
    metrics = records()[run]["metrics"]
    assert {"recall_1_title_conse", "recall_5_description_en_aligned", "gain_recall_1_title"} <= set(metrics)
    assert metrics["recall_1_title_aligned"]["n"] == 12
    (items,) = read_items(folder)
    assert len(items) == 12
    assert set(items.metrics) == set(metrics)
    assert next(iter(items.metrics)) == "recall_1_description_en_aligned"
    for name, values in items.metrics.items():
        assert np.nanmean(values) == pytest.approx(metrics[name]["value"])
    with Image.open(folder / "figures/retrieval.png") as figure:
        assert min(figure.size) > 200
    embedder = aligned(weights=str(folder), device="cpu")
    vectors = embedder.embed_texts(["un mojón", "a cairn"])
    assert vectors.shape == (2, 640)
    base = embedder.untrained.embed_texts(["un mojón", "a cairn"])
    np.testing.assert_allclose(vectors[:, :512] / np.sqrt(0.67), base, atol=1e-5)
