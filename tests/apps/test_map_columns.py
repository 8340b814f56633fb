"""The mapping app's model: nothing without consent, all of it can be taken back, and the code does the same."""

from html import escape

import ipywidgets as widgets
import pandas as pd
import polars as pl
import pytest

import myositis_tools as mt
from myositis_tools.apps.mapping.model import MappingModel


def own():
    return mt.read_table(mt.own_data_file(), sheet="Bezoeken")


@pytest.fixture
def model():
    return MappingModel(own(), "visits")


def test_nothing_is_applied_before_it_is_accepted(model):
    assert model.choices == {}
    assert model.applied.columns.tolist() == own().columns.tolist()
    assert model.headline.startswith("None of 12 headings is mapped yet; 10 suggestions wait")


def test_one_suggestion_after_another(model):
    model.accept("CK")
    assert model.choices["CK"] == {"column": "ck_xuln", "unit": "", "upper_limit": "CK bovengrens", "words": {}}
    assert model.needs_limit("CK")
    assert model.applied["ck_xuln"].iloc[0] == 257 / 170
    model.accept("VAS arts (mm)")
    assert model.units("VAS arts (mm)") == ["cm", "mm", "0-100"]
    assert next(iter(model.mapping.columns)).heading == "VAS arts (mm)"
    model.set_unit("VAS arts (mm)", "cm")
    assert (model.problems["problem"] == "out of range").sum() > 20
    model.undo()
    assert model.choices["VAS arts (mm)"]["unit"] == "mm"
    model.choose("CK", "")
    assert "CK" not in model.choices
    with pytest.raises(mt.errors.NotFoundError, match="Nothing is suggested"):
        model.accept("Centrum")


def test_all_that_is_likely_and_how_cells_are_written(model):
    model.accept_likely()
    assert "HAQ" in model.choices  # one value beyond the scale is an error of that value, not of the heading
    assert model.waiting() == []
    model.write(decimal=",")
    model.write(date_format="%d-%m-%Y")
    model.write(missing="n.b., ")
    assert model.missing == ("n.b.",)
    assert model.headline == "10 of 12 headings are mapped. 88 rows: 3 errors, 1 warning."
    assert model.summary()["Problem"].tolist() == ["row stands twice", "out of range", "week and date disagree"]
    assert model.preview().columns.tolist() == [choice["column"] for choice in model.choices.values()]
    scope = {"table": own()}
    exec(model.as_code(), scope)  # noqa: S102 (what a person would paste)
    pd.testing.assert_frame_equal(scope["visits"], model.applied)
    pd.testing.assert_frame_equal(scope["problems"], model.problems)


def test_what_to_do_is_said_in_the_words_of_the_app(model):
    model.accept_likely()
    said = set(model.summary()["What to do"]) | set(model.listed_problems()["What to do"])
    assert "choose the comma under 'Decimal sign'" in said
    assert "choose under 'Dates' how they are written: look whether day or month comes first" in said
    rest = pd.DataFrame(
        {"patient_id": ["A", "B"], "week": [0, 0], "haq_di": ["1.5", "1"], "visit_date": ["then", "2026-01-01"]}
    )
    written = (["n.b.", 1], ["1.234,5", "1"], ["1,234", "1"], ["1 234", "1"], ["<5", "1"], ["2 p", "1"])
    days = rest.assign(visit_date=["46112", "2026-01-01"])
    for table in (rest, days, *(rest.assign(haq_di=cells) for cells in written)):
        other = MappingModel(table, "visits")
        other.choose("visit_date", "visit_date")
        said |= set(other.summary()["What to do"]) | set(other.listed_problems()["What to do"])
        argued = mt.validate(other.applied, "visits")["hint"]
        assert argued.str.contains(r"pd\.|\w=|measurement|alone").any()
    assert [words for words in said if "=" in words or "pd." in words] == []
    assert "missing=" in " ".join(mt.validate(model.applied, "visits")["hint"])  # who calls reads of calls


def test_a_refused_change_changes_nothing(model):
    model.accept("HAQ")
    before, revision = model.state(), model.revision
    with pytest.raises(mt.errors.MappingError, match="a column twice"):
        model.choose("Centrum", "haq_di")
    with pytest.raises(mt.errors.NotFoundError, match="no heading 'X'"):
        model.restore({"choices": {"X": {"column": "week"}}})
    assert (model.state(), model.revision) == (before, revision)


def test_a_state_and_a_mapping_come_back(model):
    model.accept_likely()
    model.write(decimal=",")
    other = MappingModel(own(), "visits")
    other.restore(model.state())
    assert other.mapping == model.mapping
    again = MappingModel(own(), "visits", mapping=model.mapping)
    assert again.mapping == model.mapping
    again.reset()
    assert again.mapping == model.mapping
    model.reset()
    assert model.choices == {}
    with pytest.raises(mt.errors.MappingError, match="of visits, not of patients"):
        MappingModel(own(), "patients", mapping=other.mapping)


def every(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from every(child)


def test_another_engine_and_hostile_headings():
    own = pl.DataFrame({"<b>week": ["1"], "HAQ": ["<i>2"]})
    app = mt.apps.map_columns(own)
    app.model.choose("HAQ", "haq_di")
    said = [widget.value for widget in every(app) if isinstance(widget, widgets.HTML)]
    assert any("&lt;i&gt;2" in text for text in said)
    assert not [text for text in said if "<b>week" in text or "<i>2" in text]


def test_the_view_follows_the_model_and_the_model_the_view():
    app = mt.apps.map_columns()
    app.menus["Weken"].value = "week"
    assert app.model.choices["Weken"]["column"] == "week"
    app.accept_button.click()
    assert app.menus["CK"].value == "ck_xuln"
    assert app.limits["CK"].value == "CK bovengrens"
    assert app.accept_button.disabled
    app.decimal.value = ","
    assert app.model.decimal == ","
    app.menus["Centrum"].value = "week"
    assert "a column twice" in app.trouble
    assert app.menus["Centrum"].value == ""
    app.undo_button.click()
    assert app.decimal.value == "."
    assert app.trouble == ""
    assert repr(app) == app.model.headline


ASKED = pd.DataFrame(
    {
        "PGA": [6.0, 3.0],
        "MMT": [60, 78],
        "CK (U/l)": [340, 200],
        "ALAT (U/l)": [90, 30],
        "Geslacht": ["v", "m"],
        "HAQ": [9, 1.5],
        "Gewicht (pond)": [140, 160],
    }
)


def test_what_could_be_two_things_is_a_question_with_a_button_for_each():
    app = mt.apps.map_columns(ASKED)
    model = app.model
    assert [row["column"] for row in model.asked_of_several("PGA")] == ["physician_global_cm", "patient_global_cm"]
    assert [len(app.questions[name]) for name in ("PGA", "MMT", "CK (U/l)", "HAQ")] == [2, 3, 0, 0]
    assert model.waiting() == ["CK (U/l)"]
    assert model.advice("PGA").startswith("a question: could be two things: physician global activity, patient global")
    assert model.advice("HAQ").startswith("a question: is it HAQ-DI?")
    model.accept_likely()
    assert set(model.choices) == {"CK (U/l)"}
    assert app.offers["PGA"].layout.display == "none"
    app.questions["PGA"][1].click()
    assert model.choices["PGA"]["column"] == "patient_global_cm"
    assert app.questions["PGA"][0].layout.display == "none"
    app.undo_button.click()
    assert app.questions["PGA"][0].layout.display is None


def test_an_upper_limit_in_numbers():
    app = mt.apps.map_columns(ASKED)
    model, field = app.model, app.limit_numbers["CK (U/l)"]
    model.choose("CK (U/l)", "ck_xuln")
    assert field.layout.display is None
    field.value = "170"
    assert model.applied["ck_xuln"].tolist() == [2.0, 200 / 170]
    field.value = "Geslacht: v = 170, m = 200"
    assert model.applied["ck_xuln"].tolist() == [2.0, 1.0]
    assert app.limits["CK (U/l)"].value == ""
    app.limits["CK (U/l)"].value = "MMT"
    assert field.value == ""
    for wrong in ("many", "Geslacht v 170", "Geslacht: v = x", "0", "v = 170", "-3"):
        field.value = wrong
        assert "upper" in app.trouble
        assert (field.value, model.choices["CK (U/l)"]["upper_limit"]) == ("", "MMT")
    field.value = "Geslacht: v = 7,6; m = 8"
    assert model.choices["CK (U/l)"]["upper_limit"] == {"by": "Geslacht", "v": 7.6, "m": 8.0}
    again = MappingModel(ASKED, "visits", mapping=model.mapping)
    assert again.mapping == model.mapping
    field.value = ""
    assert model.choices["CK (U/l)"]["upper_limit"] is None


def test_words_for_not_recorded_under_one_heading():
    app = mt.apps.map_columns(ASKED)
    model = app.model
    assert app.missing_words["HAQ"].layout.display == "none"
    model.accept("HAQ")
    app.missing_words["HAQ"].value = "9, n.b."
    assert model.applied["haq_di"].isna().tolist() == [True, False]
    assert model.mapping.columns[0].missing == ("9", "n.b.")
    other = MappingModel(ASKED, "visits", mapping=model.mapping)
    assert (other.mapping, other.choices) == (model.mapping, model.choices)
    app.missing_words["HAQ"].value = ""
    assert "missing" not in model.choices["HAQ"]


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (["2,125", "1"], {"decimal": "'2,125' may be a decimal number or a thousand"}),
        (["2,125", "0,375"], {"decimal": "'0,375' holds a decimal comma: choose 'comma: 1,5'"}),
        (["1,5", "2.5"], {"decimal": "'1,5' holds a decimal comma, and '2.5' a point"}),
        (["1,5", "2"], {"decimal": "'1,5' holds a decimal comma: choose 'comma: 1,5'"}),
        (["1,234", "2"], {"decimal": "'1,234' may be a decimal number or a thousand"}),
        (["16-02-2023", "3-4-2023"], {"date_format": "'16-02-2023' has the day first: choose '31-3-2026'"}),
        (["2/16/2023"], {"date_format": "'2/16/2023' has the month first: choose '3/31/2026'"}),
        (["3-4-2023"], {"date_format": "'3-4-2023': does day or month come first?"}),
        (["16-02-2023", "2-16-2023"], {"date_format": "'16-02-2023': dates are written in more than one way"}),
        (["2023-02-16", "n.b."], {}),
    ],
)
def test_how_cells_are_written_is_advised_at_the_menus(cells, says):
    app = mt.apps.map_columns(pd.DataFrame({"x": pd.Series(cells, dtype=object)}))
    assert app.model.written_advice == says
    shown = " ".join(widget.value for widget in every(app) if isinstance(widget, widgets.HTML))
    assert all(escape(words) in shown for words in says.values())
