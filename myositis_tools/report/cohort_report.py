"""A cohort on a page: who could enter the trial, whom the criteria leave out, how those who were followed did."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import date
from typing import Any, Unpack

import pandas as pd

from myositis_tools.criteria import PROTOCOLS, Protocol
from myositis_tools.errors import OptionError
from myositis_tools.figures.followup.trajectories import draw_trajectories, trajectory_frame
from myositis_tools.figures.screening.consort import consort_frame, draw_consort
from myositis_tools.formatting import decided, with_interval
from myositis_tools.frames import require_columns, tables_in_order, to_pandas
from myositis_tools.groups import ARM, EVERYBODY, grouped_by
from myositis_tools.privacy.small_counts import HIDDEN, hidden_counts, is_small, require_mask, said
from myositis_tools.report.cohort_responses import _responses
from myositis_tools.report.document import Report, ReportPicture, ReportSection, ReportTable
from myositis_tools.report.made_of import made_of
from myositis_tools.report.picture_texts import words_of_flow, words_of_trajectories
from myositis_tools.report.sources import what_it_stands_on
from myositis_tools.scores.core_set import scale_instruments
from myositis_tools.scores.improvement import score_visits
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions, takes_options
from myositis_tools.studies import attrition
from myositis_tools.studies.follow_up.groups_of_patients import groups_of
from myositis_tools.studies.follow_up.measures import measure_named
from myositis_tools.studies.screening.case_mix import count_groups, counts_of, told_by
from myositis_tools.studies.screening.next_measurements import next_measurements
from myositis_tools.studies.screening.next_steps import next_steps

_FLOW = {
    "criterion": "Criterion",
    "kind": "Kind",
    "remaining_before": "Before",
    "excluded": "Excluded",
    "unknown": "Unknown",
    "remaining_after": "After",
}
_MASKED_FLOW = {
    name: _FLOW.get(name, "Excluded or unknown")
    for name in ("criterion", "kind", "remaining_before", "lost", "remaining_after")
}
_MISSING = {
    "label": "Value",
    "open_for": "Not recorded in",
    "settles_alone": "Would decide",
    "may_settle": "Could decide",
}
_GROUPS = ("kept", "left_out", "undecided")


@tables_in_order
@takes_options
def report_cohort(
    screening: Any = None,
    visits: Any = None,
    *,
    protocol: Protocol | None = None,
    week: int = 12,
    group: str | None = ARM,
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
        The column of the visits that defines the groups; None, or a table without arms, gives one group.
    reference : str, optional
        The group the others are compared with; by default the one called *placebo*.
    mask_below : int, optional
        Hide counts of at least 1 and below this, and those that they could be worked out of in any table of the report;
        see `myositis_tools.privacy.small_counts` for what is promised. Flow and course are then tables and no pictures,
        the flow counts those excluded and unknown together, and no difference of responders is given where a class of
        that visit is hidden.
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
    'Of 300 screened: 75 fit, 24 are undecided, 201 do not fit.'
    """
    if screening is None and visits is None:
        raise OptionError("There is nothing to report on.", expected="a screening table, visits, or both")
    scoring = ScoreOptions(**score_options)
    require_mask(mask_below)
    protocol = PROTOCOLS["time_is_muscle"] if protocol is None else protocol
    sections, sentences = [], []
    by = None if visits is None else grouped_by(group, visits)
    if screening is not None:
        counted = _count(protocol, screening, mask_below)
        of_criteria = _who_could_enter(protocol, screening, counted, mask_below)
        sentences.append(of_criteria.sentences[0])
        sections += [of_criteria, *_what_would_decide(protocol, screening, mask_below), _whom_they_leave_out(counted)]
    if visits is not None:
        scored = to_pandas(score_visits(visits, scoring))
        if by is not None:
            require_columns(visits, [by])
        seen_again = scored.groupby("patient_id")["week"].transform("size") > 1
        followed = scored[seen_again if by is None else scored[by].notna()]
        ever = scored[seen_again & scored["patient_id"].isin(followed["patient_id"])]["patient_id"].nunique()
        planned = followed["patient_id"].nunique()
        seen = (
            f", {ever} were seen after baseline" if mask_below is None else ""
        )  # it tells who was not seen at a visit
        sentences.append(f"{said(planned, hidden=is_small(planned, mask_below))} had follow-up planned{seen}.")
        sections += _course(followed, by, mask_below, scoring)
        sections += [_responses(followed, week, by, reference, mask_below, scoring)]
    sections.append(what_it_stands_on(protocol if screening is not None else None, has_score=visits is not None))
    options: dict[str, Any] = {"small counts hidden below": mask_below or "none"}
    if visits is not None:
        options |= {"week": week, "group": by, "score": scoring}
        options |= {} if reference is None else {"reference": reference}
    return Report(
        title=title or (protocol.title if screening is not None else "Disease activity and response"),
        headline=" ".join(sentences),
        sections=tuple(sections),
        made=made_of(
            {"screening": screening, "visits": visits},
            options,
            protocol if screening is not None else None,
            made_on or date.today(),
            has_sizes=mask_below is None,
        ),
    )


# -------------------------------------------------------------------------------------------------------- the criteria


@dataclass(frozen=True)
class _Counted:
    """The groups and the flow of a cohort, and which of their cells are hidden wherever they stand."""

    groups: pd.DataFrame
    flow: pd.DataFrame
    hidden: Set[Any]
    told: Set[Any]


def _count(protocol: Protocol, screening: Any, mask_below: int | None) -> _Counted:
    """Count a cohort; who is left after the last criterion is who is kept."""
    table, _ = count_groups(protocol, screening, mask_below=mask_below)
    flow = to_pandas(attrition(protocol, screening))
    flow = flow.assign(lost=flow["excluded"] + flow["unknown"])
    counts, sums = counts_of(table)
    left: list[Any] = [*((place, "remaining_after") for place in range(len(flow) - 1)), (0, "kept")][: len(flow)]
    before: Any = (everyone := sum(table[group][0] for group in _GROUPS))
    for place, after in enumerate(left):
        counts |= {(place, "lost"): int(flow["lost"].iloc[place]), after: int(flow["remaining_after"].iloc[place])}
        sums.append((before, [(place, "lost"), after]))
        before = after
    hidden = hidden_counts(counts, sums, mask_below, spare={(0, group) for group in _GROUPS})
    hidden |= {(place, "remaining_after") for place, after in enumerate(left) if after in hidden}
    hidden |= {(place + 1, "remaining_before") for place, after in enumerate(left) if after in hidden}
    hidden |= {(0, "remaining_before")} if is_small(everyone, mask_below) else set()
    return _Counted(pd.DataFrame(table), flow, hidden, told_by(table, hidden, mask_below))


def _who_could_enter(protocol: Protocol, screening: Any, counted: _Counted, mask_below: int | None) -> ReportSection:
    sizes = counted.groups.loc[0, list(_GROUPS)].astype(int)
    kept, left_out, undecided = (said(sizes[group], hidden=(0, group) in counted.hidden) for group in _GROUPS)
    screened = said(sizes.sum(), hidden=is_small(sizes.sum(), mask_below))
    headline = f"Of {screened} screened: {decided(kept, undecided, left_out)}."
    flow = counted.flow.assign(criterion=[protocol.criterion(key).label for key in counted.flow["criterion"]])
    if mask_below is not None:
        for name in ("remaining_before", "lost", "remaining_after"):
            cells = enumerate(flow[name].tolist())
            flow[name] = [said(count, hidden=(place, name) in counted.hidden) for place, count in cells]
        table = ReportTable(
            "The criteria in order; patients with an unknown answer leave the flow, too.", _named(flow, _MASKED_FLOW)
        )
        return ReportSection("Who could enter the trial", (headline, _hidden(mask_below)), (table,))
    drawn = consort_frame(protocol, screening)
    picture = ReportPicture(
        "Each patient is counted under the first criterion failed.", draw_consort(drawn), words_of_flow(drawn)
    )
    caption = "The criteria in order; patients with an unknown answer leave the flow and are counted separately."
    return ReportSection("Who could enter the trial", (headline,), (picture, ReportTable(caption, _named(flow, _FLOW))))


def _what_would_decide(protocol: Protocol, screening: Any, mask_below: int | None) -> list[ReportSection]:
    """What is missing of the undecided; nothing where small counts are hidden, as other counts could tell them."""
    sentences = [] if mask_below is not None else next_steps(protocol, screening)
    if not sentences:
        return []
    found = to_pandas(next_measurements(protocol, screening))
    found = found[found["open_for"] > 0]
    caption = (
        "Undecided patients without the value, those for whom it would decide whatever it is, and those for whom some "
        "value would decide while nothing else becomes known."
    )
    table = ReportTable(caption, _named(found, _MISSING).reset_index(drop=True))
    return [ReportSection("Missing values that would decide", tuple(sentences), (table,))]


def _whom_they_leave_out(counted: _Counted) -> ReportSection:
    found, hidden = counted.groups, counted.hidden
    shown = ~(found[list(_GROUPS)] == 0).all(axis=1)  # rows of nobody are left out
    names = [
        " ".join(
            part
            for part in (row.label, f"({row.unit})" if row.unit else "", f"– {row.level}" if row.level else "")
            if part
        )
        for row in found.itertuples()
    ]
    table = pd.DataFrame({"Characteristic": [name.replace("_", " ") for name in names]}, index=found.index)
    for heading, group in (("Fits", "kept"), ("Does not fit", "left_out")):
        table[heading] = [_described(row, group, counted) for row in found.itertuples()]
    table["Undecided"] = [
        said(count, hidden=(place, "undecided") in hidden) for place, count in enumerate(found["undecided"])
    ]
    is_told = [(place, "difference") in counted.told for place in found.index]
    table["Standardised difference"] = found["difference"].astype("float64").round(2).mask(is_told)
    caption = (
        "Numbers are the median (quartiles) of recorded values, words the count (percent); undecided patients are "
        "counted separately. The standardised difference, in standard deviations, describes these patients; it is not "
        "a test."
    )
    table = table[shown].reset_index(drop=True)
    return ReportSection("Patients who fit and patients who do not", (), (ReportTable(caption, table),))


def _described(row: Any, group: str, counted: _Counted) -> str:
    is_hidden = (row.Index, group) in counted.hidden
    count = said(getattr(row, group), hidden=is_hidden)
    summaries = {
        name: getattr(row, f"{group}_{name}") for name in ("median", "lower_quartile", "upper_quartile", "percent")
    }
    if (row.Index, f"{group}_median") in counted.told:
        return count
    if pd.notna(summaries["median"]):
        patients = "n\N{NO-BREAK SPACE}hidden" if is_hidden else f"n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{count}"
        median, low, high, _ = summaries.values()
        return f"{with_interval(median, low, high, '.3g')}, {patients}"
    return f"{count} ({summaries['percent']:.0f} %)" if pd.notna(summaries["percent"]) else count


# ---------------------------------------------------------------------------------------------------------- the course


def _course(
    scored: pd.DataFrame, group: str | None, mask_below: int | None, scoring: ScoreOptions
) -> list[ReportSection]:
    strength = [one.key for one in scale_instruments("juvenile") if one.measure == "mmt" and one.key in scored.columns]
    pictures: list[ReportTable | ReportPicture] = []
    for measure in ("tis", *strength[:1]):
        drawn = trajectory_frame(scored, measure=measure, group=group, show="summary", **scoring.keywords)
        label = measure_named(measure).title
        if mask_below is not None:
            caption = f"{label} over time: median (quartiles) of known values."
            pictures.append(ReportTable(caption, _medians(drawn, scored, measure, group, mask_below)))
            continue
        figure = draw_trajectories(
            drawn, measure=measure, population=scoring.population, baseline_week=scoring.baseline_week
        )
        pictures.append(ReportPicture(f"{label} over time.", figure, words_of_trajectories(drawn, measure)))
    return [ReportSection("Disease activity over time", (), tuple(pictures))] if len(scored) else []


def _medians(
    drawn: pd.DataFrame, scored: pd.DataFrame, measure: str, group: str | None, mask_below: int
) -> pd.DataFrame:
    """The course without the numbers of patients, which from visit to visit differ by few.

    How far a quartile lies between two values would tell how many there are: the lower of the two stands for it.
    """
    seen = scored[scored.groupby("patient_id")["week"].transform("size") > 1]
    of_each = seen["patient_id"].map(groups_of(seen, group)) if group else seen["patient_id"].map(lambda _: EVERYBODY)
    values = seen[measure].astype("float64").groupby([of_each, seen["week"]])
    low, middle, high = (values.quantile(share, interpolation="lower") for share in (0.25, 0.5, 0.75))
    rows = drawn[drawn["part"] == "summary"]
    cells = [
        HIDDEN if is_small(row.patients, mask_below) else with_interval(middle[at], low[at], high[at], ".3g")
        for row in rows.itertuples()
        for at in [(row.group, row.week)]
    ]
    made = pd.DataFrame({"Group": rows["group"].replace(EVERYBODY, "all").astype(str)})
    made = made.assign(Week=rows["week"].map("{:g}".format))
    return made.assign(**{"Median (quartiles)": cells}).reset_index(drop=True)


# ----------------------------------------------------------------------------------------------------------- in a cell


def _named(table: pd.DataFrame, headings: dict[str, str]) -> pd.DataFrame:
    return table[list(headings)].rename(columns=headings)


def _hidden(mask_below: int) -> str:
    return f"Counts from 1 to {mask_below - 1} are hidden, and any others from which they could be derived."
