"""Which visits were planned: named by the caller, or read once from the weeks at which most patients were seen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from myositis_tools.errors import OptionError
from myositis_tools.frames import is_number
from myositis_tools.scores.options import require_week

SCHEDULE = "schedule"  # the column in which a result says which visits it took for planned


@dataclass(frozen=True)
class Schedule:
    """The planned visits of a trial or a cohort, and where that is known from.

    Attributes
    ----------
    weeks : tuple of float
        The planned visits after the baseline, in their order. Empty where none was named, or no week is common to most.
    baseline_week : int
        The baseline, which is always planned.
    is_named : bool
        Whether the caller named them.

    Examples
    --------
    >>> from myositis_tools.studies.follow_up.schedule import read_schedule
    >>> found = read_schedule({"A": [0, 4, 8], "B": [0, 4, 5, 8], "C": [0, 9]})
    >>> found.weeks, str(found)
    ((4.0, 8.0), 'weeks 4 and 8, each with more than half of the patients seen')
    >>> found.missed([0, 9])
    [4.0]
    """

    weeks: tuple[float, ...]
    baseline_week: int = 0
    is_named: bool = False

    def __str__(self) -> str:
        if not self.weeks:
            return "no visit, as named" if self.is_named else "no week is common to most patients"
        *before, last = (f"{week:g}" for week in self.weeks)
        said = f"weeks {', '.join(before)} and {last}" if before else f"week {last}"
        return f"{said}, {'as named' if self.is_named else 'each with more than half of the patients seen'}"

    def require_one(self, *, otherwise: str = "") -> None:
        """Refuse to go on where it could not be told which visits were planned; `otherwise` adds to the hint.

        Raises
        ------
        OptionError
            If nobody named a visit and no week is common to most patients.
        """
        if not self.weeks and not self.is_named:
            raise OptionError(
                "It cannot be told which visits were planned: at no week after the baseline were more than half of the "
                "patients seen.",
                expected="weeks= with the planned visits",
                hint=f"name them, such as weeks=[4, 8, 12]{otherwise}",
            )

    def missed(self, seen: Collection[float]) -> list[float]:
        """The planned visits, the baseline among them, that a patient with visits in these weeks did not have.

        A visit that came early or late stands for the planned one to which it is nearest, if that has no visit of its
        own; one half way to the next planned visit stands for none, nor one as far beyond the last.
        """
        every = [float(self.baseline_week), *self.weeks]
        gaps = [later - week for week, later in pairwise(every)]
        known = set(map(float, seen))
        found = []
        for week, before, after in zip(every, [*gaps[:1], *gaps] or [0.0], [*gaps, *gaps[-1:]] or [0.0], strict=True):
            stands_for_it = any(-before < 2 * (one - week) < after for one in known.difference(every))
            if week not in known and not stands_for_it:
                found.append(week)
        return found


def read_schedule(
    seen: Mapping[str, Iterable[float]], weeks: Sequence[int] | None = None, *, baseline_week: int = 0
) -> Schedule:
    """Say which visits after the baseline were planned, from the weeks in which each patient was seen.

    This is the one place where that is decided. Without `weeks` a visit was planned if more than half of the patients
    who are asked about were seen in exactly that week, those who were seen at the baseline alone among them. So an
    extra visit of one of two or more patients in a week of her own plans nothing for the others.

    Parameters
    ----------
    seen : mapping
        Of each patient the weeks in which she was seen.
    weeks : sequence of int, optional
        The planned visits, if the caller knows them; the baseline may be among them. Empty: none was planned.
    baseline_week : int
        The baseline, which is always planned.

    Returns
    -------
    Schedule
        Its text says which they are, and whether they were named.

    Raises
    ------
    OptionError
        If a week that is named is no whole number, or before the baseline.

    Missing data
    ------------
    A planned visit at which half of the patients or fewer were seen, such as a late one after many have left, is not
    recognised: it must be named.
    """
    if weeks is not None:
        return Schedule(tuple(checked_weeks(weeks, baseline_week, or_baseline=True)), baseline_week, is_named=True)
    counts: dict[float, int] = {}
    patients = 0
    for own in seen.values():
        patients += 1
        for week in {float(one) for one in own}:
            counts[week] = counts.get(week, 0) + 1
    common = sorted(week for week, count in counts.items() if week > baseline_week and 2 * count > patients)
    return Schedule(tuple(common), baseline_week)


def checked_weeks(weeks: Sequence[int] | None, baseline_week: int, *, or_baseline: bool = False) -> list[float]:
    """Put planned weeks after the baseline in their order; the baseline is left out where it may be among them.

    Raises
    ------
    OptionError
        If one is no whole number after the baseline.
    """
    if is_number(weeks) or isinstance(weeks, str):
        raise OptionError(f"weeks={weeks!r} is no list of weeks.", expected="weeks of visits, such as [4, 8, 12]")
    named = () if weeks is None else tuple(weeks)
    for week in named:
        require_week("weeks", week)
        if week < baseline_week or (week == baseline_week and not or_baseline):
            raise OptionError(
                f"weeks holds {week:g}, which is not after the baseline.",
                expected=f"whole numbers above {baseline_week:g}",
                hint="the baseline itself is baseline_week=",
            )
    return sorted({float(week) for week in named if week > baseline_week})


def weeks_of_each(rows: Iterable[Mapping[str, object]]) -> dict[str, list[float]]:
    """The weeks in which each patient was seen, from rows of ``patient_id`` and ``week``."""
    found: dict[str, list[float]] = {}
    for row in rows:
        found.setdefault(str(row["patient_id"]), []).append(float(row["week"]))  # type: ignore[arg-type]
    return found


def weeks_of_one(seen: Mapping[str, Iterable[float]], patient_id: str, *, baseline_week: int = 0) -> list[int]:
    """The weeks that count for one patient: those of her own visits, and the planned ones that she may have missed.

    They are read from those who were seen after the baseline; where no week is common to most of them, every week in
    which anybody was seen may be planned.
    """
    every = {name: list(own) for name, own in seen.items()}
    followed = {name: own for name, own in every.items() if max(own) > baseline_week}
    planned: Iterable[float] = read_schedule(followed, baseline_week=baseline_week).weeks
    planned = (baseline_week, *planned) if planned else {week for own in every.values() for week in own}
    return sorted({int(week) for week in (*planned, *every.get(patient_id, ()))})
