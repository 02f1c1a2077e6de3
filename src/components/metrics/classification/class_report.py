"""Precision, recall and F1 of each class."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from components.metrics.classification.confusion import class_scores, weighted_confusion
from components.metrics.statistics.replicates import check_replicates, label_names
from components.results import Predictions


def class_report(replicates: Sequence[Predictions]) -> pd.DataFrame:
    """Precision, recall and F1 class by class, with scikit-learn's definitions and zero_division=0.

    Returns:
        One row a name of `label_names`: class, precision, precision_std, recall, recall_std, f1, f1_std,
        support. Values are means over the replicates; `_std` is the standard deviation over them (one
        degree of freedom less), NaN for a single replicate; support is the mean number of true photos.

    Raises:
        DataError: When the replicates cannot be compared.
    """
    check_replicates(replicates)
    names = label_names(replicates)
    matrices = [weighted_confusion(one, np.ones((len(one), 1)), len(names)) for one in replicates]
    scores = [class_scores(matrix) for matrix in matrices]
    columns: dict[str, object] = {"class": list(names)}
    for name in ("precision", "recall", "f1"):
        values = np.stack([one[name][:, 0] for one in scores])
        columns[name] = values.mean(axis=0)
        columns[f"{name}_std"] = values.std(axis=0, ddof=1) if len(values) > 1 else np.full(len(names), np.nan)
    columns["support"] = np.mean([matrix.sum(axis=1)[:, 0] for matrix in matrices], axis=0)
    return pd.DataFrame(columns)
