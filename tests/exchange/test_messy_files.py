"""Every messy file is read or refused with one clear message, and its problems are exactly those expected."""

import zipfile

import pandas as pd
import pytest

import myositis_tools as mt
from tests.exchange.messy_files import CELLS, MESSY, Messy, book


def test_the_corpus_is_large_and_names_each_file_once():
    assert len(MESSY) >= 40
    assert len({messy.name for messy in MESSY}) == len(MESSY)


@pytest.mark.parametrize("messy", MESSY, ids=lambda messy: messy.name)
def test_each_file(messy: Messy, tmp_path):
    path = tmp_path / f"{messy.name}{messy.suffix}"
    messy.make(path)
    before = path.read_bytes()
    if messy.refused:
        with pytest.raises(mt.errors.MyositisToolsError) as caught:
            mt.read_table(path, messy.kind, **messy.options)
        assert messy.refused in str(caught.value)
        assert caught.value.expected or caught.value.hint
    else:
        table = mt.read_table(path, messy.kind, on_problem="keep", **messy.options)
        problems = mt.validate(table, messy.kind)
        found = tuple(
            (None if pd.isna(row.row) else int(row.row), row.column, row.problem) for row in problems.itertuples()
        )
        assert found == messy.problems
        if any(problem in ("not a number", "not a date", "not yes or no") for _, _, problem in messy.problems):
            with pytest.raises(mt.errors.WrongTypeError, match="of the file"):
                mt.read_table(path, messy.kind, **messy.options)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_the_message_says_how_to_read_it(tmp_path):
    path = tmp_path / "visits.csv"
    path.write_text("patient_id;week;visit_date;haq_di\nA;0;31-12-2024;1,5\n")
    with pytest.raises(mt.errors.WrongTypeError, match='date_format="%d-%m-%Y"'):
        mt.read_table(path, "visits")
    with pytest.raises(mt.errors.WrongTypeError, match='decimal=","'):
        mt.read_table(path, "visits", date_format="%d-%m-%Y")
    table = mt.read_table(path, "visits", decimal=",", date_format="%d-%m-%Y")
    assert table["haq_di"].tolist() == [1.5]
    assert table["visit_date"].tolist() == [pd.Timestamp("2024-12-31")]


def test_a_formula_with_a_saved_result_is_its_result(tmp_path):
    """A sheet that adds up is usual; what the spreadsheet program saved is read, and nothing is computed here."""
    path = tmp_path / "visits.xlsx"
    book(CELLS, "visits")(path)
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert b"<v>1.5</v>" in parts[sheet]
    parts[sheet] = parts[sheet].replace(b"<v>1.5</v>", b"<f>1+0.5</f><v>1.5</v>")
    with zipfile.ZipFile(path, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)
    assert mt.read_table(path, "visits")["haq_di"].tolist() == [1.5, 0.5]


def test_identifiers_stay_what_they_are(tmp_path):
    path = tmp_path / "visits.csv"
    path.write_text("patient_id,week\n007,0\n1e5,0\n=1+1,0\n'=2,0\nNA,0\nnan,0\n")
    assert mt.read_table(path, "visits")["patient_id"].tolist() == ["007", "1e5", "=1+1", "=2", "NA", "nan"]
    assert mt.read_table(path)["patient_id"].tolist()[:2] == ["007", "1e5"]
    book([["patient_id", "week"], [7, 0], [8.0, 0]])(tmp_path / "v.xlsx")
    assert mt.read_table(tmp_path / "v.xlsx", "visits")["patient_id"].tolist() == ["7", "8"]


def test_html_in_an_identifier_is_escaped_where_it_is_drawn():
    visits = mt.load_visits().replace({"patient_id": {"P184": "<img src=x onerror=alert(1)>"}})
    figure = mt.figures.plot_response_calendar(visits)
    for trace in figure.data:  # what a click tells of is the identifier itself, and is drawn nowhere
        assert "customdata" not in str(trace.hovertemplate)
        trace.customdata = None
    drawn = figure.to_json().replace("\\u003c", "<")
    assert "&lt;img src=x" in drawn
    assert "<img src=x" not in drawn
