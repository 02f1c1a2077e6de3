"""Precision, recall and F1 of each class."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from components.metrics.classification.confusion import class_scores, weighted_confusion
from components.metrics.classification.replicates import check_replicates, label_names
from components.results import Predictions


def class_report(replicates: Sequence[Predictions]) -> pd.DataFrame:
    """Compute precision, recall and F1 of each class, as scikit-learn does with zero_division=0.

    Args:
        replicates: Predictions of each replicate.

    Returns:
        One row per name of `label_names` with the columns class, precision, precision_std, recall, recall_std, f1,
        f1_std, support. Values are means over replicates; `_std` is the sample standard deviation over replicates (one
        degree of freedom less), NaN for a single replicate; support is the mean number of photos of the class.

    Raises:
        DataError: When the replicates cannot be averaged.
    """
    check_replicates(replicates)
    names = label_names(replicates)
    matrices = [weighted_confusion(replicate, np.ones((len(replicate), 1)), len(names)) for replicate in replicates]
    scores = [class_scores(matrix) for matrix in matrices]
    columns: dict[str, object] = {"class": list(names)}
    for name in ("precision", "recall", "f1"):
        values = np.stack([by_name[name][:, 0] for by_name in scores])
        columns[name] = values.mean(axis=0)
        columns[f"{name}_std"] = values.std(axis=0, ddof=1) if len(values) > 1 else np.full(len(names), np.nan)
    columns["support"] = np.mean([matrix.sum(axis=1)[:, 0] for matrix in matrices], axis=0)
    return pd.DataFrame(columns)
