"""Contingency tables against scikit-learn."""

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment
from sklearn import metrics as reference

from components.errors import DataError
from components.metrics import contingency, matched, pair_confusion


def test_tables_are_scikit_learns_and_matching_puts_the_most_on_the_diagonal(make_partition):
    partition = make_partition(noise=0.1)
    table = contingency(partition)
    assert table.clusters == ("0", "1", "2", "3", "4", "noise")
    whole = reference.cluster.contingency_matrix(partition.label.astype(str), partition.cluster)
    assert (table.counts == np.roll(whole, -1, axis=1)).all()
    assert (
        pair_confusion(table) == reference.pair_confusion_matrix(partition.label.astype(str), partition.cluster)
    ).all()
    ordered = matched(table)
    assert ordered.clusters[-1] == "noise"
    rows, columns = linear_sum_assignment(table.counts[:, :-1], maximize=True)
    assert np.trace(ordered.counts) == table.counts[rows, columns].sum()


def test_every_photo_needs_a_class(make_partition):
    with pytest.raises(DataError, match="class of 3 of 200 photos is not known"):
        contingency(make_partition(unlabelled=3))
