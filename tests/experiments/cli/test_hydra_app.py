"""Hydra as hito calls it: errors reach the caller, and the process is left as it was."""

import os
import sys

import pytest
from hydra.errors import HydraException

from components.errors import ConfigError, HitoError
from experiments.cli.hydra_app import Job, run_hydra


def test_the_error_of_a_run_is_raised_and_not_printed_by_hydra(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    arguments = list(sys.argv)
    with pytest.raises(HitoError, match="nowhere"):
        run_hydra(["task=prepare", "data=folder", "data.root=nowhere", "tracker=none"])
    said = capsys.readouterr()
    assert "Error executing job" not in said.out + said.err
    assert sys.argv == arguments
    assert "HYDRA_FULL_ERROR" not in os.environ


def test_hydras_errors_are_raised(monkeypatch):
    monkeypatch.setenv("HYDRA_FULL_ERROR", "0")
    with pytest.raises(HydraException, match="trainin"):
        run_hydra(["trainin.epochs=3"])
    assert os.environ["HYDRA_FULL_ERROR"] == "0"


def test_an_old_key_in_a_file_of_ones_own_fails_the_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "conf" / "experiment").mkdir(parents=True)
    (tmp_path / "conf" / "experiment" / "mine.yaml").write_text("# @package _global_\nshown: [kappa]\n")
    with pytest.raises(ConfigError, match="shown is now called table_metrics"):
        run_hydra([f"hydra.searchpath=[file://{tmp_path / 'conf'}]", "experiment=mine"])


def test_a_job_can_be_pickled_for_a_launcher():
    import pickle

    assert pickle.loads(pickle.dumps(Job())).error is None
