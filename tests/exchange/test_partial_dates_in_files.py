"""A month or a year in a file is never a day, and a way of writing dates that was named is never overruled."""

import warnings
from datetime import date

import openpyxl
import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.exchange.files.dates import read_dates

NOT_READ = (None, None)


def read_one(cell, date_format=None):
    dates, precisions = read_dates(pd.Series([cell], dtype=object), date_format)
    if pd.isna(dates[0]):
        return NOT_READ
    return dates[0].date(), precisions[0]


@pytest.mark.parametrize(
    ("cell", "date_format", "day", "precision"),
    [
        # a format without a day, or without a month
        ("06-2023", "%m-%Y", date(2023, 6, 1), "month"),
        ("2023/06", "%Y/%m", date(2023, 6, 1), "month"),
        ("202306", "%Y%m", date(2023, 6, 1), "month"),
        (202306, "%Y%m", date(2023, 6, 1), "month"),
        ("Jun 2023", "%b %Y", date(2023, 6, 1), "month"),
        ("June 2023", "%B %Y", date(2023, 6, 1), "month"),
        ("06/23", "%m/%y", date(2023, 6, 1), "month"),
        ("06/71", "%m/%y", date(1971, 6, 1), "month"),
        ("'23", "'%y", date(2023, 1, 1), "year"),
        ("2023", "%Y", date(2023, 1, 1), "year"),
        ("2023", "%m-%Y", date(2023, 1, 1), "year"),
        # two digits of a year, and four digits that are no year
        ("2405", "%y%m", date(2024, 5, 1), "month"),
        ("0519", "%m%y", date(2019, 5, 1), "month"),
        (519, "%m%y", date(2019, 5, 1), "month"),
        (506, "%y%m", date(2005, 6, 1), "month"),
        ("1955", "%m%y", None, None),
        ("2423", "%y%m", None, None),
        ("0519", None, None, None),
        # parts of a day where a format with a day was named
        ("06-2023", "%d-%m-%Y", date(2023, 6, 1), "month"),
        ("6-2023", "%d-%m-%Y", date(2023, 6, 1), "month"),
        ("06/2023", "%m/%d/%Y", date(2023, 6, 1), "month"),
        ("Jun 2023", "%d %b %Y", date(2023, 6, 1), "month"),
        ("2023.06", "%Y.%m.%d", date(2023, 6, 1), "month"),
        ("062023", "%d%m%Y", date(2023, 6, 1), "month"),
        ("2023-06", "%d-%m-%Y", date(2023, 6, 1), "month"),
        ("2023", "%d-%m-%Y", date(2023, 1, 1), "year"),
        ("2023", "%d-%m-%y", date(2023, 1, 1), "year"),
        ("2023", "%d%m%y", None, None),
        ("13-2023", "%d-%m-%Y", None, None),
        ("06-23", "%d-%m-%y", None, None),
        # what was named is not overruled
        ("2024-03-04", "%Y-%d-%m", date(2024, 4, 3), "day"),
        ("2024-27-05", "%Y-%d-%m", date(2024, 5, 27), "day"),
        ("2024-05-27", "%Y-%d-%m", None, None),
        ("2024-05-27", "%d-%m-%Y", date(2024, 5, 27), "day"),
        ("03/04/2024", "%m/%d/%Y", date(2024, 3, 4), "day"),
        ("27/04/2024", "%m/%d/%Y", None, None),
        (date(2024, 3, 4), "%Y-%d-%m", date(2024, 3, 4), "day"),
        (pd.Timestamp(2024, 3, 4), "%d-%m-%Y", date(2024, 3, 4), "day"),
        # numbers that a spreadsheet made of digits, with the nought before them lost
        (5062023, "%d%m%Y", date(2023, 6, 5), "day"),
        (1112023, "%d%m%Y", date(2023, 11, 1), "day"),
        ("1112023", "%d%m%Y", None, None),
        (20230605, "%Y%m%d", date(2023, 6, 5), "day"),
        (1955, None, date(1955, 1, 1), "year"),
        (1955.0, None, date(1955, 1, 1), "year"),
        (1955.5, None, None, None),
        (True, None, None, None),
        (46115, None, None, None),
        # clocks are of a day
        ("2023-06-05 14:30", None, date(2023, 6, 5), "day"),
        ("05-06-2023 00:00:00", "%d-%m-%Y", date(2023, 6, 5), "day"),
        ("2023-06T10:00", None, None, None),
        ("2024-05-31T23:30:00+02:00", None, date(2024, 5, 31), "day"),
        # no such day
        ("2020-02-60", None, None, None),
        ("31-02-2020", "%d-%m-%Y", None, None),
        ("UN-JAN-2024", "%d-%b-%Y", None, None),
    ],
)  # fmt: skip
def test_a_cell_is_what_it_says(cell, date_format, day, precision):
    assert read_one(cell, date_format) == (day, precision)


@pytest.mark.parametrize("date_format", ["%d-%m", "dd-mm-yyyy", "%H:%M"])
def test_a_format_without_a_year_is_refused(date_format, tmp_path):
    """Python takes 1900 for it."""
    (tmp_path / "v.csv").write_text("patient_id,week,visit_date\nA,0,17-06\n")
    with pytest.raises(mt.errors.OptionError, match="says no year"):
        mt.read_table(tmp_path / "v.csv", "visits", date_format=date_format)


def in_a_file(tmp_path, suffix, rows):
    head, *cells = rows
    path = tmp_path / f"t{suffix}"
    if suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
    elif suffix == ".parquet":
        pd.DataFrame(cells, columns=head).to_parquet(path)
    else:
        sign = "\t" if suffix == ".tsv" else ";"
        path.write_text("\n".join(sign.join(map(str, row)) for row in rows) + "\n")
    return path


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".txt", ".xlsx", ".parquet"])
@pytest.mark.parametrize(
    ("kind", "name"),
    [("patients", "symptom_onset_date"), ("patients", "screening_date"), ("patients", "birth_date"),
     ("visits", "visit_date"), ("medications", "start_date"), ("events", "date")],
)  # fmt: skip
def test_every_date_of_every_kind_of_file_has_its_precision(suffix, kind, name, tmp_path):
    path = in_a_file(tmp_path, suffix, [["patient_id", name], ["A", "06-2023"], ["B", "17-06-2023"], ["C", "2023"]])
    table = mt.read_table(path, kind, date_format="%d-%m-%Y")
    assert table[f"{name}_precision"].tolist() == ["month", "day", "year"]
    assert table[name].tolist() == [pd.Timestamp(2023, 6, 1), pd.Timestamp(2023, 6, 17), pd.Timestamp(2023, 1, 1)]
    own = mt.read_table(path)
    mapping = mt.TableMapping(
        kind, [mt.ColumnMapping("patient_id", "patient_id"), mt.ColumnMapping(name, name)], date_format="%d-%m-%Y"
    )
    assert mt.apply_mapping(own, mapping)[f"{name}_precision"].tolist() == ["month", "day", "year"]


def test_a_precision_that_the_file_gives_is_not_made_finer(tmp_path):
    rows = [["patient_id", "birth_date", "birth_date_precision"], ["A", "1955", "day"], ["B", "1960-05-01", "month"]]
    table = mt.read_table(in_a_file(tmp_path, ".csv", rows), "patients")
    assert table["birth_date_precision"].tolist() == ["year", "month"]


def test_a_year_that_is_a_number_is_that_year_in_a_workbook_too(tmp_path):
    """It was refused with a hint that made 8 May 1905 of it."""
    path = in_a_file(tmp_path, ".xlsx", [["patient_id", "birth_date"], ["A", 1955], ["B", date(1960, 1, 1)]])
    table = mt.read_table(path, "patients")
    assert table["birth_date"].tolist() == [pd.Timestamp(1955, 1, 1), pd.Timestamp(1960, 1, 1)]
    assert table["birth_date_precision"].tolist() == ["year", "day"]
    with pytest.warns(mt.errors.ReadingWarning, match="1955.*read as years"):
        table = mt.read_table(path, "patients", date_format="excel")
    assert table["birth_date"][0] == pd.Timestamp(1955, 1, 1)


def test_midnights_of_another_zone_are_told(tmp_path):
    text = "patient_id,week,visit_date\nA,0,2024-05-31T22:00:00Z\nB,0,2024-01-31T23:00:00Z\n"
    (tmp_path / "v.csv").write_text(text)
    with pytest.warns(mt.errors.ReadingWarning, match="the day before"):
        table = mt.read_table(tmp_path / "v.csv", "visits")
    assert table["visit_date"].tolist() == [pd.Timestamp(2024, 5, 31), pd.Timestamp(2024, 1, 31)]
    days = pd.to_datetime(["2024-05-31T22:00:00Z", "2024-01-31T23:00:00Z"])
    pd.DataFrame({"patient_id": ["A", "B"], "week": 0, "visit_date": days}).to_parquet(tmp_path / "v.parquet")
    with pytest.warns(mt.errors.ReadingWarning, match="the day before"):
        mt.read_table(tmp_path / "v.parquet", "visits")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (tmp_path / "v.csv").write_text(text.replace("23:00", "10:00"))
        mt.read_table(tmp_path / "v.csv", "visits")


def test_moments_of_a_zone_are_the_day_of_that_zone(tmp_path):
    days = pd.Series(pd.to_datetime(["2024-06-01", "2024-06-02"])).dt.tz_localize("Europe/Amsterdam")
    pd.DataFrame({"patient_id": ["A", "B"], "week": 0, "visit_date": days}).to_parquet(tmp_path / "v.parquet")
    table = mt.read_table(tmp_path / "v.parquet", "visits")
    assert table["visit_date"].tolist() == [pd.Timestamp(2024, 6, 1), pd.Timestamp(2024, 6, 2)]


@pytest.mark.parametrize("asked", [True, False])
def test_a_date_beyond_all_calendars_costs_no_more_than_itself(asked, tmp_path):
    pyreadstat = pytest.importorskip("pyreadstat")
    name = "visit_date" if asked else "modified"
    seconds = [13e9, 3e11, 13.1e9]
    frame = pd.DataFrame({"patient_id": ["A", "B", "C"], "week": [0.0, 0.0, 0.0], name: seconds})
    pyreadstat.write_sav(frame, str(tmp_path / "v.sav"), variable_format={name: "DATETIME20"})
    with pytest.warns(mt.errors.ReadingWarning, match=f"Column {name} of v.sav holds 1 date beyond"):
        table = mt.read_table(tmp_path / "v.sav", "visits", on_problem="keep")
    assert table["patient_id"].tolist() == ["A", "B", "C"]
    assert table[name][0].year == 1994
    assert table[name][1] == 3e11
    if asked:
        told = pytest.warns(mt.errors.ReadingWarning)
        with told, pytest.raises(mt.errors.WrongTypeError, match="lines 3 of the file"):
            mt.read_table(tmp_path / "v.sav", "visits")
