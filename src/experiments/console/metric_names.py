"""Headings of metrics in tables and figures."""

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
"""Metrics of the thesis's tables, in its order."""

OPEN_SET = {
    "auroc": "AUROC",
    "auroc_known_unknowns": "AUROC seen",
    "auroc_new_unknowns": "AUROC new",
    "fpr95_unknown": "FPR95 (unknown)",
    "fpr95_known": "FPR95 (known)",
    "oscr": "OSCR",
    "unknown_rejection_new_unknowns": "rejected new",
    "closed_accuracy": "closed accuracy",
}
"""Open-set metrics; FPR95 says in parentheses which photos are the positives; "seen" unknowns are of kinds that were in
the training photos, "new" ones are not."""

CLUSTERS = {"ari_between_seeds": "ARI between seeds"}
"""Clustering metrics that are not in the thesis."""

LABELS = {
    "precision_at_injected": "precision at n injected",
    "precision_at_injected_confident": "precision at n injected (confident first)",
    "precision_at_injected_margin": "precision at n injected (margin)",
    "auroc_confident": "AUROC (confident first)",
    "auroc_margin": "AUROC (margin)",
    "average_precision_confident": "average precision (confident first)",
    "average_precision_margin": "average precision (margin)",
    "precision_confident": "precision (confident)",
    "recall_confident": "recall (confident)",
    "label_errors": "labels probably wrong",
    "no_class": "photos of no class",
    "noise_rate": "estimated noise rate",
}
"""Metrics of labels in doubt; parentheses name a ranking or a set of photos other than the one that is used."""


def heading(name: str) -> str:
    """Return the heading of a metric; if it has none of its own, its name with spaces for underscores."""
    return (HEADINGS | OPEN_SET | CLUSTERS | LABELS).get(name, name.replace("_", " "))
