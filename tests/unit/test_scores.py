"""Which columns are read, what is refused and in which words, and the pieces of the arithmetic."""

import narwhals as nw
import numpy as np
import pandas as pd
import pytest

from myositis_tools.errors import (
    AmbiguousColumnError,
    DuplicateRowError,
    ImpossibleValueError,
    MissingColumnError,
    MyositisToolsError,
    OptionError,
    WrongTypeError,
)
from myositis_tools.scores import explain_total_improvement, score_total_improvement, to_xuln
from myositis_tools.scores.arithmetic import compute_level, compute_percent_change, compute_points, first_true
from myositis_tools.scores.chosen_core_set import choose_core_set
from myositis_tools.scores.core_set import bands, enzyme_instruments, measures, points_possible
from myositis_tools.scores.options import ScoreOptions


@pytest.fixture(name="visits")
def _visits() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "patient_id": ["A", "A"],
            "week": [0, 12],
            "physician_global_cm": [6.0, 3.4],
            "patient_global_cm": [5.0, 4.0],
            "mmt8_150": [120, 135],
            "haq_di": [1.5, 1.0],
            "ck_xuln": [8.0, 3.0],
            "extramuscular_cm": [3.0, 2.0],
        }
    )


def core_of(visits, **options):
    return choose_core_set(visits, ScoreOptions(**options))


# ---------------------------------------- which columns


def test_the_columns_that_are_there_are_read(visits):
    assert sorted(core_of(visits).needs) == sorted(visits.columns)


def test_a_scale_can_be_asked_for_where_two_are_there(visits):
    both = visits.assign(mmt8_80=[60, 72])
    with pytest.raises(AmbiguousColumnError, match=r"mmt8_150, mmt8_80.*Hint: for example mmt='mmt8_150'"):
        score_total_improvement(both)
    # 12 of 80 is 15 %: 20 points; 15 of 150 is 10 %: 10 points.
    assert score_total_improvement(both, mmt="mmt8_80")["points_mmt"].tolist()[1] == 20
    assert score_total_improvement(both, mmt="mmt8_150")["points_mmt"].tolist()[1] == 10


def test_a_juvenile_with_both_questionnaires_or_both_activities_is_asked(visits):
    for column, option in (("chaq", "function="), ("das_20", "extramuscular=")):
        with pytest.raises(AmbiguousColumnError, match=option):
            score_total_improvement(visits.assign(**{column: 1.0}), population="juvenile")
        # An adult is not measured on these: the column is somebody else's.
        assert score_total_improvement(visits.assign(**{column: 1.0}))["tis"].notna().any()
    chosen = score_total_improvement(visits.assign(chaq=[3.0, 0.0]), population="juvenile", function="chaq")
    assert chosen["change_haq"].tolist()[1] == 100


def test_scales_of_children_are_not_for_adults(visits):
    with pytest.raises(OptionError, match=r"mmt='cmas_52' is not known.*'mmt8_150', 'mmt8_80', 'mmt26_260'"):
        score_total_improvement(visits.assign(cmas_52=40), mmt="cmas_52")
    with pytest.raises(MissingColumnError, match="no column for muscle strength"):
        score_total_improvement(visits.drop(columns="mmt8_150").assign(cmas_52=40))


def test_a_missing_column_is_named(visits):
    with pytest.raises(MissingColumnError, match=r"lacks a column: haq_di.*Expected: haq_di \(0 to 3\)"):
        score_total_improvement(visits.drop(columns="haq_di"))
    with pytest.raises(MissingColumnError, match=r"one of mmt8_150, mmt8_80, mmt26_260"):
        score_total_improvement(visits.drop(columns="mmt8_150"))
    with pytest.raises(MissingColumnError, match=r"one of ck_xuln, .*mt\.to_xuln makes"):
        score_total_improvement(visits.drop(columns="ck_xuln"))
    with pytest.raises(MissingColumnError, match="lacks a column: mmt8_80"):
        score_total_improvement(visits, mmt="mmt8_80")
    with pytest.raises(MissingColumnError, match="lacks columns: patient_id, week"):
        score_total_improvement(visits.drop(columns=["patient_id", "week"]))


def test_the_physical_summary_score_needs_a_range_and_a_choice(visits):
    juvenile = visits.drop(columns="ck_xuln").assign(chq_phs=[30.0, 40.0])
    with pytest.raises(OptionError, match=r"range of CHQ-PhS is not known.*ranges=\{'chq_phs': \.\.\.\}.*no source"):
        score_total_improvement(juvenile, population="juvenile")
    both = juvenile.assign(ck_xuln=1.0)
    with pytest.raises(
        AmbiguousColumnError, match=r"Muscle enzymes and CHQ-PhS.*enzymes=\['ck'\].*enzymes=\['chq_phs'\]"
    ):
        score_total_improvement(both, population="juvenile")
    scored = score_total_improvement(both, population="juvenile", enzymes=["chq_phs"], ranges={"chq_phs": 50})
    assert (scored["change_enzyme"].tolist()[1], scored["enzyme"].tolist()) == (20, ["chq_phs"] * 2)
    with pytest.raises(OptionError, match="cannot be followed"):
        score_total_improvement(both, population="juvenile", enzymes=["ck", "chq_phs"], ranges={"chq_phs": 50})
    with pytest.raises(OptionError, match="enzymes='chq_phs' is not known"):
        score_total_improvement(both, enzymes=["chq_phs"])


def test_enzymes_keep_the_order_of_ties_whatever_the_order_asked(visits):
    tied = visits.assign(ast_xuln=8.0)
    assert score_total_improvement(tied, enzymes=["ast", "ck"])["enzyme"].tolist() == ["ck", "ck"]
    assert score_total_improvement(tied, enzymes="ast")["enzyme"].tolist() == ["ast", "ast"]
    with pytest.raises(OptionError, match=r"enzymes='cpk' is not known.*did you mean 'ck'\?"):
        score_total_improvement(visits, enzymes=["cpk"])
    with pytest.raises(OptionError, match="cannot be followed"):
        score_total_improvement(visits, enzymes=[])


# ---------------------------------------- options


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"population": "child"}, "population='child' is not known"),
        ({"enzyme_by": "raw"}, "enzyme_by='raw' is not known"),
        ({"function": "chaq"}, "function='chaq' is not known"),
        ({"baseline_week": 0.5}, "baseline_week=0.5 is not a week"),
        ({"baseline_week": True}, "baseline_week=True is not a week"),
        ({"baseline_week": "0"}, "baseline_week='0' is not a week"),
        ({"baseline_week": float("nan")}, "baseline_week=nan is not a week"),
        ({"ranges": {"ck": 15}}, r"ranges=\{'ck': \.\.\.\} cannot be set.*did you mean 'ck_xuln'"),
        ({"ranges": {"haq_di": 2}}, "the other scales fix their own range"),
        ({"ranges": {"ck_xuln": 0}}, "is not a range.*a number above 0, in × ULN"),
        ({"ranges": {"ck_xuln": float("inf")}}, "is not a range"),
        ({"ranges": {"ck_xuln": "15"}}, "is not a range"),
        ({"ranges": {"ck_xuln": True}}, "is not a range"),
    ],
)
def test_an_option_that_is_not_known_is_refused(visits, option, message):
    with pytest.raises(OptionError, match=message):
        score_total_improvement(visits, **option)
    with pytest.raises(OptionError, match=message):
        explain_total_improvement(visits, "A", 12, **option)


def test_numbers_of_numpy_are_numbers(visits):
    scored = score_total_improvement(visits, baseline_week=np.int64(0), ranges={"ck_xuln": np.float64(10)})
    assert scored["change_enzyme"].tolist()[1] == 50


# ---------------------------------------- values


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"physician_global_cm": [47.0, 20.0]}, ImpossibleValueError, "patient_id A, week 0.*millimetres"),
        ({"ck_xuln": [8.0, -1.0]}, ImpossibleValueError, "patient_id A, week 12, value -1.*negative"),
        ({"mmt8_150": [120, 151]}, ImpossibleValueError, "value 151.*another MMT scale"),
        ({"haq_di": ["1,5", "1"]}, WrongTypeError, "haq_di holds '1,5', '1'.*decimal commas"),
        ({"week": [0, 0]}, DuplicateRowError, "patient_id A, week 0"),
        ({"week": [0, None]}, WrongTypeError, "week is empty in some rows"),
        ({"patient_id": ["A", None]}, WrongTypeError, "patient_id is empty in some rows"),
    ],
)
def test_a_value_that_cannot_be_is_refused(visits, change, error, message):
    with pytest.raises(error, match=message):
        score_total_improvement(visits.assign(**change))
    with pytest.raises(error, match=message):
        explain_total_improvement(visits.assign(**change), "A", 12)


@pytest.mark.parametrize("table", [None, [1, 2], {"week": [0]}, "visits.csv"])
def test_what_is_no_table_is_refused(table):
    for call in (score_total_improvement, to_xuln):
        with pytest.raises(MyositisToolsError, match="A table was expected"):
            call(table)


@pytest.mark.parametrize("patient", ["<b>x</b>", "=1+1", "Jürgen", " ", "None", 7])
def test_a_patient_may_be_called_anything(visits, patient):
    scored = score_total_improvement(visits.assign(patient_id=patient))
    assert scored["patient_id"].tolist() == [patient] * 2
    assert scored["tis"].tolist()[1] == 52.5
    assert explain_total_improvement(visits.assign(patient_id=patient), patient, 12)["points"].sum() == 52.5


@pytest.mark.parametrize(
    "change",
    [
        lambda visits: visits.astype({"patient_id": "category"}),
        lambda visits: visits.astype({"haq_di": "category", "week": "category"}),
        lambda visits: visits.astype({"patient_id": object, "ck_xuln": object, "week": object}),
        lambda visits: visits.convert_dtypes(),
        lambda visits: visits.astype({"mmt8_150": "float32", "week": "int8"}),
        lambda visits: visits.set_index(pd.date_range("2026-01-01", periods=2, tz="Europe/Amsterdam")),
        lambda visits: visits.set_index(pd.Index(["same", "same"])),
        lambda visits: visits.assign(visit_date=pd.to_datetime(["2026-01-01", "2026-03-26"], utc=True), note=[{}, []]),
    ],
)
def test_any_pandas_frame_gives_the_same_score_on_its_own_index(visits, change):
    given = change(visits)
    scored = score_total_improvement(given)
    assert scored.index.equals(given.index)
    pd.testing.assert_frame_equal(scored[given.columns], given)
    assert scored["tis"].tolist()[1] == 52.5


def test_a_category_with_empty_cells_is_read_too(visits):
    scored = score_total_improvement(visits.assign(mmt8_150=pd.Categorical([120, None])))
    assert scored["missing"].tolist()[1] == "MMT-8 (of 150) not recorded at this visit"


def test_the_columns_are_plain_on_pandas(visits):
    added = score_total_improvement(visits).drop(columns=visits.columns)
    yes_or_no = ["response_certain", "enzyme_normal_yet_scores"]
    words = ["response", "enzyme", "missing", "worsened", "enzymes_left_out", "scored_as"]
    assert set(added.drop(columns=yes_or_no + words).dtypes.astype(str)) == {"float64"}
    assert set(added[yes_or_no].dtypes.astype(str)) == {"boolean"}
    assert added["missing"].tolist() == ["baseline visit", ""]


# ---------------------------------------- arithmetic


def evaluated(expression: nw.Expr, **values: list) -> list:
    frame = nw.from_native(pd.DataFrame({name: pd.array(column, "Float64") for name, column in values.items()}))
    return [None if pd.isna(value) else value for value in frame.select(out=expression)["out"].to_list()]


def test_a_missing_value_stays_missing_in_every_step():
    a, b = nw.col("a"), nw.col("b")
    assert evaluated(compute_percent_change(a, b, 10, is_better_lower=True), a=[5, None, 5], b=[4, 4, None]) == [
        *(10, None, None)
    ]
    assert evaluated(compute_percent_change(a, b, 10, is_better_lower=False), a=[5], b=[4]) == [-10]
    assert evaluated(compute_points(a, "haq"), a=[None, -40, 5, 5.1, 20, 30, 41]) == [None, 0, 0, 5, 7.5, 7.5, 10]
    assert evaluated(compute_level(a, "adult"), a=[None, 0, 17.5, 20, 40, 60, 100]) == [None, 0, 0, 1, 2, 3, 3]
    assert evaluated(compute_level(a, "juvenile"), a=[27.5, 30, 45, 67.5, 70]) == [0, 1, 2, 2, 3]


def test_the_first_true_case_wins():
    a = nw.col("a")
    cases = [(a > 2, nw.lit(1.0)), (a > 1, nw.lit(2.0))]
    assert evaluated(first_true(cases), a=[3, 2, 1, None]) == [1, 2, None, None]
    assert evaluated(first_true(cases, otherwise=nw.lit(9.0)), a=[3, 2, 1, None]) == [1, 2, 9, 9]


def test_a_band_reads_as_a_person_says_it():
    assert [str(band) for band in bands()["mmt"]] == [
        "worse, or up to 2 %",
        "more than 2 to 10 %",
        "more than 10 to 20 %",
        "more than 20 to 30 %",
        "more than 30 %",
    ]


def test_the_maxima_and_the_order():
    assert {measure: points_possible(measure) for measure in measures()} == {
        "physician_global": 20,
        "patient_global": 10,
        "mmt": 32.5,
        "haq": 10,
        "enzyme": 7.5,
        "extramuscular": 20,
    }
    assert [enzyme.key for enzyme in enzyme_instruments()] == ["ck", "aldolase", "ldh", "alt", "ast"]
