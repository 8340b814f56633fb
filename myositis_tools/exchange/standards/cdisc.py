"""CDISC packages: SDTM domains and ADaM parameters as the package's own tables, from XPT or CSV."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from myositis_tools.errors import ImpossibleValueError, OptionError, ReadingWarning, listed, require_option
from myositis_tools.exchange.files.not_recorded import Missing
from myositis_tools.exchange.files.reading import read_cells
from myositis_tools.exchange.standards.cdisc_courses import courses_of, without_dates
from myositis_tools.exchange.standards.cdisc_dates import as_recorded, with_known_dates
from myositis_tools.exchange.standards.cdisc_results import require_results, results_of
from myositis_tools.exchange.standards.cdisc_rows import (
    as_columns,
    chosen,
    in_capitals,
    of_enzymes,
    of_known_codes,
    refuse_imputed,
    require_visits,
)
from myositis_tools.exchange.standards.cdisc_visits import Weeks, unplaced, visit_weeks, visits_of
from myositis_tools.exchange.standards.cdisc_visits_wide import in_own_units, known_columns, one_row_a_visit
from myositis_tools.exchange.standards.written import Written
from myositis_tools.frames import columns, find_kind
from myositis_tools.tables import records

DOMAINS = ("DM", "CM", "EX", "LB", "QS", "ADaM")
_OF_RESULTS = ("LB", "QS")
_SEXES = MappingProxyType({"F": "female", "M": "male", "U": None})
_YEARS = MappingProxyType({"YEARS": 1, "MONTHS": 12})  # how many of a unit of age are a year


def parameters() -> dict[str, str]:
    """The package's own parameter codes and the columns they stand for; no standard defines them."""
    return {str(row["paramcd"]): str(row["column"]) for row in records("adam_parameters")}


def read_cdisc(
    path: str | Path,
    domain: str,
    *,
    tests: Mapping[str, str | None] | None = None,
    weeks: Mapping[float | str, int | None] | None = None,
    where: Mapping[str, object] | None = None,
    units: Mapping[str, str] | None = None,
    heading_line: int | None = None,
    separator: str | None = None,
    decimal: str = ".",
    thousands: str | None = None,
    encoding: str | None = None,
    date_format: str | None = None,
    missing: Missing = (),
    on_problem: str = "refuse",
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
        The column (for LB the test: ``ck``, ``alt`` ...) of each code; None leaves it out. No code for the core set
        measures is standard; by default those of ``tables.load("adam_parameters")`` are read and, of LB, codes that are
        the name of a test.
    weeks : mapping, optional
        The week of each number in ``VISITNUM`` or ``AVISITN``; None leaves a visit out. Needed for SDTM; of ADaM the
        number itself is the week where ``AVISIT``, if there, says the same (``Baseline``, ``Week 12``). Of visits that
        have a name and no number, the week of each name.
    where : mapping, optional
        Which rows are read: the value, or the values, of a variable, such as ``{"ANL01FL": "Y"}`` for the rows flagged
        for analysis or ``{"DTYPE": ""}`` for those that are no imputation.
    units : mapping, optional
        Of QS and ADaM, the unit of a column's numbers, such as ``{"physician_global_cm": "mm"}``, for the rows that
        state none, or one that is not known.
    heading_line, separator, decimal, thousands, encoding, date_format, missing, on_problem
        As for `read_table`. An ``.xpt`` file does not say its encoding.

    Returns
    -------
    pandas.DataFrame
        The table. Of CM and EX ``drug`` is the coded name where there is one, and ``dose_mg_day`` is what the file
        states of dose, unit and frequency; a line repeated at every visit (``CMSPID``) is one course. Of DM an age in
        months is divided by 12. Of QS and ADaM a value is converted to the unit of its column from the one that its row
        states (``QSSTRESU``, ``AVALU``, or ``PARAM`` and ``QSTEST`` in brackets). A result of LB or QS that is not
        standardised is read as it was collected (``LBORRES``), with its own unit and upper limit.

    Raises
    ------
    OptionError
        If the domain is not known; if its visits have no week; if values are imputed (``DTYPE``) and `where` does not
        say whether to read them; if an enzyme was not measured in blood (``LBSPEC``), likewise; if a unit is stated
        that a column cannot be made from, and `units` does not say what it is; or if a test of LB is not known.
    MissingColumnError
        If a variable is not there, or no code of it is known.
    NotFoundError
        If no row is left of those asked for.
    ImpossibleValueError
        If an age is in a unit other than years and months.
    DuplicateRowError
        If a parameter stands twice in a visit.
    WrongTypeError
        If a variable stands twice, or a cell cannot be read as what it should be.

    Warns
    -----
    ReadingWarning
        Of rows of other codes and of visits without a week, which are left out; of values that are converted, or read
        as collected; of results, doses and dates that are missing because they cannot be read as such. Each says how
        many, and which.

    Missing data
    ------------
    As the file has them, and what `missing` names; sex ``U`` (unknown) is missing. A date of which only the month or
    the year is recorded comes with its precision, and one without its year is missing; a visit whose parameters bear
    several dates has none. A result of LB or QS that is no number, such as ``>1000``, is missing. A dose is missing
    where its frequency is not so many times a day (``tables.load("cdisc_frequencies")``), or its unit is no mass. A
    course that ended before the reference of the study, on a day not recorded, has ``still_taken`` no.

    Source
    ------
    ``tables.load("cdisc_variables")``, ``cdisc_frequencies`` and ``unit_spellings``: each name with where it was read.
    The implementation guides themselves were not; what is ``unverified`` there is so.

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
    written = Written(decimal, thousands, date_format, on_problem)
    if units and domain not in ("QS", "ADaM"):
        raise OptionError(
            f"units= is not for {domain}.",
            expected="QS or ADaM",
            hint="to_xuln converts the units of LB" if domain == "LB" else "leave it out",
        )
    cells = read_cells(path, heading_line=heading_line, separator=separator, encoding=encoding, missing=missing)
    reading = _DataSet(domain, Path(path).name, written, tests, weeks, where or {}, units or {})
    table, told = reading.table(cells)
    for sentence in told:
        warnings.warn(sentence, ReadingWarning, stacklevel=2)
    return table


@dataclass(frozen=True)
class _DataSet:
    """What was asked for of a data set."""

    domain: str
    file: str
    written: Written
    tests: Mapping[str, str | None] | None
    weeks: Weeks
    where: Mapping[str, object]
    units: Mapping[str, str]

    def table(self, cells: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
        """The table, and what was left out or read as other than stored."""
        named = [row for row in records("cdisc_variables") if row["domain"] == self.domain]
        kind = str(named[0]["kind"])
        given = in_capitals(cells, named, self.domain)
        frame = as_columns(chosen(given, self.where, self.domain), named)
        if self.domain in _OF_RESULTS:
            require_results(frame, self.domain, list(map(str, given.columns)))
        if kind == "visits":
            require_visits(frame, self.domain, list(map(str, given.columns)))
        variables = [(str(row["column"]), str(row["variable"])) for row in named if row["variable"] in given]
        if kind == "visits":
            made, told = self._visits(frame, variables)
        elif kind == "labs":
            made, told = self._labs(frame, variables)
        elif kind == "medications":
            made, told = self._courses(frame, variables)
            told += without_dates(given, made, self.domain)
        else:
            made, told = self._persons(frame, variables)
        if made.empty and not told:
            told = [f"The {self.domain} data set has no row."]
        return made.reset_index(drop=True), told

    def _persons(self, frame: pd.DataFrame, variables: _Variables) -> tuple[pd.DataFrame, list[str]]:
        made, told = _with_sex_and_age(frame, self.written)
        made, said = with_known_dates(made, self.domain, variables)
        return self._in_order(made, "patients"), told + said

    def _courses(self, frame: pd.DataFrame, variables: _Variables) -> tuple[pd.DataFrame, list[str]]:
        made, told = courses_of(frame, self.domain, self.written)
        made, said = with_known_dates(made, self.domain, variables)
        return self._in_order(made, "medications"), told + said

    def _labs(self, frame: pd.DataFrame, variables: _Variables) -> tuple[pd.DataFrame, list[str]]:
        made, told = of_enzymes(frame, dict(self.tests or {}), self.where)
        made, of_visits = self._in_weeks(made)
        made, of_results = results_of(made, self.domain, "test", self.written)
        made, of_dates = with_known_dates(made, self.domain, variables)
        return self._in_order(made, "labs"), told + of_visits + of_results + of_dates

    def _visits(self, frame: pd.DataFrame, variables: _Variables) -> tuple[pd.DataFrame, list[str]]:
        codes = dict(self.tests or parameters())
        known = known_columns()
        for column in codes.values():
            if column is not None:
                require_option("tests", column, list(known))
        made, told = of_known_codes(frame, "parameter", codes, self.domain, codes)
        refuse_imputed(made, self.where)
        made, of_visits = self._in_weeks(made.assign(parameter=made["parameter"].map(codes)))
        of_results: list[str] = []
        if self.domain in _OF_RESULTS:
            made, of_results = results_of(made, self.domain, "parameter", self.written)
        made, of_units = in_own_units(made, self.domain, self.units, self.written, self.file)
        made, of_dates = with_known_dates(made, self.domain, variables)
        made = as_recorded(made)
        if "visit_date" in made:  # the line of the file is still known here
            self.written.typed(made[["visit_date"]], "visits", self.file)
        order = [column for column in codes.values() if column is not None]
        wide, of_spread = one_row_a_visit(made, self.domain, order, hint=self._hint_at_flag(made))
        more = columns("responses") if self.domain == "ADaM" else None
        table = self.written.typed(wide.reset_index(drop=True), "visits", self.file, more=more)
        return table, told + of_visits + of_results + of_units + of_dates + of_spread

    def _in_weeks(self, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
        """The rows that have a week, with it, and a word on those that nobody declined."""
        if "visit" not in frame and (self.domain == "LB" or "visit_name" not in frame):
            return frame, []
        made = frame.assign(visit=self.written.numbers(frame["visit"])) if "visit" in frame else frame
        made = made.assign(week=visit_weeks(made, self.domain, self.weeks))
        others = unplaced(made, self.weeks)
        said = f"{len(others)} of {len(made)}: {visits_of(others)}"
        told = [f"Rows of {self.domain} whose visit has no week are left out, {said}."] if len(others) else []
        made = made[made["week"].notna()]
        return made.astype({"week": "int64"}) if (made["week"] % 1 == 0).all() else made, told

    def _in_order(self, frame: pd.DataFrame, kind: str) -> pd.DataFrame:
        order = dict.fromkeys(["patient_id", *(["week"] if "week" in frame else []), *find_kind(kind).columns])
        return self.written.typed(frame[[name for name in order if name in frame]], kind, self.file)

    def _hint_at_flag(self, frame: pd.DataFrame) -> str:
        flagged = "analysed" in frame and "ANL01FL" not in self.where
        return "where={'ANL01FL': 'Y'} reads the rows flagged for analysis" if flagged else "where= says which to read"


_Variables = Sequence[tuple[str, str]]


def _with_sex_and_age(frame: pd.DataFrame, written: Written) -> tuple[pd.DataFrame, list[str]]:
    if "sex" in frame:
        frame = frame.assign(sex=frame["sex"].map(lambda code: _SEXES.get(code.upper(), code), na_action="ignore"))
    if not {"age_years", "age_unit"} <= set(frame.columns):
        return frame, []
    ages = written.numbers(frame["age_years"])
    units = frame["age_unit"].map(lambda unit: unit.strip().upper(), na_action="ignore").fillna("YEARS")
    other = frame[ages.notna() & ~units.isin(list(_YEARS))]
    if len(other):
        raise ImpossibleValueError(
            f"An age is in {listed(other['age_unit'].unique())}.",
            where=f"AGEU of patient_id {listed(other['patient_id'], most=3)}",
            expected=listed(_YEARS),
            hint="give the age in years, or leave it empty and give the birth date",
        )
    is_other = ages.notna() & (units != "YEARS")
    made = frame.assign(age_years=frame["age_years"].astype(object).mask(is_other, ages / units.map(_YEARS)))
    told = f"Ages of DM in months are divided by 12, {is_other.sum()} of {len(frame)}."
    return made, [told] if is_other.any() else []
