"""Forced vital capacity in percent of predicted, by an equation that the caller names.

Equations differ enough to put the same patient on either side of a limit, so that none is a default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools.errors import require_option
from myositis_tools.frames import TOLERANCE, columns, enter
from myositis_tools.rules import NOT_RECORDED, is_at_least, is_at_most
from myositis_tools.tables import records

SEXES = ("female", "male")
_NEEDED = ("sex", "age_years", "height_cm", "fvc_litres")
ADDED = tuple(columns("lung_function"))
# Splines are tabulated by the quarter of a year.
_PER_YEAR = 4
_AGE, _HEIGHT, _QUARTER = "_age_in_range", "_height_in_range", "_quarter"


@dataclass(frozen=True)
class Equation:
    """A reference equation for the forced vital capacity.

    Attributes
    ----------
    key, label : str
        Its name as an option and for people.
    form : str
        ``logarithmic`` or ``linear``.
    terms : mapping
        Its coefficients and limits, by sex and term.
    group_term : str
        The term of the group it is for; empty where the equation knows none.
    splines : str
        Its spline in ``fvc_splines.csv``; empty where it has none.
    """

    key: str
    label: str
    form: str
    terms: Mapping[tuple[str, str], float]
    group_term: str
    splines: str

    def limits(self, of: str) -> Mapping[str, tuple[float, float]]:
        """Between what a column may lie, by sex; empty where the equation sets no limits."""
        return {
            sex: (self.terms[sex, f"minimum_{of}"], self.terms[sex, f"maximum_{of}"])
            for sex in SEXES
            if (sex, f"minimum_{of}") in self.terms
        }


@cache
def equations() -> Mapping[str, Equation]:
    """The equations by name, in the order of their table."""
    return MappingProxyType({str(row["equation"]): _equation(row) for row in records("fvc_equations")})


def _equation(row: Mapping[str, Any]) -> Equation:
    terms = {
        (str(one["sex"]), str(one["term"])): float(one["value"])  # type: ignore[arg-type]
        for one in records("fvc_coefficients")
        if one["coefficients"] == row["coefficients"]
    }
    texts = {name: str(row[name] or "") for name in ("label", "form", "group_term", "splines")}
    return Equation(key=str(row["equation"]), terms=MappingProxyType(terms), **texts)


def score_fvc_percent(tests: IntoFrameT, *, equation: str) -> IntoFrameT:
    """Score the forced vital capacity as a percentage of the value an equation predicts.

    Parameters
    ----------
    tests : pandas, Polars or DuckDB frame
        One row a test: ``sex`` (``female``, ``male``), ``age_years``, ``height_cm``, ``fvc_litres``.
    equation : str
        ``gli_2012_<group>`` with the group ``caucasian``, ``african_american``, ``north_east_asian``,
        ``south_east_asian`` or ``other``; ``gli_global_2022``; or ``ecsc_1993``. There is no default: the choice moves
        patients across a limit.

    Returns
    -------
    frame of the same kind
        The rows as they were, with ``fvc_predicted_litres`` and ``fvc_percent_predicted`` (neither ever rounded),
        ``fvc_equation`` and ``missing``.

    Raises
    ------
    OptionError
        If there is no such equation.
    MissingColumnError, WrongTypeError, UnknownWordError, ImpossibleValueError
        If a column is not there or holds what cannot be, such as a height in metres.

    Missing data
    ------------
    Without sex, age or height there is no prediction, without a measured volume no percentage. An age or a height that
    the equation was not made for gives no prediction either: nothing is extrapolated. ``missing`` says which it is.

    Notes
    -----
    The splines of the GLI equations are tabulated by quarter-years and interpolated linearly between them, with the
    exact age elsewhere in the equation, as pyspiro does. Implementations that take the row below differ a little; how
    much stands in ``tables.load("fvc_equations")``. The linear equation uses one age for all who are younger than it.

    Source
    ------
    ``tables.load("fvc_equations")``, ``fvc_coefficients`` and ``fvc_splines``.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.scores import score_fvc_percent
    >>> tests = pd.DataFrame(
    ...     {"sex": ["male", "female"], "age_years": [70, 80], "height_cm": [172, 152], "fvc_litres": [1.90, 1.25]})
    >>> for equation in ("gli_2012_caucasian", "ecsc_1993"):
    ...     print(score_fvc_percent(tests, equation=equation)["fvc_percent_predicted"].round(2).tolist())
    [48.43, 57.22]
    [50.7, nan]
    """
    require_option("equation", equation, tuple(equations()))
    chosen = equations()[equation]
    entrance = enter(tests, "lung_tests", needs=_NEEDED)
    frame = entrance.frame.with_columns(
        _within(chosen, "age_years").alias(_AGE), _within(chosen, "height_cm").alias(_HEIGHT)
    )
    predict = _predict_linear if chosen.form == "linear" else _predict_logarithmic
    frame = predict(frame, chosen)
    is_missing = [
        *(nw.when(nw.col(name).is_null()).then(nw.lit(f"{_label(name)} {NOT_RECORDED}")) for name in _NEEDED),
        *_outside(chosen, "age_years", _AGE),
        *_outside(chosen, "height_cm", _HEIGHT),
    ]
    frame = frame.with_columns(
        fvc_percent_predicted=nw.col("fvc_litres") * 100 / nw.col("fvc_predicted_litres"),
        fvc_equation=nw.lit(equation),
        missing=nw.concat_str(*is_missing, separator="; ", ignore_nulls=True),
    )
    return entrance.leave(frame, ADDED)


def _label(name: str) -> str:
    return columns("lung_tests")[name].label


def _by_sex(values: Mapping[str, nw.Expr]) -> nw.Expr:
    """The value of the row's own sex; null where that is not recorded."""
    sex = nw.col("sex")
    return nw.when(sex == "male").then(values["male"]).when(sex == "female").then(values["female"])


def _is_within(equation: Equation, of: str) -> nw.Expr | None:
    limits = equation.limits(of)
    if not limits:
        return None
    values = nw.col(of)
    return _by_sex({sex: is_at_least(values, low) & is_at_most(values, high) for sex, (low, high) in limits.items()})


def _within(equation: Equation, of: str) -> nw.Expr:
    """The value where the equation was made for it, else null."""
    is_within = _is_within(equation, of)
    return nw.col(of) if is_within is None else nw.when(is_within).then(nw.col(of))


def _outside(equation: Equation, of: str, kept: str) -> list[nw.Expr]:
    """The words for a value that the equation was not made for, by sex."""
    said: list[nw.Expr] = []
    for sex, (low, high) in equation.limits(of).items():
        is_out = (nw.col("sex") == sex) & ~nw.col(of).is_null() & nw.col(kept).is_null()
        unit = columns("lung_tests")[of].unit
        words = f"{_label(of)} outside {low:g} to {high:g} {unit}, for which {equation.label} was made"
        said.append(nw.when(is_out).then(nw.lit(words)))
    return said


def _predict_linear(frame: Any, equation: Equation) -> Any:
    def litres(sex: str) -> nw.Expr:
        term = {name: value for (of, name), value in equation.terms.items() if of == sex}
        youngest = term["age_used_at_least"]
        age = nw.when(nw.col(_AGE) < youngest).then(nw.col(_AGE) * 0 + youngest).otherwise(nw.col(_AGE))
        return term["intercept"] + nw.col(_HEIGHT) * term["height_cm"] + age * term["age_years"]

    return frame.with_columns(fvc_predicted_litres=_by_sex({sex: litres(sex) for sex in SEXES}))


def _predict_logarithmic(frame: Any, equation: Equation) -> Any:
    # the limits have a tolerance: an age a breath below the first row belongs to it
    quarter = ((nw.col(_AGE) + TOLERANCE) * _PER_YEAR).floor()
    frame = frame.with_columns(quarter.alias(_QUARTER))
    weight = nw.col(_AGE) * _PER_YEAR - nw.col(_QUARTER)

    def litres(sex: str) -> nw.Expr:
        term = {name: value for (of, name), value in equation.terms.items() if of == sex}
        at, after = _spline(equation.splines, sex)
        spline = (1 - weight) * _looked_up(at) + weight * _looked_up(after)
        fixed = term["intercept"] + (term[equation.group_term] if equation.group_term else 0.0)
        by_height, by_age = nw.col(_HEIGHT).log() * term["ln_height_cm"], nw.col(_AGE).log() * term["ln_age_years"]
        return (fixed + by_height + by_age + spline).exp()

    frame = frame.with_columns(litres(sex).alias(f"_{sex}") for sex in SEXES)
    return frame.with_columns(fvc_predicted_litres=_by_sex({sex: nw.col(f"_{sex}") for sex in SEXES}))


@cache
def _spline(name: str, sex: str) -> tuple[Mapping[float, float], Mapping[float, float]]:
    """The spline by the number of quarters lived, and the spline one quarter later (at the end the same)."""
    rows = [row for row in records("fvc_splines") if (row["splines"], row["sex"]) == (name, sex)]
    at = {float(row["age_years"]) * _PER_YEAR: float(row["median_spline"]) for row in rows}  # type: ignore[arg-type]
    quarters = sorted(at)
    after = {now: at[later] for now, later in pairwise([*quarters, quarters[-1]])}
    return at, after


def _looked_up(values: Mapping[float, float]) -> nw.Expr:
    found = nw.col(_QUARTER).replace_strict(list(values), list(values.values()), default=None, return_dtype=nw.Float64)
    return nw.when(~nw.col(_QUARTER).is_null()).then(found)
