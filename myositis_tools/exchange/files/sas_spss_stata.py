"""Files of SAS, SPSS and Stata, read with pyreadstat; SAS transport files are what CDISC packages are made of."""

from __future__ import annotations

import codecs
import math
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_float_dtype

from myositis_tools.exchange.files.telling import tell
from myositis_tools.formatting import counted
from myositis_tools.frames.numbers import as_meant

_READERS = {
    ".sas7bdat": "read_sas7bdat",
    ".xpt": "read_xport",
    ".sav": "read_sav",
    ".zsav": "read_sav",
    ".dta": "read_dta",
}
STATISTICS_FILES = tuple(_READERS)
MISSING_PART = 'what reads and writes such files is installed with pip install "myositis_tools[all]"'
LABELLED_FILES = (".sav", ".zsav", ".dta")
# formats of SAS that show a whole day and that pyreadstat does not take for dates; months and quarters stay numbers
_MORE_DAYS = ("WORDDATE", "WORDDATX", "YYMMDDC", "EURDFDD", "EURDFDE", "NLDATE")
_WIDTH = 8  # bytes of a number, of which SAS can be told to keep fewer
_MOST_READINGS = 500  # of a file, to find single cells in it
_TRANSPORT_RECORD = 80  # bytes; a SAS transport file is made of such records and does not say how many


def read_statistics_file(path: Path, *, labelled: bool = False, encoding: str | None = None) -> pd.DataFrame:
    """Read one; what the program itself calls missing is missing.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    labelled : bool
        Whether codes that have a label in the file come as their label.
    encoding : str, optional
        Of its texts, where the file does not say it or says it wrongly.

    Raises
    ------
    ValueError
        If the file cannot be read.
    LookupError
        If there is no such encoding.
    """
    import pyreadstat

    suffix = path.suffix.lower()
    if suffix == ".xpt" and path.stat().st_size % _TRANSPORT_RECORD:
        raise ValueError(f"it is cut off: it does not end with a whole record of {_TRANSPORT_RECORD} bytes")
    read: Any = getattr(pyreadstat, _READERS[suffix])
    options: dict[str, Any] = {}
    if encoding is not None:
        options["encoding"] = codecs.lookup(encoding).name  # ReadStat knows fewer names of the same encoding
    if suffix in LABELLED_FILES:
        options |= {"apply_value_formats": labelled, "formats_as_category": False}
    else:
        options["extra_date_formats"] = list(_MORE_DAYS)
    try:
        try:
            frame, about = read(str(path), **options)
        except OverflowError:  # a date beyond the year 9999: its cell is lost, and no more
            frame, about = _by_column(path, read, options)
    except pyreadstat.ReadstatError as error:
        raise ValueError(str(error)) from error
    made = {name: _plain(frame[name]) for name in frame.columns}
    for name, kind in about.readstat_variable_types.items():
        width = about.variable_storage_width[name]
        if kind == "float":  # of Stata, unless it is told to keep doubles
            made[name] = pd.Series(as_meant(frame[name].to_numpy(dtype="float32")), index=frame.index)
        elif kind == "double" and width < _WIDTH and is_float_dtype(made[name].dtype):
            made[name] = _before_the_cut(made[name], width, by_nibble=suffix == ".xpt")
    return pd.DataFrame(made, index=frame.index)


def _by_column(path: Path, read: Any, options: dict[str, Any]) -> tuple[pd.DataFrame, Any]:
    """The columns one by one; a date that no calendar has stays the number that the file holds, and is told."""
    numbers, about = read(str(path), **options, disable_datetime_conversion=True)
    made, beyond = {}, {}
    for name in numbers.columns:
        try:
            made[name] = read(str(path), **options, usecols=[name])[0][name]
        except OverflowError:
            made[name], beyond[name] = _with_numbers(path, read, options, numbers[name])
    for name, count in beyond.items():
        tell(
            f"Column {name} of {path.name} holds {counted(count, 'date')} beyond the year 9999: as no calendar has "
            f"{'it' if count == 1 else 'them'}, what is read is the number that the file holds.",
            hint="correct it in the program that wrote the file",
        )
    return pd.DataFrame(made, index=numbers.index), about


def _with_numbers(path: Path, read: Any, options: dict[str, Any], numbers: pd.Series) -> tuple[pd.Series, int]:
    """A column of dates, and how many of them had to stay numbers; halves of halves find where those stand."""
    found: list[Any] = []
    count, readings = 0, 0
    parts = [(0, len(numbers))]
    while parts:
        first, size = parts.pop()
        readings += 1
        try:
            if size > 1 and readings > _MOST_READINGS:
                raise OverflowError
            part = read(str(path), **options, usecols=[numbers.name], row_offset=first, row_limit=size)[0]
            found += list(part[numbers.name])
        except OverflowError:
            if size == 1 or readings > _MOST_READINGS:
                held = list(numbers.iloc[first : first + size])
                count += sum(map(pd.notna, held))
                found += held
            else:
                half = size // 2
                parts += [(first + half, size - half), (first, half)]
    return pd.Series(found, index=numbers.index, dtype=object), count


def _before_the_cut(values: pd.Series, width: int, *, by_nibble: bool) -> pd.Series:
    """The decimals of which SAS cut the last bytes off: those with the fewest digits that would be cut to the same.

    A transport file keeps its digits by four bits: the first of them may be zeros.
    """
    codes, different = pd.factorize(values)
    found = []
    for value in map(float, different):
        exponent = math.frexp(value)[1]
        last = 4 * math.ceil(exponent / 4) - 8 * (width - 1) if by_nibble else exponent - (8 * width - 11)
        found.append(_shortest(value, 2.0**last))
    return pd.Series(np.append(found, np.nan)[codes], index=values.index)


def _shortest(value: float, step: float) -> float:
    low, high = Decimal(abs(value)), Decimal(abs(value)) + Decimal(step)
    for digits in range(1, 17):
        for way in (ROUND_FLOOR, ROUND_CEILING):
            rounded = float(Context(prec=digits, rounding=way).plus(low))
            if low <= Decimal(rounded) < high:
                return math.copysign(rounded, value)
    return value


def _plain(values: pd.Series) -> pd.Series:
    """Days as dates of pandas; an empty text, which SAS and Stata do not tell from a missing one, as missing."""
    if values.dtype != object and not pd.api.types.is_string_dtype(values.dtype):
        return values
    held = values.dropna()
    if len(held) and isinstance(held.iloc[0], date) and held.map(lambda value: isinstance(value, date)).all():
        days = pd.Series(np.array(list(held), dtype="datetime64[us]"), index=held.index)
        return days.reindex(values.index)
    return values.astype(object).mask(values.isin([""]))
