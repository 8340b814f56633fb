"""An ADaM data set as files: with its parameters, its variables, and of what it was made."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, Unpack

import pandas as pd

from myositis_tools.errors import OptionError, listed
from myositis_tools.exchange.describe.provenance import about, package, table_in_words
from myositis_tools.exchange.files.sas_transport import as_transport
from myositis_tools.exchange.files.writing import SUFFIXES, as_csv, put, write_tables
from myositis_tools.exchange.standards.adam import adam_parameters, to_adam
from myositis_tools.groups import ARM
from myositis_tools.scores.options import SCORED_AS, ScoreKeywords, ScoreOptions, takes_options
from myositis_tools.tables import records

DATA_SET = "ADTIS"
TRANSPORT = ".xpt"


@takes_options
def write_adam(
    visits: Any,
    path: str | Path,
    *,
    study_id: str = "",
    group: str | None = ARM,
    **score_options: Unpack[ScoreKeywords],
) -> list[Path]:
    """Write an ADaM data set of scored visits with its parameters, its variables and its provenance.

    Needs the rows in memory: of an engine that waits, columns of every patient or visit are collected.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        As for `score_total_improvement`.
    path : str or pathlib.Path
        The file: ``.xpt`` (SAS transport, version 5), ``.csv`` or ``.parquet``, beside which the other tables stand as
        ``<name>_<table>`` (CSV beside ``.xpt``), or ``.xlsx``, in which they are sheets.
    study_id, group, **score_options
        As for `to_adam`.

    Returns
    -------
    list of pathlib.Path
        The files, each written whole or not at all.

    Raises
    ------
    OptionError
        If there is no such kind of file, or a text is too long for a transport file.
    MyositisToolsError
        Whatever `to_adam` refuses.
    OSError
        If a file cannot be written.

    Missing data
    ------------
    As `to_adam`; a transport file holds a missing number as ``.`` and a missing text as an empty one.

    Source
    ------
    As `to_adam`.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import myositis_tools as mt
    >>> with TemporaryDirectory() as folder:
    ...     written = mt.write_adam(mt.load_visits(), Path(folder, "adtis.xpt"))
    ...     [file.name for file in written], mt.read_cdisc(written[0], "ADaM").shape[0]
    (['adtis.xpt', 'adtis_about.csv', 'adtis_parameters.csv', 'adtis_variables.csv'], 512)
    """
    table = to_adam(visits, study_id=study_id, group=group, **score_options)
    said = [("visits", table_in_words(visits)), (SCORED_AS, str(ScoreOptions(**score_options)))]
    return write_data_set(Path(path), table, {"about": about([*said, *in_words()])})


def write_data_set(path: Path, table: pd.DataFrame, others: Mapping[str, pd.DataFrame]) -> list[Path]:
    """Write an ADaM data set as the suffix says, and beside it `others`, its parameters and its variables."""
    if path.suffix.lower() not in (TRANSPORT, *SUFFIXES):
        raise OptionError(f"{path.name} has no known suffix.", expected=f"one of {listed((TRANSPORT, *SUFFIXES))}")
    known = adam_parameters()
    described = {
        "parameters": known[known["PARAMCD"].isin(table["PARAMCD"].unique())],
        "variables": pd.DataFrame([row for row in records("adam_variables") if row["variable"] in table]),
    }
    beside = {**others, **described}
    if path.suffix.lower() != TRANSPORT:
        return write_tables(path, {DATA_SET.lower(): table, **beside})
    labels = {str(row["variable"]): str(row["label"]) for row in records("adam_variables")}
    files = {path.with_name(f"{path.stem}_{title}.csv"): partial(as_csv, other) for title, other in beside.items()}
    return put({path: partial(as_transport, table, name=DATA_SET, label=package(), labels=labels), **files})


def in_words() -> list[tuple[str, str]]:
    """What the data set is, for anyone who opens the file."""
    return [
        ("layout", "ADaM Basic Data Structure, one row a patient, parameter and visit; not validated"),
        ("parameters", "codes of this package (sponsor-defined); no standard defines them"),
    ]
