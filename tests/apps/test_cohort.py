"""One cohort, many views: a patient chosen in one is chosen in all, and an address brings a view back."""

import ipywidgets as widgets
import pandas as pd
import polars as pl
import pytest

import myositis_tools as mt
from myositis_tools.apps.cohort.front_view import where_files_stay
from myositis_tools.apps.cohort.views import VIEWS, in_bar
from myositis_tools.apps.widgets.file_drop import FileDrop
from tests.exchange.centre_workbooks import long_workbook


@pytest.fixture
def page():
    """The front door on the sample."""
    made = mt.apps.open_cohort()
    yield made
    made.close()


def ours(tmp_path, **options):
    return mt.apps.open_cohort(long_workbook(tmp_path / "ours.xlsx"), **options)


def test_every_view_opens_on_the_sample(page):
    for key in VIEWS:
        page.model.view = key
        assert page._trouble.value == ""
        assert page.body.children
        assert page.bar.current in dict(in_bar()) | {"patient": ""}
    assert repr(page).startswith("Sample cohort (synthetic): 300 patients")


def test_a_patient_chosen_in_one_view_is_chosen_in_all(page):
    page.model.view = "who_fits"
    page.desk.model.choose("P084")
    assert page.model.patient_id == "P084"
    assert page.bar.patient == "P084"
    page.model.view = "follow_up"
    assert page.desk.model.patient_id == "P084"
    page.desk.model.patient_id = "P011"
    page.model.view = "who_fits"
    assert page.desk.model.patient_id == "P011"
    page.model.view = "patient"
    page._patient.patient.value = "P101"
    page.model.view = "follow_up"
    assert page.desk.model.patient_id == "P101"


def test_a_trial_chosen_in_one_view_is_that_of_the_cohort(page):
    other = next(key for key in page.model.protocols if key != page.model.trial)
    page.model.view = "who_fits"
    page.desk.model.choose_trial(other)
    assert page.model.trial == other
    assert page.model.address()["trial"] == other
    page.model.view = "cohort"
    assert page.front.pane.figure.layout.title.text.startswith("None of 300 patients")


def test_an_address_brings_a_view_back_and_so_does_the_code(page):
    page.model.view, page.model.patient_id = "follow_up", "P084"
    assert page.bar.address == {"view": "follow_up", "patient_id": "P084"}
    again = mt.apps.open_cohort(**page.bar.address)
    assert (again.model.view, again.desk.model.patient_id) == ("follow_up", "P084")
    assert page.bar.code.split("\n\n")[1] == "mt.apps.open_cohort(\n    view='follow_up',\n    patient_id='P084',\n)"


@pytest.mark.parametrize("address", [{"view": "nowhere"}, {"patient_id": "P999"}, {"trial": "none"}])
def test_an_address_that_names_nothing_is_an_error_in_code_and_a_sentence_on_the_page(page, address):
    with pytest.raises(mt.errors.NotFoundError):
        mt.apps.open_cohort(**address)
    before = page.model.address()
    page._go(address)
    assert "There is no" in page._trouble.value
    assert page.model.address() == before


def test_her_file_is_looked_at_when_she_says_so_and_then_at_the_view_she_asked_for(tmp_path):
    page = ours(tmp_path, view="who_fits", patient_id="P011")
    assert page.model.view == "cohort"
    assert page.front.cohort.layout.display == "none"  # nobody takes the sample for her own patients
    [look] = [one for one in widgets_in(page.front.steps) if getattr(one, "description", "").startswith("Look at")]
    look.click()
    assert (page.model.view, page.model.patient_id) == ("who_fits", "P011")
    assert page.model.cohort.name == "ours.xlsx"
    assert len(page.desk.model.ids) == 14
    for key, view in VIEWS.items():
        page.model.view = key
        assert page._trouble.value == "" or view.why_not(page.model)


def widgets_in(widget):
    return [widget, *(one for child in getattr(widget, "children", ()) for one in widgets_in(child))]


def test_a_cohort_that_was_looked_at_stays_until_another_is_ready(tmp_path):
    page = ours(tmp_path)
    page.front._take_files()
    page.front._dropped([("notes.csv", b"hello\nworld\n")])
    assert "notes.csv" in page.front.refused.value
    assert page.model.cohort.name == "ours.xlsx"
    page.front._dropped([("visits.csv", b"patient_id;week;haq_di\nA;0;15\n")])
    assert page.model.cohort.name == "ours.xlsx"
    page.front._take_sample()
    assert page.model.cohort.is_sample
    assert page.front.opening.steps() == []


def test_text_of_a_file_is_text_on_the_page():
    page = mt.apps.open_cohort()
    page.front._dropped([("<b>x.csv", b"Patient;Week;HAQ;<img src=x onerror=alert(1)>\n<i>A;0;15;1\n")])
    shown = "".join(str(one.value) for one in widgets_in(page.front) if isinstance(one, widgets.HTML))
    assert "<img" not in shown
    assert "<i>A" not in shown
    assert "<b>x" not in shown


@pytest.mark.parametrize("engine", [pd.DataFrame, pl.DataFrame])
def test_tables_of_code_enter_at_the_same_door(engine):
    visits = engine({"patient_id": ["A", "A"], "week": [0, 12], "haq_di": [1.0, 0.5]})
    page = mt.apps.open_cohort(visits=visits, view="follow_up", patient_id="A")
    assert page.desk.model.patient_id == "A"
    assert "visits=visits" in page.model.as_code()
    own = engine({"Pat.nr": ["A", "A"], "Week": [0, 12], "HAQ": [1.0, 0.5]})
    asked = mt.apps.open_cohort(visits=own)
    assert asked.front.waits
    assert asked.front.opening.is_ready
    page.model.view = "who_fits"
    assert "Nobody can be screened" in page.body.children[0].value


def test_a_trial_of_her_own_is_offered():
    protocol = mt.TIME_IS_MUSCLE.with_limits(maximum_duration_months=24)
    page = mt.apps.open_cohort(protocol=protocol, view="who_fits")
    assert page.desk.model.protocol.limits["maximum_duration_months"].value == 24


def test_what_was_dropped_is_asked_for_again_after_a_reload(page):
    page.model.view = "calculator"
    page._go({"view": "follow_up", "patient_id": "A", "held": "ours.csv"})
    assert "ours.csv was held by the page" in page._trouble.value
    assert page.model.view == "cohort"
    page.front._dropped([("ours.csv", b"patient_id;week;haq_di\nA;0;1.5\nA;12;1\n")])
    assert (page.model.view, page.model.patient_id) == ("follow_up", "A")
    assert page.model.address()["held"] == "ours.csv"


def cards_of(page):
    """The cards in sight, each as its buttons by their words and what it says."""
    found = []
    for card in page._patient.cards.children:
        row, body = card.children
        found.append(({getattr(one, "label", "") or one.description: one for one in row.children}, body.value))
    return found


def test_the_cards_of_two_patients_stand_side_by_side(page):
    page.model.go({"view": "patient", "patient_id": "P084", "beside": "P184"})
    (first, said), (second, said_too) = cards_of(page)
    assert "Patient P084</h2>" in said
    assert "Does not fit" in said
    assert "Patient P184</h2>" in said_too
    assert "Week 52: a score of 87.5, major response." in said_too
    assert list(first) == list(second) == ["Print card", "Save card (HTML)", "Course", "Who fits"]
    second["Course"].click()
    assert (page.model.view, page.desk.model.patient_id) == ("follow_up", "P184")
    page.model.view = "patient"
    cards_of(page)[0][0]["Who fits"].click()
    assert (page.model.view, page.desk.model.patient_id) == ("who_fits", "P184")
    page.model.go({"view": "patient", "patient_id": "P030"})
    assert len(cards_of(page)) == 2


@pytest.mark.parametrize("act", ["Print card", "Save card (HTML)"])
def test_a_card_that_leaves_names_nobody_unless_asked(page, act):
    page.model.go({"view": "patient", "patient_id": "P184"})
    button = cards_of(page)[0][0][act]
    for is_named in (False, True, False):
        page._patient.with_id.value = is_named
        name, content = button._make()
        assert name == "patient_card.html"
        assert (b"P184" in content) is is_named
        assert b"Week 52: a score of 87.5" in content


def test_a_card_says_what_is_not_there():
    visits = pd.DataFrame({"patient_id": ["A<b>x"], "week": [0], "haq_di": [1.0]})
    page = mt.apps.open_cohort(visits=visits, view="patient", patient_id="A<b>x")
    [(buttons, said)] = cards_of(page)
    assert "No screening table was given" in said
    assert "No score: The visits table has no column for muscle strength" in said
    assert "A<b>x" not in said
    assert "Print card" in buttons
    page.model.patient_id = None
    assert "Choose a patient." in page._patient.cards.children[0].value
    page.close()


def test_another_trial_makes_another_card(page):
    page.model.go({"view": "patient", "patient_id": "P184"})
    page.model.go({"view": "who_fits", "trial": "rim"})
    page.model.view = "patient"
    assert "RIM: rituximab in myositis" in cards_of(page)[0][1]


def test_cards_that_are_replaced_are_let_go(page):
    from ipywidgets.widgets import widget

    page.model.go({"view": "patient", "patient_id": "P184", "beside": "P084"})
    before = len(widget._instances)
    for name in ("P030", "P084", "P184"):
        page.model.patient_id = name
    assert len(widget._instances) == before


def test_closing_the_page_lets_go_of_all_of_it():
    from ipywidgets.widgets import widget

    before = len(widget._instances)
    page = mt.apps.open_cohort()
    for key in ("who_fits", "follow_up", "patient"):
        page.model.view = key
    page.close()
    assert len(widget._instances) == before


def sent(drop, *files, size=None):
    """Hand files over as the page does, in slices of three bytes."""
    drop._told(
        drop, {"type": "begin", "files": [{"name": name, "size": size or len(held)} for name, held in files]}, []
    )
    for place, (_, held) in enumerate(files):
        for start in range(0, len(held), 3):
            drop._told(drop, {"type": "slice", "place": place}, [memoryview(held[start : start + 3])])
    drop._told(drop, {"type": "end"}, [])


def test_slices_are_put_together_and_a_file_that_is_not_whole_is_refused():
    came, broken = [], []
    drop = FileDrop("Drop", came.extend, broken.extend)
    sent(drop, ("a.csv", b"1234567"), ("b.csv", b""))
    assert came == [("a.csv", b"1234567"), ("b.csv", b"")]
    sent(drop, ("c.csv", b"1234567"), size=9)
    assert (len(came), broken) == (2, ["c.csv"])
    drop.most_bytes = 5
    sent(drop, ("d.csv", b"1234567"))
    assert (len(came), broken) == (2, ["c.csv", "d.csv"])
    drop._told(drop, {"type": "end"}, [])
    assert len(came) == 2


def test_in_a_class_the_page_does_not_say_that_files_stay_on_this_computer(monkeypatch):
    assert where_files_stay() == "Files stay on this computer."
    monkeypatch.setenv("MYOSITIS_TOOLS_ANSWERS", "answers")
    assert "bring no data of patients" in where_files_stay()
