"""What a person reads who hands in a table as it came: what, where, what was expected, and what to do."""

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

import myositis_tools as mt


def refused(**values):
    screening = mt.load_screening().assign(**values)
    with pytest.raises(mt.errors.MyositisToolsError) as caught:
        mt.TIME_IS_MUSCLE.check(screening)
    return str(caught.value)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_file_that_was_not_split_into_columns(separator):
    unsplit = pd.DataFrame({f"patient_id{separator}age_years": [f"P001{separator}54"]})
    with pytest.raises(mt.errors.MissingColumnError, match="were not split into columns") as caught:
        mt.TIME_IS_MUSCLE.check(unsplit)
    assert repr(separator) in str(caught.value)


def test_a_column_that_is_not_there_is_named_and_an_unsplit_file_is_not_suspected():
    with pytest.raises(mt.errors.MissingColumnError, match="lacks a column: haq_di") as caught:
        mt.TIME_IS_MUSCLE.check(mt.load_screening().drop(columns="haq_di"))
    assert "empty cell" in str(caught.value)


def test_numbers_for_yes_and_no_are_named_as_they_stand_in_the_file():
    assert "Column consent_signed holds 1." in refused(consent_signed=1)


def test_a_wrong_word_is_said_once():
    assert "not allowed: 'F'." in refused(sex="F")


def test_a_column_without_ends_asks_for_a_whole_number():
    visits = mt.load_visits()
    visits["week"] = visits["week"].map("w{}".format)
    with pytest.raises(mt.errors.WrongTypeError, match=r"a whole number \(weeks\)"):
        mt.score_total_improvement(visits, mmt="mmt8_150")


def test_a_cell_of_a_notebook_shows_the_line_and_the_sentence_and_no_traceback():
    source = "import myositis_tools as mt\nvisits = mt.load_visits()\n\nmt.score_total_improvement(visits, mmt='mmt8')"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    client = NotebookClient(notebook, allow_errors=True, kernel_name="python3")
    (shown,) = client.execute()["cells"][0]["outputs"]
    told = "\n".join(shown["traceback"])
    assert shown["ename"] == "OptionError"
    assert told.startswith("line 4: mt.score_total_improvement(visits, mmt='mmt8')\nOptionError: mmt='mmt8'")
    assert "\nExpected: " in told
    assert "errors.py" not in told
    assert len(told.splitlines()) <= 5
