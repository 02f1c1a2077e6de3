"""Several runs compared with a baseline, as one family."""

import pytest

from components.errors import ConfigError, DataError
from components.metrics import compare, verdict_table


def test_the_table_is_one_family(make_predictions) -> None:
    a, b, c = ([make_predictions(seed=10 * run + seed, skill=skill) for seed in range(3)]
               for run, skill in enumerate((1.5, 1.7, 3.0)))  # fmt: skip
    table = verdict_table({"first": b, "base": a, "third": c}, "base", ("accuracy", "log_loss"))
    assert table["run"].tolist() == ["first", "first", "third", "third"]
    assert table["metric"].tolist() == ["accuracy", "log_loss"] * 2
    for row in table.itertuples():
        alone = compare(a, b if row.run == "first" else c, row.metric)
        assert (row.difference, row.low, row.high, row.p) == (alone.difference, alone.low, alone.high, alone.p)
        assert (row.baseline_replicates, row.replicates, row.n) == (3, 3, 152)
    smallest = table["p"].idxmin()
    assert table.loc[smallest, "p_adjusted"] == pytest.approx(4 * table.loc[smallest, "p"])
    assert (table["verdict"] == "indistinguishable").tolist() == (table["p_adjusted"] >= 0.05).tolist()


def test_a_table_of_the_baseline_alone_is_empty(make_predictions) -> None:
    a = [make_predictions()]
    table = verdict_table({"base": a}, "base")
    assert table.empty
    assert {"run", "difference", "p_adjusted", "verdict", "baseline_replicates"} <= set(table.columns)


def test_a_baseline_that_is_no_run_and_runs_that_share_nothing_are_refused(make_predictions) -> None:
    base, other = [make_predictions()], [make_predictions(prefix="other")]
    with pytest.raises(ConfigError, match=r"no run 'bass'.*Did you mean base\?"):
        verdict_table({"base": base, "b": base}, "bass")
    with pytest.raises(DataError, match="base and b: the runs share 0"):
        verdict_table({"base": base, "b": other}, "base")
