"""The result of a line of LB or QS: in standard units where the line has it, else as it was collected."""

from __future__ import annotations

import pandas as pd

from myositis_tools.errors import MissingColumnError, listed
from myositis_tools.exchange.standards.stated_units import unit_of
from myositis_tools.exchange.standards.written import Written
from myositis_tools.frames import columns

_RESULTS = ("value", "result", "original")  # STRESN, STRESC and ORRES
_UNITS = ("unit", "original_unit")
_LIMITS = ("upper_limit", "original_limit")


def require_results(frame: pd.DataFrame, domain: str, held: list[str]) -> None:
    """Refuse a domain of results that has none.

    Raises
    ------
    MissingColumnError
        Naming the variables.
    """
    if not any(name in frame for name in _RESULTS):
        raise MissingColumnError(
            f"The {domain} data set lacks {domain}STRESN.",
            where=f"variables present: {listed(held)}",
            expected=f"a result: {domain}STRESN, {domain}STRESC or {domain}ORRES",
        )


def results_of(frame: pd.DataFrame, domain: str, name: str, written: Written) -> tuple[pd.DataFrame, list[str]]:
    """The number, unit and upper limit of each line, and what is to be told of them; `name` is what was measured."""
    standard, text, collected = (_cells(frame, each) for each in _RESULTS)
    unit, collected_unit = (_cells(frame, each) for each in _UNITS)
    frame = frame.assign(standard_unit=unit)
    told: list[str] = []
    value = standard.where(standard.notna(), text.where(written.numbers(text).notna()))
    _tell(told, value.notna() & standard.isna(), frame, name, f"are {domain}STRESC, for {domain}STRESN is empty")
    is_collected = value.isna() & text.isna() & written.numbers(collected).notna()
    value = value.where(~is_collected, collected)
    is_same = is_collected | (written.numbers(collected) == written.numbers(value))
    unit = unit.where(unit.notna() & ~is_collected, collected_unit.where(is_same))
    _tell(told, is_collected, frame, name, f"are as collected ({domain}ORRES), for they are not standardised")
    if domain == "QS":  # a number that was changed, and nobody says into which unit: to be asked for
        changed = unit.isna() & collected_unit.notna() & value.notna() & ~is_same
        unit = unit.mask(changed, collected_unit.astype(str) + f" of {domain}ORRES")
    made = frame.assign(value=value, unit=unit)
    if domain == "LB":
        made = _with_limits(made, is_collected, told, name)
    said = text.where(text.notna(), collected)
    _tell_unread(
        told, written.numbers(made["value"]).isna() & standard.isna() & said.notna(), said, frame, name, domain
    )
    return made, told


def _with_limits(frame: pd.DataFrame, is_collected: pd.Series, told: list[str], name: str) -> pd.DataFrame:
    """The upper limit in standard units, else as collected, each with its unit where that may be another."""
    limit, collected_limit = (_cells(frame, each) for each in _LIMITS)
    stated = _cells(frame, "standard_unit")
    is_of_collected = collected_limit.notna() & frame["value"].notna() & (limit.isna() | is_collected)
    is_of_standard = is_collected & ~is_of_collected & stated.notna()
    limit = limit.where(~is_collected | is_of_standard, None).mask(is_of_collected, collected_limit)
    limit_unit = _cells(frame, "original_unit").where(is_of_collected, stated.where(is_of_standard, None))
    _tell(told, is_of_collected & ~is_collected, frame, name, "have the upper limit as collected (LBORNRHI)")
    made = frame.assign(unit=_of_enzymes(frame["unit"]), upper_limit=limit, upper_limit_unit=_of_enzymes(limit_unit))
    empty = ("unit", "upper_limit", "upper_limit_unit")
    return made.drop(columns=[each for each in empty if made[each].isna().all()])


def _cells(frame: pd.DataFrame, name: str) -> pd.Series:
    return frame[name].astype(object) if name in frame else pd.Series(None, index=frame.index, dtype=object)


def _tell(told: list[str], rows: pd.Series, frame: pd.DataFrame, name: str, how: str) -> None:
    if rows.any():
        tests = listed(frame.loc[rows, name].unique())
        told.append(f"Results {how}, {rows.sum()} of {len(frame)}: {tests}.")


def _tell_unread(
    told: list[str], rows: pd.Series, said: pd.Series, frame: pd.DataFrame, name: str, domain: str
) -> None:
    """Say which results are missing because they are no numbers."""
    if rows.any():
        pairs = dict.fromkeys(zip(frame.loc[rows, name], said[rows], strict=True))
        found = listed(f"{test} {result}" for test, result in pairs)
        told.append(f"Results of {domain} that are no numbers are missing, {rows.sum()} of {len(frame)}: {found}.")


def _of_enzymes(units: pd.Series) -> pd.Series:
    """Units as the package spells them; another stays what it is, for `validate` to list."""
    words = columns("labs")["unit"].words
    known = {text: unit_of(str(text)) for text in units.dropna().unique()}
    return units.map(lambda text: known[text] if known[text] in words else text, na_action="ignore")
