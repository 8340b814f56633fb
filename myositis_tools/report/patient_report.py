"""One patient on a page: every criterion with its reason, the medication, the score and its course."""

from __future__ import annotations

from datetime import date
from typing import Any, Unpack

import pandas as pd

from myositis_tools.criteria import PROTOCOLS, Protocol
from myositis_tools.criteria.protocol import BETWEEN_REASONS
from myositis_tools.errors import NotFoundError, OptionError, listed
from myositis_tools.figures.parts.theme import EFFECT_SYMBOLS
from myositis_tools.figures.parts.verdict_effect import effect_of, stated
from myositis_tools.figures.patient.medication_timeline import draw_medication_timeline, medication_timeline_frame
from myositis_tools.figures.patient.patient_profile import patient_profile_frame, plot_patient_profile
from myositis_tools.figures.patient.receipt import plot_receipt, receipt_frame
from myositis_tools.frames import compare_tables, require_columns, tables_in_order, to_pandas
from myositis_tools.report.document import Report, ReportPicture, ReportSection, ReportTable
from myositis_tools.report.made_of import made_of
from myositis_tools.report.picture_texts import words_of_medication, words_of_profile, words_of_receipt
from myositis_tools.report.sources import what_it_stands_on
from myositis_tools.scores import explain_total_improvement
from myositis_tools.scores.improvement import score_visits
from myositis_tools.scores.options import ScoreKeywords, ScoreOptions, takes_options
from myositis_tools.verdict import DECISION_WORDS

NOT_NAMED = "(not named)"
_RECEIPT = {
    "label": "Measure",
    "baseline": "Baseline",
    "value": "Now",
    "unit": "Unit",
    "change_percent": "Change, % of range",
    "band": "Band",
    "points": "Points",
    "points_possible": "Of",
    "missing": "Missing",
}

_MOST_REASONS = 4  # that stand before the table of all


@tables_in_order
@takes_options
def report_patient(
    patient_id: str | int,
    *,
    screening: Any = None,
    visits: Any = None,
    medications: Any = None,
    protocol: Protocol | None = None,
    week: int | None = None,
    identifiers: bool = False,
    made_on: date | None = None,
    **score_options: Unpack[ScoreKeywords],
) -> Report:
    """Report on one patient, under a pseudonym unless asked: criteria, medication, score and course.

    Parameters
    ----------
    patient_id : str or int
        The patient.
    screening : pandas, Polars, DuckDB or PySpark frame, optional
        With the columns in ``protocol.needs``.
    visits : frame of the same kind, optional
        As for `score_total_improvement`. One of the two tables must be there.
    medications : frame of the same kind, optional
        As for `judge_exposures`; it needs `screening` with ``screening_date`` and ``weight_kg``.
    protocol : Protocol
        The criteria; TIME IS MUSCLE if left out.
    week : int, optional
        The visit of the receipt; the last one after the baseline if left out.
    identifiers : bool
        Whether the patient's identifier stands in the report. Birth dates and free text never do.
    made_on : datetime.date, optional
        The day that is printed; today if left out.
    **score_options
        Options of `score_total_improvement`.

    Returns
    -------
    Report
        ``save("report.html")`` writes it, ``save("report.pdf")`` prints it.

    Raises
    ------
    OptionError
        If there is neither table, or medications without a screening table.
    NotFoundError
        If there is no such patient or visit.
    MyositisToolsError
        Whatever the criteria and the score refuse.

    Missing data
    ------------
    What is unknown is said with its reason; a score that is missing has its bounds.

    Source
    ------
    Each line names its own; what is not verified is said at the end.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> mt.report_patient("P184", visits=mt.load_visits(), week=12)
    Patient (not named). Week 12: a score between 80 and 92.5, major response.
    """
    if screening is None and visits is None:
        raise OptionError("There is nothing to report on.", expected="a screening table, visits, or both")
    if medications is not None and screening is None:
        raise OptionError("A medication list alone has no day of screening.", expected="the screening table beside it")
    scoring = ScoreOptions(**score_options)
    protocol = PROTOCOLS["time_is_muscle"] if protocol is None else protocol
    name = str(patient_id) if identifiers else NOT_NAMED
    given = {"screening": screening, "visits": visits, "medications": medications}
    tables = {table: to_pandas(rows) for table, rows in given.items() if rows is not None}
    compare_tables(tables, "screening")
    own = {table: _rows_of(rows, patient_id, name, table) for table, rows in tables.items()}
    sections, said = [], []
    if screening is not None:
        answered, sentence = _criteria(protocol, own["screening"])
        sections.append(answered)
        said.append(sentence)
    if medications is not None:
        sections.append(_medication(own["medications"], own["screening"], name, protocol))
    if visits is not None:
        receipt, sentence = _receipt(own["visits"], name, week, scoring)
        sections += [receipt, _course(own["visits"], name, scoring)]
        said.append(sentence)
    of_criteria = protocol if screening is not None else None
    sections.append(what_it_stands_on(of_criteria, has_score=visits is not None))
    return Report(
        title=f"Patient {name}",
        headline=" ".join(said),
        sections=tuple(sections),
        made=made_of(
            own,
            {"identifiers": "shown" if identifiers else "left out"}
            | ({"week": "the last" if week is None else week, "score": scoring} if visits is not None else {}),
            of_criteria,
            made_on or date.today(),
        ),
    )


def _rows_of(rows: pd.DataFrame, patient_id: str | int, name: str, of: str) -> pd.DataFrame:
    """The patient's rows, under the name that may be shown: nothing made of them knows another."""
    require_columns(rows, ("patient_id",), expected=f"a column of {of}")
    own = rows[(rows["patient_id"].astype(str) == str(patient_id)).to_numpy()]
    if own.empty and of != "medications":
        some = listed(list(dict.fromkeys(rows["patient_id"].astype(str))), most=5)
        raise NotFoundError(f"There is no patient {patient_id!r} in {of}.", expected=f"one of {some}")
    return own.assign(patient_id=name).reset_index(drop=True)


def _criteria(protocol: Protocol, own: pd.DataFrame) -> tuple[ReportSection, str]:
    checks, decision = to_pandas(protocol.check(own)), to_pandas(protocol.decide(own)).iloc[0]
    table = pd.DataFrame(
        {
            "Criterion": [protocol.criterion(key).label for key in checks["criterion"]],
            "Kind": checks["kind"],
            "Answer": [_answer(*pair) for pair in zip(checks["kind"], checks["verdict"], strict=True)],
            "Reason": checks["reason"],
            "Source": checks["source"],
        }
    )
    sentence = f"{protocol.title}: {DECISION_WORDS[decision['decision']]}."
    reasons = [reason for reason in str(decision["because"] or "").split(BETWEEN_REASONS) if reason]
    said = [f"{reason}." for reason in reasons]
    if len(reasons) > _MOST_REASONS:
        said = [f"{len(reasons)} criteria exclude the patient or are unknown; the table says why."]
    words = (sentence, *said)
    return ReportSection(
        "Could this patient enter the trial?", words, (ReportTable("All criteria.", table, unbroken=("Answer",)),)
    ), sentence


def _answer(kind: str, word: str) -> str:
    return f"{EFFECT_SYMBOLS[effect_of(kind, word)]} {stated(kind, word)}"


def _medication(medications: Any, own: pd.DataFrame, name: str, protocol: Protocol) -> ReportSection:
    heading = "Medication before screening"
    drawn = medication_timeline_frame(medications, own, name, protocol=protocol)
    words = words_of_medication(drawn)
    if not words:
        return ReportSection(heading, ("No medication is recorded for this patient.",))
    caption = f"Courses before screening, and the time windows of {protocol.title}."
    return ReportSection(heading, (), (ReportPicture(caption, draw_medication_timeline(drawn, name), words),))


def _receipt(own: pd.DataFrame, name: str, week: int | None, scoring: ScoreOptions) -> tuple[ReportSection, str]:
    after = own.loc[own["week"] > scoring.baseline_week, "week"]
    if after.empty:
        sentence = "There is no visit after baseline, so there is no score."
        return ReportSection("Total Improvement Score", (sentence,)), sentence
    chosen = int(after.max()) if week is None else week
    receipt = to_pandas(explain_total_improvement(own, name, chosen, **scoring.keywords))
    scored = to_pandas(score_visits(own, scoring))
    now = scored[scored["week"] == chosen].iloc[0]
    drawn = receipt_frame(own, name, chosen, **scoring.keywords)
    table = receipt[list(_RECEIPT)].rename(columns=_RECEIPT)
    picture = ReportPicture(
        "Points earned out of the points possible.",
        plot_receipt(own, name, chosen, **scoring.keywords),
        words_of_receipt(drawn),
    )
    sentence = f"Week {chosen}: {score_in_words(now)}."
    return ReportSection(
        "Total Improvement Score", (sentence,), (picture, ReportTable("Measure by measure.", table))
    ), sentence


def score_in_words(now: pd.Series) -> str:
    """Say the score of a visit, or its bounds, and the response."""
    if pd.notna(now["tis"]):
        return f"a score of {now['tis']:g}, {_response(now)}"
    if pd.isna(now["tis_min"]):
        return f"no score: {now['missing']}"
    bounds = f"a score between {now['tis_min']:g} and {now['tis_max']:g}"
    return (
        f"{bounds}, {_response(now)}"
        if pd.notna(now["response"])
        else f"{bounds}, the response category is not certain"
    )


def _response(now: pd.Series) -> str:
    return f"{'no' if now['response'] == 'none' else now['response']} response"


def _course(own: pd.DataFrame, name: str, scoring: ScoreOptions) -> ReportSection:
    figure = plot_patient_profile(own, name, **scoring.keywords)
    words = words_of_profile(patient_profile_frame(own, name, **scoring.keywords))
    return ReportSection("Course", (), (ReportPicture("The six measures, the points and prednisone.", figure, words),))
