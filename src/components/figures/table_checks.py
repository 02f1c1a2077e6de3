"""Checks of the tables that figures are drawn from."""

from collections.abc import Sequence

import pandas as pd

from components.errors import DataError


def check_columns(table: pd.DataFrame, columns: Sequence[str], what: str) -> None:
    """Check that a table has some columns and at least one row.

    Args:
        table: The table.
        columns: Names of the columns.
        what: Subject of the message: "training curves need".

    Raises:
        DataError: When a column is missing or there are no rows.
    """
    missing = [name for name in columns if name not in table.columns]
    if missing or table.empty:
        raise DataError(f"{what} the columns {', '.join(columns)} and a row: missing {missing or 'rows'}")
