"""Files of the data that come with the package, in the wheel as in a clone."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd

from myositis_tools.criteria import derive_screening
from myositis_tools.errors import NotFoundError, listed, nearest
from myositis_tools.sample.calibration import value
from myositis_tools.sample.cohort import Cohort, simulate
from myositis_tools.sample.columns import read, spelled
from myositis_tools.sample.omop_warehouse import write_omop
from myositis_tools.sample.own_data import own_workbook

PUBLISHED = ("two_patients", "two_patients_visits", "thirteen_patients", "group_results", "baseline_measures")
_OWN_DATA = "own_data.xlsx"


def write_sample(folder: str | Path) -> Cohort:
    """Write the sample cohort: four CSV files, the same to the last byte wherever they are written, and a workbook."""
    cohort = simulate(int(value("sample_patients")), seed=int(value("sample_seed")))
    Path(folder).mkdir(parents=True, exist_ok=True)
    for table, frame in cohort._asdict().items():
        text = spelled(frame, table).to_csv(index=False, lineterminator="\n")
        (Path(folder) / f"{table}.csv").write_bytes(text.encode("utf-8"))
    (Path(folder) / _OWN_DATA).write_bytes(own_workbook(cohort))
    return cohort


def load_patients() -> pd.DataFrame:
    """Load the log of the synthetic sample cohort: one row per screened patient.

    What can be derived (age, duration, loss of strength, drugs in use, thromboses in the window) is not in it:
    `derive_screening` derives it. The column `trap` names the patients made by hand to show one thing each.

    Returns
    -------
    pandas.DataFrame
        Columns, units and meanings stand in ``data/sample/README.md``.

    Missing data
    ------------
    An empty antibody was not tested, an empty FVC was not done, and an empty answer was not asked or not written down.

    Source
    ------
    Simulated; no real patient is in it. `simulate` makes it, ``data/sample/README.md`` says what is invented.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> patients = mt.load_patients()
    >>> len(patients), int(patients["randomised"].sum())
    (300, 48)
    """
    return _load("patients")


def load_visits() -> pd.DataFrame:
    """Load the visits of the synthetic sample cohort: one row per patient and visit that took place.

    Returns
    -------
    pandas.DataFrame
        Week 0 is screening and baseline in one and everybody has it; only the randomised have later weeks. The
        columns are those of `visits` in ``tables/columns.csv`` and `infusion`.

    Missing data
    ------------
    A visit that was missed has no row; a measure that was not taken is missing.

    Source
    ------
    Simulated; no real patient is in it. `simulate` makes it, ``data/sample/README.md`` says what is invented.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> sorted(mt.load_visits()["week"].unique().tolist())
    [0, 4, 8, 12, 26, 52]
    """
    return _load("visits")


def load_medications() -> pd.DataFrame:
    """Load the medication lists of the synthetic sample cohort: one row per course of a drug, up to screening.

    Returns
    -------
    pandas.DataFrame
        `dose_mg_day` is the dose of the drug itself, not its prednisone equivalent. What the trial gives is not in it.

    Missing data
    ------------
    A missing `stop_date` means still taken. A patient without a row takes nothing only where `medications_recorded`
    of the patients' table is true.

    Source
    ------
    Simulated; no real patient is in it. `simulate` makes it, ``data/sample/README.md`` says what is invented.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> "furosemide" in set(mt.load_medications()["drug"])
    True
    """
    return _load("medications")


def load_events() -> pd.DataFrame:
    """Load the events of the synthetic sample cohort: one row per event.

    Returns
    -------
    pandas.DataFrame
        `patient_id`, `event`, `date`.

    Missing data
    ------------
    A missing date is not known. A patient without a row had no event only where `events_recorded` of the patients'
    table is true.

    Source
    ------
    Simulated; no real patient is in it. `simulate` makes it, ``data/sample/README.md`` says what is invented.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> sorted(mt.load_events()["event"].unique().tolist())
    ['blood_product_reaction', 'pulmonary_embolism', 'thrombosis']
    """
    return _load("events")


def load_screening() -> pd.DataFrame:
    """Load the screening table of the sample cohort, derived from its four tables: one row per screened patient.

    Returns
    -------
    pandas.DataFrame
        What `derive_screening` makes of the sample's patients, visits, medications and events.

    Missing data
    ------------
    As in `derive_screening`.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> len(mt.load_screening()) == len(mt.load_patients())
    True
    """
    return _screening().copy()


def load_power() -> pd.DataFrame:
    """Load the power of simulated trials over sample size and effect: one row per scenario.

    Trials like the sample's, with ``TrialAssumptions.of_sample()``, over their size, the difference between the arms,
    drop-out and endpoint.

    Returns
    -------
    pandas.DataFrame
        As `power_over` gives it; ``assumptions`` names the drop-out.

    Source
    ------
    Simulated; it says what follows from the assumptions, most of them invented. `make power` makes it again.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> power = mt.load_power()
    >>> sorted(power["assumptions"].unique())
    ['as assumed', 'nobody lost', 'twice the drop-out']
    """
    # The mean has no class of response: its level is the empty word.
    return pd.read_csv(_folder("sample") / "power.csv", keep_default_na=False)


def own_data_file() -> Path:
    """Find an example workbook as a centre might provide it: thirty patients of the sample, in Dutch.

    The sheets are ``Patiënten``, ``Bezoeken`` and ``Legenda``. Headings are Dutch, the visual analogue scales in
    millimetres, CK in U/L with the upper limit beside it, dates day-month-year, decimal commas, all but whole numbers
    as text. What is not known is ``n.b.``; one visit stands twice, one HAQ is beyond its scale, one visit has the year
    before, one patient's complaints begin after the screening, and one heading means nothing here.

    Returns
    -------
    pathlib.Path
        The file, for `read_table`; it ships with the package.

    Source
    ------
    Made of the sample, which is simulated; the upper limits and the mistakes are invented. ``python -m
    myositis_tools.sample data/sample`` writes it again.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.read_table(mt.own_data_file(), sheet="Bezoeken")[["Patiëntnummer", "Bezoekdatum", "HAQ"]].iloc[10].tolist()
    ['P011', '16-2-2023', '2,125']
    """
    return _folder("sample") / _OWN_DATA


def sample_omop() -> Any:
    """Write the sample cohort into a database in memory as a hospital's warehouse would hold it (OMOP CDM 5.4).

    A warehouse holds less than a study: no indication of a drug, no core set measure, no consent. The end of a course
    that is still taken is filled in from the days of supply, what happened before a patient was first seen is not
    there, and some birth dates have no day and some enzymes no upper limit. ``person_source_value`` is the patient's
    number in the sample. The vocabulary is a small one of its own, and its drugs are invented concepts.

    Returns
    -------
    duckdb.DuckDBPyConnection
        For `read_omop`; the tables of ``tables.load("omop_columns")``.

    Raises
    ------
    MissingPackageError
        If DuckDB is not installed.

    Source
    ------
    Made of the sample, which is simulated.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.data.sample_omop().execute("SELECT count(*) FROM person").fetchall()
    [(300,)]
    """
    return write_omop(Cohort(load_patients(), load_visits(), load_medications(), load_events()))


def load_published(name: str) -> pd.DataFrame:
    """Load numbers that were printed in publications, each row with its citation.

    Parameters
    ----------
    name : str
        `two_patients`: all six core set measures of two patients, one row a measure.
        `two_patients_visits`: the same two, one row a visit, ready for `score_total_improvement`.
        `thirteen_patients`: CK and MMT-8 of thirteen patients before and after infliximab.
        `group_results`: response and core set measures of the arms of trials.
        `baseline_measures`: core set measures of cohorts at baseline.

    Returns
    -------
    pandas.DataFrame
        What each column means, and which are derived, stands in ``data/published/README.md``.

    Raises
    ------
    NotFoundError
        If there is no such table.

    Missing data
    ------------
    An empty cell was not printed in the source.

    Source
    ------
    The columns `citation` and `source_url` of each row.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.load_published("two_patients_visits")["mmt8_150"].tolist()
    [146, 150, 149, 150]
    """
    if name not in PUBLISHED:
        raise NotFoundError(
            f"There is no published table {name!r}.", expected=listed(PUBLISHED), hint=nearest(name, PUBLISHED)
        )
    # An empty cell is the only thing that is missing: words such as "none" are words.
    return pd.read_csv(_folder("published") / f"{name}.csv", keep_default_na=False, na_values=[""])


def _load(table: str) -> pd.DataFrame:
    """A table of the sample, read once: each caller has a copy of her own."""
    return _read(table).copy()


@cache
def _screening() -> pd.DataFrame:
    return derive_screening(load_patients(), visits=load_visits(), medications=load_medications(), events=load_events())


@cache
def _read(table: str) -> pd.DataFrame:
    return read(pd.read_csv(_folder("sample") / f"{table}.csv", dtype=object, keep_default_na=False), table)


def _folder(name: str) -> Path:
    """The folder in an installed package, else in the repository."""
    package = Path(str(resources.files("myositis_tools")))
    for folder in (package / "_data" / name, package.parent / "data" / name):
        if folder.is_dir():
            return folder
    raise NotFoundError(
        f"The data folder {name!r} is not there.",
        where=str(package),
        hint="install the package again, or clone it whole",
    )
