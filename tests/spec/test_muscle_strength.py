"""Manual muscle testing as IMACS Form 04 says it; every expected number is added up by hand."""

import pandas as pd
import pytest

from myositis_tools import score_mmt, to_five_point_grades
from myositis_tools.errors import (
    ImpossibleValueError,
    MissingColumnError,
    MyositisToolsError,
    OptionError,
    WrongTypeError,
)
from tests.property.second_opinions import MMT8_BOTH, MMT8_LEFT, MMT8_RIGHT, MMT26


def graded(names, grade=10, **others) -> pd.DataFrame:
    return pd.DataFrame({name: [grade] for name in names} | {name: [value] for name, value in others.items()})


def only(frame: pd.DataFrame) -> dict:
    return frame.to_dict("records")[0]


@pytest.mark.parametrize(
    ("names", "scale", "maximum"),
    [(MMT8_RIGHT, "mmt8_80", 80), (MMT8_BOTH, "mmt8_150", 150), (MMT26, "mmt26_260", 260)],
)
def test_full_strength_is_the_maximum_and_none_is_nothing(names, scale, maximum):
    best = only(score_mmt(graded(names), scale=scale))
    assert (best[scale], best[f"{scale}_min"], best[f"{scale}_max"]) == (maximum, maximum, maximum)
    assert (best["mmt_loss_percent"], best["missing"], best["evidence"]) == (0, "", "verified")
    worst = only(score_mmt(graded(names, 0), scale=scale))
    assert (worst[scale], worst["mmt_loss_percent"]) == (0, 100)


def test_both_sides_count_the_neck_once():
    # 15 tests, not 16: with the neck alone lost 140 of 150 are left, and 70 of 80.
    assert only(score_mmt(graded(MMT8_BOTH, neck_flexors=0), scale="mmt8_150"))["mmt8_150"] == 140
    assert only(score_mmt(graded(MMT8_BOTH, neck_flexors=0), scale="mmt8_80"))["mmt8_80"] == 70


def test_a_total_of_one_side_is_no_share_of_the_total_of_both():
    # Neck 5, all else 10: 75 of 80 is 93.75 %, 145 of 150 is 96.67 %.
    sheet = graded(MMT8_BOTH, neck_flexors=5)
    assert only(score_mmt(sheet, scale="mmt8_80"))["mmt_loss_percent"] == 6.25
    assert only(score_mmt(sheet, scale="mmt8_150"))["mmt_loss_percent"] == 500 / 150


def test_the_side_that_was_tested_is_kept():
    sheet = graded(MMT8_BOTH, 8).assign(**dict.fromkeys([name for name in MMT8_LEFT if "left" in name], 6))
    right, left = only(score_mmt(sheet, scale="mmt8_80")), only(score_mmt(sheet, scale="mmt8_80", side="left"))
    assert (right["mmt8_80"], right["mmt_side"]) == (64, "right")
    assert (left["mmt8_80"], left["mmt_side"]) == (50, "left")  # 8 + 7 x 6
    both = only(score_mmt(sheet, scale="mmt8_150"))
    assert (both["mmt8_150"], both["mmt_side"]) == (106, "both")  # 8 + 7 x 8 + 7 x 6


def test_only_the_columns_of_the_scale_are_read():
    assert only(score_mmt(graded(MMT8_LEFT), scale="mmt8_80", side="left"))["mmt8_80"] == 80
    with pytest.raises(MissingColumnError, match="deltoid_right"):
        score_mmt(graded(MMT8_LEFT), scale="mmt8_80")


def test_missing_muscles_are_named_and_bounded():
    sheet = graded(MMT8_BOTH, 9, neck_flexors=None, deltoid_left=None)
    row = only(score_mmt(sheet, scale="mmt8_150"))
    assert pd.isna(row["mmt8_150"])
    assert pd.isna(row["mmt_loss_percent"])
    assert (row["mmt8_150_min"], row["mmt8_150_max"]) == (117, 137)  # 13 x 9, and 20 more
    assert (row["mmt_loss_percent_min"], row["mmt_loss_percent_max"]) == (1300 / 150, 22)
    assert row["mmt_tests_graded"] == 13
    assert row["missing"] == "not graded: neck flexors, left middle deltoid"


def test_each_row_names_its_own_muscles():
    gaps = [
        [],
        ["neck_flexors"],
        ["deltoid_right"],
        ["neck_flexors", "deltoid_right"],
        ["ankle_dorsiflexors_right"],
        [],
    ]
    rows = pd.concat([graded(MMT8_RIGHT, 9, **dict.fromkeys(names)) for names in gaps], ignore_index=True)
    assert score_mmt(rows.astype(float), scale="mmt8_80")["missing"].tolist() == [
        "",
        "not graded: neck flexors",
        "not graded: right middle deltoid",
        "not graded: neck flexors, right middle deltoid",
        "not graded: right ankle dorsiflexors",
        "",
    ]


def test_prorating_is_asked_for_and_labelled():
    sheet = graded(MMT8_RIGHT, 9, biceps_right=None)
    assert pd.isna(only(score_mmt(sheet, scale="mmt8_80"))["mmt8_80"])
    row = only(score_mmt(sheet, scale="mmt8_80", prorate=True))
    assert (row["mmt8_80"], row["mmt8_80_min"], row["mmt8_80_max"]) == (72, 63, 73)  # 63 / 7 x 8
    assert (row["mmt_loss_percent"], row["mmt_prorated"]) == (10, True)
    assert row["evidence"] == "unverified: prorated over the muscles graded"
    assert row["missing"] == "not graded: right biceps brachii"
    whole = only(score_mmt(graded(MMT8_RIGHT, 9), scale="mmt8_80", prorate=True))
    assert (whole["mmt8_80"], whole["mmt_prorated"], whole["evidence"]) == (72, False, "verified")
    nothing = only(score_mmt(graded(MMT8_RIGHT, None), scale="mmt8_80", prorate=True))
    assert pd.isna(nothing["mmt8_80"])
    assert (nothing["mmt8_80_min"], nothing["mmt8_80_max"], nothing["mmt_prorated"]) == (0, 80, False)


@pytest.mark.parametrize("text", ["text", "category"])
def test_a_trace_counts_as_nothing_or_one_when_that_is_said(text):
    sheet = graded(MMT8_RIGHT, 10, deltoid_right="T", biceps_right="10.0", quadriceps_right="7")
    if text == "category":
        sheet = sheet.astype({"deltoid_right": "category"})
    for trace, total in ((0, 67), (1, 68)):
        row = only(score_mmt(sheet, scale="mmt8_80", trace=trace))
        assert (row["mmt8_80"], row["mmt_trace_grades"]) == (total, 1)
        assert row["evidence"] == f"unverified: trace grade counted as {trace}"
        assert row["deltoid_right"] == "T"  # the caller's own column stays as it was
    none = only(score_mmt(sheet.assign(deltoid_right=3), scale="mmt8_80", trace=0))
    assert (none["mmt_trace_grades"], none["evidence"]) == (0, "verified")


def test_a_column_of_mixed_numbers_and_traces_as_a_spreadsheet_gives_it():
    sheet = pd.concat([graded(MMT8_RIGHT, 10)] * 3, ignore_index=True)
    sheet["deltoid_right"] = pd.Series([10, "T", float("nan")], dtype=object)
    scored = score_mmt(sheet, scale="mmt8_80", trace=0)
    assert scored["mmt8_80_min"].tolist() == [80, 70, 70]
    assert scored["mmt8_80_max"].tolist() == [80, 70, 80]


@pytest.mark.parametrize(
    ("change", "options", "error", "message"),
    [
        (
            {"deltoid_right": "T"},
            {},
            WrongTypeError,
            "Column deltoid_right holds the trace grade 'T'.*trace=0 or trace=1",
        ),
        ({"deltoid_right": "5+"}, {"trace": 0}, ImpossibleValueError, r"deltoid_right.*5\+.*row 0.*0 to 10, or T"),
        ({"deltoid_right": "strong"}, {}, WrongTypeError, "deltoid_right holds 'strong'"),
        ({"deltoid_right": 11}, {}, ImpossibleValueError, "impossible values: 11.*0 to 10"),
        ({"deltoid_right": -1}, {}, ImpossibleValueError, "impossible values: -1"),
        ({"deltoid_right": 7.5}, {}, ImpossibleValueError, "7.5.*whole number"),
        ({}, {"trace": 0.5}, OptionError, "trace=0.5 is not known"),
        ({}, {"scale": "mmt8"}, OptionError, "scale='mmt8' is not known.*did you mean"),
        ({}, {"side": "dominant"}, OptionError, "side='dominant' is not known"),
        ({}, {"scale": "mmt8_150", "side": "left"}, OptionError, "does not go with scale='mmt8_150'"),
    ],
)
def test_what_cannot_be_is_refused(change, options, error, message):
    with pytest.raises(error, match=message):
        score_mmt(graded(MMT8_BOTH, 10).assign(**change), **({"scale": "mmt8_80"} | options))


@pytest.mark.parametrize("table", [None, [1, 2], "muscles.csv", graded(MMT8_RIGHT).iloc[:, [0, 0]]])
def test_what_is_no_table_is_refused(table):
    for call in (lambda one: score_mmt(one, scale="mmt8_80", trace=0), to_five_point_grades):
        with pytest.raises(MyositisToolsError):
            call(table)


# ---------------------------------------- grades of five


def test_every_grade_of_ten_has_its_grade_of_five():
    # IMACS Form 04, procedures
    sheet = pd.DataFrame({"deltoid_left": ["0", "T", *map(str, range(1, 11)), None]})
    expected = ["0", "1", "2-", "2", "2+", "3-", "3", "3+", "4-", "4", "4+", "5"]
    found = to_five_point_grades(sheet)
    assert found["deltoid_left_of_5"].tolist()[:-1] == expected
    assert pd.isna(found["deltoid_left_of_5"].iloc[-1])
    assert list(found.columns) == ["deltoid_left", "deltoid_left_of_5"]
    as_numbers = to_five_point_grades(pd.DataFrame({"deltoid_left": range(11)}))
    assert as_numbers["deltoid_left_of_5"].tolist() == ["0", *expected[2:]]


def test_a_table_without_a_muscle_is_refused():
    with pytest.raises(MissingColumnError, match="holds no muscle"):
        to_five_point_grades(pd.DataFrame({"patient_id": ["A"]}))
