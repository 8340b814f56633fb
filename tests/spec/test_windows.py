"""Every window of every protocol at both its ends and one day to each side, and what its sentences say.

Screened on ends of months, on 29 February, on 28 February after a leap year, on a 31st. The days that are expected come
from an independent calendar; the windows are typed once more in `tests/spec/windows.py`.
"""

from datetime import date

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.criteria.course_rules import CompareOfCourse
from myositis_tools.criteria.record_rules import Within
from tests.engines.other_engines import ENGINES, cells
from tests.spec.windows import (
    ASKED,
    NL,
    OF_KIND,
    PILOT,
    PROTOCOLS,
    TIM,
    TOGETHER,
    WINDOWS,
    Recorded,
    Window,
    recorded,
    tables_of,
)


def records_of(tables: dict, make=lambda table: table) -> mt.Records:
    return mt.Records(make(tables["patients"]), medications=make(tables["medications"]), events=make(tables["events"]))


@pytest.fixture(scope="module", name="patients")
def _patients() -> list[Recorded]:
    return recorded()


@pytest.fixture(scope="module", name="tables")
def _tables(patients) -> dict[str, pd.DataFrame]:
    return tables_of(patients)


def differing(protocol: mt.Protocol, windows: list[Window], patients: list[Recorded], found: dict, sizes=None) -> list:
    """Where the answers differ from those of the independent calendar; all three verdicts must have been seen."""
    differ = []
    for window in windows:
        size = (sizes or {}).get(window.limit)
        for one in patients:
            if one.kind == window.kind:
                said, expected = found[one.patient][window.criterion], one.answer(window, size)
                if said != expected:
                    differ.append((protocol.key, window.limit, one, said, expected))
    return differ


def test_every_window_of_every_protocol_is_tried():
    """A limit that counts from screening back is in the table of this test, with its number and unit."""
    typed = {(one.protocol, one.limit): (one.size, one.unit) for one in WINDOWS}
    declared = {}
    for key, protocol in PROTOCOLS.items():
        looked_back = [
            leaf.limit for each in protocol.criteria for leaf in each.rule.leaves if isinstance(leaf, Within)
        ]
        of_courses = [
            leaf.limit
            for kind in protocol.courses.kinds
            for leaf in kind.rule.leaves
            if isinstance(leaf, CompareOfCourse) and leaf.limit.unit in ("days", "months", "years")
        ]
        asked = {name for each in protocol.criteria for name in [limit.name for limit in each.limits]}
        for limit in [*looked_back, *of_courses]:
            if limit.name in asked and limit.name not in TOGETHER:
                declared[key, limit.name] = (limit.value, limit.unit)
    assert declared == typed


@pytest.mark.parametrize("key", ASKED)
def test_both_ends_of_each_window_and_a_day_to_each_side(key, patients, tables):
    windows = [one for one in WINDOWS if one.protocol == key]
    found = PROTOCOLS[key].verdicts(records_of(tables)).set_index("patient_id").to_dict("index")
    assert differing(PROTOCOLS[key], windows, patients, found)[:1] == []
    for window in windows:
        answers = {one.answer(window) for one in patients if one.kind == window.kind}
        assert {OF_KIND[window.kind].inside, OF_KIND[window.kind].outside} <= answers


@pytest.mark.engines
@pytest.mark.parametrize("engine", ENGINES)
def test_the_same_on_every_engine(engine, patients, tables):
    """The file that is no part of the package, and two others that ask different things of courses."""
    given = records_of(tables, ENGINES[engine])
    for key in ("time_is_muscle", "time_is_muscle_nl_omon49246", "nct02612857"):
        windows = [one for one in WINDOWS if one.protocol == key]
        found = {row["patient_id"]: row for row in cells(PROTOCOLS[key].verdicts(given))}
        assert differing(PROTOCOLS[key], windows, patients, found)[:1] == []


@pytest.mark.parametrize("by", [-1, 1])
@pytest.mark.parametrize("key", ["time_is_muscle", "time_is_muscle_nl_omon49246", "immediate_pilot", "nct02612857"])
def test_a_moved_window_at_both_its_ends(key, by):
    windows = [one for one in WINDOWS if one.protocol == key]
    protocol = PROTOCOLS[key]
    # a window of thrombosis or of a wash-out, and one of courses
    steps = {window.limit: protocol.limits[window.limit].step * by for window in windows}
    patients = [one for one in recorded(by) if one.kind in {window.kind for window in windows}]
    sizes = {window.limit: int(window.size + steps[window.limit]) for window in windows}
    protocol = protocol.with_limits(**sizes)
    found = protocol.verdicts(records_of(tables_of(patients))).set_index("patient_id").to_dict("index")
    assert differing(protocol, windows, patients, found, sizes)[:1] == []


# ------------------------------------------------------------------------------------------------------- what is said


def test_the_protocol_prints_its_windows_and_doses():
    printed = str(mt.TIME_IS_MUSCLE)
    for number in ("10 years", "3 months", "7 days", "1 mg/kg/day", "14 days", "20 mg/day", "6 months"):
        assert number in printed, number
    moved = str(mt.TIME_IS_MUSCLE.with_limits(thrombosis_years=4, full_dose_days=21, stable_drug_months=9))
    for number in ("within 4 years", "no more than 21 days", "a stable dose for 9 months", "changed: "):
        assert number in moved, number


SCREENED = date(2026, 3, 31)
SAID = """
protocol | kind         | day        | verdict | reason
TIM      | methotrexate | 2026-01-10 | met     | methotrexate, 80 days before screening, within 3 months
TIM      | methotrexate | 2025-12-31 | met     | methotrexate, 90 days before screening, within 3 months
TIM      | methotrexate | 2025-12-30 | not met | methotrexate, 91 days before screening, not within 3 months
TIM      | methotrexate | 2026-03-31 | met     | methotrexate, taken at screening, within 3 months
TIM      | thrombosis   | 2016-03-31 | met     | thrombosis, 3652 days before screening, within 10 years
TIM      | thrombosis   | 2016-03-30 | not met | thrombosis, 3653 days before screening, not within 10 years
TIM      | thrombosis   | 2026-03-31 | met     | thrombosis, on the day of screening, within 10 years
TIM      | thrombosis   | 2026-04-01 | not met | no thrombotic episode within 10 years
PILOT    | thrombosis   | 2024-03-31 | met     | thrombosis, 730 days before screening, within 2 years
PILOT    | thrombosis   | 2024-03-30 | not met | thrombosis, 731 days before screening, not within 2 years
NL       | methotrexate | 2025-03-31 | met     | methotrexate, 365 days before screening, within 12 months
WASH_OUT | rituximab    | 2025-10-14 | met     | rituximab, 168 days before screening, within 168 days
"""
KEYS = {"TIM": TIM, "PILOT": PILOT, "NL": NL, "WASH_OUT": "nct02612857"}
CRITERION = {"thrombosis": "thrombosis", "methotrexate": "recent_immunosuppression", "rituximab": "wash_out"}


def test_the_reason_says_the_number_and_the_window(read):
    table = read(SAID)
    days = [
        Recorded(f"P{place}", row.kind, SCREENED, date.fromisoformat(row.day))
        for place, row in enumerate(table.itertuples())
    ]
    given = records_of(tables_of(days))
    checked = {name: PROTOCOLS[key].check(given).set_index(["patient_id", "criterion"]) for name, key in KEYS.items()}
    for place, row in enumerate(table.itertuples()):
        found = checked[row.protocol].loc[(f"P{place}", CRITERION[row.kind])]
        assert (found["verdict"], found["reason"]) == (row.verdict, row.reason)


BY_CODE_OR_NAME = """
drug               | atc     | route       | wash_out
rituximab          |         |             | met
                   | L01FA01 |             | unknown  # an immunosuppressant: which one, its code alone does not tell
a brand            | L01FA01 |             | unknown
a brand            | C03CA01 | oral        | not met  # by its code a diuretic
methotrexate       | L04AX03 | oral        | not met
methotrexate       |         | oral        | not met
hydroxychloroquine |         |             | unknown  # the group of a drug without a code is not known by its name
hydroxychloroquine | P01BA02 |             | met
                   | P01B    |             | unknown  # a group that is wider than the file's
                   | P01AB01 | oral        | not met
prednisone         |         | oral        | not met
prednisone         |         | intravenous | met
prednisone         |         |             | unknown
"""


def test_a_drug_or_a_group_is_recognised_or_left_open(read):
    table = read(BY_CODE_OR_NAME).astype("object")
    table = table.where(table.notna(), None)
    names = [f"P{place}" for place in range(len(table))]
    lines = table.drop(columns="wash_out").assign(
        patient_id=names, start_date=pd.Timestamp("2026-01-01"), stop_date=pd.Timestamp("2026-03-01")
    )
    each = pd.DataFrame({"patient_id": names, "screening_date": pd.Timestamp("2026-03-31")})
    found = PROTOCOLS["nct02612857"].verdicts(mt.Records(each, medications=lines))
    assert found["wash_out"].tolist() == table["wash_out"].tolist()
