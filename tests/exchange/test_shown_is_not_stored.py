"""What a person sees in a workbook is what is read, or she is told."""

import warnings
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

import myositis_tools as mt
from myositis_tools.errors import WrongTypeError
from myositis_tools.exchange.files.number_formats_of_cells import NumberFormat

Told = mt.errors.ReadingWarning


def workbook(tmp_path, rows, formats=(), change=None, name="t.xlsx"):
    """A workbook whose cells have the formats named by cell or column."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for where, form in dict(formats).items():
        cells = book.active[where] if where[-1].isdigit() else book.active[where][1:]
        for cell in cells if isinstance(cells, tuple) else [cells]:
            cell.number_format = form
    if change:
        change(book)
    book.save(tmp_path / name)
    return tmp_path / name


def rewritten(path, part, old, new):
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new)
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return path


def quietly(path, *arguments, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return mt.read_table(path, *arguments, **options)


# --------------------------------------------------------------------------------------------------------- percentages

FVC = ["patient_id", "screening_date", "fvc_percent_predicted"]


@pytest.mark.parametrize(
    ("held", "form", "read"),
    [(0.9, "0%", 90), (0.07, "0.0%", 7), (0.285, "0.00%", 28.5), (1, "0%", 100), (0, "0%", 0), (88, "0", 88),
     (88.5, "General", 88.5), (0.9, '0%" pred"', 90), (0.9, "[Red]0%", 90), (0.9, "0.0_)%", 90), (90, '0"%"', 90)],
)  # fmt: skip
def test_a_percentage_is_read_as_it_is_shown(held, form, read, tmp_path):
    path = workbook(tmp_path, [FVC, ["A", date(2024, 6, 1), held]], {"C2": form})
    if form == '0"%"':  # a sign beside the number changes nothing, but could have
        with pytest.warns(Told, match="with '%'"):
            assert mt.read_table(path, "screening")["fvc_percent_predicted"].tolist() == [read]
    else:
        assert quietly(path, "screening")["fvc_percent_predicted"].tolist() == [read]


def test_percentages_and_plain_numbers_of_one_column(tmp_path):
    """Twelve cells of percentages alone were warned of by a check; one plain number among them hid it."""
    day = date(2024, 6, 1)
    rows = [FVC, *[[f"P{n}", day, 0.9] for n in range(12)], ["Q", day, 88]]
    path = workbook(tmp_path, rows, {f"C{n}": "0%" for n in range(2, 14)})
    assert quietly(path, "screening")["fvc_percent_predicted"].tolist() == [90] * 12 + [88]


def test_a_percentage_where_none_is_known_is_told(tmp_path):
    rows = [["Patient", "FVC"], ["A", 0.9], ["B", 88]]
    with pytest.warns(Told, match="1 cell is read as the percentage.*90, which is held as 0.9.*'FVC', line 2"):
        assert mt.read_table(workbook(tmp_path, rows, {"B2": "0%"}))["FVC"].tolist() == [90, 88]
    rows = [["patient_id", "week", "ck_xuln"], ["A", 0, 9], ["B", 0, 1]]
    with pytest.warns(Told, match="2 cells are read as the number.*9, which the sheet shows as 900 %"):
        assert mt.read_table(workbook(tmp_path, rows, {"C": "0%"}), "visits")["ck_xuln"].tolist() == [9, 1]


def test_a_text_of_a_percentage_stays_refused(tmp_path):
    path = workbook(tmp_path, [FVC, ["A", date(2024, 6, 1), "85%"]])
    with pytest.raises(mt.errors.WrongTypeError, match="write the number alone"):
        mt.read_table(path, "screening")


# ----------------------------------------------------------------------------------- other formats that change a value


@pytest.mark.parametrize(
    ("held", "form", "said"),
    [(5000, "0,", "divided by 1,000"), (5_000_000, "0.0,,", "divided by 1,000,000"), (0, '0;-0;"n.d."', "n.d."),
     (0, "0;-0;;@", "as nothing"), (3, ";;;", "as nothing"), (0, "#", "as nothing"), (5, '0"0"', "with"),
     (5, '"<"0', "with '<'"), (-5, "0.00;[Red]0.00", "without its sign"), (5, "-0", "with '-'"),
     (1, '[=1]"yes";[=2]"no";0', "by a rule")],
)  # fmt: skip
def test_a_number_that_is_shown_as_another_is_told(held, form, said, tmp_path):
    path = workbook(tmp_path, [["patient_id", "value"], ["A", held]], {"B2": form})
    with pytest.warns(Told, match=f"read as stored.*shown.*{said}"):
        assert mt.read_table(path, "labs")["value"].tolist() == [held]


@pytest.mark.parametrize(
    "form",
    ["General", "0", "0.00", "#,##0", "#,##0.00", "0.0E+00", '0" cm"', "0.0 _)", "# ?/?", "@", "[$€-413] #,##0.00",
     "#,##0.00_);(#,##0.00)", '_(* #,##0_);_(* \\(#,##0\\);_(* "-"_);_(@_)', "[Blue]0.0;[Red]-0.0"],
)  # fmt: skip
@pytest.mark.parametrize("held", [1.5, 12, -3.25])
def test_other_formats_change_nothing_and_say_nothing(form, held, tmp_path):
    path = workbook(tmp_path, [["patient_id", "value"], ["A", held]], {"B2": form})
    assert quietly(path, "labs")["value"].tolist() == [held]
    assert quietly(path)["value"].tolist() == [held]


@pytest.mark.parametrize(
    ("held", "form", "read"),
    [(7, "00000", "00007"), (12, "0000", "0012"), (123456, "00000", "123456"), (7, '"P-"000', "P-007"),
     (12345, "000-000", "012-345"), (1.1, "0.00", "1.10"), (7, "0", "7"), (7, "General", "7"), (7.0, "0.00", "7")],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["visits", None])
def test_a_code_has_the_noughts_that_are_shown(held, form, read, kind, tmp_path):
    path = workbook(tmp_path, [["patient_id", "week"], [held, 4]], {"A2": form, "B2": "00"})
    table = quietly(path, kind)
    assert table["patient_id"].tolist() == [read]
    assert table["week"].astype("int64").tolist() == [4]


def test_a_code_under_an_unknown_heading_keeps_its_noughts(tmp_path):
    path = workbook(tmp_path, [["Code", "week"], [7, 0], [12, 0]], {"A": "00000"})
    assert quietly(path)["Code"].tolist() == ["00007", "00012"]


def test_more_digits_than_a_spreadsheet_keeps_are_told(tmp_path):
    path = workbook(tmp_path, [["patient_id", "week"], [123456789012345678, 0]])
    with pytest.warns(Told, match="more digits than the fifteen"):
        mt.read_table(path, "visits")


# --------------------------------------------------------------------------------------------------------------- dates

DATED = ["patient_id", "symptom_onset_date"]


@pytest.mark.parametrize(
    ("held", "form", "precision", "said"),
    [(date(2023, 6, 1), "mmm-yy", "month", "read as the month"), (date(2023, 1, 1), "yyyy", "year", "read as the year"),
     (date(2023, 6, 1), "mm/yyyy", "month", "read as the month"), (date(2023, 6, 17), "mmm-yy", "day", "the day"),
     (date(2023, 6, 17), "yyyy", "day", "the month and the day"), (date(2023, 6, 17), "d-mmm", "day", "the year"),
     (datetime(2023, 6, 17, 10, 30), "hh:mm", "day", "the year and the month and the day")],
)  # fmt: skip
def test_a_date_of_which_a_part_is_shown(held, form, precision, said, tmp_path):
    path = workbook(tmp_path, [DATED, ["A", held], ["B", date(2020, 2, 3)]], {"B2": form})
    with pytest.warns(Told, match=said):
        table = mt.read_table(path, "patients")
    assert table["symptom_onset_date"].dt.date.tolist() == [date(held.year, held.month, held.day), date(2020, 2, 3)]
    assert table.get("symptom_onset_date_precision", ["day"])[0] == precision


@pytest.mark.parametrize(
    "form", ["dd-mm-yyyy", "mm-dd-yy", "yyyy-mm-dd", "m/d/yy h:mm", "[$-F800]dddd, mmmm dd, yyyy", "d mmm yyyy;@"]
)
@pytest.mark.parametrize("date_format", [None, "%Y-%d-%m", "%d-%m-%Y", "excel"])
def test_a_whole_day_is_that_day(form, date_format, tmp_path):
    path = workbook(tmp_path, [DATED, ["A", date(2024, 3, 4)]], {"B2": form})
    assert quietly(path, "patients", date_format=date_format)["symptom_onset_date"][0].date() == date(2024, 3, 4)


@pytest.mark.parametrize("kind", ["visits", None])
def test_a_workbook_may_count_from_1904(kind, tmp_path):
    rows = [["patient_id", "week", "visit_date"], ["A", 0, 43830], ["B", 0, date(2024, 1, 1)], ["C", 0, "43830"]]
    path = workbook(tmp_path, rows, change=lambda book: setattr(book, "epoch", CALENDAR_MAC_1904))
    table = quietly(path, kind, **({"date_format": "excel"} if kind else {}))
    if not kind:
        columns = [mt.ColumnMapping(name, name) for name in table]
        table = mt.apply_mapping(table, mt.TableMapping("visits", columns, date_format="excel"))
    assert table["visit_date"].dt.date.tolist() == [date(2024, 1, 1)] * 3


@pytest.mark.parametrize("kind", ["visits", None])
def test_an_identifier_that_became_a_day_is_refused(kind, tmp_path):
    path = workbook(tmp_path, [["patient_id", "week"], [date(2024, 2, 1), 0], ["2-3", 0]])
    with pytest.raises(mt.errors.WrongTypeError, match=r"lines 2 of the file.*format Text"):
        mt.read_table(path, kind)


def test_a_number_that_no_calendar_has_as_a_day_stays_a_number(tmp_path):
    path = workbook(tmp_path, [DATED, ["A", 99_999_999], ["B", date(2020, 2, 3)]], {"B2": "yyyy-mm-dd"})
    with pytest.warns(Told), pytest.raises(mt.errors.WrongTypeError, match="99999999"):
        mt.read_table(path, "patients")


# -------------------------------------------------------------------------------------------- yes and no, and errors


def test_yes_and_no_of_a_cell(tmp_path):
    path = workbook(tmp_path, [["patient_id", "pregnant"], ["A", True], ["B", False], ["C", None]])
    assert quietly(path, "patients")["pregnant"].tolist()[:2] == [True, False]
    for name, kind in (("haq_di", "visits"), ("patient_id", "visits"), ("visit_date", "visits")):
        rows = [["patient_id", "week", name], ["A", 0, True]] if name != "patient_id" else [["patient_id"], [True]]
        with pytest.raises(mt.errors.WrongTypeError, match=f"{name} of t.xlsx holds True"):
            mt.read_table(workbook(tmp_path, rows), kind)


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?"])
@pytest.mark.parametrize("name", ["haq_di", "visit_date", "arm", "patient_id"])
def test_an_error_of_a_cell_is_refused_with_a_way_out(error, name, tmp_path):
    row = {"patient_id": "A", "week": 0, "haq_di": 1, "visit_date": date(2024, 1, 1), "arm": "x"} | {name: error}
    path = workbook(tmp_path, [list(row), list(row.values())])
    with pytest.raises(mt.errors.WrongTypeError, match="mend its formula"):
        mt.read_table(path, "visits")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an identifier that is emptied is told
        assert mt.read_table(path, "visits", missing=[error])[name].isna().all()


# ---------------------------------------------------------------------------------------- hidden, filtered, and merged


def visits(count=5):
    return [["patient_id", "week", "haq_di"], *[[f"P{n}", 0, 1] for n in range(count)]]


def test_hidden_rows_and_columns_are_read_and_told(tmp_path):
    def hide(book):
        for line in (3, 5):
            book.active.row_dimensions[line].hidden = True
        book.active.column_dimensions["C"].hidden = True

    with pytest.warns(Told) as said:
        table = mt.read_table(workbook(tmp_path, visits(), change=hide), "visits")
    assert len(table) == 5
    words = [str(one.message) for one in said]
    assert any("2 hidden rows" in text and "lines 3, 5" in text for text in words)
    assert any("1 hidden columns" in text and "haq_di" in text for text in words)
    assert {one.filename for one in said} == {__file__}


def test_a_filter_is_named(tmp_path):
    def hide(book):
        book.active.auto_filter.ref = "A1:C6"
        book.active.row_dimensions[4].hidden = True

    with pytest.warns(Told, match="1 hidden rows are read as well .a filter stands on A1:C6"):
        assert len(mt.read_table(workbook(tmp_path, visits(), change=hide), "visits")) == 5


def test_a_filter_that_hides_nothing_and_hidden_rows_elsewhere_say_nothing(tmp_path):
    def hide(book):
        book.active.auto_filter.ref = "A1:C6"
        book.active.row_dimensions[400].hidden = True
        book.active.column_dimensions["Z"].hidden = True

    assert len(quietly(workbook(tmp_path, visits(), change=hide), "visits")) == 5


def test_a_hidden_sheet_is_told(tmp_path):
    def hide(book):
        book.create_sheet("other")
        book.active = 1
        book.worksheets[0].sheet_state = "hidden"

    with pytest.warns(Told) as told:
        mt.read_table(workbook(tmp_path, visits(), change=hide), "visits")
    words = [str(one.message) for one in told]
    assert "is read, and 1 other sheet not: 'other'" in words[0]
    assert "is hidden" in words[1]


def test_an_identifier_that_runs_over_several_lines_stands_in_each(tmp_path):
    rows = [["patient_id", "week", "haq_di"], ["A", 0, 2], [None, 12, 1], [None, 24, 1], ["B", 0, 1]]
    path = workbook(tmp_path, rows, change=lambda book: book.active.merge_cells("A2:A4"))
    with pytest.warns(Told, match="1 merged cells of column 'patient_id' .*A2:A4"):
        table = mt.read_table(path, "visits")
    assert table["patient_id"].tolist() == ["A", "A", "A", "B"]


def test_a_merged_cell_keeps_its_format_in_each_line(tmp_path):
    rows = [["patient_id", "week", "visit_date"], [7, 0, date(2024, 3, 1)], [None, 12, None]]

    def merge(book):
        book.active.merge_cells("A2:A3")
        book.active.merge_cells("C2:C3")

    path = workbook(tmp_path, rows, {"A2": "00000", "C2": "mmm-yy"}, change=merge)
    with pytest.warns(Told):
        table = mt.read_table(path, "visits")
    assert table["patient_id"].tolist() == ["00007", "00007"]
    assert table["visit_date_precision"].tolist() == ["month", "month"]


def test_a_merge_over_columns_of_data_is_told(tmp_path):
    rows = [["patient_id", "week", "haq_di", "ck_xuln"], ["A", 0, 2, None], ["B", 0, 1, 1]]
    path = workbook(tmp_path, rows, change=lambda book: book.active.merge_cells("C2:D2"))
    with pytest.warns(Told, match=r"cover several columns.*C2:D2"):
        table = mt.read_table(path, "visits")
    assert table["ck_xuln"].isna().tolist() == [True, False]


def test_merges_above_and_beside_the_table_say_nothing(tmp_path):
    rows = [["Register", None, None], ["patient_id", "week", "haq_di"], ["A", 0, 1]]

    def merge(book):
        book.active.merge_cells("A1:C1")
        book.active.merge_cells("F3:F9")

    path = workbook(tmp_path, rows, change=merge)
    assert quietly(path, "visits", heading_line=2)["haq_di"].tolist() == [1]


# ------------------------------------------------------------------------------------------------- the file as a whole


def test_a_strict_workbook_says_how_to_save_it(tmp_path):
    usual = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strict = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
    path = rewritten(workbook(tmp_path, visits()), "xl/workbook.xml", usual, strict)
    with pytest.raises(mt.errors.WrongTypeError, match=r"Strict Open XML.*usual \.xlsx"):
        mt.read_table(path, "visits")


def test_a_workbook_without_styles_says_nothing(tmp_path):
    path = workbook(tmp_path, visits())
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    del parts["xl/styles.xml"]
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(kind, b"application/xml")
    with zipfile.ZipFile(path, "w") as book:
        for name, content in parts.items():
            book.writestr(name, content)
    assert len(quietly(path, "visits")) == 5


@pytest.mark.parametrize(
    ("written", "read"),
    [("one_x000D_\ntwo", "one\ntwo"), ("one_x000D_two", "one\ntwo"), ("a_x0009_b", "a\tb"),
     ("a_x005F_x0041_", "a_x0041_"), ("max_xyz", "max_xyz")],
)  # fmt: skip
def test_the_end_of_a_line_in_a_text(written, read, tmp_path):
    path = workbook(tmp_path, [["patient_id", "week", "arm"], ["A", 0, "PLACE"]])
    with zipfile.ZipFile(path) as book:
        shared = [name for name in book.namelist() if b"PLACE" in book.read(name)]
    path = rewritten(path, shared[0], b"PLACE", written.encode())
    assert quietly(path, "visits")["arm"].tolist() == [read]


def test_a_formula_whose_result_is_an_empty_text_is_an_empty_cell(tmp_path):
    path = workbook(tmp_path, [["patient_id", "week", "haq_di"], ["A", 0, 12345], ["B", 0, 1]])
    new = b'<c r="C2" t="str"><f>IF(A2="","","")</f><v></v></c>'
    path = rewritten(path, "xl/worksheets/sheet1.xml", b'<c r="C2" t="n"><v>12345</v></c>', new)
    assert quietly(path, "visits")["haq_di"].isna().tolist() == [True, False]


@pytest.mark.parametrize(
    ("code", "parts"),
    [("dd-mm-yyyy", "dmy"), ("mmm-yy", "my"), ("h:mm", "h"), ("[h]:mm", ""), ("mm:ss", "h"),
     ("d-m-yy h:mm AM/PM", "dhmy"), ("yyyy", "y"), ('0" day"', ""), ("0.00E+00", ""),
     ("General", ""), ("[$-413]d mmmm yyyy;@", "dmy")],
)  # fmt: skip
def test_the_parts_of_a_date_that_a_format_shows(code, parts):
    form = NumberFormat(code)
    shown = frozenset() if form.is_span else form.parts_of_a_date
    assert shown == frozenset(parts)


@pytest.mark.parametrize("cells", [[1, True, 2], [1.0, True], [True, 1], [0, False, 1.5], [2, 1, True]])
def test_a_yes_among_numbers_is_no_number_whatever_stands_before_it(cells, tmp_path):
    rows = [["patient_id", "week", "haq_di"], *(["A", week, cell] for week, cell in enumerate(cells))]
    with pytest.raises(WrongTypeError, match="haq_di"):
        mt.read_table(workbook(tmp_path, rows), "visits")
    kept = mt.read_table(workbook(tmp_path, rows))["haq_di"].tolist()
    assert [isinstance(cell, bool) for cell in kept] == [isinstance(cell, bool) for cell in cells]
