"""What is always true of eligibility, whatever the patients."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

import myositis_tools as mt
from myositis_tools.frames import columns
from tests.spec.eligible import ELIGIBLE

settings.register_profile("few", max_examples=6, deadline=None, derandomize=True)
settings.load_profile("few")

COLUMNS = columns("screening")


def values_of(name: str) -> st.SearchStrategy:
    column = COLUMNS[name]
    if column.words:
        return st.sampled_from(column.words)
    if column.type == "yes_no":
        return st.booleans()
    high = column.maximum or 40
    limits = [float(limit) for limit in mt.TIME_IS_MUSCLE.limits.values() if float(limit) <= high]
    return st.one_of(st.sampled_from(limits), st.integers(0, int(high * 10)).map(lambda tenths: tenths / 10))


COMPLETE = st.fixed_dictionaries({name: values_of(name) for name in ELIGIBLE if name != "patient_id"})
GAPS = st.sets(st.sampled_from([name for name in ELIGIBLE if name != "patient_id"]))


def table_of(patients: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame([ELIGIBLE | patient | {"patient_id": f"P{place}"} for place, patient in enumerate(patients)])


@given(pairs=st.lists(st.tuples(COMPLETE, GAPS), min_size=20, max_size=20))
def test_filling_in_what_is_missing_never_turns_an_answer_round(pairs):
    before = mt.TIME_IS_MUSCLE.verdicts(table_of([patient | dict.fromkeys(gaps) for patient, gaps in pairs]))
    after = mt.TIME_IS_MUSCLE.verdicts(table_of([patient for patient, _ in pairs]))
    for each in mt.TIME_IS_MUSCLE.criteria:
        assert "unknown" not in set(after[each.key])
        assert ((before[each.key] == "unknown") | (before[each.key] == after[each.key])).all()
    assert ((before["decision"] == "indeterminate") | (before["decision"] == after["decision"])).all()


@given(patients=st.lists(COMPLETE, min_size=2, max_size=6), gaps=GAPS, order=st.randoms(use_true_random=False))
def test_other_rows_order_and_index_do_not_matter(patients, gaps, order):
    table = table_of([patients[0] | dict.fromkeys(gaps), *patients[1:]])
    whole = mt.TIME_IS_MUSCLE.decide(table).set_index("patient_id")
    places = list(range(len(table)))
    order.shuffle(places)
    shuffled = table.iloc[places]
    shuffled.index = [7] * len(table)
    again = mt.TIME_IS_MUSCLE.decide(shuffled)
    assert again["patient_id"].tolist() == shuffled["patient_id"].tolist()
    assert again.set_index("patient_id").loc[whole.index].equals(whole)
    alone = mt.TIME_IS_MUSCLE.decide(table.iloc[[0]]).set_index("patient_id")
    assert alone.loc["P0"].equals(whole.loc["P0"])


@given(patients=st.lists(COMPLETE, min_size=3, max_size=3), gaps=GAPS)
def test_the_caller_s_table_is_not_changed(patients, gaps):
    table = table_of([patient | dict.fromkeys(gaps) for patient in patients])
    before = table.copy(deep=True)
    mt.TIME_IS_MUSCLE.check(table)
    mt.TIME_IS_MUSCLE.decide(table)
    mt.attrition(mt.TIME_IS_MUSCLE, table)
    pd.testing.assert_frame_equal(table, before)


@given(patients=st.lists(COMPLETE, max_size=8), gaps=GAPS)
def test_the_flow_loses_nobody(patients, gaps):
    table = table_of([patient | dict.fromkeys(gaps) for patient in patients])
    if not patients:
        table = table_of([ELIGIBLE]).iloc[:0]
    decided = mt.TIME_IS_MUSCLE.decide(table)["decision"]
    flow = {word: mt.attrition(mt.TIME_IS_MUSCLE, table, unknown=word) for word in ("itself", "worst", "best")}
    assert flow["itself"]["remaining_after"].iloc[-1] == (decided == "eligible").sum()
    assert flow["worst"]["remaining_after"].iloc[-1] == (decided == "eligible").sum()
    assert flow["best"]["remaining_after"].iloc[-1] == (decided != "ineligible").sum()
    for word, steps in flow.items():
        unknown = 0 if word in ("worst", "best") else steps["unknown"]
        assert (steps["remaining_before"] - steps["excluded"] - unknown == steps["remaining_after"]).all()
        assert (steps["remaining_before"].iloc[1:].tolist()) == steps["remaining_after"].iloc[:-1].tolist()


def test_all_missing_is_unknown_everywhere():
    table = table_of([dict.fromkeys(ELIGIBLE)])
    assert set(mt.TIME_IS_MUSCLE.check(table)["verdict"]) == {"unknown"}
    assert mt.TIME_IS_MUSCLE.decide(table)["decision"].tolist() == ["indeterminate"]


@given(patients=st.lists(COMPLETE, min_size=10, max_size=10))
def test_every_answer_has_its_reason(patients):
    table = table_of(patients)
    checks = mt.TIME_IS_MUSCLE.check(table)
    assert (checks["reason"].str.len() > 0).all()
    ages = checks.loc[checks["criterion"] == "adult", "reason"]
    assert all(reason.startswith(f"age {age:g} years") for reason, age in zip(ages, table["age_years"], strict=True))
