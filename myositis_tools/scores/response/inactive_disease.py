"""Clinically inactive disease by PRINTO's criteria of juvenile dermatomyositis."""

from __future__ import annotations

import narwhals as nw
from narwhals.typing import IntoFrameT

from myositis_tools import verdict
from myositis_tools.frames import columns, enter
from myositis_tools.rules import AllOf, AtLeastNOf, Compare, Rule, why
from myositis_tools.scores.response.definitions import find_definition
from myositis_tools.tables import EVIDENCE

ADDED = ("inactive", "inactive_because", "inactive_evidence")

_COMPARISONS = {"≤": "at most", "≥": "at least"}
_CRITERIA = ("ck_u_l", "cmas_52", "mmt8_80", "physician_global_cm")


def score_inactive_disease(visits: IntoFrameT, *, definition: str = "printo") -> IntoFrameT:
    """Say at each visit whether juvenile dermatomyositis is clinically inactive.

    Enough of four criteria are met: CK, CMAS, MMT-8 and physician global activity. No baseline is needed.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        One row a patient and visit. Columns ``patient_id``, ``week``, ``ck_u_l`` (U/L, not multiples of a limit),
        ``cmas_52``, ``mmt8_80`` (one side) and ``physician_global_cm``.
    definition : {"printo", "physician_global_obligatory"}
        PRINTO's criteria, or the ``unverified`` variant in which the physician global must be among those met, since
        the criteria let active skin disease pass.

    Returns
    -------
    frame of the same kind
        The rows as they were, in their order, with ``inactive`` (``met``, ``not met``, ``unknown``),
        ``inactive_because`` and ``inactive_evidence``.

    Raises
    ------
    MissingColumnError, WrongTypeError, ImpossibleValueError, DuplicateRowError
        If a column is not there, holds text or a value off its scale, or a patient has two visits in one week.
    OptionError
        If there is no such definition.

    Missing data
    ------------
    ``unknown`` exactly where what was not recorded could change the answer.

    Source
    ------
    ``tables.load("response_definitions")`` and ``response_limits``. Small children who are well may fall short of the
    limit of CMAS.

    Examples
    --------
    >>> import pandas as pd
    >>> from myositis_tools.scores.response import score_inactive_disease
    >>> visits = pd.DataFrame({"patient_id": ["A", "B"], "week": [0, 0], "ck_u_l": [120, 900], "cmas_52": [50, None],
    ...                        "mmt8_80": [79, 80], "physician_global_cm": [0.1, 0.0]})
    >>> score_inactive_disease(visits)["inactive"].tolist()
    ['met', 'unknown']
    >>> score_inactive_disease(visits)["inactive_because"].iloc[1].split("; ")[0]
    'criteria met 2 (3 needed)'
    """
    rule, evidence = _rule(definition)
    entrance = enter(visits, "visits", needs=("patient_id", "week", *_CRITERIA), unique=("patient_id", "week"))
    frame = rule.answer(entrance.frame, "_inactive")
    frame = frame.with_columns(
        inactive=verdict.to_verdict(nw.col("_inactive")),
        inactive_because=nw.col(why("_inactive")),
        # a column of one word, on every engine as long as the table
        inactive_evidence=nw.when(~nw.col("week").is_null()).then(nw.lit(evidence)),
    )
    return entrance.leave(frame, ADDED)


def _rule(name: str) -> tuple[Rule, str]:
    """The rule with the weakest evidence for any of its parts; the variant adds to the criteria of the first."""
    asked, printo = find_definition("inactive", name), find_definition("inactive", "printo")
    criteria = {
        column: Compare(columns("visits")[column], _COMPARISONS[printo.closures[column]], printo.limits[column])
        for column in _CRITERIA
    }
    enough: Rule = AtLeastNOf(tuple(criteria.values()), printo.limits["criteria"], "criteria met")
    if "obligatory" in asked.limits:
        enough = AllOf((enough, criteria["physician_global_cm"]))
    return enough, max(printo.evidence, asked.evidence, key=EVIDENCE.index)
