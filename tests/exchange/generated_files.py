"""A known table written as people write tables: any suffix, layout, locale, precision and damage, from one seed."""

from __future__ import annotations

import csv
import io
import random
import warnings
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

import myositis_tools as mt

# what each kind of table holds here: the column and how its cells are made
COLUMNS = {
    "visits": {
        "patient_id": "code", "week": "week", "visit_date": "date", "physician_global_cm": "tenths",
        "haq_di": "eighths", "mmt8_150": "whole", "ck_xuln": "large", "infusion": "yes_no", "arm": "text",
    },
    "patients": {
        "patient_id": "code", "birth_date": "birth", "screening_date": "date", "symptom_onset_date": "onset",
        "sex": "sex", "pregnant": "yes_no", "fvc_percent_predicted": "percent", "enzyme_xuln": "large",
    },
}  # fmt: skip
DATES = ("date", "birth", "onset")
NUMBERS = ("tenths", "eighths", "large", "percent")
FORMATS = (
    None, "%d-%m-%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y/%m/%d", "%d %b %Y", "%d-%B-%Y", "%Y%m%d", "%d%m%Y", "%Y-%d-%m",
    "%d/%m/%y", "%m-%Y", "%Y/%m", "%Y%m", "%b %Y", "%m/%y", "%Y",
)  # fmt: skip
MISSING_WORDS = ("n.d.", "NA", "unknown", "-99", "-999", "?")
TEXTS = ("placebo", "IVIg", "Zoë", "a;b", "a,b", 'say "x"', "two\nlines", "=1+1", "'quoted", "07", "1e5", "é|ü", "-")
DAMAGES = (
    "none", "none", "none", "no date format", "no decimal", "no thousands", "no encoding", "no missing words",
    "no heading line", "a word in a number", "an impossible day", "a day in another order", "an error of a cell",
    "a code that is a day", "hidden row", "hidden column", "a doubled heading", "a true in a number", "a cell too many",
    "a format that scales", "percent elsewhere", "wrong mark", "a zero that is hidden", "a year-less format",
)  # fmt: skip


@dataclass
class Layout:
    """How one file is written."""

    kind: str
    suffix: str
    damage: str
    date_format: str | None = None
    decimal: str = "."
    thousands: str | None = None
    separator: str = ";"
    encoding: str = "utf-8"
    end: str = "\n"
    titles: int = 0
    title_cells: int = 1
    clocks: bool = False
    blank_rows: bool = False
    missing: Any = ()
    typed: bool = True  # of a workbook: dates and numbers as such, not as texts
    dates_as: str = "days"
    percent_as: str = "percent"
    codes: str = "words"
    is_1904: bool = False
    merged: bool = False
    shuffled: bool = False


@dataclass
class Made:
    """A file, how a person would read it, and what is in it."""

    path: Path
    layout: Layout
    options: dict[str, Any]
    table: pd.DataFrame
    notes: list[str] = field(default_factory=list)


# ----------------------------------------------------------------------------------------------------------- the table


def known_table(chance: random.Random, layout: Layout) -> pd.DataFrame:
    """What is recorded; a date is a day with its precision beside it."""
    made: list[dict[str, Any]] = []
    for patient in range(chance.randint(1, 4)):
        code = _code(chance, layout.codes, patient)
        weeks = sorted({0, *chance.choices((4, 8, 12, 24), k=2)}) if layout.kind == "visits" else [0]
        for week in weeks:
            row = {name: _value(chance, how, code, week, layout) for name, how in COLUMNS[layout.kind].items()}
            made.append(row)
    frame = pd.DataFrame(made, columns=list(COLUMNS[layout.kind])).astype(object)
    return frame.where(frame.notna(), None)


def _code(chance: random.Random, how: str, number: int) -> str:
    if how == "noughts":
        return f"{number * 7 + chance.randint(1, 6):05d}"
    if how == "numbers":
        return str(number * 100 + chance.randint(1, 99))
    if how == "decimals":
        return f"1.{number + 1}0"
    return f"{chance.choice(('P', 'Zoë-', '1-', 'e', 'NL '))}{number + 1}"


def _value(chance: random.Random, how: str, code: str, week: int, layout: Layout) -> Any:
    if how == "code":
        return code
    if how == "week":
        return week
    if chance.random() < 0.15:
        return None
    if how in DATES:
        years = {"date": (2020, 2025), "birth": (1945, 1999), "onset": (2005, 2019)}[how]
        return _date(chance, years, layout)
    simple = {
        "tenths": lambda: chance.randint(0, 100) / 10, "eighths": lambda: chance.randint(0, 24) / 8,
        "whole": lambda: chance.randint(40, 150),
        "large": lambda: round(chance.choice((1, 9, 900, 2500)) * chance.random(), 2),
        "percent": lambda: chance.randint(200, 1200) / 10, "yes_no": lambda: chance.random() < 0.5,
        "sex": lambda: chance.choice(("female", "male")), "text": lambda: chance.choice(TEXTS),
    }  # fmt: skip
    return simple[how]()


def _date(chance: random.Random, years: tuple[int, int], layout: Layout) -> tuple[date, str]:
    day = date(chance.randint(*years), chance.randint(1, 12), chance.randint(1, 28))
    form = layout.date_format or "%d%m%Y"
    if "%y" in form and day.year < 1970:
        day = day.replace(year=1970 + day.year % 30)
    finest = 0 if "%d" in form else 1 if {"%m", "%b"} & {form[at : at + 2] for at in range(len(form))} else 2
    can_be_coarse = "%Y" in form and "%B" not in form
    precision = max(finest, chance.choice((0, 0, 0, 1, 2)) if can_be_coarse else finest)
    if layout.dates_as == "numbers":
        precision = 0
    whole = (day, day.replace(day=1), day.replace(month=1, day=1))[precision]
    return whole, ("day", "month", "year")[precision]


# ---------------------------------------------------------------------------------------------------------- the layout


def random_layout(chance: random.Random) -> Layout:
    """Any of the ways."""
    suffix = chance.choice((".csv", ".csv", ".xlsx", ".xlsx", ".xlsx", ".tsv", ".txt", ".parquet"))
    layout = Layout(kind=chance.choice(tuple(COLUMNS)), suffix=suffix, damage=chance.choice(DAMAGES))
    layout.date_format = chance.choice(FORMATS)
    layout.decimal = chance.choice(".,")
    others = [sign for sign in (".", ",", " ", "'") if sign != layout.decimal]
    layout.thousands = chance.choice((None, None, *others))
    layout.separator = "\t" if suffix == ".tsv" else chance.choice(";\t|,")
    layout.encoding = chance.choice(("utf-8", "utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"))
    layout.end = chance.choice(("\n", "\r\n"))
    layout.titles = chance.choice((0, 0, 1, 3))
    layout.title_cells = chance.choice((1, 1, 2, 4))
    layout.clocks = chance.random() < 0.15
    layout.blank_rows = chance.random() < 0.3
    layout.typed = chance.random() < 0.7
    layout.dates_as = chance.choice(("days", "days", "numbers", "texts"))
    layout.percent_as = chance.choice(("percent", "plain", "mixed"))
    layout.codes = chance.choice(("words", "noughts", "numbers", "decimals"))
    layout.is_1904 = chance.random() < 0.4
    layout.merged = chance.random() < 0.3
    layout.shuffled = chance.random() < 0.3
    if suffix in (".xlsx", ".parquet") and layout.typed and layout.dates_as == "numbers":
        layout.date_format = "excel" if suffix == ".xlsx" else None
    if suffix in (".xlsx", ".parquet") and layout.typed and layout.dates_as == "days":
        layout.date_format = None
    if suffix == ".parquet":
        layout.titles, layout.blank_rows, layout.percent_as = 0, False, "plain"
        layout.dates_as = "days" if layout.typed else "texts"
    if not (suffix == ".xlsx" and layout.typed) and layout.dates_as == "numbers":
        layout.dates_as = "texts"
    words = chance.choices(MISSING_WORDS, k=chance.randint(0, 2))
    layout.missing = tuple(dict.fromkeys(words))
    if chance.random() < 0.3:  # a code that is a value elsewhere
        layout.missing = {"haq_di": ["9"]} if layout.kind == "visits" else {"enzyme_xuln": ["9", "n.d."]}
    return layout


def options_of(layout: Layout) -> dict[str, Any]:
    """What a person would say of the file."""
    options: dict[str, Any] = {
        "decimal": layout.decimal, "thousands": layout.thousands, "date_format": layout.date_format,
        "missing": layout.missing,
    }  # fmt: skip
    if layout.suffix in (".csv", ".tsv", ".txt"):
        options |= {"separator": layout.separator, "encoding": layout.encoding}
    if layout.titles:
        options["heading_line"] = layout.titles + 1
    left_out = {
        "no date format": "date_format", "no decimal": "decimal", "no thousands": "thousands",
        "no encoding": "encoding", "no heading line": "heading_line",
    }  # fmt: skip
    is_another_day = layout.damage == "no date format" and layout.date_format == "%Y-%d-%m"  # which nobody could tell
    if not is_another_day:
        options.pop(left_out.get(layout.damage, ""), None)
    if layout.damage == "no decimal" and options.get("thousands") == ".":
        options["thousands"] = None
    if layout.damage == "no missing words" and not isinstance(layout.missing, dict):
        options["missing"] = ()
    return options


# ------------------------------------------------------------------------------------------------------ cells as texts


def as_text(value: Any, how: str, layout: Layout, chance: random.Random, name: str) -> str:
    """A cell as a person types it."""
    if value is None:
        words = layout.missing.get(name, ()) if isinstance(layout.missing, dict) else layout.missing
        # a code that is a number stands for no word of a text, and none stands for an empty code
        return chance.choice(("", *words)) if how not in ("text", "code") else ""
    if how in DATES:
        return _date_text(value, layout)
    if how == "yes_no":
        return chance.choice(("yes", "Yes", "1", "TRUE")) if value else chance.choice(("no", "No", "0", "false"))
    if how in NUMBERS or how == "whole":
        return _number_text(value, layout)
    return str(value)


def _date_text(value: tuple[date, str], layout: Layout) -> str:
    day, precision = value
    form = layout.date_format or "%Y-%m-%d"
    if form == "excel":
        form = "%Y-%m-%d"
    if precision == "month" and "%d" in form:
        form = {"%d-%m-%Y": "%m-%Y", "%m/%d/%Y": "%m/%Y", "%Y/%m/%d": "%Y/%m"}.get(form, "%Y-%m")
        if form == "%Y-%m" and layout.date_format == "%Y-%d-%m":
            form = "%Y-%m"
    elif precision == "year" and form not in ("%Y",):
        form = "%Y"
    return day.strftime(form) + (" 00:00:00" if layout.clocks and precision == "day" else "")


def _number_text(value: float, layout: Layout) -> str:
    whole, _, rest = str(value).partition(".")
    if layout.thousands and len(whole) > 3:
        whole = f"{int(whole):,}".replace(",", layout.thousands)
    return f"{whole}{layout.decimal}{rest}" if rest not in ("", "0") else whole


# ---------------------------------------------------------------------------------------------------------- text files


def write_text(path: Path, table: pd.DataFrame, layout: Layout, chance: random.Random) -> None:
    """A CSV or one of its relatives."""
    how = COLUMNS[layout.kind]
    out = io.StringIO()
    writer = csv.writer(
        out,
        delimiter=layout.separator,
        lineterminator=layout.end,
        quoting=chance.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
    )
    for number in range(layout.titles):
        out.write(layout.separator.join([f"Register of the centre {number}"] * layout.title_cells) + layout.end)
    head = list(table.columns)
    rows = [
        [as_text(value, how[name], layout, chance, name) for name, value in row.items()] for _, row in table.iterrows()
    ]
    head, rows = damaged_texts(head, rows, layout, chance)
    writer.writerow(head)
    for row in rows:
        if layout.blank_rows and chance.random() < 0.3:
            out.write(layout.separator * (len(head) - 1) + layout.end)
        writer.writerow(row)
    encoding = "utf-8-sig" if layout.damage == "wrong mark" else layout.encoding
    path.write_bytes(out.getvalue().encode(encoding, "replace"))


def damaged_texts(
    head: list[str], rows: list[list[str]], layout: Layout, chance: random.Random
) -> tuple[list[str], list[list[str]]]:
    """The damage that a text file can have."""
    how = COLUMNS[layout.kind]
    row = chance.choice(rows)
    numbers = [place for place, name in enumerate(head) if how[name] in NUMBERS]
    dates = [place for place, name in enumerate(head) if how[name] in DATES]
    if layout.damage == "a word in a number":
        row[chance.choice(numbers)] = chance.choice(("<5", "12 U/L", "see notes", "1..5"))
    elif layout.damage == "an impossible day":
        row[chance.choice(dates)] = chance.choice(("2020-02-60", "31-02-2020", "45/45/2020", "2020-13"))
    elif layout.damage == "a day in another order":
        row[chance.choice(dates)] = _in_another_order(chance, layout)
    elif layout.damage == "an error of a cell":
        row[chance.randrange(1, len(row))] = chance.choice(("#N/A", "#REF!", "#DIV/0!"))
    elif layout.damage == "a doubled heading":
        head = [*head[:-1], head[1]]
    elif layout.damage == "a cell too many":
        row.insert(chance.randrange(1, len(row)), "5")
    elif layout.damage == "a true in a number":
        row[chance.choice(numbers)] = "TRUE"
    return head, rows


# ----------------------------------------------------------------------------------------------------------- workbooks


def _in_another_order(chance: random.Random, layout: Layout) -> str:
    """A day as another format than that of the file writes it; in the file's own it would be no damage."""
    days = ("17-05-2021", "05/17/2021", "17 mei 2021", "2021-17-05", "May 17, 2021")
    return chance.choice([day for day in days if not _is_of(layout.date_format, day)])


def _is_of(date_format: str | None, day: str) -> bool:
    try:
        return bool(datetime.strptime(day, date_format or "%Y-%m-%d"))
    except ValueError:
        return False


def write_workbook(path: Path, table: pd.DataFrame, layout: Layout, chance: random.Random) -> None:
    """A workbook whose cells have the types and formats that a person gives them."""
    how = COLUMNS[layout.kind]
    book = openpyxl.Workbook()
    sheet = book.active
    if layout.is_1904:
        book.epoch = CALENDAR_MAC_1904
    for number in range(layout.titles):
        for place in range(layout.title_cells):
            sheet.cell(number + 1, place + 1, f"Register of the centre {number}")
    head = list(table.columns)
    line = layout.titles + 1
    for place, name in enumerate(head, start=1):
        sheet.cell(line, place, head[1] if layout.damage == "a doubled heading" and place == len(head) else name)
    lines = []
    for _, row in table.iterrows():
        line += 2 if layout.blank_rows and chance.random() < 0.3 and not layout.merged else 1
        lines.append(line)
        for place, name in enumerate(head, start=1):
            _write_cell(sheet.cell(line, place), row[name], how[name], layout, chance, name)
    if layout.merged:
        _merge_codes(sheet, table["patient_id"].tolist(), head.index("patient_id") + 1, lines)
    _damage_sheet(sheet, head, lines, layout, chance)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book.save(path)


def _write_cell(cell: Any, value: Any, how: str, layout: Layout, chance: random.Random, name: str) -> None:
    if value is None or (not layout.typed and how != "code") or how in ("text", "sex"):
        text = as_text(value, how, layout, chance, name)
        cell.value = text or None
        if isinstance(cell.value, str):
            cell.data_type = "s"  # also of what would be a formula
    elif how in DATES:
        _write_date(cell, value, layout)
    elif how == "code":
        _write_code(cell, value, layout)
    elif (
        how == "percent" and layout.percent_as != "plain" and (layout.percent_as == "percent" or chance.random() < 0.5)
    ):
        cell.value = float(Decimal(str(value)) / 100)
        cell.number_format = chance.choice(("0%", "0.0%", "0.00%"))
    else:
        cell.value = value
        if how in NUMBERS:
            cell.number_format = chance.choice(("General", "0.00", "#,##0.00", '0.0" x"'))


def _write_date(cell: Any, value: tuple[date, str], layout: Layout) -> None:
    day, precision = value
    if layout.dates_as == "texts":
        cell.value = _date_text(value, layout)
    elif layout.dates_as == "numbers":
        first = date(1904, 1, 1) if layout.is_1904 else date(1899, 12, 30)
        cell.value = (day - first).days
    elif precision == "year":
        cell.value = day.year
    else:
        cell.value = day
        cell.number_format = "dd-mm-yyyy" if precision == "day" else "mmm-yy"


def _write_code(cell: Any, value: str, layout: Layout) -> None:
    if layout.codes == "noughts" and layout.typed:
        cell.value, cell.number_format = int(value), "00000"
    elif layout.codes == "decimals" and layout.typed:
        cell.value, cell.number_format = float(value), "0.00"
    elif layout.codes == "numbers" and layout.typed:
        cell.value = int(value)
    else:
        cell.value = value


def _merge_codes(sheet: Any, codes: list[str], place: int, lines: list[int]) -> None:
    start = 0
    for at in range(1, len(codes) + 1):
        if at == len(codes) or codes[at] != codes[start]:
            if at - start > 1:
                letter = get_column_letter(place)
                sheet.merge_cells(f"{letter}{lines[start]}:{letter}{lines[at - 1]}")
            start = at


def _damage_sheet(sheet: Any, head: list[str], lines: list[int], layout: Layout, chance: random.Random) -> None:
    how = COLUMNS[layout.kind]
    line = chance.choice(lines)
    numbers = [place for place, name in enumerate(head, start=1) if how[name] in NUMBERS and how[name] != "percent"]
    dates = [place for place, name in enumerate(head, start=1) if how[name] in DATES]
    number, day = sheet.cell(line, chance.choice(numbers)), sheet.cell(line, chance.choice(dates))
    if layout.damage == "a word in a number":
        number.value = chance.choice(("<5", "12 U/L", "see notes"))
    elif layout.damage == "an impossible day":
        day.value = chance.choice(("2020-02-60", "31-02-2020", "45/45/2020"))
    elif layout.damage == "a day in another order":
        day.value = _in_another_order(chance, layout)
    elif layout.damage == "an error of a cell":
        cell = sheet.cell(line, chance.randrange(2, len(head) + 1))
        cell.value = chance.choice(("#N/A", "#REF!", "#DIV/0!"))
    elif layout.damage == "a code that is a day":
        sheet.cell(lines[0], head.index("patient_id") + 1).value = datetime(2024, 2, 1) + timedelta(days=1)
    elif layout.damage == "hidden row":
        sheet.row_dimensions[line].hidden = True
    elif layout.damage == "hidden column":
        sheet.column_dimensions[get_column_letter(chance.randrange(1, len(head) + 1))].hidden = True
    elif layout.damage == "a true in a number":
        number.value = True
    elif layout.damage == "a format that scales":
        number.number_format = chance.choice(("0,", "0.0,,", '0"0"', ";;;", '"<"0', '[=1]"yes";0'))
    elif layout.damage == "percent elsewhere":
        number.number_format = "0%"
    elif layout.damage == "a zero that is hidden":
        number.value, number.number_format = 0, chance.choice(("0;-0;;@", '0;-0;"n.d."', "#"))
    elif layout.damage == "a year-less format" and isinstance(day.value, date):
        day.number_format = chance.choice(("d-mmm", "dd/mm", "yyyy", "mmm-yy", "hh:mm"))


# ------------------------------------------------------------------------------------------------------------- Parquet


def write_parquet(path: Path, table: pd.DataFrame, layout: Layout, chance: random.Random) -> None:
    """A Parquet file with the types that a program gives them."""
    how = COLUMNS[layout.kind]
    made = {}
    for name in table.columns:
        values = table[name]
        if not layout.typed and how[name] != "week":
            made[name] = pd.Series([as_text(value, how[name], layout, chance, name) or None for value in values])
        elif how[name] in DATES:
            days = pd.Series(pd.to_datetime([value[0] if value else None for value in values]))
            zone = chance.choice((None, "Europe/Amsterdam", "UTC"))
            made[name] = days.dt.tz_localize(zone) if zone else days
            coarse = [value[1] if value else None for value in values]
            if set(coarse) - {"day", None}:
                made[f"{name}_precision"] = pd.Series(coarse)
        elif how[name] in NUMBERS:
            chosen = chance.choice(("float64", "decimal"))
            numbers = [None if value is None else Decimal(str(value)) for value in values]
            has_any = chosen == "decimal" and any(number is not None for number in numbers)
            made[name] = pd.Series(numbers, dtype=object) if has_any else values.astype("float64")
        elif how[name] in ("week", "whole"):
            made[name] = values.astype("Int64")
        elif how[name] == "yes_no":
            made[name] = values.astype(chance.choice(("boolean", "object")))
        else:
            made[name] = values.astype(chance.choice(("object", "string", "category")))
    pd.DataFrame(made).to_parquet(path)


# ------------------------------------------------------------------------------------------------------- one generated


def make_file(seed: int, folder: Path) -> Made:
    """The file of a seed."""
    chance = random.Random(seed)  # noqa: S311 - a test, not a secret
    layout = random_layout(chance)
    table = known_table(chance, layout)
    if layout.shuffled:
        names = list(table.columns)
        chance.shuffle(names)
        table = table[names]
    path = folder / f"{layout.kind}_{seed}{layout.suffix}"
    if layout.suffix == ".xlsx":
        write_workbook(path, table, layout, chance)
    elif layout.suffix == ".parquet":
        write_parquet(path, table, layout, chance)
    else:
        write_text(path, table, layout, chance)
    return Made(path, layout, options_of(layout), table)


def outcome(made: Made, way: str = "kind") -> str:
    """``same``, ``refused``, ``told``, or ``silent`` and what; `way` is one of `WAYS`."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            read = WAYS[way](made)
        except mt.errors.MyositisToolsError:
            return "refused"
    wrong = differences(made, read)
    if not wrong:
        return "same"
    said = [str(one.message) for one in caught if issubclass(one.category, mt.errors.ReadingWarning)]
    problems = mt.validate(read, made.layout.kind)
    for name, what in wrong.items():
        is_told = any(repr(name) in text or f"column {name}" in text for text in said)
        is_told = is_told or name in set(problems["column"])
        if not is_told:
            return f"silent: {name}: {what}"
    return "told"


def _by_mapping(made: Made) -> pd.DataFrame:
    """Read without a kind, then said in the package's words."""
    written = {name: made.options.get(name) for name in ("decimal", "thousands", "date_format")}
    own = mt.read_table(made.path, **{name: said for name, said in made.options.items() if name != "date_format"})
    columns = [mt.ColumnMapping(str(name), str(name)) for name in own]
    mapping = mt.TableMapping(
        made.layout.kind,
        columns,
        decimal=written["decimal"] or ".",
        thousands=written["thousands"] or "",
        date_format=written["date_format"] or "",
    )
    return mt.apply_mapping(own, mapping)


WAYS = {
    "kind": lambda made: mt.read_table(made.path, made.layout.kind, **made.options),
    "keep": lambda made: mt.read_table(made.path, made.layout.kind, **made.options, on_problem="keep"),
    "mapping": _by_mapping,
}


def differences(made: Made, read: pd.DataFrame) -> dict[str, str]:
    """The columns that are not what was recorded, each with the first difference."""
    if len(read) != len(made.table):
        return {"rows": f"{len(made.table)} became {len(read)}"}
    found = {}
    for name, how in COLUMNS[made.layout.kind].items():
        if name not in read:
            if made.table[name].notna().any():
                found[name] = "is gone"
            continue
        precision = read.get(f"{name}_precision", pd.Series(None, index=read.index, dtype=object))
        for known, value, said in zip(made.table[name], read[name], precision, strict=True):
            seen = _seen(value, how, said)
            if seen != _known(known, how):
                found[name] = f"{known!r} became {value!r}, {said!r}"
                break
    return found


def _known(value: Any, how: str) -> Any:
    if value is None or how in DATES:
        return value
    return float(value) if how in (*NUMBERS, "whole", "week") else value


def _seen(value: Any, how: str, said: Any) -> Any:
    if pd.isna(value):
        return None
    if how in DATES:
        is_day = isinstance(value, date)
        return (date(value.year, value.month, value.day), said if isinstance(said, str) else "day") if is_day else value
    if how in (*NUMBERS, "whole", "week"):
        return float(value) if not isinstance(value, str | bool | date) else value
    return bool(value) if how == "yes_no" and not isinstance(value, str) else value
