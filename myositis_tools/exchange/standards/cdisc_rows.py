"""The rows and variables of a CDISC data set that are read, and which are not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from myositis_tools.errors import (
    MissingColumnError,
    NotFoundError,
    OptionError,
    WrongTypeError,
    listed,
    nearest,
    require_option,
)
from myositis_tools.formatting import as_code
from myositis_tools.tables import Record, records

_BLOOD = ("SERUM", "PLASMA", "BLOOD")
_UNCODED = ("UNCODED", "NOT CODED")  # written where a dictionary has no name, though the guide wants it empty
_NAMES_OF_CODES = {"LBTESTCD": "LBTEST", "QSTESTCD": "QSTEST", "PARAMCD": "PARAM"}
_NEEDED_FOR = {"EXTRT": "give it the name of the study's drug", "CMTRT": "give it the name of each drug"}


def in_capitals(given: pd.DataFrame, named: Sequence[Record], domain: str) -> pd.DataFrame:
    """The data set with its variables in capitals, if those that are needed are there, and each once.

    Where what was measured has a name and no code, its name is the code.

    Raises
    ------
    WrongTypeError, MissingColumnError
        Naming the variables.
    """
    capital = [str(name).strip().upper() for name in given.columns]
    twice = [str(name) for name, large in zip(given.columns, capital, strict=True) if capital.count(large) > 1]
    if twice:
        raise WrongTypeError(
            f"The {domain} data set holds a variable twice: {listed(twice)}.",
            expected="every variable once, in capitals or in small letters",
            hint="rename one of them in the file",
        )
    made = given.set_axis(capital, axis=1)
    for code, name in _NAMES_OF_CODES.items():
        if code not in made and name in made:
            made = made.assign(**{code: made[name]})
    absent = [str(row["variable"]) for row in named if row["required"] and row["variable"] not in made]
    if absent:
        raise MissingColumnError(
            f"The {domain} data set lacks {listed(absent)}.",
            where=f"variables present: {listed(given.columns)}",
            hint=_hint_at_variable(absent, list(made.columns)),
        )
    return made


def require_visits(frame: pd.DataFrame, domain: str, held: Sequence[str]) -> None:
    """Refuse a data set of visits that does not say which visit a row is of.

    Raises
    ------
    MissingColumnError
        Naming the variables.
    """
    if "visit" not in frame and "visit_name" not in frame:
        number, name = ("AVISITN", "AVISIT") if domain == "ADaM" else ("VISITNUM", "VISIT")
        raise MissingColumnError(
            f"The {domain} data set lacks {number}.",
            where=f"variables present: {listed(held)}",
            expected=f"the visit of each row: {number} or {name}",
        )


def _hint_at_variable(absent: Sequence[str], held: Sequence[str]) -> str:
    """What else the data set may be, where it has all that another domain needs; else what to do in the file."""
    if len(held) == 1:
        return "separator= says what stands between its cells"
    needed: dict[str, list[str]] = {}
    for row in records("cdisc_variables"):
        if row["required"]:
            needed.setdefault(str(row["domain"]), []).append(str(row["variable"]))
    if absent[0] in _NEEDED_FOR:
        return _NEEDED_FOR[absent[0]]
    others = [domain for domain, names in needed.items() if len(names) > 1 and set(names) <= set(held)]
    return f"is it {others[0]}?" if others else f"name the variable that is meant {absent[0]} in the file"


def chosen(given: pd.DataFrame, where: Mapping[str, object], domain: str) -> pd.DataFrame:
    """The rows that were asked for.

    Raises
    ------
    MissingColumnError, NotFoundError
        If a variable is not there, or no row is left.
    """
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


def as_columns(given: pd.DataFrame, named: Sequence[Record]) -> pd.DataFrame:
    """The variables under their own names here; of two that stand for one column the first that is filled."""
    made: dict[str, pd.Series] = {}
    for row in named:
        name, variable = str(row["column"]), str(row["variable"])
        if variable in given:
            values = given[variable].mask(given[variable].isin(_UNCODED))
            made[name] = made[name].where(made[name].notna(), values) if name in made else values
    return pd.DataFrame(made, index=given.index)


def of_known_codes(
    frame: pd.DataFrame, name: str, codes: Mapping[str, str | None], domain: str, expected: Iterable[str]
) -> tuple[pd.DataFrame, list[str]]:
    """The rows of known codes, and a word on the others but for those that None declines.

    Raises
    ------
    MissingColumnError
        If no row is of a known code.
    """
    read = [code for code, meant in codes.items() if meant is not None]
    known, others = frame[frame[name].isin(read)], frame[~frame[name].isin(list(codes))]
    if known.empty:
        held = frame[name].dropna().unique()
        what = "test" if domain == "LB" else "column"
        raise MissingColumnError(
            f"No {name} of this {domain} data set is known." if len(frame) else f"The {domain} data set has no row.",
            where=f"codes: {listed(held)}" if len(held) else "",
            expected=listed(expected),
            hint=f"tests= says which {what} each code stands for" if len(frame) else "",
        )
    if others.empty:
        return known, []
    nameless = ["no code"] if others[name].isna().any() else []
    said = listed([*others[name].dropna().unique(), *nameless])
    return known, [f"Rows of {domain} of other codes are left out, {len(others)} of {len(frame)}: {said}."]


def of_enzymes(
    frame: pd.DataFrame, codes: Mapping[str, str | None], where: Mapping[str, object]
) -> tuple[pd.DataFrame, list[str]]:
    """The results of enzymes in blood, and a word on the others.

    Raises
    ------
    OptionError, MissingColumnError
        If a test is not known, or was not measured in blood.
    """
    enzymes = [str(row["enzyme"]) for row in records("enzymes")]
    for test in codes.values():
        if test is not None:
            require_option("tests", test, enzymes)
    held = map(str, frame["test"].dropna().unique())
    known: dict[str, str | None] = {
        code: codes.get(code, code.lower()) for code in held if code in codes or code.lower() in enzymes
    }
    frame, told = of_known_codes(frame, "test", known, "LB", [*codes, *map(str.upper, enzymes)])
    if "specimen" in frame and "LBSPEC" not in where:
        given = frame["specimen"].dropna()
        other = given[~given.map(lambda said: any(word in said.upper() for word in _BLOOD))]
        if len(other):
            raise OptionError(
                f"Some results of {listed(frame.loc[other.index, 'test'].unique())} are not of blood.",
                where=f"LBSPEC: {listed(other.unique())} ({len(other)} of {len(frame)} results)",
                expected=f"where={{'LBSPEC': {list(given.unique())!r}}}, with those to be read",
            )
    return frame.assign(test=frame["test"].map(known)), told


def refuse_imputed(frame: pd.DataFrame, where: Mapping[str, object]) -> None:
    """Refuse values that were carried forward or the like, if nobody said whether to read them.

    Raises
    ------
    OptionError
        Naming how they were derived.
    """
    if "derivation" not in frame or "DTYPE" in where or not frame["derivation"].notna().any():
        return
    types = list(frame["derivation"].dropna().unique())
    raise OptionError(
        f"{frame['derivation'].notna().sum()} of {len(frame)} values were not observed.",
        where=f"DTYPE: {listed(types)}",
        expected=f"where={{'DTYPE': ''}} for those that were, or where={{'DTYPE': {['', *types]!r}}} for all",
        hint="a value that was carried forward would be scored as if it had been measured",
    )
