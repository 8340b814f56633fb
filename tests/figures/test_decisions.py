"""One mark a patient by what is decided of her, on the cohort worked by hand and on the sample."""

import pytest

import myositis_tools as mt
from myositis_tools import figures
from myositis_tools.figures.screening.decisions import STANDINGS, draw_decision_marks
from tests.spec.cohort import cohort

TIM = mt.TIME_IS_MUSCLE


def frame_of(people, **options):
    return figures.decision_marks_frame(TIM, people, **options)


def marks_of(drawn):
    return [name for one in drawn.data if one.uid != "highlight" for name in one.customdata]


@pytest.mark.parametrize("unknown", ["itself", "worst", "best"])
def test_everybody_stands_once_where_the_other_calls_put_her(unknown):
    people = mt.load_screening()
    frame = frame_of(people, unknown=unknown)
    assert sorted(frame["patient_id"]) == sorted(people["patient_id"])
    names = dict(zip(frame["patient_id"], frame["standing"], strict=True))
    near = mt.near_misses(TIM, people, unknown=unknown)["patient_id"]
    assert {patient for patient, one in names.items() if one == "nearly fits"} >= set(near) - {
        patient for patient, one in names.items() if one == "undecided"
    }
    flow = mt.attrition(TIM, people, unknown=unknown)
    assert (frame["standing"] == "fits").sum() == flow["remaining_after"].iloc[-1]
    if unknown == "itself":
        decided = dict(zip(frame["patient_id"], frame["decision"], strict=True))
        assert {names[patient] for patient, one in decided.items() if one == "indeterminate"} == {"undecided"}
    else:
        assert "undecided" not in names.values()


def test_the_nearest_come_first_and_say_what_decided():
    frame = frame_of(mt.load_screening())
    order = [STANDINGS.index(name) for name in frame["standing"]]
    assert order == sorted(order)
    far = frame[frame["standing"] == "does not fit"]
    assert far["failed"].is_monotonic_increasing
    assert (frame["reason"] == "").equals(frame["standing"] == "fits")
    assert frame.loc[frame["failed"] > 2, "reason"].str.contains(r"\| and \d+ more$").all()


def test_a_mark_is_a_patient_whom_a_click_can_choose():
    frame = frame_of(cohort())
    drawn = draw_decision_marks(frame, highlight=[frame["patient_id"].iloc[-1]])
    assert sorted(marks_of(drawn)) == sorted(frame["patient_id"])
    assert list(drawn.data[-1].customdata) == [frame["patient_id"].iloc[-1]]
    fit = int((frame["standing"] == "fits").sum())
    assert drawn.layout.title.text.startswith(f"{fit} of {len(frame)} patients fit")
    assert f"<b>{fit}</b> fit" in drawn.layout.yaxis.ticktext


def test_many_patients_are_bundled_and_the_figure_says_so():
    one = frame_of(cohort().iloc[[0]])
    many = one.loc[[0] * 4000].assign(patient_id=[f"P{n}" for n in range(4000)], place=range(4000))
    drawn = draw_decision_marks(many.reset_index(drop=True), highlight=["P3999"])
    assert len(marks_of(drawn)) == 800
    assert "one mark is 5 patients" in [each.text for each in drawn.layout.annotations]
    assert list(drawn.data[-1].customdata) == ["P3999"]  # her bundle, whose mark has another's name


def test_text_stays_text_and_nobody_has_a_sentence():
    people = cohort().iloc[:1].assign(patient_id="<b>A</b>")
    drawn = figures.plot_decision_marks(TIM, people, highlight=["<b>A</b>"])
    assert "&lt;b&gt;A" in drawn.to_json()
    assert all("<b>A" not in str(one.text) for one in drawn.data)
    nobody = figures.plot_decision_marks(TIM, cohort().iloc[:0])
    assert not nobody.data
    assert nobody.layout.title.text
