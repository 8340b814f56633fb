"""The trajectory explorer: the model without a screen, the view by its widgets."""

import json

import pandas as pd
import pytest

from myositis_tools import figures
from myositis_tools.apps import explore_trajectories
from myositis_tools.apps.trajectories import TrajectoriesModel
from myositis_tools.apps.trajectories.pictures import PICTURES, make
from myositis_tools.errors import (
    ImpossibleValueError,
    MissingColumnError,
    MyositisToolsError,
    NotFoundError,
    OptionError,
)
from myositis_tools.exchange import as_csv

VISITS = pd.DataFrame(
    {
        "patient_id": ["<b>x</b>", "<b>x</b>", "=1+1", "=1+1", "C", "C", "D"],
        "week": [0, 12, 0, 12, 0, 12, 0],
        "physician_global_cm": [6.0, 3.4, 6.0, 6.0, 5.0, None, 4.0],
        "patient_global_cm": [5.0, 4.0, 5.0, 5.0, 5.0, 4.0, 4.0],
        "mmt8_150": [120, 135, 120, 120, 110, 130, 100],
        "haq_di": [1.5, 1.0, 1.5, 1.5, 1.0, 0.5, 1.0],
        "ck_xuln": [8.0, 3.0, 8.0, 8.0, 2.0, 1.0, 4.0],
        "extramuscular_cm": [3.0, 2.0, 3.0, 3.0, 1.0, 0.5, 2.0],
        "arm": ["IVIg", "IVIg", "placebo", "placebo", "IVIg", "IVIg", None],
    }
)
PATIENTS = pd.DataFrame({"patient_id": ["<b>x</b>", "=1+1", "C", "D"], "site": ["north", "south", "north", "south"]})


@pytest.fixture
def model():
    return TrajectoriesModel(VISITS, patients=PATIENTS, group="arm")


@pytest.fixture
def view():
    return explore_trajectories(VISITS, patients=PATIENTS)


def test_the_first_screen_is_complete(view):
    assert view.model.headline.startswith("3 of 4 patients were seen more than once: MMT-8 (of 150), by arm.")
    assert "IVIg 132.5 (2), placebo 120 (1)" in view.model.headline
    assert "1 patient seen only once is left out" in view.model.remark
    assert view.trajectories.figure is not None
    assert view.model.patient_id == "<b>x</b>"
    assert view.profile.figure is not None
    assert view.trouble == ""


def test_groups_come_from_both_tables_and_from_the_score(model):
    assert set(model.groups) == {"arm", "site", "response"}
    model.group = "response"
    assert [row.group for row in model.trajectories().drop_duplicates("group").itertuples()][:2] == ["none", "moderate"]


def test_a_scale_that_does_not_fit_gives_way(view):
    view.scale.value = "percent_of_range"
    view.measure.value = "tis"
    assert view.model.scale == "measured"
    assert [value for _, value in view.scale.options] == ["measured"]
    view.measure.value = "haq_di"
    assert len(view.scale.options) == 3


def test_clicking_a_line_or_a_row_chooses_the_patient(view):
    view._click("=1+1")
    assert view.patient_id.value == "=1+1"
    view._choose_row(2)
    assert view.model.patient_id == "C"
    view._click((12, 2, 0))  # a summary carries numbers
    assert view.model.patient_id == "C"


def test_every_picture_opens_points_at_the_patient_and_says_what_is_seen(view):
    view.model.patient_id = "C"
    headlines = set()
    for place, key in enumerate(PICTURES):
        view.tabs.selected_index = place
        assert view.trouble == "", key
        assert view.model.picture == key
        figure = view.panes[key].figure
        assert figure is not None, key
        headlines.add(view.model.headline)
        if key == "prednisone":  # these visits have no doses
            assert "no column prednisone_mg_day" in figure.layout.annotations[0].text
        elif key in ("calendar", "swimmer", "measures"):
            assert "<b>▶ C</b>" in figure.layout.yaxis.ticktext
        elif key == "time_to_response":  # of C no visit says anything
            assert "C: no visit says anything of the class" in [trace.name for trace in figure.data]
        else:
            marked = next(trace for trace in make(key, view.model).data if trace.uid.startswith("highlight"))
            assert len(marked.x) > 0, key
    assert len(headlines) == 5
    view.tabs.selected_index = len(PICTURES)
    assert view.model.picture == "patients"
    assert view.patients._table.selected_rows == [2]


def test_only_the_open_picture_is_drawn(view):
    assert [key for key, pane in view.panes.items() if pane.figure is not None] == ["trajectories"]
    view.tabs.selected_index = list(PICTURES).index("class_flow")
    assert [key for key, pane in view.panes.items() if pane.figure is not None] == ["trajectories", "class_flow"]
    shown = [name for name, control in view.labelled.items() if control.layout.display != "none"]
    assert shown == ["group", "patient_id", "weeks"]


def test_the_pictures_are_those_of_the_functions(view):
    model = view.model
    model.group, model.patient_id = "site", "C"
    table = VISITS.merge(PATIENTS, on="patient_id")
    made = figures.class_flow_frame(table, group="site", highlight=["C"])
    pd.testing.assert_frame_equal(model.frame_of("class_flow"), made, check_dtype=False)
    made = figures.waterfall_frame(table, week=12, group="site", highlight=["C"])
    pd.testing.assert_frame_equal(model.frame_of("waterfall"), made, check_dtype=False)
    made = figures.time_to_response_frame(table, group="site", level="moderate", highlight=["C"])
    pd.testing.assert_frame_equal(model.frame_of("time_to_response"), made, check_dtype=False)
    made = figures.two_measures_frame(table, x="mmt8_150", y="tis", week=12, group="site", highlight=["C"])
    pd.testing.assert_frame_equal(model.frame_of("two_measures"), made, check_dtype=False)


RESCUED = PATIENTS.assign(rescue_week=[None, None, 6.0, None], rescue_reason=["", "", "flare", ""])


def test_rescue_has_a_control_only_where_it_is_known(view):
    assert view.model.rescues == ()
    assert "rescue" not in view.labelled
    own = explore_trajectories(VISITS, patients=RESCUED, picture="swimmer")
    assert own.model.rescues == ("rescue_week",)  # why she was rescued is no week
    assert [value for _, value in own.rescue.options] == ["", "rescue_week"]
    assert own.labelled["rescue"].layout.display is None
    own.tabs.selected_index = list(PICTURES).index("calendar")
    assert own.labelled["rescue"].layout.display == "none"


def test_rescue_reaches_swimmer_and_time_to_response_and_comes_back():
    table = VISITS.merge(RESCUED, on="patient_id")
    view = explore_trajectories(VISITS, patients=RESCUED, picture="swimmer")
    without = view.model.frame_of("time_to_response")
    view.rescue.value = "rescue_week"
    model, asked = view.model, {"group": "arm", "rescue": "rescue_week", "highlight": [view.model.patient_id]}
    stars = next(trace for trace in make("swimmer", model).data if trace.uid == "rescue")
    assert list(stars.x) == [6.0]
    assert "A star marks rescue treatment" in view.remark.value
    made = figures.swimmer_frame(table, **asked)
    pd.testing.assert_frame_equal(model.frame_of("swimmer"), made, check_dtype=False)
    made = figures.time_to_response_frame(table, **asked)
    pd.testing.assert_frame_equal(model.frame_of("time_to_response"), made, check_dtype=False)
    assert "rescue" in set(made["estimate"]) - set(without["estimate"])
    assert "rescue='rescue_week'" in model.as_code()
    again = explore_trajectories(VISITS, patients=RESCUED, rescue="rescue_week", picture="swimmer")
    assert again.model.state() == model.state()
    view.undo_button.click()
    assert (model.rescue, view.rescue.value) == (None, "")


def test_a_column_of_rescue_may_have_any_name_but_must_hold_weeks():
    visits = VISITS.assign(escape=[None, None, 4, 4, None, None, None])
    assert explore_trajectories(visits, rescue="escape").model.rescues == ("escape",)
    with pytest.raises(MissingColumnError, match="no column 'escap'"):
        explore_trajectories(visits, rescue="escap")
    with pytest.raises(ImpossibleValueError, match="not after the baseline"):
        explore_trajectories(visits.assign(escape=0), rescue="escape")
    with pytest.raises(OptionError):
        TrajectoriesModel(visits).rescue = "escape"


def test_the_sentence_counts_everybody_followed(model):
    model.picture = "waterfall"
    assert model.headline == "Of 3 patients seen after baseline, at week 12: 1 moderate, 1 none, 1 not certain."


def test_the_chosen_patient_is_pointed_at_and_profiled(model):
    model.patient_id = "C"
    highlight = model.trajectories().query("part == 'highlight'")
    assert highlight["value"].tolist() == [110, 130]
    assert model.profile().query("panel == 'physician_global'")["state"].tolist() == ["recorded", "not recorded"]
    assert model.points()["points"].isna().sum() == 1


def test_undo_and_reset_and_restore(model):
    saved = json.loads(json.dumps(model.state()))
    model.choose_measure("ck_xuln")
    model.scale = "change"
    model.undo()
    assert (model.measure, model.scale) == ("ck_xuln", "measured")
    model.undo()
    assert model.state() == saved
    model.undo()
    assert model.state() == saved
    model.choose_measure("haq_di")
    model.patient_id = "C"
    model.picture = "calendar"
    model.reset()
    assert (model.measure, model.patient_id, model.picture) == ("mmt8_150", "C", "calendar")
    model.restore(saved)
    assert model.patient_id == "<b>x</b>"


def test_what_cannot_be_is_refused_and_nothing_changes(view):
    before = view.model.state()
    view.patient_id.value = "Z"
    assert "There is no patient" in view.trouble
    assert view.model.state() == before
    with pytest.raises(OptionError):
        view.model.restore({"measure": "tis", "scale": "change"})
    assert view.model.state() == before
    with pytest.raises(OptionError, match="no visit at week 5"):
        view.model.weeks = (5,)
    for name, wrong in (("picture", "pie"), ("week", 5), ("level", "much"), ("exposure", "most"), ("against", "mmt")):
        with pytest.raises(OptionError):
            setattr(view.model, name, wrong)
    assert view.model.state() == before
    view.weeks.value = ()
    assert "No visit is chosen" in view.trouble


def test_the_code_makes_the_same_view(view):
    view.measure.value = "tis"
    view.weeks.value = (12,)
    view.tabs.selected_index = list(PICTURES).index("time_to_response")
    view.level.value = "minimal"
    view.sustained.value = True
    made = {}
    code = view.model.as_code().replace("mt.apps.explore", "made['app'] = mt.apps.explore")
    exec(code, {"visits": VISITS, "patients": PATIENTS, "made": made})  # noqa: S102 - the code under test
    assert made["app"].model.state() == view.model.state()


def test_that_there_are_no_groups_is_copied_too(view):
    view.group.value = ""
    assert view.model.group is None
    assert "    group=None,\n" in view.model.as_code()


def test_hostile_names_stay_text(view):
    assert "<b>x</b>" not in view.profile.figure.layout.title.text
    csv = as_csv(view.model.trajectories()).decode("utf-8-sig")
    assert "'=1+1" in csv
    assert ",=1+1" not in csv
    assert "<b>x" not in view.remark.value


def test_without_a_score_the_rest_is_shown():
    model = TrajectoriesModel(VISITS[["patient_id", "week", "mmt8_150"]])
    assert "tis" not in model.measures
    assert "No score" in model.remark
    with pytest.raises(OptionError, match="nothing to draw of tis"):
        model.choose_measure("tis")
    view = explore_trajectories(VISITS[["patient_id", "week", "mmt8_150"]], picture="waterfall")
    assert "No score" in view.panes["waterfall"].figure.layout.annotations[0].text
    assert view.model.shown()["because"].tolist() == [view.model.why_not("waterfall")]
    view.tabs.selected_index = list(PICTURES).index("two_measures")
    assert view.trouble == ""


@pytest.mark.parametrize("rows", [0, 1])
def test_no_visits_and_one_row_open_and_say_why(rows):
    view = explore_trajectories(VISITS[:rows])
    assert "has a value at two visits" in view.model.headline
    assert view.trouble == ""
    assert view.trajectories.figure.layout.annotations[0].text
    for place in range(len(PICTURES) + 1):
        view.tabs.selected_index = place
        assert view.trouble == ""


def test_errors_are_raised_at_the_call():
    with pytest.raises(NotFoundError):
        explore_trajectories(VISITS, patient_id="Z")
    with pytest.raises(MyositisToolsError, match="impossible"):
        explore_trajectories(VISITS.assign(physician_global_cm=47.0))


def test_a_figure_changes_in_place_and_a_page_that_opens_later_sees_it(view):
    figure = view.trajectories.figure
    view.measure.value = "haq_di"
    assert view.trajectories.figure is figure
    assert figure.get_state()["_widget_layout"]["title"]["text"].startswith("HAQ-DI goes from a median of")
    view.scale.value = "change"
    view.scale.value = "measured"
    assert len(figure.layout.shapes) == 0
