"""Whatever is asked of patients, asked part by part: memory is bounded, and a run that was ended goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from myositis_tools.errors import OptionError, needs_package
from myositis_tools.exchange.files.writing import PARQUET
from myositis_tools.exchange.parts.patient_parts import LargeTable, PatientPart, PatientParts, rows_of
from myositis_tools.exchange.parts.unfinished_run import UnfinishedRun

# Measured on the sample (tests/benchmarks/parts.py): what the process takes before it reads a row, and the most that a
# row takes while it is read, checked, scored and written, or screened.
_BASE_BYTES = 400_000_000
_BYTES_PER_ROW = 4_000
_UNITS = {"MB": 10**6, "GB": 10**9, "MiB": 2**20, "GiB": 2**30}


def in_parts(
    work: Callable[..., Mapping[str, pd.DataFrame]],
    out: str | Path,
    *,
    memory: str = "2GB",
    made_by: str,
    **tables: str | Path,
) -> dict[str, Path]:
    """Ask something of patients who do not fit into memory: Parquet in, Parquet out, some patients at a time.

    Parameters
    ----------
    work : callable
        Takes a pandas table under each name of `tables`, all rows of some patients, and gives tables by title. It has
        to be a question about each patient alone, as scores and decisions are: a median would be that of the part.
    out : str or pathlib.Path
        A folder that is not there yet, is empty, or holds a run that was ended. Each title becomes a folder in it.
    memory : str
        The most that may be held, such as ``"2GB"``; the parts are made so large.
    made_by : str
        What is done, in words, with its options. A folder that holds another run, of other data or by other words, is
        refused.
    **tables : str or pathlib.Path
        Parquet files, or folders of them, each with a column ``patient_id``.

    Returns
    -------
    dict of str to pathlib.Path
        The folder of each title, which pandas, Polars, DuckDB and Spark read as one table.

    Raises
    ------
    OptionError
        If the memory is too little, or the folder holds something else.
    NotFoundError, WrongTypeError, MissingColumnError
        If a table is not there, cannot be read or has no ``patient_id``.
    MyositisToolsError
        Whatever `work` refuses; the parts that were written stay, and the next run goes on with this one.

    Missing data
    ------------
    As `work` has it. Rows without a patient come into one part together.

    Notes
    -----
    The tables are cut by DuckDB, in bounded memory, into Parquet in a hidden folder of `out`, which takes as much disk
    as the tables and is removed at the end. The rows of a part are in their order; the parts are in none.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import pandas as pd
    >>> import myositis_tools as mt
    >>> def scored(visits):
    ...     return {"scored": mt.score_total_improvement(visits)}
    >>> with TemporaryDirectory() as place:
    ...     mt.load_visits().to_parquet(Path(place, "visits.parquet"))
    ...     found = mt.io.in_parts(
    ...         scored, Path(place, "out"), made_by="TIS of adults", visits=Path(place, "visits.parquet"))
    ...     len(pd.read_parquet(found["scored"]))
    512
    """
    large = [LargeTable(kind, Path(path)) for kind, path in tables.items()]
    folder = Path(out)

    def of_part(part: PatientPart) -> Mapping[str, pd.DataFrame]:
        return work(**{kind: part.table(kind).reset_index(drop=True) for kind in tables})

    write_parts(of_part, large, folder, memory, made_by)
    return {path.name: path for path in sorted(folder.iterdir()) if path.is_dir()}


def write_parts(
    work: Callable[[PatientPart], Mapping[str, pd.DataFrame]],
    tables: Sequence[LargeTable],
    out: Path,
    memory: str,
    made_by: str,
    done: Callable[[int, int], Any] | None = None,
) -> int:
    """Write what `work` makes of each part, and give how many parts there are; `done` is told of each step.

    Raises
    ------
    MyositisToolsError
        As `in_parts`.
    """
    limit = memory_bytes(memory)
    rows = sum(map(rows_of, tables))
    count = max(1, -(-rows * _BYTES_PER_ROW // (limit - _BASE_BYTES)))
    run = UnfinishedRun(out, tables, count, made_by)
    if not run.left:
        return count
    parts = PatientParts(tables, run.cuts, limit - _BASE_BYTES)
    if not run.is_cut():
        parts.cut(count)
        run.has_cut()
    for number in run.left:
        part = parts.part(number)
        run.write(number, work(part), part.files)
        parts.remove(part)
        if done:
            done(number, count)
    run.finish()
    return count


def counts_in(folder: Path, column: str) -> dict[Any, int]:
    """How often each value stands in a column of what was written; None is what is missing."""
    with needs_package("duckdb"):
        import duckdb
    with duckdb.connect() as connection:
        found = connection.read_parquet(str(folder / f"*{PARQUET}"))
        return dict(found.aggregate(f'"{column}", count(*)').fetchall())


def memory_bytes(memory: str) -> int:
    """How many bytes are meant.

    Raises
    ------
    OptionError
        If it is no size, or less than the least with which this can be done.

    Examples
    --------
    >>> memory_bytes("2GB"), memory_bytes("1.5 GiB")
    (2000000000, 1610612736)
    """
    units = "|".join(_UNITS)
    found = re.fullmatch(rf"(\d+(?:\.\d+)?)\s*({units})", memory.strip())
    if not found:
        raise OptionError(f"{memory!r} is no size of memory.", expected="for example 2GB or 800MB")
    size = int(float(found[1]) * _UNITS[found[2]])
    least = _BASE_BYTES * 3 // 2
    if size < least:
        raise OptionError(f"{memory} is too little.", expected=f"{least // 10**6}MB or more")
    return size
