"""A Weights & Biases workspace for an experiment: figures, curves, confusion matrices and tables of all its runs."""

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

from components.errors import MissingExtraError

COLUMNS = 3
"""Panels per row."""


def workspace(
    name: str,
    *,
    entity: str,
    project: str,
    metrics: Sequence[str],
    curves: Mapping[str, Sequence[str]],
    figures: Sequence[str],
) -> Any:
    """Build the workspace of an experiment. It is not saved; call its method `save` for that.

    Args:
        name: Name of the experiment, which is the group of its runs.
        entity: User or team that owns the project.
        project: Project of the runs.
        metrics: Summary values to compare the runs by.
        curves: Maps the title of a chart to its history keys; the chart has one line per run and key.
        figures: Names of the figures of the runs.

    Returns:
        A `wandb_workspaces.workspaces.Workspace`.

    Raises:
        MissingExtraError: The package wandb-workspaces is not installed.
    """
    try:
        # imported dynamically since the packages lack type information for the names used here
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
        ("Metrics", [panels.BarPlot(title=metric, metrics=[metric], legend_template=label) for metric in metrics]),
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
        ("Figures", [panels.MediaBrowser(title=figure, media_keys=[f"figures/{figure}"]) for figure in figures]),
        ("Predictions", [panels.WeavePanelSummaryTable(table_name="predictions")]),
        ("Configuration differences", [panels.RunComparer(diff_only=True)]),
    ]
    return ws.Workspace(
        entity=entity,
        project=project,
        name=name,
        sections=[
            ws.Section(
                name=title, panels=section, is_open=True, layout_settings=ws.SectionLayoutSettings(columns=COLUMNS)
            )
            for title, section in sections
            if section
        ],
        runset_settings=ws.RunsetSettings(filters=ws.And(ws.Metric("Group") == name)),
    )


def workspace_definition(workspace: Any) -> str:
    """Return a workspace as JSON, in the format of the W&B server, to store it when there is no connection."""
    text: str = workspace._to_model().model_dump_json(by_alias=True, exclude_none=True, indent=1)
    return text
