"""Every problem of a table at once, one row each, by the checks that the door refuses the first of.

What can be wrong with a value is asked of `frames`, which is also what every calculation asks: a table without an error
here passes the door there. What no calculation minds and a person would want to look at is a warning; its limits stand
in ``tables/plausibility.csv``.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from myositis_tools.criteria.calendar import add_span
from myositis_tools.exchange.checks.identifiers import doubtful_identifiers, errors_of_spreadsheets
from myositis_tools.exchange.checks.plausibility import (
    dates_of_another_life,
    implausible_changes,
    implausible_dates,
    suspicious_units,
)
from myositis_tools.exchange.checks.problems import (
    WARNING,
    Problem,
    as_shown,
    cells_where,
    make_problem,
    whole_column,
)
from myositis_tools.exchange.checks.spelling import groups_in_two_ways
from myositis_tools.exchange.checks.wrong_headings import wrong_headings
from myositis_tools.exchange.files.cell_hints import hint_for
from myositis_tools.formatting import written_values
from myositis_tools.frames import (
    NUMERIC,
    TOLERANCE,
    Column,
    Entrance,
    Kind,
    bounds_of,
    clean_values,
    columns,
    find_kind,
    impossible,
    names_of,
    to_pandas,
    type_hint,
    unit_hint,
    word_hint,
    wrong_type,
)

COLUMNS = tuple(columns("problems"))
_NOT_OF_TYPE = {"yes_no": "not yes or no", "date": "not a date", "text": "not text", "word": "not text"}
STORED_AS_TEXT = "read_table reads a file with its types; pd.to_numeric(column) makes numbers of a column"
_FIRST_DAYS = ("_first", "_last")


def validate(table: Any, kind: str, *, baseline_week: int = 0) -> Any:
    """List every problem in a table, one row per problem; a clean table gives an empty list.

    Errors are what a calculation refuses: a column that must be there and is not, a value of the wrong type or out of
    its range, a word that is not allowed, an empty identifier, a row that stands twice, a course that ends before it
    begins, bounds of a number that cross. A date that cannot be of a visit is one as well: it may be a birth date under
    another name. Warnings stop nothing: a unit that looks wrong, a change between two visits
    that is hardly possible, a patient without a baseline visit, a date that does not fit, identifiers that differ by
    spaces, capitals or leading zeros only, an arm or another group that is written in two ways.

    Needs the rows in memory: of an engine that waits, columns of every patient or visit are collected.

    Parameters
    ----------
    table : pandas, Polars (eager or lazy), DuckDB, PySpark or pyarrow table
        The table; its columns of `kind` and its columns of words are read into memory. Columns that the package does
        not know are left alone, but for a misspelled one and for words that are written in two ways.
    kind : str
        What it holds: ``visits``, ``patients``, ``medications``, ``events``, ``screening``, ``labs``, ``cases`` or one
        of the item-level tables (``tables.load("table_kinds")``). Columns, units and ranges stand in
        ``tables/columns.csv``.
    baseline_week : int
        The week of the visit that the others are compared with.

    Returns
    -------
    frame of the caller's kind
        One row a problem: ``row`` (place in the table counted from 0; missing where a whole column is meant),
        ``patient_id, column, value`` (as text), ``problem, expected, hint, severity`` (``error`` or ``warning``), in
        the order of the rows.

    Raises
    ------
    OptionError
        If there is no such kind.
    WrongTypeError
        If `table` is no table.

    Missing data
    ------------
    A missing value is no problem, except in a column that names the row.

    Source
    ------
    Ranges and words: ``tables/columns.csv``. Limits of the warnings are this project's decisions:
    ``tables.load("plausibility")``.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> visits = pd.DataFrame({"patient_id": ["A", "A"], "week": [0, 12], "physician_global_cm": [6.1, 47]})
    >>> problems = mt.validate(visits, "visits")
    >>> problems[["row", "patient_id", "column", "value", "expected"]]
       row patient_id               column value    expected
    0    1          A  physician_global_cm    47  0 to 10 cm
    >>> problems["hint"].item()
    'this looks like millimetres; divide the whole column by 10'
    >>> len(mt.validate(mt.load_visits(), "visits"))
    0
    """
    names = names_of(table)
    asked = find_kind(kind).holding(names)
    raw = to_pandas(table, ["patient_id", *asked.columns]).reset_index(drop=True)
    found = list(wrong_headings(names, asked))
    clean: dict[str, pd.Series] = {}
    for name, column in asked.columns.items():
        if name in names:
            wrong, clean[name] = _typed(raw[name], column)
            found += wrong
    if "patient_id" in clean:  # a number a patient is compared faster than a text; _as_table writes the text again
        codes, _ = pd.factorize(clean["patient_id"])
        clean["patient_id"] = pd.Series(pd.array(codes, dtype="Int64"), index=raw.index).mask(codes < 0)
    frame = pd.DataFrame(clean, index=raw.index)
    found += _keys(frame, asked, raw)
    single = pd.DataFrame({name: _single_values(raw[name]) for name in raw.columns}, index=raw.index)
    found += [*doubtful_identifiers(single, asked), *errors_of_spreadsheets(single, asked)]
    found += groups_in_two_ways(table, names, single, asked)
    for check in (
        _values,
        _lines,
        _order,
        _bounds,
        dates_of_another_life,
        suspicious_units,
        implausible_changes,
        implausible_dates,
    ):
        found += check(frame, asked)
    if kind == "visits":
        found += _baseline(frame, baseline_week)
    return _hand_back(table, _as_table(found, raw, list(asked.columns)))


def _as_table(found: Sequence[Problem], raw: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """The problems as one table; each of `found` holds the cells of one column that have one problem in common."""
    parts = []
    for problem in found:
        cells = problem["cells"]
        parts.append(
            pd.DataFrame(
                {
                    "row": pd.array(cells["row"], dtype="Int64"),
                    "column": problem["column"],
                    "value": cells["value"].astype(object),
                    "problem": problem["problem"],
                    "expected": problem["expected"],
                    "hint": cells["hint"] if "hint" in cells else problem["hint"],
                    "severity": problem["severity"],
                }
            )
        )
    if not parts:
        return pd.DataFrame({name: pd.Series(dtype="Int64" if name == "row" else object) for name in COLUMNS})
    made = pd.concat(parts, ignore_index=True)
    place = made["column"].map({name: place for place, name in enumerate(order)}).fillna(-1)
    made = made.assign(_place=place).sort_values(["row", "_place"], kind="stable", na_position="first")
    patients = (
        written_values(raw["patient_id"]) if "patient_id" in raw else pd.Series(None, index=raw.index, dtype=object)
    )
    at = made["row"].to_numpy(dtype="int64", na_value=-1)
    given = patients.to_numpy(dtype=object, na_value=None)
    made["patient_id"] = [given[row] if row >= 0 else None for row in at]
    is_patient = (made["column"] == "patient_id") & made["row"].notna()
    made["value"] = made["value"].mask(is_patient, made["patient_id"])
    made["value"] = made["value"].where(made["value"].notna(), None)
    return made[list(COLUMNS)].reset_index(drop=True)


def _hand_back(native: Any, problems: pd.DataFrame) -> Any:
    if isinstance(native, pd.DataFrame):
        return problems
    schema = {name: nw.Int64 if name == "row" else nw.String for name in COLUMNS}
    plain = problems.astype(object).where(problems.notna(), None)
    rows = {name: plain[name].tolist() for name in COLUMNS}
    return Entrance(native, nw.from_native(native)).leave_rows(rows, schema)


# ---------------------------------------------------------------------------------------------------------- the types


def _typed(values: pd.Series, column: Column) -> tuple[list[Problem], pd.Series]:
    """The cells of another type, and the others as the package computes with them."""
    wrong, _ = wrong_type(values, column)
    if not len(wrong) or not wrong.any():
        return [], clean_values(values, column)
    found, cells = [], values[wrong]
    rest = values.astype(object).where(~wrong, None)
    if column.type in NUMERIC:
        numbers = pd.to_numeric(written_values(cells).where(_is_text(cells)).str.strip(), errors="coerce")
        numbers = numbers.where(np.isfinite(numbers.astype("float64")))
        # among numbers, 1.234 may be a thousand: each cell is left to a person
        if len(cells) < values.notna().sum():
            numbers = numbers.where(numbers.isna(), None)
        if numbers.notna().any():
            said = f"{numbers.notna().sum()} cells such as {cells[numbers.notna()].iloc[0]!r}"
            found.append(
                make_problem(column.name, "numbers stored as text", whole_column(said), column.expected, STORED_AS_TEXT)
            )
            rest = rest.where(numbers.reindex(rest.index).isna(), numbers.reindex(rest.index))
        cells, problem = cells[numbers.isna()], "not a number"
    else:
        problem = _NOT_OF_TYPE[column.type]
    if len(cells):
        texts = written_values(cells)
        hints = {text: hint_for(text, column) for text in texts.unique()}
        shown = pd.DataFrame({"row": cells.index, "value": texts, "hint": texts.map(hints)})
        if column.type == "date" and len(cells) > 1 and len(cells) == values.notna().sum() and _is_text(cells).all():
            # a whole column of text where dates belong is one problem, not one a row
            said = f"{len(cells)} cells such as {cells.iloc[0]!r}"
            shown = whole_column(said).assign(hint=hint_for(str(cells.iloc[0]), column))
        found.append(make_problem(column.name, problem, shown, column.expected, type_hint(column)))
    return found, clean_values(rest, column)


def _single_values(values: pd.Series) -> pd.Series:
    """The column without the cells that hold several values, which are told apart by their type already."""
    if values.dtype != object or pd.api.types.infer_dtype(values, skipna=True) == "string":
        return values
    return values.mask(values.map(lambda value: pd.api.types.is_list_like(value) or not isinstance(value, Hashable)))


def _is_text(values: pd.Series) -> pd.Series:
    return values.map(lambda value: isinstance(value, str)).astype(bool)


# ------------------------------------------------------------------------------------------- values, one column a time


def _values(frame: pd.DataFrame, kind: Kind) -> Iterator[Problem]:
    held = nw.from_native(frame, eager_only=True)
    for name in frame.columns:
        column = kind.columns[name]
        question = impossible(column)
        if question is None:
            continue
        cells = cells_where(
            frame, name, held.select(question.fill_null(False).alias(name))[name].to_numpy().astype(bool)
        )
        if cells.empty:
            continue
        if column.words:
            hints = {word: word_hint(column, word) for word in cells["value"].unique()}
            cells = cells.assign(hint=cells["value"].map(hints))
            yield make_problem(name, "word not allowed", cells, column.expected, "")
        else:
            numbers = cells["value"]
            hints = {number: unit_hint(column, [number]) for number in numbers.unique()}
            cells = as_shown(cells, column).assign(hint=numbers.map(hints))
            broken = _is_broken(numbers, column)
            for words, part in (("out of range", cells[~broken]), ("not a whole number", cells[broken])):
                if len(part):
                    yield make_problem(name, words, part, column.expected, "")
    if kind.name == "labs" and "upper_limit" in frame:
        cells = cells_where(frame, "upper_limit", (frame["upper_limit"] == 0).fillna(False).to_numpy(dtype=bool))
        if len(cells):
            hint = "a value is divided by its upper limit; leave one that is not known empty"
            yield make_problem("upper_limit", "out of range", as_shown(cells), "more than 0", hint)


def _is_broken(numbers: pd.Series, column: Column) -> pd.Series:
    """Whether the fault of an impossible number is that it is not whole, its size being possible."""
    if column.type != "integer":
        return pd.Series(data=False, index=numbers.index)
    low = -np.inf if column.minimum is None else column.minimum
    high = np.inf if column.maximum is None else column.maximum
    return numbers.astype("float64").between(low, high) & np.isfinite(numbers.astype("float64"))


# ------------------------------------------------------------------------------------------------------- rows and keys


def _keys(frame: pd.DataFrame, kind: Kind, raw: pd.DataFrame) -> Iterator[Problem]:
    needed = {*kind.keys, *({"patient_id"} & set(kind.required))}
    for name in [name for name in kind.columns if name in frame and name in needed]:
        cells = cells_where(frame, name, raw[name].isna().to_numpy())
        if len(cells):
            hint = "fill it in, or leave the row out"
            cells["value"] = None
            what = "empty identifier" if name == "patient_id" else f"{name} is empty"
            yield make_problem(name, what, cells, f"{kind.columns[name].expected} in every row", hint)
    if kind.keys and all(name in frame for name in kind.keys):
        keys = frame[list(kind.keys)]
        doubled = keys.duplicated(keep=False).to_numpy() & keys.notna().all(axis=1).to_numpy()
        if doubled.any():
            expected = f"one row for each {' and '.join(kind.keys)}"
            hint = "keep one of the rows; the package does not choose between them"
            cells = cells_where(frame, kind.keys[-1], doubled)
            yield make_problem(kind.keys[-1], "row stands twice", as_shown(cells), expected, hint)


def _lines(frame: pd.DataFrame, kind: Kind) -> Iterator[Problem]:
    """Lines without a name of their own that say the same twice."""
    if kind.keys or frame.empty or "patient_id" not in frame:
        return
    again = frame.duplicated().to_numpy() & frame["patient_id"].notna().to_numpy()
    if again.any():
        hint = "leave one out if it was written down twice"
        cells = as_shown(cells_where(frame, "patient_id", again))
        yield make_problem("patient_id", "row stands twice", cells, "every line once", hint, WARNING)


def _baseline(frame: pd.DataFrame, baseline_week: int) -> Iterator[Problem]:
    if not {"patient_id", "week"} <= set(frame.columns):
        return
    rows = frame[frame["patient_id"].notna() & frame["week"].notna()]
    seen = rows.loc[rows["week"] == baseline_week, "patient_id"]
    without = rows[~rows["patient_id"].isin(seen)].drop_duplicates("patient_id")
    if len(without):
        cells = pd.DataFrame({"row": without.index, "value": written_values(without["week"])})
        hint = "no change can be computed for this patient; which week is the baseline?"
        yield make_problem("week", "no baseline visit", cells, f"a visit in week {baseline_week}", hint, WARNING)


# -------------------------------------------------------------------------------------------------------------- dates


def _order(frame: pd.DataFrame, kind: Kind) -> Iterator[Problem]:
    """Dates that a calculation refuses because one lies before another."""
    pairs = {
        "medications": [("start_date", "stop_date", "stop_date", "the two dates may have been exchanged")],
        "patients": [
            (name, "screening_date", name, "the century or the order of day and month may be wrong")
            for name in ("birth_date", "symptom_onset_date")
        ],
    }
    for first, last, named, hint in pairs.get(kind.name, []):
        if not {first, last} <= set(frame.columns) or frame[[first, last]].isna().all().any():
            continue
        earliest, latest = _span(frame, first)[0], _span(frame, last)[1]
        marked = (latest < earliest).fillna(False).to_numpy(dtype=bool)
        cells = as_shown(cells_where(frame, named, marked), kind.columns[named])
        if len(cells):
            other, words = (first, "or later") if named == last else (last, "or earlier")
            yield make_problem(named, "dates out of order", cells, f"the day of {other} {words}", hint)


def _bounds(frame: pd.DataFrame, kind: Kind) -> Iterator[Problem]:
    """Numbers that a calculation refuses because their bounds cross, or do not hold them."""
    for name in [name for name in kind.columns if set(bounds_of(name)) & set(kind.bounds)]:
        low, high = bounds_of(name)
        for first, last in ((low, high), (low, name), (name, high)):
            if {first, last} <= set(frame.columns):
                marked = (frame[first] > frame[last] + TOLERANCE).fillna(False).to_numpy(dtype=bool)
                cells = as_shown(cells_where(frame, last, marked), kind.columns[last])
                if len(cells):
                    hint = "the two may have been exchanged"
                    yield make_problem(last, "bounds out of order", cells, f"{first} or more", hint)


def _span(frame: pd.DataFrame, name: str) -> tuple[pd.Series, pd.Series]:
    """The first and the last day that a date can mean."""
    precision = f"{name}_precision"
    if precision not in frame:
        return frame[name], frame[name]
    held = nw.from_native(frame[[name, precision]], eager_only=True)
    made = add_span(held, name, precision, _FIRST_DAYS).to_native()
    return made[_FIRST_DAYS[0]], made[_FIRST_DAYS[1]]


# --------------------------------------------------------------------------------------------------------- in summary
