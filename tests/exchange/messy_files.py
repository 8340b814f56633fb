"""Files as people hand them over: what each is, how it is read, and the problems that are expected in it."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl

HEAD = "patient_id,week,visit_date,physician_global_cm,haq_di,mmt8_150,ck_xuln"
ROWS = ("A,0,2024-01-01,6.0,1.5,100,9.0", "A,12,2024-03-25,3.0,0.5,120,1.0", "B,0,2024-02-01,5.0,2.0,90,12.0")


@dataclass(frozen=True)
class Messy:
    """One file.

    `problems` are (row, column, problem) of `validate`; `refused` is a part of the message of the error instead.
    """

    name: str
    make: Callable[[Path], None]
    problems: tuple[tuple[int | None, str, str], ...] = ()
    refused: str = ""
    kind: str = "visits"
    suffix: str = ".csv"
    options: dict[str, Any] = field(default_factory=dict)


def text(*lines: str, encoding: str = "utf-8", end: str = "\n") -> Callable[[Path], None]:
    return lambda path: path.write_bytes((end.join(lines) + end).encode(encoding))


def changed(place: int, line: str) -> Callable[[Path], None]:
    return text(HEAD, *[line if at == place else row for at, row in enumerate(ROWS)])


def book(rows: list[list[Any]], title: str = "Sheet1", **others: list[list[Any]]) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        made = openpyxl.Workbook()
        made.active.title = title
        for name, cells in {title: rows, **others}.items():
            sheet = made[name] if name in made.sheetnames else made.create_sheet(name)
            for row in cells:
                sheet.append(row)
        made.save(path)

    return make


def archive(**parts: bytes) -> Callable[[Path], None]:
    """A workbook with more in it than it should have."""

    def make(path: Path) -> None:
        SHEET(path)
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as more:
            for name, content in parts.items():
                more.writestr(name.replace("__", "/"), content)

    return make


def bomb(path: Path) -> None:
    SHEET(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as more, more.open("xl/worksheets/sheet9.xml", "w") as part:
        for _ in range(64):
            part.write(bytes(1024**2))


def cell_far_away(path: Path) -> None:
    """The last cell of all that a sheet can have: a table of what lies between would fill any machine."""
    SHEET(path)
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", cell)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)


def declaring(path: Path) -> None:
    SHEET(path)
    with zipfile.ZipFile(path, "a") as more:
        entity = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'
        more.writestr("xl/worksheets/sheet7.xml", entity)


CELLS = [HEAD.split(","), ["A", 0, date(2024, 1, 1), 6, 1.5, 100, 9], ["A", 12, date(2024, 3, 25), 3, 0.5, 120, 1]]
SHEET = book(CELLS, "visits")
LEGEND = [["heading", "column"], ["Patiënt", "patient_id"], ["Weken", "week"], ["HAQ", "haq_di"]]

MESSY = (
    # what is merely written otherwise
    Messy("clean", text(HEAD, *ROWS)),
    Messy("semicolons", text(*(line.replace(",", ";") for line in (HEAD, *ROWS)))),
    Messy("tabs", text(*(line.replace(",", "\t") for line in (HEAD, *ROWS))), suffix=".tsv"),
    Messy("bars", text(*(line.replace(",", "|") for line in (HEAD, *ROWS))), suffix=".txt"),
    Messy("decimal_commas", text(*(line.replace(",", ";").replace(".", ",") for line in (HEAD, *ROWS))),
          options={"decimal": ","}),
    Messy("windows_lines", text(HEAD, *ROWS, end="\r\n")),
    Messy("byte_order_mark", text(HEAD, *ROWS, encoding="utf-8-sig")),
    Messy("utf_16", text(HEAD, *ROWS, encoding="utf-16")),
    Messy("windows_letters", text(HEAD.replace("week", "week,arm"), "Zoë,0,été,2024-01-01,6,1,100,9",
          encoding="cp1252"),
          options={"encoding": "cp1252"}),
    Messy("empty_lines", text("", HEAD, "", *ROWS, "")),
    Messy("spaces_in_headings", text(HEAD.replace(",", " , "), *ROWS)),
    Messy("dutch_dates", changed(0, "A,0,1-1-2024,6,1.5,100,9"), options={"date_format": "%d-%m-%Y"}),
    Messy("words_for_missing", changed(0, "A,0,2024-01-01,n.d.,1.5,-99,9"), options={"missing": ["n.d.", "-99"]}),
    Messy("quoted_cells", changed(0, '"A ""one""",0,2024-01-01,"6.0",1.5,100,9'), ((1, "week", "no baseline visit"),)),
    Messy("a_separator_at_the_end", text(HEAD + ",", *(row + "," for row in ROWS))),
    Messy("html_in_an_identifier", text(HEAD, "<script>alert(1)</script>,0,2024-01-01,6,1,100,9")),
    Messy("a_formula_as_identifier", text(HEAD, "=1+1,0,2024-01-01,6,1,100,9")),
    Messy("workbook", SHEET, suffix=".xlsx"),
    Messy("dates_with_a_clock", book([CELLS[0], ["A", 0, datetime(2024, 1, 1, 9, 30), 6, 1.5, 100, 9]]),
          suffix=".xlsx"),
    Messy("second_sheet", book([["see the second"]], "Read me", Data=CELLS), suffix=".xlsx", options={"sheet": "Data"}),
    Messy("legend", book([["Patiënt", "Weken", "HAQ"], ["A", 0, 1.5]], "Data", Legend=LEGEND), suffix=".xlsx",
          options={"sheet": "Data", "legend": "Legend"}),
    Messy("identifiers_as_numbers", book([["patient_id", "week"], [7, 0], [8, 0]]), suffix=".xlsx"),
    Messy("empty_rows_around", book([[None] * 3, [None, "patient_id", "week"], [None, "A", 0], [None] * 3]),
          suffix=".xlsx"),
    # what is wrong with the data, cell by cell
    Messy("millimetres", text(HEAD, "A,0,2024-01-01,60,1,100,9", "A,12,2024-03-25,30,0.5,120,1"),
          ((0, "physician_global_cm", "out of range"), (1, "physician_global_cm", "out of range"))),
    Messy("decimal_commas_unread", text(*(line.replace(",", ";").replace(".", ",") for line in (HEAD, *ROWS))),
          tuple((row, name, "not a number") for row in range(3) for name in ("physician_global_cm", "haq_di",
          "ck_xuln"))),
    Messy("words_unread", changed(1, "A,12,2024-03-25,not done,0.5,120,>100"),
          ((1, "physician_global_cm", "not a number"), (1, "ck_xuln", "not a number"))),
    Messy("dutch_dates_unread", changed(0, "A,0,1-1-2024,6,1.5,100,9"), ((0, "visit_date", "not a date"),)),
    Messy("a_day_that_is_not", changed(0, "A,0,2024-02-30,6,1.5,100,9"), ((0, "visit_date", "not a date"),)),
    Messy("a_visit_twice", text(HEAD, ROWS[0], *ROWS), ((0, "week", "row stands twice"),
          (1, "week", "row stands twice"))),
    Messy("no_baseline", text(HEAD, *ROWS[1:]), ((0, "week", "no baseline visit"),)),
    Messy("no_identifier", changed(2, ",0,2024-02-01,5.0,2.0,90,12.0"), ((2, "patient_id", "empty identifier"),)),
    Messy("negative", changed(0, "A,0,2024-01-01,-1,1.5,100,9"), ((0, "physician_global_cm", "out of range"),)),
    Messy("half_a_week", changed(1, "A,12.5,2024-03-25,3,0.5,120,1"), ((1, "week", "not a whole number"),)),
    Messy("units_per_litre", changed(0, "A,0,2024-01-01,6,1.5,100,1800"),
          ((0, "ck_xuln", "suspicious unit"), (1, "ck_xuln", "implausible change"))),
    Messy("another_century", changed(0, "A,0,1824-01-01,6,1.5,100,9"),
          ((0, "visit_date", "date not plausible"), (0, "visit_date", "week and date disagree"),
           (1, "visit_date", "week and date disagree"))),
    Messy("dates_exchanged", changed(1, "A,12,2023-12-25,3.0,0.5,120,1.0"),
          ((1, "visit_date", "dates out of order"),)),
    Messy("misspelled_heading", text(HEAD.replace("physician_", "phisician_"), *ROWS),
          ((None, "phisician_global_cm", "column not known"),)),
    Messy("no_week", text("patient_id,haq_di", "A,1"), ((None, "week", "column missing"),)),
    Messy("infinite", changed(0, "A,0,2024-01-01,inf,1.5,100,9"), ((0, "physician_global_cm", "out of range"),)),
    Messy("an_error_of_excel", book([["patient_id", "week", "haq_di"], ["A", 0, "#DIV/0!"]]),
          ((0, "haq_di", "not a number"),), suffix=".xlsx"),
    Messy("a_date_where_a_number_belongs",
          book([["patient_id", "week", "haq_di"], ["A", 0, date(2024, 1, 1)], ["B", 0, 1]]),
          ((0, "haq_di", "not a number"),), suffix=".xlsx"),
    Messy("words_of_a_list", text("patient_id,sex,subtype", "A,F,DM", "B,male,dermatomyositis"),
          ((0, "sex", "word not allowed"), (0, "subtype", "word not allowed")), kind="patients"),
    Messy("yes_and_no_otherwise", text("patient_id,pregnant", "A,ja", "B,no"), ((0, "pregnant", "not yes or no"),),
          kind="patients"),
    Messy("born_after_the_symptoms", text("patient_id,birth_date,screening_date", "A,2030-01-01,2024-01-01"),
          ((0, "birth_date", "dates out of order"), (0, "birth_date", "date not plausible")), kind="patients"),
    Messy("a_course_backwards", text("patient_id,drug,start_date,stop_date", "A,prednisone,2024-05,2023"),
          ((0, "stop_date", "dates out of order"),), kind="medications"),
    Messy("a_line_twice", text("patient_id,event,date", *["A,thrombosis,2020-05-01"] * 2),
          ((1, "patient_id", "row stands twice"),), kind="events"),
    Messy("a_unit_in_small_letters", text("test,value,unit,upper_limit", "ck,900,u/l,180"),
          ((0, "unit", "word not allowed"),), kind="labs"),
    # what is no table of records
    Messy("empty_file", text(""), refused="it is empty"),
    Messy("a_heading_twice", text("patient_id,week,week", "A,0,0"), refused="same heading twice: week"),
    Messy("no_heading", text("patient_id,,week", "A,0,0"), refused="a column without a heading"),
    Messy("letters_of_windows_unread", text(HEAD, "Zoë,0,2024-01-01,6,1,100,9", encoding="cp1252"), refused="cp1252"),
    Messy("a_cell_too_many", text(HEAD, ROWS[0] + ",9,9,9"), refused="cannot be read"),
    Messy("a_million_columns", text(",".join(f"c{n}" for n in range(1_000_000)), "1"),
          refused="it has 1,000,000 columns"),
    Messy("a_million_cells_in_a_line", text("patient_id,week", "A,0", "a," * 1_000_000), refused="1,000,001 columns"),
    Messy("a_quotation_that_never_ends", text('"patient_id,week', *["A,0"] * 50_000),
          refused="line 1 and does not end"),
    Messy("zero_bytes", lambda path: path.write_bytes(b"patient_id,week\n" + bytes(1000)), refused="zero bytes"),
    Messy("a_cell_far_away", cell_far_away, refused="column XFD of the file", suffix=".xlsx"),
    Messy("a_picture", lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
          refused="cannot be read"),
    Messy("not_a_workbook", text("patient_id,week"), refused="not a whole .xlsx workbook", suffix=".xlsx"),
    Messy("half_a_workbook", lambda path: (SHEET(path), path.write_bytes(path.read_bytes()[:2000])),
          refused="not a whole .xlsx workbook", suffix=".xlsx"),
    Messy("an_old_workbook", text("x"), refused="save it as .xlsx, without macros", suffix=".xls"),
    Messy("macros", archive(xl__vbaProject__bin=b"Sub AutoOpen()", **{"xl/vbaProject.bin": b"x"}),
          refused="carries a program", suffix=".xlsx"),
    Messy("a_path_upwards", archive(**{"../../evil.xml": b"<a/>"}), refused="names a file outside itself",
          suffix=".xlsx"),
    Messy("a_path_from_the_root", archive(**{"/etc/evil.xml": b"<a/>"}), refused="names a file outside itself",
          suffix=".xlsx"),
    Messy("a_bomb", bomb, refused="it would unpack from", suffix=".xlsx"),
    Messy("an_entity", declaring, refused="declares a document type", suffix=".xlsx"),
    Messy("a_formula_never_computed", book([["patient_id", "week", "haq_di"], ["A", 0, "=1+1"]]),
          refused="formulas without a saved result", suffix=".xlsx"),
    Messy("no_such_sheet", SHEET, refused="did you mean 'visits'", suffix=".xlsx", options={"sheet": "visit"}),
    Messy("a_legend_of_something_else", book(CELLS, "visits", Legend=[["x", "y"], ["p", "q"]]),
          refused="names none of the headings", suffix=".xlsx", options={"legend": "Legend"}),
)  # fmt: skip
