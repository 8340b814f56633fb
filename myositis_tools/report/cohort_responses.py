"""The responses of a cohort on the page: classes at every visit, and groups compared."""

from __future__ import annotations

from typing import Any

import pandas as pd

from myositis_tools.errors import MissingColumnError, OptionError, listed
from myositis_tools.frames import to_pandas
from myositis_tools.groups import group_name, in_order_of_groups
from myositis_tools.privacy.small_counts import HIDDEN, hidden_counts, is_small, said
from myositis_tools.report.document import ReportPicture, ReportSection, ReportTable
from myositis_tools.scores.core_set import classes
from myositis_tools.scores.options import ScoreOptions
from myositis_tools.studies import compare_responders, compare_scores, methods_paragraph
from myositis_tools.studies.follow_up.schedule import read_schedule, weeks_of_each

_NOT_CERTAIN, _NO_VISIT = "not certain", "not seen"


def _responses(
    scored: pd.DataFrame,
    week: int,
    group: str | None,
    reference: object,
    mask_below: int | None,
    scoring: ScoreOptions,
) -> ReportSection:
    weeks, caption, left_out = _planned(scored, week, scoring.baseline_week)
    counted = _classes_by_visit(scored, weeks, group, scoring, mask_below)
    shown: list[ReportTable | ReportPicture] = [ReportTable(caption, counted)]
    sentences = [left_out] if left_out else []
    is_hidden = bool(counted.loc[counted["Week"] == str(week)].eq(HIDDEN).any(axis=None)) if len(counted) else False
    try:
        compared, methods = _compared(
            scored, week, group, reference, scoring, mask_below=mask_below, responders=not is_hidden
        )
    except (MissingColumnError, OptionError, LookupError) as error:
        sentences.append(f"Groups are not compared: {getattr(error, 'what', error)}")
    else:
        shown.append(ReportTable(f"Groups compared at week {week}.", compared))
        sentences += [methods] if mask_below is None else []  # it counts those of whom nothing is known
    return ReportSection("Response", tuple(sentences), tuple(shown))


def _planned(scored: pd.DataFrame, week: int, baseline_week: int) -> tuple[list[int], str, str]:
    """The visits that are counted, what the table is called by them, and the visits that are not.

    The planned ones and the one that is asked about; all where no week is common to most of those who were followed.
    """
    weeks = sorted(int(one) for one in scored["week"].unique() if one > baseline_week)
    table = "Patients in each response category"
    followed = scored[scored["patient_id"].isin(scored.loc[scored["week"] > baseline_week, "patient_id"])]
    planned = read_schedule(
        weeks_of_each(followed[["patient_id", "week"]].to_dict("records")), baseline_week=baseline_week
    ).weeks
    if not planned:
        return weeks, f"{table}, at every week in which a patient was seen; no week is common to most patients.", ""
    kept = [one for one in weeks if one in planned or one == week]
    others = [one for one in weeks if one not in kept]
    said = f"Visits in weeks in which at most half of the patients were seen are not counted: {listed(others)}."
    return kept, f"{table}, at every planned visit after the baseline.", said if others else ""


def _classes_by_visit(
    scored: pd.DataFrame, weeks: list[int], group: str | None, scoring: ScoreOptions, mask_below: int | None
) -> pd.DataFrame:
    names = [one.name for one in classes(scoring.population)]
    of = {name: scored[name] for name in ([group] if group else [])}
    groups = scored.drop_duplicates("patient_id").set_index("patient_id")[list(of)]
    rows = []
    kinds: list[Any] = [None]
    if group is not None:
        groups = groups.assign(**{group: groups[group].map(group_name, na_action="ignore")})
        kinds = in_order_of_groups(groups[group].dropna())
    for kind in kinds:
        members = groups.index if kind is None else groups.index[groups[group] == kind]
        for week in weeks:
            here = scored[(scored["week"] == week) & scored["patient_id"].isin(members)]
            counts = here["response"].astype("object").where(here["response"].notna(), _NOT_CERTAIN).value_counts()
            row = {} if kind is None else {str(group).replace("_", " ").capitalize(): kind}
            row |= {"Week": str(int(week))}
            found = {name: int(counts.get(name, 0)) for name in (*names, _NOT_CERTAIN)}
            found |= {_NO_VISIT: len(members) - len(here)}
            hidden = hidden_counts(found, [(len(members), list(found))], mask_below)
            rows.append(row | {name: said(count, hidden=name in hidden) for name, count in found.items()})
    return pd.DataFrame(rows)


def _compared(
    scored: pd.DataFrame,
    week: int,
    group: str | None,
    reference: object,
    scoring: ScoreOptions,
    *,
    mask_below: int | None,
    responders: bool,
) -> tuple[pd.DataFrame, str]:
    """The difference of means and of responders, and what was done in words.

    A difference of responders, with one of the shares, tells the other; a difference of means tells no count.
    """
    if group is None:
        raise OptionError("there is no column of groups.", expected="group=")
    known: Any = {"group": group, "reference": reference} | scoring.keywords
    means = to_pandas(compare_scores(scored, week, resamples=1, **known)).query("method == 'welch'")
    shares = to_pandas(compare_responders(scored, week, method="newcombe", **known)).query("estimate == 'difference'")
    found = pd.concat([means, shares if responders else shares[:0]], ignore_index=True)
    sizes = found[["patients", "reference_patients"]].astype(int).to_numpy()
    found = found[[not any(is_small(count, mask_below) for count in row) for row in sizes]]
    if found.empty:
        raise OptionError("there are too few patients.", expected="larger groups")
    level = [f" of responders ({each})" if isinstance(each, str) and each else "" for each in found["level"]]
    table = pd.DataFrame(
        {
            "Estimate": found["estimate"].str.capitalize() + level,
            "Of": found["arm"] + " against " + found["reference"],
            "Value": found["value"].round(1),
            "95 % from": found["low"].round(1),
            "to": found["high"].round(1),
            "Unit": found["unit"],
            "Interval": found["interval"],
            "Patients": found["patients"].astype(int).astype(str)
            + " and "
            + found["reference_patients"].astype(int).astype(str),
        }
    )
    methods = methods_paragraph(means, shares)
    return (table if mask_below is None else table.drop(columns="Patients")), methods
