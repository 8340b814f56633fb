"""Shares of responders of two arms, by their counts alone: difference, ratio and odds ratio with their intervals."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

from myositis_tools.errors import OptionError, listed, needs_package, require_option
from myositis_tools.studies.trials.arms import defined
from myositis_tools.studies.trials.one_family import disagrees, excludes

INTERVAL_METHODS = ("newcombe", "wald", "exact")
OF_SHARES = RESPONDERS, DIFFERENCE, RATIO, ODDS_RATIO = "responders", "difference", "ratio", "odds ratio"

# of each estimate its unit and, by method, the name of the interval and what statsmodels calls it; what stands in front
# keeps to the scale in small arms
_OF_ONE_ARM = {
    "newcombe": ("Wilson", "wilson"),  # Newcombe's interval of a difference is made of these
    "wald": ("Wald", "normal"),
    "exact": ("Clopper-Pearson", "beta"),
}
_OF_TWO_ARMS = {
    DIFFERENCE: ("percentage points", {"newcombe": ("Newcombe", "newcomb"), "wald": ("Wald, unpooled", "wald")}),
    RATIO: ("ratio", {"wald": ("Wald on the log scale (Katz)", "log")}),
    ODDS_RATIO: (
        "ratio",
        {"wald": ("Wald on the log scale (Woolf)", "logit"), "exact": ("exact, conditional (Fisher)", "")},
    ),
}
_COMPARED = {DIFFERENCE: "diff", RATIO: "ratio", ODDS_RATIO: "odds-ratio"}
_NOBODY = "an arm without a patient whose class is known"
_BOTH = "nobody or everybody responds in both arms"
_BEYOND = "Wald's interval leaves the scale from −100 to 100 points: see Newcombe's"
_WIDE = 1e-9  # what rounding may take an interval beyond its scale
Row = dict[str, Any]


def compare_shares(
    counts: Mapping[str, tuple[int, int]], base: str, method: str | None, confidence: float
) -> list[Row]:
    """Compare the responders and patients of each arm with those of one of them: a row an estimate and interval.

    Raises
    ------
    OptionError
        If there is no such method, or none for one arm alone.
    """
    if method is not None:
        require_option("method", method, INTERVAL_METHODS)
    rows = [
        {"estimate": RESPONDERS, "arm": arm, "unit": "%", "method": each, "interval": name}
        | {"responders": count[0], "patients": count[1]}
        | _of_one_arm(*count, confidence, asked)
        for arm, count in counts.items()
        for each, (name, asked) in _OF_ONE_ARM.items()
        if method in (None, each)
    ]
    for arm, count in counts.items():
        if arm == base:
            continue
        of_counts = {"responders": count[0], "patients": count[1]}
        of_counts |= {"reference_responders": counts[base][0], "reference_patients": counts[base][1]}
        exact = _exact_test((*count, *counts[base]))
        for estimate, (unit, methods) in _OF_TWO_ARMS.items():
            for each, (name, asked) in methods.items():
                if method in (None, each):
                    row: Row = {"estimate": estimate, "arm": arm, "reference": base, "unit": unit} | of_counts
                    row |= {"method": each, "interval": name}
                    row |= _of_two_arms(estimate, each, asked, (*count, *counts[base]), confidence)
                    rows.append(row | _caution(row, exact, confidence))
    if not rows:
        raise OptionError(f"There is no {method!r} interval of one arm.", expected=f"one of {listed(_OF_ONE_ARM)}")
    return [{"because": "", "caution": "", "confidence": confidence} | row for row in rows]


def difference_of_counts(own: tuple[int, int], other: tuple[int, int], confidence: float) -> Row:
    """The difference of two shares in percentage points, with Newcombe's interval."""
    unit, methods = _OF_TWO_ARMS[DIFFERENCE]
    name, asked = methods["newcombe"]
    row = {"estimate": DIFFERENCE, "method": "newcombe", "interval": name, "unit": unit}
    return row | _of_two_arms(DIFFERENCE, "newcombe", asked, (*own, *other), confidence)


def _of_one_arm(responders: int, patients: int, confidence: float, asked: str) -> Row:
    with needs_package("scipy"):
        from scipy.stats import norm
    with needs_package("statsmodels"):
        from statsmodels.stats.proportion import proportion_confint

    if not patients:
        return {"because": "no patient whose class is known"}
    share = responders / patients
    found = {"value": 100 * share}
    if asked == "normal":
        if responders in (0, patients):
            return found | {"because": "a Wald interval has no width where nobody or everybody responds"}
        reach = float(norm.ppf((1 + confidence) / 2)) * sqrt(share * (1 - share) / patients)
        if share - reach < -_WIDE or share + reach > 1 + _WIDE:
            return found | {"because": "Wald's interval leaves the scale from 0 to 100 %: see Wilson's"}
    low, high = proportion_confint(responders, patients, alpha=1 - confidence, method=asked)
    return found | {"low": 100 * float(low), "high": 100 * float(high)}


def _of_two_arms(estimate: str, method: str, asked: str, counts: tuple[int, int, int, int], confidence: float) -> Row:
    responders, patients, other_responders, other_patients = counts
    if not patients or not other_patients:
        return {"because": _NOBODY}
    share, other = responders / patients, other_responders / other_patients
    table = _table(counts)
    if method == "exact":
        return _exact_odds(counts, confidence)
    value = {
        DIFFERENCE: 100 * (share - other),
        RATIO: _quotient(share, other),
        ODDS_RATIO: _quotient(table[0][0] * table[1][1], table[0][1] * table[1][0]),
    }[estimate]
    found: Row = {"value": value}
    why = _why_no_interval(estimate, method, table)
    if why:
        return found | {"because": why}
    with needs_package("statsmodels"):
        from statsmodels.stats.proportion import confint_proportions_2indep, test_proportions_2indep

    compared = _COMPARED[estimate]
    with warnings.catch_warnings():  # statsmodels divides by a count of zero for a ratio that is not asked for
        warnings.simplefilter("ignore", RuntimeWarning)
        low, high = confint_proportions_2indep(*counts, compare=compared, method=asked, alpha=1 - confidence)
        if (estimate, method) == (DIFFERENCE, "wald"):
            found["p_value"] = float(test_proportions_2indep(*counts, compare=compared, method=asked).pvalue)
    scale = 100 if estimate == DIFFERENCE else 1
    found |= {"low": float(scale * low), "high": float(scale * high)}
    return within_scale(found) if estimate == DIFFERENCE else found


def within_scale(row: Row) -> Row:
    """A row of a difference in percentage points, without interval and p value where these leave the scale."""
    low, high = row.get("low"), row.get("high")
    if low is None or high is None or (low >= -100 - _WIDE and high <= 100 + _WIDE):
        return row
    return row | dict.fromkeys(("low", "high", "p_value")) | {"because": _BEYOND}


def _table(counts: tuple[int, int, int, int]) -> list[list[int]]:
    responders, patients, other_responders, other_patients = counts
    return [[responders, patients - responders], [other_responders, other_patients - other_responders]]


def _why_no_interval(estimate: str, method: str, table: Sequence[Sequence[int]]) -> str:
    if method == "newcombe":
        return ""
    if all(0 in row for row in table):
        return _BOTH
    if estimate == ODDS_RATIO and any(0 in row for row in table):
        return "nobody or everybody responds in an arm: see the exact interval"
    if estimate == RATIO and not (table[0][0] and table[1][0]):
        return "nobody responds in an arm"
    return ""


def _exact_odds(counts: tuple[int, int, int, int], confidence: float) -> Row:
    """The conditional estimate of the odds ratio with its exact interval, and the test that belongs to it."""
    with needs_package("scipy"):
        from scipy.stats.contingency import odds_ratio

    found = odds_ratio(_table(counts), kind="conditional")
    value = defined(found.statistic)
    if value is None:
        return {"because": _BOTH}
    interval = found.confidence_interval(confidence)
    return {
        "value": value,
        "low": defined(interval.low),
        "high": defined(interval.high),
        "p_value": _exact_test(counts),
    }


def _exact_test(counts: tuple[int, int, int, int]) -> float | None:
    """Fisher's exact test by twice the smaller tail: under the limit just where the exact interval leaves out one."""
    with needs_package("scipy"):
        from scipy.stats import hypergeom

    responders, patients, other_responders, other_patients = counts
    if not patients or not other_patients:
        return None
    chance = hypergeom(patients + other_patients, responders + other_responders, patients)
    return min(1.0, 2 * min(float(chance.cdf(responders)), float(chance.sf(responders - 1))))


def _caution(row: Row, exact: float | None, confidence: float) -> dict[str, str]:
    """What must be said where a row and the exact test of the same counts do not say the same."""
    if row["method"] == "exact":
        usual = _usual_fisher(row)
        if not disagrees(row, usual, confidence):
            return {}
        return {
            "caution": "the p value is twice the smaller tail, as the interval is; the two-sided one that adds up the "
            f"less likely tables would be {usual:.3f}"
        }
    if not disagrees(row, exact, confidence):
        return {}
    interval, test = ("excludes", "does not") if excludes(row) else ("does not exclude", "does")
    return {
        "caution": f"the interval {interval} that the arms are alike and the exact test of the same counts {test} "
        f"(p = {exact:.3f}): too few patients to be sure of either"
    }


def _usual_fisher(row: Row) -> float | None:
    with needs_package("scipy"):
        from scipy.stats import fisher_exact

    if row.get("p_value") is None:
        return None
    counts = (row["responders"], row["patients"], row["reference_responders"], row["reference_patients"])
    return float(fisher_exact(_table(counts))[1])


def _quotient(above: float, below: float) -> float | None:
    if below:
        return above / below
    return float("inf") if above else None
