"""Files of SAS, SPSS and Stata, read with pyreadstat; SAS transport files are what CDISC packages are made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

_READERS = {
    ".sas7bdat": "read_sas7bdat",
    ".xpt": "read_xport",
    ".sav": "read_sav",
    ".zsav": "read_sav",
    ".dta": "read_dta",
}
STATISTICS_FILES = tuple(_READERS)


def read_statistics_file(path: Path, *, labelled: bool = False) -> pd.DataFrame:
    """Read one; what the program itself calls missing is missing.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    labelled : bool
        Whether codes that have a label in the file come as their label.

    Raises
    ------
    ValueError
        If the file cannot be read.
    """
    import pyreadstat

    read: Any = getattr(pyreadstat, _READERS[path.suffix.lower()])
    options = (
        {}
        if path.suffix.lower() in (".sas7bdat", ".xpt")
        else {"apply_value_formats": labelled, "formats_as_category": False}
    )
    try:
        frame, _ = read(str(path), **options)
    except pyreadstat.ReadstatError as error:
        raise ValueError(str(error)) from error
    texts = [name for name in frame.columns if frame[name].dtype == object or pd.api.types.is_string_dtype(frame[name])]
    # SAS and Stata know no missing text: an empty one is it
    return frame.assign(**{name: frame[name].astype(object).mask(frame[name].isin([""])) for name in texts})
