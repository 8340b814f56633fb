"""A centre's own workbook as it might come: patients of the sample in Dutch, with the mistakes that such files have."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pandas as pd

from myositis_tools.criteria import derive_screening
from myositis_tools.exchange import as_workbook
from myositis_tools.sample.cohort import Cohort

SHEETS = {"patients": "Patiënten", "visits": "Bezoeken"}
_LEGEND = "Legenda"
_FOLLOWED, _OTHERS = 12, 18
_LATE = 12  # which of the others has complaints that begin after the screening
_NOT_RECORDED = "n.b."
_MILLIMETRES, _UPPER_LIMITS = 10, (170, 190)  # U/L; invented
_YES, _NO = "ja", "nee"
_SEXES = {"female": "v", "male": "m"}
_SUBTYPES = {
    "dermatomyositis": "DM",
    "polymyositis": "PM",
    "antisynthetase_syndrome": "ASyS",
    "immune_mediated_necrotizing_myopathy": "IMNM",
    "overlap_myositis": "OM",
    "inclusion_body_myositis": "IBM",
    "other": "anders",
}
_CODES = {"sex": _SEXES, "subtype": _SUBTYPES}
_ID, _DATE, _YES_NO = "", "dag-maand-jaar", f"{_YES} of {_NO}"
# Column of the sample, heading of the centre, what it means there, how it is written there.
_OF_PATIENTS = (
    ("patient_id", "Patiëntnummer", "Nummer van de patiënt", _ID),
    ("screening_date", "Datum screening", "Dag van het screeningsbezoek", _DATE),
    ("birth_date", "Geboortedatum", "Geboortedatum", _DATE),
    ("sex", "Geslacht", "Geslacht", "v = vrouw, m = man"),
    ("subtype", "Diagnose", "Subtype van de myositis", ", ".join(_SUBTYPES.values())),
    ("symptom_onset_date", "Eerste klachten", "Dag van de eerste klachten van myositis", _DATE),
    ("weight_kg", "Gewicht (kg)", "Lichaamsgewicht", "kg"),
    ("fvc_percent_predicted", "FVC procent", "Geforceerde vitale capaciteit, rechtop", "% van voorspeld"),
    ("treatment_naive", "Onbehandeld", "Nog niet voor myositis behandeld", _YES_NO),
    ("clear_response", "Duidelijke respons", "Duidelijke respons op eerdere behandeling", _YES_NO),
    ("prior_treatment_within_limits", "Behandeling binnen grenzen", "Zo kort en laag als de trial toestaat", _YES_NO),
    ("consent_signed", "Toestemming", "Toestemming getekend", _YES_NO),
    ("bedridden", "Bedlegerig", "Bedlegerig", _YES_NO),
    ("feeding_tube", "Sonde", "Slikstoornis waarvoor een sonde nodig is", _YES_NO),
    ("thrombosis_within_10_years", "Trombose in 10 jaar", "Trombose in de laatste tien jaar", _YES_NO),
    ("blood_product_reaction", "Reactie op bloedproduct", "Ernstige reactie op een bloedproduct", _YES_NO),
    ("iga_deficiency", "IgA-deficiëntie", "Bekende IgA-deficiëntie", _YES_NO),
    ("anti_iga_antibodies", "Anti-IgA", "Antistoffen tegen IgA", _YES_NO),
    ("pregnant", "Zwanger", "Zwanger", _YES_NO),
    ("trying_to_conceive", "Kinderwens", "Probeert zwanger te worden", _YES_NO),
    ("loop_diuretic", "Lisdiureticum", "Gebruikt een lisdiureticum", _YES_NO),
    ("nephrotoxic_medication", "Nefrotoxische medicatie", "Gebruikt nefrotoxische medicatie", _YES_NO),
    ("compliance_condition", "Therapietrouw beperkt", "Aandoening die de therapietrouw beperkt", _YES_NO),
    ("evaluation_condition", "Beoordeling bemoeilijkt", "Aandoening die de beoordeling bemoeilijkt", _YES_NO),
    ("recent_immunosuppression", "Recente immunosuppressie", "Immunosuppressie kort voor de screening", _YES_NO),
)
_OF_VISITS = (
    ("patient_id", "Patiëntnummer", "Nummer van de patiënt", _ID),
    ("week", "Weken", "Weken sinds het eerste bezoek", "weken"),
    ("visit_date", "Bezoekdatum", "Dag van het bezoek", _DATE),
    ("physician_global_cm", "VAS arts (mm)", "Ziekteactiviteit volgens de arts", "mm, 0 tot 100"),
    ("patient_global_cm", "VAS patiënt (mm)", "Ziekteactiviteit volgens de patiënt", "mm, 0 tot 100"),
    ("extramuscular_cm", "Extramusculair (mm)", "Ziekteactiviteit buiten de spieren", "mm, 0 tot 100"),
    ("haq_di", "HAQ", "Health Assessment Questionnaire, index", "0 tot 3, decimale komma"),
    ("mmt8_150", "MMT8 totaal", "Spierkracht van acht groepen, beide zijden", "punten van 150"),
    ("ck_xuln", "CK", "Creatinekinase", "U/L"),
    ("upper_limit", "CK bovengrens", "Bovengrens van het laboratorium", "U/L"),
    ("prednisone_mg_day", "Prednison (mg/dag)", "Dosis prednison", "mg per dag, decimale komma"),
    ("centre", "Centrum", "Centrum", "A"),
)
_TOLD = {"patients": _OF_PATIENTS, "visits": _OF_VISITS}
_SCALES = ("physician_global_cm", "patient_global_cm", "extramuscular_cm")


def own_workbook(cohort: Cohort) -> bytes:
    """Make the workbook of some patients of a cohort: the same bytes for the same cohort and versions."""
    patients, visits = _chosen(cohort)
    told = [(SHEETS[kind], *row[1:]) for kind, rows in _TOLD.items() for row in rows]
    legend = pd.DataFrame(told, columns=["Blad", "Kop", "Betekenis", "Eenheid of codes"])
    legend.loc[len(legend)] = ["", _NOT_RECORDED, "Niet bekend", ""]
    tables = {SHEETS["patients"]: _patients(patients), SHEETS["visits"]: _visits(visits), _LEGEND: legend}
    return _undated(as_workbook(tables))


def _chosen(cohort: Cohort) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The first who were followed and the first who were not, with all that is known of them at screening."""
    followed = cohort.visits.loc[cohort.visits["week"] > 0, "patient_id"].unique()
    known = cohort.patients.merge(
        derive_screening(
            cohort.patients, visits=cohort.visits, medications=cohort.medications, events=cohort.events
        ).drop(columns=[name for name in cohort.patients.columns if name != "patient_id"], errors="ignore"),
        on="patient_id",
    )
    others = known.loc[~known["patient_id"].isin(followed), "patient_id"]
    chosen = {*followed[:_FOLLOWED], *others[:_OTHERS]}
    return tuple(table[table["patient_id"].isin(chosen)].reset_index(drop=True) for table in (known, cohort.visits))


def _patients(patients: pd.DataFrame) -> pd.DataFrame:
    """In the centre's words; one patient's complaints begin after the screening."""
    made = patients.copy()
    late = made.index[~made["randomised"]][_LATE]
    made.loc[late, "symptom_onset_date"] += pd.DateOffset(years=1)
    return _in_own_words(made, "patients")


def _visits(visits: pd.DataFrame) -> pd.DataFrame:
    """In the centre's words and units; a visit stands twice, a HAQ is beyond its scale, a date has the year before."""
    made = visits.assign(centre="A")
    made["upper_limit"] = [_UPPER_LIMITS[place % 2] for place in pd.factorize(made["patient_id"])[0]]
    made["ck_xuln"] = (made["ck_xuln"] * made["upper_limit"]).round(0)
    for name in _SCALES:
        made[name] = (made[name] * _MILLIMETRES).round(0)
    again = made.index[made["week"] > 0]
    made.loc[again[2], "haq_di"] = 15.0
    made.loc[again[7], "visit_date"] -= pd.DateOffset(years=1)
    return _in_own_words(pd.concat([made, made.loc[[again[0]]]], ignore_index=True), "visits")


def _in_own_words(table: pd.DataFrame, kind: str) -> pd.DataFrame:
    made = {}
    for name, heading, _, how in _TOLD[kind]:
        write = _writer(how, _CODES.get(name, {}))
        made[heading] = [_NOT_RECORDED if pd.isna(value) else write(value) for value in table[name]]
    return pd.DataFrame(made, dtype=object)


def _writer(how: str, codes: Mapping[str, str]) -> Callable[[Any], Any]:
    if how == _DATE:
        return lambda day: f"{day.day}-{day.month}-{day.year}"
    if how == _YES_NO:
        return lambda answer: _YES if answer else _NO
    return lambda value: _number(value) if isinstance(value, int | float) else codes.get(str(value), str(value))


def _number(value: float) -> int | str:
    """A whole number as a number; any other as a text with a comma, which is no number to a spreadsheet."""
    return int(value) if float(value).is_integer() else f"{value:g}".replace(".", ",")


def _undated(workbook: bytes) -> bytes:
    """The workbook without the hour at which it was made, which would make every writing another file."""
    made = BytesIO()
    with ZipFile(BytesIO(workbook)) as given, ZipFile(made, "w") as kept:
        for name in given.namelist():
            content = given.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2000-01-01T00:00:00Z", content)
            kept.writestr(ZipInfo(name), content, ZIP_DEFLATED)
    return made.getvalue()
