"""Frames of the trajectories by numbers worked by hand; a few facts of the picture."""

import pandas as pd
import polars as pl
import pytest

from myositis_tools.errors import MissingColumnError, NotFoundError, OptionError
from myositis_tools.figures import plot_trajectories, trajectory_frame
from myositis_tools.figures.followup.trajectory_words import describe_trajectories
from myositis_tools.studies.follow_up.trajectories import MOST_LINES

# Week 12: A 120, B missing, C 118, D not seen. Week 26: A 130, B 115, C not seen, D 140. E was seen once.
VISITS = pd.DataFrame(
    {
        "patient_id": ["A", "A", "A", "B", "B", "B", "C", "C", "D", "D", "E"],
        "week": [0, 12, 26, 0, 12, 26, 0, 12, 0, 26, 0],
        "mmt8_150": [100, 120, 130, 110, None, 115, 90, 118, 100, 140, 75],
        "physician_global_cm": [6.0, 4.0, 2.0, 5.0, None, 6.0, 4.0, 4.0, 7.0, 3.0, 5.0],
        "arm": ["IVIg", "IVIg", "IVIg", "placebo", "placebo", "placebo", "IVIg", "IVIg", None, None, "IVIg"],
    }
)


def part(frame, name, **where):
    rows = frame[frame["part"] == name]
    for column, value in where.items():
        rows = rows[rows[column] == value]
    return rows


def test_a_missed_visit_and_a_missing_value_are_both_gaps():
    lines = part(trajectory_frame(VISITS, measure="mmt8_150", group=None), "individual")
    values = lines.set_index(["patient_id", "week"])["value"]
    assert values["A"].tolist() == [100, 120, 130]
    assert pd.isna(values["B", 12])
    assert pd.isna(values["C", 26])
    assert values["D", 26] == 140
    drawn = next(
        trace for trace in plot_trajectories(VISITS, measure="mmt8_150", group=None).data if "individual" in trace.uid
    )
    assert drawn.connectgaps is False
    assert list(drawn.y)[4:8] == [110, None, 115, None]  # B, her gap, and the break before C


def test_who_was_seen_once_is_left_out_and_counted():
    frame = trajectory_frame(VISITS, measure="mmt8_150", group=None)
    assert "E" not in set(frame["patient_id"].dropna())
    assert part(frame, "left out")["patients"].tolist() == [1]
    assert "1 patient seen only once is left out" in describe_trajectories(frame)


def test_median_and_quartiles_of_those_with_a_value():
    # Week 0: 90, 100, 100, 110 (n 4). Week 12: 118, 120 (n 2, 2 missing): quartiles 118.5 and 119.5.
    rows = part(trajectory_frame(VISITS, measure="mmt8_150", group=None), "summary").set_index("week")
    assert rows["value"].tolist() == [100, 119, 130]
    assert rows.loc[12, ["lower", "upper", "patients", "missing"]].tolist() == [118.5, 119.5, 2, 2]
    assert rows["patients"].tolist() == [4, 2, 3]


def test_mean_with_its_interval():
    # Week 12: 118 and 120; the mean is 119, the standard error 1. Student's t, one degree of freedom, 97.5 %: 12.706
    # (printed tables); the interval is 119 -/+ 12.706.
    rows = part(trajectory_frame(VISITS, measure="mmt8_150", group=None, summary="mean"), "summary").set_index("week")
    assert rows.loc[12, ["value", "lower", "upper"]].tolist() == pytest.approx([119, 106.294, 131.706], abs=5e-4)
    said = describe_trajectories(
        trajectory_frame(VISITS, measure="mmt8_150", group=None, summary="mean"), summary="mean"
    )
    assert "95 % interval" in said


def test_a_table_that_names_no_arm_makes_one_group_where_none_is_asked_for():
    for table in (VISITS.drop(columns="arm"), VISITS.assign(arm=None)):
        assert set(trajectory_frame(table, measure="mmt8_150")["group"].dropna()) == {"all patients"}
    with pytest.raises(MissingColumnError):
        trajectory_frame(VISITS, measure="mmt8_150", group="arms")


def test_numbers_of_patients_stand_under_each_visit_of_each_group():
    frame = trajectory_frame(VISITS, measure="mmt8_150", group="arm")
    counts = part(frame, "summary").pivot_table(index="group", columns="week", values="patients", sort=False)
    assert counts.loc["IVIg"].tolist() == [2, 2, 1]
    assert counts.loc["placebo"].tolist() == [1, 0, 1]
    assert counts.loc["not recorded"].tolist() == [1, 0, 1]
    texts = next(
        trace for trace in plot_trajectories(VISITS, measure="mmt8_150", group="arm").data if trace.uid == "patients"
    )
    assert texts.text[:3] == ("2", "2", "1")
    individuals = plot_trajectories(VISITS, measure="mmt8_150", group="arm", show="individuals")
    assert next(trace for trace in individuals.data if trace.uid == "patients").text == texts.text


def test_groups_differ_in_colour_and_dash_and_marker():
    drawn = plot_trajectories(VISITS, measure="mmt8_150", group="arm", show="summary")
    looks = [
        (trace.line.color, trace.line.dash, trace.marker.symbol)
        for trace in drawn.data
        if trace.uid.startswith("summary")
    ]
    assert all(len(set(of_all)) == 3 for of_all in zip(*looks, strict=True))


def test_percent_of_the_range_counts_improvement_up_and_change_does_not_turn():
    # C: 4.0 to 4.0; A: 6.0 to 4.0 is 2 of 10 cm, 20 % better and -2 in centimetres.
    percent = part(trajectory_frame(VISITS, measure="physician_global_cm", scale="percent_of_range"), "individual")
    change = part(trajectory_frame(VISITS, measure="physician_global_cm", scale="change"), "individual")
    assert percent.set_index(["patient_id", "week"])["value"]["A", 12] == pytest.approx(20)
    assert change.set_index(["patient_id", "week"])["value"]["A", 12] == pytest.approx(-2)
    title = plot_trajectories(VISITS, measure="physician_global_cm", scale="change").layout.yaxis.title.text
    assert "cm" in title
    assert "below 0 is better" in title
    assert "lower is better" in plot_trajectories(VISITS, measure="physician_global_cm").layout.yaxis.title.text


def test_many_patients_are_shares_and_not_lines():
    many = pd.concat(
        [VISITS[:3].assign(patient_id=f"P{number}", mmt8_150=number % 100) for number in range(MOST_LINES + 1)]
    )
    frame = trajectory_frame(many, measure="mmt8_150", highlight=["P7"])
    assert part(frame, "individual").empty
    assert set(part(frame, "5 to 95 %")["patients"]) == {MOST_LINES + 1}
    assert part(frame, "highlight")["value"].tolist() == [7, 7, 7]
    assert "shaded shares" in describe_trajectories(frame)
    assert not part(trajectory_frame(many[:-3], measure="mmt8_150"), "individual").empty


def test_weeks_can_be_chosen_and_another_engine_gives_the_same():
    frame = trajectory_frame(VISITS, measure="mmt8_150", group="arm", weeks=[0, 26])
    assert sorted(frame["week"].dropna().unique()) == [0, 26]
    same = trajectory_frame(pl.from_pandas(VISITS), measure="mmt8_150", group="arm", weeks=[0, 26])
    pd.testing.assert_frame_equal(frame, same, check_dtype=False)


def test_hostile_names_are_drawn_as_text():
    hostile = VISITS.replace({"patient_id": {"A": "<b>x</b>", "B": "=1+1"}, "arm": {"IVIg": "<i>y</i>"}})
    drawn = plot_trajectories(hostile, measure="mmt8_150", group="arm", highlight=["<b>x</b>"])
    text = drawn.to_json().replace('"customdata":["<b>x', "")
    assert "&lt;b&gt;x&lt;/b&gt;" in next(trace for trace in drawn.data if trace.uid == "highlight").name
    assert all("<i>y" not in str(trace.name) and "<b>x" not in str(trace.text) for trace in drawn.data)
    assert "&lt;i&gt;y" in text


def test_empty_and_single_visits_say_why():
    assert "no visit" in plot_trajectories(VISITS[:0], measure="mmt8_150").layout.annotations[0].text
    assert "seen twice" in plot_trajectories(VISITS[:1], measure="mmt8_150").layout.annotations[0].text
    unrecorded = VISITS.assign(mmt8_150=float("nan"))
    assert "not recorded" in plot_trajectories(unrecorded, measure="mmt8_150").layout.annotations[0].text


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"measure": "mmt8"}, OptionError, "mmt8_150"),
        ({"measure": "mmt8_150", "group": "site"}, MissingColumnError, "site"),
        ({"measure": "mmt8_150", "scale": "percent"}, OptionError, "percent_of_range"),
        ({"measure": "mmt8_150", "highlight": ["Z"]}, NotFoundError, "Z"),
        ({"measure": "mmt8_150", "group": "physician_global_cm"}, OptionError, "changes from visit to visit"),
    ],
)
def test_what_cannot_be_is_refused_in_words(options, error, words):
    with pytest.raises(error, match=words):
        trajectory_frame(VISITS, **options)


def test_a_score_has_no_value_at_baseline_and_is_made_on_the_fly():
    scored = pd.DataFrame(
        {"patient_id": ["A", "A"], "week": [0, 12], "physician_global_cm": [6.0, 3.4], "patient_global_cm": [5.0, 4.0]}
        | {"mmt8_150": [120, 135], "haq_di": [1.5, 1.0], "ck_xuln": [8.0, 3.0], "extramuscular_cm": [3.0, 2.0]}
    )
    lines = part(trajectory_frame(scored, measure="tis"), "individual")
    assert lines[["week", "value"]].to_numpy().tolist() == [[12, 52.5]]  # as in the test of the points
    limits = {trace.uid: trace.y[0] for trace in plot_trajectories(scored, measure="tis").data if "limit" in trace.uid}
    assert limits == {"limit_minimal": 20, "limit_moderate": 40, "limit_major": 60}  # Rider 2017, Table 3, adults
    with pytest.raises(OptionError, match="made of changes"):
        trajectory_frame(scored, measure="tis", scale="change")


def test_names_of_traces_can_stand_in_a_selector():
    hostile = VISITS.assign(arm="<b>5 to 95 %</b>")
    names = [trace.uid for trace in plot_trajectories(hostile, measure="mmt8_150", group="arm").data]
    assert len(set(names)) == len(names)
    assert all(name[0].isalpha() and name.replace("_", "").isalnum() and name.isascii() for name in names)
