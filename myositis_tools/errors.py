"""Every error a user of the package can cause.

Each message has the same four parts: what is wrong, where, what was expected, and a hint.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from traceback import extract_tb, walk_tb
from types import TracebackType


class MyositisToolsError(ValueError):
    """Base of every error that data or arguments can cause.

    Parameters
    ----------
    what : str
        What is wrong, as a sentence.
    where : str
        The column, rows or argument concerned.
    expected : str
        What would have been right.
    hint : str
        What to do now.
    """

    def __init__(self, what: str, *, where: str = "", expected: str = "", hint: str = "") -> None:
        self.what, self.where, self.expected, self.hint = what, where, expected, hint
        parts = [what]
        if where:
            parts.append(f"Where: {where}.")
        if expected:
            parts.append(f"Expected: {expected}.")
        if hint:
            parts.append(f"Hint: {hint}" if hint.endswith("?") else f"Hint: {hint}.")
        self._parts = parts
        super().__init__(" ".join(parts))

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback: the line of the person's own cell, and what is wrong with it.

        ``%debug`` still leads to where it was noticed.
        """
        first, *others = self._parts
        return [*_lines_of_the_cell(self.__traceback__), f"{type(self).__name__}: {first}", *others]


def _lines_of_the_cell(traceback: TracebackType | None) -> list[str]:
    """The line that the person wrote: the last one that is of no module."""
    written = [
        (step.lineno, linecache.getline(step.filename, step.lineno or 0).strip())
        for step, frame in zip(extract_tb(traceback), walk_tb(traceback), strict=True)
        if frame[0].f_globals.get("__name__") == "__main__"
    ]
    return [f"line {number}: {line}" for number, line in written[-1:] if line]


class MissingColumnError(MyositisToolsError):
    """A column that the calculation reads is not in the table."""


class ImpossibleValueError(MyositisToolsError):
    """A number lies outside the range its column can take."""


class UnknownWordError(MyositisToolsError):
    """A word is not one of those its column allows."""


class WrongTypeError(MyositisToolsError):
    """A column holds another type of value than it should, such as text where a number belongs."""


class DuplicateRowError(MyositisToolsError):
    """A patient, or a patient's visit, stands more than once in the table."""


class AmbiguousColumnError(MyositisToolsError):
    """Several columns could serve and the package does not guess which."""


class OptionError(MyositisToolsError):
    """An argument has a value that the function does not know."""


class NotFoundError(MyositisToolsError):
    """A patient, visit, table or name that was asked for does not exist."""


class MappingError(MyositisToolsError):
    """A mapping of headings says something that cannot be."""


class UnsafeFileError(MyositisToolsError):
    """A file is more, or does more, than a table of records should."""


class ProtocolError(MyositisToolsError):
    """A protocol file says something that cannot be."""


class MissingPackageError(MyositisToolsError, ImportError):
    """What was asked for needs a package that is not installed here, or that a browser does not have."""


class ReadingWarning(UserWarning):
    """A reader left something out, or read it as other than it is stored; the message says what, and how many."""


class PrivacyWarning(UserWarning):
    """A column stays out of what leaves, for what stands in it may name a patient although its heading does not."""


class PatientsNotFoundWarning(UserWarning):
    """Hardly any patient of one table is found in another, as where one writes 001 and the other 1."""


def refusal(call: Callable[..., object], *arguments: object, **options: object) -> str:
    """Give what a call refuses as text, for a notebook that shows it; empty if it refuses nothing."""
    try:
        call(*arguments, **options)
    except MyositisToolsError as error:
        return str(error)
    return ""


@contextmanager
def needs_package(name: str) -> Iterator[None]:
    """Say in one sentence that a package is missing, where it is imported only for what needs it.

    Raises
    ------
    MissingPackageError
        If the package is not there.

    Examples
    --------
    >>> with needs_package("a_package"):
    ...     import a_package
    Traceback (most recent call last):
    myositis_tools.errors.MissingPackageError: This needs the package a_package, which is not installed here. ...
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != name:
            raise
        raise MissingPackageError(
            f"This needs the package {name}, which is not installed here.",
            hint='pip install "myositis_tools[all]" installs it; a notebook that runs in the browser may not have it',
        ) from None


def listed(words: Iterable[object], *, most: int = 12) -> str:
    """Join names for a message, cut after `most` of them."""
    names = [str(word) for word in words]
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def nearest(word: object, allowed: Sequence[str]) -> str:
    """Say which allowed word is meant, or list them all."""
    lowered = {name.lower(): name for name in allowed}
    close = get_close_matches(str(word).strip().lower(), list(lowered), n=1)
    if close:
        return f"did you mean {lowered[close[0]]!r}?"
    return f"use one of {listed(allowed)}"


def require_option(name: str, value: object, allowed: Sequence[str]) -> None:
    """Refuse an argument that is not one of the allowed words.

    Raises
    ------
    OptionError
        If `value` is not in `allowed`.
    """
    if value not in allowed:
        raise OptionError(
            f"{name}={value!r} is not known.",
            expected=f"one of {listed(repr(word) for word in allowed)}",
            hint=nearest(value, allowed),
        )
