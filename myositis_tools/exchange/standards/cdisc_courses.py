"""The courses of CDISC's CM and EX: what a dose is a day, and whether a course without an end goes on."""

from __future__ import annotations

import re

import pandas as pd

from myositis_tools.errors import listed
from myositis_tools.exchange.mapping.column_mapping import other_units
from myositis_tools.exchange.standards.stated_units import unit_of
from myositis_tools.exchange.standards.written import Written
from myositis_tools.frames import columns
from myositis_tools.tables import records

_DOSE = "dose_mg_day"
_OF_COURSE = ("drug", "dose", "daily_dose", "start_date", "stop_date")
_BEFORE, _AFTER = ("BEFORE",), ("AFTER", "ONGOING")


def courses_of(frame: pd.DataFrame, domain: str, written: Written) -> tuple[pd.DataFrame, list[str]]:
    """Courses from the rows of a domain, and what is to be told: a line that was copied to every visit is one course.

    A dose is one a day only where the file says how often, and in milligrams, grams or micrograms: one as needed, every
    other day or in tablets is missing. A course that ended before the study's reference without a date was stopped.
    """
    made = frame[~frame.duplicated() | frame["line"].isna()] if "line" in frame else frame
    told = []
    if len(made) < len(frame):
        copied = len(frame) - len(made)
        told.append(
            f"Rows of {domain} that repeat a line (the same {domain}SPID) are one course, {copied} of {len(frame)}."
        )
    nothing = made[[name for name in _OF_COURSE if name in made]].isna().all(axis=1)
    if nothing.any():
        told.append(f"Rows of {domain} without a drug, a dose and a date are left out, {nothing.sum()} of {len(made)}.")
        made = made[~nothing]
    if {"dose", "daily_dose"} & set(made.columns):
        made, said = _with_daily_dose(made, domain, written)
        told += said
    if "end" in made:
        said_of_end = _upper(made["end"])
        known = said_of_end.isin([*_BEFORE, *_AFTER])
        made = made.assign(still_taken=said_of_end.isin(_AFTER).astype("boolean").where(known, None))
    return made, told


def without_dates(given: pd.DataFrame, frame: pd.DataFrame, domain: str) -> list[str]:
    """Say that no course has a start, where no variable holds one."""
    if "start_date" in frame:
        return []
    others = [name for name in given.columns if re.fullmatch(r".*DT(C|M)?", name)]
    rest = f"; not read: {listed(others)}" if others else ""
    return [f"The {domain} data set has no {domain}STDTC, and no course a start date{rest}."]


def _with_daily_dose(made: pd.DataFrame, domain: str, written: Written) -> tuple[pd.DataFrame, list[str]]:
    nothing = pd.Series(float("nan"), index=made.index)
    each, daily = (written.numbers(made[name]) if name in made else nothing for name in ("dose", "daily_dose"))
    unit, frequency = (
        made[name] if name in made else pd.Series(None, index=made.index, dtype=object)
        for name in ("mass_unit", "frequency")
    )
    doses = daily.fillna(each * _upper(frequency).map(times_a_day()))
    known = milligrams()
    factors = {text: known.get(unit_of(str(text)) or "") for text in unit.dropna().unique()}
    doses = doses * unit.map(factors).astype("float64")
    stated = pd.Series(False, index=made.index)
    for name in [name for name in ("dose", "daily_dose") if name in made]:
        stated |= made[name].notna()
    lost = stated & doses.isna()
    made = made.assign(**{_DOSE: doses}) if doses.notna().any() or not lost.any() else made
    if not lost.any():
        return made, []
    rows = zip(made.get("dose", daily)[lost], unit[lost], frequency[lost], strict=True)
    said = dict.fromkeys(" ".join(_written(part) for part in row) for row in rows)
    count = f"{lost.sum()} of {len(made)}"
    return made, [f"Doses of {domain} that are not so many milligrams a day are missing, {count}: {listed(said)}."]


def _written(part: object) -> str:
    return "?" if part is None or part != part else str(part)


def _upper(values: pd.Series) -> pd.Series:
    return values.map(lambda value: str(value).strip().upper(), na_action="ignore")


def times_a_day() -> dict[str, float]:
    """How many times a day a coded frequency means."""
    return {str(row["frequency"]): float(row["times_a_day"]) for row in records("cdisc_frequencies")}  # type: ignore[arg-type]


def milligrams() -> dict[str, float]:
    """How many milligrams a unit of mass is."""
    units = {"mg/day": 1.0} | other_units(columns("medications")[_DOSE])
    return {unit.removesuffix("/day"): factor for unit, factor in units.items()}
