"""CDISC packages: SDTM domains and ADaM parameters as the package's own tables, from XPT or CSV."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from myositis_tools.errors import (
    DuplicateRowError,
    ImpossibleValueError,
    MissingColumnError,
    NotFoundError,
    OptionError,
    listed,
    nearest,
    require_option,
)
from myositis_tools.exchange.files.column_types import typed_as, typed_columns
from myositis_tools.exchange.files.reading import read_cells
from myositis_tools.exchange.standards.adam import IMPUTED
from myositis_tools.exchange.standards.cdisc_courses import courses_of
from myositis_tools.exchange.standards.cdisc_visits import unplaced, visit_weeks, visits_of
from myositis_tools.formatting import as_code
from myositis_tools.frames import columns, find_kind
from myositis_tools.tables import Record, records

DOMAINS = ("DM", "CM", "EX", "LB", "QS", "ADaM")
_SEXES = MappingProxyType({"F": "female", "M": "male", "U": None})
_YEARS = MappingProxyType({"YEARS": 1, "MONTHS": 12})  # how many of a unit of age are a year
_BLOOD = ("SERUM", "PLASMA", "BLOOD")
_UNKNOWN_MONTH = re.compile(r"(\d{4})---\d{2}")  # a year and a day: the year is what is known
_KEYS = ["patient_id", "week"]
_OF_VISIT = ("visit_date", "arm")  # said again on every row of it
_OF_DAY, _KEPT = 10, MappingProxyType({"month": 7, "year": 4})  # signs of a date such as 2026-03-31
_UNCODED = ("UNCODED", "NOT CODED")  # written where a dictionary has no name, though the guide wants it empty


def parameters() -> dict[str, str]:
    """The package's own parameter codes and the columns they stand for; no standard defines them."""
    return {str(row["paramcd"]): str(row["column"]) for row in records("adam_parameters")}


def read_cdisc(
    path: str | Path,
    domain: str,
    *,
    tests: Mapping[str, str] | None = None,
    weeks: Mapping[float, int | None] | None = None,
    where: Mapping[str, object] | None = None,
    encoding: str | None = None,
) -> pd.DataFrame:
    r"""Read an SDTM domain or an ADaM data set of parameters (BDS).

    Parameters
    ----------
    path : str or pathlib.Path
        An ``.xpt`` or ``.csv`` file; variables may be written small.
    domain : {"DM", "CM", "EX", "LB", "QS", "ADaM"}
        What it is: DM gives ``patients``, CM and EX ``medications``, LB ``labs`` with ``patient_id, week, date``, QS
        and ADaM ``visits``; ADaM also their date, arm, totals and classes where it has them.
    tests : mapping, optional
        The column (for LB the test: ``ck``, ``alt`` ...) of each code. No code for the core set measures is standard;
        by default those of ``tables.load("adam_parameters")`` are read and, of LB, codes that are the name of a test.
    weeks : mapping, optional
        The week of each number in ``VISITNUM`` or ``AVISITN``; None leaves a visit out. Needed for SDTM; of ADaM the
        number itself is the week where ``AVISIT``, if there, says the same (``Baseline``, ``Week 12``).
    where : mapping, optional
        Which rows are read: the value, or the values, of a variable, such as ``{"ANL01FL": "Y"}`` for the rows flagged
        for analysis or ``{"DTYPE": ""}`` for those that are no imputation.
    encoding : str, optional
        Of the texts, as in `read_table`: an ``.xpt`` file does not say it.

    Returns
    -------
    pandas.DataFrame
        The table. Rows of other codes are left out. So are rows of a known code whose visit has no week, with a warning
        that says which, unless None leaves them out. Of CM and EX ``drug`` is the coded name where there is one, and
        ``dose_mg_day`` is what the file states of dose, unit and frequency; a line repeated at every visit
        (``CMSPID``) is one course. Of DM an age in months is divided by 12.

    Raises
    ------
    OptionError
        If the domain is not known; if its visits have no week; if values are imputed (``DTYPE``) and `where` does not
        say whether to read them; if an enzyme was not measured in blood (``LBSPEC``), likewise; or if a test of LB is
        not known.
    MissingColumnError
        If a variable is not there, or no code of it is known.
    NotFoundError
        If no row is left of those asked for.
    ImpossibleValueError
        If an age is in a unit other than years and months.
    DuplicateRowError
        If a parameter stands twice in a visit.

    Missing data
    ------------
    As the file has them; sex ``U`` (unknown) is missing. A date of which only the month or the year is recorded comes
    with its precision; a visit whose parameters bear several dates has none. A result of LB that is no number, such as
    ``>1000``, is missing, with a warning that says which. A dose is missing where its frequency is not so many times a
    day (``tables.load("cdisc_frequencies")``), or its unit is no mass. A course that ended before the reference of the
    study, on a day not recorded, has ``still_taken`` no.

    Source
    ------
    ``tables.load("cdisc_variables")`` and ``cdisc_frequencies``: each name with where it was read. The implementation
    guides themselves were not; what is ``unverified`` there is so.

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
    named = [row for row in records("cdisc_variables") if row["domain"] == domain]
    kind = str(named[0]["kind"])
    given = _of_domain(read_cells(path, encoding=encoding), named, domain)
    frame = _as_columns(_chosen(given, where or {}, domain), named)
    codes = dict(tests or ({} if domain == "LB" else parameters()))
    if domain == "LB":
        frame = _enzymes(frame, codes, where or {})
    if kind == "visits":
        frame = _known(frame, "parameter", codes, domain, codes)
        _refuse_imputed(frame, where or {})
    if "visit" in frame:
        frame = frame.assign(week=visit_weeks(frame, domain, weeks))
        _tell_unplaced(unplaced(frame, weeks), len(frame), domain)
        frame = frame[frame["week"].notna()]
        frame = frame.astype({"week": "int64"}) if (frame["week"] % 1 == 0).all() else frame
    if kind == "labs":
        _tell_unread(frame)
    if kind == "patients":
        frame = _persons(frame)
    if kind == "medications":
        frame = courses_of(frame)
    for name in [name for name in frame if name.endswith("date")]:
        frame = frame.assign(**{name: frame[name].map(_day, na_action="ignore")})
    if kind == "visits":
        frame = _spread(_as_recorded(frame), codes, domain, hint=_hint_at_flag(frame, where or {}))
    else:
        order = dict.fromkeys(["patient_id", *(["week"] if "week" in frame else []), *find_kind(kind).columns])
        frame = frame[[name for name in order if name in frame]]
    typed = typed_as(frame.reset_index(drop=True), kind, Path(path).name)
    return typed_columns(typed, columns("responses"), Path(path).name) if domain == "ADaM" else typed


# ----------------------------------------------------------------------------------------------- variables and rows


def _of_domain(given: pd.DataFrame, named: Sequence[Record], domain: str) -> pd.DataFrame:
    """The data set with its variables in capitals, if those that are needed are there."""
    capital = [str(name).strip().upper() for name in given.columns]
    if len(set(capital)) == len(capital):
        given = given.set_axis(capital, axis=1)
    absent = [str(row["variable"]) for row in named if row["required"] and row["variable"] not in given]
    if absent:
        raise MissingColumnError(
            f"The {domain} data set lacks {listed(absent)}.", where=f"variables present: {listed(given.columns)}"
        )
    return given


def _chosen(given: pd.DataFrame, where: Mapping[str, object], domain: str) -> pd.DataFrame:
    for name, wanted in where.items():
        if name not in given:
            raise MissingColumnError(
                f"The {domain} data set has no variable {name}.",
                where=f"where={dict(where)!r}",
                expected=listed(given.columns),
                hint=nearest(name, list(given.columns)),
            )
        several = wanted if isinstance(wanted, Iterable) and not isinstance(wanted, str) else [wanted]
        words = {_word(one) for one in several}
        held = given[name].map(_word)
        rows = given[held.isin(words)]
        if rows.empty and len(given):
            raise NotFoundError(
                f"No row has {name} {listed(map(repr, sorted(words)))}.",
                where=f"where={dict(where)!r}",
                expected=listed(map(repr, held.unique())),
            )
        given = rows
    return given


def _word(value: object) -> str:
    """A value as a person writes it; an empty text where there is none."""
    if value is None or value != value:
        return ""
    return as_code(value).strip()


def _as_columns(given: pd.DataFrame, named: Sequence[Record]) -> pd.DataFrame:
    """The variables under their own names here; of two that stand for one column the first that is filled."""
    made: dict[str, pd.Series] = {}
    for row in named:
        name, variable = str(row["column"]), str(row["variable"])
        if variable in given:
            values = given[variable].mask(given[variable].isin(_UNCODED))
            made[name] = made[name].where(made[name].notna(), values) if name in made else values
    return pd.DataFrame(made, index=given.index)


def _known(
    frame: pd.DataFrame, name: str, codes: Mapping[str, str], domain: str, expected: Iterable[str]
) -> pd.DataFrame:
    known = frame[frame[name].isin(list(codes))]
    if known.empty:
        raise MissingColumnError(
            f"No {name} of this {domain} data set is known.",
            where=f"codes: {listed(frame[name].dropna().unique())}",
            expected=listed(expected),
            hint=f"tests= says which {'test' if domain == 'LB' else 'column'} each code stands for",
        )
    return known


def _tell_unplaced(rows: pd.DataFrame, of: int, domain: str) -> None:
    if len(rows):
        warnings.warn(
            f"Rows of {domain} whose visit has no week are left out, {len(rows)} of {of}: {visits_of(rows)}.",
            stacklevel=3,
        )


def _tell_unread(labs: pd.DataFrame) -> None:
    """Say which results are missing because they are no numbers."""
    if "result" not in labs:
        return
    rows = labs[pd.to_numeric(labs["value"], errors="coerce").isna() & labs["result"].notna()]
    if len(rows):
        said = (f"{row.test} {row.result}" for row in rows.drop_duplicates(["test", "result"]).itertuples())
        warnings.warn(
            f"Results of LB that are no numbers are missing, {len(rows)} of {len(labs)}: {listed(said)}.", stacklevel=3
        )


def _day(value: object) -> object:
    """The day of a date and time; of a year and a day without a month the year."""
    if not isinstance(value, str):
        return value
    day = value.partition("T")[0]
    known = _UNKNOWN_MONTH.fullmatch(day)
    return known[1] if known else day


# ----------------------------------------------------------------------------------------------------- what they mean


def _persons(frame: pd.DataFrame) -> pd.DataFrame:
    if "sex" in frame:
        frame = frame.assign(sex=frame["sex"].map(lambda code: _SEXES.get(code.upper(), code), na_action="ignore"))
    if not {"age_years", "age_unit"} <= set(frame.columns):
        return frame
    ages = pd.to_numeric(frame["age_years"], errors="coerce")
    units = frame["age_unit"].map(lambda unit: unit.strip().upper(), na_action="ignore").fillna("YEARS")
    other = frame[ages.notna() & ~units.isin(list(_YEARS))]
    if len(other):
        raise ImpossibleValueError(
            f"An age is in {listed(other['age_unit'].unique())}.",
            where=f"AGEU of patient_id {listed(other['patient_id'], most=3)}",
            expected=listed(_YEARS),
            hint="give the age in years, or leave it empty and give the birth date",
        )
    return frame.assign(age_years=frame["age_years"].where(ages.isna() | (units == "YEARS"), ages / units.map(_YEARS)))


def _enzymes(frame: pd.DataFrame, codes: Mapping[str, str], where: Mapping[str, object]) -> pd.DataFrame:
    """The results of enzymes."""
    enzymes = [str(row["enzyme"]) for row in records("enzymes")]
    for test in codes.values():
        require_option("tests", test, enzymes)
    held = map(str, frame["test"].dropna().unique())
    known = {code: codes.get(code, code.lower()) for code in held if code in codes or code.lower() in enzymes}
    frame = _known(frame, "test", known, "LB", [*codes, *map(str.upper, enzymes)])
    if "specimen" in frame and "LBSPEC" not in where:
        given = frame["specimen"].dropna()
        other = given[~given.map(lambda said: any(word in said.upper() for word in _BLOOD))]
        if len(other):
            raise OptionError(
                f"Some results of {listed(frame.loc[other.index, 'test'].unique())} are not of blood.",
                where=f"LBSPEC: {listed(other.unique())} ({len(other)} of {len(frame)} results)",
                expected=f"where={{'LBSPEC': {list(given.unique())!r}}}, with those to be read",
            )
    return frame.assign(test=frame["test"].map(known))


def _refuse_imputed(frame: pd.DataFrame, where: Mapping[str, object]) -> None:
    if "derivation" not in frame or "DTYPE" in where or not frame["derivation"].notna().any():
        return
    types = list(frame["derivation"].dropna().unique())
    raise OptionError(
        f"{frame['derivation'].notna().sum()} of {len(frame)} values were not observed.",
        where=f"DTYPE: {listed(types)}",
        expected=f"where={{'DTYPE': ''}} for those that were, or where={{'DTYPE': {['', *types]!r}}} for all",
        hint="a value that was carried forward would be scored as if it had been measured",
    )


def _hint_at_flag(frame: pd.DataFrame, where: Mapping[str, object]) -> str:
    flagged = "analysed" in frame and "ANL01FL" not in where
    return "where={'ANL01FL': 'Y'} reads the rows flagged for analysis" if flagged else "where= says which to read"


def _spread(frame: pd.DataFrame, codes: Mapping[str, str], domain: str, *, hint: str = "") -> pd.DataFrame:
    known = frame.assign(parameter=frame["parameter"].map(dict(codes)))
    doubled = known[known.duplicated([*_KEYS, "parameter"])]
    if len(doubled):
        first = doubled.iloc[0]
        raise DuplicateRowError(
            f"The {domain} data set holds a parameter of a visit twice.",
            where=f"patient_id {first['patient_id']}, week {first['week']:g}, {first['parameter']}",
            expected="one row for each patient, visit and parameter",
            hint=hint,
        )
    rows = known[_KEYS].drop_duplicates()
    for name in [name for name in _OF_VISIT if name in known]:
        said = known[[*_KEYS, name]].drop_duplicates()
        # parameters of one visit may have days of their own: then it has none
        rows = rows.merge(said[~said.duplicated(_KEYS, keep=False)], on=_KEYS, how="left")
    present = set(known["parameter"].unique())
    for column in [column for column in codes.values() if column in present]:
        is_word = column in columns("responses") and columns("responses")[column].words
        held = "word" if is_word and "word" in known else "value"
        values = known.loc[known["parameter"] == column, [*_KEYS, held]]
        rows = rows.merge(values.rename(columns={held: column}), on=_KEYS, how="left")
    return rows


def _as_recorded(frame: pd.DataFrame) -> pd.DataFrame:
    """The days of the visits without the part that was filled in."""
    if not {"visit_date", "not_known"} <= set(frame.columns):
        return frame
    days = frame["visit_date"].map(str, na_action="ignore").str[:_OF_DAY]
    for precision, kept in _KEPT.items():
        days = days.mask(frame["not_known"] == IMPUTED[precision], days.str[:kept])
    return frame.assign(visit_date=days)
