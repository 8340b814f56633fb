"""One patient on one page to print: what decides, the course, the last score, the treatment, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any, Unpack

import pandas as pd

from myositis_tools.criteria import PROTOCOLS, Protocol, Records
from myositis_tools.errors import NotFoundError, OptionError, needs_package, require_option
from myositis_tools.frames import compare_tables, require_columns, tables_in_order, to_pandas
from myositis_tools.report.card_criteria import criteria_of, medication_of
from myositis_tools.report.card_parts import CardLine, CardSection, fitting, shortened
from myositis_tools.report.card_score import visits_of
from myositis_tools.report.document import Printed
from myositis_tools.report.made_of import made_of
from myositis_tools.report.patient_report import NOT_NAMED
from myositis_tools.report.sources import sources_of
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions, takes_options

PAPERS = ("A4", "Letter")
_BESIDE = Path(str(resources.files(__package__)))
_MARGIN = "margin: 9mm 12mm;"
_RECORDS = ("patients", "visits", "medications", "events")
_CRITERIA, _CRITERIA_ALONE, _MISSING = 8, 18, 5  # lines of criteria, of those without a score, of what is missing
_NAME, _SMALL_PRINT = 40, 800  # signs


@dataclass(frozen=True)
class PatientCard(Printed):
    """One patient on one page; it prints on one sheet of A4 or Letter.

    Parameters
    ----------
    title : str
        Of whom it is.
    headlines : tuple of str
        The decision, and the last score.
    sections : tuple of CardSection
        Its body.
    small_print : tuple of str
        The sources, and how it was produced.
    paper : {"A4", "Letter"}
        The sheet of a PDF; a browser prints the page on its own.
    """

    title: str
    headlines: tuple[str, ...]
    sections: tuple[CardSection, ...]
    small_print: tuple[str, ...]
    paper: str = "A4"

    def __repr__(self) -> str:
        """The sentences on top: what a notebook is compared by."""
        return " ".join([f"{self.title}.", *self.headlines])

    @property
    def body(self) -> str:
        """The card as a part of another page, which brings its own styles."""
        return self._written("card_body.html", level=2)

    @property
    def html(self) -> str:
        """The page: styles, pictures and all in one text, every text from a file escaped."""
        return self._page(_MARGIN)

    @property
    def to_print(self) -> str:
        """The page on the sheet that was asked for."""
        return self._page(f"size: {self.paper}; {_MARGIN}")

    def _page(self, sheet: str) -> str:
        return self._written("card.html", level=1, style=f"{card_style()}@page {{ {sheet} }}\n")

    def _written(self, template: str, **more: Any) -> str:
        with needs_package("jinja2"):
            from jinja2 import Environment, FileSystemLoader, StrictUndefined

        pages = Environment(loader=FileSystemLoader(_BESIDE), autoescape=True, undefined=StrictUndefined)
        return pages.get_template(template).render(card=self, **more)


def card_style() -> str:
    """The styles of a card."""
    return (_BESIDE / "card.css").read_text(encoding="utf-8")


@tables_in_order
@takes_options
def patient_card(
    patient_id: str | int,
    *,
    screening: Any = None,
    visits: Any = None,
    medications: Any = None,
    protocol: Protocol | None = None,
    paper: str = "A4",
    identifiers: bool = False,
    made_on: date | None = None,
    **score_options: Unpack[ScoreKeywords],
) -> PatientCard:
    """Make the card of one patient: one page to print, for the notes or a multidisciplinary meeting.

    It shows the decision with the criteria that exclude the patient or are undecided, the course of the six measures
    and prednisone, the breakdown of the last score, and what is missing.

    Parameters
    ----------
    patient_id : str or int
        The patient.
    screening : pandas, Polars, DuckDB or PySpark frame, or Records, optional
        With the columns in ``protocol.needs``; of `Records` the visits and medications are taken too.
    visits : frame of the same kind, optional
        As for `score_total_improvement`, of the whole cohort where it is at hand: a week in which more than half of
        those followed were seen counts as a planned visit. One of the two must be there.
    medications : frame of the same kind, optional
        As for `judge_exposures`; it needs `screening` with ``screening_date`` and ``weight_kg``.
    protocol : Protocol, optional
        The criteria; TIME IS MUSCLE if left out.
    paper : {"A4", "Letter"}
        The sheet of a PDF.
    identifiers : bool
        Whether the patient's identifier stands on the card. Birth dates and free text never do.
    made_on : datetime.date, optional
        The day that is printed; today if left out.
    **score_options
        Options of `score_total_improvement`.

    Returns
    -------
    PatientCard
        ``save("card.html")`` writes it, ``save("card.pdf")`` prints it on one page.

    Raises
    ------
    OptionError
        If there is neither table, or medications without a screening table, or the paper is not known.
    NotFoundError
        If the patient is in none of the tables.
    MyositisToolsError
        Whatever the criteria and the score refuse, but for a measure that has no column: then the card says why there
        is no score.

    Missing data
    ------------
    It is said: a patient without a row or a visit, values that would decide, and the points still unknown. What does
    not fit on the page is counted.

    Source
    ------
    The card names its own.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> card = mt.patient_card("P184", screening=mt.load_screening(), visits=mt.load_visits())
    >>> card.headlines[1]
    'Week 52: a score of 87.5, major response.'
    """
    require_option("paper", paper, PAPERS)
    if screening is None and visits is None:
        raise OptionError("There is nothing to show.", expected="a screening table, visits, or both")
    if medications is not None and screening is None:
        raise OptionError("A medication list alone has no day of screening.", expected="the screening table beside it")
    scoring = ScoreOptions(**score_options)
    protocol = PROTOCOLS["time_is_muscle"] if protocol is None else protocol
    name = str(patient_id) if identifiers else NOT_NAMED
    if isinstance(screening, Records):
        visits = screening.visits if visits is None else visits
        medications = screening.medications if medications is None else medications
        records = _records_of(screening, patient_id)
        of_patient = records.patients
        own = to_pandas(records.screened_for(protocol)) if len(of_patient) else of_patient
    else:
        given = {"screening": screening, "visits": visits, "medications": medications}
        compare_tables({table: to_pandas(rows) for table, rows in given.items() if rows is not None}, "screening")
        own = of_patient = None if screening is None else _rows_of(screening, patient_id, "screening")
    of_visits = None if visits is None else _rows_of(visits, patient_id, "visits")
    if all(rows is None or rows.empty for rows in (own, of_visits)):
        raise NotFoundError(f"There is no patient {patient_id!r}.", expected="one in the screening table or the visits")
    followed = visits_of(None if visits is None else to_pandas(visits), of_visits, scoring)
    decided = criteria_of(protocol, own, _CRITERIA if followed.score.table else _CRITERIA_ALONE)
    treatment = list(followed.treatment)
    if medications is not None and of_patient is not None and len(of_patient):
        treatment.append(medication_of(medications, of_patient, patient_id, protocol))
    missing = [*decided.missing, *followed.missing]
    asked = None if own is None or own.empty else protocol
    made = made_of(
        {table: rows.assign(patient_id=name) for table, rows in _known(screening=own, visits=of_visits).items()},
        {"identifiers": "shown" if identifiers else "left out", "score": scoring},
        asked,
        made_on or date.today(),
    )
    sources = " · ".join(sources_of(asked, has_score=visits is not None))
    produced = " · ".join(f"{what}: {words}" for what, words in made.items())
    return PatientCard(
        title=f"Patient {shortened(name, _NAME)}",
        headlines=tuple(said for said in (decided.headline, followed.headline) if said),
        sections=(
            decided.section,
            followed.course,
            followed.score,
            CardSection("Treatment", tuple(treatment)),
            CardSection(
                "What is missing",
                fitting(missing or [CardLine("Nothing that the decision or the last score needs.")], _MISSING),
            ),
        ),
        small_print=(f"Sources: {shortened(sources, _SMALL_PRINT)}", shortened(produced, _SMALL_PRINT)),
        paper=paper,
    )


def _known(**tables: pd.DataFrame | None) -> dict[str, pd.DataFrame]:
    return {name: rows for name, rows in tables.items() if rows is not None}


def _rows_of(table: Any, patient_id: str | int, of: str) -> pd.DataFrame:
    rows = to_pandas(table)
    require_columns(rows, ("patient_id",), expected=f"a column of {of}")
    return rows[(rows["patient_id"].astype(str) == str(patient_id)).to_numpy()].reset_index(drop=True)


def _records_of(records: Records, patient_id: str | int) -> Records:
    """The records of one patient: nothing is worked out of the others."""
    tables = _known(**{name: getattr(records, name) for name in _RECORDS})
    return replace(records, **{name: _rows_of(rows, patient_id, name) for name, rows in tables.items()})
