"""Which column a site's heading may stand for: ranked, each with its reason, and nothing applied."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache
from typing import Any

import pandas as pd

from myositis_tools.errors import NotFoundError, listed
from myositis_tools.exchange.files.headings import plain_heading
from myositis_tools.exchange.mapping.column_mapping import ColumnMapping, TableMapping, other_units
from myositis_tools.frames import (
    NUMERIC,
    Column,
    columns,
    find_kind,
    refuse_nested,
    require_columns,
    to_pandas,
    with_bounds,
)
from myositis_tools.tables import records

_ULN = "× ULN"
_SAME, _SYNONYM, _PART, _ALIKE = 1.0, 0.95, 0.8, 0.75  # how sure a name alone makes; decided here
_LEAST_ALIKE, _LEAST = 0.75, 0.4
_MISFIT = 0.3
_COLUMNS = tuple(columns("suggestions"))
# signs of a unit in a heading, and the unit as ``column_units`` names it
_UNIT_SIGNS = {"mm": "mm", "0 100": "0-100", "kg": "kg", "cm": "cm"}


def suggest_mapping(table: Any, kind: str) -> pd.DataFrame:
    """Suggest which column each heading stands for; nothing is applied.

    Names are compared with the columns, their labels and ``tables/heading_synonyms.csv`` (English, Dutch, German and
    French); values say whether type and range fit, and in which unit.

    Parameters
    ----------
    table : pandas, Polars, DuckDB, PySpark or pyarrow table
        The site's table, as `read_table` gives it without a kind.
    kind : str
        What it holds, as in `validate`.

    Returns
    -------
    pandas.DataFrame
        By heading in the order of the table, the likeliest column first: ``heading, rank`` (from 1), ``column, unit``
        (where the values or the heading speak for another), ``upper_limit`` (the heading that looks like it),
        ``score`` (0 to 1), ``reason``. A heading that resembles
        nothing has one row without a column. `accept_suggestions` makes a mapping of the rows that you keep.

    Raises
    ------
    OptionError
        If there is no such kind.

    Missing data
    ------------
    A column without a value is judged by its heading alone.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> own = pd.DataFrame({"Patiënt": ["A"], "Weken": [0], "VAS arts": [61], "Centrum": ["x"]})
    >>> found = mt.suggest_mapping(own, "visits")
    >>> found.loc[[1, 2], ["heading", "column", "unit"]]
        heading               column unit
    1     Weken                 week
    2  VAS arts  physician_global_cm   mm
    >>> found.loc[2, "reason"]
    "'vas arts' is Dutch for it; values to 61 would be mm"
    """
    frame = refuse_nested(to_pandas(table))
    known = find_kind(kind).holding(map(str, frame.columns)).columns
    limits = _upper_limits([str(name) for name in frame.columns], known)
    rows = []
    for heading in map(str, frame.columns):
        values = frame[heading]
        found = [
            row
            for column in known.values()
            if heading not in limits.values() and (row := _judged(heading, values, column, limits)) is not None
        ]
        found = sorted(found, key=lambda row: -row["score"])[:3]
        rows += [{"heading": heading, "rank": place + 1, **row} for place, row in enumerate(found)]
        if not found:
            whose = [columns(kind)[name].label for name, limit in limits.items() if limit == heading]
            reason = f"looks like the upper limit of {whose[0]}" if whose else "resembles nothing"
            none = {"column": None, "unit": "", "upper_limit": None, "score": 0.0, "reason": reason}
            rows.append({"heading": heading, "rank": 1, **none})
    made = pd.DataFrame(rows, columns=list(_COLUMNS))
    return made.astype({"rank": "int64", "score": "float64"}) if len(made) else made


def accept_suggestions(suggestions: pd.DataFrame, kind: str, table: Any = None, **options: Any) -> TableMapping:
    """Make a mapping of those rows of `suggest_mapping` that you keep.

    Parameters
    ----------
    suggestions : pandas.DataFrame
        The rows you agree to, such as ``suggestions.query("rank == 1 and score > 0.9")``. Of a heading or a column that
        stands twice the row with the higher score counts.
    kind : str
        What the table holds.
    table : pandas, Polars, DuckDB, PySpark or pyarrow table, optional
        The site's table: its codes and words get the words they are known to stand for (``v`` is ``female``).
    **options
        ``decimal``, ``date_format`` and ``missing`` of `TableMapping`.

    Returns
    -------
    TableMapping
        To look at, change, save and apply.

    Raises
    ------
    MissingColumnError
        If `suggestions` is not what `suggest_mapping` gives.
    NotFoundError
        If a heading that you keep is no column of `table`.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> own = pd.DataFrame({"Geslacht": ["v", "m"], "Leeftijd": [54, 61]})
    >>> mt.accept_suggestions(mt.suggest_mapping(own, "patients"), "patients", own)
    mapping = mt.TableMapping('patients', [
        mt.ColumnMapping('Geslacht', 'sex', words={'v': 'female', 'm': 'male'}),
        mt.ColumnMapping('Leeftijd', 'age_years'),
    ])
    """
    needed = ("heading", "column", "unit", "score")
    require_columns(suggestions, needed, expected="what suggest_mapping gives", hint="that comes first")
    kept = suggestions[suggestions["column"].notna()].sort_values("score", ascending=False, kind="stable")
    kept = kept.drop_duplicates("heading").drop_duplicates("column").sort_index()
    frame = refuse_nested(to_pandas(table)) if table is not None else None
    there = list(kept["heading"] if frame is None else frame.columns)
    strange = [heading for heading in kept["heading"] if heading not in there]
    if strange:
        raise NotFoundError(
            f"The table has no column {strange[0]!r}.",
            expected=listed(map(str, there)),
            hint="give the table of which the suggestions were made",
        )
    known = find_kind(kind).holding(map(str, kept["column"])).columns
    made = [
        ColumnMapping(
            str(row.heading),
            str(row.column),
            unit=str(row.unit or ""),
            upper_limit=row.upper_limit if isinstance(getattr(row, "upper_limit", None), str) else None,
            # a column that is not ours is refused by the mapping
            words={}
            if frame is None or str(row.column) not in known
            else suggest_words(frame[row.heading], known[str(row.column)]),
        )
        for row in kept.itertuples()
    ]
    return TableMapping(kind, made, **options)


def suggest_words(values: pd.Series, column: Column) -> dict[str, str]:
    """The codes and words of a column that are known to stand for one of ours, from ``tables/word_synonyms.csv``."""
    if column.type not in ("yes_no", "word"):
        return {}
    of = "yes_no" if column.type == "yes_no" else column.name.replace("upper_limit_unit", "unit")
    ours = column.words or ("yes", "no", "true", "false", "0", "1")
    known = {str(row["synonym"]): str(row["word"]) for row in records("word_synonyms") if row["of"] == of}
    given = [str(value).strip() for value in pd.Series(values.dropna().unique(), dtype=object)[:200]]
    lowered = {word.lower().replace("_", " "): word for word in ours}
    made = {}
    for word in given:
        plain = word.lower().replace("_", " ")
        if word not in ours and (meant := known.get(plain) or lowered.get(plain)):
            made[word] = meant
    return made


# -------------------------------------------------------------------------------------------------------- the headings


@cache
def _names(column: str, table: str) -> tuple[tuple[str, str], ...]:
    """What a column is called, and what to say of it."""
    own = with_bounds(columns(table), [column]).get(column) or columns("visits")[column]
    found = [
        (plain_heading(own.name), "it is the column's own name"),
        (plain_heading(own.label), "it is the column's label"),
    ]
    found += [
        (plain_heading(str(row["synonym"])), f"'{row['synonym']}' is {row['language']} for it")
        for row in records("heading_synonyms")
        if row["column"] == column
    ]
    return tuple(found)


def _by_name(heading: str, column: Column) -> tuple[float, str]:
    said = plain_heading(heading)
    units = r"\b(mm|cm|kg|mg|dag|day|u l|xuln|uln|0 100|0 10|0 3|score|totaal|total)\b"
    bare = re.sub(r"\s+", " ", re.sub(units, " ", said)).strip()
    best, reason = 0.0, ""
    for place, (name, words) in enumerate(_names(column.name, column.table)):
        if name in (said, bare):
            # the column's own name before its label, and a whole heading before what is left of it without its unit
            score = (_SAME if place < 2 else _SYNONYM) - 0.01 * (place == 1) - 0.02 * (name != said)
        elif len(name) > 2 and re.search(rf"\b{re.escape(name)}\b", said):
            score, words = _PART * (0.75 + 0.25 * len(name) / len(said)), f"{words}, and it is part of the heading"
        else:
            alike = SequenceMatcher(None, name, bare or said).ratio()
            score = _ALIKE * alike if alike >= _LEAST_ALIKE else 0.0
            words = f"the heading looks like '{name}'"
        if score > best:
            best, reason = score, words
    return best, reason


# ---------------------------------------------------------------------------------------------------------- the values


def _judged(heading: str, values: pd.Series, column: Column, limits: Mapping[str, str]) -> dict[str, Any] | None:
    score, reason = _by_name(heading, column)
    if score < _LEAST:
        return None
    known = values.dropna()
    unit = next(
        (
            unit
            for sign, unit in _UNIT_SIGNS.items()
            if re.search(rf"\b{sign}\b", plain_heading(heading)) and unit in other_units(column)
        ),
        "",
    )
    limit = None
    if len(known):
        fit, words, needed = _fit(known, column)
        if column.unit == _ULN and fit < 1 and column.name in limits:
            limit = limits[column.name]
            fit, words = 1.0, f"divided by {limit!r} it would be a multiple of the upper limit"
        score, unit = score * fit, unit or needed
        reason = f"{reason}; {words}" if words else reason
    if score < _LEAST / 2:
        return None
    return {
        "column": column.name,
        "unit": unit,
        "upper_limit": limit,
        "score": round(score, 3),
        "reason": reason,
    }


def _upper_limits(headings: Sequence[str], known: Mapping[str, Column]) -> dict[str, str]:
    """The headings that look like the upper limit of normal of an enzyme, by the column it belongs to."""
    signs = "|".join(
        [
            *(
                plain_heading(str(row["synonym"]))
                for row in records("heading_synonyms")
                if row["column"] == "upper_limit"
            ),
            "limit",
        ]
    )
    found = {}
    for heading in headings:
        said = plain_heading(heading)
        bare = re.sub(rf"\b({signs})\b", " ", said).strip()
        if bare == said:
            continue
        for column in known.values():
            if column.unit == _ULN and bare in {name for name, _ in _names(column.name, column.table)}:
                found[column.name] = heading
    return found


def _fit(known: pd.Series, column: Column) -> tuple[float, str, str]:
    """How well values fit a column, why not, and the unit in which they would."""
    texts = known.map(lambda value: value.strip().replace(",", ".") if isinstance(value, str) else value)
    is_date = pd.api.types.is_datetime64_any_dtype(known.dtype) or known.map(lambda value: hasattr(value, "year")).all()
    if column.type == "date":
        written = known.map(str).str.fullmatch(r"\d{1,4}[-/.]\d{1,2}([-/.]\d{1,4})?([ T].*)?|\d{4}").mean()
        return (1.0, "", "") if is_date or written > 0.5 else (_MISFIT, "the values are no dates", "")
    if column.type in NUMERIC:
        numbers = pd.to_numeric(texts.where(texts.map(lambda value: not isinstance(value, bool))), errors="coerce")
        if is_date or pd.api.types.is_complex_dtype(numbers.dtype) or numbers.notna().mean() < 0.5:
            return _MISFIT, "the values are no numbers", ""
        return _range_fit(numbers.dropna().astype("float64"), column)
    if column.type == "word":
        words = suggest_words(known, column)
        share = known.map(str).str.strip().isin([*column.words, *words]).mean()
        return (1.0, "", "") if share > 0.5 else (0.6, "few values are words of this column", "")
    return 1.0, "", ""


def _range_fit(numbers: pd.Series, column: Column) -> tuple[float, str, str]:
    highest, lowest = numbers.max(), numbers.min()
    if column.unit == _ULN and lowest > 10:
        return 0.9, f"values from {lowest:g} look like U/L: they need upper_limit=", ""
    low = column.minimum if column.minimum is not None else -float("inf")
    high = column.maximum if column.maximum is not None else float("inf")
    if low <= lowest and highest <= high:
        return 1.0, "", ""
    for unit, factor in other_units(column).items():
        if low <= lowest * factor and highest * factor <= high:
            return 0.98, f"values to {highest:g} would be {unit}", unit
    share = numbers.between(low, high).mean()
    return 0.4 + 0.5 * float(share), f"values from {lowest:g} to {highest:g} go beyond {column.expected}", ""
