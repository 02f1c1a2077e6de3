"""What the configuration says about the tables and the report of a sweep."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from components.errors import ConfigError

Baseline = Mapping[str, Any] | Sequence[Mapping[str, Any]]
"""Which run each run of a sweep is compared with.

Choices or overrides such as {"backbone": "cnn"}: all other runs are compared with the run that has them. If several
runs have them, each of the others is compared with the one that equals it in all other overrides. Or pairs
{"run": choices, "reference": choices}, for runs with a reference of their own; with "photos": "own" in a pair, each of
the two runs is measured on all of its own test photos instead of those that both share.
"""


@dataclass(frozen=True)
class TableOptions:
    """The configuration keys of the same names.

    Attributes:
        reference_results: Published results to show with the runs' own. `source` names the publication; each of `rows`
            has `name`, `when` (an option, or a list of options, by configuration group) and `metrics` (value by
            name); each of `counts` has two `names`, how many photos each got `right`, and `of` how many photos.
            `data` lists the options of `data` whose runs they are shown with; None or absent: any.
        baseline: See `Baseline`; None: the first run that can be compared.
        table_metrics: Metrics that tables show first; empty: see `experiments.summary.headline_metrics`.
        aggregate_over: Key of the overrides over which means are added to the tables; None: no means.
        hidden_source: Source of reference results that are not shown, because they are of other data than the runs.
    """

    reference_results: Mapping[str, Any] = field(default_factory=dict)
    baseline: Baseline | None = None
    table_metrics: tuple[str, ...] = ()
    aggregate_over: str | None = None
    hidden_source: str = ""

    def for_data(self, data: Collection[str]) -> Self:
        """Return these options without the reference results if these are of other data than the runs.

        Args:
            data: Options of `data` of the runs.
        """
        wanted = self.reference_results.get("data")
        if not data or wanted is None or not set(data).isdisjoint(wanted):
            return self
        return replace(self, reference_results={}, hidden_source=str(self.reference_results.get("source") or ""))

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Self:
        """Read the options from a resolved configuration; keys that it lacks keep their defaults.

        Raises:
            ConfigError: If a row of reference_results or a pair of baseline lacks a key or has an unknown one.
        """
        reference_results, baseline = config.get("reference_results") or {}, config.get("baseline") or None
        of_data = reference_results.get("data")
        if of_data is not None and (isinstance(of_data, str) or not isinstance(of_data, Sequence)):
            raise ConfigError(
                f"reference_results.data={of_data!r}: expected a list of options of data, as in [folder], or null for "
                "any"
            )
        for number, row in enumerate(reference_results.get("rows", ())):
            _check_keys(f"reference_results.rows[{number}]", row, ("name", "when", "metrics"))
        for number, count in enumerate(reference_results.get("counts", ())):
            _check_keys(f"reference_results.counts[{number}]", count, ("names", "right", "of"))
        if baseline is not None and not isinstance(baseline, Mapping):
            for number, pair in enumerate(baseline):
                _check_keys(f"baseline[{number}]", pair, ("run", "reference"), ("photos",))
        return cls(
            reference_results=reference_results,
            baseline=baseline,
            table_metrics=tuple(map(str, config.get("table_metrics") or ())),
            aggregate_over=config.get("aggregate_over") or None,
        )


def _check_keys(where: str, node: Any, needed: Sequence[str], optional: Sequence[str] = ()) -> None:
    """Raise ConfigError unless the node is a mapping with all needed keys and no others than the optional ones."""
    known = [*needed, *optional]
    if isinstance(node, Mapping) and set(needed) <= set(node) <= set(known):
        return
    found = f"the keys {', '.join(map(str, node))}" if isinstance(node, Mapping) else repr(node)
    also = f" (and {', '.join(optional)})" if optional else ""
    raise ConfigError(f"{where} has {found}: expected the keys {', '.join(needed)}{also}")
