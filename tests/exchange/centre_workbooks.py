"""Three workbooks as a centre keeps them, made of the sample's patients: long, wide, and a sheet a visit.

Each holds the same patients and visits, in Dutch: dates as 31-03-2024, decimal commas in texts, scales in millimetres,
CK in U/L beside its upper limit. `cohort` is what should be read.
"""

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
from openpyxl.styles import Font

import myositis_tools as mt

ULN = 180
WEEKS = (0, 4, 12, 26)
_SEX = {"female": "v", "male": "m"}
_YES = {True: "ja", False: "nee"}


def cohort(count: int = 14) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Patients and visits of the sample that were followed, as they should be read."""
    visits = mt.load_visits()
    visits = visits[visits["week"].isin(WEEKS)]
    followed = visits[visits["week"] == WEEKS[-1]]["patient_id"].head(count).tolist()
    names = ["patient_id", "week", "visit_date", "physician_global_cm", "patient_global_cm", "extramuscular_cm"]
    names += ["haq_di", "mmt8_150", "ck_xuln"]
    visits = visits[visits["patient_id"].isin(followed)][names]
    visits["ck_xuln"] = (visits["ck_xuln"] * ULN).round() / ULN
    patients = mt.load_patients()
    patients = patients[patients["patient_id"].isin(followed)]
    kept = ["patient_id", "birth_date", "sex", "screening_date", "symptom_onset_date", "fvc_percent_predicted"]
    return patients[kept].reset_index(drop=True), visits.sort_values(["patient_id", "week"]).reset_index(drop=True)


def _day(value: Any) -> str | None:
    return None if pd.isna(value) else f"{value:%d-%m-%Y}"


def _comma(value: Any) -> str | None:
    return None if pd.isna(value) else f"{value:g}".replace(".", ",")


def _whole(value: Any) -> int | None:
    return None if pd.isna(value) else round(value)


def _patient_cells(row: Any) -> list[Any]:
    return [row.patient_id, _day(row.birth_date), _SEX[row.sex], _day(row.symptom_onset_date),
            _day(row.screening_date), _comma(row.fvc_percent_predicted)]  # fmt: skip


PATIENT_HEADINGS = ["Pat.nr", "Geb.datum", "Geslacht", "Begin klachten", "Datum screening", "FVC (% voorspeld)"]
MEASURES = ["VAS arts (mm)", "VAS pat. (mm)", "VAS extramusc. (mm)", "HAQ", "MMT8 (0-150)", "CK (U/l)", "ULN CK"]


def _measure_cells(row: Any) -> list[Any]:
    scales = (row.physician_global_cm, row.patient_global_cm, row.extramuscular_cm)
    haq = "n.b." if pd.isna(row.haq_di) else _comma(row.haq_di)
    return [*(_whole(value * 10) for value in scales), haq, _whole(row.mmt8_150), _whole(row.ck_xuln * ULN), ULN]


def long_workbook(path: Path) -> Path:
    """One row a visit under title rows and a legend, with a line of totals at the end; the patients on a sheet."""
    patients, visits = cohort()
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Visites"
    for line in (["Myositiscohort AZ Voorbeeld"], ["Export 3 maart 2024"], ["VAS in mm; n.b. = niet bepaald"], []):
        sheet.append(line)
    sheet["A1"].font = Font(bold=True)
    sheet.append(["Pat.nr", "Week", "Datum bezoek", *MEASURES])
    for row in visits.itertuples():
        sheet.append([row.patient_id, row.week, _day(row.visit_date), *_measure_cells(row)])
    sheet.append([])
    sheet.append(["Totaal", None, None, None, None, None, None, len(visits)])
    second = book.create_sheet("Patiënten")
    second.append(["Patiënten van het cohort"])
    second.append([])
    second.append(PATIENT_HEADINGS)
    for row in patients.itertuples():
        second.append(_patient_cells(row))
    book.create_sheet("Legenda").append(["n.b.", "niet bepaald"])
    book.save(path)
    return path


def wide_workbook(path: Path, heading: str = "{measure} wk{week}") -> Path:
    """One row a patient: what is said of her, then every measure with its week in the heading."""
    patients, visits = cohort()
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Registratie"
    sheet.append(["Registratie myositis"])
    sheet.append([])
    limit = MEASURES[-1]
    weekly = ["Datum bezoek", *MEASURES[:-1]]
    headings = [heading.format(measure=name, week=week) for week in WEEKS for name in weekly]
    sheet.append([*PATIENT_HEADINGS, limit, *headings])
    by_visit = {(row.patient_id, row.week): [_day(row.visit_date), *_measure_cells(row)[:-1]]
                for row in visits.itertuples()}  # fmt: skip
    for row in patients.itertuples():
        cells = [by_visit.get((row.patient_id, week), [None] * len(weekly)) for week in WEEKS]
        sheet.append([*_patient_cells(row), ULN, *(cell for part in cells for cell in part)])
    book.save(path)
    return path


def sheet_a_visit(path: Path) -> Path:
    """The patients on a sheet, and a sheet for every visit whose name says the week."""
    patients, visits = cohort()
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Patiënten"
    sheet.append(PATIENT_HEADINGS)
    for row in patients.itertuples():
        sheet.append(_patient_cells(row))
    for week in WEEKS:
        part = book.create_sheet("Baseline" if week == 0 else f"Week {week}")
        part.append([f"Bezoek week {week}"])
        part.append(["Pat.nr", "Datum bezoek", *MEASURES])
        for row in visits[visits["week"] == week].itertuples():
            part.append([row.patient_id, _day(row.visit_date), *_measure_cells(row)])
        part.append(["Gemiddelde", None, None, None, None, None, 110])
    book.save(path)
    return path
