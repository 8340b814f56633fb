"""The protocol comes first, then the table: a call with the two in each other's place is told so."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import ParamSpec, TypeVar

from myositis_tools.criteria.protocol import Protocol
from myositis_tools.errors import WrongTypeError

P = ParamSpec("P")
R = TypeVar("R")


def protocol_first(function: Callable[P, R]) -> Callable[P, R]:
    """Refuse a call whose first argument is no protocol.

    Raises
    ------
    WrongTypeError
        When the function is called.
    """
    first, second, *_ = signature(function).parameters

    @wraps(function)
    def checked(*arguments: P.args, **options: P.kwargs) -> R:
        given = dict(zip((first, second), arguments, strict=False)) | options
        if first in given and not isinstance(given[first], Protocol):
            are_swapped = isinstance(given.get(second), Protocol)
            raise WrongTypeError(
                f"{function.__name__}() was given {type(given[first]).__name__} where the protocol belongs.",
                where=f"{first} and {second} stand in each other's place" if are_swapped else first,
                expected=f"{function.__name__}({first}, {second}, ...)",
                hint="mt.TIME_IS_MUSCLE is a protocol, and mt.PROTOCOLS holds more",
            )
        return function(*arguments, **options)

    return checked
