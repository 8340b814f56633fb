"""What is always true of the EULAR/ACR criteria, and a slow second opinion in whole tenths and exact completions."""

import random
from functools import cache
from itertools import product
from math import exp

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from myositis_tools.criteria import classify_eular_acr

# The second opinion: typed from the score table of Lundberg 2017 (age rows: secondary) and decisions C1 and C2.
POINTS = {
    "proximal_upper_weakness": (7, 7),
    "proximal_lower_weakness": (8, 5),
    "neck_flexors_weaker": (19, 16),
    "leg_proximal_weaker": (9, 12),
    "heliotrope": (31, 32),
    "gottron_papules": (21, 27),
    "gottron_sign": (33, 37),
    "dysphagia": (7, 6),
    "anti_jo1": (39, 38),
    "enzymes_elevated": (13, 14),
    "biopsy_endomysial": (0, 17),
    "biopsy_perimysial_perivascular": (0, 12),
    "biopsy_perifascicular_atrophy": (0, 19),
    "biopsy_rimmed_vacuoles": (0, 31),
}
FINDINGS = [name for name in POINTS if name.startswith("biopsy")]
YES_NO = [*POINTS, "biopsy_available", "finger_flexor_weakness", "treatment_response", "better_explained"]
CASES = ["onset_age_years", *YES_NO]
WORDS = ["not IIM", "possible", "probable", "definite"]


def complete(case: dict) -> dict:
    """Classify a case in which everything is known, as a person would with pencil and paper."""
    biopsy = case["biopsy_available"]
    if case["better_explained"]:
        return {"category": None, "subgroup": None}
    age = case["onset_age_years"]
    tenths = 0 if age < 18 else (13, 15)[biopsy] if age < 40 else (21, 22)[biopsy]
    for item, points in POINTS.items():
        if case[item]:
            tenths += points[biopsy]
    lowest = (65, 67, 87) if biopsy else (53, 55, 75)
    level = sum(1 for limit in lowest if tenths >= limit)
    probability = 1 / (1 + exp((6.49 if biopsy else 5.33) - tenths / 10))
    by_probability = sum(1 for limit in (0.5, 0.55, 0.9) if probability >= limit)
    return {
        "tenths": tenths,
        "probability": probability,
        "category": WORDS[level],
        "discordant": level != by_probability,
        "subgroup": tree(case) if level >= 2 else None,
    }


def tree(case: dict) -> str:
    rash = case["heliotrope"] or case["gottron_papules"] or case["gottron_sign"]
    if case["onset_age_years"] < 18:
        return "juvenile_dermatomyositis" if rash else "juvenile_myositis_other"
    weak = any(case[name] for name in list(POINTS)[:4])
    if rash:
        return "dermatomyositis" if weak else "amyopathic_dermatomyositis"
    if case["finger_flexor_weakness"] and not case["treatment_response"]:
        return "inclusion_body_myositis"
    if case["biopsy_available"] and case["biopsy_rimmed_vacuoles"]:
        return "inclusion_body_myositis"
    return "polymyositis"


def completions(case: dict):
    """Every case that this one could turn out to be."""
    # a finding that is not asked for cannot matter, and one that is present needs a biopsy
    choices = {}
    for name in CASES:
        if case[name] is not None:
            choices[name] = [case[name]]
        elif name == "onset_age_years":
            choices[name] = [10, 30, 54]
        else:
            choices[name] = [False, True]
    for values in product(*choices.values()):
        one = dict(zip(choices, values, strict=True))
        if one["biopsy_available"] or not any(one[name] for name in FINDINGS):
            yield one


def by_hand(case: dict) -> dict:
    """What holds in every completion, if nothing explains the picture better."""
    if case["better_explained"]:
        return dict.fromkeys(["score", "score_min", "score_max", "category", "subgroup", "cutoff_discordant"])
    ends = [complete(one) for one in completions(case | {"better_explained": False})]
    tenths = [end["tenths"] for end in ends]
    categories, subgroups = {end["category"] for end in ends}, {end["subgroup"] for end in ends}
    entry = case["better_explained"] is False
    is_known = len({(end["tenths"], end["probability"]) for end in ends}) == 1
    return {
        "score": tenths[0] / 10 if is_known else None,
        "score_min": min(tenths) / 10,
        "score_max": max(tenths) / 10,
        "probability_min": min(end["probability"] for end in ends),
        "probability_max": max(end["probability"] for end in ends),
        "category": categories.pop() if entry and len(categories) == 1 else None,
        "subgroup": subgroups.pop() if entry and len(subgroups) == 1 else None,
        "cutoff_discordant": ends[0]["discordant"] if is_known else None,
    }


def random_case(chance: random.Random, missing: int) -> dict:
    case = {name: chance.random() < 0.25 for name in YES_NO} | {"onset_age_years": chance.randint(0, 900) / 10}
    case["better_explained"] = chance.random() < 0.1
    case["biopsy_available"] = chance.random() < 0.5
    if not case["biopsy_available"]:
        case |= dict.fromkeys(FINDINGS, False)
    return case | dict.fromkeys(chance.sample(CASES, missing))


def frame_of(cases: list[dict]) -> pd.DataFrame:
    frame = pd.DataFrame(cases, columns=CASES)
    return frame.astype({"onset_age_years": "Float64", **dict.fromkeys(YES_NO, "boolean")})


def plain(value: object) -> object:
    return None if pd.isna(value) else value


def classified(cases: list[dict]) -> list[dict]:
    rows = classify_eular_acr(frame_of(cases)).to_dict("records")
    return [{name: plain(value) for name, value in row.items()} for row in rows]


def test_random_cases_agree_with_every_completion():
    chance = random.Random(2017)  # noqa: S311 - a test, not a secret
    cases = [random_case(chance, missing) for missing in (0, 0, 0, 1, 2, 3, 5) for _ in range(250)]
    for case, found in zip(cases, classified(cases), strict=True):
        expected = by_hand(case)
        for name in ("probability_min", "probability_max"):
            if name in expected:
                assert abs(found[name] - expected.pop(name)) < 1e-12, case
        assert {name: found[name] for name in expected} == expected, case
    # the draw reaches every category and every leaf of the tree
    everything = classified(cases)
    assert {row["category"] for row in everything} == {*WORDS, None}
    assert len({row["subgroup"] for row in everything} - {None}) == 6
    assert {row["cutoff_discordant"] for row in everything} == {True, False, None}


# ---------------------------------------- properties

ANSWER = st.sampled_from([True, False, None])


def possible(case: dict) -> dict:
    """Take a contradiction out: no finding without a biopsy."""
    return case | (dict.fromkeys(FINDINGS, False) if case["biopsy_available"] is False else {})


CASE = st.fixed_dictionaries(
    dict.fromkeys(YES_NO, ANSWER) | {"onset_age_years": st.none() | st.integers(0, 900).map(lambda age: age / 10)}
).map(possible)
FEW = settings(max_examples=15)


@cache
def order(word: str) -> int:
    return WORDS.index(word)


@FEW
@given(st.lists(CASE, min_size=1, max_size=8), st.sampled_from(list(POINTS)))
def test_a_positive_item_never_lowers_the_score(cases, item):
    cases = [case | {"better_explained": False, item: False} for case in cases]
    if item in FINDINGS:  # a finding that turns up where the biopsy is unknown changes the model as well
        cases = [case | {"biopsy_available": True} for case in cases]
    without = classified(cases)
    for before, after in zip(without, classified([case | {item: True} for case in cases]), strict=True):
        for name in ("score_min", "score_max", "probability_min", "probability_max"):
            assert after[name] >= before[name]
        if before["category"] and after["category"]:
            assert order(after["category"]) >= order(before["category"])


@FEW
@given(st.lists(CASE, min_size=1, max_size=8), st.sampled_from(CASES), st.integers(0, 900), st.booleans())
def test_filling_in_what_is_missing_lands_inside_the_bounds_and_turns_no_category(cases, column, age, answer):
    open_cases = [case for case in cases if case[column] is None]
    value = age / 10 if column == "onset_age_years" else answer
    filled = [case | {column: value} for case in open_cases]
    if column == "biopsy_available" and not answer:
        kept = [place for place, case in enumerate(filled) if not any(case[name] for name in FINDINGS)]
        open_cases, filled = [open_cases[place] for place in kept], [filled[place] for place in kept]
    if not filled:
        return
    for before, after in zip(classified(open_cases), classified(filled), strict=True):
        if after["better_explained"]:  # the criteria do not apply: nothing is said any more
            assert after["score_min"] is after["category"] is None
            continue
        for name in ("score", "probability"):
            assert before[f"{name}_min"] <= after[f"{name}_min"] <= after[f"{name}_max"] <= before[f"{name}_max"]
        for name in ("score", "category", "subgroup"):
            assert before[name] is None or after[name] == before[name] or (name == "score" and after[name] is None)


@FEW
@given(st.lists(CASE, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_neither_the_order_nor_other_rows_matter(cases, chance):
    given_frame = frame_of(cases)
    before = given_frame.copy(deep=True)
    out = classify_eular_acr(given_frame)
    pd.testing.assert_frame_equal(given_frame, before)
    places = list(range(len(cases)))
    chance.shuffle(places)
    pd.testing.assert_frame_equal(classify_eular_acr(given_frame.iloc[places]), out.iloc[places])
    alone = classify_eular_acr(given_frame.iloc[[0]])
    for name in out.columns:  # types aside: a lone missing value has none
        assert plain(alone[name].iloc[0]) == plain(out[name].iloc[0])


@FEW
@given(st.lists(CASE, min_size=1, max_size=8))
def test_a_score_is_missing_with_a_reason_and_bounds_hold_it(cases):
    for row in classified(cases):
        if row["score"] is None:
            assert row["because"]
        else:
            assert row["score"] == row["score_min"] == row["score_max"]
            assert 0 <= row["score"] <= 29.5
        assert (row["category"] is None) == (
            row["better_explained"] is not False or "category between" in row["because"]
        )
