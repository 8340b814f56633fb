"""The papers of a class: the teacher's notes, slides, a handout and an answer sheet, all made from the exercises."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from myositis_tools.errors import require_option
from myositis_tools.lessons.exercise import Exercise, course_exercises, find_exercise
from myositis_tools.lessons.sample_facts import protocol, trial_name
from myositis_tools.lessons.texts import LANGUAGES
from myositis_tools.report import class_paper_tables as of_class
from myositis_tools.report.class_paper import ClassPaper, PaperPart, PaperWords


def teacher_notes(course: str = "ninety_minutes", language: str = "en") -> ClassPaper:
    """Notes for the teacher: times, and for each exercise the solution, what goes wrong, and what to ask.

    Parameters
    ----------
    course : {"ninety_minutes", "twenty_minutes"}
        Which course.
    language : {"en", "nl", "de"}
        The language of its words. Reasons and criteria that the library words are English.

    Returns
    -------
    ClassPaper
        Shows itself in a notebook; ``save("notes.html")`` writes it, ``save("notes.pdf")`` prints it.

    Raises
    ------
    OptionError
        If there is no such course or language.

    Missing data
    ------------
    None is read but that of the sample, as the exercises do.

    Source
    ------
    ``tables.load("exercises")`` and ``tables.load("exercise_texts")``; answers are computed from the sample.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.teaching.teacher_notes("twenty_minutes")
    Teacher's notes: Twenty minutes with myositis criteria
    """
    say, exercises = _asked(course, language)
    minutes = sum(one.minutes for one in exercises)
    values = {
        "course": say(course),
        "sessions": _sessions(exercises),
        "minutes": minutes,
        "shorter": minutes - sum(one.minutes for one in exercises if one.cut_when_late),
        "of_class": of_class,
    }
    return ClassPaper(f"{say('notes')}: {say(course)}", language, "class_notes.html", values)


def slides(course: str = "ninety_minutes", language: str = "en") -> ClassPaper:
    """Slides of a course: one question a slide with its material, and no answer anywhere on the page.

    Arrow keys, Home and End move; N shows what the presenter may ask. Printed, each slide is a page.

    Parameters
    ----------
    course : {"ninety_minutes", "twenty_minutes"}
        Which course.
    language : {"en", "nl", "de"}
        The language of its words. Reasons and criteria that the library words are English.

    Returns
    -------
    ClassPaper
        Shows itself in a notebook; ``save("slides.html")`` writes it, ``save("slides.pdf")`` prints it.

    Raises
    ------
    OptionError
        If there is no such course or language.

    Missing data
    ------------
    A value that is missing in the material is what some exercises ask about; none is filled.

    Source
    ------
    ``tables.load("exercise_texts")`` for the words; the material is the sample's.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.teaching.slides("twenty_minutes", "nl")
    Twintig minuten met myositiscriteria
    """
    say, exercises = _asked(course, language)
    return ClassPaper(say(course), language, "class_slides.html", {"exercises": exercises, "of_class": of_class})


def handout(language: str = "en") -> ClassPaper:
    """Handout of two pages: the points of the score, the criteria of the trial, and ten traps without answers.

    Parameters
    ----------
    language : {"en", "nl", "de"}
        The language of its words. Criteria are in the library's English.

    Returns
    -------
    ClassPaper
        Shows itself in a notebook; ``save("handout.html")`` writes it, ``save("handout.pdf")`` prints it on A4.

    Raises
    ------
    OptionError
        If there is no such language.

    Missing data
    ------------
    What is missing for a patient of the traps is said, or left out where that is the question.

    Source
    ------
    ``tables.load("improvement_points")``, ``tables.load("improvement_classes")`` and the protocol of TIME IS MUSCLE.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.teaching.handout("de").language
    'de'
    """
    require_option("language", language, LANGUAGES)
    say = PaperWords(language)
    named = say("criteria", criteria=len(protocol().criteria), trial=trial_name())
    source = say("source", source=of_class.points_source())
    sides = (
        (
            PaperPart(of_class.points_table(say), say("points"), note=f"{say('points_note')} {source}"),
            PaperPart(of_class.classes_table(say), say("classes")),
            PaperPart(of_class.criteria_table(say), named),
        ),
        (PaperPart(of_class.traps_table(language, say), say("traps"), say("traps_note")),),
    )
    return ClassPaper(say("handout"), language, "class_sheet.html", {"sides": sides, "seat": False})


def answer_sheet(course: str = "ninety_minutes", language: str = "en") -> ClassPaper:
    """Answer sheet of a course: one page to write on, with a seat and no name.

    Parameters
    ----------
    course : {"ninety_minutes", "twenty_minutes"}
        Which course.
    language : {"en", "nl", "de"}
        The language of its words.

    Returns
    -------
    ClassPaper
        Shows itself in a notebook; ``save("answers.html")`` writes it, ``save("answers.pdf")`` prints it on A4.

    Raises
    ------
    OptionError
        If there is no such course or language.

    Missing data
    ------------
    None is read but that of the sample, as the exercises do.

    Source
    ------
    What each exercise asks.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.teaching.answer_sheet("twenty_minutes")
    Answer sheet: Twenty minutes with myositis criteria
    """
    say, exercises = _asked(course, language)
    values = {"sides": ((PaperPart(of_class.answers_table(exercises, say)),),), "seat": True}
    return ClassPaper(f"{say('answer_sheet')}: {say(course)}", language, "class_sheet.html", values)


def _asked(course: str, language: str) -> tuple[PaperWords, list[Exercise]]:
    require_option("language", language, LANGUAGES)
    return PaperWords(language), [find_exercise(key, language=language) for key in course_exercises(course)]


def _sessions(exercises: list[Exercise]) -> list[dict[str, Any]]:
    """The sessions of a course with the minutes at which they begin and end; arriving is not counted."""
    found, start, place = [], 0, 0
    for session, own in groupby(exercises, key=lambda one: one.session):
        of_session = list(own)
        end = start + sum(one.minutes for one in of_session)
        numbered = list(enumerate(of_session, start=place + 1))
        found.append({"number": session, "start": start, "end": end, "exercises": numbered})
        start, place = end, place + len(of_session)
    return found
