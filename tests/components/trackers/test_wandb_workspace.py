"""The workspace as an object, and in the format of the server."""

import json

import pytest

ws = pytest.importorskip("wandb_workspaces.workspaces")

from components.trackers.wandb_workspace import workspace, workspace_definition  # noqa: E402

CURVES = {"validation_accuracy": ["closed-0/validation_accuracy", "closed-1/validation_accuracy"]}


def made():
    return workspace(
        "thesis/closed_set",
        entity="tester",
        project="hito",
        metrics=["accuracy", "kappa"],
        curves=CURVES,
        figures=["confusion_matrix"],
    )


def test_it_has_the_sections_for_comparing_runs():
    sections = {section.name: section.panels for section in made().sections}
    assert [type(one).__name__ for one in sections["The sweep"]] == ["WeavePanelSummaryTable", "MediaBrowser"]
    (line,) = sections["Curves by variant"]
    assert [str(getattr(one, "name", one)) for one in line.y] == CURVES["validation_accuracy"]
    assert [one.title for one in sections["Metrics"]] == ["accuracy", "kappa"]
    assert sections["Confusion matrices"][0].chart_name == "wandb/confusion_matrix/v1"
    assert sections["Predictions"][0].table_name == "predictions"


def test_its_definition_has_the_format_of_the_server():
    read = json.loads(workspace_definition(made()))
    assert (read["entity"], read["project"], read["displayName"]) == ("tester", "hito", "thesis/closed_set")
    filters = json.dumps(read["spec"]["section"]["runSets"][0]["filters"])
    assert '"thesis/closed_set"' in filters
    assert '"group"' in filters
    panels = [panel for one in read["spec"]["section"]["panelBankConfig"]["sections"] for panel in one["panels"]]
    kinds = [panel["viewType"] for panel in panels]
    assert sorted(set(kinds)) == sorted(
        {"Weave", "Media Browser", "Bar Chart", "Run History Line Plot", "Vega2", "Run Comparer"}
    )


def test_it_is_saved_with_the_server(online, monkeypatch, tmp_path):
    for name in ("DIR", "CACHE_DIR", "DATA_DIR", "CONFIG_DIR"):
        monkeypatch.setenv(f"WANDB_{name}", str(tmp_path))
    saved = made()
    import wandb

    wandb.teardown()
    try:
        saved.save()
    finally:
        wandb.teardown()
    (view,) = online.views
    assert (view["entityName"], view["projectName"], view["displayName"]) == ("tester", "hito", "thesis/closed_set")
    assert json.loads(view["spec"]) == json.loads(workspace_definition(saved))["spec"]
