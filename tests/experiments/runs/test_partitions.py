"""Partitions written and read back, and runs of clusterings compared by them."""

import numpy as np
import pytest

from components.errors import ConfigError, DataError
from components.results import Partition
from experiments.runs.partitions import FILE, read_partitions, write_partitions
from experiments.runs.results import KINDS, kind_of
from experiments.summary.verdicts import sweep_verdicts


def made(right, seed=0, n=120):
    generator = np.random.default_rng(seed)
    truth = np.arange(n) % 4
    cluster = np.where(generator.random(n) < right, truth, generator.integers(-1, 4, n))
    label = np.array([f"clase {one}" for one in truth], dtype=object)
    label[0] = ""
    return Partition(np.array([f"{row} ñ.jpg" for row in range(n)], dtype=object), label, cluster)


def test_what_is_written_is_read(tmp_path):
    written = [made(0.8, seed) for seed in range(3)]
    write_partitions(tmp_path, written)
    for one, other in zip(written, read_partitions(tmp_path), strict=True):
        assert one.ids.tolist() == other.ids.tolist()
        assert one.label.tolist() == other.label.tolist()
        assert one.cluster.tolist() == other.cluster.tolist()


def test_what_cannot_be_read_says_why(tmp_path):
    with pytest.raises(DataError, match="only finished runs of task=cluster write one"):
        read_partitions(tmp_path)
    (tmp_path / FILE).write_bytes(b"half")
    with pytest.raises(DataError, match="cannot be read"):
        read_partitions(tmp_path)
    import pandas as pd

    pd.DataFrame({"replicate": [0], "id": ["a"]}).to_parquet(tmp_path / FILE)
    with pytest.raises(DataError, match="lacks the columns label, cluster"):
        read_partitions(tmp_path)
    pd.DataFrame({"replicate": [0, 0], "id": ["a", "a"], "label": ["", ""], "cluster": [0, 1]}).to_parquet(
        tmp_path / FILE
    )
    with pytest.raises(DataError, match="a photo twice"):
        read_partitions(tmp_path)


def test_a_sweep_of_clusterings_has_verdicts_by_their_ari(store_run, tmp_path):
    folder = tmp_path / "multirun" / "thesis" / "embeddings"
    records = []
    for name, right in (("a", 0.6), ("b", 0.95), ("c", 0.6)):
        more = {"choices": {"task": "cluster", "clusterer": name}, "overrides": [f"clusterer={name}"]}
        records.append(store_run(name, predictions=[], experiment="thesis/embeddings", **more))
        write_partitions(folder / name, [made(right, seed) for seed in range(2)])
    found = sweep_verdicts(records, folder)
    assert kind_of(folder / "a").file == FILE
    assert set(found.units.values()) == {"photos"}
    assert {name: one.verdict for name, one in found.verdicts.items()} == {"b": "better", "c": "indistinguishable"}
    assert found.verdicts["b"].metric == "ari"
    assert found.verdicts["b"].n == 119, "the photo without a class is not measured"
    kind = next(one for one in KINDS if one.file == FILE)
    with pytest.raises(ConfigError, match="Did you mean ami"):
        kind.check("amii", [made(1.0)])
