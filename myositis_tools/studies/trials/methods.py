"""The paragraph of methods, written from what the tables of results say was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType
from typing import Any

from myositis_tools.errors import UnknownWordError, listed
from myositis_tools.frames import given_back, plain_rows, to_frame
from myositis_tools.groups import EVERYBODY
from myositis_tools.scores.options import SCORED_AS
from myositis_tools.studies.follow_up.schedule import SCHEDULE
from myositis_tools.studies.trials.prednisone_differences import CUMULATIVE, DAILY
from myositis_tools.studies.trials.prednisone_taken import READ_FROM
from myositis_tools.studies.trials.rescue import (
    COMPOSITE,
    ESTIMAND,
    HYPOTHETICAL,
    TREATMENT_POLICY,
    WHILE_ON_TREATMENT,
)
from myositis_tools.studies.trials.score_differences import COMMON_ODDS, WIN_ODDS, WIN_RATIO
from myositis_tools.studies.trials.subgroups import INTERACTION
from myositis_tools.studies.trials.two_samples import MEAN, SHIFT
from myositis_tools.studies.trials.two_shares import OF_SHARES

Row = Mapping[str, Any]

# what a table of a comparison holds, and one of a tipping point
_COMPARED = ("estimate", "method", "interval", "arm", "reference", "value", "low", "high", "p_value", "confidence")
_TIPPED = ("arm", "reference", "worse_by", "reference_better_by", "value", "low", "high", "confidence", "conclusion")
_ESTIMATES = frozenset((*OF_SHARES, MEAN, SHIFT, WIN_ODDS, WIN_RATIO, COMMON_ODDS, DAILY, CUMULATIVE))
_NUMBERS = (
    *("week", "from_week", "to_week", "confidence", "worse_by", "reference_better_by", "imputations"),
    *("not_known", "reference_not_known", "without_class", "reference_without_class", "rescued", "reference_rescued"),
    *("patients", "reference_patients", "patients_in_model"),
)
_TEXTS = (
    *("estimate", "method", "interval", "level", "by", "subgroup", "missing", ESTIMAND, SCORED_AS),
    *("because", "covariance", "conclusion", SCHEDULE, READ_FROM),
)
_MISSING = MappingProxyType(
    {
        "complete": "Patients whose {what} was not known were left out (complete cases).",
        "non-responder": "Patients whose {what} was not known were counted with the lowest their known measures allow, "
        "none where nothing was seen (non-responder imputation).",
        "worst": "As a lower bound of the effect, unknown values were counted as the worst possible in the arm "
        "compared and as the best possible in the reference.",
        "best": "As an upper bound of the effect, unknown values were counted as the best possible in the arm "
        "compared and as the worst possible in the reference.",
    }
)
_ESTIMANDS = MappingProxyType(
    {
        TREATMENT_POLICY: "What was seen after rescue treatment was used as it was (treatment policy).",
        COMPOSITE: "A patient who was given rescue treatment before the visit counted as not improved (composite).",
        WHILE_ON_TREATMENT: "Of a patient who was given rescue treatment before the visit the last visit before it was "
        "used (while on treatment).",
        HYPOTHETICAL: "What was seen after rescue treatment counted as not known (hypothetical).",
    }
)
_IMPUTED_WITHOUT_RESCUE = (
    "What was seen after rescue treatment was taken away before, and filled in as if rescue had not been given "
    "(hypothetical)."
)
_LIBRARIES = ("myositis_tools", "statsmodels", "scipy", "numpy", "pandas")


def methods_paragraph(*results: Any) -> str:
    """Write the statistical methods paragraph from tables of results: what was done, and nothing that was not.

    Parameters
    ----------
    *results : frames
        What `compare_scores`, `compare_responders`, `compare_counts`, `compare_over_visits`, `compare_imputed`,
        `compare_prednisone`, `compare_subgroups` or `tipping_point` gave, or rows of it. Every sentence is read from
        their columns: how they were scored from ``scored_as``, which visits were taken for planned from ``schedule``,
        what was made of rescue from ``estimand``, what is not given or not as asked for from ``because``.

    Returns
    -------
    str
        Plain sentences, to be read and corrected by the author.

    Raises
    ------
    MissingColumnError, UnknownWordError, WrongTypeError
        If a table is not one of theirs.

    Missing data
    ------------
    How often a score, a class or a dose was not known is said for each arm. An interval is spoken of only where the
    table holds one; an estimate that could not be had is named with its reason.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> found = mt.compare_responders(mt.load_visits(), 12, method="newcombe", missing="non-responder")
    >>> print(mt.methods_paragraph(found).split(". ")[1])
    At week 12, IVIg was compared with placebo
    """
    tables = [_rows_of(result) for result in results]
    rows = [row for table in tables for row in table]
    sentences = _unique(_score(row) for row in rows)
    sentences += _unique(sentence for table in tables for sentence in _who(table))
    sentences += _unique(_planned(row) for row in rows)
    sentences += _unique(_doses(row) for row in rows)
    sentences += _unique(_what(row) for row in rows)
    sentences += _unique(_exception(row) for row in rows)
    sentences += _unique(sentence for table in tables for sentence in _visits_of_a_model(table))
    sentences += _unique(_missing(row) for row in rows)
    sentences += _unique(sentence for table in tables for sentence in _imputed(table))
    sentences += _unique(_estimand(row) for row in rows)
    sentences += _unique(_rescued(row) for row in rows)
    sentences += _unique(sentence for table in tables for sentence in _tipped(table))
    several = len({row.get("week") for row in rows}) > 1
    sentences += _unique(_not_known(row, several=several) for row in rows)
    sentences += [_software()]
    return " ".join(sentences)


def _rows_of(result: Any) -> list[dict[str, Any]]:
    expected = "a table that one of the compare functions or tipping_point gives"
    known = given_back(result, ("arm", "reference"), expected=expected, numbers=_NUMBERS, texts=_TEXTS)
    needs = _TIPPED if "worse_by" in known.columns and "estimate" not in known.columns else _COMPARED
    rows = plain_rows(to_frame(given_back(known, needs, expected=expected)))
    strange = {str(row["estimate"]) for row in rows if "estimate" in row and row["estimate"] not in _ESTIMATES}
    if strange:
        raise UnknownWordError(
            f"The table holds an estimate that no comparison gives: {listed(sorted(strange))}.",
            where="column estimate",
            expected=f"{expected}, with estimates among {listed(sorted(_ESTIMATES))}",
        )
    return rows


def _unique(sentences: Iterable[str]) -> list[str]:
    return [sentence for sentence in dict.fromkeys(sentences) if sentence]


def _has(row: Row, *names: str) -> bool:
    return all(row.get(name) is not None for name in names)


def _has_interval(row: Row) -> bool:
    return _has(row, "low", "high")


def _listed(weeks: Iterable[float]) -> str:
    *before, last = (f"{week:g}" for week in sorted(set(weeks)))
    return f"weeks {', '.join(before)} and {last}" if before else f"week {last}"


# ----------------------------------------------------------------------------------------------- what was compared


def _score(row: Row) -> str:
    if row.get(SCORED_AS) is None:
        return ""
    thresholds, _, rest = row[SCORED_AS].partition(", ")
    said = f"Improvement was measured by the Total Improvement Score (2016 ACR/EULAR, {thresholds})"
    return said + (f", {rest}" if rest else "") + "."


def _is_of_a_model(row: Row) -> bool:
    """Whether it is a row of one model of all visits."""
    return row.get("patients_in_model") is not None and row.get("reference") is not None


def _who(table: Sequence[Row]) -> list[str]:
    """Who was compared with whom; nothing of what could not be compared."""
    models: dict[tuple[str, str], list[float]] = {}
    found = []
    for row in table:
        if not _has(row, "reference") or not (_has(row, "value") or _has(row, "p_value")):
            continue
        pair = f"{row['arm']} was compared with {row['reference']}"
        if _is_of_a_model(row):
            models.setdefault((row["arm"], row["reference"]), []).append(row["week"])
        elif _has(row, "from_week", "to_week"):
            when = f"weeks {row['from_week']:g} and {row['to_week']:g}"
            found.append(f"Between {when}, prednisone in {row['arm']} was compared with {row['reference']}.")
        elif _has(row, "week"):
            found.append(f"At week {row['week']:g}, {pair}.")
        else:
            found.append(f"{pair} by counts of responders.")
    found += [
        f"{arm} was compared with {reference} at {_listed(weeks)} by one model of these visits."
        for (arm, reference), weeks in models.items()
    ]
    return found


def _planned(row: Row) -> str:
    return "" if row.get(SCHEDULE) is None else f"Taken for planned visits: {row[SCHEDULE]}."


def _doses(row: Row) -> str:
    return "" if row.get(READ_FROM) is None else f"Prednisone was added up from {row[READ_FROM]}."


def _named(row: Row) -> str:
    """An estimate and how it was made."""
    of = f" of {row['level']} improvement or better" if row.get("level") else ""
    return f"the {row['estimate']}{of} ({row['interval']})"


def _what(row: Row) -> str:
    """Say what stands in the row; what does not is said by `_exception`."""
    if row.get("estimate") is None or row.get("reference") is None:
        return ""
    if row.get("subgroup") == INTERACTION:
        return (
            f"Whether the difference was the same in the subgroups by {_spoken(row['by'])} was tested by one test "
            f"({row['interval']}); no subgroup was tested on its own."
            if _has(row, "p_value")
            else ""
        )
    if row["method"] == "permutation":
        how = str(row["interval"]).replace("permutation", "permutations")
        return f"The {row['estimate']} was tested by {how}." if _has(row, "p_value") else ""
    if _has_interval(row):
        return f"A {100 * row['confidence']:g} % interval is given for {_named(row)}."
    return ""


def _exception(row: Row) -> str:
    """What is not given, or not as it was asked for, and why."""
    if row.get("estimate") is None or row.get("reference") is None:
        return ""
    because = str(row.get("because") or "")
    needs_interval = row["method"] != "permutation" and row.get("subgroup") != INTERACTION
    has_all = _has_interval(row) if needs_interval else _has(row, "p_value")
    if has_all and not because:
        return ""
    if has_all:
        said = f"for {_named(row)}: {because}"
    else:
        lacks = "could not be had"
        if _has(row, "value"):
            lacks = "has no interval" + ("; it was tested" if _has(row, "p_value") else "")
        said = f"{_named(row)} {lacks}" + (f": {because}" if because else "")
    return f"{_whereabouts(row, apart=not (has_all and _is_of_a_model(row)))}, {said}."


def _whereabouts(row: Row, *, apart: bool) -> str:
    """Of which arms a row is, and, if they are to be told apart, of which week, subgroup and way with the missing."""
    said = f"Of {row['arm']} against {row['reference']}"
    if not apart:
        return said
    if _has(row, "week"):
        said += f" at week {row['week']:g}"
    if row.get("by"):
        said += f" by {_spoken(row['by'])}" + ("" if row["subgroup"] == INTERACTION else f" ({row['subgroup']})")
    return said + (f" ({row['missing']})" if row.get("missing") else "")


# ---------------------------------------------------------------------------------------------- what was not known


def _missing(row: Row) -> str:
    said = _MISSING.get(str(row.get("missing")), "")
    return said.format(what=_asked_of(row))


def _asked_of(row: Row) -> str:
    """What has to be known of a patient."""
    if row.get("to_week") is not None:
        return "dose"
    return "class" if row.get("level") or row.get("estimate") in (WIN_ODDS, WIN_RATIO, COMMON_ODDS) else "score"


def _visits_of_a_model(table: Sequence[Row]) -> list[str]:
    """At how many visits a score was known, and what was done with the others."""
    found: dict[str, list[str]] = {}
    for row in table:
        if _is_of_a_model(row) and _has(row, "patients", "reference_patients") and row["patients_in_model"]:
            model = (
                f"the model of {row['arm']} against {row['reference']} there were {row['patients_in_model']:g} patients"
            )
            known = row["patients"] + row["reference_patients"]
            found.setdefault(model, []).append(f"{known:g} at week {row['week']:g}")
    rule = "A visit without a known score was left out of the model, the patient's other visits were not."
    return [f"In {model}; a score was known in {', '.join(known)}." for model, known in found.items()] + [rule] * bool(
        found
    )


def _imputed(table: Sequence[Row]) -> list[str]:
    found = []
    for row in table:
        if not row.get("imputations"):
            continue
        said = (
            f"Missing core set measures were filled in {row['imputations']:g} times by chained equations with "
            "predictive mean matching, each arm on its own; the score was computed from each filling"
        )
        is_pooled = any(one.get("imputations") and _has_interval(one) for one in table)
        found.append(said + (", and results were put together by Rubin's rules." if is_pooled else "."))
    return found


def _estimand(row: Row) -> str:
    if row.get("imputations") and row.get(ESTIMAND) == HYPOTHETICAL:
        return _IMPUTED_WITHOUT_RESCUE
    return _ESTIMANDS.get(str(row.get(ESTIMAND)), "")


def _rescued(row: Row) -> str:
    if not _has(row, "rescued", "reference_rescued", "week", "reference"):
        return ""
    counts = f"{row['rescued']:g} patients of {row['arm']} and {row['reference_rescued']:g} of {row['reference']}"
    return f"Rescue treatment was given before week {row['week']:g} to {counts}."


def _tipped(table: Sequence[Row]) -> list[str]:
    rows = [row for row in table if row.get("worse_by") is not None]
    if not rows:
        return []
    moved = [
        f"{_span(row[name] for row in rows)} points {way}"
        for name, way in (("worse_by", "lower in the arm compared"), ("reference_better_by", "higher in the reference"))
        if any(row[name] for row in rows)
    ]
    if not moved:
        return ["Scores that were not known were left as they were filled in: no tipping point was looked for."]
    said = f"Scores that were not known were then set {' and '.join(moved)} than they were filled in, within what the "
    said += "known measures allow, to find where the conclusion changes (tipping point)"
    read = sorted({row["confidence"] for row in rows if _has_interval(row)})
    if not read:
        return [f"{said}; no interval could be had, and no conclusion drawn."]
    return [f"{said}, read from the {listed(f'{100 * one:g} %' for one in read)} interval of the mean difference."]


def _span(numbers: Iterable[float]) -> str:
    every = sorted(set(numbers))
    return f"{every[0]:g} to {every[-1]:g}" if len(every) > 1 else f"{every[0]:g}"


def _not_known(row: Row, *, several: bool) -> str:
    own = _first(row, ("not_known", "without_class"))
    other = _first(row, ("reference_not_known", "reference_without_class"))
    if row.get("subgroup") not in (None, EVERYBODY) or own is None or other is None or row.get("reference") is None:
        return ""
    when = f" at week {row['week']:g}" if several and _has(row, "week") else ""
    said = f"in {own:g} patients of {row['arm']} and {other:g} of {row['reference']}"
    return f"The {_asked_of(row)} was not known{when} {said}."


def _first(row: Row, names: Sequence[str]) -> Any:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _spoken(name: str) -> str:
    return name.replace("_", " ")


@cache
def _software() -> str:
    found = []
    for name in _LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:  # an extra that is not here computed nothing; and a clone may be used as it lies
            continue
    return f"Computed with {', '.join(found)}."
