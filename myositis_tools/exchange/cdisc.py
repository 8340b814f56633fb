"""CDISC packages: SDTM domains and ADaM parameters as the package's own tables, from XPT or CSV."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from myositis_tools.errors import DuplicateRowError, MissingColumnError, OptionError, listed, require_option
from myositis_tools.exchange.adam import IMPUTED
from myositis_tools.exchange.reading import read_cells, typed_as, typed_columns
from myositis_tools.frames import columns
from myositis_tools.tables import records

DOMAINS = ("DM", "CM", "EX", "LB", "QS", "ADaM")
_SEXES = MappingProxyType({"F": "female", "M": "male"})
_VISIT = MappingProxyType({"LB": "VISITNUM", "QS": "VISITNUM", "ADaM": "AVISITN"})
_KEYS = ["patient_id", "week"]
_DAY = slice(0, 10)  # of a date and time, its date
_KNOWN_OF_DAY = MappingProxyType({IMPUTED["month"]: slice(0, 7), IMPUTED["year"]: slice(0, 4)})
_OF_VISIT = ("visit_date", "arm")  # said again on every row of it


def parameters() -> dict[str, str]:
    """The package's own parameter codes and the columns they stand for; no standard defines them."""
    return {str(row["paramcd"]): str(row["column"]) for row in records("adam_parameters")}


def read_cdisc(
    path: str | Path,
    domain: str,
    *,
    tests: Mapping[str, str] | None = None,
    weeks: Mapping[float, int] | None = None,
) -> pd.DataFrame:
    r"""Read an SDTM domain or an ADaM data set of parameters (BDS).

    Parameters
    ----------
    path : str or pathlib.Path
        An ``.xpt`` or ``.csv`` file.
    domain : {"DM", "CM", "EX", "LB", "QS", "ADaM"}
        What it is: DM gives ``patients``, CM and EX ``medications``, LB ``labs`` with ``patient_id`` and ``week``, QS
        and ADaM ``visits``; ADaM also their date, arm and class of response where it has them.
    tests : mapping, optional
        The column (for LB the test: ``ck``, ``alt`` ...) of each code. No code for the core set measures is standard;
        by default those of ``tables.load("adam_parameters")`` are read and, of LB, codes that are the name of a test.
    weeks : mapping, optional
        The week of each number in ``VISITNUM`` or ``AVISITN``. Needed for SDTM; of ADaM the number itself is taken as
        the week where it is not given.

    Returns
    -------
    pandas.DataFrame
        The table; rows of other codes and visits are left out.

    Raises
    ------
    OptionError
        If the domain is not known, or its visits have no week.
    MissingColumnError
        If a variable is not there, or no code of it is known.
    DuplicateRowError
        If a parameter stands twice in a visit.

    Missing data
    ------------
    As the file has them. A date of which only the month or the year is recorded comes with its precision. A visit whose
    parameters bear several dates has none.

    Source
    ------
    ``tables.load("cdisc_variables")``: names of variables. The implementation guides were not read; those of ADaM are
    as CDISC's wiki prints them.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from myositis_tools.exchange import read_cdisc
    >>> with TemporaryDirectory() as place:
    ...     _ = Path(place, "adqs.csv").write_text("USUBJID,PARAMCD,AVISITN,AVAL\nA,HAQDI,0,1.5\nA,HAQDI,12,0.5\n")
    ...     read_cdisc(Path(place, "adqs.csv"), "ADaM")
      patient_id  week  haq_di
    0          A     0     1.5
    1          A    12     0.5
    """
    require_option("domain", domain, DOMAINS)
    given = read_cells(path)
    named = [row for row in records("cdisc_variables") if row["domain"] == domain]
    names = {str(row["variable"]): str(row["column"]) for row in named}
    kind = str(named[0]["kind"])
    needed = [name for name in names if names[name] in ("patient_id", "parameter", "value", "test", "drug")]
    needed += [_VISIT[domain]] if domain in ("QS", "ADaM") else []
    absent = [name for name in needed if name not in given]
    if absent:
        raise MissingColumnError(
            f"The {domain} data set lacks {listed(absent)}.", where=f"variables present: {listed(given.columns)}"
        )
    frame = given[[name for name in names if name in given]].rename(columns=names)
    if domain in _VISIT and _VISIT[domain] in given:
        frame.insert(1, "week", _weeks(given[_VISIT[domain]], domain, weeks))
        frame = frame[frame["week"].notna()]
    if "sex" in frame:
        frame["sex"] = frame["sex"].map(lambda code: _SEXES.get(code, code), na_action="ignore")
    for name in [name for name in frame if name.endswith("_date")]:
        frame[name] = frame[name].map(lambda day: str(day)[_DAY], na_action="ignore")
    if "not_known" in frame and "visit_date" in frame:
        frame["visit_date"] = _as_known(frame["visit_date"], frame["not_known"])
    if domain == "LB":
        codes = dict(tests or {})
        frame["test"] = frame["test"].map(lambda code: codes.get(code, code.lower()), na_action="ignore")
        known = {str(row["enzyme"]) for row in records("enzymes")}
        frame = frame[frame["test"].isin(known)]
    if kind == "visits":
        frame = _spread(frame, dict(tests or parameters()), domain)
    typed = typed_as(frame.reset_index(drop=True), kind, Path(path).name)
    return typed_columns(typed, columns("responses"), Path(path).name) if domain == "ADaM" else typed


def _weeks(visits: pd.Series, domain: str, weeks: Mapping[float, int] | None) -> pd.Series:
    numbers = pd.to_numeric(visits, errors="coerce")
    if weeks is None and domain != "ADaM":
        held = sorted(numbers.dropna().unique())
        raise OptionError(
            f"The visits of {domain} have numbers, and none has a week.",
            where=f"{_VISIT[domain]}: {listed(held)}",
            expected="weeks={" + ", ".join(f"{number:g}: ..." for number in held[:3]) + "}",
            hint="0 is the baseline",
        )
    return numbers if weeks is None else numbers.map({float(number): week for number, week in weeks.items()})


def _spread(frame: pd.DataFrame, codes: Mapping[str, str], domain: str) -> pd.DataFrame:
    known = frame[frame["parameter"].isin(list(codes))]
    if known.empty:
        raise MissingColumnError(
            f"No parameter of this {domain} data set is known.",
            where=f"codes: {listed(frame['parameter'].dropna().unique())}",
            expected=listed(codes),
            hint="tests= says which column each code stands for",
        )
    known = known.assign(parameter=known["parameter"].map(dict(codes)))
    doubled = known[known.duplicated([*_KEYS, "parameter"])]
    if len(doubled):
        first = doubled.iloc[0]
        raise DuplicateRowError(
            f"The {domain} data set holds a parameter of a visit twice.",
            where=f"patient_id {first['patient_id']}, week {first['week']:g}, {first['parameter']}",
            expected="one row for each patient, visit and parameter",
        )
    rows = known[_KEYS].drop_duplicates()
    for name in [name for name in _OF_VISIT if name in known]:
        said = known[[*_KEYS, name]].drop_duplicates()
        # parameters of one visit may have days of their own: then it has none
        rows = rows.merge(said[~said.duplicated(_KEYS, keep=False)], on=_KEYS, how="left")
    for column in [column for column in codes.values() if column in set(known["parameter"])]:
        is_word = column in columns("responses") and columns("responses")[column].words
        held = "word" if is_word and "word" in known else "value"
        values = known.loc[known["parameter"] == column, [*_KEYS, held]]
        rows = rows.merge(values.rename(columns={held: column}), on=_KEYS, how="left")
    return rows


def _as_known(days: pd.Series, not_known: pd.Series) -> pd.Series:
    """A day of which a part was filled in, without that part."""
    for flag, known in _KNOWN_OF_DAY.items():
        days = days.mask(not_known == flag, days.str[known])
    return days
