"""The 2017 EULAR/ACR criteria: vectors, every edge in tenths, what is missing, the tree, the receipt, refusals."""

from itertools import product

import pandas as pd
import pytest

from myositis_tools import errors
from myositis_tools.criteria import classify_eular_acr, explain_eular_acr
from myositis_tools.criteria.classification import eular_acr

ITEMS = [
    *("proximal_upper_weakness", "proximal_lower_weakness", "neck_flexors_weaker", "leg_proximal_weaker"),
    *("heliotrope", "gottron_papules", "gottron_sign", "dysphagia", "anti_jo1", "enzymes_elevated"),
]
BIOPSY = [
    *("biopsy_endomysial", "biopsy_perimysial_perivascular"),
    *("biopsy_perifascicular_atrophy", "biopsy_rimmed_vacuoles"),
]
NOTHING = {"onset_age_years": 10.0, "biopsy_available": False, "better_explained": False} | dict.fromkeys(
    [*ITEMS, *BIOPSY, "finger_flexor_weakness", "treatment_response"], False
)


def case(*present: str, biopsy: bool | None = False, age: float | None = 10, **answers: object) -> dict:
    """A child with no finding but those named; weakest of all ages, so that it gives no points."""
    return NOTHING | dict.fromkeys(present, True) | {"biopsy_available": biopsy, "onset_age_years": age} | answers


def classified(*cases: dict) -> list[dict]:
    rows = classify_eular_acr(pd.DataFrame(list(cases)).astype({"onset_age_years": float})).to_dict("records")
    return [{name: None if pd.isna(value) else value for name, value in row.items()} for row in rows]


# Vectors constructed from the score table with a second implementation: id, biopsy, age, the ten items in their order,
# the four biopsy findings, tenths, probability, category by the score, category by the unrounded probability.
VECTORS = """
boundary_nobx_5.2     0 54 0000100000 ----  52 0.467546 not_IIM  not_IIM
boundary_nobx_5.4     0 54 0000001000 ----  54 0.517493 possible possible
boundary_nobx_5.6     0 54 1011000000 ----  56 0.567093 probable probable
boundary_nobx_7.4     0 25 1000011000 ----  74 0.887953 probable probable
boundary_nobx_7.6     0 54 1001000010 ----  76 0.906362 definite definite
boundary_bx_6.5       1 54 0001000000 0001  65 0.502500 possible possible
boundary_bx_6.7       1 54 0000000001 0001  67 0.552308 probable probable
boundary_bx_7.6       1 54 0000001000 1000  76 0.752129 probable probable
boundary_bx_8.7       1 54 1000010000 0001  87 0.901144 definite definite
zero_nobx             0 10 0000000000 ----   0 0.004821 not_IIM  not_IIM
max_nobx              0 54 1111111111 ---- 208 1.000000 definite definite
classic_dm_nobx       0 54 1100110001 ---- 101 0.991591 definite definite
adm_nobx              0 54 0000101000 ----  85 0.959690 definite definite
pm_like_nobx          0 54 1110000001 ----  68 0.813057 probable probable
imnm_like_bx_negative 1 54 1100000001 0000  48 0.155776 not_IIM  not_IIM
jdm_nobx              0 10 0100110001 ----  73 0.877611 probable probable
"""


@pytest.mark.parametrize("line", VECTORS.strip().splitlines(), ids=lambda line: line.split()[0])
def test_the_vectors(line):
    _, biopsy, age, items, findings, tenths, probability, by_score, by_probability = line.split()
    answers = dict(zip(ITEMS, (digit == "1" for digit in items), strict=True))
    answers |= dict(zip(BIOPSY, (None if digit == "-" else digit == "1" for digit in findings), strict=True))
    (found,) = classified(case(biopsy=biopsy == "1", age=float(age), **answers))
    assert found["score"] == found["score_min"] == found["score_max"] == int(tenths) / 10
    assert found["probability"] == pytest.approx(float(probability), abs=6e-7)
    assert found["probability"] == found["probability_min"] == found["probability_max"]
    assert found["category"] == by_score.replace("_", " ")
    assert found["cutoff_discordant"] is (by_score != by_probability)


# Every edge and one tenth to each side of it, made of items that the score table adds up to (worked by hand).
NO_BIOPSY = {
    52: (54, "heliotrope"),  # 21 + 31
    53: (10, "gottron_sign proximal_upper_weakness enzymes_elevated"),  # 33 + 7 + 13
    54: (54, "gottron_sign"),  # 21 + 33
    55: (10, "anti_jo1 leg_proximal_weaker proximal_upper_weakness"),  # 39 + 9 + 7
    74: (25, "proximal_upper_weakness gottron_papules gottron_sign"),  # 13 + 7 + 21 + 33
    75: (54, "gottron_sign gottron_papules"),  # 21 + 33 + 21
}
WITH_BIOPSY = {
    64: (54, "gottron_sign proximal_lower_weakness"),  # 22 + 37 + 5
    65: (54, "leg_proximal_weaker biopsy_rimmed_vacuoles"),  # 22 + 12 + 31
    66: (54, "gottron_papules biopsy_endomysial"),  # 22 + 27 + 17
    67: (54, "enzymes_elevated biopsy_rimmed_vacuoles"),  # 22 + 14 + 31
    86: (54, "gottron_sign gottron_papules"),  # 22 + 37 + 27
    87: (54, "proximal_upper_weakness heliotrope enzymes_elevated leg_proximal_weaker"),  # 22 + 7 + 32 + 14 + 12
}
CATEGORIES = ["not IIM", "possible", "possible", "probable", "probable", "definite"]


@pytest.mark.parametrize(("cases", "biopsy"), [(NO_BIOPSY, False), (WITH_BIOPSY, True)])
def test_every_edge_in_tenths(cases, biopsy):
    found = classified(*(case(*present.split(), age=age, biopsy=biopsy) for age, present in cases.values()))
    assert [row["score"] for row in found] == [tenths / 10 for tenths in cases]
    assert [row["category"] for row in found] == CATEGORIES


def test_the_probability_disagrees_at_three_cut_offs_and_the_score_decides():
    found = classified(*(case(*present.split(), age=age) for age, present in NO_BIOPSY.values()))
    discordant = {row["score"]: (row["category"], row["because"]) for row in found if row["cutoff_discordant"]}
    said = "at a cut-off: the unrounded probability would say "
    assert discordant == {
        5.3: ("possible", said + "not IIM"),
        5.5: ("probable", said + "possible"),
        7.5: ("definite", said + "probable"),
    }
    with_biopsy = classified(*(case(*one.split(), age=age, biopsy=True) for age, one in WITH_BIOPSY.values()))
    assert [row["cutoff_discordant"] for row in with_biopsy] == [False] * 6


@pytest.mark.parametrize(
    ("age", "points", "with_biopsy"),
    [(0, 0, 0), (17.99, 0, 0), (18, 1.3, 1.5), (39.99, 1.3, 1.5), (40, 2.1, 2.2), (120, 2.1, 2.2)],
)
def test_the_edges_of_the_age(age, points, with_biopsy):
    found = classified(case(age=age), case(age=age, biopsy=True))
    assert [row["score"] for row in found] == [points, with_biopsy]


# ---------------------------------------- what is missing


def test_an_item_that_is_not_recorded_counts_as_absent_and_as_present():
    (found,) = classified(case("heliotrope", age=54, anti_jo1=None))
    assert found["score"] is found["probability"] is found["cutoff_discordant"] is found["category"] is None
    assert (found["score_min"], found["score_max"]) == (5.2, 9.1)
    assert found["probability_min"] == pytest.approx(0.467546, abs=6e-7)  # the published vector of 5.2
    assert found["because"] == "anti-Jo-1 antibody not recorded; category between not IIM and definite"


def test_a_category_stands_where_both_bounds_agree():
    (found,) = classified(case("heliotrope", "gottron_sign", "gottron_papules", age=54, dysphagia=None))
    assert (found["score"], found["score_min"], found["score_max"]) == (None, 10.6, 11.3)
    assert (found["category"], found["because"]) == ("definite", "dysphagia or oesophageal dysmotility not recorded")
    # 0 to 0.7: no finding could make it one
    assert classified(case(dysphagia=None))[0]["category"] == "not IIM"


def test_an_unknown_age_is_any_age():
    found = classified(case("gottron_sign", age=None), case("gottron_sign", age=None, biopsy=True))
    assert [(row["score_min"], row["score_max"]) for row in found] == [(3.3, 5.4), (3.7, 5.9)]
    assert [row["category"] for row in found] == [None, "not IIM"]
    assert found[0]["because"] == "age at onset not recorded; category between not IIM and possible"


def test_without_a_word_on_the_biopsy_the_bounds_hold_for_both_models():
    unknown = dict.fromkeys(BIOPSY)
    (found,) = classified(case("heliotrope", "anti_jo1", age=54, biopsy=None, **unknown))
    # 9.1 without; with: 9.2 and at most 1.7 + 1.2 + 1.9 + 3.1 more
    assert (found["score"], found["score_min"], found["score_max"]) == (None, 9.1, 17.1)
    # definite in either model
    assert (found["category"], found["because"]) == ("definite", "whether there is a muscle biopsy not recorded")
    # the probability of the lower bound: 9.1 without is 0.977502, 9.2 with only 0.937549 (1 / (1 + e^-2.71))
    assert found["probability_min"] == pytest.approx(0.937611, abs=1e-4)
    # lower with than without a biopsy: 0.8 and 0.5
    (lower,) = classified(case("proximal_lower_weakness", biopsy=None))
    assert (lower["score_min"], lower["score_max"], lower["category"]) == (0.5, 0.8, "not IIM")


def test_a_biopsy_finding_that_is_present_needs_no_further_word_on_the_biopsy():
    found = classified(case("biopsy_endomysial", biopsy=None), case("biopsy_endomysial", biopsy=True))
    assert found[0]["score"] == found[1]["score"] == 1.7
    assert found[0]["because"] == ""


def test_biopsy_findings_are_not_asked_for_without_a_biopsy():
    (without, with_one) = classified(case(**dict.fromkeys(BIOPSY)), case(biopsy=True, biopsy_endomysial=None))
    assert (without["score"], without["because"]) == (0, "")
    assert (with_one["score"], with_one["because"]) == (None, "endomysial infiltration on biopsy not recorded")


def test_a_biopsy_that_shows_nothing_changes_the_points_of_all_items():
    weak = ("proximal_upper_weakness", "proximal_lower_weakness", "enzymes_elevated")
    found = classified(case(*weak, age=54), case(*weak, age=54, biopsy=True))
    assert [row["score"] for row in found] == [4.9, 4.8]


def test_the_criteria_apply_only_where_nothing_explains_the_picture_better():
    applies, does_not, unknown = classified(
        *(case("heliotrope", "anti_jo1", better_explained=x) for x in (False, True, None))
    )
    assert applies["category"] == "probable"
    numbers = [name for name in eular_acr.ADDED if name not in ("because", "caution")]
    assert {does_not[name] for name in numbers} == {None}
    assert does_not["because"] == "another disease explains the picture better: the criteria do not apply"
    assert (unknown["score"], unknown["category"], unknown["subgroup"]) == (7, None, None)
    assert unknown["because"] == "another disease that explains the picture better not recorded"


def test_nothing_recorded_excludes_nothing():
    (found,) = classified(dict.fromkeys(NOTHING))
    assert (found["score_min"], found["score_max"]) == (0, 29.5)
    assert found["category"] is found["score"] is found["subgroup"] is None
    assert found["because"].count("not recorded") == 13  # entry, age, ten items, biopsy


def test_what_is_not_verified_is_said_on_every_row():
    found = classified(case(), case(better_explained=True), dict.fromkeys(NOTHING))
    assert {"not verified" in row["caution"] for row in found} == {True}


# ---------------------------------------- the tree


SURE = ("anti_jo1", "enzymes_elevated", "dysphagia")  # 5.9 without a biopsy: probable at any age


@pytest.mark.parametrize("age", [17.9, 18])
@pytest.mark.parametrize("rash", ["heliotrope", "gottron_papules", "gottron_sign", None])
def test_a_rash_and_the_age_at_onset(age, rash):
    (found,) = classified(case(*SURE, *([rash] if rash else []), age=age))
    expected = ("juvenile_dermatomyositis" if rash else "juvenile_myositis_other") if age < 18 else None
    expected = expected or ("amyopathic_dermatomyositis" if rash else "polymyositis")
    assert found["subgroup"] == expected


@pytest.mark.parametrize("weakness", ITEMS[:4])
def test_any_weakness_makes_it_dermatomyositis(weakness):
    assert classified(case(*SURE, "heliotrope", weakness, age=54))[0]["subgroup"] == "dermatomyositis"


@pytest.mark.parametrize(("fingers", "response"), list(product([True, False, None], repeat=2)))
def test_inclusion_body_myositis_by_the_fingers(fingers, response):
    (found,) = classified(case(*SURE, age=54, finger_flexor_weakness=fingers, treatment_response=response))
    if fingers and response is False:
        expected = "inclusion_body_myositis"
    elif fingers is False or response:
        expected = "polymyositis"
    else:
        expected = None
    assert found["subgroup"] == expected
    assert ("subgroup open" in found["because"]) is (expected is None)
    assert ("finger flexor weakness not recorded" in found["because"]) is (expected is None and fingers is None)
    assert ("response to treatment not recorded" in found["because"]) is (expected is None and response is None)


def test_inclusion_body_myositis_by_the_biopsy():
    vacuoles = case(*SURE, "biopsy_rimmed_vacuoles", age=54, biopsy=True)
    none_seen = case(*SURE, age=54, biopsy_rimmed_vacuoles=None)  # no biopsy: no vacuoles
    # 5.8 + 2.2 = 8.0 with a biopsy: probable with or without the 3.1 of the vacuoles
    not_read = case(*SURE, age=54, biopsy=True, biopsy_rimmed_vacuoles=None)
    assert [row["subgroup"] for row in classified(vacuoles, none_seen, not_read)] == [
        "inclusion_body_myositis",
        "polymyositis",
        None,
    ]


def test_a_rash_keeps_a_case_from_inclusion_body_myositis():
    (found,) = classified(case(*SURE, "gottron_sign", "biopsy_rimmed_vacuoles", age=54, biopsy=True))
    assert found["subgroup"] == "amyopathic_dermatomyositis"


def test_the_tree_is_asked_from_probable_on():
    found = classified(*(case(*present.split(), age=age) for age, present in NO_BIOPSY.values()))
    assert [row["subgroup"] is not None for row in found] == [False, False, False, True, True, True]
    # probable or definite: the category is open, the subgroup is not
    (between,) = classified(case("heliotrope", "gottron_papules", dysphagia=None, enzymes_elevated=None, age=25))
    assert (between["category"], between["subgroup"]) == (None, "amyopathic_dermatomyositis")
    # possible or probable: whether the tree is asked is open
    (below,) = classified(case("gottron_sign", dysphagia=None, age=54))
    assert (below["category"], below["subgroup"]) == (None, None)


def test_an_unknown_rash_or_age_leaves_the_subgroup_open():
    found = classified(case(*SURE, age=54, heliotrope=None), case(*SURE, age=None))
    assert [row["subgroup"] for row in found] == [None, None]
    assert all(row["because"].endswith("subgroup open") for row in found)
    # an unknown rash beside one that is there is no question
    assert (
        classified(case(*SURE, "gottron_sign", age=54, heliotrope=None))[0]["subgroup"] == "amyopathic_dermatomyositis"
    )


# ---------------------------------------- the receipt


@pytest.mark.parametrize("biopsy", [True, False])
def test_the_receipt_adds_up_to_the_bounds(biopsy):
    one = case("heliotrope", "gottron_sign", age=54, biopsy=biopsy, anti_jo1=None, dysphagia=None)
    receipt = explain_eular_acr(pd.DataFrame([one]).assign(case_id="A"), "A")
    (scored,) = classified(one)
    assert list(receipt.columns) == [
        *("model", "item", "label", "answer", "points", "points_open", "points_possible", "source", "evidence"),
    ]
    assert receipt["points"].sum() == pytest.approx(scored["score_min"])
    assert receipt["points"].sum() + receipt["points_open"].sum() == pytest.approx(scored["score_max"])
    assert set(receipt["model"]) == {"with_biopsy" if biopsy else "without_biopsy"}
    assert len(receipt) == (15 if biopsy else 11)
    by_item = receipt.set_index("item")
    assert by_item.loc["onset_age_years", "answer"] == "54 years"
    assert by_item.loc[["heliotrope", "gottron_papules", "anti_jo1"], "answer"].tolist() == [
        "yes",
        "no",
        "not recorded",
    ]
    assert pd.isna(by_item.loc["anti_jo1", "points"])
    assert by_item.loc["anti_jo1", "points_open"] == (3.8 if biopsy else 3.9)
    assert by_item.loc["heliotrope", "points_open"] == 0
    assert by_item.loc["onset_age_years", "evidence"] == "secondary"
    assert "Lundberg IE" in by_item.loc["heliotrope", "source"]


def test_the_receipt_shows_both_models_where_the_biopsy_is_unknown():
    receipt = explain_eular_acr(pd.DataFrame([case("heliotrope", biopsy=None)]).assign(case_id=7), 7)
    assert receipt["model"].tolist() == ["without_biopsy"] * 11 + ["with_biopsy"] * 15
    assert receipt.groupby("model")["points"].sum().to_dict() == {"without_biopsy": 3.1, "with_biopsy": 3.2}


def test_a_case_that_is_not_there():
    two = pd.DataFrame([case(), case()]).assign(case_id=["A1", "A2"])
    with pytest.raises(errors.NotFoundError, match=r"no case 'a1'.*A1, A2.*did you mean 'A1'"):
        explain_eular_acr(two, "a1")
    with pytest.raises(errors.NotFoundError, match="the table is empty"):
        explain_eular_acr(two.iloc[:0], "A1")
    with pytest.raises(errors.DuplicateRowError, match="case_id A1"):
        explain_eular_acr(two.assign(case_id="A1"), "A1")
    with pytest.raises(errors.MissingColumnError, match="case_id"):
        explain_eular_acr(two.drop(columns="case_id"), "A1")


# ---------------------------------------- refusals


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"onset_age_years": 300.0}, errors.ImpossibleValueError, r"onset_age_years.*300.*0 to 120 years"),
        ({"onset_age_years": -1.0}, errors.ImpossibleValueError, "negative"),
        ({"heliotrope": "yes"}, errors.WrongTypeError, "heliotrope holds 'yes'.*True and False"),
        ({"anti_jo1": 1}, errors.WrongTypeError, "anti_jo1"),
        (
            {"biopsy_endomysial": True},
            errors.ImpossibleValueError,
            "biopsy_available.*True in a case with a biopsy finding",
        ),
    ],
)
def test_what_cannot_be_is_refused(change, error, message):
    with pytest.raises(error, match=message):
        classify_eular_acr(pd.DataFrame([case(), case(**change)]))
    with pytest.raises(error, match=message):
        explain_eular_acr(pd.DataFrame([case(**change)]).assign(case_id="A"), "A")


@pytest.mark.parametrize("column", eular_acr.needs())
def test_a_missing_column_is_named(column):
    with pytest.raises(errors.MissingColumnError, match=f"The cases table lacks a column: {column}"):
        classify_eular_acr(pd.DataFrame([case()]).drop(columns=column))


def test_the_columns_are_plain_on_pandas():
    given = pd.DataFrame([case(), case(anti_jo1=None)], index=["x", "y"])
    before = given.copy()
    out = classify_eular_acr(given)
    pd.testing.assert_frame_equal(given, before)
    assert out.index.tolist() == ["x", "y"]
    assert {str(out[name].dtype) for name in eular_acr.ADDED[:6]} == {"float64"}
    assert str(out["cutoff_discordant"].dtype) == "boolean"
    assert out["because"].tolist()[0] == ""
    pd.testing.assert_frame_equal(classify_eular_acr(out), out)  # classifying again
