"""What proves a lesson: for every exercise and seat the truth is right, and each typical error is told from it."""

import re
from string import Formatter

import pytest

import myositis_tools as mt
from myositis_tools import errors, tables
from myositis_tools.lessons import COURSES, KINDS, course_exercises, find_exercise
from myositis_tools.lessons.core_set_sheet import band_in_words
from myositis_tools.lessons.exercise import TAKES
from myositis_tools.lessons.judgement import collide
from myositis_tools.lessons.texts import IN_SHORT, LANGUAGES, Wording, texts
from myositis_tools.lessons.what_criteria_cost import fitting
from myositis_tools.scores.core_set import bands

KEYS = tuple(str(row["key"]) for row in tables.records("exercises"))
SEATS = (None, *range(1, 21))
ASKED = ("P017", "P039", "P084", "P095", "P162", "P173", "P239", "P284")
# what every exercise says, beside the typical errors
OWN = ("title", "prompt", "hint_1", "hint_2", "solution", "ask")


@pytest.mark.parametrize("key", KEYS)
def test_the_truth_is_right_and_each_error_is_its_own(key):
    for seat in SEATS:
        prove(find_exercise(key, seat=seat))


def prove(exercise):
    found = exercise.check(exercise.solution())
    assert (found.correct, found.misconception, found.share) == (True, None, 1.0)
    wrong = exercise.misconceptions()
    assert len(wrong) >= 2
    said = set()
    for name, answer in wrong.items():
        found = exercise.check(answer)
        assert (found.correct, found.misconception) == (False, name)
        assert found.first_difference
        assert found.says.endswith(found.first_difference)
        assert 0 <= found.share < 1
        said.add(found.says)
    assert len(said) == len(wrong)
    assert collide(exercise.kind, exercise.content) == []


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_there_and_filled_in_every_language(key, language):
    exercise, english = find_exercise(key, language=language), find_exercise(key)
    shown = [exercise.title, exercise.prompt, *exercise.hints, exercise.solution_text]
    shown += [exercise.check(answer).says for answer in exercise.misconceptions().values()]
    shown += [one.label for one in exercise.fields] + [word for one in exercise.fields for word in one.choices.values()]
    assert all(text.strip() and "{" not in text and "}" not in text and "nan" not in text.split() for text in shown)
    assert exercise.solution() == english.solution()
    assert [list(one.choices) for one in exercise.fields] == [list(one.choices) for one in english.fields]
    assert (exercise.title != english.title) == (language != "en")
    assert exercise.material.shape == english.material.shape
    assert not exercise.material.astype(str).isin(["nan", "None", "<NA>", "?"]).any().any()


def test_every_text_has_the_same_places_in_every_language():
    for place, row in texts().items():
        assert all(row[language].strip() not in ("", "None") for language in LANGUAGES), place
        held = [{name for _, name, _, _ in Formatter().parse(row[language]) if name} for language in LANGUAGES]
        assert held[0] == held[1] == held[2], place


def test_no_text_types_a_number_that_the_library_computes():
    typed = {
        place: row["en"]
        for place, row in texts().items()
        if place[0] != "controls" and re.search(r"\d", re.sub(r"\{\w+\}|MMT-8", "", row["en"]))
    }
    assert typed == {}


def test_criteria_and_bands_are_named_as_the_library_names_them():
    english = {place[1]: row["en"] for place, row in texts().items() if place[0] == "every"}
    for one in mt.TIME_IS_MUSCLE.criteria:
        assert english[f"criterion_{one.key}"] == one.label
    wording = Wording("by_hand", "en")
    for band in (band for some in bands().values() for band in some):
        assert band_in_words(band, wording) == str(band)


def test_every_text_belongs_to_an_exercise_and_none_is_left_over():
    said = {key: set(OWN) for key in KEYS}
    for key in KEYS:
        for seat in SEATS:
            errors_of = set(find_exercise(key, seat=seat).misconceptions())
            said[key] |= errors_of | {f"{error}{IN_SHORT}" for error in errors_of}
    extra = {(exercise, item) for exercise, item in texts() if exercise in said and item not in said[exercise]}
    assert extra == set()
    assert {exercise for exercise, _ in texts()} == {*KEYS, "every", "controls"}
    assert {(key, item) for key, items in said.items() for item in items} <= set(texts())


def test_the_courses_fit_their_time_and_go_through_the_sessions_in_order():
    assert course_exercises() == KEYS
    rows = {str(row["key"]): row for row in tables.records("exercises")}
    assert set(course_exercises("twenty_minutes")) < set(KEYS)
    for course in COURSES:
        sessions = [rows[key]["session"] for key in course_exercises(course)]
        assert sessions == sorted(sessions)
    for course, most in (("ninety_minutes", 90), ("twenty_minutes", 20)):
        assert sum(rows[key]["minutes"] for key in course_exercises(course)) <= most
    assert {row["kind"] for row in rows.values()} == set(KINDS)


def test_seats_differ_but_for_what_the_whole_room_answers():
    for key in KEYS:
        contents = {
            repr((find_exercise(key, seat=seat).prompt, find_exercise(key, seat=seat).material.to_dict()))
            for seat in SEATS
        }
        assert (len(contents) == 1) == (key == "how_many")


# drawn by a hash of its own: the same in every version of Python and on every machine
@pytest.mark.parametrize(("key", "patient"), [("worse", "P073"), ("band_edges", "P073"), ("ceiling", "P191")])
def test_a_seat_keeps_its_patient(key, patient):
    assert find_exercise(key, seat=7).content.values["patient"] == patient


def test_every_field_says_what_it_takes():
    for key in KEYS:
        for one in find_exercise(key).fields:
            assert one.takes in TAKES
            assert bool(one.choices) == (one.takes != "number")


def test_material_shows_no_verdict():
    for key in ("edge_triage", "iga", "drugs", "by_hand", "known_or_not", "cost"):
        exercise = find_exercise(key)
        words = {word for one in exercise.fields for word in one.choices.values()} - {"yes", "no", "unknown"}
        cells = {str(cell) for cell in exercise.material.to_numpy().ravel()}
        assert not cells & {word for word in words if not re.fullmatch(r"[\d.]+", word)} - set(
            exercise.material.iloc[:, 0]
        )


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        ("fits", errors.WrongTypeError, "asks 8 things"),
        ({"P017": "eligible"}, errors.OptionError, "Not answered yet: P039"),
        (
            dict.fromkeys(("P017", "P039", "P084", "P095", "P162", "P173", "P239", "P284", "P999"), "eligible"),
            errors.OptionError,
            "does not ask about P999",
        ),
        (
            dict.fromkeys(ASKED, "elligible"),
            errors.OptionError,
            "did you mean 'eligible'",
        ),
        (
            dict.fromkeys(ASKED, "<b>" + "x" * 10_000),
            errors.OptionError,
            "…",
        ),
        (
            {patient: ["eligible"] for patient in ASKED},
            errors.OptionError,
            "not one of the choices",
        ),
    ],
)
def test_an_answer_of_a_wrong_form_is_refused_in_one_sentence(answer, error, said):
    with pytest.raises(error, match=re.escape(said)) as found:
        find_exercise("edge_triage").check(answer)
    assert len(str(found.value)) < 500


@pytest.mark.parametrize(
    ("key", "answer", "error"),
    [
        ("band_edges", "many", errors.WrongTypeError),
        ("band_edges", True, errors.WrongTypeError),
        ("band_edges", [50], errors.WrongTypeError),
        ("band_edges", "", errors.OptionError),
        ("band_edges", None, errors.OptionError),
        ("band_edges", float("nan"), errors.OptionError),
        ("band_edges", "nan", errors.WrongTypeError),
        ("band_edges", "inf", errors.ImpossibleValueError),
        ("band_edges", 101, errors.ImpossibleValueError),
        ("band_edges", -1, errors.ImpossibleValueError),
        ("ceiling", 11, errors.OptionError),
        ("ceiling", True, errors.OptionError),
        ("cost", ["early_disease"], errors.OptionError),
        ("cost", ["early_disease"] * 4, errors.OptionError),
        ("cost", "early_disease", errors.WrongTypeError),
        ("cost", 4, errors.WrongTypeError),
    ],
)
def test_what_is_no_answer_is_refused(key, answer, error):
    with pytest.raises(error):
        find_exercise(key).check(answer)


def test_a_number_may_be_written_with_a_comma_and_a_key_as_a_number():
    assert find_exercise("band_edges").check("50,0").correct
    assert find_exercise("ceiling").check(10).correct
    assert find_exercise("ceiling").check("10").correct
    assert find_exercise("worse").check({"worsened": {"haq", "extramuscular"}, "response": "moderate"}).correct


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: find_exercise("band_edge"), errors.NotFoundError, "did you mean 'band_edges'"),
        (lambda: find_exercise("iga", language="fr"), errors.OptionError, "one of 'en', 'nl', 'de'"),
        (lambda: find_exercise("iga", seat=-1), errors.OptionError, "seat=-1 is no seat"),
        (lambda: find_exercise("iga", seat="7"), errors.OptionError, "is no seat"),
        (lambda: find_exercise("iga", seat=True), errors.OptionError, "is no seat"),
        (lambda: course_exercises("hour"), errors.OptionError, "course='hour' is not known"),
    ],
)
def test_what_cannot_be_found_is_refused(call, error, said):
    with pytest.raises(error, match=re.escape(said)):
        call()


def test_a_single_wrong_row_is_told_by_its_own_difference():
    exercise = find_exercise("edge_triage")
    found = exercise.check(exercise.solution() | {"P095": "ineligible"})
    assert found.misconception == "edge_inside"
    assert found.first_difference.startswith("P095: you answered “does not fit”; the answer is “fits”")
    assert "FVC 50 % of predicted, not below 50 %" in found.first_difference
    assert found.share == 7 / 8
    found = exercise.check(exercise.solution() | {"P095": "indeterminate", "P017": "eligible"})
    assert found.misconception is None
    assert found.first_difference.startswith("P017: ")
    assert found.says == found.first_difference


def test_a_limit_is_counted_as_the_protocol_decides():
    for months in (12, 16, 120):
        decided = mt.TIME_IS_MUSCLE.with_limits(maximum_duration_months=months).decide(mt.load_screening())
        assert fitting(months) == (decided["decision"] == "eligible").sum()


def test_a_guess_near_an_error_is_that_error_and_one_near_the_truth_is_right():
    guess = find_exercise("how_many")
    assert guess.check(80).correct
    assert guess.check(80).share == 1.0
    assert guess.check(104).misconception == "undecided_as_fitting"
    assert guess.check(150).misconception is None
    assert 0 < guess.check(120).share < guess.check(100).share < 1


def test_a_drawing_is_judged_by_what_it_is_nearest_to():
    drawing = find_exercise("draw_it")
    near = {name: value + 3 for name, value in drawing.solution().items()}
    found = drawing.check(near)
    assert (found.correct, found.misconception) == (True, None)
    assert "3 percentage points" in found.says
    assert found.share == pytest.approx(0.97)
    far = drawing.check(dict.fromkeys(near, 10.0))
    assert (far.correct, far.misconception) == (False, None)


def test_numbers_of_the_course_as_the_library_computes_them_today():
    right = {key: find_exercise(key).solution() for key in KEYS}
    assert right["how_many"] == {"patients": 75}
    assert right["by_hand"]["total"] == 35
    assert right["band_edges"] == {"total": 50}
    assert right["ceiling"] == {"points": "10"}
    assert right["worse"] == {"worsened": ["haq", "extramuscular"], "response": "moderate"}
    assert right["known_or_not"] == {"P184_12": "met", "P195_12": "unknown", "P081_12": "met"}
    assert right["missing_bounds"] == {"lowest": 20.8, "highest": 41.7}
    assert right["wider"] == {"months": 16}
    assert right["cost"]["order"] == [
        "prior_treatment",
        "minimal_disability",
        "early_disease",
        "recent_immunosuppression",
    ]
    wrong = {key: find_exercise(key).misconceptions() for key in KEYS}
    assert {key: answer["total"] for key, answer in wrong["band_edges"].items()} == {
        "upper_edge": 72.5,
        "percent_of_baseline": 85,
        "binary_floats": 55,
    }
    assert wrong["by_hand"]["other_enzyme"]["total"] == 40
    assert wrong["by_hand"]["percent_of_baseline"]["total"] == 50
    assert [wrong["wider"][key]["months"] for key in ("one_too_few", "doubled", "as_wide_as_it_goes")] == [14, 24, 120]
