"""The unit that a file states for its numbers, in a cell or in a name, and the numbers in the unit of their column."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache

import pandas as pd

from myositis_tools.errors import OptionError, listed
from myositis_tools.exchange.mapping.column_mapping import other_units, times
from myositis_tools.exchange.mapping.unit_spellings import spellings
from myositis_tools.frames import NUMERIC, Column, columns
from myositis_tools.tables import records

_SCORE = "points"  # what a number without a unit is counted in
_LINE = "0-100"  # a scale of 0 to 100, as ``tables/column_units.csv`` names it
_SCALE = re.compile(r"0\s*(?:-|–|to)\s*(\d+)")
_LIKE_MILLI = "M"  # mega where it is large


def unit_of(text: str) -> str | None:
    """Find the unit that a text means, as ``tables/unit_spellings.csv`` and the columns spell it.

    Examples
    --------
    >>> unit_of("Millimeter"), unit_of("IU/L"), unit_of("MU/L"), unit_of("0 - 100")
    ('mm', 'U/L', None, '0-100')
    """
    bare = " ".join(text.split())
    if bare in _units():
        return bare
    if scale := _SCALE.fullmatch(bare):
        return f"0-{scale[1]}"
    lowered = bare.casefold()
    if lowered in spellings("cells"):
        return spellings("cells")[lowered]
    same = [unit for unit in _units() if unit.casefold() == lowered]
    # of enzymes MU/L and mU/L are two units; of lengths MM is no other word than mm
    sizes = [unit for unit in same if "/" not in unit or (bare[0] == _LIKE_MILLI) == (unit[0] == _LIKE_MILLI)]
    return sizes[0] if sizes else None


def units_in(name: str) -> Iterator[str]:
    """Find the units that a name states in brackets or behind a comma, such as ``Physician VAS (mm)``.

    Examples
    --------
    >>> list(units_in("Physician VAS (0-100 mm)")), list(units_in("MMT-8 (of 150) (points)")), list(units_in("HAQ-DI"))
    (['0-100', 'mm'], ['points'], [])
    """
    parts = re.findall(r"[(\[]([^()\[\]]*)[)\]]", name)
    for part in [*parts, *name.split(",")[1:][-1:]]:
        whole = unit_of(part)
        if whole and (len(part) > 1 or part == whole):  # an M is no metre there
            yield whole
            continue
        words = [*(f"0-{top}" for top in _SCALE.findall(part)), *re.split(r"[\s,;]+", _SCALE.sub(" ", part))]
        # a letter alone is an abbreviation there
        yield from (unit for word in words if len(word) > 1 and (unit := unit_of(word)))


def factor_of(unit: str, column: Column) -> float | None:
    """What a number in a unit is multiplied with to be one of a column; None where it cannot be made one."""
    if unit == column.unit or (unit == _SCORE and column.unit in ("", _SCORE)):
        return 1.0
    if scale := _SCALE.fullmatch(unit):
        if column.maximum == float(scale[1]):
            return 1.0
        return other_units(column).get(_LINE) if unit == _LINE else None
    return other_units(column).get(unit)


def require_units(units: Mapping[str, str], known: Mapping[str, Column]) -> dict[str, float]:
    """The factor that each column's numbers are given in, as `units` says.

    Raises
    ------
    OptionError
        If it names another column, or a unit that a column cannot be made from.
    """
    made = {}
    for name, said in units.items():
        column = known.get(name)
        if column is None or column.type not in NUMERIC:
            raise OptionError(
                f"units= names {name!r}, which is no column of numbers that is read.",
                expected=listed(one.name for one in known.values() if one.type in NUMERIC),
            )
        unit = unit_of(said)
        factor = factor_of(unit, column) if unit else None
        if factor is None:
            raise OptionError(
                f"units={{{name!r}: {said!r}}} is no unit that the column can be made from.",
                expected=listed([column.unit or _SCORE, *other_units(column)]),
            )
        made[name] = factor
    return made


def in_unit_of_column(
    values: pd.Series, stated: pd.DataFrame, column: Column, asked: float | None, *, where: str
) -> tuple[pd.Series, list[str]]:
    """Give the numbers in the unit of their column, row by row, and say of which units that was done.

    Parameters
    ----------
    values : pandas.Series
        The numbers.
    stated : pandas.DataFrame
        What the file states of each: its unit in a cell (``unit``) and the name of what was measured (``named``).
    column : Column
        What they are.
    asked : float, optional
        The factor of rows that state no unit, or one that is not known.
    where : str
        The variable that states the unit, for a message.

    Raises
    ------
    OptionError
        If a unit is not known, or two are stated, and nobody said what it is.
    """
    pairs = stated[["unit", "named"]].fillna("").astype(str)
    made, converted = values.astype("float64"), []
    for (unit, named), rows in pairs[values.notna()].groupby(["unit", "named"], sort=False).groups.items():
        said, factor = _stated(str(unit).strip(), str(named), column)
        factor = asked if factor is None else factor
        if factor is None and said:
            raise _asking(said, column, where, len(rows), int(values.notna().sum()))
        if factor not in (None, 1):
            made.loc[rows] = times(made.loc[rows], factor)
            converted.append(f"{column.name} from {said or 'the unit that units= says'}, {len(rows)} of {len(values)}")
    return made, converted


def _stated(unit: str, named: str, column: Column) -> tuple[str, float | None]:
    """What a row states of its unit, in its words, and its factor: None where nothing is stated, or no unit it can be.

    That a number is a score says nothing where its scale is stated as well.
    """
    known = unit_of(unit) if unit else None
    if unit and not known:
        return repr(unit), None
    found = list(dict.fromkeys([*([known] if known else []), *units_in(named)]))
    found = [one for one in found if one != _SCORE] or found
    factors = {factor_of(one, column) for one in found}
    words = " and ".join(repr(unit if one == known else one) for one in found)
    return words, factors.pop() if len(factors) == 1 else None


def _asking(said: str, column: Column, where: str, count: int, of: int) -> OptionError:
    known = [column.unit or _SCORE, *other_units(column)]
    return OptionError(
        f"{column.name} is stated in {said}, and not in a unit that it can be made from.",
        where=f"{where} ({count} of {of} values)",
        expected=listed(known),
        hint=f"units={{{column.name!r}: {known[0]!r}}} says what such numbers are",
    )


@cache
def _units() -> Collection[str]:
    """Every unit that the tables know, as they spell it."""
    named = ("visits", "patients", "labs", "medications", "responses")
    of_columns = {column.unit for table in named for column in columns(table).values() if column.unit}
    others = {str(row["other_unit"]) for row in records("column_units")}
    spelt = set(spellings("cells").values())
    return frozenset(of_columns | others | spelt | set(columns("labs")["unit"].words))
