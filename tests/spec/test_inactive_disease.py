"""PRINTO's inactive disease, and its variant, at every limit; then the minimal important changes."""

from itertools import product

import pandas as pd
import pytest

from myositis_tools.errors import ImpossibleValueError, MissingColumnError, OptionError
from myositis_tools.scores.response import score_important_change, score_inactive_disease

# Lazarevic 2013: (worst value that is still inactive, one step beyond)
LIMITS = {
    "ck_u_l": (150, 151),
    "cmas_52": (48, 47),
    "mmt8_80": (78, 77),
    "physician_global_cm": (0.2, 0.3),
}
COLUMNS = list(LIMITS)


def visit(*signs: str) -> dict:
    """One visit: + is the exact limit, - one step beyond it, ? not recorded."""
    values = (dict(zip("+-", pair, strict=True)) | {"?": None} for pair in LIMITS.values())
    return {name: of[sign] for name, of, sign in zip(COLUMNS, values, signs, strict=True)}


def score(visits: list[dict], **options) -> pd.DataFrame:
    rows = [{"patient_id": str(number), "week": 0} | one for number, one in enumerate(visits)]
    return score_inactive_disease(pd.DataFrame(rows).astype(dict.fromkeys(COLUMNS, float)), **options)


def by_hand(signs: tuple, *, obligatory: bool) -> str:
    """Try every completion of the gaps."""
    answers = {
        sum(one == "+" for one in full) >= 3 and (not obligatory or full[3] == "+")
        for full in product(*("+-" if sign == "?" else sign for sign in signs))
    }
    return "unknown" if len(answers) > 1 else "met" if answers == {True} else "not met"


@pytest.mark.parametrize(("definition", "obligatory"), [("printo", False), ("physician_global_obligatory", True)])
def test_every_pattern_of_met_not_met_and_missing(definition, obligatory):
    patterns = list(product("+-?", repeat=4))
    found = score([visit(*signs) for signs in patterns], definition=definition)
    assert found["inactive"].tolist() == [by_hand(signs, obligatory=obligatory) for signs in patterns]
    assert set(found["inactive_evidence"]) == {"unverified" if obligatory else "verified"}


@pytest.mark.parametrize("place", range(4))
def test_one_step_on_the_good_side_counts_too(place):
    name = COLUMNS[place]
    limit, beyond = LIMITS[name]
    inside = visit(*("-" if other == (place + 1) % 4 else "+" for other in range(4)))
    assert score([inside])["inactive"].tolist() == ["met"]
    assert score([inside | {name: limit + (limit - beyond) * 0.01}])["inactive"].tolist() == ["met"]
    assert score([inside | {name: limit - (limit - beyond) * 0.01}])["inactive"].tolist() == ["not met"]


def test_active_skin_passes_printo_and_not_the_variant():
    skin = visit("+", "+", "+", "-") | {"physician_global_cm": 4.0}
    assert score([skin])["inactive"].tolist() == ["met"]
    assert score([skin], definition="physician_global_obligatory")["inactive"].tolist() == ["not met"]


def test_the_reason_carries_values():
    because = score([visit("+", "-", "?", "+")])["inactive_because"].iloc[0]
    assert because.split("; ") == [
        "criteria met 2 (3 needed)",
        "CK 150 U/L, at most 150 U/L",
        "physician global activity 0.2 cm, at most 0.2",
        "MMT-8 (of 80) not recorded",
    ]


def test_what_is_refused():
    with pytest.raises(MissingColumnError, match="ck_u_l"):
        score_inactive_disease(pd.DataFrame({"patient_id": ["A"], "week": [0]}))
    with pytest.raises(OptionError, match="definition='obligatory' is not known"):
        score([visit("+", "+", "+", "+")], definition="obligatory")
    with pytest.raises(ImpossibleValueError, match="mmt8_80"):
        score([visit("+", "+", "+", "+") | {"mmt8_80": 150}])


# ---------------------------------------- minimal important change

BASELINE = {
    "physician_global_cm": 5.0,
    "patient_global_cm": 5.0,
    "mmt8_150": 120.0,
    "haq_di": 2.0,
    "ck_xuln": 5.0,
    "extramuscular_cm": 5.0,
}
# Almackenzie 2026: the change itself is enough.
IMPORTANT = {
    "physician_global": ("physician_global_cm", 3.9),
    "patient_global": ("patient_global_cm", 3.16),
    "extramuscular": ("extramuscular_cm", 4.15),
    "haq": ("haq_di", 1.35),
    "mmt": ("mmt8_150", 123.7),
}


def important(now: dict, before: dict | None = None, *, without: tuple[str, ...] = (), **options) -> dict:
    first = {name: value for name, value in (BASELINE | (before or {})).items() if name not in without}
    rows = [{"patient_id": "A", "week": 0} | first, {"patient_id": "A", "week": 12} | first | now]
    return score_important_change(pd.DataFrame(rows).astype(dict.fromkeys(first, float)), **options).iloc[1].to_dict()


@pytest.mark.parametrize("measure", IMPORTANT)
def test_each_important_change_and_one_step_to_each_side(measure):
    column, enough = IMPORTANT[measure]
    step = 0.01 if measure == "mmt" else -0.01
    for value, expected in ((enough, "met"), (enough + step, "met"), (enough - step, "not met")):
        found = important({column: value})
        assert found[f"important_{measure}"] == expected
        others = [name for name in IMPORTANT if name != measure]
        assert {found[f"important_{name}"] for name in others} == {"not met"}


def test_getting_worse_is_no_important_improvement():
    assert important({"mmt8_150": 100.0, "haq_di": 3.0})["important_mmt"] == "not met"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        # physician 15 + patient 5 = 20: below 23.7; with 7.5 more, above
        ({"physician_global_cm": 3.0, "patient_global_cm": 3.0}, "not met"),
        ({"physician_global_cm": 3.0, "patient_global_cm": 3.0, "haq_di": 1.5}, "met"),
        # the missing enzyme gives up to 7.5: 17.5 to 25 is open, 15 to 22.5 is not
        ({"physician_global_cm": 2.0, "ck_xuln": None}, "unknown"),
        ({"physician_global_cm": 3.0, "ck_xuln": None}, "not met"),
        ({"physician_global_cm": 0.0, "haq_di": 1.5, "ck_xuln": None}, "met"),
    ],
)
def test_the_score_by_its_bounds(now, expected):
    assert important(now)["important_tis"] == expected


def test_what_was_not_recorded():
    assert important({"haq_di": None})["important_haq"] == "unknown"
    assert important({"haq_di": None}, {"haq_di": 0.6})["important_haq"] == "not met"  # not even 0 would be enough
    assert important({"haq_di": 1.0}, {"haq_di": None})["important_haq"] == "unknown"
    found = important({"haq_di": None, "physician_global_cm": 1.0})
    assert found["important_change_because"].split("; ") == [
        "1 improved by an important amount (of 5): physician global activity",
        "HAQ-DI not recorded at this visit",
    ]


def test_another_scale_of_strength_has_no_important_change():
    found = important({"mmt26_260": 260.0}, {"mmt26_260": 100.0}, without=("mmt8_150",))
    assert found["important_mmt"] == "unknown"
    assert "no important change of MMT-26 (of 260) is published" in found["important_change_because"]
    assert "unverified" in found["important_change_evidence"]
    assert important({"mmt8_80": 64.0}, {"mmt8_80": 60.0}, without=("mmt8_150",))["important_mmt"] == "met"
