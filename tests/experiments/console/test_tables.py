import math

from components.metrics import Estimate
from experiments.console.metric_names import heading
from experiments.console.tables import metrics_table, verdict_text


def test_a_table_of_metrics_shows_the_metrics_that_there_are():
    metrics = {"kappa": Estimate(0.5, 0.4, 0.6, 181, (0.5,)), "oscr": Estimate(math.nan, math.nan, math.nan, 0, ())}
    table = metrics_table("test", metrics, ["oscr", "kappa", "accuracy"], over="over photos")
    cells = [list(column.cells) for column in table.columns]
    assert cells == [[heading("oscr"), "κ"], ["–", "0.500"], ["", "0.400–0.600"], ["0", "181"]]
    assert table.caption == "95 % intervals over photos"


def test_each_verdict_has_a_color_of_its_own():
    assert len({verdict_text(word).style for word in ("better", "worse", "indistinguishable")}) == 3
