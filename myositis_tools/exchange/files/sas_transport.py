"""SAS transport files (XPT, version 5), the form in which CDISC data sets are handed on; written with pyreadstat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from myositis_tools.errors import OptionError, listed
from myositis_tools.exchange.files.sas_spss_stata import MISSING_PART

_LONGEST_TEXT, _LONGEST_NAME, _LONGEST_LABEL = 200, 8, 40  # bytes, of version 5
_DATE = "DATE9"


def as_transport(table: pd.DataFrame, *, name: str, label: str = "", labels: Mapping[str, str] | None = None) -> bytes:
    """A table as a transport file: texts are UTF-8, days are SAS dates.

    Parameters
    ----------
    table : pandas.DataFrame
        Its columns are called by up to eight letters and digits.
    name, label : str
        What the data set is called in SAS, and a word about it, of which the first forty signs are kept.
    labels : mapping, optional
        What each column is.

    Raises
    ------
    OptionError
        If a name or a text is longer than the format holds, for nothing is cut; or if pyreadstat is not installed.
    """
    try:
        import pyreadstat
    except ImportError as error:
        raise OptionError(
            "A SAS transport file needs pyreadstat.", expected="another suffix, or pyreadstat", hint=MISSING_PART
        ) from error
    texts = [name for name in table if pd.api.types.is_string_dtype(table[name]) or table[name].dtype == object]
    dates = [name for name in table if pd.api.types.is_datetime64_any_dtype(table[name])]
    _refuse(table.columns, _LONGEST_NAME, "The name of a column")
    _refuse((labels or {}).values(), _LONGEST_LABEL, "The label of a column")
    for column in texts:
        _refuse(table[column].dropna().unique(), _LONGEST_TEXT, f"A text of {column}")
    # without any text a column of objects would be written as one of numbers
    made = {name: table[name].astype(object).where(table[name].notna(), "") for name in texts}
    made |= {name: table[name].dt.date.astype(object).where(table[name].notna(), None) for name in dates}
    with TemporaryDirectory() as folder:
        path = Path(folder, "data.xpt")
        pyreadstat.write_xport(
            table.assign(**made),
            str(path),
            file_label=label[:_LONGEST_LABEL],
            column_labels=dict(labels or {}),
            table_name=name,
            file_format_version=5,
            variable_format=dict.fromkeys(map(str, dates), _DATE),
        )
        return path.read_bytes()


def _refuse(texts: Iterable[Any], longest: int, what: str) -> None:
    too_long = [text for text in texts if len(str(text).encode("utf-8")) > longest]
    if too_long:
        raise OptionError(
            f"{what} is too long for a SAS transport file.",
            where=listed([repr(text) for text in too_long], most=3),
            expected=f"at most {longest} bytes",
            hint="write .csv instead",
        )
