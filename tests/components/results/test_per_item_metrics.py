import numpy as np
import pytest

from components.results import PerItemMetrics

IDS = np.array(["a", "b"], dtype=object)


def test_selected_items_keep_their_metrics_and_groups():
    whole = PerItemMetrics(IDS, {"map": np.array([0.1, 0.2])}, np.array(["c", "d"], dtype=object))
    kept = whole.take(np.array([False, True]))
    assert (kept.ids.tolist(), kept.metrics["map"].tolist(), kept.group.tolist()) == (["b"], [0.2], ["d"])


def test_inconsistent_columns_are_refused():
    with pytest.raises(ValueError, match="group has shape"):
        PerItemMetrics(IDS, {"map": np.zeros(2)}, np.array(["c"], dtype=object))
    with pytest.raises(ValueError, match=r"metrics\['map'\] has shape"):
        PerItemMetrics(IDS, {"map": np.zeros(3)})
    with pytest.raises(ValueError, match="an item twice"):
        PerItemMetrics(np.array(["a", "a"], dtype=object), {})
