"""Who is drawn in which class under which choice, by the patients worked by hand for `compare_choices`."""

import pandas as pd
import polars as pl
import pytest

from myositis_tools.errors import MissingColumnError, NotFoundError
from myositis_tools.figures import choices_frame, plot_choices
from myositis_tools.figures.trials.choices import MOST_ROWS
from myositis_tools.studies import compare_choices
from tests.unit.test_choices import VISITS, visits_of

# A: none, with AST minimal. B: minimal, for juveniles none. C: 30 to 40, not certain; 30 without points for the HAQ-DI,
# 33.3 rescaled, both minimal; for juveniles (30 minimal, 45 moderate; Rider 2017) minimal too. S: nothing changes.
CHOICES = {"by share": {"enzyme_by": "range_share"}, "juvenile": {"population": "juvenile"}}
EVERY = CHOICES | {"rescaled": {"missing": "rescaled"}}
FOUR = pd.concat([visits_of(S={}), VISITS], ignore_index=True)


def trace(drawn, uid):
    return next(one for one in drawn.data if one.uid == uid)


def test_each_patient_has_a_class_under_each_choice():
    frame = choices_frame(compare_choices(FOUR, EVERY), week=26)
    classes = frame.pivot_table(index="patient_id", columns="choice", values="response", aggfunc="first")
    assert classes[["reference", "by share", "juvenile", "rescaled"]].to_numpy().tolist() == [
        ["none", "minimal", "none", "none"],
        ["minimal", "minimal", "none", "minimal"],
        ["not certain", "not certain", "minimal", "minimal"],
        ["none", "none", "none", "none"],
    ]
    moves = frame.drop_duplicates("patient_id").set_index("patient_id")["moves"]
    assert moves.to_dict() == {"A": True, "B": True, "C": True, "S": False}


def test_who_moves_stands_first_and_in_the_order_of_the_classes():
    frame = choices_frame(compare_choices(FOUR, EVERY), week=26)
    assert frame.drop_duplicates("patient_id")["patient_id"].tolist() == ["A", "B", "C", "S"]
    assert frame["choice"].tolist() == [name for name in ("reference", *EVERY) for _ in range(4)]
    # the frame is the same on another engine, and rows in another order give the same picture
    turned = FOUR.iloc[::-1].reset_index(drop=True)
    for other in (pl.from_pandas(FOUR), turned):
        pd.testing.assert_frame_equal(choices_frame(compare_choices(other, EVERY), week=26), frame, check_dtype=False)


def test_a_change_is_told_by_word_sign_and_arrow_and_not_by_colour_alone():
    drawn = plot_choices(compare_choices(FOUR, EVERY), week=26)
    heads = drawn.layout.xaxis.ticktext
    assert heads == (
        "<b>reference</b>",
        "<b>by share</b><br>▲ 1 higher",
        "<b>juvenile</b><br>▼ 1 lower<br>1 certain",
        "<b>rescaled</b><br>1 certain",
    )
    changed = trace(drawn, "changed")
    bold = list(zip(changed.x, changed.y, changed.text, strict=True))
    assert bold[1:] == [
        (0, 0, "○ none"),
        (1, 0, "▲◔ minimal"),
        (0, 1, "◔ minimal"),
        (2, 1, "▼○ none"),
        (0, 2, "? not certain"),
        (2, 2, "◔ minimal"),
        (3, 2, "◔ minimal"),
    ]
    cells = trace(drawn, "classes")
    assert cells.z.tolist() == [[0, 0 + 1, 5, 5], [1, 5, 0, 5], [4, 5, 1, 1]]  # 5: as in the reference
    assert cells.customdata[1][2] == "B<br>juvenile: ▼○ none"


def test_who_never_moves_is_counted_and_not_drawn():
    drawn = plot_choices(compare_choices(FOUR, EVERY), week=26)
    assert drawn.layout.yaxis.ticktext == ("A", "B", "C")
    note = drawn.layout.annotations[0].text.replace("\u00a0", " ").replace("<br>", " ")
    assert note == "1 of 4 patients have one class under every choice: ○ none 1. They are not drawn."


def test_with_many_patients_those_who_go_the_same_way_share_a_row():
    now = {"physician_global_cm": 3.5, "mmt8_150": 124.0}  # as B
    many = visits_of(**{f"B{number:03}": now for number in range(MOST_ROWS)})
    assert len(plot_choices(compare_choices(many, CHOICES), week=26).layout.yaxis.ticktext) == MOST_ROWS
    drawn = plot_choices(compare_choices(pd.concat([many, VISITS]), CHOICES), week=26)
    assert drawn.layout.yaxis.ticktext == ("A", f"{MOST_ROWS + 1} patients", "C")
    assert trace(drawn, "classes").z.tolist() == [[0, 1, 5], [1, 5, 0], [4, 5, 1]]


def test_ways_that_find_no_row_are_counted(monkeypatch):
    monkeypatch.setattr("myositis_tools.figures.trials.choices.MOST_ROWS", 2)
    more = pd.concat([VISITS, visits_of(B2={"physician_global_cm": 3.5, "mmt8_150": 124.0})])
    drawn = plot_choices(compare_choices(more, CHOICES), week=26)
    assert len(drawn.layout.yaxis.ticktext) == 2
    assert "2 patients" in drawn.layout.yaxis.ticktext
    assert "1 goes another way" in drawn.layout.annotations[0].text.replace("<br>", " ")


def test_nothing_to_draw_says_why():
    still = plot_choices(compare_choices(visits_of(S={}), CHOICES), week=26)
    assert still.layout.annotations[0].text.startswith("1 of 1 patients have one class under every choice")
    empty = plot_choices(compare_choices(FOUR.query("week == 0"), CHOICES), week=26)
    assert "no visit after the baseline" in empty.layout.annotations[0].text
    assert (len(still.data), len(empty.data)) == (0, 0)


def test_hostile_names_and_what_is_refused():
    hostile = visits_of(**{"<b>x</b>": {"physician_global_cm": 3.5, "ast_xuln": 1.0}})
    compared = compare_choices(hostile, {"<i>share</i>": {"enzyme_by": "range_share"}})
    drawn = plot_choices(compared, week=26)
    assert drawn.layout.yaxis.ticktext == ("&lt;b&gt;x&lt;/b&gt;",)
    assert "&lt;i&gt;" in drawn.layout.xaxis.ticktext[1]
    assert "<b>x" not in trace(drawn, "classes").customdata[0][1]
    with pytest.raises(NotFoundError, match=r"Nobody has a visit in week 12.*one of 26"):
        plot_choices(compared, week=12)
    with pytest.raises(MissingColumnError, match="choice_number"):
        plot_choices(FOUR, week=26)
