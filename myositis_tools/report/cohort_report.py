"""A cohort on a page: who could enter the trial, whom the criteria leave out, how those who were followed did."""

from __future__ import annotations

from datetime import date
from typing import Any, Unpack

import pandas as pd

from myositis_tools.criteria import PROTOCOLS, Protocol
from myositis_tools.errors import MissingColumnError, OptionError
from myositis_tools.figures.followup.trajectories import draw_trajectories, trajectory_frame
from myositis_tools.figures.parts.measures import as_pandas, measure_named
from myositis_tools.figures.screening.consort import consort_frame, draw_consort
from myositis_tools.frames import has
from myositis_tools.groups import group_name, in_order_of_groups
from myositis_tools.privacy.complements import HIDDEN, Mask
from myositis_tools.privacy.small_counts import require_mask
from myositis_tools.report.document import Report, ReportPicture, ReportSection, ReportTable
from myositis_tools.report.made_of import made_of
from myositis_tools.report.picture_texts import words_of_flow, words_of_trajectories
from myositis_tools.report.sources import what_it_stands_on
from myositis_tools.scores.core_set import classes, scale_instruments
from myositis_tools.scores.improvement import score_visits
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions, takes_options
from myositis_tools.studies import attrition, case_mix, compare_responders, compare_scores, methods_paragraph
from myositis_tools.studies.trials.arms import require_columns
from myositis_tools.verdict import ELIGIBLE, INDETERMINATE, INELIGIBLE

_FLOW = {
    "criterion": "Criterion",
    "kind": "Kind",
    "remaining_before": "Before",
    "excluded": "Excluded",
    "unknown": "Unknown",
    "remaining_after": "After",
}
_GROUPS = ("kept", "left_out", "undecided")
_NOT_CERTAIN, _NO_VISIT = "not certain", "not seen"


@takes_options
def report_cohort(
    screening: Any = None,
    visits: Any = None,
    *,
    protocol: Protocol | None = None,
    week: int = 12,
    group: str | None = "arm",
    reference: object = None,
    mask_below: int | None = None,
    title: str | None = None,
    made_on: date | None = None,
    **score_options: Unpack[ScoreKeywords],
) -> Report:
    """Report on a cohort, with its provenance: flow through a trial's criteria, table one, course, responses.

    No row of a patient stands in it: it holds counts, medians and figures of groups.

    Parameters
    ----------
    screening : pandas, Polars, DuckDB or PySpark frame, optional
        One row a patient, with the columns in ``protocol.needs``.
    visits : frame of the same kind, optional
        One row a patient and visit, as for `score_total_improvement`. One of the two tables must be there.
    protocol : Protocol
        The criteria; TIME IS MUSCLE if left out.
    week : int
        The visit at which responses are counted and compared.
    group : str, optional
        The column of the visits that makes groups; None, or a table without an arm, makes one group of all.
    reference : str, optional
        The group the others are compared with; by default the one called *placebo*.
    mask_below : int, optional
        Hide counts of at least 1 and below this, and those that they could be worked out of. Flow and course are then
        tables and no pictures, which would show them.
    title : str, optional
        What stands on top.
    made_on : datetime.date, optional
        The day that is printed; today if left out.
    **score_options
        Options of `score_total_improvement`.

    Returns
    -------
    Report
        ``save("report.html")`` writes it, ``save("report.pdf")`` prints it.

    Raises
    ------
    OptionError
        If there is neither table, or an option cannot be.
    MyositisToolsError
        Whatever the criteria and the score refuse.

    Missing data
    ------------
    Unknown verdicts, uncertain classes and missed visits have their own counts.

    Source
    ------
    Each section names its own; what is not verified is said at the end.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.report_cohort(mt.load_screening()).headline
    'Of 300 screened: 75 eligible, 24 undecided, 201 ineligible.'
    """
    if screening is None and visits is None:
        raise OptionError("There is nothing to report on.", expected="a screening table, visits, or both")
    scoring = ScoreOptions(**score_options)
    require_mask(mask_below)
    mask = Mask(mask_below)
    protocol = PROTOCOLS["time_is_muscle"] if protocol is None else protocol
    sections, said = [], []
    if screening is not None:
        of_criteria = _who_could_enter(protocol, screening, mask)
        said.append(of_criteria.sentences[0])
        sections += [of_criteria, _whom_they_leave_out(protocol, screening, mask)]
    if visits is not None:
        scored = as_pandas(score_visits(visits, scoring))
        by = None if group == "arm" and not has(visits, group) else group
        if by is not None:
            require_columns(visits, [by])
        seen_again = scored.groupby("patient_id")["week"].transform("size") > 1
        followed = scored[seen_again if by is None else scored[by].notna()]
        ever = scored[seen_again & scored["patient_id"].isin(followed["patient_id"])]["patient_id"].nunique()
        planned = followed["patient_id"].nunique()
        seen = "" if mask.is_small(planned - ever) else f", {mask.said(ever)} were seen after the baseline"
        said.append(f"{mask.said(planned)} were to be followed{seen}.")
        sections += _course(followed, by, mask, scoring)
        sections += [_responses(followed, week, by, reference, mask, scoring)]
    sections.append(what_it_stands_on(protocol if screening is not None else None, has_score=visits is not None))
    options: dict[str, Any] = {"week": week, "group": group, "small counts hidden below": mask_below or "none"}
    options |= {"score": scoring} if visits is not None else {}
    return Report(
        title=title or (protocol.title if screening is not None else "Disease activity and response"),
        headline=" ".join(said),
        sections=tuple(sections),
        made=made_of(
            {"screening": screening, "visits": visits},
            options,
            protocol if screening is not None else None,
            made_on or date.today(),
        ),
    )


# -------------------------------------------------------------------------------------------------------- the criteria


def _who_could_enter(protocol: Protocol, screening: Any, mask: Mask) -> ReportSection:
    decided = as_pandas(protocol.decide(screening))["decision"].value_counts()
    counts = [int(decided.get(word, 0)) for word in (ELIGIBLE, INDETERMINATE, INELIGIBLE)]
    eligible, undecided, ineligible = (
        mask.said(count, hidden=hidden) for count, hidden in zip(counts, mask.parts(counts), strict=True)
    )
    headline = f"Of {sum(counts)} screened: {eligible} eligible, {undecided} undecided, {ineligible} ineligible."
    flow = as_pandas(attrition(protocol, screening))
    flow = flow.assign(criterion=[protocol.criterion(key).label for key in flow["criterion"]])
    shown: list[ReportTable | ReportPicture] = []
    if mask.below is None:
        drawn = consort_frame(protocol, screening)
        shown.append(
            ReportPicture(
                "Each patient at the first criterion that she fails.", draw_consort(drawn), words_of_flow(drawn)
            )
        )
    else:
        flow = _masked_flow(flow, mask)
    shown.append(
        ReportTable(
            "The criteria in their order; those unknown leave the flow and are counted apart.", _named(flow, _FLOW)
        )
    )
    said = (headline,) if mask.below is None else (headline, _hidden(mask))
    return ReportSection("Who could enter the trial", said, tuple(shown))


def _masked_flow(flow: pd.DataFrame, mask: Mask) -> pd.DataFrame:
    losses = flow[["excluded", "unknown"]].to_numpy().tolist()
    left = [*flow["remaining_before"], *flow["remaining_after"].tail(1)]
    steps, places = mask.steps(losses)
    remain = [mask.said(count, hidden=hidden) for count, hidden in zip(left, places, strict=True)]
    lost = {
        name: [mask.said(count, hidden=hidden) for count, hidden in zip(flow[name], steps, strict=True)]
        for name in ("excluded", "unknown")
    }
    return flow.assign(remaining_before=remain[:-1], remaining_after=remain[1:], **lost)


def _whom_they_leave_out(protocol: Protocol, screening: Any, mask: Mask) -> ReportSection:
    found = as_pandas(case_mix(protocol, screening)).astype(dict.fromkeys(_GROUPS, "int64"))
    hidden = pd.DataFrame(data=False, index=found.index, columns=list(_GROUPS))
    hidden.iloc[0] = mask.parts(found.loc[0, list(_GROUPS)].tolist())  # all who were screened are counted on top
    for _, rows in found.iloc[1:].groupby("column", sort=False):
        for name in _GROUPS:
            hidden.loc[rows.index, name] = mask.parts(rows[name].tolist())
    # a percentage tells how many it is a share of
    of_missing = hidden.mul(found["level"] == "not recorded", axis=0)
    tells = of_missing.groupby(found["column"]).transform("any")
    shown = ~(found[list(_GROUPS)] == 0).all(axis=1)  # rows of nobody are left out
    names = [
        " ".join(
            part
            for part in (row.label, f"({row.unit})" if row.unit else "", f"– {row.level}" if row.level else "")
            if part
        )
        for row in found.itertuples()
    ]
    table = pd.DataFrame({"Of the patients": [name.replace("_", " ") for name in names]}, index=found.index)
    for heading, part in (("Kept", "kept"), ("Left out", "left_out")):
        table[heading] = [
            _described(row, part, mask, hidden=is_hidden, bare=bool(is_bare))
            for row, is_hidden, is_bare in zip(found.to_dict("records"), hidden[part], tells[part], strict=True)
        ]
    undecided = zip(found["undecided"], hidden["undecided"], strict=True)
    table["Undecided"] = [mask.said(count, hidden=is_hidden) for count, is_hidden in undecided]
    differences = found["difference"].astype("float64").round(2)
    table["Standardised difference"] = differences.mask(hidden[["kept", "left_out"]].any(axis=1))
    caption = (
        "Kept: eligible. Numbers as median (quartiles) of those in whom they are recorded, words as count (percent); "
        "the undecided are counted alone. The difference describes these patients and tests nothing."
    )
    table = table[shown].reset_index(drop=True)
    return ReportSection("Whom the criteria keep, and whom they leave out", (), (ReportTable(caption, table),))


def _described(row: dict[str, Any], part: str, mask: Mask, *, hidden: bool, bare: bool) -> str:
    count = mask.said(row[part], hidden=hidden)
    if pd.notna(row[f"{part}_median"]) and not mask.is_small(row[part]):
        low, high = row[f"{part}_lower_quartile"], row[f"{part}_upper_quartile"]
        patients = "n\N{NO-BREAK SPACE}hidden" if hidden else f"n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{count}"
        return f"{row[f'{part}_median']:.3g} ({low:.3g} to {high:.3g}), {patients}"
    has_share = pd.notna(row[f"{part}_percent"]) and not (hidden or bare)
    return f"{count} ({row[f'{part}_percent']:.0f} %)" if has_share else count


# ---------------------------------------------------------------------------------------------------------- the course


def _course(scored: pd.DataFrame, group: str | None, mask: Mask, scoring: ScoreOptions) -> list[ReportSection]:
    strength = [one.key for one in scale_instruments("juvenile") if one.measure == "mmt" and one.key in scored.columns]
    pictures: list[ReportTable | ReportPicture] = []
    for measure in ("tis", *strength[:1]):
        drawn = trajectory_frame(scored, measure=measure, group=group, show="summary", **scoring.keywords)
        label = measure_named(measure).title
        if mask.below is not None:
            pictures.append(
                ReportTable(
                    f"{label} over time: median (quartiles) of those in whom it is known.", _medians(drawn, mask)
                )
            )
            continue
        figure = draw_trajectories(
            drawn, measure=measure, population=scoring.population, baseline_week=scoring.baseline_week
        )
        pictures.append(ReportPicture(f"{label} over time.", figure, words_of_trajectories(drawn, measure)))
    return [ReportSection("Disease activity over time", (), tuple(pictures))] if len(scored) else []


def _medians(drawn: pd.DataFrame, mask: Mask) -> pd.DataFrame:
    """The course without the numbers of patients, which from visit to visit differ by few."""
    rows = drawn[drawn["part"] == "summary"]
    cells = [
        HIDDEN if mask.is_small(row.patients) else f"{row.value:.3g} ({row.lower:.3g} to {row.upper:.3g})"
        for row in rows.itertuples()
    ]
    made = pd.DataFrame({"Group": rows["group"].where(rows["group"].fillna("") != "", "all").astype(str)})
    made = made.assign(Week=rows["week"].map("{:g}".format))
    return made.assign(**{"Median (quartiles)": cells}).reset_index(drop=True)


def _responses(
    scored: pd.DataFrame,
    week: int,
    group: str | None,
    reference: object,
    mask: Mask,
    scoring: ScoreOptions,
) -> ReportSection:
    counted = _classes_by_visit(scored, group, scoring, mask)
    shown: list[ReportTable | ReportPicture] = [
        ReportTable("Patients in each class of response, at every visit after the baseline.", counted)
    ]
    sentences = []
    try:
        compared, methods = _compared(scored, week, group, reference, scoring)
    except (MissingColumnError, OptionError, LookupError) as error:
        sentences.append(f"Groups are not compared: {getattr(error, 'what', error)}")
    else:
        if mask.below is not None:  # estimates of one group are of numbers that differ by few, or are few
            compared = compared.drop(columns="Patients")
        shown.append(ReportTable(f"Groups compared at week {week}.", compared))
        sentences += [methods] if mask.below is None else []  # it counts those of whom nothing is known
    return ReportSection("Response", tuple(sentences), tuple(shown))


def _classes_by_visit(scored: pd.DataFrame, group: str | None, scoring: ScoreOptions, mask: Mask) -> pd.DataFrame:
    names = [one.name for one in classes(scoring.population)]
    of = {name: scored[name] for name in ([group] if group else [])}
    groups = scored.drop_duplicates("patient_id").set_index("patient_id")[list(of)]
    weeks = sorted(week for week in scored["week"].unique() if week > scoring.baseline_week)
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
            hidden = mask.parts(list(found.values()))
            rows.append(
                row | {name: mask.said(found[name], hidden=one) for name, one in zip(found, hidden, strict=True)}
            )
    return pd.DataFrame(rows)


def _compared(
    scored: pd.DataFrame, week: int, group: str | None, reference: object, scoring: ScoreOptions
) -> tuple[pd.DataFrame, str]:
    """The difference of means and of responders, and what was done in words."""
    if group is None:
        raise OptionError("there is no column of groups.", expected="group=")
    known: Any = {"group": group, "reference": reference} | scoring.keywords
    means = as_pandas(compare_scores(scored, week, resamples=1, **known)).query("method == 'welch'")
    shares = as_pandas(compare_responders(scored, week, method="newcombe", **known)).query("estimate == 'difference'")
    found = pd.concat([means, shares], ignore_index=True)
    level = [f" of responders ({each})" if isinstance(each, str) and each else "" for each in found.get("level", "")]
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
    return table, methods_paragraph(means, shares)


# ----------------------------------------------------------------------------------------------------------- in a cell


def _named(table: pd.DataFrame, headings: dict[str, str]) -> pd.DataFrame:
    return table[list(headings)].rename(columns=headings)


def _hidden(mask: Mask) -> str:
    return f"Counts of at least 1 and below {mask.below} are hidden, and others that would tell them."
