"""Every way in which records with gaps could be completed, and whether what was said of them is neither too certain
nor too shy.

Nothing here knows a score or a criterion. A case is the rows of one patient; a gap is a cell that is None and that some
value could fill. The complete cases are put to the same function as the ones with gaps, all in one call.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

Row = dict[str, Any]
Case = tuple[Row, ...]
# the values that a cell of None, in a row and a column of a case, could have had; [None] where it is no gap
Ways = Callable[[Case, int, str], Sequence[Any]]
# one row of answers for each case, in their order
Ask = Callable[[list[Case]], list[Row]]

TOLERANCE = 1e-9
UNKNOWN = (None, "unknown", "indeterminate")
TOO_CERTAIN, TOO_SHY = "a completion contradicts it", "all completions agree"
TOO_NARROW, TOO_WIDE = "a completion lies outside the bounds", "no completion reaches a bound"


@dataclass(frozen=True)
class Answer:
    """A column of answers, with the columns of its bounds where it has some.

    Attributes
    ----------
    name, low, high : str
        The columns; empty where there are no bounds.
    is_certain : bool
        Whether the answer claims to hold whatever is missing; a prorated total does not, only its bounds are judged.
    may_be_endless : bool
        Whether no upper bound may be given: a quantity that a grid cannot exhaust.
    """

    name: str
    low: str = ""
    high: str = ""
    is_certain: bool = True
    may_be_endless: bool = False


@dataclass(frozen=True)
class Finding:
    """Something that was said of a case and should not have been."""

    answer: str
    fault: str
    case: Case
    said: Any
    possible: Any


@dataclass
class Judgement:
    """What was found: how much was asked, left open and wrong, by answer."""

    asked: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    bounds: Counter[str] = field(default_factory=Counter)
    completions: int = 0
    findings: list[Finding] = field(default_factory=list)

    def faults(self, answer: str, fault: str) -> int:
        """How often an answer was wrong in one way."""
        return sum((one.answer, one.fault) == (answer, fault) for one in self.findings)


def completed(case: Case, ways: Ways, is_admissible: Callable[[Case], bool] | None = None) -> list[Case]:
    """Fill every gap in every way, and keep what can be."""
    gaps = [(place, name) for place, row in enumerate(case) for name, value in row.items() if value is None]
    found = []
    for values in product(*(ways(case, *gap) for gap in gaps)):
        rows = [dict(row) for row in case]
        for (place, name), value in zip(gaps, values, strict=True):
            rows[place][name] = value
        one = tuple(rows)
        if is_admissible is None or is_admissible(one):
            found.append(one)
    return found


def judge(
    cases: Sequence[Case],
    answers: Iterable[Answer],
    *,
    ask: Ask,
    ways: Ways,
    is_admissible: Callable[[Case], bool] | None = None,
) -> Judgement:
    """Hold what is said of cases with gaps against what is said of all their completions."""
    every = [completed(case, ways, is_admissible) for case in cases]
    said, *rest = _in_turn(ask([*cases, *(one for some in every for one in some)]), [len(cases), *map(len, every)])
    answers, judged = tuple(answers), Judgement(completions=sum(map(len, every)))
    for case, row, possible in zip(cases, said, rest, strict=True):
        assert possible, f"nothing completes {case}"
        for answer in answers:
            _judge(answer, case, row, possible, judged)
    return judged


def _in_turn(rows: list[Row], lengths: Sequence[int]) -> list[list[Row]]:
    found, start = [], 0
    for length in lengths:
        found.append(rows[start : start + length])
        start += length
    assert start == len(rows)
    return found


def _judge(answer: Answer, case: Case, row: Row, possible: list[Row], judged: Judgement) -> None:
    values = {_rounded(one[answer.name]) for one in possible}
    judged.asked[answer.name] += 1
    if answer.is_certain:
        said = _rounded(row[answer.name])
        is_unknown = said in UNKNOWN
        judged.unknown[answer.name] += is_unknown
        if is_unknown and len(values) == 1 and not values <= set(UNKNOWN):
            judged.findings.append(Finding(answer.name, TOO_SHY, case, said, values))
        if not is_unknown and values != {said}:
            judged.findings.append(Finding(answer.name, TOO_CERTAIN, case, said, values))
    if answer.low:
        judged.bounds[answer.name] += 1
        known = [value for value in values if value is not None]
        least, most = (min(known), max(known)) if known else (None, None)
        low, high = (_rounded(row[name]) for name in (answer.low, answer.high))
        ends = [(low, least, 1)] + ([] if answer.may_be_endless and high is None else [(high, most, -1)])
        for end, reached, sign in ends:
            fault = _fault_of_bound(end, reached, sign)
            if fault:
                judged.findings.append(Finding(answer.name, fault, case, (low, high), (least, most)))


def _fault_of_bound(end: float | None, reached: float | None, sign: int) -> str:
    """A lower bound is judged with sign 1, an upper one with -1."""
    if end is None or reached is None:
        return "" if end is reached else TOO_WIDE
    if sign * (end - reached) > TOLERANCE:
        return TOO_NARROW
    return TOO_WIDE if sign * (reached - end) > TOLERANCE else ""


def _rounded(value: Any) -> Any:
    """None for what is missing in a data frame, and a number without the noise of its last digits."""
    if value is None or value != value or str(value) in ("<NA>", "NaT"):
        return None
    return round(float(value), 9) if isinstance(value, float) else value
