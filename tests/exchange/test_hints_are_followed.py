"""Each hint of a reader leads to a right result when it is followed: the option it names, and nothing else."""

import re
import warnings

import openpyxl
import pandas as pd
import pytest

import myositis_tools as mt

OPTION = re.compile(r"\b(decimal|thousands|date_format|encoding)=([\"'])(.*?)\2")


def refused(path, kind, **options):
    with pytest.raises(mt.errors.MyositisToolsError) as caught:
        mt.read_table(path, kind, **options)
    return str(caught.value).partition("Hint: ")[2] or str(caught.value)


def in_a_file(tmp_path, name, cell, suffix=".csv"):
    if suffix == ".xlsx":
        book = openpyxl.Workbook()
        book.active.append(["patient_id", "week", name])
        book.active.append(["A", 0, cell])
        book.save(tmp_path / "v.xlsx")
        return tmp_path / "v.xlsx"
    (tmp_path / "v.csv").write_text(f'patient_id;week;{name}\nA;0;"{cell}"\n', encoding="utf-8")
    return tmp_path / "v.csv"


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize(
    ("cell", "options", "number"),
    [("1,5", {}, 1.5), ("1.234,5", {}, 1234.5), ("1.234,5", {"decimal": ","}, 1234.5),
     ("1.234", {"decimal": ","}, 1234), ("1,234.5", {}, 1234.5), ("1 234,5", {}, 1234.5),
     ("1\u00a0234,5", {}, 1234.5), ("1'234.5", {}, 1234.5),
     ("1 234", {}, 1234), ("-1,25", {}, -1.25), ("1.234.567,5", {}, 1234567.5), ("12.345", {"decimal": ","}, 12345)],
)  # fmt: skip
def test_hints_for_numbers(cell, options, number, suffix, tmp_path):
    path = in_a_file(tmp_path, "ck_xuln", cell, suffix)
    hint = refused(path, "visits", **options)
    named = {name: value for name, _, value in OPTION.findall(hint)}
    assert named
    assert mt.read_table(path, "visits", **(options | named))["ck_xuln"].tolist() == [number]


def test_of_two_meanings_both_are_named(tmp_path):
    path = in_a_file(tmp_path, "ck_xuln", "1,234")
    hint = refused(path, "visits")
    found = {mt.read_table(path, "visits", **{name: value})["ck_xuln"][0] for name, _, value in OPTION.findall(hint)}
    assert found == {1.234, 1234.0}


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize(
    ("cell", "days"),
    [("31-12-2024", {"2024-12-31"}), ("12/31/2024", {"2024-12-31"}), ("03-04-2024", {"2024-04-03", "2024-03-04"}),
     ("3.4.24", {"2024-04-03", "2024-03-04"}), ("2024/12/31", {"2024-12-31"}),
     ("2024-3-4", {"2024-03-04", "2024-04-03"}),
     ("2024-27-05", {"2024-05-27"}), ("31 Dec 2024", {"2024-12-31"}), ("31-DEC-2024", {"2024-12-31"}),
     ("31DEC2024", {"2024-12-31"}), ("31 December 2024", {"2024-12-31"}), ("Dec 31, 2024", {"2024-12-31"}),
     ("Dec 2024", {"2024-12-01"}), ("December 2024", {"2024-12-01"}), ("12-2024", {"2024-12-01"}),
     ("12/2024", {"2024-12-01"}), ("2024/12", {"2024-12-01"}), ("20241231", {"2024-12-31"}),
     ("31122024", {"2024-12-31"}),
     ("202412", {"2024-12-01"}), ("31-12-2024 14:30", {"2024-12-31"}), ("46115", {"2026-04-03"})],
)  # fmt: skip
def test_hints_for_dates(cell, days, suffix, tmp_path):
    path = in_a_file(tmp_path, "visit_date", cell, suffix)
    hint = refused(path, "visits")
    named = [value for name, _, value in OPTION.findall(hint) if name == "date_format"]
    others = re.findall(r'\(or "([^"]+)"', hint)
    found = {str(mt.read_table(path, "visits", date_format=form)["visit_date"][0].date()) for form in (*named, *others)}
    assert found == days


@pytest.mark.parametrize("cell", ["2020-02-60", "31-02-2020", "2023-13", "45/45/2020", "2020-02-30"])
@pytest.mark.parametrize("date_format", [None, "%d-%m-%Y"])
def test_a_day_that_is_none_is_not_called_a_way_of_writing(cell, date_format, tmp_path):
    """The hint named pandas.to_datetime, which reads it no better."""
    hint = refused(in_a_file(tmp_path, "visit_date", cell), "visits", date_format=date_format)
    assert "no such day" in hint
    assert "date_format" not in hint


@pytest.mark.parametrize("cell", [1905, 1955, 2023, 2099])
def test_a_year_is_never_called_a_day_number(cell, tmp_path):
    for suffix in (".csv", ".xlsx"):
        table = mt.read_table(in_a_file(tmp_path, "visit_date", cell, suffix), "visits")
        assert table["visit_date"][0].year == cell
        assert table["visit_date_precision"].tolist() == ["year"]


@pytest.mark.parametrize(("name", "cell"), [("ck_xuln", "n.d."), ("visit_date", "onbekend"), ("haq_di", "#N/A")])
def test_words_are_named_as_not_recorded(name, cell, tmp_path):
    path = in_a_file(tmp_path, name, cell)
    assert "missing=[...]" in refused(path, "visits")
    assert mt.read_table(path, "visits", missing=[cell])[name].isna().all()
    assert mt.read_table(path, "visits", missing={name: [cell]})[name].isna().all()


@pytest.mark.parametrize("column", ["visit_date", "haq_di"])
def test_the_same_hints_stand_in_what_is_listed(column, tmp_path):
    path = in_a_file(tmp_path, column, "31-12-2024" if column == "visit_date" else "1,5")
    kept = mt.read_table(path, "visits", on_problem="keep")
    [hint] = mt.validate(kept, "visits").query("column == @column")["hint"]
    named = {name: value for name, _, value in OPTION.findall(hint)}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(mt.validate(mt.read_table(path, "visits", **named), "visits").query("column == @column")) == 0


# ------------------------------------------------------------------------------------------- encodings and their marks

TEXT = "patient_id;week;arm\nZoë;0;één\n"


@pytest.mark.parametrize(
    ("written", "given"),
    [("utf-8-sig", None), ("utf-8-sig", "utf-8"), ("utf-8-sig", "UTF8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", None),
     ("utf-16", "utf-16"), ("utf-16", "utf-16-le"), ("utf-32", None), ("utf-8", None), ("cp1252", "cp1252"),
     ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be")],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["visits", None])
def test_the_first_heading_is_what_a_person_sees(written, given, kind, tmp_path):
    (tmp_path / "v.csv").write_bytes(TEXT.encode(written))
    table = mt.read_table(tmp_path / "v.csv", kind, encoding=given)
    assert table.columns.tolist() == ["patient_id", "week", "arm"]
    assert table["patient_id"].tolist() == ["Zoë"]


@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("mark", ["\ufeff\ufeff", "\ufeff\u200b", "\u200b"])
def test_signs_that_nobody_sees_are_no_part_of_a_heading(mark, quote, tmp_path):
    text = f"{mark[0]}{quote}{mark[1:]}patient_id{quote};week\nA;0\n"
    (tmp_path / "v.csv").write_text(text, encoding="utf-8")
    assert mt.read_table(tmp_path / "v.csv", "visits").columns.tolist() == ["patient_id", "week"]


@pytest.mark.parametrize(
    ("written", "given", "right"),
    [("utf-8-sig", "cp1252", "utf-8"), ("utf-8-sig", "utf-16-le", "utf-8"), ("utf-16", "utf-8", "utf-16"),
     ("utf-16", "cp1252", "utf-16"), ("utf-8-sig", "latin-1", "utf-8"), ("utf-16", "utf-16-be", "utf-16")],
)  # fmt: skip
def test_an_encoding_that_the_mark_contradicts_is_refused(written, given, right, tmp_path):
    (tmp_path / "v.csv").write_bytes(TEXT.encode(written))
    with pytest.raises(mt.errors.OptionError, match="says of itself") as caught:
        mt.read_table(tmp_path / "v.csv", "visits", encoding=given)
    [(_, _, named)] = [found for found in OPTION.findall(str(caught.value)) if found[2] != given]
    assert named == right
    for encoding in (named, None):
        assert mt.read_table(tmp_path / "v.csv", "visits", encoding=encoding)["patient_id"].tolist() == ["Zoë"]


def test_the_hint_for_letters_of_windows_is_followed(tmp_path):
    (tmp_path / "v.csv").write_bytes(TEXT.encode("cp1252"))
    [(_, _, named)] = OPTION.findall(refused(tmp_path / "v.csv", "visits"))
    assert mt.read_table(tmp_path / "v.csv", "visits", encoding=named)["arm"].tolist() == ["één"]


def test_a_hint_of_excel_in_a_column_of_a_frame_is_still_given():
    frame = pd.DataFrame({"patient_id": ["A"], "week": [0], "visit_date": ["31-12-2024"]})
    assert "date_format" in mt.validate(frame, "visits")["hint"][0]
