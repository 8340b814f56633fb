"""No count that is hidden can be worked out of what is shown: each table is given to a reader who solves for it."""

from itertools import product

import numpy as np
import pandas as pd
import polars as pl
import pytest

import myositis_tools as mt
from myositis_tools.figures.followup.class_flow import arrange_class_flow
from myositis_tools.privacy import small_counts
from myositis_tools.studies.follow_up.followed_cohort import FollowedCohort
from tests.property import what_readers_know as known

TIM = mt.TIME_IS_MUSCLE
KEYS = [each.key for each in TIM.criteria]
UNKNOWN = ["itself", "worst", "best"]
DESCRIBED = ["age_years", "sex", "subtype", "mmt_loss_percent"]
LIMITS = {"maximum_duration_months": True, "minimum_age_years": False, "minimum_mmt_loss_percent": False}
COHORTS = range(0, 105, 3)
COUNTS = {
    "attrition": ["remaining_before", "excluded", "unknown", "remaining_after"],
    "overlap": ["patients", "unknown"],
    "influence": ["fails", "unknown", "fails_only_this", "unknown_only_this", "gain_if_dropped"],
    "next_measurements": ["missing", "open_for", "settles_alone", "may_settle", "may_make_eligible"],
    "case_mix": known.GROUPS,
    "sensitivity": ["eligible", "indeterminate", "ineligible"],
}
SAMPLE = mt.load_screening()


def some_cohort(seed: int) -> tuple[mt.Protocol, pd.DataFrame, int]:
    """A few criteria, some patients of the sample with some values taken away, and a limit."""
    random = np.random.default_rng(seed)
    keys = random.choice(KEYS, size=random.integers(1, 8), replace=False)
    people = SAMPLE.iloc[random.choice(len(SAMPLE), size=random.integers(6, 160), replace=False)].copy()
    for name in TIM.needs[1:]:
        people[name] = people[name].mask(random.random(len(people)) < random.choice([0, 0.02, 0.1]))
    protocol = TIM.without(*(key for key in KEYS if key not in keys))
    return protocol, people, int(random.choice([2, 3, 5, 10]))


def asked_of(
    table: str, protocol: mt.Protocol, people: object, unknown: str, limit: str, **options: int
) -> pd.DataFrame:
    if table == "sensitivity":
        found = mt.sensitivity(protocol, people, limit, **options)
    elif table == "case_mix":
        found = mt.case_mix(protocol, people, DESCRIBED, unknown=unknown, **options)
    else:
        found = getattr(mt, table)(protocol, people, unknown=unknown, **options)
    return found.to_pandas() if isinstance(found, pl.DataFrame) else found


def told(table: str, protocol: mt.Protocol, people: pd.DataFrame, below: int, unknown: str) -> dict:
    """The counts of a masked table that its reader can tell, after checking that no small one is shown."""
    limit = next((name for name in LIMITS if name in protocol.limits), "")
    if table == "sensitivity" and not limit:
        return {}
    frame = pl.from_pandas(people)
    shown, truth = (
        asked_of(table, protocol, frame, unknown, limit, **options) for options in ({"mask_below": below}, {})
    )
    if table in ("overlap", "next_measurements"):  # hidden rows stand elsewhere
        name = "combination" if table == "overlap" else "column"
        order = truth.set_index([name, "decision"] if table == "overlap" else name)
        truth = order.loc[pd.MultiIndex.from_frame(shown[[name, "decision"]]) if table == "overlap" else shown[name]]
        truth = truth.reset_index()
    if table == "case_mix":
        truth = truth.set_index(["column", "level"]).loc[pd.MultiIndex.from_frame(shown[["column", "level"]])]
        truth = truth.reset_index()
    counts = COUNTS[table]
    seen, true = shown[counts], truth[counts]
    least = small_counts.least_shown(below)
    assert not ((true > 0) & (true < least) & seen.notna()).any(axis=None)
    assert ((seen == true) | seen.isna()).all(axis=None)
    for row, masked in zip(seen.to_dict("records"), shown["masked"], strict=True):
        assert masked == "; ".join(name for name in counts if pd.isna(row[name]))
    nought = 0 if ((true == 0) & seen.isna()).any(axis=None) else 1  # the least that a hidden count can be
    everyone = len(people) if len(people) >= least else None  # a small number of patients is not known either
    if table == "sensitivity":
        places = list(range(len(shown)))[:: 1 if LIMITS[limit] else -1]
        small = [(place, name) for place, name in product(places, counts) if 0 < true[name].iloc[place] < least]
        reader, cunning = known.Reader(least=nought), known.Reader(least=nought)
        known.of_sensitivity(reader, shown, everyone, order=None)
        known.of_sensitivity(cunning, shown, everyone, order=places)
        return reader.tells(least - 1) | cunning.tells(least - 1, small)
    reader = known.Reader(least=nought)
    if table == "case_mix":
        known.of_case_mix(reader, shown, everyone, below=least)
    else:
        getattr(known, f"of_{table}")(reader, shown, everyone, unknown)
    return reader.tells(least - 1)


@pytest.mark.parametrize("unknown", UNKNOWN)
@pytest.mark.parametrize("table", COUNTS)
def test_the_sample_tells_no_hidden_count(table, unknown):
    assert told(table, TIM, SAMPLE, 5, unknown) == {}


@pytest.mark.parametrize("unknown", UNKNOWN)
@pytest.mark.parametrize("table", COUNTS)
def test_no_cohort_tells_a_hidden_count(table, unknown):
    for seed in COHORTS[:: 3 if table == "sensitivity" else 1]:  # it screens a cohort at each value of a limit
        protocol, people, below = some_cohort(seed + UNKNOWN.index(unknown))
        assert told(table, protocol, people, below, unknown) == {}, seed


WEEKS = (4, 8, 12, 26, 52)


@pytest.mark.parametrize("group", [None, "arm"])
def test_no_class_flow_tells_a_hidden_count(group):
    visits = mt.load_visits()
    visits = mt.score_total_improvement(visits[visits["arm"].notna()])
    patients = visits["patient_id"].unique()
    for seed in range(16):
        random = np.random.default_rng(seed)
        some = random.choice(patients, size=random.integers(8, len(patients) + 1), replace=False)
        below = int(random.choice([2, 3, 5]))
        own = visits[visits["patient_id"].isin(some)]
        own = own[(own["week"] == 0) | (random.random(len(own)) > random.choice([0, 0.1, 0.4]))]
        groups = own.drop_duplicates("patient_id").set_index("patient_id")["arm"].astype(object)
        groups = groups if group else groups.map(lambda _: "all")
        frame = arrange_class_flow(FollowedCohort(own, groups, (0, *WEEKS)), mask_below=below)
        states = states_of(own, groups, below)
        assert bars_told(frame, states, len(some), below) == {}, seed
        assert ways_told(frame, states, below) == {}, seed


def states_of(visits: pd.DataFrame, groups: pd.Series, below: int) -> pd.DataFrame:
    """The state of each patient of the figure at each visit, and her group."""
    words = visits["response"].astype(object).where(visits["response"].notna(), "not certain")
    wide = visits.assign(state=words).set_index(["patient_id", "week"])["state"].unstack().reindex(columns=WEEKS)  # noqa: PD010
    unseen = wide.isna().all(axis=1)
    kept = wide if 0 < unseen.sum() < small_counts.least_shown(below) else wide[~unseen]
    return kept.fillna("no visit").assign(group=groups)


def bars_told(frame: pd.DataFrame, states: pd.DataFrame, everyone: int, below: int) -> dict:
    least = small_counts.least_shown(below)
    shown = frame[frame["part"] == "class"].set_index(["group", "week", "shown"])["patients"].astype("Float64")
    true = states.melt("group", var_name="week").value_counts().reindex(shown.index, fill_value=0)
    assert true.sum() == len(states) * len(WEEKS)
    assert ((shown == true) | shown.isna()).all()
    assert not ((true > 0) & (true < least) & shown.notna()).any()
    reader = known.Reader(least=0 if ((true == 0) & shown.isna()).any() else 1)
    known.of_bars(reader, frame, everyone)
    return reader.tells(least - 1)


def ways_told(frame: pd.DataFrame, states: pd.DataFrame, below: int) -> dict:
    least, found = small_counts.least_shown(below), {}
    flows = frame[frame["part"] == "flow"]
    for group, week, following in flows[["group", "week", "next_week"]].drop_duplicates().itertuples(index=False):
        own = states[states["group"] == group]
        counts = own.groupby([week, following], observed=True).size()
        shown = flows[(flows["group"] == group) & (flows["week"] == week)].dropna(subset=["shown"])
        if len(shown):
            assert shown.set_index(["shown", "next_shown"])["patients"].to_dict() == counts.to_dict()
            assert counts.min() >= least
            continue
        reader = known.Reader(least=0)
        known.of_ways(reader, frame, group, week, following)
        few = list(counts[counts < least].index)
        found |= {(group, week, *way): ends for way, ends in reader.tells(2, few).items()}
    return found


# Of the sample, under the rule that hides what is small and nothing else: ten of ten cells of the flow came back.
@pytest.mark.parametrize(("table", "cells"), [("attrition", 10), ("case_mix", 2), ("sensitivity", 2)])
def test_a_rule_that_hides_single_cells_is_found_out(monkeypatch, table, cells):
    def only_small(counts, _sums, mask_below, **_):
        return {name for name, count in counts.items() if small_counts.is_small(count, mask_below)}

    monkeypatch.setattr(f"myositis_tools.studies.screening.{table}.hidden_counts", only_small)
    assert len(told(table, TIM, SAMPLE, 5, "itself")) >= cells


@pytest.mark.parametrize("seed", [None, *range(8)])
def test_no_table_of_a_report_tells_what_another_hides(seed):
    protocol, people, below = (TIM, SAMPLE, 5) if seed is None else some_cohort(seed)
    visits = mt.load_visits()
    visits = visits[visits["arm"].notna()]
    random = np.random.default_rng(seed or 0)
    if seed is not None:
        some = random.choice(visits["patient_id"].unique(), size=random.integers(16, 48), replace=False)
        visits = visits[visits["patient_id"].isin(some)]
    report = mt.report_cohort(people, visits, protocol=protocol, mask_below=below)
    least = small_counts.least_shown(below)
    reader = known.Reader(least=1)
    known.of_report(reader, report, below=least)
    assert reader.tells(least - 1) == {}
    [classes] = [
        one.frame
        for part in report.sections
        for one in part.shown
        if one.caption.startswith("Patients in each response category")
    ]
    sizes = visits.drop_duplicates("patient_id")["arm"].value_counts().to_dict()
    reader = known.Reader(least=1)
    known.of_classes(reader, classes, sizes)
    assert reader.tells(least - 1) == {}
