"""Scored visits as a data set of CDISC's ADaM (Basic Data Structure): one row a patient, parameter and visit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

import pandas as pd

from myositis_tools.frames import TEXT_DTYPE, Column, checked_pandas, columns, require_columns, to_pandas
from myositis_tools.groups import ARM, group_name, grouped_by
from myositis_tools.scores.core_set import classes
from myositis_tools.scores.improvement import score_visits
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions, takes_options
from myositis_tools.tables import records

SPONSOR_DEFINED = "sponsor-defined"
IMPUTED = {"month": "D", "year": "M"}  # precision of a date: what of it is not known
_TOTAL, _LOWEST, _HIGHEST = "tis", "tis_min", "tis_max"


@takes_options
def to_adam(
    visits: Any, *, study_id: str = "", group: str | None = ARM, **score_options: Unpack[ScoreKeywords]
) -> pd.DataFrame:
    """Score visits and turn them into an ADaM data set: one row per patient, parameter and visit.

    Needs the rows in memory: of an engine that waits, columns of every patient or visit are collected.

    Parameters
    ----------
    visits : pandas, Polars, DuckDB or PySpark frame
        As for `score_total_improvement`.
    study_id : str
        What stands in ``STUDYID``.
    group : str, optional
        The column of arms. None, or a table that names no arm, leaves ``TRT01P`` out.
    **score_options
        Options of `score_total_improvement`.

    Returns
    -------
    pandas.DataFrame
        The parameters of `adam_parameters` that the visits have: what was measured, at every visit; the Total
        Improvement Score, its bounds, points, changes and class, at the visits after the baseline. Its variables are
        those of ``tables.load("adam_variables")``. Patients stand in their order. `read_cdisc` gives the visits back.
        Not in it: ``infusion``, and what the score says in words (``missing``, ``worsened`` ...), which can be seen
        from the rows themselves.

    Raises
    ------
    MissingColumnError
        If the column of arms is not there.
    MyositisToolsError
        Whatever `score_total_improvement` refuses.

    Missing data
    ------------
    A value that was not recorded, and a score that cannot be worked out, has a row with an empty ``AVAL``; the bounds
    of a total stand in rows of their own. ``CRIT1FL`` to ``CRIT3FL`` say Y or N where both bounds agree, else nothing.

    Source
    ------
    ``tables.load("adam_variables")``: names and labels as CDISC's pilot project and its wiki print them. The codes of
    the parameters are this package's own, which ``PARAMDEF`` says. Nobody has validated the data set against the
    standard.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> rows = mt.to_adam(mt.load_visits(), study_id="TIM")
    >>> rows.loc[rows["PARAMCD"] == "TIS", ["USUBJID", "AVISIT", "AVAL", "CRIT1FL"]].head(2).reset_index(drop=True)
      USUBJID   AVISIT  AVAL CRIT1FL
    0    P011   Week 8  35.0       Y
    1    P011  Week 12  45.0       Y
    """
    scoring = ScoreOptions(**score_options)
    return scored_as_adam(to_pandas(score_visits(visits, scoring)), scoring, study_id=study_id, group=group)


def adam_parameters() -> pd.DataFrame:
    """Give the ADaM parameters of the core set and the score; none comes from CDISC, and each says so.

    Returns
    -------
    pandas.DataFrame
        ``PARAMCD, PARAM, PARAMN, unit, minimum, maximum, column, defined_by``; `to_adam` writes these codes and
        `read_cdisc` reads them.

    Source
    ------
    No CDISC supplement for the core set measures was found; the codes are this package's own (sponsor-defined).

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.adam_parameters().loc[0, ["PARAMCD", "PARAM", "defined_by"]].tolist()
    ['PHGLOB', 'Physician global activity (cm)', 'sponsor-defined']
    """
    rows = []
    for place, row in enumerate(records("adam_parameters"), start=1):
        column = _column(str(row["column"]))
        words = row["words"] or column.heading + (f" ({column.unit})" if column.unit else "")
        rows.append(
            {
                "PARAMCD": row["paramcd"],
                # a transport file may be read in another encoding than it was written in
                "PARAM": str(words).replace("×", "x"),
                "PARAMN": place,
                "unit": column.unit,
                "minimum": column.minimum,
                "maximum": column.maximum,
                "column": column.name,
                "defined_by": f"{row['defined_by']}-defined",
            }
        )
    return pd.DataFrame(rows)


def scored_as_adam(
    scored: pd.DataFrame, scoring: ScoreOptions, *, study_id: str = "", group: str | None = ARM
) -> pd.DataFrame:
    """Turn visits that have been scored into the data set of `to_adam`, by the options they were scored with."""
    arm = grouped_by(group, scored)
    if arm is not None:
        require_columns(scored, [arm])
    frame = _as_checked(scored.reset_index(drop=True))
    visits = pd.DataFrame(
        {
            "STUDYID": study_id or None,
            "USUBJID": frame["patient_id"].astype(str),
            **({"TRT01P": frame[arm].map(group_name, na_action="ignore")} if arm else {}),
            "AVISIT": frame["week"].map(lambda week: _visit_name(week, scoring.baseline_week)),
            "AVISITN": frame["week"],
            **_dates(frame),
        },
        index=frame.index,
    )
    known = [row for row in adam_parameters().to_dict("records") if row["column"] in frame]
    parts = [_of_parameter(row, visits, frame, scoring) for row in known]
    place = pd.Series(pd.factorize(frame["patient_id"])[0], index=frame.index)
    table = pd.concat(parts).assign(_patient=lambda rows: rows.index.map(place))
    table = table.sort_values(["_patient", "PARAMN", "AVISITN"], kind="stable", ignore_index=True)
    return _typed(table)


def _as_checked(scored: pd.DataFrame) -> pd.DataFrame:
    """The scored visits, what is read of them beside the score checked like everywhere: numbers, dates and words."""
    read = {"week", "visit_date", "visit_date_precision", *(str(row["column"]) for row in records("adam_parameters"))}
    made = checked_pandas(scored, "visits", [name for name in columns("visits") if name in read and name in scored])
    return made.astype({"week": "int64"})


def _of_parameter(
    row: Mapping[str, Any], visits: pd.DataFrame, frame: pd.DataFrame, scoring: ScoreOptions
) -> pd.DataFrame:
    """The rows of one parameter, under the index of the visits they come from."""
    column = _column(row["column"])
    values, is_word, is_derived = frame[column.name], bool(column.words), column.table == "responses"
    baseline_week = scoring.baseline_week
    is_after, is_baseline = frame["week"] > baseline_week, frame["week"] == baseline_week
    made = visits.assign(
        PARAMCD=row["PARAMCD"],
        PARAM=row["PARAM"],
        PARAMN=row["PARAMN"],
        PARAMTYP="DERIVED" if is_derived else None,
        PARAMDEF=SPONSOR_DEFINED,
        AVAL=_ranked(values, column) if is_word else values.astype("float64"),
        AVALC=values if is_word else None,
        ANL01FL=_flag(is_after & values.notna()),
    )
    if is_derived:  # there is no score before there is something to compare with
        made = made[is_after]
        return made.assign(**_criteria(frame[is_after], scoring.population)) if column.name == _TOTAL else made
    start = frame.loc[is_baseline, ["patient_id", column.name]].set_index("patient_id")[column.name].astype("float64")
    base = frame["patient_id"].map(start)
    return made.assign(BASE=base, CHG=(made["AVAL"] - base).where(is_after), ABLFL=_flag(is_baseline & values.notna()))


def _criteria(frame: pd.DataFrame, population: str) -> dict[str, Any]:
    """Whether the total reaches each class of response: known also without the total, where both bounds agree."""
    made: dict[str, Any] = {}
    for number, one in enumerate(classes(population)[1:], start=1):
        made[f"CRIT{number}"] = f"{_column(_TOTAL).heading} >= {one.minimum:g} ({one.name})"
        reached = _flag(frame[_LOWEST] >= one.minimum)
        made[f"CRIT{number}FL"] = reached.mask(frame[_HIGHEST] < one.minimum, "N")
    return made


def _visit_name(week: float, baseline_week: int) -> str:
    if week == baseline_week == 0:
        return "Baseline"
    return f"Week {week:g}" + (" (baseline)" if week == baseline_week else "")


def _flag(holds: pd.Series) -> pd.Series:
    return pd.Series(None, index=holds.index, dtype=object).mask(holds, "Y")


def _ranked(values: pd.Series, column: Column) -> pd.Series:
    """The place of each class among the classes; other words have none."""
    order = {word: float(place) for place, word in enumerate(column.words)} if column.better else {}
    return values.map(order).astype("float64")


def _dates(frame: pd.DataFrame) -> dict[str, Any]:
    if "visit_date" not in frame:
        return {}
    flags = {}
    if "visit_date_precision" in frame:
        flags = {"ADTF": frame["visit_date_precision"].map(IMPUTED)}
    return {"ADT": frame["visit_date"], **flags}


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    """The variables in the order of their table, those of text as texts."""
    known = [row for row in records("adam_variables") if row["variable"] in table]
    texts = {str(row["variable"]): TEXT_DTYPE for row in known if row["type"] == "Char"}
    return table[[row["variable"] for row in known]].astype(texts)


def _column(name: str) -> Column:
    return columns("visits").get(name) or columns("responses")[name]
