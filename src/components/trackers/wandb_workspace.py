"""A Weights & Biases workspace for an ablation: figures, curves, confusion matrices and tables of all its runs."""

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

from components.errors import MissingExtraError

PER_ROW = 3


def workspace(
    name: str,
    *,
    entity: str,
    project: str,
    metrics: Sequence[str],
    curves: Mapping[str, Sequence[str]],
    figures: Sequence[str],
) -> Any:
    """The workspace of a sweep (`wandb_workspaces.workspaces.Workspace`), not yet saved anywhere.

    Args:
        name: Of the experiment: the group of its runs.
        entity: User or team.
        project: Of the runs.
        metrics: Summary values to compare the runs by.
        curves: By title the history keys of one chart; a run is a line.
        figures: Names of the figures that runs have.

    Raises:
        MissingExtraError: Without the package wandb-workspaces.
    """
    try:
        # not `import ... as`: the packages hand out names that they do not declare
        panels: Any = importlib.import_module("wandb_workspaces.reports.v2")
        ws: Any = importlib.import_module("wandb_workspaces.workspaces")
    except ModuleNotFoundError as error:
        raise MissingExtraError("wandb-workspaces", "workspaces", "hito dashboard") from error

    label = r"${run:displayName}"
    sections = [
        (
            "The sweep",
            [panels.WeavePanelSummaryTable(table_name="summary"), panels.MediaBrowser(media_keys=["report"])],
        ),
        ("Metrics", [panels.BarPlot(title=one, metrics=[one], legend_template=label) for one in metrics]),
        (
            "Curves by variant",
            [
                panels.LinePlot(title=title, x="epoch", y=list(keys), legend_template=label)
                for title, keys in curves.items()
            ],
        ),
        (
            "Confusion matrices",
            [
                panels.CustomChart(
                    query={"summaryTable": {"tableKey": "confusion_matrix_table"}},
                    chart_name="wandb/confusion_matrix/v1",
                    chart_fields={"Actual": "Actual", "Predicted": "Predicted", "nPredictions": "nPredictions"},
                    chart_strings={"title": "Confusion matrix"},
                ),
                panels.CustomChart(
                    query={"summaryTable": {"tableKey": "roc_table"}},
                    chart_name="wandb/area-under-curve/v0",
                    chart_fields={"x": "fpr", "y": "tpr", "class": "class"},
                    chart_strings={"title": "ROC, one class against the rest"},
                ),
            ],
        ),
        ("Figures", [panels.MediaBrowser(title=one, media_keys=[f"figures/{one}"]) for one in figures]),
        ("Predictions", [panels.WeavePanelSummaryTable(table_name="predictions")]),
        ("What differs", [panels.RunComparer(diff_only=True)]),
    ]
    return ws.Workspace(
        entity=entity,
        project=project,
        name=name,
        sections=[
            ws.Section(
                name=title, panels=shown, is_open=True, layout_settings=ws.SectionLayoutSettings(columns=PER_ROW)
            )
            for title, shown in sections
            if shown
        ],
        runset_settings=ws.RunsetSettings(filters=ws.And(ws.Metric("Group") == name)),
    )


def definition(made: Any) -> str:
    """The workspace as W&B's server takes it (JSON), to be kept where there is no server."""
    text: str = made._to_model().model_dump_json(by_alias=True, exclude_none=True, indent=1)
    return text
