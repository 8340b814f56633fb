"""What a cohort shows, held against slow second opinions that read one verdict at a time."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

import myositis_tools as mt
from tests.property.test_criteria import COMPLETE, GAPS, table_of

TIM = mt.TIME_IS_MUSCLE
KEYS = [each.key for each in TIM.criteria]
KIND = {each.key: each.kind for each in TIM.criteria}
COLUMNS = st.sampled_from(sorted(set(TIM.needs) - {"patient_id"}))
# few changes a patient, so that some fail nothing and some fail one criterion only
COHORT = st.lists(st.tuples(COMPLETE, st.sets(COLUMNS, max_size=3), st.sets(COLUMNS, max_size=3)), min_size=1)


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


@given(drawn=COHORT)
def test_each_patient_is_in_the_row_of_her_combination(drawn):
    table = people(drawn)
    combinations = mt.overlap(TIM, table)
    counted: dict[tuple, list[int]] = {}
    for failed, unknown in standing(TIM, table).values():
        decision = "ineligible" if failed else "indeterminate" if unknown else "eligible"
        row = counted.setdefault((failed, decision), [0, 0])
        row[0] += 1
        row[1] += bool(unknown)
    for row in combinations.to_dict("records"):
        failed = frozenset(filter(None, row["combination"].split("; ")))
        assert [row["patients"], row["unknown"]] == counted.pop((failed, row["decision"]), [0, 0])
    assert counted == {}
    assert combinations["patients"].sum() == len(table)


@given(patients=st.lists(COMPLETE, min_size=3, max_size=6), gaps=GAPS)
def test_order_does_not_matter_and_the_table_is_not_changed(patients, gaps):
    table = table_of([patients[0] | dict.fromkeys(gaps), *patients[1:]])
    before = table.copy(deep=True)
    turned = table.iloc[::-1]
    turned.index = [7] * len(table)
    for ask in (mt.overlap,):
        pd.testing.assert_frame_equal(ask(TIM, turned), ask(TIM, table))
    pd.testing.assert_frame_equal(table, before)
