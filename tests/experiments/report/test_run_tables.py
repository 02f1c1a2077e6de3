"""The CSV files of a run as tables of text."""

import numpy as np
import pandas as pd

from experiments.report.run_tables import table_of


def test_tables_leave_out_empty_columns_and_keep_whole_numbers_whole():
    frame = pd.DataFrame({"class": ["a", None], "p": [0.5, 1.0], "std": [np.nan, np.nan], "n": [62.0, np.nan]})
    found = table_of(frame, "report.csv")
    assert found.columns == ("class", "p", "n")
    assert found.rows == (("a", "0.500", "62"), ("", "1.000", ""))
    assert found.numeric == (False, True, True)
    assert table_of(pd.DataFrame({"x": range(50)}), "x.csv").more == 10
