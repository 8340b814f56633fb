"""HAQ-DI, CHAQ and CMAS; the worked sheets of the HAQ-DI and rules worked by hand."""

from fractions import Fraction

import pandas as pd
import pytest

from myositis_tools import score_chaq, score_cmas, score_haq_di
from myositis_tools.errors import ImpossibleValueError, MissingColumnError, WrongTypeError
from tests.property.second_opinions import AIDS, CHAQ, CMAS, HAQ, NAMES, items_of

# Constructed sheets, for no published one was found: the answers of each category between spaces, items between commas,
# a full stop is no answer, an asterisk an aid; then the categories' scores and the index with and without aids.
SHEETS = """
all 0            | 0,0  0,0  0,0,0  0,0  0,0,0  0,0   0,0,0  0,0,0 | 0 0 0 0 0 0 0 0 | 0     | 0
aid lifts 0 to 2 | 0,0  0,0  0,0,0  0,0* 0,0,0  0,0   0,0,0  0,0,0 | 0 0 0 2 0 0 0 0 | 1/4   | 0
aid leaves 2     | 0,0  2,1* 0,0,0  0,0  0,0,0  0,0   0,0,0  0,0,0 | 0 2 0 0 0 0 0 0 | 1/4   | 1/4
highest counts   | 0,2  0,0  1,3,0  0,0  0,0,0  0,0   0,0,0  0,0,0 | 2 0 3 0 0 0 0 0 | 5/8   | 5/8
two without any  | .,.  .,.  1,0,0  1,0  1,0,0  1,0   1,0,0  1,0,0 | . . 1 1 1 1 1 1 | 1     | 1
aid lifts 1      | 1,0* 0,0  0,0,0  0,0  0,0,0  0,0   0,0,0  0,0,0 | 2 0 0 0 0 0 0 0 | 1/4   | 1/8
aid leaves 3     | 3,0* 0,0  0,0,0  0,0  0,0,0  0,0   0,0,0  0,0,0 | 3 0 0 0 0 0 0 0 | 3/8   | 3/8
seven: sevenths  | .,.  0,0  1,0,0  0,0  0,0,0  0,0   0,0,0  0,0,0 | . 0 1 0 0 0 0 0 | 1/7   | 1/7
six: sixths      | .,.  .,.* 1,0,0  0,0  0,0,0  0,0   0,0,0  0,0,0 | . . 1 0 0 0 0 0 | 1/6   | 1/6
five are too few | .,.  .,.  .,.,.  1,0  1,0,0  1,0   1,0,0  1,0,0 | . . . 1 1 1 1 1 | .     | .
half a category  | .,1  0,0  0,0,0  0,0  0,0,0  0,0   0,0,.  0,0,0 | 1 0 0 0 0 0 0 0 | 1/8   | 1/8
all 3            | 3,3  3,3  3,3,3  3,3  3,3,3  3,3   3,3,3  3,3,3 | 3 3 3 3 3 3 3 3 | 3     | 3
nothing          | .,.  .,.  .,.,.  .,.  .,.,.  .,.   .,.,.  .,.,. | . . . . . . . . | .     | .
"""


def number(text: str) -> float | None:
    return None if text == "." else float(Fraction(text))


def same(found: float, expected: float | None) -> bool:
    return pd.isna(found) if expected is None else found == expected


def haq_sheet(answers: str) -> pd.DataFrame:
    sheet = {}
    for name, cell in zip(NAMES, answers.split(), strict=True):
        sheet[f"aid_{name}"] = "*" in cell
        for place, answer in enumerate(cell.rstrip("*").split(","), start=1):
            sheet[f"haq_{name}_{place}"] = number(answer)
    return pd.DataFrame([sheet]).astype(dict.fromkeys(items_of(HAQ), float))


@pytest.mark.parametrize("line", SHEETS.strip().splitlines(), ids=lambda line: line.split("|")[0].strip())
def test_the_constructed_sheets_of_the_haq_di(line):
    _, answers, by_category, standard, without_aids = (cell.strip() for cell in line.split("|"))
    row = score_haq_di(haq_sheet(answers)).iloc[0]
    for name, score in zip(NAMES, by_category.split(), strict=True):
        assert same(row[f"haq_{name}"], number(score))
    assert same(row["haq_di"], number(standard))
    assert row["haq_categories_answered"] == sum(score != "." for score in by_category.split())
    alternative = score_haq_di(haq_sheet(answers), aids=False).iloc[0]
    assert same(alternative["haq_di"], number(without_aids))
    assert (bool(row["haq_aids_counted"]), bool(alternative["haq_aids_counted"])) == (True, False)


def test_bounds_and_words_of_a_sheet_in_part():
    # One answer of dressing missing: 1 or up to 3; eating wholly: 0 to 3. Known: dressing 1.
    row = score_haq_di(haq_sheet(".,1 0,0 .,.,. 0,0 0,0,0 0,0 0,0,0 0,0,0")).iloc[0]
    assert (row["haq_di"], row["haq_di_min"], row["haq_di_max"]) == (1 / 7, 1 / 8, 6 / 8)
    assert row["missing"] == "not answered: dressing 1, eating"
    assert row["evidence"] == "unverified: how many categories an index needs"
    few = score_haq_di(haq_sheet(".,. .,. .,.,. 0,0 0,0,0 0,0 0,0,0 0,0,0*")).iloc[0]
    assert few["missing"] == "not answered: dressing, arising, eating; an index needs 6 of 8 categories"
    assert (few["haq_di_min"], few["haq_di_max"]) == (2 / 8, 11 / 8)


def test_evidence_is_said_where_an_aid_decided():
    def evidence(answers: str, **options: bool) -> str:
        return score_haq_di(haq_sheet(answers), **options)["evidence"].item()

    whole = " 0,0 0,0,0 0,0 0,0,0 0,0 0,0,0 0,0,0"
    assert evidence("1,1" + whole) == evidence("2,1*" + whole) == evidence("1,1*" + whole, aids=False) == "verified"
    assert evidence("1,1*" + whole) == "secondary: an aid raises a category of 0 or 1 to 2"
    assert evidence("1,1* .,." + whole[4:]) == (
        "secondary: an aid raises a category of 0 or 1 to 2; unverified: how many categories an index needs"
    )


def test_a_missing_aid_is_none_recorded():
    sheet = haq_sheet("1,1 0,0 0,0,0 0,0 0,0,0 0,0 0,0,0 0,0,0").assign(aid_dressing=None)
    assert score_haq_di(sheet)["haq_di"].item() == 1 / 8


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"haq_grip_3": 4}, ImpossibleValueError, "haq_grip_3 holds impossible values: 4.*0 to 3"),
        ({"haq_grip_3": -1}, ImpossibleValueError, "haq_grip_3"),
        ({"haq_grip_3": 1.5}, ImpossibleValueError, "haq_grip_3.*whole number"),
        ({"haq_grip_3": "much"}, WrongTypeError, "haq_grip_3 holds 'much'"),
        ({"aid_grip": "yes"}, WrongTypeError, "aid_grip holds 'yes'"),
    ],
)
def test_what_cannot_be_is_refused(change, error, message):
    with pytest.raises(error, match=message):
        score_haq_di(haq_sheet("1,1 0,0 0,0,0 0,0 0,0,0 0,0 0,0,0 0,0,0").assign(**change))


def test_aids_are_asked_for_unless_they_do_not_count():
    sheet = haq_sheet("1,1 0,0 0,0,0 0,0 0,0,0 0,0 0,0,0 0,0,0").drop(columns=list(AIDS))
    with pytest.raises(MissingColumnError, match=r"aid_dressing, .*aids=False gives the index without aids"):
        score_haq_di(sheet)
    assert score_haq_di(sheet, aids=False)["haq_di"].item() == 1 / 8


# ---------------------------------------- CHAQ


def chaq_sheet(answer: float | None = 1, **change: object) -> pd.DataFrame:
    sheet = dict.fromkeys(items_of(CHAQ), answer) | dict.fromkeys(AIDS, False) | change
    return pd.DataFrame([sheet])


def test_thirty_items_and_the_highest_of_each_domain():
    assert len(items_of(CHAQ)) == 30
    assert score_chaq(chaq_sheet(0, chaq_reach_4=3, chaq_grip_5=1))["chaq"].item() == 4 / 8
    assert score_chaq(chaq_sheet(1, aid_walking=True, aid_grip=True, chaq_grip_1=3))["chaq"].item() == 11 / 8


def test_what_does_not_apply_leaves_and_what_is_missing_does_not():
    # Where nothing of activities applies 7 domains of 1 remain; a missing domain leaves the mean but not the bounds.
    exempt = {f"not_applicable_activities_{place}": True for place in range(1, 6)}
    blank = {f"chaq_activities_{place}": None for place in range(1, 6)}
    applies = score_chaq(chaq_sheet(1, **blank, **exempt)).iloc[0]
    assert (applies["chaq"], applies["chaq_min"], applies["chaq_max"], applies["missing"]) == (1, 1, 1, "")
    assert (applies["chaq_categories_answered"], applies["evidence"]) == (7, "verified")
    missing = score_chaq(chaq_sheet(1, **blank)).iloc[0]
    assert (missing["chaq"], missing["chaq_min"], missing["chaq_max"]) == (1, 7 / 8, 10 / 8)
    assert missing["missing"] == "not answered: activities"
    assert missing["evidence"] == "decision: how many domains an index needs"


def test_one_item_that_does_not_apply_leaves_its_domain_to_the_others():
    row = score_chaq(chaq_sheet(1, chaq_eating_2=None, not_applicable_eating_2=True)).iloc[0]
    assert (row["chaq"], row["chaq_max"], row["missing"]) == (1, 1, "")
    row = score_chaq(chaq_sheet(1, chaq_eating_2=None)).iloc[0]
    assert (row["chaq"], row["chaq_max"], row["missing"]) == (1, 10 / 8, "not answered: eating 2")


def test_domains_that_do_not_apply_are_no_reason_against_an_index():
    three = [item for item in items_of(CHAQ) if item.split("_")[1] in ("eating", "walking", "hygiene")]
    blank = dict.fromkeys(three)
    exempt = {item.replace("chaq", "not_applicable"): True for item in three}
    assert score_chaq(chaq_sheet(2, **blank, **exempt))["chaq"].item() == 2
    refused = score_chaq(chaq_sheet(2, **blank)).iloc[0]
    assert pd.isna(refused["chaq"])
    assert refused["missing"] == "not answered: eating, walking, hygiene; an index needs 6 of 8 categories"


def test_where_nothing_applies_there_is_no_index():
    exempt = {item.replace("chaq", "not_applicable"): True for item in items_of(CHAQ)}
    row = score_chaq(chaq_sheet(None, **exempt)).iloc[0]
    assert row[["chaq", "chaq_min", "chaq_max"]].isna().all()
    assert row["missing"] == "no category applies"


def test_an_answer_to_what_does_not_apply_is_refused():
    with pytest.raises(ImpossibleValueError, match=r"chaq_eating_2 holds impossible values: 1.*does not apply"):
        score_chaq(chaq_sheet(1, not_applicable_eating_2=True))


# ---------------------------------------- CMAS


def test_the_cmas_adds_up_to_52():
    best = pd.DataFrame([CMAS])
    assert score_cmas(best)["cmas_52"].item() == 52
    assert score_cmas(best * 0)["cmas_52"].item() == 0
    row = score_cmas(best.assign(cmas_1=None, cmas_8=2)).iloc[0]
    assert pd.isna(row["cmas_52"])
    assert (row["cmas_52_min"], row["cmas_52_max"], row["missing"]) == (45, 50, "not scored: item 1")


@pytest.mark.parametrize("item", CMAS)
def test_every_item_of_the_cmas_has_its_own_limit(item):
    best = pd.DataFrame([CMAS])
    with pytest.raises(ImpossibleValueError, match=f"Column {item} holds impossible values"):
        score_cmas(best.assign(**{item: CMAS[item] + 1}))


@pytest.mark.parametrize(
    ("aid", "lowest"),
    [
        (True, Fraction(2 + 7, 8)),  # answered with 0 it would be raised to 2
        (False, Fraction(7, 8)),
        (None, Fraction(7, 8)),
    ],
)
def test_an_aid_raises_the_lowest_index_of_a_category_without_an_answer(aid, lowest):
    sheet = haq_sheet(" ".join(["1,1 .,. 1,1,1 1,1 1,1,1 1,1 1,1,1 1,1,1"])).assign(aid_arising=aid)
    row = score_haq_di(sheet).iloc[0]
    assert [row["haq_di"], row["haq_di_min"], row["haq_di_max"]] == [1, float(lowest), 10 / 8]
    assert ("aid" in row["evidence"]) == (aid is True)
    assert score_haq_di(sheet, aids=False)["haq_di_min"].tolist() == [7 / 8]
