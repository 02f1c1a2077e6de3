"""Terminal table of the task `align`."""

from collections.abc import Mapping, Sequence

from rich.console import Console

from components.metrics import Estimate
from experiments.console import difference_text, plain_table


def show(
    metrics: Mapping[str, Estimate], columns: Sequence[str], embedders: Sequence[str], cutoffs: Sequence[int]
) -> None:
    """Print recall and gain by text column.

    Args:
        metrics: Metrics of the run.
        columns: Names of the text columns.
        embedders: Names of the embedders compared.
        cutoffs: Cutoffs of the recall.
    """
    table = plain_table("retrieval of a photo by its text")
    table.add_column("text", no_wrap=True)
    for heading in ("recall at", *embedders, "gain over conse", "n"):
        table.add_column(heading, justify="right", no_wrap=True)
    for column in columns:
        for cutoff in cutoffs:
            recalls = [f"{metrics[f'recall_{cutoff}_{column}_{name}'].value:.3f}" for name in embedders]
            gain = metrics[f"gain_recall_{cutoff}_{column}"]
            gain_text = difference_text(gain.value, gain.low, gain.high)
            table.add_row(column, str(cutoff), *recalls, gain_text, str(gain.n))
    Console(highlight=False).print(table)
