"""Where a table lies in a file is found, said, agreed to and read: and never applied without a word."""

from dataclasses import fields

import openpyxl
import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.errors import DuplicateRowError, MappingError, MissingColumnError, OptionError, WrongTypeError
from myositis_tools.exchange.layout.layout_words import is_total, week_named, weekly_headings
from myositis_tools.exchange.layout.table_layout import TableLayout
from myositis_tools.exchange.mapping.known_words import says_not_recorded
from tests.exchange.centre_workbooks import cohort, long_workbook, sheet_a_visit, wide_workbook


def is_the_cohort(tables):
    """Whether tables hold the cohort of which the workbooks are made, every value of it."""
    patients, visits = cohort()
    for truth, found, keys in (
        (patients, tables["patients"], ["patient_id"]),
        (visits, tables["visits"], ["patient_id", "week"]),
    ):
        found = found.sort_values(keys).reset_index(drop=True)[truth.columns]
        truth = truth.sort_values(keys).reset_index(drop=True)
        for name in truth.columns:
            pd.testing.assert_series_equal(found[name], truth[name], check_dtype=False, check_exact=False, rtol=1e-12)
    return True


@pytest.mark.parametrize("make", [long_workbook, wide_workbook, sheet_a_visit])
def test_the_workbooks_of_a_centre_are_read_as_they_were_meant(make, tmp_path):
    path = make(tmp_path / "ours.xlsx")
    found = mt.io.suggest_file(path)
    assert found.questions == ()
    assert is_the_cohort(found.mapping.read(path))
    again = mt.io.read_file_mapping(found.mapping.save(tmp_path / "ours.toml"))
    assert again == found.mapping
    assert is_the_cohort(again.read(path))
    assert mt.io.read_file_mapping(found.mapping.save(tmp_path / "ours.json")) == found.mapping


@pytest.mark.parametrize(
    "heading",
    [
        "{measure} wk{week}",
        "{measure} week {week}",
        "{measure}_{week}",
        "wk{week} {measure}",
        "W{week}_{measure}",
        "{measure} ({week} weken)",
        "{measure}_w{week}",
        "Woche {week}: {measure}",
        "{measure} S{week}",
    ],
)
def test_headings_that_name_a_week_in_many_ways(heading, tmp_path):
    path = wide_workbook(tmp_path / "ours.xlsx", heading)
    if "S{week}" in heading:  # a letter that no language has for a week: told, and never guessed
        assert "visits" not in mt.io.suggest_file(path).mapping.kinds
        return
    assert is_the_cohort(mt.io.suggest_file(path).mapping.read(path))


def test_a_month_is_no_week_until_the_person_says_which(tmp_path):
    path = tmp_path / "visits.csv"
    path.write_text("Pat.nr,HAQ bl,HAQ 3 mnd\nA,1.5,0.5\n", encoding="utf-8")
    asked = mt.io.suggest_file(path, "visits")
    assert asked.questions == ("Which week is '3 mnd', which headings name? weeks= says it.",)
    told = mt.io.suggest_file(path, "visits", weeks={"3 mnd": 13})
    assert told.questions == ()
    assert told.mapping.read(path)["visits"].to_numpy().tolist() == [["A", 0, 1.5], ["A", 13, 0.5]]


def book(path, **sheets):
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def test_groups_above_and_units_below_the_headings_belong_to_them(tmp_path):
    rows = [
        ["Our cohort"],
        [None, "Baseline", None, "Week 12", None],
        ["Patient", "VAS physician", "HAQ", "VAS physician", "HAQ"],
        [None, "mm", "0-3", "mm", "0-3"],
        ["A", 61, 1.5, 30, 0.5],
        ["B", 55, 2.0, 41, 1.0],
    ]
    path = book(tmp_path / "ours.xlsx", Data=rows)
    found = mt.io.suggest_file(path)
    made = found.mapping.read(path)["visits"]
    assert made[["patient_id", "week", "physician_global_cm", "haq_di"]].to_numpy().tolist() == [
        ["A", 0, 6.1, 1.5],
        ["A", 12, 3.0, 0.5],
        ["B", 0, 5.5, 2.0],
        ["B", 12, 4.1, 1.0],
    ]
    said = " ".join(found.found)
    assert "lines 2 and 3" in said
    assert "Line 4 holds units" in said


def test_sheets_whose_names_are_no_weeks_are_asked_about(tmp_path):
    rows = [["Patient", "HAQ", "MMT8 (0-150)"], ["A", 1.5, 120], ["B", 1.0, 130]]
    path = book(tmp_path / "ours.xlsx", **{"Visite 1": rows, "Visite 2": [["Title"], *rows]})
    asked = mt.io.suggest_file(path, "visits")
    assert asked.questions == ("Which week is sheet 'Visite 1', 'Visite 2'? weeks= says it.",)
    told = mt.io.suggest_file(path, "visits", weeks={"Visite 1": 0, "Visite 2": 12})
    assert told.questions == ()
    made = told.mapping.read(path)["visits"]
    assert made[["patient_id", "week", "haq_di"]].to_numpy().tolist() == [
        ["A", 0, 1.5],
        ["B", 0, 1.0],
        ["A", 12, 1.5],
        ["B", 12, 1.0],
    ]
    assert mt.io.read_file_mapping(told.mapping.save(tmp_path / "m.toml")) == told.mapping


def test_a_patient_named_once_is_the_patient_of_the_lines_below(tmp_path):
    rows = [["Patient", "Week", "HAQ"], ["A", 0, 1.5], [None, 12, 1.0], [None, 24, 0.5], ["B", 0, 2.0], [None, 12, 1.0]]
    path = book(tmp_path / "visits.xlsx", visits=rows)
    found = mt.io.suggest_file(path)
    assert found.mapping.read(path)["visits"]["patient_id"].tolist() == ["A", "A", "A", "B", "B"]
    assert any("named once" in sentence for sentence in found.found)


def test_what_rows_of_visits_say_of_a_patient_becomes_her_row_and_a_contradiction_stays_in_sight(tmp_path):
    head = ["Patient", "Sex", "Date of birth", "Week", "HAQ"]
    rows = [["A", "f", "1980-01-31", 0, 1.5], ["A", None, "1980-01-31", 12, 1.0], ["B", "m", "1970-05-02", 0, 2.0]]
    path = book(tmp_path / "ours.xlsx", Data=[head, *rows])
    found = mt.io.suggest_file(path)
    made = found.mapping.read(path)
    assert made["patients"][["patient_id", "sex"]].to_numpy().tolist() == [["A", "female"], ["B", "male"]]
    assert len(made["visits"]) == 3
    path = book(tmp_path / "ours.xlsx", Data=[head, *rows, ["B", "f", "1970-05-02", 12, 1.0]])
    made = found.mapping.read(path)["patients"]
    assert made["patient_id"].tolist() == ["A", "B", "B"]
    assert "error" in mt.validate(made, "patients")["severity"].tolist()


@pytest.mark.parametrize(
    ("cells", "date_format", "asked"),
    [
        (["31-12-2023", "01-02-2024"], "%d-%m-%Y", 0),
        (["12/31/2023", "01/02/2024"], "%m/%d/%Y", 0),
        (["31.12.23", "01.02.24"], "%d.%m.%y", 0),
        (["01-02-2024", "03-04-2024"], "", 1),
        (["31-12-2023", "12-31-2023"], "", 1),
        (["2023-12-31", "2024-02-01"], "", 0),
    ],
)
def test_the_order_of_dates_is_read_from_a_day_above_twelve_or_asked(cells, date_format, asked, tmp_path):
    path = tmp_path / "visits.csv"
    path.write_text("patient,week,visit date\n" + "".join(f"A,{week},{day}\n" for week, day in enumerate(cells)))
    found = mt.io.suggest_file(path, "visits")
    assert found.mapping.tables[0].mapping.date_format == date_format
    assert len(found.questions) == asked
    if asked:
        told = mt.io.suggest_file(path, "visits", date_format="%d-%m-%Y")
        assert told.mapping.tables[0].mapping.date_format == "%d-%m-%Y"
        assert told.questions == ()


@pytest.mark.parametrize(
    ("cells", "decimal", "asked"),
    [(["1,5", "2"], ",", 0), (["1.5", "2"], ".", 0), (["1,5", "2.25"], ".", 1), (["1,500", "2"], ".", 1)],
)
def test_the_decimal_sign_is_read_from_cells_that_can_be_one_thing_only(cells, decimal, asked, tmp_path):
    path = tmp_path / "visits.csv"
    path.write_text("patient;week;HAQ\n" + "".join(f"A;{week};{cell}\n" for week, cell in enumerate(cells)))
    found = mt.io.suggest_file(path, "visits")
    assert (found.mapping.tables[0].mapping.decimal, len(found.questions)) == (decimal, asked)


def test_a_text_file_of_excel_on_windows(tmp_path):
    path = tmp_path / "ours.csv"
    path.write_bytes("Cohorte été;;\nPatient;Semaine;EVA médecin (mm)\nA;0;61\nTotal;;61\n".encode("cp1252"))
    found = mt.io.suggest_file(path, "visits")
    assert found.mapping.read(path)["visits"].to_numpy().tolist() == [["A", 0, 6.1]]
    assert "cp1252" in found.found[0]


@pytest.mark.parametrize("word", ["Totaal", "Total:", "Summe", "Gemiddelde (n=14)", "Moyenne", "media", "N", "SD"])
def test_totals_are_no_patients(word):
    assert is_total(word)


@pytest.mark.parametrize("word", ["T01", "P001", "N12", "Summers", "n 12", 14, None, "Meanwell"])
def test_patients_are_no_totals(word):
    assert not is_total(word)


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("HAQ wk12", 12),
        ("HAQ_w0", 0),
        ("week 4", 4),
        ("VAS (12 weeks)", 12),
        ("HAQ 3 mnd", None),
        ("HAQ M6", None),
        ("Visit 2", None),
        ("HAQ baseline", 0),
        ("nulmeting HAQ", 0),
        ("S4 semaine 4", 4),
    ],
)
def test_a_text_names_a_week_or_says_when_without_one(text, week):
    assert week_named(text).week == week


@pytest.mark.parametrize("text", ["mmt8_150", "MMT8", "ck_u_l", "mmt26_260", "Weight", "VAS mm", "DAS 20"])
def test_a_number_of_an_instrument_is_no_week(text):
    assert week_named(text) is None


def test_items_of_a_questionnaire_are_no_visits():
    assert weekly_headings([f"HAQ {item}" for item in range(1, 21)], {}) == {}
    assert weekly_headings(["mmt8_150", "mmt8_80", "mmt26_260"], {}) == {}


def test_a_sign_is_not_recorded_among_numbers_alone(tmp_path):
    assert says_not_recorded("-")
    path = tmp_path / "patients.csv"
    path.write_text("patient,antibody,age\nA,-,54\nB,anti-Jo-1,-\nC,anti-Mi-2,61\n")
    found = mt.io.suggest_file(path)
    table = found.mapping.read(path)["patients"]
    assert table["age_years"].isna().tolist() == [False, True, False]
    assert table["antibody"].tolist()[0] == "-"


def test_everything_that_is_done_to_a_file_is_said(tmp_path):
    """Each field of a layout that is not as usual has its sentence."""
    words = {
        "heading_line": "stand on line",
        "sheets": "sheet",
        "leave_out": "left out",
        "weeks": "name a week",
        "one_row": "one row of patients",
        "fill_down": "named once",
        "group_line": "stand on lines",
        "unit_line": "units",
        "separator": "",
        "encoding": "",
        "query": "",
    }
    assert set(words) == {one.name for one in fields(TableLayout)}
    for make in (long_workbook, wide_workbook, sheet_a_visit):
        found = mt.io.suggest_file(make(tmp_path / "ours.xlsx"))
        said = " ".join(found.found).lower()
        for table in found.mapping.tables:
            usual = TableLayout()
            changed = [name for name in words if getattr(table.layout, name) != getattr(usual, name)]
            assert [name for name in changed if words[name] not in said] == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[[tables]]\nkind = "visits"\nsheets = "Visits"\n', 'sheets = ["Visits"]'),
        ('kind = "visits"\nheading_line = "five"\n', "the number of a line"),
        ('kind = "visits"\nweeks = { "wk0" = "zero" }\n', "a whole number of weeks"),
        ('kind = "visits"\nsheets = { "A" = 0, "B" = true }\n', "a whole number of weeks"),
        ('[[tables]]\nkind = "visits"\n[[tables]]\nkind = "visits"\n', "one table of each kind"),
        ('kind = "visits"\n[[tables]]\nkind = "patients"\n', "[[tables]] with kind"),
        ("tables = 3\n", "[[tables]] with kind"),
        ('kind = "visits"\nhead_line = 5\n', "head_line"),
        ("kind = \n", "cannot be read as TOML"),
    ],
)
def test_a_mistake_in_the_file_is_said_in_the_words_of_the_file(text, words, tmp_path):
    path = tmp_path / "ours.toml"
    path.write_text(text)
    with pytest.raises(MappingError) as refused:
        mt.io.read_file_mapping(path)
    assert words in str(refused.value)


def test_a_file_without_a_table_says_what_was_seen(tmp_path):
    path = book(tmp_path / "ours.xlsx", Notes=[["Dear", "all"], ["see", "you"]])
    with pytest.raises(WrongTypeError, match="No table of patients is recognised"):
        mt.io.suggest_file(path)
    path = book(tmp_path / "ours.xlsx", Data=[["HAQ", "CK"], [1.5, 9]])
    with pytest.raises(MissingColumnError, match="No heading names the patients"):
        mt.io.suggest_file(path, "visits")


def test_two_headings_of_one_week_are_refused(tmp_path):
    path = book(tmp_path / "ours.xlsx", Data=[["Patient", "HAQ bl", "HAQ wk0", "HAQ wk12"], ["A", 1, 2, 3]])
    with pytest.raises(DuplicateRowError, match="the same measure and week"):
        mt.io.suggest_file(path, "visits")


def test_words_of_one_column_belong_to_the_table_that_has_it(tmp_path):
    rows = {"Visits": [["Patient", "Week", "HAQ"], ["A", 0, 9], ["A", 12, 1.5]]}
    rows["Patients"] = [["Patient", "Sex", "Age"], ["A", "f", 54], ["B", "m", 9]]
    path = book(tmp_path / "ours.xlsx", **rows)
    found = mt.io.suggest_file(path, missing={"HAQ": ["9"]}).mapping.read(path)
    assert found["visits"]["haq_di"].isna().tolist() == [True, False]
    assert found["patients"]["age_years"].tolist() == [54, 9]
    with pytest.raises(OptionError, match="a heading that is not there: 'HAG'"):
        mt.io.suggest_file(path, missing={"HAG": ["9"]})
