"""The courses of CDISC's CM and EX: what a dose is a day, and whether a course without an end goes on."""

from __future__ import annotations

import pandas as pd

from myositis_tools.exchange.mapping.column_mapping import other_units
from myositis_tools.frames import columns
from myositis_tools.tables import records

_DOSE = "dose_mg_day"
_BEFORE, _AFTER = ("BEFORE",), ("AFTER", "ONGOING")


def courses_of(frame: pd.DataFrame) -> pd.DataFrame:
    """Courses from the rows of a domain; a line that was copied to every visit is one course.

    A dose is one a day only where the file says how often, and in milligrams, grams or micrograms: one as needed, every
    other day or in tablets is missing. A course that ended before the study's reference without a date was stopped.
    """
    made = frame[~frame.duplicated() | frame["line"].isna()] if "line" in frame else frame
    numbers = {name: pd.to_numeric(made[name], errors="coerce") for name in ("dose", "daily_dose") if name in made}
    if "dose" in numbers and "frequency" in made:
        numbers["dose"] = numbers["dose"] * _upper(made["frequency"]).map(_times_a_day())
        numbers["daily_dose"] = (
            numbers["daily_dose"].fillna(numbers["dose"]) if "daily_dose" in numbers else numbers["dose"]
        )
    if "daily_dose" in numbers and "mass_unit" in made:
        made = made.assign(**{_DOSE: numbers["daily_dose"] * _upper(made["mass_unit"]).map(_milligrams())})
    if "end" in made:
        said = _upper(made["end"])
        known = said.isin([*_BEFORE, *_AFTER])
        made = made.assign(still_taken=said.isin(_AFTER).astype("boolean").where(known, None))
    return made


def _upper(values: pd.Series) -> pd.Series:
    return values.map(lambda value: str(value).strip().upper(), na_action="ignore")


def _times_a_day() -> dict[str, float]:
    return {str(row["frequency"]): float(row["times_a_day"]) for row in records("cdisc_frequencies")}  # type: ignore[arg-type]


def _milligrams() -> dict[str, float]:
    """How many milligrams a unit of mass is."""
    units = {"mg/day": 1.0} | other_units(columns("medications")[_DOSE])
    return {unit.removesuffix("/day").upper(): factor for unit, factor in units.items()}
