"""A protocol: the ordered criteria of one trial, asked of a screening table (long: one object)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from types import MappingProxyType
from typing import Any, overload

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools import verdict
from myositis_tools.criteria.course_rules import CourseRules
from myositis_tools.criteria.criterion import Criterion
from myositis_tools.criteria.record_rules import (
    NO_COURSES,
    FitsCourses,
    Within,
    asked_column,
    is_moved,
    without_answer,
    worked_out_of_courses,
)
from myositis_tools.criteria.screening_table import enter_table
from myositis_tools.errors import NotFoundError, OptionError, listed, nearest
from myositis_tools.frames import Column, Entrance, bounds_of, columns, in_order, names_of
from myositis_tools.html_tables import html_table
from myositis_tools.rules import Leaf, Limit, beside, explanation, why
from myositis_tools.tables import Source, source

CHECK_COLUMNS = ("patient_id", "criterion", "kind", "verdict", "reason", "source")
DECISION_COLUMNS = ("patient_id", "decision", "because")
BETWEEN_REASONS = " | "  # in the one text that says why
_HEADINGS = ("kind", "criterion", "as asked here", "the record's own words", "decided here")


class Screenable(ABC):
    """What a protocol makes its screening table of."""

    @abstractmethod
    def screened_for(self, protocol: Protocol) -> Any:
        """Give the screening table as the protocol asks for it."""


@dataclass(frozen=True, eq=False)
class Screened(Screenable):
    """A screening table that was made for the very limits it is asked about."""

    table: Any

    def screened_for(self, protocol: Protocol) -> Any:  # noqa: ARG002 - it was made for it
        """Give the table."""
        return self.table


@dataclass(frozen=True)
class Case:
    """A named test patient of a protocol, with what is expected of the protocol.

    Attributes
    ----------
    name : str
        What the case shows.
    recorded : tuple of (str, value)
        The screening columns with a value; every other one is missing.
    verdicts : tuple of (str, str)
        The expected verdict of criteria, by key.
    decision : str
        The expected decision; empty if none is expected.
    """

    name: str
    recorded: tuple[tuple[str, float | bool | str], ...]
    verdicts: tuple[tuple[str, str], ...] = ()
    decision: str = ""


@dataclass(frozen=True)
class Protocol:
    """The eligibility criteria of a trial, in the order of their source.

    A protocol is frozen: `with_limits` and `without` give a new one. Print it to read it.

    Attributes
    ----------
    key, title, registration, version : str
        Which trial, and which text of it.
    text : Source
        Where the text stands.
    criteria : tuple of Criterion
        The criteria in order.
    population : str
        Whom the trial is for.
    caution : str
        What must be said of the whole protocol wherever a result is shown; empty if nothing.
    cases : tuple of Case
        Named test patients with what is expected of them; see `assure`.
    origin : str
        The call that gives the protocol; empty if it was read from a text.
    own_sources : tuple of Source
        The sources that its file brings.
    edition_of : str
        The key of the protocol whose trial this is another text of; empty if it is no edition.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.TIME_IS_MUSCLE.registration, len(mt.TIME_IS_MUSCLE.criteria)
    ('NCT05832034', 16)
    >>> wider = mt.TIME_IS_MUSCLE.with_limits(maximum_duration_months=24)
    >>> str(wider.limits["maximum_duration_months"])
    '24 months'
    """

    key: str
    title: str
    registration: str
    version: str
    text: Source
    criteria: tuple[Criterion, ...]
    population: str = ""
    caution: str = ""
    cases: tuple[Case, ...] = ()
    origin: str = ""
    own_sources: tuple[Source, ...] = ()
    edition_of: str = ""

    # ------------------------------------------------------------------------------------------------- what it knows

    @property
    def needs(self) -> tuple[str, ...]:
        """The screening columns it reads."""
        return tuple(dict.fromkeys(["patient_id", *(name for each in self.criteria for name in each.needs)]))

    @cached_property
    def columns(self) -> Mapping[str, Column]:
        """What the columns are that its criteria read, by name: those of ``screening``, and its own."""
        leaves = (leaf for each in self.criteria for leaf in each.rule.leaves)
        asked = (asked_column(leaf) for leaf in leaves if isinstance(leaf, Leaf))
        return MappingProxyType({column.name: column for column in asked})

    @cached_property
    def readable(self) -> Mapping[str, Column]:
        """The columns that answer its criteria, by name: those it needs, and those that may stand in their place."""
        leaves = (leaf for each in self.criteria for leaf in each.rule.leaves)
        instead = {leaf.column.name: leaf.column for leaf in leaves if isinstance(leaf, Within)}
        parts = {name: columns("screening")[name] for column in self.columns.values() for name in column.sum_of}
        optional = {name: replace(column, optional=True) for name, column in (instead | parts).items()}
        return MappingProxyType(optional | dict(self.columns))

    @cached_property
    def limits(self) -> Mapping[str, Limit]:
        """The limits by name, in the order of the criteria."""
        return MappingProxyType({limit.name: limit for each in self.criteria for limit in each.limits})

    @cached_property
    def courses(self) -> CourseRules:
        """What courses of treatment are held against; nothing where no criterion asks of them."""
        asked = (leaf for each in self.criteria for leaf in worked_out_of_courses(each.rule))
        return next((leaf.courses for leaf in asked), NO_COURSES)

    @property
    def windows(self) -> tuple[Limit, ...]:
        """The limits that are windows before screening in which treatment counts."""
        of_courses = [leaf for each in self.criteria for leaf in worked_out_of_courses(each.rule)]
        looked_back = [leaf.limit for leaf in of_courses if isinstance(leaf, Within)]
        return tuple(dict.fromkeys([*looked_back, *self.courses.windows]))

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every source its words and limits come from."""
        own = {one.key: one for one in self.own_sources}
        keys = [self.text.key, *(each.source.key for each in self.criteria), *(x.source for x in self.limits.values())]
        return tuple(own.get(key) or source(key) for key in dict.fromkeys(keys))

    def criterion(self, key: str) -> Criterion:
        """Give one criterion.

        Raises
        ------
        NotFoundError
            If the protocol has no such criterion.
        """
        for each in self.criteria:
            if each.key == key:
                return each
        known = [each.key for each in self.criteria]
        raise NotFoundError(
            f"{self.registration} has no criterion {key!r}.", expected=listed(known, most=20), hint=nearest(key, known)
        )

    # ------------------------------------------------------------------------------------------------ other versions

    def with_limits(self, **values: float) -> Protocol:
        """Give the protocol with other limits.

        Parameters
        ----------
        **values : float
            New values by the name of the limit, in its own unit and within its plausible range.

        Returns
        -------
        Protocol
            A new protocol; this one stays as it is.

        Raises
        ------
        OptionError
            If a limit does not exist, or a value is no number or not plausible.
        """
        for name in values:
            if name not in self.limits:
                raise OptionError(
                    f"{self.registration} has no limit {name!r}.",
                    expected=listed(self.limits, most=20),
                    hint=nearest(name, list(self.limits)),
                )
        limits = {name: replace(self.limits[name], value=value) for name, value in values.items()}
        return replace(self, criteria=tuple(each.with_rule(each.rule.with_limits(limits)) for each in self.criteria))

    def without(self, *keys: str) -> Protocol:
        """Give the protocol with some criteria left out, and without its cases: they were written for all of them.

        Raises
        ------
        NotFoundError
            If the protocol has no such criterion.
        """
        left_out = [self.criterion(key) for key in keys]
        return replace(self, criteria=tuple(each for each in self.criteria if each not in left_out), cases=())

    def table_of(self, screening: Any) -> Any:
        """Give the screening table itself, of records the one that the protocol asks for."""
        return screening.screened_for(self) if isinstance(screening, Screenable) else screening

    def not_asked_of(self, screening: Any) -> tuple[str, ...]:
        """Name the criteria that a table cannot be asked: all their columns are optional, and it has none of them."""
        absent = set(self.absent_from(screening))
        return tuple(each.key for each in self.criteria if absent.issuperset(each.needs))

    def absent_from(self, screening: Any) -> tuple[str, ...]:
        """Name the optional columns that a table does not have, nor bounds of them."""
        present = names_of(self.table_of(screening))
        optional = (column for column in self.columns.values() if column.optional)
        return tuple(one.name for one in optional if not {one.name, *bounds_of(one.name), *one.sum_of} & {*present})

    # ------------------------------------------------------------------------------------------------------ questions

    @overload
    def check(self, screening: Screenable) -> Any: ...

    @overload
    def check(self, screening: IntoFrameT) -> IntoFrameT: ...

    def check(self, screening: Any) -> Any:
        """Answer every criterion for every patient.

        Parameters
        ----------
        screening : pandas, Polars, DuckDB or PySpark frame, or Records
            One row a patient, with the columns in `needs`; units and ranges as in ``tables/columns.csv``. Or the
            records themselves, of which the table is made as the protocol asks for it.

        Returns
        -------
        frame of the same kind
            ``patient_id, criterion, kind, verdict, reason, source``: one row for each patient and criterion, patients
            in the caller's order (by patient on a lazy engine) and criteria in the protocol's. ``verdict`` is
            ``met``, ``not met`` or ``unknown``; for an exclusion, *met* means that it applies.

        Raises
        ------
        MissingColumnError, WrongTypeError, ImpossibleValueError, UnknownWordError, DuplicateRowError
            If the table cannot be what it says it is.

        Missing data
        ------------
        A missing value makes a criterion *unknown* unless the answer is the same whatever the value; the reason names
        what is not recorded. It is never counted as yes or no. Of a number column the table may also have
        ``<column>_min`` and ``<column>_max``, the least and the most that it can be; one of them may be missing, and
        leaves its side open. A limit is asked of both, and the answer is known where they agree.

        Examples
        --------
        >>> import pandas as pd
        >>> import myositis_tools as mt
        >>> protocol = mt.TIME_IS_MUSCLE.without(*[c.key for c in mt.TIME_IS_MUSCLE.criteria[1:]])
        >>> patients = pd.DataFrame({"patient_id": ["A", "B", "C"], "age_years": [54, 17, None]})
        >>> protocol.check(patients)[["patient_id", "verdict", "reason"]]
          patient_id  verdict                    reason
        0          A      met  age 54 years, at least 18
        1          B  not met     age 17 years, below 18
        2          C  unknown           age not recorded
        """
        entrance = self.enter(screening)
        return self._leave(entrance, [self._checked(entrance.frame, place) for place in range(len(self.criteria))])

    @overload
    def decide(self, screening: Screenable) -> Any: ...

    @overload
    def decide(self, screening: IntoFrameT) -> IntoFrameT: ...

    def decide(self, screening: Any) -> Any:
        """Decide for every patient.

        Any inclusion not met or exclusion met makes a patient ineligible, even if other criteria are unknown; else
        any unknown makes the patient indeterminate; else the patient is eligible.

        Parameters
        ----------
        screening : pandas, Polars, DuckDB or PySpark frame, or Records
            As for `check`.

        Returns
        -------
        frame of the same kind
            ``patient_id, decision, because``: ``decision`` is ``eligible``, ``ineligible`` or ``indeterminate``;
            ``because`` names the criteria that decided with their reasons, and is empty for the eligible.

        Raises
        ------
        MissingColumnError, WrongTypeError, ImpossibleValueError, UnknownWordError, DuplicateRowError
            As for `check`.

        Missing data
        ------------
        As for `check`; an indeterminate patient's ``because`` names what is not recorded.
        """
        entrance = self.enter(screening)
        decided = entrance.leave_new(self.decided(entrance.frame).select(*DECISION_COLUMNS))
        return in_order(decided, {"decision": verdict.DECISIONS})

    def decided(self, frame: Any, *, but_for: Collection[str] = ()) -> Any:
        """Add to a frame that `enter` let in ``decision``, ``because``, and ``decision_as_asked``.

        The last is the decision without the criteria `but_for`; without any criterion left it is *indeterminate*.
        """
        for each in self.criteria:
            frame = each.answer(frame)
        rest = [each for each in self.criteria if each.key not in but_for]
        frame = frame.with_columns(
            decision=self._decision(self.criteria),
            decision_as_asked=self._decision(rest or self.criteria),
        )
        against = [nw.when(each.excludes()).then(each.explained()) for each in self.criteria]
        undecided = [nw.when(nw.col(each.asked).is_null()).then(each.explained()) for each in self.criteria]
        because = (
            nw.when(nw.col("decision") == verdict.INELIGIBLE)
            .then(_listed(against))
            .when(nw.col("decision") == verdict.INDETERMINATE)
            .then(_listed(undecided))
            .otherwise(nw.lit(""))
        )
        return frame.with_columns(because=because)

    def verdicts(self, screening: Any) -> Any:
        """Answer every criterion for every patient, as a matrix without reasons.

        Parameters
        ----------
        screening : pandas, Polars, DuckDB or PySpark frame, or Records
            As for `check`.

        Returns
        -------
        frame of the same kind
            ``patient_id, decision``, then one column a criterion with its verdict; one row a patient.

        Raises
        ------
        MissingColumnError, WrongTypeError, ImpossibleValueError, UnknownWordError, DuplicateRowError
            As for `check`.

        Missing data
        ------------
        As for `check`.
        """
        entrance = self.enter(screening)
        given = entrance.frame.collect_schema().names()
        frame = entrance.frame.select("patient_id", **{each.asked: each.rule.truth(given) for each in self.criteria})
        answers = {each.key: verdict.to_verdict(nw.col(each.asked)) for each in self.criteria}
        made = entrance.leave_new(frame.select("patient_id", decision=self._decision(self.criteria), **answers))
        return in_order(made, {"decision": verdict.DECISIONS} | dict.fromkeys(answers, verdict.VERDICTS))

    def _decision(self, criteria: Sequence[Criterion]) -> nw.Expr:
        return verdict.to_decision(verdict.kleene_or([each.excludes() for each in criteria]))

    def enter(self, screening: Any, *, also: Collection[str] = ()) -> Entrance:
        """Let a screening table in, with the columns the protocol reads, their bounds, and why one is unknown.

        Records are made the screening table that this protocol asks for, with its own windows, doses and durations.
        Columns `also` named are read too where the table has them.

        Raises
        ------
        MissingColumnError, WrongTypeError, ImpossibleValueError, UnknownWordError, DuplicateRowError
            If the table cannot be what it says it is.
        """
        table = self.table_of(screening)
        entrance = enter_table(table, self.columns, self._windows, also=also)
        not_asked = {
            explanation(name): nw.lit(f"not asked, the table has no column {name}") for name in self.absent_from(table)
        }
        frame = entrance.frame.with_columns(**not_asked) if not_asked else entrance.frame
        return Entrance(entrance.native, frame if isinstance(screening, Screenable) else self._without_moved(frame))

    @cached_property
    def _windows(self) -> tuple[Within, ...]:
        leaves = (leaf for each in self.criteria for leaf in each.rule.leaves)
        return tuple(dict.fromkeys(leaf for leaf in leaves if isinstance(leaf, Within)))

    def _without_moved(self, frame: Any) -> Any:
        """Take back what a screening table holds for the published limits of courses, where they were moved."""
        asked = [leaf for each in self.criteria for leaf in worked_out_of_courses(each.rule) if is_moved(leaf)]
        for leaf in asked:
            frame = frame.with_columns(**without_answer(leaf))
        return frame

    def _checked(self, frame: Any, place: int) -> Any:
        each = self.criteria[place]
        if isinstance(frame, nw.DataFrame):
            frame = frame.with_row_index("_row")
        rows = ["_row"] if isinstance(frame, nw.DataFrame) else []
        given = frame.collect_schema().names()
        read = [name for name in self._read_by(each) if name in given]
        return each.answer(frame.select("patient_id", *rows, *read)).select(
            "patient_id",
            *rows,
            criterion=nw.lit(each.key),
            kind=nw.lit(each.kind),
            verdict=verdict.to_verdict(nw.col(each.asked)),
            reason=nw.col(why(each.asked)),
            source=nw.lit(each.cited),
            _place=nw.lit(place),
        )

    def _read_by(self, each: Criterion) -> list[str]:
        """The columns of an entered table that a criterion reads."""
        leaves = [leaf.column.name for leaf in each.rule.leaves if isinstance(leaf, Leaf)]
        names = [*each.needs, *leaves]
        return list(dict.fromkeys([*names, *(one for name in names for one in beside(name))]))

    def _leave(self, entrance: Entrance, checked: list[Any]) -> Any:
        by = "_row" if isinstance(entrance.frame, nw.DataFrame) else "patient_id"
        together = nw.concat(checked, how="vertical").sort(by, "_place")
        return in_order(entrance.leave_new(together.select(*CHECK_COLUMNS)), {"verdict": verdict.VERDICTS})

    # --------------------------------------------------------------------------------------------------------- words

    def __str__(self) -> str:
        """Write the protocol as a clinician would."""
        lines = [f"{self.title} ({self.registration})", f"Text: {self.text.citation} {self.version}.".replace(" .", "")]
        lines += [f"Edition: another text of the trial of {self.edition_of!r}."] if self.edition_of else []
        lines += [f"Note: {self.caution}."] if self.caution else []
        for kind, heading in (("inclusion", "Inclusion"), ("exclusion", "Exclusion")):
            of_kind = [each for each in self.criteria if each.kind == kind]
            lines += ["", heading] if of_kind else []
            for each in of_kind:
                lines.append(f"  {each.label}: {each.rule.sentence}")
                lines += [f"      {said}" for said in self._of_courses(each)]
                lines += [
                    f"      changed: {limit.label} {limit}, published {limit.published:g}"
                    for limit in each.limits
                    if limit.is_changed
                ]
                lines += [f"      note: {said}" for said in (*each.warnings, *self._asks_for(each))]
        return "\n".join(lines)

    __repr__ = __str__

    def _of_courses(self, each: Criterion) -> list[str]:
        """Say what each course of treatment is held against, where a criterion asks of all of them."""
        asks = any(isinstance(leaf, FitsCourses) for leaf in worked_out_of_courses(each.rule))
        return self.courses.sentences() if asks else []

    def _asks_for(self, each: Criterion) -> list[str]:
        """Say which columns a criterion reads only where the table has them."""
        names = [name for name in each.needs if self.columns[name].optional]
        return [f"asked only where the table has {listed(names)}"] if names else []

    def _repr_html_(self) -> str:
        rows = [
            (each.kind, each.label, each.rule.sentence, each.words, "; ".join(filter(None, said)))
            for each in self.criteria
            for said in [(each.decision, *self._of_courses(each), each.doubt, *self._asks_for(each))]
        ]
        caution = f"<br>{escape(self.caution)}" if self.caution else ""
        return (
            f"<p><b>{escape(self.title)}</b> ({escape(self.registration)})<br>{escape(self.text.citation)}{caution}</p>"
            + html_table(_HEADINGS, rows, style="text-align:left;vertical-align:top")
        )


def _listed(texts: Sequence[nw.Expr]) -> nw.Expr:
    return nw.concat_str(*texts, separator=BETWEEN_REASONS, ignore_nulls=True)
