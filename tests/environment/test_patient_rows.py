"""Notebooks with rows of real patients in their outputs are refused before a commit, and once before they are saved."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml
from tornado.web import HTTPError

import myositis_tools as mt
from myositis_tools import tables
from myositis_tools.apps import explore_eligibility, explore_trajectories
from myositis_tools.frames import columns
from myositis_tools.privacy import jupyter_hook as saving
from myositis_tools.privacy.notebook_outputs import FIGURE, STATE, rows_of_patients

ROOT = Path(__file__).parents[2]
GUARD = ROOT / "myositis_tools" / "privacy" / "notebook_outputs.py"
TABLE = {"data": {"text/html": ["<table><th>patient_id</th><td>4711</td></table>"], "text/plain": ["  patient_id"]}}
LEFT_OUT = {"output_type": "stream", "name": "stdout", "text": saving.LEFT_OUT}
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


PRIVATE = tables.load("private_columns")


def shown(table: pd.DataFrame) -> list[dict]:
    """A table as a notebook shows it, and as it prints it."""
    return [{"data": {"text/html": table.to_html()}}, {"text": str(table)}]


@pytest.mark.parametrize("table", PRIVATE["table"].unique())
def test_every_table_with_a_private_column_is_taken_for_rows_of_patients(table):
    made = pd.DataFrame({name: ["x"] for name in columns(table)})
    named = made.rename(columns={name: column.heading for name, column in columns(table).items()})
    for output in (*shown(made), shown(named)[0]):
        assert rows_of_patients(notebook_of(output)) != {}, output


@pytest.mark.parametrize(
    ("table", "name"),
    PRIVATE.loc[PRIVATE["private"] != "free text", ["table", "column"]].to_numpy().tolist(),
)
def test_an_identifier_or_a_birth_date_is_recognised_alone(table, name):
    for heading in (name, columns(table)[name].heading):
        [as_html, as_text] = shown(pd.DataFrame({heading: ["x"]}))
        assert rows_of_patients(notebook_of(as_html)) != {}, heading
        assert rows_of_patients(notebook_of(as_text)) != {} or " " in heading or heading == "Case", heading


def test_a_case_mix_and_values_that_are_printed_are_no_rows():
    assert rows_of_patients(notebook_of({"text": "Case mix: values of 75 and 201"})) == {}
    assert rows_of_patients(notebook_of(*shown(pd.DataFrame({"value": [1], "eligible": [75]})))) == {}


def test_counts_load_no_web_server():
    code = "import sys, myositis_tools.privacy.small_counts; sys.exit('tornado' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


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
    entry = GUARD.relative_to(ROOT).as_posix()
    assert [hook["entry"] for hook in hooks if hook["id"] == "no-patient-rows"] == [entry]
    [for_others] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert (for_others["id"], for_others["entry"]) == ("no-patient-rows", entry)
    assert os.name == "nt" or GUARD.stat().st_mode & 0o111  # a hook that is a script has to be one
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    done = subprocess.run([sys.executable, GUARD, *notebooks], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_script_needs_nothing_but_python(tmp_path):
    (tmp_path / "ours.ipynb").write_text(json.dumps({"cells": [], "metadata": {}}), encoding="utf-8")
    command = [sys.executable, "-I", "-S", GUARD, tmp_path / "ours.ipynb"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def cell(output: dict, **more: object) -> dict:
    return {"cell_type": "code", "source": ["look"], "outputs": [output], **more}


def notebook_of(*outputs: dict, first: str = "# Our cohort", **metadata: object) -> dict:
    cells = [cell(output, id=f"c{place}", execution_count=place) for place, output in enumerate(outputs, start=1)]
    return {"cells": [{"cell_type": "markdown", "source": [first]}, *cells], "metadata": metadata}


def figure(made: object) -> dict:
    return {"output_type": "display_data", "data": {FIGURE: json.loads(made.to_json())}}


def test_figures_whose_marks_are_patients_are_rows_and_those_of_groups_are_not():
    visits = mt.load_visits()
    own = visits.assign(patient_id="017-" + visits["patient_id"])
    screening = mt.load_screening()
    of_patients = [
        mt.figures.plot_trajectories(own, measure="mmt8_150", group="arm"),
        mt.figures.plot_swimmer(own, group="arm"),
        mt.figures.plot_waterfall(own, week=12, group="arm"),
        mt.figures.plot_patient_profile(own, "017-P184"),
        mt.figures.plot_near_misses(mt.TIME_IS_MUSCLE, screening),
        mt.figures.plot_decision_marks(mt.TIME_IS_MUSCLE, screening),
    ]
    of_groups = [
        mt.figures.plot_trajectories(own, measure="patient_global_cm", group="arm", show="summary"),
        mt.figures.plot_attrition(mt.TIME_IS_MUSCLE, screening),
        mt.figures.plot_overlap(mt.TIME_IS_MUSCLE, screening),
        mt.figures.plot_case_mix(mt.TIME_IS_MUSCLE, screening),
    ]
    assert list(rows_of_patients(notebook_of(*map(figure, of_patients)))) == [f"c{place}" for place in range(1, 7)]
    assert rows_of_patients(notebook_of(*map(figure, of_groups))) == {}


def test_a_measure_called_patient_global_is_no_patient():
    assert rows_of_patients(notebook_of({"text": "Patient global activity (cm)\n 4.1"})) == {}
    assert rows_of_patients(notebook_of({"text": "Patient  Decision\n P1  eligible"})) != {}


@pytest.mark.parametrize("make", [explore_eligibility, explore_trajectories])
def test_an_app_is_saved_without_rows_unless_widget_state_is(make):
    from ipywidgets.embed import dependency_state

    app = make()
    app.tabs.selected_index = len(app.tabs.children) - 1
    output = {"output_type": "display_data", "data": app._repr_mimebundle_()}
    assert rows_of_patients(notebook_of(output)) == {}
    state = {"application/vnd.jupyter.widget-state+json": {"state": dependency_state(app)}}
    state = json.loads(json.dumps(state, default=str))
    assert rows_of_patients(notebook_of(output, widgets=state)) == {STATE: STATE}


def save(notebook: dict, path: str = "ours.ipynb") -> str:
    """The message with which a save is refused; empty where it is not."""
    try:
        saving.hold_back_patient_rows(
            model={"type": "notebook", "content": notebook}, path=path, contents_manager=object()
        )
    except HTTPError as refused:
        return str(refused.log_message)
    return ""


@pytest.fixture(autouse=True)
def _nothing_told(monkeypatch):
    monkeypatch.setattr(saving, "_told", {})


def test_the_first_save_of_rows_is_refused_with_the_cells_and_the_next_leaves_them_out():
    notebook = notebook_of(TABLE, NUMBERS, TABLE)
    said = save(notebook)
    assert "cell 2 (marked [1]), cell 4 (marked [3])" in said
    assert "saved without these outputs" in said
    assert "4711" not in said
    assert notebook == notebook_of(TABLE, NUMBERS, TABLE)
    assert save(notebook) == ""
    assert [cell["outputs"] for cell in notebook["cells"][1:]] == [[LEFT_OUT], [NUMBERS], [LEFT_OUT]]
    assert rows_of_patients(notebook) == {}


def test_no_number_of_saves_brings_rows_into_the_file():
    for _ in range(4):
        notebook = notebook_of(TABLE)
        save(notebook)
    assert notebook == notebook_of(LEFT_OUT)


@pytest.mark.parametrize("first", ["Rows of patients are kept.", "# Ours\n*rows of patients\nare kept* in this file"])
def test_rows_are_kept_where_the_first_cell_says_so_and_committing_them_is_still_refused(tmp_path, first):
    notebook = notebook_of(TABLE, first=first)
    assert save(notebook) == save(notebook) == ""
    assert notebook == notebook_of(TABLE, first=first)
    assert "cell 2" in refused(tmp_path, first, TABLE)


def test_widget_state_with_rows_is_left_out_and_the_cells_stay():
    state = {"application/vnd.jupyter.widget-state+json": {"state": {"a": {"value": "patient_id"}}}}
    notebook = notebook_of(NUMBERS, widgets=state, kernelspec={})
    assert "the saved state of its apps" in save(notebook)
    assert save(notebook) == ""
    assert notebook == notebook_of(NUMBERS, kernelspec={})


def test_more_rows_warn_again_and_fewer_do_not():
    assert save(notebook_of(TABLE, NUMBERS))
    assert save(notebook_of(NUMBERS, NUMBERS)) == ""
    assert save(notebook_of(TABLE, NUMBERS))  # they were cleared, and have come back
    assert save(notebook_of(TABLE, TABLE))
    assert save(notebook_of(TABLE, TABLE)) == save(notebook_of(TABLE, NUMBERS)) == ""


def test_every_notebook_is_asked_about_and_one_of_nobodys_data_is_not():
    assert save(notebook_of(TABLE), "a.ipynb")
    assert save(notebook_of(TABLE), "b.ipynb")
    assert save(notebook_of(TABLE, first="All patients are simulated."), "c.ipynb") == ""
    saving.hold_back_patient_rows(model={"type": "file", "content": "patient_id"}, path="x.csv")
    saving.hold_back_patient_rows(model={"type": "directory", "content": None}, path="x")


def test_jupyter_takes_the_hook_by_its_name_and_hands_the_message_on(tmp_path):
    from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager
    from traitlets.config import Config

    name = "myositis_tools.privacy.jupyter_hook.hold_back_patient_rows"
    settings = Config({"ContentsManager": {"pre_save_hook": name}})
    manager = AsyncLargeFileManager(root_dir=str(tmp_path), config=settings)
    model = {"type": "notebook", "content": notebook_of(TABLE)}
    with pytest.raises(HTTPError, match="Not saved yet") as refused:
        manager.run_pre_save_hooks(model, "ours.ipynb")
    assert refused.value.status_code == 400
    manager.run_pre_save_hooks(model, "ours.ipynb")
    assert model["content"] == notebook_of(LEFT_OUT)
