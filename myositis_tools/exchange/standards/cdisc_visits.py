"""The week of a CDISC visit: asked for, or read where its number and its name say the same; never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from myositis_tools.errors import NotFoundError, OptionError, listed

Weeks = Mapping[float | str, int | None] | None  # by the number of a visit, or its name where it has no number
VISIT_NUMBERS = MappingProxyType({"LB": "VISITNUM", "QS": "VISITNUM", "ADaM": "AVISITN"})
VISIT_NAMES = MappingProxyType({"LB": "VISIT", "QS": "VISIT", "ADaM": "AVISIT"})
_DIGITS = 6  # a transport file holds 1.2 as 1.2000000000000002
_MOST = 30  # visits that a message lists: a study has about as many


def visit_weeks(frame: pd.DataFrame, domain: str, weeks: Weeks) -> pd.Series:
    """Give the week of each row; missing where it has no visit, or one without a week.

    Raises
    ------
    OptionError
        If the weeks are not given, and the file does not say them itself.
    NotFoundError
        If no row is of a visit that was asked for.
    """
    if "visit" not in frame:
        return _weeks_by_name(frame, domain, weeks)
    numbers = _numbers(frame)
    held = _names(numbers, frame.get("visit_name"))
    if weeks is None:
        if domain != "ADaM" or not all(_agree(number, name) for number, name in held.items()):
            raise _asking(held, domain)
        return numbers
    asked = _asked(weeks)
    unread = [f"{number:g}: {week!r}" for number, week in asked.items() if not isinstance(week, int | float | None)]
    if unread:
        raise OptionError(f"A visit has no number as its week: {listed(unread)}.", expected="a week, or None")
    if held and not set(asked) & set(held):
        raise NotFoundError(
            f"No row is of a visit that weeks= names: {listed(f'{number:g}' for number in asked)}.",
            where=VISIT_NUMBERS[domain],
            expected=_listed(held),
        )
    return numbers.map({number: week for number, week in asked.items() if week is not None}).astype("float64")


def _weeks_by_name(frame: pd.DataFrame, domain: str, weeks: Weeks) -> pd.Series:
    """The week of each row of a data set whose visits have names alone."""
    names = frame["visit_name"]
    held = list(dict.fromkeys(names.dropna()))
    stated = {name: _week_of(name) for name in held}
    variable = VISIT_NAMES[domain]
    template = listed((f"{name!r}: {_proposal(name, week)}" for name, week in stated.items()), most=_MOST)
    if weeks is None:
        if domain != "ADaM" or None in stated.values():
            raise OptionError(
                f"The visits of {domain} have names, and not all have a week.",
                where=f"{variable}: {listed(held, most=_MOST)}",
                expected="weeks={" + template + "}",
                hint="0 is the baseline, None leaves a visit out",
            )
        return names.map(stated).astype("float64")
    strange = [name for name in weeks if name not in held]
    if strange:
        raise NotFoundError(
            f"No row is of a visit that weeks= names: {listed(map(repr, strange))}.",
            where=variable,
            expected="weeks={" + template + "}",
        )
    return names.map({name: week for name, week in weeks.items() if week is not None}).astype("float64")


def unplaced(frame: pd.DataFrame, weeks: Weeks) -> pd.DataFrame:
    """The rows that have no week although nobody asked to leave their visit out."""
    if "visit" not in frame:
        declined = [name for name, week in (weeks or {}).items() if week is None]
        return frame[frame["week"].isna() & ~frame["visit_name"].isin(declined)]
    numbers = _numbers(frame)
    declined = [number for number, week in _asked(weeks or {}).items() if week is None]
    return frame[frame["week"].isna() & ~numbers.isin(declined)]


def visits_of(rows: pd.DataFrame) -> str:
    """The visits of some rows, for a message."""
    if "visit" not in rows:
        return listed(rows["visit_name"].fillna("no name").unique())
    held = _names(_numbers(rows), rows.get("visit_name"))
    nameless = ["no number"] if len(rows) and rows["visit"].isna().any() else []
    return listed([*_each(held), *nameless])


def _numbers(frame: pd.DataFrame) -> pd.Series:
    return pd.to_numeric(frame["visit"], errors="coerce").round(_DIGITS)


def _asked(weeks: Mapping[float | str, int | None]) -> dict[float, int | None]:
    try:
        return {round(float(number), _DIGITS): week for number, week in weeks.items()}
    except (TypeError, ValueError):
        raise OptionError(
            "A visit is asked for that is no number.",
            where=f"weeks={dict(weeks)!r}",
            expected="the numbers of VISITNUM or AVISITN, such as weeks={3: 0, 9: 12}",
        ) from None


def _names(numbers: pd.Series, names: pd.Series | None) -> dict[float, str]:
    """The visits by number, each with its name; of one that has several, the first that is no week."""
    texts = pd.Series("", index=numbers.index) if names is None else names.fillna("").astype(str).str.strip()
    pairs = pd.DataFrame({"number": numbers, "name": texts}).dropna(subset="number").drop_duplicates()
    found: dict[float, str] = {}
    for number, name in sorted(pairs.itertuples(index=False, name=None)):
        if number not in found or _agree(number, found[number]):
            found[number] = name
    return found


def _week_of(name: str) -> float | None:
    """The week that the name of a visit states."""
    stated = re.search(r"\b(?:week|wk)\s*(-?\d+(?:\.\d+)?)\b", name, re.IGNORECASE) or re.fullmatch(
        r"(-?\d+(?:\.\d+)?)", name
    )
    if stated:
        return float(stated[1])
    return 0.0 if re.search(r"(?<!post[- ])(?<!post)baseline", name, re.IGNORECASE) else None


def _agree(number: float, name: str) -> bool:
    return not name or _week_of(name) == number or (number < 0 and "screening" in name.lower())


def _asking(held: Mapping[float, str], domain: str) -> OptionError:
    what = f"The visits of {domain} have numbers, and none has a week."
    if domain == "ADaM":
        first = next(f"{number:g} is {name!r}" for number, name in held.items() if not _agree(number, name))
        what = f"{VISIT_NUMBERS[domain]} of the ADaM data set is not the week: {first}."
    proposed = {number: _week_of(name) for number, name in held.items()}
    template = (f"{number:g}: {_proposal(held[number], week)}" for number, week in proposed.items())
    named = any(week is not None for week in proposed.values())
    return OptionError(
        what,
        where=f"{VISIT_NUMBERS[domain]}: {_listed(held)}",
        expected="weeks={" + listed(template, most=_MOST) + "}",
        hint=f"0 is the baseline, None leaves a visit out{'; look whether the names say it right' if named else ''}",
    )


def _proposal(name: str, week: float | None) -> str:
    if week is None:
        return "None" if "unscheduled" in name.lower() else "..."
    return f"{week:g}"


def _listed(held: Mapping[float, str]) -> str:
    return listed(_each(held), most=_MOST)


def _each(held: Mapping[float, str]) -> list[str]:
    return [f"{number:g} ({name})" if name else f"{number:g}" for number, name in held.items()]
