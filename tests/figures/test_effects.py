"""The forest: what each line says, and that it is drawn where it says."""

import math

import pandas as pd
import polars as pl
import pytest

import myositis_tools as mt
from myositis_tools.errors import MissingColumnError, OptionError
from myositis_tools.figures import effects_frame, plot_effects

VISITS = mt.load_visits().merge(mt.load_patients()[["patient_id", "sex", "subtype"]], on="patient_id")
SCORES = mt.compare_scores(VISITS, 12, missing=("complete", "worst"), resamples=9)
SUBGROUPS = mt.compare_subgroups(VISITS, 12, by=["sex", "subtype"])


def test_a_line_says_what_tells_it_apart_and_its_numbers():
    rows = SCORES[SCORES["unit"] == "points"]
    frame = effects_frame(rows)
    assert frame["label"].tolist()[:2] == [
        "Mean difference, Welch, complete cases",
        "Mean difference, permutation, complete cases",
    ]
    for line, row in zip(frame.itertuples(), rows.itertuples(), strict=True):
        assert line.value == row.value
        assert line.text.startswith(f"{row.value:.1f}".replace("-", "−"))
        assert line.patients == f"{row.patients:.0f} v {row.reference_patients:.0f}"
    permuted = rows.set_index("method").loc["permutation"].iloc[0]
    assert frame.loc[1, "text"].endswith(f"(p = {permuted['p_value']:.3f})")
    alone = effects_frame(rows.iloc[:1])
    assert alone["label"].tolist() == ["IVIg against placebo"]


def test_rows_of_one_arm_alone_are_left_out():
    found = mt.compare_responders(VISITS, 12, method="newcombe")
    assert len(effects_frame(found[found["estimate"].isin(["responders"])])) == 0
    with pytest.raises(OptionError, match="several units: percentage points, ratio"):
        effects_frame(mt.compare_responders(VISITS, 12))


def test_subgroups_stand_under_their_heading_with_their_interaction():
    frame = effects_frame(SUBGROUPS)
    assert frame["kind"].tolist()[:5] == ["all", "heading", "subgroup", "subgroup", "interaction"]
    assert frame["label"].tolist()[:4] == ["All patients", "Sex", "Female", "Male"]
    [p_value] = SUBGROUPS.query("by == 'sex' and subgroup == 'interaction'")["p_value"]
    assert frame.loc[4, "text"] == f"interaction p = {p_value:.2f}"
    few = SUBGROUPS.loc[SUBGROUPS["caution"] != "", "subgroup"]
    assert frame["note"].str.contains("too few to conclude").sum() == len(few)


@pytest.mark.parametrize("rows", [SCORES[SCORES["unit"] == "points"], SCORES[SCORES["unit"] == "ratio"], SUBGROUPS])
def test_every_line_is_drawn_where_it_says(rows):
    frame, drawn = effects_frame(rows), plot_effects(rows)
    points = {}
    for trace in drawn.data:
        assert trace.uid
        for place, x, low, high in zip(trace.y, trace.x, trace.error_x.arrayminus, trace.error_x.array, strict=True):
            points[place] = (x, x - low, x + high)
    for place, line in enumerate(frame.itertuples()):
        assert (place in points) == math.isfinite(line.value)
        if place in points and math.isfinite(line.low):
            assert points[place] == pytest.approx((line.value, line.low, line.high))
    assert list(drawn.layout.yaxis.tickvals) == list(range(len(frame)))
    said = [annotation.text for annotation in drawn.layout.annotations]
    assert all(any(one.startswith(text) for one in said) for text in frame["text"] if text)
    bare = (frame["kind"] != "interaction") & frame["value"].notna() & frame["low"].isna()
    assert sum("no interval" in one for one in said) == bare.sum()
    assert all(one.marker.symbol.endswith("-open") for one in drawn.data for place in one.y if bare[place])
    assert drawn.layout.xaxis.type == ("log" if frame["unit"][0] == "ratio" else None)
    [none] = [shape.x0 for shape in drawn.layout.shapes]
    assert none == (1 if frame["unit"][0] == "ratio" else 0)


def test_few_patients_have_an_open_mark_and_a_word():
    drawn = plot_effects(SUBGROUPS)
    few = {trace.uid: trace for trace in drawn.data}["subgroup_few"]
    assert few.marker.symbol.endswith("-open")
    assert sum("▲ few" in annotation.text for annotation in drawn.layout.annotations) == (
        (SUBGROUPS["caution"] != "").sum()
    )


@pytest.mark.parametrize("rows", [SCORES[SCORES["unit"] == "ratio"], SUBGROUPS])
def test_the_columns_of_numbers_do_not_run_into_each_other(rows):
    drawn = plot_effects(rows)
    begins = {one.text: one.xshift for one in drawn.layout.annotations}
    estimate, patients = begins["<b>Estimate</b>"], begins["<b>Patients</b>"]
    longest = max(effects_frame(rows).query("kind != 'interaction'")["text"], key=len)
    assert begins[longest] == estimate < patients
    assert patients - estimate > 6 * len(longest)  # pixels: a sign of 12 takes less on average
    assert drawn.layout.margin.r > patients + 6 * len("Patients")


def test_what_is_infinite_is_drawn_to_the_edge():
    found = mt.compare_counts({"a": (5, 10), "placebo": (0, 10)}, method="exact")
    rows = found[found["estimate"] == "odds ratio"]
    assert effects_frame(rows)["text"].iloc[0].startswith("∞ (")
    drawn = plot_effects(rows)
    [trace] = [trace for trace in drawn.data if len(trace.x)]
    assert math.isfinite(trace.x[0])


def test_text_of_a_file_is_text():
    rows = SUBGROUPS.assign(subgroup=SUBGROUPS["subgroup"].replace("female", "<b>x</b>"), arm="<i>y</i>")
    drawn = plot_effects(rows)
    assert "&lt;b&gt;x&lt;/b&gt;" in drawn.layout.yaxis.ticktext
    assert "<i>" not in drawn.layout.xaxis.title.text


def test_any_engine_and_nothing_to_draw():
    pd.testing.assert_frame_equal(effects_frame(pl.from_pandas(SUBGROUPS)), effects_frame(SUBGROUPS))
    empty = plot_effects(SUBGROUPS.iloc[:0])
    assert empty.layout.annotations[0].text == "There is nothing to compare."
    with pytest.raises(MissingColumnError, match="compare functions"):
        plot_effects(VISITS)


def test_less_prednisone_is_not_said_to_be_worse():
    found = mt.compare_prednisone(VISITS, 26)
    drawn = plot_effects(found[found["unit"] == "mg/day"])
    assert "less with IVIg" in drawn.layout.xaxis.title.text
    assert "better" not in drawn.layout.xaxis.title.text


def test_what_is_nought_on_the_page_has_no_sign():
    found = mt.compare_counts({"IVIg": (4, 5), "placebo": (1, 5)}, method="newcombe")
    row = found[found["estimate"] == "difference"]
    assert -0.05 < row["low"].iloc[0] < 0
    assert effects_frame(row)["text"].tolist() == ["60.0 (0.0 to 83.2)"]
