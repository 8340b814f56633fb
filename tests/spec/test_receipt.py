"""The receipt accounts for every point and names the next step up."""

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.errors import NotFoundError
from myositis_tools.scores import explain_total_improvement, score_total_improvement

COLUMNS = {
    "PhGA": "physician_global_cm",
    "PtGA": "patient_global_cm",
    "MMT": "mmt8_150",
    "HAQ": "haq_di",
    "CK": "ck_xuln",
    "EM": "extramuscular_cm",
    "patient": "patient_id",
}


@pytest.fixture
def visits(read) -> pd.DataFrame:
    table = read(
        """
        patient | week | PhGA | PtGA | MMT | HAQ  | CK   | EM
        A       | 0    | 6    | 5    | 146 | 0.75 | 8    | 3
        A       | 12   | 4.1  | 6    | 149 | 0.25 | 3    | 0.5
        A       | 26   | 4.1  | 6    |     | 0.25 | 3    | 0.5
        A       | 52   | 1    | 1    | 150 | 0    | 0.5  | 0
        B       | 12   | 4.1  | 6    | 149 | 0.25 | 3    | 0.5
        """
    )
    return table.rename(columns=COLUMNS)


def rows(receipt: pd.DataFrame, columns: list[str]) -> list[list[str]]:
    def show(value: object) -> str:
        return "" if pd.isna(value) else f"{value:g}" if isinstance(value, float) else str(value)

    return [[show(value) for value in row] for row in receipt[columns].astype(object).itertuples(index=False)]


def cells(table: pd.DataFrame) -> list[list[str]]:
    return rows(table, list(table.columns))


def test_each_line_shows_values_change_band_points_and_ceiling(visits, read):
    # By hand. PhGA 1.9 of 10; MMT 3 of 150 is exactly 2 %; HAQ 0.5 of 3; CK 5 of 15; EM 2.5 of 10 is exactly 25 %.
    # Ceiling: PhGA from 6 can fall by 60 %, PtGA by 50 %; MMT from 146 can rise by 2.7 %; HAQ from 0.75 can fall by
    # exactly 25 %; CK from 8 by 53 %; EM from 3 by 30 %.
    expected = read(
        """
        label                     | unit   | baseline | value | range | change_percent | band                 | points | points_possible | points_reachable | running_total
        physician global activity | cm     | 6        | 4.1   | 10    | 19             | more than 15 to 25 % | 15     | 20              | 20               | 15
        patient global activity   | cm     | 5        | 6     | 10    | -10            | worse, or up to 5 %  | 0      | 10              | 10               | 15
        MMT-8 (of 150)            | points | 146      | 149   | 150   | 2              | worse, or up to 2 %  | 0      | 32.5            | 10               | 15
        HAQ-DI                    |        | 0.75     | 0.25  | 3     | 16.6667        | more than 15 to 25 % | 7.5    | 10              | 7.5              | 22.5
        CK                        | × ULN  | 8        | 3     | 15    | 33.3333        | more than 25 to 40 % | 7.5    | 7.5             | 7.5              | 30
        extramuscular activity    | cm     | 3        | 0.5   | 10    | 25             | more than 15 to 25 % | 12.5   | 20              | 15               | 42.5
        """  # noqa: E501 - a table is read in rows
    )
    receipt = explain_total_improvement(visits, "A", 12)
    assert rows(receipt, list(expected.columns)) == cells(expected)
    assert receipt["running_total"].iloc[-1] == score_total_improvement(visits)["tis"].iloc[1]
    assert receipt["missing"].tolist() == [""] * 6


def test_the_next_step_is_the_nearest_value_of_the_instrument_that_earns_more(visits, read):
    # PhGA: more than 25 % of 10 below 6 is 3.4 on the line. PtGA: more than 5 % below 5 is 4.4. MMT: more than
    # 2 % above 146 is 150. HAQ: 10 points would need less than -0.45. CK has all it can give. EM: above 25 % is 0.4.
    expected = read(
        """
        column              | next_value | next_points | next_gain | next_response | next_class | points_to_next_class
        physician_global_cm | 3.4        | 17.5        | 2.5       | moderate      | major      | 17.5
        patient_global_cm   | 4.4        | 2.5         | 2.5       | moderate      | major      | 17.5
        mmt8_150            | 150        | 10          | 10        | moderate      | major      | 17.5
        haq_di              |            |             |           |               | major      | 17.5
        ck_xuln             |            |             |           |               | major      | 17.5
        extramuscular_cm    | 0.4        | 15          | 2.5       | moderate      | major      | 17.5
        """
    )
    assert rows(explain_total_improvement(visits, "A", 12), list(expected.columns)) == cells(expected)


def test_a_band_that_earns_no_more_is_no_step_up(visits):
    # HAQ from 2 to 1.625 is 12.5 %: 5 points. The next step is above 15 % (7.5 points); from there above 40 % (10), for
    # the band from 25 to 40 % earns 7.5 as well.
    ladder = {1.625: (1.5, 7.5), 1.5: (0.75, 10.0), 1.125: (0.75, 10.0)}
    for now, (next_value, next_points) in ladder.items():
        two = visits.iloc[:2].assign(haq_di=[2.0, now])
        line = explain_total_improvement(two, "A", 12).set_index("measure").loc["haq"]
        assert (line["next_value"], line["next_points"]) == (next_value, next_points)


def test_the_next_step_lies_on_the_grid_even_from_a_baseline_that_does_not(visits):
    two = visits.iloc[:2].assign(physician_global_cm=[5.55, 5.5], ck_xuln=[9.25, 9.0])
    receipt = explain_total_improvement(two, "A", 12).set_index("column")
    assert receipt.loc["physician_global_cm", "next_value"] == 5.0  # 5.05 is exactly 5 %
    assert receipt.loc["ck_xuln", "next_value"] == 8.49  # 8.5 is exactly 5 % of 15


@pytest.mark.parametrize("noisy", [9.249999999999998, 9.250000000000002])
def test_the_next_step_does_not_trip_over_binary_noise(visits, noisy):
    two = visits.iloc[:2].assign(ck_xuln=[noisy, 9.0])
    assert explain_total_improvement(two, "A", 12).set_index("column").loc["ck_xuln", "next_value"] == 8.49


def test_a_missing_measure_has_empty_cells_and_says_so(visits):
    receipt = explain_total_improvement(visits, "A", 26)
    assert rows(receipt, ["value", "change_percent", "band", "points", "running_total", "next_value", "missing"])[
        2
    ] == [
        *[""] * 6,
        "MMT-8 (of 150) not recorded at this visit",
    ]
    assert rows(receipt, ["running_total"]) == [["15"], ["15"], [""], [""], [""], [""]]
    assert receipt["points_reachable"].tolist() == [20, 10, 10, 7.5, 7.5, 15]
    assert receipt[["next_class", "points_to_next_class"]].isna().all().all()
    # 45 with 2.5 more from the physician global, and 55 if the MMT, 146 at baseline, had the 10 points left to it.
    assert receipt["next_gain"].tolist()[0] == 2.5
    assert receipt["next_response"].tolist()[0] == "moderate"
    assert receipt["points_open"].tolist() == [0, 0, 10, 0, 0, 0]


def test_what_a_missing_measure_can_still_add_is_what_the_other_visit_leaves_open(visits):
    # PhGA 0.4 cm can fall by 4 %: nothing. PtGA came down to 9 cm, from 10 at most. CK: at neither visit.
    gaps = {"physician_global_cm": [0.4, None], "patient_global_cm": [None, 9.0], "ck_xuln": [None, None]}
    receipt = explain_total_improvement(visits.iloc[:2].assign(**gaps), "A", 12)
    assert rows(receipt, ["points", "points_open"]) == [
        ["0", "0"],
        ["", "2.5"],
        ["0", "0"],
        ["7.5", "0"],
        ["", "7.5"],
        ["12.5", "0"],
    ]
    assert receipt[["tis_min", "tis_max"]].iloc[0].tolist() == [20, 30]
    assert receipt["missing"].tolist()[0] == (
        "physician global activity not recorded at this visit (0 points whatever it was)"
    )
    assert rows(receipt, ["running_total"])[0] == ["0"]
    frame = mt.figures.receipt_frame(visits.iloc[:2].assign(**gaps), "A", 12)
    assert frame["not_known"].tolist() == [0, 2.5, 0, 0, 7.5, 0]
    assert frame["out_of_reach"].tolist()[:2] == [20, 7.5]


def test_at_the_best_class_there_is_no_next_one(visits):
    receipt = explain_total_improvement(visits, "A", 52)
    assert (
        receipt["running_total"].iloc[-1]
        == score_total_improvement(visits)["tis"].iloc[3]
        == 20 + 7.5 + 10 + 7.5 + 7.5 + 15
    )
    assert receipt[["next_class", "points_to_next_class"]].isna().all().all()


def test_the_baseline_visit_shows_what_is_within_reach(visits):
    receipt = explain_total_improvement(visits, "A", 0)
    assert receipt["missing"].tolist() == ["baseline visit"] * 6
    assert receipt["points"].isna().all()
    assert receipt["points_reachable"].tolist() == [20, 10, 10, 7.5, 7.5, 15]


def test_a_patient_without_a_baseline_is_told_so(visits):
    receipt = explain_total_improvement(visits, "B", 12)
    assert receipt["missing"].tolist() == ["no visit at week 0 to compare with"] * 6
    assert receipt[["baseline", "points", "points_reachable", "next_value"]].isna().all().all()
    assert receipt["column"].tolist()[4] == ""


def test_each_line_names_its_source_and_the_weaker_evidence(visits):
    receipt = explain_total_improvement(visits, "A", 12).set_index("measure")
    assert receipt["source"].str.contains("Table 3").all()
    assert receipt.loc["enzyme", "evidence"] == "secondary"  # D1: the range of CK was read in a script only
    assert receipt.loc["physician_global", "evidence"] == "verified"
    stated = explain_total_improvement(visits, "A", 12, ranges={"ck_xuln": 10}).set_index("measure")
    assert stated.loc["enzyme", "source"].endswith("Range: stated by the caller")
    assert stated.loc["enzyme", "evidence"] == "decision"


def test_the_range_of_aldolase_is_shown_as_unverified(visits):
    renamed = visits.rename(columns={"ck_xuln": "aldolase_xuln"})
    assert explain_total_improvement(renamed, "A", 12)["evidence"].tolist()[4] == "unverified"


def test_a_scale_without_a_known_end_has_no_ceiling(visits):
    juvenile = visits.drop(columns="ck_xuln").assign(chq_phs=[30.0, 34.0, 34.0, 50.0, 30.0])
    receipt = explain_total_improvement(juvenile, "A", 12, population="juvenile", ranges={"chq_phs": 40})
    line = receipt.set_index("measure").loc["enzyme"]
    assert (line["change_percent"], line["points"], line["next_value"]) == (10, 2.5, 36.1)
    assert pd.isna(line["points_reachable"])


def test_whoever_is_not_there_is_not_found(visits):
    with pytest.raises(NotFoundError, match=r"There is no patient 'AA'.*did you mean 'A'\?"):
        explain_total_improvement(visits, "AA", 12)
    with pytest.raises(NotFoundError, match=r"Patient A has no visit at week 13.*the nearest visit is at week 12"):
        explain_total_improvement(visits, "A", 13)


def test_a_patient_can_be_named_by_number(visits):
    numbered = visits.assign(patient_id=visits["patient_id"].map({"A": 1, "B": 2}))
    assert explain_total_improvement(numbered, 1, 12)["running_total"].iloc[-1] == 42.5
    assert explain_total_improvement(numbered, "1", 12)["running_total"].iloc[-1] == 42.5
