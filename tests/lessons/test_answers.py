"""Sheets of answers: whole, told where they cannot be used, and without a name or a row of a patient."""

import json
import os
import re

import pytest

from myositis_tools import errors
from myositis_tools.lessons import AnswerSheet, class_answers, find_exercise, unusable_answers
from myositis_tools.lessons.answers import _checksum
from myositis_tools.lessons.class_answers import NOT_ANSWERED, OTHER, RIGHT, outcomes_of


def sheet_of(seat, answers, course="ninety_minutes"):
    """A sheet on which each exercise is answered in turn by its solution or by a typical error."""
    sheet = AnswerSheet(course, seat)
    for key, error in answers:
        exercise = find_exercise(key, seat=None)
        answer = exercise.misconceptions().get(error, exercise.solution())
        sheet.record(exercise, answer, exercise.check(answer), hints=0, confidence=60, seconds=12.5)
    return sheet


def rewritten(path, *, sign=True, **changes):
    """The file with changes, and a checksum that fits them or does not."""
    body = json.loads(path.read_text(encoding="utf-8")) | changes
    if sign:
        body["checksum"] = _checksum({name: value for name, value in body.items() if name != "checksum"})
    path.write_text(json.dumps(body), encoding="utf-8")


def test_a_sheet_comes_back_as_it_was_written(tmp_path):
    sheet = sheet_of(7, [("ceiling", "upper_edge"), ("ceiling", ""), ("worse", ""), ("cost", "all_who_fail")])
    path = sheet.write(tmp_path / "new folder")
    again = AnswerSheet.read(path)
    assert (again.course, again.seat, again.sheet) == (sheet.course, sheet.seat, sheet.sheet)
    assert again.tries == sheet.tries
    assert again.points() == sheet.points() == 0.75 + 1.0
    assert again.write(tmp_path / "new folder") == path
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_sheet_tells_no_name_and_no_row_of_a_patient(tmp_path):
    text = sheet_of(3, [("iga", ""), ("by_hand", "")]).write(tmp_path).read_text(encoding="utf-8")
    assert set(json.loads(text)) == {"schema", "package", "data", "course", "seat", "sheet", "tries", "checksum"}
    assert not re.search(r"20\d\d-\d\d-\d\d|birth|/home|/work|/root|female", text)


def test_hints_and_tries_cost_a_quarter_and_a_shown_solution_everything():
    exercise = find_exercise("ceiling")
    right, wrong = exercise.solution(), exercise.misconceptions()["nothing_gained"]

    def points(*tries, **options):
        sheet = AnswerSheet("ninety_minutes", 1)
        for answer in tries:
            sheet.record(exercise, answer, exercise.check(answer), **options)
        return sheet.points()

    assert points() == points(wrong) == points(right, solution_seen=True) == 0
    assert points(right) == 1
    assert points(right, hints=1) == points(wrong, right) == 0.75
    assert points(wrong, right, hints=2) == points(*[wrong] * 9, right, hints=2) == 0.25
    table = AnswerSheet("twenty_minutes", 1).by_exercise()
    assert table["exercise"].tolist() == ["edge_triage", "ceiling", "known_or_not"]
    assert table["tries"].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"hints": -1}, errors.ImpossibleValueError),
        ({"hints": "two"}, errors.WrongTypeError),
        ({"confidence": 101}, errors.ImpossibleValueError),
        ({"confidence": float("nan")}, errors.WrongTypeError),
        ({"seconds": True}, errors.WrongTypeError),
    ],
)
def test_what_cannot_be_recorded_is_refused(options, error):
    exercise = find_exercise("ceiling")
    sheet = AnswerSheet("ninety_minutes", 1)
    with pytest.raises(error):
        sheet.record(exercise, 10, exercise.check(10), **options)
    assert sheet.tries == []


def test_a_sheet_needs_a_seat_a_course_and_an_exercise_of_it(tmp_path):
    for seat in (-1, 1.5, "7", True, None):
        with pytest.raises(errors.OptionError, match="is no seat"):
            AnswerSheet("ninety_minutes", seat)
    with pytest.raises(errors.OptionError, match="course='hour'"):
        AnswerSheet("hour", 1)
    exercise = find_exercise("band_edges")
    with pytest.raises(errors.OptionError, match="is not in the course 'twenty_minutes'"):
        AnswerSheet("twenty_minutes", 1).record(exercise, 10, exercise.check(10))
    (tmp_path / "a file").write_text("")
    with pytest.raises(errors.NotFoundError, match="cannot be written"):
        AnswerSheet().write(tmp_path / "a file")


# what can be wrong with a file: what stands in it, what it says, and what one of its tries says
CONTENTS = (b"", b"{", b"[1, 2]", bytes(range(256)), b"[" * 100_000, b" " * 2_000_000)
CHANGES = (
    {"package": "myositis_tools 99.9"},
    {"schema": 99},
    {"data": "0"},
    {"course": "twenty_minutes", "tries": []},
    {"course": ["x"]},
    {"seat": "<b>7</b>"},
    {"sheet": "../../x"},
    {"tries": {"a": 1}},
    {"name": "Jane"},
)
TRIES = ({"exercise": "<script>"}, {"misconception": "<script>"}, {"share": "much"}, {"hints": -1}, {"name": "Jane"})


def spoil(paths):
    """Spoil a file in each way; the last is changed without a new checksum."""
    for content in CONTENTS:
        next(paths).write_bytes(content)
    for changes in CHANGES:
        rewritten(next(paths), **changes)
    for changes in TRIES:
        path = next(paths)
        one = json.loads(path.read_text(encoding="utf-8"))["tries"][0]
        rewritten(path, tries=[one | changes])
    rewritten(next(paths), sign=False, seat=99)


def test_every_file_that_cannot_be_used_is_told_and_the_others_count(tmp_path):
    good = [sheet_of(seat, [("ceiling", "upper_edge")]).write(tmp_path) for seat in (1, 2)]
    faults = len(CONTENTS) + len(CHANGES) + len(TRIES) + 1
    spoil(sheet_of(seat, [("ceiling", "")]).write(tmp_path) for seat in range(11, 11 + faults))
    (tmp_path / ".answers-005.json.part").write_text("half a file on its way")
    (tmp_path / "notes.txt").write_text("")
    told = unusable_answers(tmp_path)
    assert len(told) == faults
    assert not told["used"].any()
    assert told["why"].str.endswith(".").all()
    assert told["file"].str.match(r"answers-\d+-\w+\.json$").all()
    assert not told["why"].str.contains("<").any()
    with pytest.warns(errors.ReadingWarning, match=f"{faults} files of answers could not be used"):
        found = class_answers(tmp_path, smallest_count=None)
    assert found.groupby("exercise")["first"].sum().eq(len(good)).all()
    for path in tmp_path.glob("answers-01[1-6]*.json"):
        with pytest.raises(errors.WrongTypeError, match="no answers that can be used"):
            AnswerSheet.read(path)
    with pytest.raises(errors.OptionError, match="of another version"):
        AnswerSheet.read(next(tmp_path.glob("answers-017*.json")))
    with pytest.raises(errors.NotFoundError, match="cannot be read"):
        AnswerSheet.read(tmp_path / "answers-none.json")


def test_two_sheets_of_a_seat_are_told_and_both_counted_a_copy_is_not(tmp_path):
    first = sheet_of(7, [("ceiling", "upper_edge")])
    path = first.write(tmp_path)
    copy = tmp_path / "answers-007 (1).json"
    copy.write_bytes(path.read_bytes())
    exercise = find_exercise("ceiling")
    first.record(exercise, exercise.solution(), exercise.check(exercise.solution()))
    first.write(tmp_path)
    sheet_of(7, [("ceiling", "")]).write(tmp_path)
    told = unusable_answers(tmp_path)
    assert sorted(told["used"]) == [False, True, True]
    assert told.loc[~told["used"], "file"].tolist() == [copy.name]
    assert told.loc[told["used"], "why"].tolist() == ["Seat 7 has 2 sheets; all are counted."] * 2
    with pytest.warns(errors.ReadingWarning, match="1 file of answers"):
        found = class_answers(tmp_path, smallest_count=None).query("exercise == 'ceiling'").set_index("outcome")
    assert found["first"].to_dict() | {"upper_edge": 1, RIGHT: 1} == found["first"].to_dict()
    assert found.loc[RIGHT, "last"] == 2


def test_a_class_is_counted_by_its_first_and_last_try_and_small_counts_are_hidden(tmp_path):
    for seat in range(8):
        sheet_of(seat, [("ceiling", "upper_edge"), ("ceiling", "")] if seat < 6 else [("ceiling", "")]).write(tmp_path)
    sheet_of(8, []).write(tmp_path)
    exercise = find_exercise("how_many")
    sheet = AnswerSheet("ninety_minutes", 9)
    sheet.record(exercise, 150, exercise.check(150))
    sheet.write(tmp_path)
    open_counts = class_answers(tmp_path, smallest_count=None)
    assert unusable_answers(tmp_path).empty
    ceiling = open_counts.query("exercise == 'ceiling'").set_index("outcome")
    assert ceiling["first"].to_dict() == {
        RIGHT: 2,
        "full_strength_full_points": 0,
        "upper_edge": 6,
        "nothing_gained": 0,
        OTHER: 0,
        NOT_ANSWERED: 2,
    }
    assert ceiling["last"][RIGHT] == 8
    guess = open_counts.query("exercise == 'how_many'").set_index("outcome")
    assert (guess["first"][OTHER], guess["first"][NOT_ANSWERED]) == (1, 9)
    assert open_counts["says"].str.len().gt(3).all()
    masked = class_answers(tmp_path)
    ceiling = masked.query("exercise == 'ceiling'").set_index("outcome")
    assert ceiling["first"].isna()[[RIGHT, NOT_ANSWERED]].all()
    shown = masked["first"].dropna()
    assert not shown.between(1, 4).any()
    assert masked.loc[masked["first"].isna(), "masked"].str.contains("first").all()
    # what is hidden of a known number of learners is never a single count
    hidden = masked.groupby("exercise")["first"].agg(lambda counts: counts.isna().sum())
    assert set(hidden) <= {0, 2, 3, 4, 5, 6}


def test_an_empty_folder_is_a_class_that_has_not_answered(tmp_path):
    found = class_answers(tmp_path)
    assert found["first"].eq(0).all()
    assert found["exercise"].nunique() == 13
    assert unusable_answers(tmp_path).empty
    assert list(unusable_answers(tmp_path)) == ["file", "used", "why"]
    for call in (class_answers, unusable_answers):
        with pytest.raises(errors.NotFoundError, match="no such folder"):
            call(tmp_path / "nowhere")
        with pytest.raises(errors.OptionError, match="course='hour'"):
            call(tmp_path, course="hour")
    with pytest.raises(errors.OptionError, match="cannot hide small counts"):
        class_answers(tmp_path, smallest_count=0)
    with pytest.raises(errors.OptionError, match="language='fr'"):
        class_answers(tmp_path, language="fr")


def test_every_error_has_its_row_in_every_language(tmp_path):
    for language in ("en", "nl", "de"):
        found = class_answers(tmp_path, language=language)
        for key, own in found.groupby("exercise"):
            assert set(find_exercise(key).misconceptions()) <= set(own["outcome"]) == set(outcomes_of(key))
        assert not found["says"].str.contains("[{}]").any()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is forked")
def test_a_reader_never_sees_half_a_file(tmp_path):
    sheet = sheet_of(1, [("ceiling", "")] * 200)
    sheet.write(tmp_path)
    child = os.fork()
    if child == 0:
        for _ in range(50):
            sheet.write(tmp_path)
        os._exit(0)
    seen = 0
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        assert unusable_answers(tmp_path).empty
        seen += 1
    assert seen
