"""The choices behind a score, as one object: who makes them, what they may be, and how a result says them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial, wraps
from inspect import Parameter, signature
from math import inf
from types import MappingProxyType
from typing import Any, ParamSpec, TypedDict, TypeVar, overload

from myositis_tools.errors import OptionError, listed, nearest, require_option
from myositis_tools.formatting import counted
from myositis_tools.frames import columns, is_number, number_of
from myositis_tools.scores.core_set import (
    Instrument,
    enzyme_instruments,
    overridable,
    populations,
    scale_instruments,
    stand_ins_for_enzymes,
)

ENZYME_METRICS = ("xuln", "range_share")
SCORED_AS = "scored_as"  # the column in which a result says by which options it was scored

# enzyme: the reason it is left out in every patient, or patient: the reason for that one
LeaveOut = Mapping[str, "str | Mapping[Any, str]"]

P = ParamSpec("P")
R = TypeVar("R")


class ScoreKeywords(TypedDict, total=False):
    """The options of `score_total_improvement`, as every function that scores takes them by name."""

    population: str
    mmt: str | None
    enzyme_by: str
    baseline_week: int
    function: str | None
    extramuscular: str | None
    enzymes: Sequence[str] | None
    ranges: Mapping[str, float] | None
    leave_out: LeaveOut | None


@dataclass(frozen=True)
class LeftOut:
    """An enzyme that is not followed, with the reason; in every patient, or in those named."""

    enzyme: Instrument
    reason: str
    patients: tuple[str, ...] | None

    def concerns(self, patient_id: object) -> bool:
        """Whether it is left out in a patient."""
        return self.patients is None or str(patient_id) in self.patients


@dataclass(frozen=True, kw_only=True)
class ScoreOptions:
    """The options of `score_total_improvement` as one checked object, with the same names and defaults.

    Raises
    ------
    OptionError
        If an option has a value that no score can use.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.reference.ScoreOptions(population="juvenile").population
    'juvenile'
    """

    population: str = "adult"
    mmt: str | None = None
    enzyme_by: str = "xuln"
    baseline_week: int = 0
    function: str | None = None
    extramuscular: str | None = None
    enzymes: Sequence[str] | None = None
    ranges: Mapping[str, float] | None = None
    leave_out: LeaveOut | None = None

    def __post_init__(self) -> None:
        """Refuse what no table could make right; which column a table has is asked when there is one."""
        require_option("population", self.population, populations())
        for name, measure in (("mmt", "mmt"), ("function", "haq"), ("extramuscular", "extramuscular")):
            asked = getattr(self, name)
            if asked is not None:
                known = [one.key for one in scale_instruments(self.population) if one.measure == measure]
                require_option(name, asked, known)
        require_option("enzyme_by", self.enzyme_by, ENZYME_METRICS)
        require_week("baseline_week", self.baseline_week)
        object.__setattr__(self, "enzymes", _checked_enzymes(self.population, self.enzymes))
        object.__setattr__(self, "ranges", _checked_ranges(self.ranges))
        object.__setattr__(self, "leave_out", _checked_left_out(self.leave_out))

    @property
    def keywords(self) -> dict[str, Any]:
        """What differs from the usual, by name: what a call needs to be made again."""
        asked = {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name) != one.default}
        return {name: _as_written(value) for name, value in asked.items()}

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """The enzymes that are not followed, and in whom."""
        known = {one.key: one for one in enzyme_instruments()}
        found: dict[tuple[str, str, bool], list[str]] = {}
        for name, said in (self.leave_out or {}).items():
            by_patient = said if isinstance(said, Mapping) else {None: said}
            for patient, reason in by_patient.items():
                found.setdefault((name, reason.strip(), patient is None), []).append(str(patient))
        return tuple(
            LeftOut(known[name], reason, None if everybody else tuple(patients))
            for (name, reason, everybody), patients in found.items()
        )

    def __str__(self) -> str:
        """Say the options in words that name no patient: `juvenile thresholds, with enzyme_by='range_share'`."""
        said = [f"{name}={value!r}" for name, value in self.keywords.items() if name not in ("population", "leave_out")]
        for one in self.left_out:
            whom = "" if one.patients is None else f", in {counted(len(one.patients), 'patient')}"
            said.append(f"{one.enzyme.column.label} left out ({one.reason}{whom})")
        return f"{self.population} thresholds" + (f", with {', '.join(said)}" if said else "")


@overload
def takes_options(function: Callable[P, R]) -> Callable[P, R]: ...
@overload
def takes_options(*, beside: Sequence[str]) -> Callable[[Callable[P, R]], Callable[P, R]]: ...
def takes_options(function: Any = None, *, beside: Sequence[str] = ()) -> Any:
    """Refuse, before anything is read, an option that a function does not have, in its name and with the nearest one.

    The options of a score are checked as well, whether or not a score will be asked for. A function whose ``**options``
    take more than those says which, `beside` them.

    Raises
    ------
    OptionError
        When the function is called.
    """
    if function is None:
        return partial(_checking, beside=beside)
    return _checking(function, beside)


def _checking(function: Callable[..., Any], beside: Sequence[str]) -> Callable[..., Any]:
    known = [name for name, one in signature(function).parameters.items() if one.kind is not Parameter.VAR_KEYWORD]
    scoring = [one.name for one in fields(ScoreOptions)]
    hands_on = len(known) < len(signature(function).parameters)
    allowed = [*known, *(name for name in (*scoring, *beside) if hands_on and name not in known)]

    @wraps(function)
    def checked(*arguments: Any, **options: Any) -> Any:
        for name in options:
            if name not in allowed:
                by_name = allowed[len(arguments) :]
                raise OptionError(
                    f"{function.__name__}() has no option {name}.",
                    where=f"{name}={options[name]!r}",
                    expected=f"options among {listed(by_name, most=30)}",
                    hint=nearest(name, by_name),
                )
        if hands_on:
            ScoreOptions(**{name: options[name] for name in scoring if name in options})
        return function(*arguments, **options)

    return checked


def _as_written(value: Any) -> Any:
    """A value as a call writes it: a list and a dictionary instead of what nobody can change."""
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


def require_week(name: str, week: object) -> None:
    """Refuse a week that is not a whole number.

    Raises
    ------
    OptionError
        If `week` is none.
    """
    if not is_number(week) or not number_of(week).is_integer():
        raise OptionError(
            f"{name}={week!r} is not a week.",
            expected="a whole number",
            hint="0 is the baseline, and weeks of screening are negative",
        )


def _checked_enzymes(population: str, asked: Sequence[str] | None) -> tuple[str, ...] | None:
    if asked is None:
        return None
    candidates, stand_ins = enzyme_instruments(), stand_ins_for_enzymes(population)
    words = (asked,) if isinstance(asked, str) else tuple(asked)
    known = [one.key for one in (*candidates, *stand_ins)]
    for word in words:
        if word not in known:
            raise OptionError(
                f"enzymes={word!r} is not known.", expected=f"some of {listed(known)}", hint=nearest(word, known)
            )
    if not words or (len(set(words)) > 1 and any(one.key in words for one in stand_ins)):
        raise OptionError(
            f"enzymes={asked!r} cannot be followed.",
            expected=f"some of {listed(one.key for one in candidates)}"
            + "".join(f"; or {one.key} alone" for one in stand_ins),
            hint="leave the option out to use every enzyme that the table has",
        )
    return words


def _checked_ranges(ranges: Mapping[str, float] | None) -> Mapping[str, float] | None:
    for name, width in (ranges or {}).items():
        if name not in overridable():
            meant = f"{name}_xuln" if f"{name}_xuln" in overridable() else name
            is_fixed = name in columns("visits")
            raise OptionError(
                f"ranges={{{name!r}: ...}} cannot be set.",
                expected=f"columns among {listed(overridable())}",
                hint="the other scales fix their own range" if is_fixed else nearest(meant, overridable()),
            )
        if not (is_number(width) and 0 < number_of(width) < inf):
            raise OptionError(
                f"ranges={{{name!r}: {width!r}}} is not a range.",
                expected=f"a number above 0{_in_unit(name)}",
                hint="the width of the scale, that is the best value less the worst",
            )
    return MappingProxyType(dict(ranges)) if ranges else None


def _in_unit(name: str) -> str:
    unit = columns("visits")[name].unit
    return f", in {unit}" if unit else ""


def _checked_left_out(leave_out: LeaveOut | None) -> LeaveOut | None:
    known = [one.key for one in enzyme_instruments()]
    for name, said in (leave_out or {}).items():
        if name not in known:
            raise OptionError(
                f"leave_out={{{name!r}: ...}} names no enzyme.",
                expected=f"some of {listed(known)}",
                hint=nearest(name, known),
            )
        for reason in said.values() if isinstance(said, Mapping) else (said,):
            if not isinstance(reason, str) or not reason.strip():
                raise OptionError(
                    f"leave_out={{{name!r}: {said!r}}} gives no reason.",
                    expected="the reason as text, or a mapping of patients to reasons",
                    hint=f"for example leave_out={{{name!r}: 'liver disease'}}",
                )
    return MappingProxyType(dict(leave_out)) if leave_out else None
