"""The paragraph of methods, written from what the tables of results say was done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from types import MappingProxyType
from typing import Any

from myositis_tools.frames import given_back, plain_rows, to_frame
from myositis_tools.scores.options import SCORED_AS
from myositis_tools.studies.trials.rescue import COMPOSITE, HYPOTHETICAL, TREATMENT_POLICY, WHILE_ON_TREATMENT
from myositis_tools.studies.trials.score_differences import COMMON_ODDS, WIN_ODDS, WIN_RATIO

Row = Mapping[str, Any]

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
_LIBRARIES = ("myositis_tools", "statsmodels", "scipy", "numpy", "pandas")


def methods_paragraph(*results: Any) -> str:
    """Write the statistical methods paragraph from tables of results: what was done, and nothing that was not.

    Parameters
    ----------
    *results : frames
        What `compare_scores`, `compare_responders`, `compare_over_visits`, `compare_imputed`, `compare_prednisone`,
        `compare_subgroups` or `tipping_point` gave. How they were scored is read from their column ``scored_as``.

    Returns
    -------
    str
        Plain sentences, to be read and corrected by whoever signs them.

    Raises
    ------
    MissingColumnError
        If a table is not one of theirs.

    Missing data
    ------------
    How often a score or a class was not known is said for each arm.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> found = mt.compare_responders(mt.load_visits(), 12, method="newcombe", missing="non-responder")
    >>> print(mt.methods_paragraph(found).split(". ")[1])
    At week 12, IVIg was compared with placebo
    """
    rows = [row for result in results for row in _rows_of(result)]
    sentences = _unique(_score(row) for row in rows)
    sentences += _unique(_who(row) for row in rows)
    sentences += _unique(_what(row) for row in rows)
    sentences += _unique(_missing(row) for row in rows)
    sentences += _unique(_ESTIMANDS.get(str(row.get("estimand")), "") for row in rows)
    sentences += _unique(_imputed(row) for row in rows)
    sentences += _unique(_tipped(row) for row in rows)
    sentences += _unique(_not_known(row) for row in rows)
    sentences += [_software()]
    return " ".join(sentences)


def _rows_of(result: Any) -> list[dict[str, Any]]:
    expected = "a table that one of the compare functions gives"
    known = given_back(result, ("arm", "reference"), expected=expected, numbers=_NUMBERS, texts=_TEXTS)
    return plain_rows(to_frame(known))


_NUMBERS = ("week", "from_week", "to_week", "confidence")
_TEXTS = ("estimate", "method", "interval", "level", "by", "subgroup", "missing", "estimand", SCORED_AS)


def _unique(sentences: Iterable[str]) -> list[str]:
    return [sentence for sentence in dict.fromkeys(sentences) if sentence]


def _score(row: Row) -> str:
    if row.get(SCORED_AS) is None:
        return ""
    thresholds, _, rest = row[SCORED_AS].partition(", ")
    said = f"Improvement was measured by the Total Improvement Score (2016 ACR/EULAR, {thresholds})"
    return said + (f", {rest}" if rest else "") + "."


def _who(row: Row) -> str:
    if row.get("reference") is None:
        return ""
    if row.get("to_week") is not None:
        when = f"weeks {row['from_week']:g} and {row['to_week']:g}"
        return f"Between {when}, prednisone in {row['arm']} was compared with {row['reference']}."
    if row.get("method") == "gee":
        return f"{row['arm']} was compared with {row['reference']} at every visit by one model."
    if row.get("week") is None:
        return f"{row['arm']} was compared with {row['reference']} by counts of responders."
    return f"At week {row['week']:g}, {row['arm']} was compared with {row['reference']}."


def _what(row: Row) -> str:
    if row.get("estimate") is None or row.get("reference") is None:
        return ""
    if row.get("subgroup") == "interaction":
        return (
            f"Whether the difference was the same in the subgroups by {_spoken(row['by'])} was tested by one test "
            f"({row['interval']}); no subgroup was tested on its own."
        )
    of = f" of {row['level']} improvement or better" if row.get("level") else ""
    if row["method"] == "permutation":
        return f"The {row['estimate']} was tested by {row['interval'].replace('permutation', 'permutations')}."
    return f"A {100 * row['confidence']:g} % interval is given for the {row['estimate']}{of} ({row['interval']})."


def _missing(row: Row) -> str:
    said = _MISSING.get(str(row.get("missing")), "")
    return said.format(what=_asked_of(row))


def _asked_of(row: Row) -> str:
    """What has to be known of a patient."""
    if row.get("to_week") is not None:
        return "dose"
    return "class" if row.get("level") or row.get("estimate") in (WIN_ODDS, WIN_RATIO, COMMON_ODDS) else "score"


def _imputed(row: Row) -> str:
    if not row.get("imputations"):
        return ""
    return (
        f"Missing core set measures were filled in {row['imputations']:g} times by chained equations with predictive "
        "mean matching, each arm on its own; the score was computed from each filling, and results were put together "
        "by Rubin's rules."
    )


def _tipped(row: Row) -> str:
    if row.get("worse_by") is None:
        return ""
    return (
        "Imputed scores were then lowered in the arm compared and raised in the reference, to find where the "
        "conclusion changes (tipping point)."
    )


def _not_known(row: Row) -> str:
    own = _first(row, ("not_known", "without_class"))
    other = _first(row, ("reference_not_known", "reference_without_class"))
    if row.get("subgroup") not in (None, "all patients") or own is None or other is None:
        return ""
    return (
        f"The {_asked_of(row)} was not known in {own:g} patients of {row['arm']} and {other:g} of {row['reference']}."
    )


def _first(row: Row, names: Sequence[str]) -> Any:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _software() -> str:
    found = []
    for name in _LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:  # an extra that is not here computed nothing; and a clone may be used as it lies
            continue
    return f"Computed with {', '.join(found)}."
