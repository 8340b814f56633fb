"""What a cohort shows, held against slow second opinions that read one verdict at a time."""

from itertools import combinations, permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import myositis_tools as mt
from myositis_tools.frames import columns
from tests.property.test_criteria import COMPLETE, GAPS, table_of

TIM = mt.TIME_IS_MUSCLE
KEYS = [each.key for each in TIM.criteria]
KIND = {each.key: each.kind for each in TIM.criteria}
COLUMNS = st.sampled_from(sorted(set(TIM.needs) - {"patient_id"}))
# few changes a patient, so that some fail nothing and some fail one criterion only
COHORT = st.lists(
    st.tuples(COMPLETE, st.sets(COLUMNS, max_size=3), st.sets(COLUMNS, max_size=3)), min_size=1, max_size=12
)


def people(drawn: list) -> pd.DataFrame:
    """Eligible patients with a few values changed and a few missing."""
    return table_of([{name: values[name] for name in new} | dict.fromkeys(gaps) for values, new, gaps in drawn])


def standing(protocol: mt.Protocol, table: pd.DataFrame) -> dict[object, tuple[frozenset, frozenset]]:
    """For each patient, the criteria failed and those unknown."""
    found = {}
    for row in protocol.verdicts(table).to_dict("records"):
        against = {"inclusion": "not met", "exclusion": "met"}
        keys = [each.key for each in protocol.criteria]
        failed = frozenset(key for key in keys if row[key] == against[KIND[key]])
        found[row["patient_id"]] = failed, frozenset(key for key in keys if row[key] == "unknown")
    return found


@settings(max_examples=8)
@given(drawn=COHORT)
def test_each_patient_is_in_the_row_of_her_combination(drawn):
    table = people(drawn)
    found = mt.overlap(TIM, table)
    counted: dict[tuple, list[int]] = {}
    for failed, unknown in standing(TIM, table).values():
        decision = "ineligible" if failed else "indeterminate" if unknown else "eligible"
        row = counted.setdefault((failed, decision), [0, 0])
        row[0] += 1
        row[1] += bool(unknown)
    for row in found.to_dict("records"):
        failed = frozenset(filter(None, row["combination"].split("; ")))
        assert [row["patients"], row["unknown"]] == counted.pop((failed, row["decision"]), [0, 0])
    assert counted == {}
    assert found["patients"].sum() == len(table)


@pytest.fixture(scope="module")
def gappy() -> pd.DataFrame:
    """The sample cohort with one value in twenty taken away."""
    table = mt.load_screening()[list(TIM.needs)]
    random = np.random.default_rng(20261122)
    for name in TIM.needs[1:]:
        table[name] = table[name].mask(random.random(len(table)) < 1 / 20)
    return table


FIVE = ["adult", "early_disease", "minimal_disability", "informed_consent", "severe_weakness"]


def only(keys: tuple[str, ...] | list[str]) -> mt.Protocol:
    return TIM.without(*(key for key in KEYS if key not in keys))


@pytest.mark.parametrize("unknown", ["itself", "worst", "best"])
def test_the_shares_are_shapley_values(gappy, unknown):
    """By the definition: each subset of criteria decided anew, the mean of what a criterion adds in every order."""
    lost = {frozenset(): 0}
    for size in range(1, len(FIVE) + 1):
        for some in combinations(FIVE, size):
            decided = only(some).verdicts(gappy)["decision"]
            passes = decided == "eligible" if unknown == "worst" else decided != "ineligible"
            lost[frozenset(some)] = int((~passes).sum())
    added = dict.fromkeys(FIVE, 0)
    orders = list(permutations(FIVE))
    for order in orders:
        for place, key in enumerate(order):
            added[key] += lost[frozenset(order[: place + 1])] - lost[frozenset(order[:place])]
    found = mt.influence(only(FIVE), gappy, unknown=unknown).set_index("criterion")
    assert found["share"].to_dict() == pytest.approx({key: total / len(orders) for key, total in added.items()})
    assert found["share"].sum() == pytest.approx(lost[frozenset(FIVE)])
    if unknown == "itself":
        left_open = (only(FIVE).verdicts(gappy)["decision"] == "indeterminate").sum()
        assert found["share_unknown"].sum() == pytest.approx(left_open)


@pytest.mark.parametrize("unknown", ["itself", "worst", "best"])
def test_the_gain_is_what_dropping_the_criterion_gains(gappy, unknown):
    passing = ["eligible", "indeterminate"] if unknown == "best" else ["eligible"]
    before = TIM.verdicts(gappy)["decision"].isin(passing).sum()
    found = mt.influence(TIM, gappy, unknown=unknown).set_index("criterion")
    patients = standing(TIM, gappy).values()
    for key in KEYS:
        after = TIM.without(key).verdicts(gappy)["decision"].isin(passing).sum()
        assert found.loc[key, "gain_if_dropped"] == after - before
        as_failed = [failed | unknowns if unknown == "worst" else failed for failed, unknowns in patients]
        assert found.loc[key, "fails"] == sum(key in failed for failed in as_failed)
        assert found.loc[key, "fails_only_this"] == sum(failed == {key} for failed in as_failed)
        assert found.loc[key, "unknown"] == sum(key in unknowns for _, unknowns in patients)
        assert found.loc[key, "unknown_only_this"] == sum(not failed and one == {key} for failed, one in patients)


def test_exactly_those_who_fail_one_criterion_are_near(gappy):
    near = mt.near_misses(TIM, gappy)
    expected = {patient: one for patient, one in standing(TIM, gappy).items() if len(one[0]) == 1}
    assert near["patient_id"].tolist() == [patient for patient in gappy["patient_id"] if patient in expected]
    for row in near.to_dict("records"):
        failed, unknown = expected[row["patient_id"]]
        assert {row["criterion"]} == failed
        assert set(filter(None, row["also_unknown"].split("; "))) == unknown


def test_mending_the_gap_mends_the_criterion_and_less_does_not(gappy):
    """Move each value over its limit, and to just before it, and decide again."""
    named = {column.label: name for name, column in columns("screening").items()}
    near = mt.near_misses(TIM, gappy)
    of_records = near["criterion"].isin(["thrombosis", "recent_immunosuppression"])  # tests/unit/test_near_misses.py
    near = near[near["part"].isin(named) & near["gap"].notna() & ~of_records]
    assert set(near["criterion"]) == {"adult", "early_disease", "minimal_disability", "severe_weakness"}
    for step, mended in ((1e-4, True), (-1e-4, False)):
        moved = gappy.set_index("patient_id", drop=False)
        for row in near.to_dict("records"):
            way = -1 if row["criterion"] == "early_disease" else 1
            moved.loc[row["patient_id"], named[row["part"]]] = row["value"] + way * (row["gap"] + step)
        verdicts = TIM.verdicts(moved).set_index("patient_id")
        for row in near.to_dict("records"):
            bad = "not met" if row["kind"] == "inclusion" else "met"
            now = verdicts.loc[row["patient_id"], row["criterion"]]
            assert (now != bad) == mended
            if mended:
                assert (now == "unknown") == bool(row["parts_unknown"])


def test_what_to_measure_next_is_what_filling_it_in_settles(gappy):
    """Fill every gap of every indeterminate patient with many values, one gap at a time, and decide again."""
    decided = TIM.verdicts(gappy)["decision"]
    parts = []
    for name in TIM.needs[1:]:
        waiting = gappy[(decided == "indeterminate") & gappy[name].isna()]
        column = columns("screening")[name]
        values = list(column.words) or [True, False]
        if column.type == "number":
            high = column.maximum or 200
            limits = [float(limit) for limit in TIM.limits.values() if float(limit) <= high]
            values = sorted({*np.linspace(0, high, 21), *limits})
        parts += [waiting.assign(**{name: value}, tried=name, patient=waiting["patient_id"]) for value in values]
    tried = pd.concat(parts, ignore_index=True)
    tried["patient_id"] = [str(place) for place in range(len(tried))]
    tried["now"] = TIM.verdicts(tried[list(TIM.needs)])["decision"].to_numpy()
    outcomes = tried.groupby(["tried", "patient"])["now"].agg(set)
    found = mt.next_measurements(TIM, gappy).set_index("column")
    assert found["may_settle"].sum() > 20
    for name in TIM.needs[1:]:
        sets = outcomes[name].tolist() if name in outcomes.index.get_level_values(0) else []
        assert found.loc[name, "settles_alone"] == sum("indeterminate" not in now for now in sets)
        assert found.loc[name, "may_settle"] == sum(now != {"indeterminate"} for now in sets)
        assert found.loc[name, "may_make_eligible"] == sum("eligible" in now for now in sets)
        assert found.loc[name, "missing"] == gappy[name].isna().sum()
        assert found.loc[name, "may_settle"] <= found.loc[name, "open_for"] <= len(sets)


@settings(max_examples=2)
@given(patients=st.lists(COMPLETE, min_size=3, max_size=6), gaps=GAPS)
def test_order_does_not_matter_and_the_table_is_not_changed(patients, gaps):
    table = table_of([patients[0] | dict.fromkeys(gaps), *patients[1:]])
    before = table.copy(deep=True)
    turned = table.iloc[::-1]
    turned.index = [7] * len(table)
    for ask in (mt.overlap, mt.influence, mt.next_measurements):
        pd.testing.assert_frame_equal(ask(TIM, turned), ask(TIM, table))
    near = mt.near_misses(TIM, turned)
    pd.testing.assert_frame_equal(near.iloc[::-1].reset_index(drop=True), mt.near_misses(TIM, table))
    pd.testing.assert_frame_equal(table, before)
