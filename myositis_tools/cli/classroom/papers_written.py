"""The papers of a class as files: notes, slides, handout and answer sheet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from myositis_tools.errors import OptionError
from myositis_tools.report.class_papers import answer_sheet, handout, slides, teacher_notes


def write_papers(folder: Path, course: str, language: str) -> Iterator[str]:
    """Write each paper as a page, and as a PDF where something prints; tell each file, and why there is no PDF."""
    papers = {
        "teacher-notes": teacher_notes(course, language),
        "slides": slides(course, language),
        "handout": handout(language),
        "answer-sheet": answer_sheet(course, language),
    }
    prints = True
    for name, paper in papers.items():
        yield str(paper.save(folder / f"{name}-{language}.html"))
        if not prints:
            continue
        try:
            yield str(paper.save(folder / f"{name}-{language}.pdf"))
        except OptionError as error:
            prints = False
            yield str(error)
