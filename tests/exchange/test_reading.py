"""No value is changed on its way in: numbers of every country, identifiers, clocks, lines above."""

from datetime import date, time

import openpyxl
import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.exchange.files.reading import read_by_line

HEAD = "patient_id;week;visit_date;physician_global_cm;ck_xuln\n"


def written(place, text, name="visits.csv", encoding="utf-8"):
    path = place / name
    path.write_bytes(text.encode(encoding))
    return path


def sheet(place, *rows):
    book = openpyxl.Workbook()
    book.active.title = "visits"
    for row in rows:
        book.active.append(row)
    book.save(place / "visits.xlsx")
    return place / "visits.xlsx"


@pytest.mark.parametrize(
    ("cell", "decimal", "thousands", "number"),
    [
        ("1,5", ",", None, 1.5),
        ("1.234,5", ",", ".", 1234.5),
        ("1.234", ",", ".", 1234.0),
        ("12", ",", ".", 12.0),
        ("1,234.5", ".", ",", 1234.5),
        ("1\u00a0234,5", ",", " ", 1234.5),
        ("1\u2019234.5", ".", "'", 1234.5),
    ],
)
def test_numbers_are_read_in_the_way_that_is_named(cell, decimal, thousands, number, tmp_path):
    path = written(tmp_path, f'{HEAD}A;0;2026-01-01;3;"{cell}"\n')
    how = {"decimal": decimal, "thousands": thousands}
    assert mt.read_table(path, "visits", **how)["ck_xuln"].tolist() == [number]
    assert mt.read_table(path, **how)["ck_xuln"].tolist() == [number]
    made = mt.TableMapping("visits", [mt.ColumnMapping("x", "ck_xuln")], decimal=decimal, thousands=thousands or "")
    assert mt.apply_mapping(pd.DataFrame({"x": [cell]}), made)["ck_xuln"].tolist() == [number]


@pytest.mark.parametrize(
    ("cell", "decimal", "thousands", "hint"),
    [
        ("1.234", ",", None, r'thousands="\."'),
        ("1.234,5", ",", None, r'thousands="\."'),
        ("1.23", ",", ".", "in one way"),
        ("12.34,5", ",", ".", "not recorded"),
        ("1,234", ".", None, 'decimal=",", a comma between thousands'),
        ("1,5", ".", None, 'decimal=","'),
        ("<5", ".", None, "beyond a limit"),
        ("1800 U/L", ".", None, "write the number alone"),
        ("#DIV/0!", ".", None, "an error of the spreadsheet"),
        ("n.d.", ".", None, "missing="),
    ],
)
def test_no_number_is_guessed(cell, decimal, thousands, hint, tmp_path):
    """A point in a file of decimal commas was taken for a decimal point: 1.234 U/L became 1.2."""
    path = written(tmp_path, f'{HEAD}A;0;2026-01-01;3;"{cell}"\nB;0;2026-01-01;3;2\n')
    how = {"decimal": decimal, "thousands": thousands}
    with pytest.raises(mt.errors.WrongTypeError, match=hint):
        mt.read_table(path, "visits", **how)
    kept = mt.read_table(path, "visits", on_problem="keep", **how)
    [problem] = mt.validate(kept, "visits").query("column == 'ck_xuln'").to_dict("records")
    assert (problem["row"], problem["value"], problem["problem"]) == (0, cell, "not a number")
    made = mt.TableMapping("visits", [mt.ColumnMapping("x", "ck_xuln")], decimal=decimal, thousands=thousands or "")
    assert mt.apply_mapping(pd.DataFrame({"x": [cell, "2"]}), made)["ck_xuln"].tolist() == [cell, 2.0]


def test_texts_of_a_workbook_are_read_in_the_way_that_is_named(tmp_path):
    path = sheet(tmp_path, ["patient_id", "week", "haq_di"], ["A", 0, "1,5"], ["B", 0, 1.25])
    assert mt.read_table(path, "visits", decimal=",")["haq_di"].tolist() == [1.5, 1.25]


@pytest.mark.parametrize("options", [{"thousands": "x"}, {"thousands": ","}, {"thousands": ".", "decimal": "."}])
def test_two_signs_are_not_one(options, tmp_path):
    path = written(tmp_path, HEAD)
    with pytest.raises(mt.errors.OptionError, match="thousands"):
        mt.read_table(path, "visits", **({"decimal": ","} | options))


def test_an_identifier_is_a_text_whatever_it_looks_like(tmp_path):
    """1.1 and 1.10 were one patient, and of seventeen digits the last were lost."""
    path = written(tmp_path, "Patiëntnummer;Code;Week\n1.1;123456789012345678;0\n1.10;123456789012345679;0\n")
    table = mt.read_table(path)
    assert table["Patiëntnummer"].tolist() == ["1.1", "1.10"]
    assert table["Code"].tolist() == ["123456789012345678", "123456789012345679"]
    assert table["Week"].tolist() == [0, 0]
    floats = written(tmp_path, "value\n0.30000000000000004\n1.5\n")
    assert mt.read_table(floats)["value"].tolist() == [0.30000000000000004, 1.5]


def test_what_looks_empty_is_empty(tmp_path):
    path = written(tmp_path, HEAD + "A;0;2026-01-01; ;\u00a0\n ;;;;\nB;0;;\t;2\n")
    table = mt.read_table(path, "visits")
    assert table["patient_id"].tolist() == ["A", "B"]
    assert table["physician_global_cm"].isna().all()
    assert table["ck_xuln"].fillna(-1).tolist() == [-1, 2]
    path = sheet(tmp_path, ["patient_id", "week", "haq_di"], ["A", 0, " "], [" ", "\u00a0", None], ["B", 0, 1])
    assert mt.read_table(path, "visits")["week"].tolist() == [0, 0]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_they_do_anywhere(end, tmp_path):
    path = written(tmp_path, end.join(["patient_id;week", "A;0", "B;0", ""]))
    assert mt.read_table(path, "visits")["patient_id"].tolist() == ["A", "B"]


def test_excels_own_first_line_names_the_separator(tmp_path):
    path = written(tmp_path, "sep=,\r\npatient_id,week\r\nA,0\r\n")
    assert mt.read_table(path, "visits").to_numpy().tolist() == [["A", 0]]


def test_lines_above_the_heading_are_skipped_where_that_is_said(tmp_path):
    text = "Register 2026\n\npatient_id;week\nA;0\n"
    with pytest.raises(mt.errors.WrongTypeError, match="heading_line="):
        mt.read_table(written(tmp_path, text), "visits")
    assert mt.read_table(written(tmp_path, text), "visits", heading_line=3).to_numpy().tolist() == [["A", 0]]
    rows = (["Register"], [], ["", "", "Visit 1"], ["patient_id", "week", "haq_di"], ["A", 0, 1.5])
    with pytest.raises(mt.errors.WrongTypeError, match="heading_line="):
        mt.read_table(sheet(tmp_path, *rows), "visits")
    assert mt.read_table(sheet(tmp_path, *rows), "visits", heading_line=4).to_numpy().tolist() == [["A", 0, 1.5]]
    with pytest.raises(mt.errors.WrongTypeError, match="nothing from line 9"):
        mt.read_table(written(tmp_path, text), "visits", heading_line=9)


def test_a_message_names_the_line_that_a_person_sees(tmp_path):
    text = '\npatient_id;week;haq_di\n\nA;0;1\n;;\n"B\nb";0;1\nC;0;x\n'
    with pytest.raises(mt.errors.WrongTypeError, match="lines 8 of the file"):
        mt.read_table(written(tmp_path, text), "visits")
    table = read_by_line(written(tmp_path, text), "visits", on_problem="keep")
    assert (table.index + 2).tolist() == [4, 6, 8]
    path = sheet(tmp_path, [], ["patient_id", "week", "haq_di"], [], ["A", 0, 1], ["B", 0, "x"])
    with pytest.raises(mt.errors.WrongTypeError, match="lines 5 of the file"):
        mt.read_table(path, "visits")
    assert mt.read_table(path, "visits", on_problem="keep").index.tolist() == [0, 1]


def test_a_day_with_a_clock_is_that_day(tmp_path):
    days = ["2026-04-03 14:30", "2026-04-03T23:59:59.5", "2026-04-03T23:30:00+02:00", "2026-04-03T00:00:00Z"]
    path = written(tmp_path, HEAD + "".join(f"{place};0;{day};1;1\n" for place, day in enumerate(days)))
    assert mt.read_table(path, "visits")["visit_date"].tolist() == [pd.Timestamp("2026-04-03")] * 4


def test_a_clock_without_a_day_is_no_date(tmp_path):
    """It became the first day of 1900."""
    path = sheet(tmp_path, ["patient_id", "week", "visit_date"], ["A", 0, time(10, 30)])
    with pytest.raises(mt.errors.WrongTypeError, match="visit_date"):
        mt.read_table(path, "visits")


def test_day_numbers_of_excel_are_asked_for(tmp_path):
    path = sheet(tmp_path, ["patient_id", "week", "visit_date"], ["A", 0, 46115], ["B", 0, date(2026, 4, 3)])
    with pytest.raises(mt.errors.WrongTypeError, match=r'2026-04-03\? date_format="excel"'):
        mt.read_table(path, "visits")
    assert mt.read_table(path, "visits", date_format="excel")["visit_date"].tolist() == [pd.Timestamp("2026-04-03")] * 2
    path = written(tmp_path, HEAD + "A;0;46115;1;1\nB;0;46115.0;1;1\nC;0;2026-04-03;1;1\n")
    found = mt.read_table(path, "visits", date_format="excel")["visit_date"]
    assert found.tolist() == [pd.Timestamp("2026-04-03")] * 3
    with pytest.raises(mt.errors.WrongTypeError):  # Excel counts a day in 1900 that never was
        mt.read_table(written(tmp_path, HEAD + "A;0;60;1;1\n"), "visits", date_format="excel")


@pytest.mark.parametrize(
    ("column", "value"),
    [("visit_date", 46115), ("haq_di", True), ("infusion", 2), ("haq_di", pd.Timestamp(2026, 1, 1))],
)
def test_a_file_with_types_is_held_to_them(column, value, tmp_path):
    path = tmp_path / "visits.parquet"
    pd.DataFrame({"patient_id": ["A"], "week": [0], column: [value]}).to_parquet(path)
    with pytest.raises(mt.errors.WrongTypeError, match=column):
        mt.read_table(path, "visits")
    assert mt.validate(mt.read_table(path, "visits", on_problem="keep"), "visits")["column"].tolist() == [column]


def test_a_cell_of_several_values_is_refused(tmp_path):
    path = tmp_path / "visits.parquet"
    pd.DataFrame({"patient_id": [["A", "B"]], "week": [0]}).to_parquet(path)
    with pytest.raises(mt.errors.WrongTypeError, match="patient_id holds lists"):
        mt.read_table(path, "visits")


def test_zero_bytes_are_no_text(tmp_path):
    path = written(tmp_path, "patient_id;week\nA;0\n", encoding="utf-16-le")
    with pytest.raises(mt.errors.WrongTypeError, match="utf-16-le"):
        mt.read_table(path, "visits")
    assert mt.read_table(path, "visits", encoding="utf-16-le").to_numpy().tolist() == [["A", 0]]


def test_yes_and_no_in_other_words_are_not_called_missing(tmp_path):
    path = written(tmp_path, "patient_id;pregnant\nA;ja\n", "patients.csv")
    with pytest.raises(mt.errors.WrongTypeError, match="map your own words"):
        mt.read_table(path, "patients")


@pytest.mark.parametrize("cells", [["TRUE"], ["True", ""], ["true", "FALSE"], ["False", "False"]])
def test_yes_and_no_are_no_numbers_however_few(cells, tmp_path):
    """A column with nothing but TRUE in it was 1.0."""
    text = "patient_id;week;haq_di\n" + "".join(f"{place};0;{cell}\n" for place, cell in enumerate(cells))
    with pytest.raises(mt.errors.WrongTypeError, match=r"haq_di of visits\.csv holds"):
        mt.read_table(written(tmp_path, text), "visits")
    assert mt.read_table(written(tmp_path, text.replace(cells[0], "1.0")), "visits", missing=cells)["haq_di"][0] == 1


def test_an_index_that_repeats_is_no_obstacle():
    own = pd.DataFrame({"id": ["A", "B"], "x": ["1", "n.d."]}, index=[7, 7])
    mapping = mt.TableMapping("visits", [mt.ColumnMapping("id", "patient_id"), mt.ColumnMapping("x", "haq_di")])
    assert mt.apply_mapping(own, mapping)["haq_di"].tolist() == [1.0, "n.d."]
