"""Several tables handed over: where two stand in each other's place, or one in another's, the call is told so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from inspect import Parameter, signature
from itertools import combinations
from typing import Any, ParamSpec, TypeVar

import narwhals as nw
import pandas as pd

from myositis_tools.errors import MyositisToolsError, WrongTypeError
from myositis_tools.frames.columns import columns
from myositis_tools.frames.conversion import names_of
from myositis_tools.frames.table_kinds import kinds

P = ParamSpec("P")
R = TypeVar("R")
_OF_OTHER_NAMES = {"windows": "dose_windows"}  # parameters whose table columns.csv calls otherwise
_PLACES = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)


def tables_in_order(function: Callable[P, R]) -> Callable[P, R]:
    """Tell a call whose tables stand in each other's place, with the names of both.

    A parameter that takes a table is called as its kind is. Nothing is asked of a call that succeeds.

    Raises
    ------
    WrongTypeError
        When the function is called.
    """
    parameters = signature(function).parameters
    places = [name for name, one in parameters.items() if one.kind in _PLACES]
    of = {name: _OF_OTHER_NAMES.get(name, name) for name in parameters}
    of = {name: kind for name, kind in of.items() if kind in kinds() or columns(kind)}
    called = f"{function.__name__}({', '.join([*places, *(f'{name}=...' for name in of if name not in places)])})"

    @wraps(function)
    def checked(*arguments: P.args, **options: P.kwargs) -> R:
        given: dict[str, Any] = dict(zip(places, arguments, strict=False)) | options
        free = [name for name in of if name not in given]
        unnamed = [one for one in arguments[len(places) :] if _is_table(one)]
        if free and unnamed:
            raise _unnamed(names_of(unnamed[0]), {name: of[name] for name in free}, called)
        for name in of:
            others = [one for one in given if one not in of and _is_table(given[one])]
            if others and given.get(name) is not None and not _is_table(given[name]):
                raise WrongTypeError(
                    f"{function.__name__}() was given {type(given[name]).__name__} where the {name} table belongs.",
                    where=f"{name} and {others[0]} stand in each other's place",
                    expected=called,
                )
        try:
            return function(*arguments, **options)
        except MyositisToolsError as error:
            tables = {name: names_of(given[name]) for name in of if _is_table(given.get(name))}
            for first, second in combinations(tables, 2):
                if _are_swapped(tables[first], of[first], tables[second], of[second]):
                    was_given = f"the {second} table as {first}, and the {first} table as {second}"
                    raise WrongTypeError(
                        f"{function.__name__}() was given {was_given}.",
                        where=f"{first} and {second} stand in each other's place",
                        expected=called,
                        hint=f"name them: {first}=..., {second}=...",
                    ) from error
            raise

    return checked


def _unnamed(names: list[str], free: Mapping[str, str], called: str) -> MyositisToolsError:
    """Say of a table that is given by its place, and has to be named, which it seems to be."""
    likely = max(free, key=lambda name: len(set(columns(free[name])) & set(names)))
    return WrongTypeError(
        f"{called.partition('(')[0]}() was given more tables than it takes without a name.",
        where=f"one that holds the columns of {likely}",
        expected=called,
        hint=f"name it: {likely}=...",
    )


def _is_table(value: Any) -> bool:
    if value is None or isinstance(value, str):
        return False
    return isinstance(value, pd.DataFrame) or isinstance(
        nw.from_native(value, pass_through=True), nw.DataFrame | nw.LazyFrame
    )


def _are_swapped(first: list[str], kind: str, second: list[str], other: str) -> bool:
    known: Mapping[str, set[str]] = {one: set(columns(one)) for one in (kind, other)}
    as_given = len(known[kind] & set(first)) + len(known[other] & set(second))
    return len(known[other] & set(first)) + len(known[kind] & set(second)) > as_given
