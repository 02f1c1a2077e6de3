"""Which metrics a table shows first, and what it calls them."""

from collections.abc import Iterable, Sequence

from experiments.runs import Record

HEADINGS = {
    "accuracy": "accuracy",
    "precision_weighted": "P",
    "recall_weighted": "R",
    "f1_weighted": "F1",
    "kappa": "κ",
    "auc_ovo": "AUC OvO",
    "auc_ovr": "AUC OvR",
    "ari": "ARI",
    "homogeneity": "homogeneity",
    "completeness": "completeness",
    "v_measure": "V",
}
"""The metrics of the thesis's tables, in its order."""

OPEN_SET = {
    "auroc": "AUROC",
    "auroc_known_unknowns": "AUROC seen",
    "auroc_new_unknowns": "AUROC new",
    "fpr95": "FPR95",
    "oscr": "OSCR",
    "unknown_rejection_new_unknowns": "rejected new",
    "closed_accuracy": "closed accuracy",
}
"""What the tables call metrics of the open set that an experiment may show; "seen" and "new" are kinds of unknown."""

CLUSTERS = {"ari_between_seeds": "ARI between seeds"}
"""What the tables call a metric of clusters that an experiment may show."""

AT_MOST = 7
"""Metrics that are shown where the experiment names none and the runs have none of the thesis's."""


def headline_metrics(records: Iterable[Record], shown: Sequence[str] = ()) -> list[str]:
    """Names of the metrics that a table of these runs shows first.

    Args:
        records: The runs.
        shown: The experiment's own choice (`shown` in the configuration); names that no run has are passed over.

    Returns:
        `shown`; where that leaves none the thesis's metrics, in its order; where the runs have none of those the
        first few that they have. Accuracy is left out of the thesis's: its weighted recall is the same number.
    """
    names = dict.fromkeys(name for record in records for name in record.metrics)
    chosen = [name for name in dict.fromkeys(shown) if name in names]
    if chosen:
        return chosen
    found = [name for name in HEADINGS if name in names]
    if "recall_weighted" in found and "accuracy" in found:
        found.remove("accuracy")
    return found or list(names)[:AT_MOST]


def heading(name: str) -> str:
    """What a table calls a metric."""
    return (HEADINGS | OPEN_SET | CLUSTERS).get(name, name.replace("_", " "))
