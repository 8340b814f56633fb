"""Papers of a class say what the exercises and the tables say, no answer where none belongs, and load nothing."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest

import myositis_tools as mt
from myositis_tools import errors, tables
from myositis_tools.html_tables import html_table
from myositis_tools.lessons import course_exercises, find_exercise
from myositis_tools.lessons.exercise import COURSES
from myositis_tools.lessons.sample_facts import decisions, trap_patients
from myositis_tools.lessons.ten_traps import TEN, ten_traps
from myositis_tools.lessons.texts import IN_SHORT, LANGUAGES
from myositis_tools.report.class_paper import ClassPaper, PaperPart

KEYS = course_exercises()
# what a page loads from elsewhere, or sends there
LOADS = re.compile(
    r"""(?:src|href|action|srcset|poster)\s*=|url\(|@import|<(?:link|iframe|object|embed|img|base)\b|fetch\("""
)


class Cells(HTMLParser):
    """The cells of the tables of a page, row by row."""

    def __init__(self, page):
        super().__init__()
        self.rows, self.text, self.within, self.in_cell = [], [], 0, False
        self.feed(page)

    def handle_starttag(self, tag, attrs):  # noqa: ARG002 - so it is called
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self.in_cell = True
        self.within += tag in ("style", "script")

    def handle_endtag(self, tag):
        self.in_cell = self.in_cell and tag not in ("td", "th")
        self.within -= tag in ("style", "script")

    def handle_data(self, data):
        if self.within:
            return
        self.text.append(data)
        if self.in_cell:
            self.rows[-1][-1] += data


def text_of(page):
    return " ".join("".join(Cells(page).text).split())


def papers(language):
    return {
        "notes": mt.teaching.teacher_notes(language=language),
        "slides": mt.teaching.slides(language=language),
        "handout": mt.teaching.handout(language),
        "answers": mt.teaching.answer_sheet(language=language),
    }


@pytest.fixture(scope="module", params=LANGUAGES)
def made(request):
    return request.param, {name: paper.html for name, paper in papers(request.param).items()}


def test_notes_hold_every_exercise_with_all_that_goes_wrong(made):
    language, pages = made
    text = text_of(pages["notes"])
    rows = {(row[0], row[2]) for row in Cells(pages["notes"]).rows if len(row) == 3}
    for key in KEYS:
        one = find_exercise(key, language=language)
        for said in (one.title, one.prompt, one.ask, *one.hints, one.solution_text):
            assert " ".join(said.split()) in text
        for error, answer in one.misconceptions().items():
            assert (one.wording.say(f"{error}{IN_SHORT}"), one.check(answer).says) in rows


def test_times_and_what_to_drop_are_those_of_the_table(made):
    language, pages = made
    rows = tables.records("exercises")
    notes = text_of(pages["notes"])
    late = find_exercise("how_many", language=language).wording.say("paper_late")
    assert notes.count(late) == sum(row["cut_when_late"] == "yes" for row in rows) > 0
    ends, end = [], 0
    for session in sorted({row["session"] for row in rows}):
        end += sum(int(row["minutes"]) for row in rows if row["session"] == session)
        ends.append(end)
    shown = [row[1] for row in Cells(pages["notes"]).rows if len(row) == 4][1:]
    assert [re.findall(r"\d+", said) for said in shown] == [
        [str(start), str(end)] for start, end in zip([0, *ends], ends, strict=False)
    ]


def test_slides_hold_every_question_and_no_answer(made):
    language, pages = made
    text = text_of(pages["slides"])
    assert pages["slides"].count('<section class="slide') == len(KEYS) + 1
    for key in KEYS:
        one = find_exercise(key, language=language)
        assert " ".join(one.prompt.split()) in text
        assert all(str(heading) in text for heading in one.material.columns)
        assert one.ask in text
        kept_back = [one.solution_text, *one.hints, *(why for why in one.content.reasons.values() if len(why) > 20)]
        for error, answer in one.misconceptions().items():
            kept_back += [one.check(answer).says, one.wording.say(error), one.wording.say(f"{error}{IN_SHORT}")]
        assert [said for said in kept_back if " ".join(said.split()) in text] == []


def test_points_of_the_handout_are_those_of_the_table(made):
    language, pages = made
    wanted = {}
    for row in tables.records("improvement_points"):
        wanted.setdefault(row["measure"], []).append(
            [value for value in (row["above_percent"], row["to_percent"], row["points"]) if value is not None]
        )
    rows = [row for row in Cells(pages["handout"]).rows if len(row) == 6][1:]
    shown = [
        [[float(one.replace(",", ".")) for one in re.findall(r"\d+(?:[.,]\d+)?", cell)] for cell in row[1:]]
        for row in rows
    ]
    assert shown == list(wanted.values())
    assert (("7,5" in pages["handout"]) and ("7.5" not in pages["handout"])) == (language != "en")
    minima = [row["minimum_score"] for row in tables.records("improvement_classes")]
    classes = [row[1:] for row in Cells(pages["handout"]).rows if len(row) == 5][1:]
    assert [float(cell.removeprefix("≥ ")) for row in classes for cell in row] == minima


def test_criteria_of_the_handout_are_those_of_the_trial(made):
    _, pages = made
    rows = [row for row in Cells(pages["handout"]).rows if len(row) == 4]
    criteria = mt.TIME_IS_MUSCLE.criteria
    assert [row[3] for row in rows[1 : len(criteria) + 1]] == [one.rule.sentence for one in criteria]


def test_ten_traps_are_asked_and_not_answered(made):
    language, pages = made
    asked = ten_traps(language)
    assert [one.patient for one in asked] == [trap_patients()[trap] for _, trap in TEN]
    assert len({one.patient for one in asked}) == 10
    for place, one in enumerate(asked, start=1):
        row = next(row for row in Cells(pages["handout"]).rows if row[:2] == [str(place), one.patient])
        assert one.recorded in row[2]
        assert "nan" not in row[2]
        assert all(choice.replace(" ", "\xa0") in row[3] for each in one.fields for choice in each.choices.values())
    reasons = [str(why) for why in decisions().loc[[one.patient for one in asked], "because"] if str(why).strip()]
    assert not [why for why in reasons if why in pages["handout"]]


def test_an_answer_sheet_has_room_for_every_answer(made):
    language, pages = made
    rows = Cells(pages["answers"]).rows[1:]
    assert len(rows) == len(KEYS)
    for row, key in zip(rows, KEYS, strict=True):
        one = find_exercise(key, language=language)
        assert row[1] == one.title
        room = [1 if one.kind == "points" else max(len(each.choices), 1) for each in one.fields]
        assert len(re.findall(r"☐|_{2,}", row[2])) == sum(room)
        assert one.solution_text not in row[2]


def test_a_page_is_whole_and_loads_nothing(made):
    language, pages = made
    for name, page in pages.items():
        assert f'<html lang="{language}">' in page
        assert "default-src 'none'" in page
        assert LOADS.findall(page) == [], name
        assert ("<script" in page) == (name == "slides")
        assert "{{" not in page
        assert "paper_" not in text_of(page)


def test_a_page_that_would_load_is_seen():
    assert LOADS.search('<img src="http://example.org/a.png">')
    assert LOADS.search("<a href='http://example.org'>")


@pytest.mark.parametrize("course", COURSES)
def test_every_course_has_its_papers(course):
    keys = course_exercises(course)
    assert mt.teaching.slides(course).html.count('<section class="slide') == len(keys) + 1
    assert mt.teaching.teacher_notes(course).html.count("<article>") == len(keys)
    assert len(Cells(mt.teaching.answer_sheet(course).html).rows) == len(keys) + 1


@pytest.mark.parametrize("make", [mt.teaching.teacher_notes, mt.teaching.slides, mt.teaching.answer_sheet])
def test_a_course_or_language_that_is_not_known_is_said(make):
    with pytest.raises(errors.OptionError, match="course"):
        make("a_week")
    with pytest.raises(errors.OptionError, match="language"):
        make("twenty_minutes", "fr")
    with pytest.raises(errors.OptionError, match="language"):
        mt.teaching.handout("fr")


def test_a_paper_is_saved_shown_and_escaped(tmp_path):
    cell = html_table(["a"], [["<script>alert(1)</script>"]])
    paper = ClassPaper("<b>A & B</b>", "en", "class_sheet.html", {"sides": ((PaperPart(cell, "<i>"),),), "seat": False})
    page = paper.save(tmp_path / "paper.html").read_text(encoding="utf-8")
    assert page == paper.html
    assert "<script" not in page
    assert "<b>A" not in page
    assert "<h2>&lt;i&gt;</h2>" in page
    shown = paper._repr_html_()
    assert shown.startswith("<iframe")
    assert "allow-same-origin" not in shown
    assert unescape(shown.partition('srcdoc="')[2].removesuffix('"></iframe>')) == page
    with pytest.raises(errors.OptionError, match="suffix"):
        paper.save(tmp_path / "paper.docx")
