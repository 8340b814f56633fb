"""A site's table renamed and converted by a mapping."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from myositis_tools.errors import MappingError, MissingColumnError, ReadingWarning, listed, nearest
from myositis_tools.exchange.files.column_types import typed_as
from myositis_tools.exchange.files.number_formats import read_numbers
from myositis_tools.exchange.mapping.column_mapping import ColumnMapping, TableMapping, converted, same_word
from myositis_tools.exchange.mapping.keys_of_mappings import BY
from myositis_tools.formatting import as_code, counted
from myositis_tools.frames import NUMERIC, Column, find_kind, refuse_nested, to_pandas


def apply_mapping(table: Any, mapping: TableMapping) -> pd.DataFrame:
    """Rename and convert a site's table by a mapping; what the mapping does not name stays as it is.

    Parameters
    ----------
    table : pandas, Polars, DuckDB, PySpark or pyarrow table
        The site's table, as `read_table` gives it without a kind.
    mapping : TableMapping
        What a person agreed to.

    Returns
    -------
    pandas.DataFrame
        The mapped columns in the order of the mapping, then the others. A cell that cannot be read as its column's type
        stays as it is, for `validate` to list.

    Raises
    ------
    MissingColumnError
        If a heading is not there.
    MappingError
        If a column of the table that is not mapped has the name of one that is.

    Missing data
    ------------
    An empty cell, and the words of the mapping's `missing`. A multiple whose upper limit is missing or 0 is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> mapping = mt.TableMapping("patients", [mt.ColumnMapping("Geslacht", "sex", words={"v": "female", "m": "male"})])
    >>> mt.apply_mapping(pd.DataFrame({"Geslacht": ["v", "m", "x"], "Centrum": [1, 2, 2]}), mapping)
          sex  Centrum
    0  female        1
    1    male        2
    2       x        2
    """
    given = refuse_nested(to_pandas(table))
    wanted = [heading for each in mapping.columns for heading in each.headings]
    absent = [name for name in dict.fromkeys(wanted) if name not in given]
    if absent:
        raise MissingColumnError(
            f"The table lacks {'a heading' if len(absent) == 1 else 'headings'} of the mapping: {listed(absent)}.",
            where=f"headings: {listed(given.columns)}",
            expected="the table that the mapping was made for",
            hint=nearest(absent[0], [str(name) for name in given.columns]),
        )
    mapped = {each.heading for each in mapping.columns}
    kept = [name for name in given.columns if name not in mapped]
    doubled = sorted({str(name) for name in kept} & {each.column for each in mapping.columns})
    if doubled:
        raise MappingError(
            f"The table already has a column that another heading is mapped to: {listed(doubled)}.",
            expected="one heading for each column",
            hint="map or rename the other one",
        )
    known = find_kind(mapping.kind).holding(each.column for each in mapping.columns).columns
    made = {each.column: _mapped(given, each, known[each.column], mapping) for each in mapping.columns}
    frame = pd.concat([pd.DataFrame(made, index=given.index), given[kept]], axis=1)
    own = frame[list(made)]
    own.attrs = dict(given.attrs)  # from which day its file counts days
    written = {"decimal": mapping.decimal, "thousands": mapping.thousands or None}
    typed = typed_as(own, mapping.kind, "the table", keep=True, date_format=mapping.date_format or None, **written)
    return pd.concat([typed, frame[kept]], axis=1)


def _mapped(given: pd.DataFrame, each: ColumnMapping, column: Column, mapping: TableMapping) -> pd.Series:
    values = _known(given[each.heading], (*mapping.missing, *each.missing))
    if each.words:
        words = {same_word(key): word for key, word in each.words.items()}
        values = values.map(lambda value: words.get(same_word(as_code(value)), value), na_action="ignore")
    if column.type not in NUMERIC:
        return values
    numbers = _numbers(values, mapping)
    numbers = converted(numbers, column, each.unit)
    if each.upper_limit is not None:
        numbers = numbers / _limits(given, each, mapping)
        values = values.mask(numbers.isna() & _numbers(values, mapping).notna())
    unread = values.notna() & numbers.isna()
    if not unread.any():
        return numbers
    return numbers.astype(object).where(~unread, values)


def _limits(given: pd.DataFrame, each: ColumnMapping, mapping: TableMapping) -> pd.Series | float:
    """The upper limit of each row; missing where none is known for it."""
    limit = each.upper_limit
    if isinstance(limit, str):
        limits = _numbers(_known(given[limit], mapping.missing), mapping)
        return limits.where(limits > 0)
    if not isinstance(limit, Mapping):
        return float(limit)  # type: ignore[arg-type]  # asked only where there is one
    by = {same_word(str(word)): float(number) for word, number in limit.items() if word != BY}
    words = given[limit[BY]].map(lambda value: same_word(as_code(value)), na_action="ignore")
    limits = words.map(by.get, na_action="ignore").astype("float64")
    without = given[each.heading].notna() & limits.isna()
    if without.any():
        said = list(dict.fromkeys(given.loc[without, limit[BY]].map(str, na_action="ignore").fillna("nothing")))
        warnings.warn(
            f"{counted(int(without.sum()), 'value')} of {each.heading!r} {'is' if without.sum() == 1 else 'are'} left "
            f"empty: upper_limit says no number for {listed(map(repr, said), most=3)} under {limit[BY]!r}.",
            ReadingWarning,
            stacklevel=4,
        )
    return limits


def _known(values: pd.Series, missing: Sequence[str]) -> pd.Series:
    said = {same_word(word) for word in missing}
    return values.mask(values.map(lambda value: same_word(as_code(value)) in said)) if said else values


def _numbers(values: pd.Series, mapping: TableMapping) -> pd.Series:
    if pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype):
        return values.astype("float64")
    return read_numbers(values.astype(object), mapping.decimal, mapping.thousands or None)
