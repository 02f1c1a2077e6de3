import numpy as np
import pytest

from components.results import Partition
from experiments.tasks.cluster_output import show


def partition_into(k: int, n: int = 480) -> Partition:
    generator = np.random.default_rng(0)
    labels = np.array([f"clase larga número {number}" for number in generator.integers(6, size=n)], dtype=object)
    return Partition(np.array([f"{row}.png" for row in range(n)], dtype=object), labels, np.arange(n) % k)


@pytest.mark.parametrize("k", [5, 24])
def test_the_table_of_classes_and_clusters_fits_into_80_columns(k, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    show({}, partition_into(k), [])
    out = capsys.readouterr().out
    assert "…" not in out
    assert all(len(line) <= 80 for line in out.splitlines())
    if k == 24:
        rows = [line.split() for line in out.splitlines() if line.split()[:2] == ["23", "20"]]
        assert len(rows) == 1
    else:
        assert any(line.strip().startswith("clase larga número 5") for line in out.splitlines())
