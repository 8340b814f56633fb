"""Notebooks with rows of real patients in their outputs are refused before they are committed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
GUARD = ROOT / ".ci" / "refuse-patient-rows"
TABLE = {"data": {"text/html": ["<table><th>patient_id</th><td>4711</td></table>"], "text/plain": ["  patient_id"]}}
NUMBERS = {"data": {"text/plain": ["decision\n", "eligible 75"]}}


def refused(folder: Path, first: str, output: dict, **metadata: str) -> str:
    cells = [
        {"cell_type": "markdown", "source": [first]},
        {"cell_type": "code", "source": ["look"], "outputs": [output]},
    ]
    notebook = folder / "ours.ipynb"
    notebook.write_text(json.dumps({"cells": cells, "metadata": metadata}), encoding="utf-8")
    done = subprocess.run([sys.executable, GUARD, notebook], capture_output=True, text=True, check=False)
    assert done.returncode == (1 if done.stderr else 0)
    return done.stderr


@pytest.mark.parametrize("output", [TABLE, {"text": ["patient_id birth_date\n", "4711 1970-01-01"]}])
def test_rows_of_patients_are_refused_and_the_cell_is_named(tmp_path, output):
    said = refused(tmp_path, "# Our cohort", output)
    assert "cell 2" in said
    assert "Clear the outputs" in said


def test_counts_are_not_rows(tmp_path):
    assert refused(tmp_path, "# Our cohort", NUMBERS) == ""


def test_data_that_say_they_are_nobodys_pass(tmp_path):
    assert refused(tmp_path, "*The cohort is synthetic.*", TABLE) == ""
    assert refused(tmp_path, "# Our cohort", TABLE, data="synthetic") == ""


def test_it_is_asked_before_every_commit_and_passes_what_ships():
    hooks = [
        hook
        for repository in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
        for hook in repository["hooks"]
    ]
    assert [hook["entry"] for hook in hooks if hook["id"] == "no-patient-rows"] == [".ci/refuse-patient-rows"]
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    done = subprocess.run([sys.executable, GUARD, *notebooks], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
