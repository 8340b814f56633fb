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
    """A file that is no part of the package, and all windows of TIME IS MUSCLE, in one table each."""
    given = records_of(tables, ENGINES[engine])
    for key in (TIM, "nct02612857"):
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


# ----------------------------------------------------------------------------------- records from a day, until a day

UNCOVERED = "the list of events does not cover all of the time that is asked about"
COVERAGE = """
recorded | since      | until      | found      | ten     | two     | because
yes      |            |            |            | not met | not met | no thrombotic episode within 10 years
no       |            |            |            | unknown | unknown | no history of events
         |            |            |            | unknown | unknown | no history of events
         | 2022-03-31 |            |            | unknown | not met | {uncovered}     # a list of four years
yes      | 2022-03-31 |            |            | unknown | not met | {uncovered}     # the days win over the yes
no       | 2000-01-01 |            |            | not met | not met | no thrombotic episode within 10 years
         | 2016-03-31 |            |            | not met | not met | no thrombotic episode within 10 years
         | 2016-04-01 |            |            | unknown | not met | {uncovered}     # a day short
         | 2024-03-31 |            |            | unknown | not met | {uncovered}
         | 2024-04-01 |            |            | unknown | unknown | {uncovered}
         | 1970-01-01 |            |            | not met | not met | no thrombotic episode within 10 years
         | 2026-04-01 |            |            | unknown | unknown | {uncovered}     # begun after screening
         | 1970-01-01 | 2026-03-30 |            | unknown | unknown | {uncovered}     # ends the day before
         |            | 2026-03-31 |            | not met | not met | no thrombotic episode within 10 years
         | 2022-03-31 |            | 2023-01-01 | met     | not met | thrombosis, 1185 days before screening, within 10 years
         | 2022-03-31 |            | 2025-01-01 | met     | met     | thrombosis, 454 days before screening, within 10 years
         | 2022-03-31 |            | 2017-01-01 | met     | not met | thrombosis, 3376 days before screening, {since}, within 10 years
         | 2022-03-31 |            | 2000-01-01 | unknown | not met | thrombosis, 9586 days before screening, {since}
         |            | 2026-01-01 | 2025-06-01 | met     | met     | thrombosis, 303 days before screening, {since}, within 10 years
         |            | 2026-01-01 | 2000-01-01 | unknown | unknown | thrombosis, 9586 days before screening, {since}
"""  # noqa: E501 - a table
OPEN_SINCE = "and the list does not cover all of the time since"


def test_a_list_says_what_it_covers_and_what_it_found(read):
    table = read(COVERAGE.format(uncovered=UNCOVERED, since=OPEN_SINCE)).astype("object")
    names = [f"P{place:02}" for place in range(len(table))]
    each = pd.DataFrame(
        {
            "patient_id": names,
            "screening_date": pd.Timestamp(SCREENED),
            "birth_date": pd.Timestamp("1970-01-01"),
            "events_recorded": table["recorded"].map({"yes": True, "no": False}).astype("boolean"),
            "events_recorded_since": pd.to_datetime(table["since"]),
            "events_recorded_until": pd.to_datetime(table["until"]),
        }
    )
    events = pd.DataFrame({"patient_id": names, "event": "thrombosis", "date": pd.to_datetime(table["found"])})
    given = mt.Records(each, events=events.dropna())
    ten, two = (PROTOCOLS[key].check(given).query("criterion == 'thrombosis'") for key in (TIM, PILOT))
    assert ten["verdict"].tolist() == table["ten"].tolist()
    assert two["verdict"].tolist() == table["two"].tolist()
    said = [reason.removeprefix("thrombotic episode within 10 years unknown: ") for reason in ten["reason"]]
    assert said == table["because"].tolist()
    # what is certain is never explained by what is not covered
    assert not two.loc[two["verdict"] == "not met", "reason"].str.contains(UNCOVERED).any()
    assert not two.loc[two["verdict"] == "unknown", "reason"].str.contains("no thrombotic").any()


COVERED_LIST = """
since      | until      | drug         | start      | stop       | naive   | loop    | recent
2025-12-31 |            |              |            |            | unknown | no      | no       # the first of its days
2026-01-01 |            |              |            |            | unknown | no      | unknown  # and the day after
2025-10-01 |            |              |            |            | yes     | no      | no       # from the first symptom
2025-10-02 |            |              |            |            | unknown | no      | no
1970-05-01 |            |              |            |            | yes     | no      | no       # from birth
           | 2026-03-30 |              |            |            | unknown | unknown | unknown
           | 2026-03-31 |              |            |            | yes     | no      | no
2026-03-31 |            |              |            |            | unknown | no      | unknown
2026-01-01 |            | furosemide   | 2026-02-01 |            | unknown | yes     | unknown
           | 2026-03-30 | furosemide   | 2026-02-01 |            | unknown | yes     | unknown
           | 2026-03-01 | methotrexate | 2025-12-01 | 2026-01-15 | no      | unknown | yes      # found in the window
           | 2026-03-01 | methotrexate | 2025-10-01 | 2025-11-15 | no      | unknown | unknown  # and before it
2026-03-01 |            | methotrexate | 2025-10-01 | 2025-11-15 | no      | no      | unknown
2025-12-31 |            | methotrexate | 2025-10-01 | 2025-11-15 | no      | no      | no
"""


def test_a_medication_list_from_a_day_until_a_day(read):
    table = read(COVERED_LIST).astype("object")
    names = [f"P{place:02}" for place in range(len(table))]
    each = pd.DataFrame(
        {
            "patient_id": names,
            "screening_date": pd.Timestamp(SCREENED),
            "birth_date": pd.Timestamp("1970-05-01"),
            "symptom_onset_date": pd.Timestamp("2025-10-01"),
            "medications_recorded": True,
            "medications_recorded_since": pd.to_datetime(table["since"]),
            "medications_recorded_until": pd.to_datetime(table["until"]),
        }
    )
    lines = pd.DataFrame(
        {
            "patient_id": names,
            "drug": table["drug"],
            "start_date": pd.to_datetime(table["start"]),
            "stop_date": pd.to_datetime(table["stop"]),
            "non_muscular_indication": pd.Series([False] * len(table), dtype="boolean"),
        }
    )
    lines = lines[lines["drug"].notna()]
    screening = mt.derive_screening(each, medications=lines)
    for column, expected in (
        ("treatment_naive", "naive"),
        ("loop_diuretic", "loop"),
        ("recent_immunosuppression", "recent"),
    ):
        found = [{True: "yes", False: "no"}.get(value, "unknown") for value in screening[column].astype("object")]
        assert found == table[expected].tolist(), column
        told = screening[f"{column}_because"]
        assert (told.notna() == pd.Series([word == "unknown" for word in found])).all()


def test_a_line_that_says_it_is_still_taken_has_no_stop():
    """An end date that was filled in at the cut-off, not observed, is no stop."""
    names = ["A", "B", "C"]
    each = pd.DataFrame({"patient_id": names, "screening_date": pd.Timestamp(SCREENED)})
    lines = pd.DataFrame(
        {
            "patient_id": names,
            "drug": "methotrexate",
            "start_date": pd.Timestamp("2024-01-01"),
            "stop_date": pd.Timestamp("2025-06-30"),
            "still_taken": pd.array([True, False, None], "boolean"),
        }
    )
    found = PROTOCOLS[TIM].check(mt.Records(each, medications=lines)).query("criterion == 'recent_immunosuppression'")
    assert found["reason"].tolist() == [
        "methotrexate, taken at screening, within 3 months",
        "methotrexate, 274 days before screening, not within 3 months",
        "methotrexate, 274 days before screening, not within 3 months",
    ]


# ------------------------------------------------------------------------------------------------- doses and days

FULL_DOSE = """
drug               | mg   | route       | start      | stop       | allowed | by
prednisone         | 70   | oral        | 2026-03-17 |            | met     | full_dose  # 14 days before
prednisone         | 70   | oral        | 2026-03-16 |            | not met |            # 15 days
prednisone         | 70   | oral        | 2026-03-17 | 2026-03-31 | met     | full_dose  # till screening
prednisone         | 70   | oral        | 2026-03-16 | 2026-03-30 | not met |            # 15 days, all before screening
prednisone         | 70   | oral        | 2026-03-16 | 2026-03-29 | met     | full_dose
prednisone         | 70   | oral        | 2026-01-01 | 2026-01-14 | met     | full_dose  # first and last day: 14
prednisone         | 70   | oral        | 2026-01-01 | 2026-01-15 | not met |
prednisone         | 70.5 | oral        | 2026-03-17 |            | unknown |            # more than 1 mg/kg
prednisone         | 70   | oral        | 2026-03-31 |            | met     | full_dose
dexamethasone      | 40   | oral        | 2026-03-28 |            | met     | pulse      # the fourth day
dexamethasone      | 40   | oral        | 2026-03-27 |            | unknown |            # five
dexamethasone      | 40   | oral        | 2026-03-24 | 2026-03-27 | met     | pulse
dexamethasone      | 40.5 | oral        | 2026-03-28 |            | unknown |
methylprednisolone | 1000 | intravenous | 2026-03-29 |            | met     | pulse      # three
methylprednisolone | 1000 | intravenous | 2026-03-28 |            | unknown |            # four
methylprednisolone | 1000 | oral        | 2026-03-29 |            | unknown |
"""


def test_days_of_a_full_dose_lie_before_screening_and_those_of_a_pulse_count_it(read):
    table = read(FULL_DOSE)
    names = [f"P{place:02}" for place in range(len(table))]
    each = pd.DataFrame({"patient_id": names, "screening_date": pd.Timestamp(SCREENED), "weight_kg": 70.0})
    lines = table.rename(columns={"mg": "dose_mg_day", "start": "start_date", "stop": "stop_date"})
    lines = lines.drop(columns=["allowed", "by"]).assign(patient_id=names)
    lines = lines.assign(start_date=pd.to_datetime(lines["start_date"]), stop_date=pd.to_datetime(lines["stop_date"]))
    found = mt.judge_exposures(lines, each)
    assert found["allowed"].tolist() == table["allowed"].tolist()
    by = [
        next((name for name in ("pulse", "full_dose", "low_dose") if row[f"by_{name}"] == "met"), "")
        for row in found.to_dict("records")
    ]
    assert by == table["by"].fillna("").tolist()


# -------------------------------------------------------------------------------------- verdict and reason together

IMPLIED = """
drug         | start      | precision | stop       | stable     | muscular | known | induces | allowed | because
# begun five months ago, a dose cannot be stable for six
tofacitinib  | 2026-01-30 |           |            |            | yes      | no    | no      | not met | dose not stable for 6 months
tofacitinib  | 2026-01-15 | month     |            |            | yes      | no    | no      | not met | dose not stable for 6 months
tofacitinib  | 2025-12-30 |           |            |            | yes      | no    | no      | unknown | not recorded since when the dose is stable
tofacitinib  | 2025-12-31 |           |            |            | yes      | no    | no      | not met | dose not stable for 6 months
tofacitinib  |            |           |            | 2026-05-21 | yes      | no    | no      | not met | dose not stable for 6 months
tofacitinib  |            |           |            | 2025-12-30 | yes      | no    | no      | met     | a stable dose for 6 months, for another disease
# what was stopped before screening was begun before it
azathioprine |            |           | 2026-01-01 |            | yes      | no    | no      | not met | no longer taken: only a stable drug is allowed
azathioprine |            |           | 2026-06-30 |            | yes      |       | yes     | not met | known for its use in myositis
tofacitinib  |            |           |            |            | yes      | no    | yes     | unknown | start not recorded
tofacitinib  |            |           |            |            | yes      | yes   | no      | unknown | start not recorded
tofacitinib  | 2020-01-01 |           |            |            | yes      | yes   | no      | not met | known for its use in myositis
tofacitinib  | 2020-01-01 |           |            |            | yes      | no    | yes     | not met | known to induce myopathy
tofacitinib  | 2020-01-01 |           |            | 2020-01-01 |          | no    | no      | unknown | not recorded whether a drug was for a non-muscular condition
"""  # noqa: E501 - a table


def test_what_the_dates_imply_is_used_and_no_reason_contradicts_its_verdict(read):
    table = read(IMPLIED).astype("object")
    names = [f"P{place:02}" for place in range(len(table))]
    each = pd.DataFrame({"patient_id": names, "screening_date": pd.Timestamp("2026-06-30"), "weight_kg": 70.0})
    flags = {"muscular": "non_muscular_indication", "known": "known_for_myositis", "induces": "induces_myopathy"}
    lines = pd.DataFrame({"patient_id": names, "drug": table["drug"]})
    for name in ("start", "stop", "stable"):
        lines[{"stable": "stable_since"}.get(name, f"{name}_date")] = pd.to_datetime(table[name])
    lines["start_date_precision"] = table["precision"].where(table["precision"].notna(), None)
    for name, column in flags.items():
        lines[column] = table[name].map({"yes": True, "no": False}).astype("boolean")
    found = mt.judge_exposures(lines, each)
    assert found[["allowed", "because"]].to_dict("records") == table[["allowed", "because"]].to_dict("records")


def test_a_dose_per_kilogram_without_a_weight_is_that_of_a_weight_that_can_be():
    """Nobody weighs less than 1 or more than 400 kg: 400 mg is never less than 1 mg/kg/day."""
    names = ["A", "B", "C", "D"]
    each = pd.DataFrame({"patient_id": names, "screening_date": pd.Timestamp(SCREENED)})
    lines = pd.DataFrame(
        {
            "patient_id": names,
            "drug": "prednisone",
            "dose_mg_day": [400.0, 399.0, 21.0, 20.0],
            "start_date": pd.Timestamp("2026-01-10"),
            "stop_date": pd.Timestamp("2026-02-20"),
        }
    )
    found = mt.judge_exposures(lines, each)
    assert found["by_full_dose"].tolist() == ["not met"] * 4  # too long, whatever the weight
    assert found["allowed"].tolist() == ["not met", "unknown", "unknown", "met"]
    assert found["because"].tolist()[1:3] == ["weight not recorded"] * 2


def test_what_a_file_asks_beside_the_package_is_read_of_the_patients():
    """A column of a file's own, given by the site, wins over what courses answer; without it courses do."""
    answers = pd.array([True, False, None], "boolean")
    each = pd.DataFrame({"patient_id": ["A", "B", "C"], "screening_date": pd.Timestamp(SCREENED)})
    own = ("pilot_other_criteria", "nl_omon49246_prior_treatment_fits")
    given = mt.Records(
        each.assign(**dict.fromkeys(own, answers)),
        medications=pd.DataFrame(
            {
                "patient_id": ["A", "B", "C"],
                "drug": "prednisone",
                "dose_mg_day": 30.0,
                "start_date": pd.Timestamp("2026-01-01"),
                "stop_date": pd.NaT,
            }
        ),
    )
    assert PROTOCOLS[PILOT].verdicts(given)["other_criteria"].tolist() == ["met", "not met", "unknown"]
    assert PROTOCOLS[NL].verdicts(given)["prior_treatment"].tolist() == ["met", "not met", "not met"]
    skin = mt.Records(each.assign(cdasi_activity=[15.0, 14.0, None]))
    assert PROTOCOLS["nct02612857"].verdicts(skin)["skin"].tolist() == ["met", "not met", "unknown"]


BESIDE = """
event      | date       | precision | other                      | on         | verdict | reason
thrombosis | 2025-03-01 | month     |                            |            | met     | thrombosis, 365 to 395 days before screening, and an event with only the month or year recorded, within 10 years
thrombosis | 2025-03-31 |           | transient_ischaemic_attack | 2026-01-01 | met     | thrombosis, 365 days before screening, and an event that a person must judge, within 10 years
thrombosis | 2000-01-01 |           | transient_ischaemic_attack | 2026-01-01 | unknown | thrombosis, 9586 days before screening, and an event that a person must judge
thrombosis | 2025-03-31 |           | thrombosis                 |            | met     | thrombosis, 365 days before screening, and an event without a date, within 10 years
thrombosis | 2000-01-01 |           | thrombosis                 |            | unknown | thrombosis, 9586 days before screening, and an event without a date
"""  # noqa: E501 - a table


def test_what_decides_is_said_beside_what_is_open(read):
    table = read(BESIDE).astype("object")
    names = [f"P{place}" for place in range(len(table))]
    each = pd.DataFrame({"patient_id": names, "screening_date": pd.Timestamp(SCREENED)})
    first = pd.DataFrame({"event": table["event"], "date": table["date"], "date_precision": table["precision"]})
    other = pd.DataFrame({"event": table["other"], "date": table["on"], "date_precision": None})
    events = pd.concat([first.assign(patient_id=names), other.assign(patient_id=names)], ignore_index=True)
    events = events[events["event"].notna()].assign(date=lambda found: pd.to_datetime(found["date"]))
    events["date_precision"] = events["date_precision"].astype("object").where(events["date_precision"].notna(), None)
    found = PROTOCOLS[TIM].check(mt.Records(each, events=events)).query("criterion == 'thrombosis'")
    said = [reason.removeprefix("thrombotic episode within 10 years unknown: ") for reason in found["reason"]]
    assert found["verdict"].tolist() == table["verdict"].tolist()
    assert said == table["reason"].tolist()
