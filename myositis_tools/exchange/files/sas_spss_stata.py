"""Files of SAS, SPSS and Stata, read with pyreadstat; SAS transport files are what CDISC packages are made of."""

from __future__ import annotations

import codecs
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

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
        frame, _ = read(str(path), **options)
    except pyreadstat.ReadstatError as error:
        raise ValueError(str(error)) from error
    except OverflowError as error:
        raise ValueError("it holds a date beyond the year 9999") from error
    return pd.DataFrame({name: _plain(frame[name]) for name in frame.columns}, index=frame.index)


def _plain(values: pd.Series) -> pd.Series:
    """Days as dates of pandas; an empty text, which SAS and Stata do not tell from a missing one, as missing."""
    if values.dtype != object and not pd.api.types.is_string_dtype(values.dtype):
        return values
    held = values.dropna()
    if len(held) and isinstance(held.iloc[0], date) and held.map(lambda value: isinstance(value, date)).all():
        days = pd.Series(np.array(list(held), dtype="datetime64[us]"), index=held.index)
        return days.reindex(values.index)
    return values.astype(object).mask(values.isin([""]))
