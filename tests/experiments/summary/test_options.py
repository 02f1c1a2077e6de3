"""What the configuration says about tables."""

import pytest

from components.errors import ConfigError
from experiments.summary.options import TableOptions


def test_missing_and_empty_keys_are_the_defaults():
    empty = {"reference_results": {}, "baseline": None, "table_metrics": [], "aggregate_over": None}
    assert TableOptions.of(empty) == TableOptions.of({}) == TableOptions()
    assert TableOptions.of({"table_metrics": ["kappa"]}).table_metrics == ("kappa",)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"baseline": [{"run": {"a": 1}, "beside": {"a": 2}}]}, r"baseline\[0\] has the keys run, beside: expected"),
        ({"baseline": [{"run": {"a": 1}}]}, r"expected the keys run, reference \(and photos\)"),
        ({"baseline": ["cnn"]}, r"baseline\[0\] has 'cnn'"),
        ({"reference_results": {"rows": [{"name": "no when"}]}}, r"reference_results.rows\[0\] has the keys name"),
        ({"reference_results": {"counts": [{}, {}]}}, r"reference_results.counts\[0\]"),
    ],
)
def test_a_wrong_key_is_named(config, message):
    with pytest.raises(ConfigError, match=message):
        TableOptions.of(config)
