"""Workbooks and text files made from a seed: a known table in a random layout, language and way of writing.

`make(seed, folder)` writes one and gives what should come out of it. Headings are as centres write them in five
languages; the layout is long, wide or a sheet a visit, under titles, with totals, in cells or in texts.
"""

import csv
import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd

WEEKS = (0, 4, 12, 24)
HEADINGS = {
    "en": ("Patient ID", "Week", "Visit date", "Physician global", "Patient global", "HAQ-DI", "MMT8 (0-150)", "CK"),
    "nl": ("Patiëntnummer", "Week", "Datum bezoek", "VAS arts", "VAS patiënt", "HAQ", "MMT8 (0-150)", "CK"),
    "de": ("Patientennummer", "Woche", "Besuchsdatum", "VAS Arzt", "VAS Patient", "HAQ", "MMT8 (0-150)", "CK"),
    "fr": ("Numéro patient", "Semaine", "Date de visite", "EVA médecin", "EVA patient", "HAQ", "MMT8 (0-150)", "CK"),
    "es": (
        "Número de paciente",
        "Semana",
        "Fecha de visita",
        "EVA médico",
        "EVA paciente",
        "HAQ",
        "MMT8 (0-150)",
        "CK",
    ),
}
COLUMNS = (
    "patient_id",
    "week",
    "visit_date",
    "physician_global_cm",
    "patient_global_cm",
    "haq_di",
    "mmt8_150",
    "ck_xuln",
)
WEEK_WORDS = {"en": "week", "nl": "wk", "de": "Woche", "fr": "semaine", "es": "semana"}
LIMITS = {"en": "CK ULN", "nl": "CK bovengrens", "de": "CK Obergrenze", "fr": "CK LSN", "es": "CK ULN"}
TOTALS = {"en": "Total", "nl": "Totaal", "de": "Summe", "fr": "Moyenne", "es": "Media"}
NOT_DONE = {"en": "n.d.", "nl": "n.b.", "de": "k.A.", "fr": "non fait", "es": "sin dato"}
FORMATS = ("%d-%m-%Y", "%d.%m.%Y", "%m/%d/%Y", "%Y-%m-%d", "")  # the last: cells that are dates
WIDE = ("{measure} {word}{week}", "{measure}_{word}{week}", "{word} {week} {measure}", "{measure} ({word} {week})")


@dataclass(frozen=True)
class Made:
    """A file, what should come out of it, and how it was made."""

    path: Path
    truth: pd.DataFrame
    how: dict[str, Any]


def visits(random_: random.Random) -> pd.DataFrame:
    """A few patients and visits, now and then a value that was not recorded."""
    rows = []
    for number in range(random_.randint(3, 8)):
        begin = date(2023, 1, 20) + timedelta(days=random_.randint(0, 300))
        for week in WEEKS[: random_.randint(2, 4)]:
            some = [
                round(random_.uniform(0, 10), 1),
                round(random_.uniform(0, 10), 1),
                random_.randint(0, 24) / 8,
                random_.randint(40, 150),
                random_.randint(20, 4000) / 200,
            ]
            some = [None if random_.random() < 0.06 else value for value in some]
            rows.append([f"P{number + 1:03d}", week, begin + timedelta(weeks=week), *some])
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.assign(visit_date=pd.to_datetime(frame["visit_date"]))


def make(seed: int, folder: Path) -> Made:
    """Write the file of a seed."""
    random_ = random.Random(seed)  # noqa: S311 (no secret is made)
    truth = visits(random_)
    how: dict[str, Any] = {
        "language": random_.choice(list(HEADINGS)),
        "shape": random_.choice(("long", "wide", "sheets")),
        "suffix": random_.choice((".xlsx", ".xlsx", ".csv")),
        "titles": random_.randint(0, 3),
        "totals": random_.random() < 0.5,
        "decimal": random_.choice((",", ".")),
        "as_text": random_.random() < 0.5,
        "date_format": random_.choice(FORMATS),
        "millimetres": random_.random() < 0.5,
        "limit": random_.random() < 0.7,
        "not_done": random_.random() < 0.5,
        "shuffled": random_.random() < 0.5,
        "own": random_.random() < 0.5,
        "wide": random_.choice(WIDE),
    }
    if how["suffix"] == ".csv":
        how |= {
            "as_text": True,
            "date_format": how["date_format"] or "%Y-%m-%d",
            "encoding": random_.choice(("utf-8", "utf-8-sig", "cp1252")),
        }
        how["shape"] = "long" if how["shape"] == "sheets" else how["shape"]
    path = folder / f"ours{how['suffix']}"
    _write(path, _sheets(truth, how, random_), how)
    return Made(path, truth, how)


def _number(value: Any, how: dict[str, Any]) -> Any:
    if value is None or pd.isna(value):
        return NOT_DONE[how["language"]] if how["not_done"] else None
    return f"{value:.10g}".replace(".", how["decimal"]) if how["as_text"] else value


def _cells(row: Any, how: dict[str, Any]) -> list[Any]:
    """The cells of a visit without patient and week."""
    scale = 10 if how["millimetres"] else 1
    day = row.visit_date.date() if not how["date_format"] else row.visit_date.strftime(how["date_format"])
    globals_ = [
        None if pd.isna(value) else round(value * scale, 1)
        for value in (row.physician_global_cm, row.patient_global_cm)
    ]
    enzyme = row.ck_xuln if not how["limit"] or pd.isna(row.ck_xuln) else round(row.ck_xuln * 200)
    numbers = [*globals_, row.haq_di, row.mmt8_150, enzyme]
    made = [day, *(_number(value, how) for value in numbers)]
    return [*made, _number(200, how)] if how["limit"] else made


def _headings(how: dict[str, Any]) -> list[str]:
    patient, week, day, physician, patient_global, haq, mmt, enzyme = HEADINGS[how["language"]]
    unit = " (mm)" if how["millimetres"] else " (cm)"
    enzyme = f"{enzyme} (U/l)" if how["limit"] else f"{enzyme} (xULN)"
    named = [patient, week, day, f"{physician}{unit}", f"{patient_global}{unit}", haq, mmt, enzyme]
    return [*named, LIMITS[how["language"]]] if how["limit"] else named


def _sheets(truth: pd.DataFrame, how: dict[str, Any], random_: random.Random) -> dict[str, list[list[Any]]]:
    headings = _headings(how)
    weekly, word = headings[2:], WEEK_WORDS[how["language"]]
    rows = [[row.patient_id, row.week, *_cells(row, how)] for row in truth.itertuples()]
    if how["shape"] == "long":
        return {"Data": _dressed(headings, rows, how, random_)}
    if how["shape"] == "sheets":
        return {
            f"{word} {week}": _dressed(
                [headings[0], *weekly], [[row[0], *row[2:]] for row in rows if row[1] == week], how, random_
            )
            for week in WEEKS
            if any(row[1] == week for row in rows)
        }
    wide = [how["wide"].format(measure=name, word=word, week=week) for week in WEEKS for name in weekly]
    by_visit = {(row[0], row[1]): row[2:] for row in rows}
    patients = list(dict.fromkeys(row[0] for row in rows))
    lines = [
        [one, *(cell for week in WEEKS for cell in by_visit.get((one, week), [None] * len(weekly)))] for one in patients
    ]
    return {"Data": _dressed([headings[0], *wide], lines, how, random_)}


def _dressed(
    headings: list[str], rows: list[list[Any]], how: dict[str, Any], random_: random.Random
) -> list[list[Any]]:
    """A table with titles above, totals below, its columns in another order, a column of the centre's own."""
    if how["own"]:
        headings, rows = [*headings, "Opm."], [[*row, random_.choice(("goed", None, "see letter"))] for row in rows]
    if how["shuffled"]:
        order = random_.sample(range(len(headings)), len(headings))
        headings, rows = [headings[place] for place in order], [[row[place] for place in order] for row in rows]
    patient = headings.index(HEADINGS[how["language"]][0])
    if how["totals"]:
        total: list[Any] = [None] * len(headings)
        total[patient] = TOTALS[how["language"]]
        rows = [*rows, total]
    return [*([f"Title {line}"] for line in range(how["titles"])), headings, *rows]


def _write(path: Path, sheets: dict[str, list[list[Any]]], how: dict[str, Any]) -> None:
    if path.suffix == ".xlsx":
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, lines in sheets.items():
            sheet = book.create_sheet(name)
            for line in lines:
                sheet.append(line)
        book.save(path)
        return
    (lines,) = sheets.values()
    with path.open("w", encoding=how["encoding"], newline="") as file:
        csv.writer(file, delimiter=";").writerows(lines)
