"""Courses that cannot be and files that say what is not understood: one clear error each, nothing lost."""

from pathlib import Path

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.errors import ImpossibleValueError, OptionError, ProtocolError

TEXT = (Path(__file__).parent / "nct02612857.toml").read_text()
PATIENTS = pd.DataFrame({"patient_id": ["A", "B"], "screening_date": pd.Timestamp("2026-03-31"), "weight_kg": 70.0})


@pytest.mark.parametrize(
    ("stop", "stable", "column", "value"),
    [
        ("2025-12-31", None, "stop_date", "2025-12-31"),
        (None, "2025-12-31", "stable_since", "2025-12-31"),
        ("2026-02-01", "2026-02-02", "stable_since", "2026-02-02"),
    ],
)
def test_an_impossible_course_is_refused_with_patient_and_value(stop, stable, column, value):
    lines = pd.DataFrame(
        {
            "patient_id": ["A", "B"],
            "drug": "methotrexate",
            "start_date": pd.Timestamp("2026-01-01"),
            "stop_date": pd.to_datetime([None, stop]),
            "stable_since": pd.to_datetime([None, stable]),
        }
    )
    before = lines.copy()
    for asks in (
        lambda: mt.derive_screening(PATIENTS, medications=lines),
        lambda: mt.judge_exposures(lines, PATIENTS),
        lambda: mt.TIME_IS_MUSCLE.check(mt.Records(PATIENTS, medications=lines)),
    ):
        with pytest.raises(ImpossibleValueError, match=rf"{column}.*patient_id B, value {value}"):
            asks()
    pd.testing.assert_frame_equal(lines, before)


# what is changed in the file, and what the error says of it
BAD_FILES = {
    "a drug": ('rule.drug = "rituximab"', 'rule.drug = "rituximabb"', "rituximab"),
    "an ATC code": ('rule.atc = "P01BA"', 'rule.atc = "P01BA2"', "no ATC code"),
    "an ATC code in small letters": ('rule.atc = "P01BA"', 'rule.atc = "p01ba"', "no ATC code"),
    "a column of a course": ('{ is_true = "glucocorticoid" }', '{ is_true = "glucocorticoids" }', "glucocorticoid"),
    "a number asked as yes or no": ('{ is_true = "glucocorticoid" }', '{ is_true = "dose_mg_day" }', "number"),
    "a kind of last use": ('rituximab = "rituximab"', 'rituximab = "rituximabs"', "no kind 'rituximabs'"),
    "a column of a criterion": ('column = "rituximab_days_ago"', 'column = "rituximab_ago"', "no column"),
    "no look-back": ('column = "rituximab_days_ago"', 'column = "age_years"', "no time before screening"),
    "a duration is no look-back": (
        'column = "rituximab_days_ago"',
        'column = "disease_duration_months"',
        "no time before screening",
    ),
    "a limit": ('within = "rituximab_days"', 'within = "rituximab_weeks"', "rituximab_weeks"),
    "weeks": ('value = 168\nunit = "days"', 'value = 24\nunit = "weeks"', "unit"),
    "months of a look-back in days": ('value = 168\nunit = "days"', 'value = 6\nunit = "months"', "unit"),
    "a value out of its range": ("value = 168", "value = 731", "outside its range"),
    "a range upside down": ("minimum = 0\nmaximum = 365", "minimum = 365\nmaximum = 0", "no range"),
    "an operator": ('label = "Rituximab within"\noperator = "≤"', 'label = "Rituximab within"\noperator = "<"', "≤"),
    "a kind of itself": ('rule.drug = "rituximab"', 'rule.is_of_kind = "rituximab"', "no kind"),
    "a later kind": ('rule.drug = "rituximab"', 'rule.is_of_kind = "antimalarials"', "no kind"),
    "a placeholder": ('says = "rituximab"', 'says = "rituximab within {many_days}"', "many_days"),
    "a table of courses": ("[courses.last_use]", "[courses.last_used]", "last_used"),
    "a word in a kind": ('says = "antimalarial"', 'says = "antimalarial"\nlabel = "a"', "label"),
    "an unused kind": (
        "[courses.last_use]",
        '[courses.kinds.unused]\nsays = "unused"\nrule.drug = "rituximab"\n\n[courses.last_use]',
        "unused",
    ),
    "an unused limit of courses": (
        "[courses.last_use]",
        '[courses.limits.unused_mg]\nlabel = "a"\noperator = "≤"\nvalue = 1\nunit = "mg/day"\nminimum = 0\n'
        "maximum = 2\nstep = 1\n\n[courses.last_use]",
        "unused_mg",
    ),
    "an unused limit of a criterion": (
        "[criteria.limits.antimalarial_days]",
        '[criteria.limits.other_days]\nlabel = "a"\noperator = "≤"\nvalue = 1\nunit = "days"\nminimum = 0\n'
        "maximum = 2\nstep = 1\n\n[criteria.limits.antimalarial_days]",
        "other_days",
    ),
    "a look-back that courses cannot fill": (
        '[courses.last_use]\nrituximab = "rituximab"',
        '[courses.last_use]\n"ritu ximab" = "rituximab"',
        "ritu ximab",
    ),
}


@pytest.mark.parametrize("what", BAD_FILES)
def test_a_file_that_is_not_understood_is_refused(what):
    old, new, said = BAD_FILES[what]
    assert TEXT.count(old) >= 1
    with pytest.raises(ProtocolError) as refused:
        mt.protocols.read_protocol(TEXT.replace(old, new, 1))
    assert said in str(refused.value), refused.value


def test_the_file_itself_is_read():
    protocol = mt.protocols.read_protocol(TEXT)
    assert "rituximab within 168 days" in str(protocol)
    assert list(protocol.limits) == [
        "minimum_cdasi",
        "rituximab_days",
        "intravenous_glucocorticoid_days",
        "antimalarial_days",
    ]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("thrombosis_years", 51, "50"),
        ("thrombosis_years", -1, "0"),
        ("pulse_days", float("nan"), "pulse_days"),
        ("full_dose_mg_per_kg", 4, "3"),
        ("immunosuppresion_months", 3, "immunosuppression_months"),
        ("stable_drug_months", "six", "stable_drug_months"),
    ],
)
def test_a_moved_limit_out_of_its_range_is_refused(name, value, said):
    with pytest.raises(OptionError, match=said):
        mt.TIME_IS_MUSCLE.with_limits(**{name: value})
