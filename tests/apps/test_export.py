"""What an app hands over opens as what it says, and text from a file stays text."""

import json
from datetime import UTC, date, datetime
from hashlib import sha256
from html import escape
from io import BytesIO

import openpyxl
import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.apps import (
    calculate_total_improvement,
    explore_effects,
    explore_eligibility,
    explore_trajectories,
    map_columns,
)
from myositis_tools.apps.widgets.buttons import DownloadButton, PictureButton
from myositis_tools.errors import OptionError
from myositis_tools.exchange import as_csv, as_workbook
from myositis_tools.exchange.describe.provenance import fingerprint
from myositis_tools.privacy.pseudonyms import Naming

APPS = {
    "eligibility": explore_eligibility,
    "trajectories": explore_trajectories,
    "effects": explore_effects,
    "total_improvement": calculate_total_improvement,
}
TABLE = pd.DataFrame(
    {
        "=name": ["=1+1", "<b>x</b>", "a\x07b", None],
        "number": [1.5, -2.0, float("nan"), 0.0],
        "yes": pd.array([True, None, False, True], dtype="boolean"),
        "day": pd.to_datetime(["2024-02-29", None, "2024-03-01", "2024-03-02"]),
    }
)


def rows_of(content: bytes, sheet: str) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(BytesIO(content))[sheet].iter_rows())


def test_a_workbook_holds_numbers_as_numbers_and_text_as_text():
    heading, first, second, third, fourth = rows_of(as_workbook({"One": TABLE}), "One")
    assert [cell.value for cell in heading] == ["=name", "number", "yes", "day"]
    assert (first[0].value, first[0].data_type, first[0].quotePrefix) == ("=1+1", "s", True)
    assert (heading[0].data_type, second[0].quotePrefix) == ("s", False)
    assert [row[1].value for row in (first, second, third, fourth)] == [1.5, -2, None, 0]
    assert [row[2].value for row in (first, second, third)] == [True, None, False]
    assert first[3].value == pd.Timestamp("2024-02-29")
    assert third[0].value == "a\N{REPLACEMENT CHARACTER}b"
    assert fourth[0].value is None


def test_headings_stay_in_sight():
    assert openpyxl.load_workbook(BytesIO(as_workbook({"One": TABLE})))["One"].freeze_panes == "A2"


def test_more_rows_than_a_sheet_holds_are_refused_not_cut():
    with pytest.raises(OptionError, match="1048576 rows"):
        as_workbook({"One": pd.DataFrame({"x": range(1_048_576)})})


def test_a_csv_neutralises_formulas():
    assert as_csv(TABLE).decode("utf-8-sig").splitlines()[1].startswith("'=1+1,1.5,True")


def files_of(app: object) -> dict[str, bytes]:
    made, waiting = {}, [app]
    while waiting:
        widget = waiting.pop()
        waiting += getattr(widget, "children", ())
        if isinstance(widget, DownloadButton):
            name, content = widget._make()
            made[name] = content
    return made


@pytest.mark.parametrize("name", APPS)
def test_every_app_hands_over_tables_figures_and_its_own_state(name):
    app = APPS[name]()
    made = files_of(app)
    book = openpyxl.load_workbook(BytesIO(made[f"{name}.xlsx"]))
    tables = [file for file in made if file.endswith(".csv")]
    *sheets, about = book.sheetnames
    assert about == "About"
    assert [file.removeprefix(f"{name}_").removesuffix(".csv") for file in tables] == [
        sheet.lower().replace(" ", "_") for sheet in reversed(sheets)
    ]
    for file, sheet in zip(reversed(tables), sheets, strict=True):
        table = pd.read_csv(BytesIO(made[file]), encoding="utf-8-sig")
        assert book[sheet].max_row == len(table) + 1 > 1
    assert made[f"{name}.html"].startswith(b"<!doctype html>")
    assert b"cdn" not in made[f"{name}.html"][:2000]
    assert json.loads(made[f"{name}_view.json"]) == json.loads(json.dumps(app.model.state()))


@pytest.mark.parametrize("name", APPS)
def test_what_is_handed_over_says_of_what_it_was_made(name):
    app = APPS[name]()
    made = files_of(app)
    rows = rows_of(made[f"{name}.xlsx"], "About")[1:]
    about = {what.value: words.value for what, words in rows}
    assert about["made by"] == f"myositis_tools {mt.__version__}; for research and teaching, not for care"
    assert about["made on"] == date.today().isoformat()
    assert about["what was seen"] == app.model.headline
    assert about["the call that shows it again"] == "".join(
        line for line in app.model.as_code().splitlines(keepends=True) if "patient_id='P" not in line
    )
    page = made[f"{name}.html"].decode()
    for words in (about["made by"], about["made on"], about["what was seen"], about["the call that shows it again"]):
        assert escape(words) in page
    sheets = [what for what in about if what.startswith("sheet ")]
    assert len(sheets) == len([file for file in made if file.endswith(".csv")])


def test_the_users_own_tables_and_what_is_shown_can_be_recognised():
    screening, medications = mt.load_screening().head(40), mt.load_medications()
    app = explore_eligibility(screening, medications=medications)
    about = {what.value: words.value for what, words in rows_of(files_of(app)["eligibility.xlsx"], "About")}
    assert (
        about["given: screening"]
        == f"40 rows, {screening.shape[1]} columns, SHA-256 of its CSV {fingerprint(screening)}"
    )
    assert fingerprint(medications) in about["given: medications"]
    numbered = Naming(screening["patient_id"]).table(app.model.decisions())
    assert fingerprint(numbered) in about["sheet Decisions"]
    assert fingerprint(numbered.iloc[::-1]) not in about["sheet Decisions"]
    assert "given: medications" not in {
        what.value: words.value
        for what, words in rows_of(files_of(explore_eligibility(screening))["eligibility.xlsx"], "About")
    }
    own = mt.read_table(mt.own_data_file(), sheet="Bezoeken")
    about = {what.value: words.value for what, words in rows_of(files_of(map_columns(own))["visits.xlsx"], "About")}
    assert fingerprint(own) in about["given: table"]


def test_a_fingerprint_is_that_of_the_whole_table_as_csv():
    table = pd.DataFrame({"patient_id": ["A"] * 9, "week": range(9)})
    lines = "patient_id,week\n" + "".join(f"A,{week}\n" for week in range(9))
    assert fingerprint(table) == sha256(lines.encode()).hexdigest()
    assert fingerprint(table.astype({"week": "float64"})) == fingerprint(table)
    assert fingerprint(table.assign(week=table["week"] + 0.5)) != fingerprint(table)


def test_a_hostile_heading_stays_text_on_the_page():
    app = map_columns(pd.DataFrame({"<script>x</script>": ["1"], "week": [0]}))
    app.model.choose("<script>x</script>", "haq_di")
    page = files_of(app)["visits.html"].decode()
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


@pytest.mark.parametrize("name", APPS)
@pytest.mark.parametrize("content", [b"", b"\xff", b"[1]", b"3", b'{"limits": 3, "weeks": 3, "now": 3, "baseline": 3}'])
def test_a_file_that_is_no_view_is_said_to_be_so(name, content):
    app = APPS[name]()
    before = app.model.state()
    upload_to(app, content)
    assert "no saved view of this app" in app.trouble
    assert app.model.state() == before


@pytest.mark.parametrize("name", APPS)
def test_a_saved_view_comes_back(name):
    app = APPS[name]()
    saved = files_of(app)[f"{name}_view.json"]
    app.model.restore(CHANGED[name])
    assert app.model.state() != json.loads(saved)
    upload_to(app, saved)
    assert json.loads(json.dumps(app.model.state())) == json.loads(saved)
    assert app.trouble == ""


CHANGED = {
    "eligibility": {"without": ["adult"], "unknown": "best"},
    "trajectories": {"scale": "change"},
    "effects": {"missing": "worst", "adjust": ["mmt8_150"]},
    "total_improvement": {"population": "juvenile"},
}


def upload_to(app: object, content: bytes) -> None:
    waiting = [app]
    while waiting:
        widget = waiting.pop()
        waiting += getattr(widget, "children", ())
        if type(widget).__name__ == "FileUpload":
            file = {"name": "x.json", "type": "", "size": len(content), "content": memoryview(content)}
            widget.value = (file | {"last_modified": datetime(2026, 1, 1, tzinfo=UTC)},)


def test_the_picture_buttons_name_their_format():
    assert [PictureButton(label="x", format=word).format for word in ("png", "svg")] == ["png", "svg"]
