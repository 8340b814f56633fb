"""Tables as HTML: every text escaped, what belongs to a column said once."""

import pytest

import myositis_tools as mt
from myositis_tools.apps.widgets.receipt_card import points_of, receipt_card
from myositis_tools.html_tables import Cell, Html, as_html, html_table, with_note

HOSTILE = "<script>alert('1')</script> & \"quoted\""
SAFE = "&lt;script&gt;alert('1')&lt;/script&gt; &amp; \"quoted\""
SAFE_IN_AN_ATTRIBUTE = "&lt;script&gt;alert(&#x27;1&#x27;)&lt;/script&gt; &amp; &quot;quoted&quot;"


@pytest.mark.parametrize(
    "written",
    [
        as_html(HOSTILE),
        with_note(HOSTILE, "note"),
        with_note("text", HOSTILE),
        with_note("text", "note", hint=HOSTILE),
        html_table([HOSTILE], [["a"]]),
        html_table(["a"], [[HOSTILE]]),
        html_table(["a"], [[Cell("a", hint=HOSTILE)]]),
        html_table(["a"], [["a"]], caption=HOSTILE),
        receipt_card(Html("<table></table>"), [(HOSTILE, "text")]),
        receipt_card(Html("<table></table>"), [("head", HOSTILE)]),
        points_of(1, 2, HOSTILE),
    ],
)
def test_a_text_never_becomes_a_tag(written):
    assert SAFE in written or f"title='{SAFE_IN_AN_ATTRIBUTE}'" in written
    assert "<script" not in written


def test_a_look_holds_for_the_column_and_a_cell_that_spans_several_has_its_own():
    written = html_table(["a", Cell("b", look="number"), "c"], [["1", "2", "3"], ["1", Cell("2 and 3", span=2)]])
    assert "<th scope='col' class='number'>b</th>" in written
    assert "<tr><td>1</td><td class='number'>2</td><td>3</td></tr>" in written
    assert "<tr><td>1</td><td colspan='2'>2 and 3</td></tr>" in written


def test_the_first_cell_can_name_its_row():
    assert "<th scope='row'>a</th><td>1</td>" in html_table(["", "n"], [["a", "1"]], names_rows=True)


def test_points_that_are_not_known_are_a_question_mark():
    assert points_of(float("nan"), 7.5) == "<b>?</b> of 7.5"
    assert points_of(2.5, 7.5) == "<b>2.5</b> of 7.5"


def test_protocols_and_criteria_sets_are_written_by_it():
    for shown in (mt.TIME_IS_MUSCLE, next(iter(mt.CRITERIA_SETS.values()))):
        written = shown._repr_html_()
        assert written.count("<table") == 1
        assert "<th scope='col'>as asked here</th>" in written
