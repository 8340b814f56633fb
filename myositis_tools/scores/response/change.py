"""Whether a measure has become better or worse by an amount: true, false, or null where nobody can say.

A change is taken in the instrument's own unit or in percent of the baseline value. At a baseline of zero there is no
such percentage: the measure has then not improved, and it is worse as soon as it is worse than at baseline. A value
that was not recorded, at baseline or at the visit, leaves the answer open, unless no value of the scale could have been
enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import narwhals as nw

from myositis_tools.rules import is_above, is_at_most, is_below
from myositis_tools.scores.arithmetic import compute_percent_change
from myositis_tools.scores.baseline import Digit, before, is_compared, names_of, not_recorded, now
from myositis_tools.scores.chosen_core_set import CoreSet
from myositis_tools.scores.core_set import ENZYME, Instrument, measures
from myositis_tools.scores.response.definitions import Definition
from myositis_tools.verdict import count_true, kleene_and

RELATIVE_COLUMNS = tuple(f"relative_change_{name}" for name in measures())
PERCENT_OF_BASELINE = "% of baseline"


def compute_relative_changes(core: CoreSet) -> dict[str, nw.Expr]:
    """Give each measure's change in percent of its baseline value, improvement positive; none at a baseline of 0."""
    changes = [_relative(before(name), now(core, name), _scale(core, name)) for name in measures()]
    return dict(zip(RELATIVE_COLUMNS, changes, strict=True))


def compute_truth(core: CoreSet, measure: str, definition: Definition, limit: str, *, is_worse: bool) -> nw.Expr:
    """Say whether a measure improved by a limit, or worsened by it; false also where no missing value could do."""
    was, value = before(measure), now(core, measure)
    reached = _reached(definition, limit, was, value, _scale(core, measure), is_worse=is_worse)
    has_both = ~was.is_null() & ~value.is_null()
    is_settled = has_both | ~is_compared(core.baseline_week)  # a visit that is not compared stays null
    possible = [
        _possible_from(core, measure, definition, limit, is_worse=is_worse),
        _possible_up_to(core, measure, definition, limit, is_worse=is_worse),
    ]
    # null and false is false, null and anything else is null: without one of the values only *not* can be certain
    return kleene_and([reached, *(is_settled | one for one in possible if one is not None)])


def _possible_from(
    core: CoreSet, measure: str, definition: Definition, limit: str, *, is_worse: bool
) -> nw.Expr | None:
    """Whether the baseline leaves room for a change that reaches the limit; true without a baseline."""
    scale, was = _scale(core, measure), before(measure)
    end = scale.worst if is_worse else scale.best
    if end is None:
        return None
    return _reached(definition, limit, was, was * 0 + end, scale, is_worse=is_worse).fill_null(True)


def _possible_up_to(
    core: CoreSet, measure: str, definition: Definition, limit: str, *, is_worse: bool
) -> nw.Expr | None:
    """Whether any baseline could have led to the value by a change that reaches the limit; true without a value."""
    scale, value = _scale(core, measure), now(core, measure)
    start = scale.best if is_worse else scale.worst
    if measure == ENZYME and is_worse and start is not None:
        every = [nw.col(enzyme.column.name) for enzyme in core.enzymes]  # without a baseline any could be the one
        return ~kleene_and([is_at_most(one, start) for one in every]).fill_null(False)
    if start is None:
        return None
    if not is_worse and not scale.is_better_lower and definition.limits[limit].unit == PERCENT_OF_BASELINE:
        # of the worst value, 0, there is no percentage, but just above it any gain is a large one
        return is_above(value, start).fill_null(True)
    return _reached(definition, limit, value * 0 + start, value, scale, is_worse=is_worse).fill_null(True)


def _reached(
    definition: Definition, limit: str, was: nw.Expr, value: nw.Expr, scale: Instrument, *, is_worse: bool
) -> nw.Expr:
    moved, sign = _moved(was, value, scale), -1 if is_worse else 1
    if definition.limits[limit].unit != PERCENT_OF_BASELINE:
        return definition.reaches(moved * sign, limit)
    at_zero = is_below(moved, 0) if is_worse else moved.is_null() & False
    return (
        nw.when(_is_zero(was)).then(at_zero).otherwise(definition.reaches(_relative(was, value, scale) * sign, limit))
    )


def _relative(was: nw.Expr, value: nw.Expr, scale: Instrument) -> nw.Expr:
    return nw.when(~_is_zero(was)).then(_moved(was, value, scale) * 100 / was)


def _moved(was: nw.Expr, value: nw.Expr, scale: Instrument) -> nw.Expr:
    """The change in the instrument's own unit, improvement positive."""
    return compute_percent_change(was, value, 1, is_better_lower=scale.is_better_lower)


def _is_zero(was: nw.Expr) -> nw.Expr:
    return is_at_most(was, 0)


def _scale(core: CoreSet, measure: str) -> Instrument:
    """The scale of a measure; all enzymes run from the same best value with no worst one."""
    return core.enzymes[0] if measure == ENZYME else core.scales[measure]


# ------------------------------------------------------------------------------------------------------------- wording


def digits_of_truths(names: Iterable[str]) -> list[Digit]:
    """Tell apart true, false and null in columns of truths."""
    return [(3, (nw.col(name).cast(nw.Int64) + 1).fill_null(0)) for name in names]


def digits_of_zeros(definition: Definition) -> list[Digit]:
    """Tell apart which measures were zero at baseline."""
    return [(2, _is_zero(before(name)).fill_null(False)) for name in definition.measures]


def counted(core: CoreSet, truths: Mapping[str, nw.Expr], *, what: str, limit: str) -> nw.Expr:
    """Count and name the measures, for example: 2 improved by at least 20 % of baseline (3 needed): CK, HAQ-DI."""
    number = count_true(list(truths.values()))
    start = nw.concat_str(number.cast(nw.String), nw.lit(f" {what} ({limit})"))
    return nw.when(number > 0).then(nw.concat_str(start, nw.lit(": "), names_of(core, truths))).otherwise(start)


def zeros(core: CoreSet, definition: Definition) -> nw.Expr:
    """Say where a change in percent of the baseline is undefined, else null."""
    at_zero = {name: _is_zero(before(name)).fill_null(False) for name in definition.measures}
    said = nw.concat_str(
        names_of(core, at_zero),
        nw.lit(" 0 at baseline: relative change undefined, so not improved, and worse if worse than 0"),
    )
    return nw.when(count_true(list(at_zero.values())) > 0).then(said)


def gaps(core: CoreSet, definition: Definition) -> list[nw.Expr]:
    """Say which of the measures that count were not recorded, each null where it was."""
    return [not_recorded(core, name) for name in definition.measures]
