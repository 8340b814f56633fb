"""Genuine public files, where `MYOSITIS_TOOLS_GENUINE_FILES` names a folder of them: each is read right, or refused.

None of the files is part of the project, and without the variable nothing is tested here. What each taught stands in
small files of our own in the other tests.
"""

import gzip
import os
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import myositis_tools as mt
from myositis_tools.errors import MyositisToolsError, ReadingWarning

FOLDER = os.environ.get("MYOSITIS_TOOLS_GENUINE_FILES", "")  # without it nothing here is collected

REDCAP, CDISC, FHIR = mt.read_redcap, mt.read_cdisc, mt.read_fhir_observations
US = {"date_format": "%m/%d/%Y"}
TRANSAMINASES = {"Aminotransferase, alanine (ALT)": "alt", "Aminotransferase, aspartate (AST)": "ast"}
PLANNED = {0: -4, 1: 0, 2: 4, 3: 8, 4: 12, 5: 16, 6: 20}


@dataclass(frozen=True)
class Genuine:
    """One file, how it is read, and what comes of it: so many rows with these columns, or words of the refusal."""

    file: str
    how: tuple[Any, ...]
    options: dict[str, Any] = field(default_factory=dict)
    rows: int | None = None
    columns: tuple[str, ...] = ()
    told: str = ""
    refused: str = ""

    def __str__(self) -> str:
        named = ",".join(map(str, (*self.how[1:], *self.options)))
        return f"{self.file} {self.how[0].__name__}({named})"


def redcap(name, kind, *, record="record_id", **rest):
    options = {"record_id": record, **rest.pop("options", {})}
    return Genuine(name, (REDCAP, kind), options, **rest)


def cdisc(name, domain, **rest):
    return Genuine(name, (CDISC, domain), **rest)


STANDARDS = (
    # dates and events of another country, and the way that the refusal names
    redcap("phpcap_long.csv", "visits", record="study_id", refused="none has a week"),
    redcap(
        "phpcap_long.csv", "patients", record="study_id", options={"rename": {"dob": "birth_date"}},
        refused='date_format="%d/%m/%Y" (or "%m/%d/%Y"',
    ),
    redcap(
        "phpcap_long.csv", "patients", record="study_id", options={"rename": {"dob": "birth_date"}, **US},
        rows=2, columns=("birth_date", "sex"),
    ),
    redcap(
        "phpcap_long.csv", "visits", record="study_id", options={"events": {"enrollment_arm_1": 0}},
        rows=1, columns=("week",), told="Rows of events that events= does not name are left out, 13 of 14",
    ),
    redcap("phpcap_repeating.csv", "patients", rows=4, columns=("birth_date",), told="instrument='weight' reads one"),
    redcap(
        "phpcap_repeating.csv", "visits", options={"instrument": "weight", "rename": {"weight_date": "visit_date"}},
        refused="date_format=",
    ),
    redcap(
        "phpcap_repeating.csv", "visits",
        options={"instrument": "weight", "rename": {"weight_date": "visit_date"}, **US},
        rows=12, columns=("visit_date",),
    ),
    # exports in which nothing is a column of ours, until somebody says what it is
    redcap("redcapr_survey.csv", "patients", record="participant_id", rows=0, told="left out, 2 of 2: 1, 2"),
    redcap(
        "redcapr_survey.csv", "patients", record="participant_id", options={"rename": {"dob": "birth_date"}},
        rows=2, columns=("birth_date",),
    ),
    redcap("redcapr_checkboxes-1.csv", "patients", rows=0, told="No column of the export is one of patients"),
    redcap("redcapr_checkboxes-1.csv", "visits", rows=3, told="nothing filled in are left out, 1 of 4"),
    redcap("redcapr_multilevel-model-1.csv", "patients", record="patient_id", rows=0, told="No column of the export"),
    redcap("redcapr_multilevel-model-1.csv", "patients", refused="first column is 'patient_id'"),
    redcap(
        "redcapr_multilevel-model-1.csv", "visits", record="patient_id",
        options={"instrument": "appointment", "rename": {"date_at_visit": "visit_date"}}, rows=200,
        columns=("visit_date",),
    ),
    redcap(
        "redcapr_clinical-trial-1.csv", "patients", options={"rename": {"dob": "birth_date", "height": "height_cm"}},
        rows=500, columns=("birth_date", "height_cm"),
    ),
    redcap(
        "redcapr_decimal-comma.csv", "patients", options={"rename": {"weight": "weight_kg"}}, refused='decimal=","'
    ),
    redcap(
        "redcapr_decimal-comma.csv", "patients", options={"rename": {"weight": "weight_kg"}, "decimal": ","},
        rows=4, columns=("weight_kg",),
    ),
    redcap("redcapr_dag.csv", "patients", rows=0, columns=("sex",), told="Patients without a value of patients"),
    redcap("redcapr_arm-single-longitudinal.csv", "visits", refused="'follow_up_arm_1': ..."),
    redcap("redcapr_longitudinal.csv", "patients", record="study_id", rows=3, columns=("sex",)),
    redcap("redcapr_repeating-instruments.csv", "patients", rows=2, columns=("sex",), told="bp (4)"),
    redcap("redcapr_repeating-instruments-sparse.csv", "patients", rows=2, told="left out, 3 of 5: 3, 4, 5"),
    redcap("redcapr_nonnumeric-record-id.csv", "visits", rows=3, told="No column of the export is one of visits"),
    redcap("redcapr_potentially-problematic-values.csv", "visits", rows=2, told="No column of the export"),
    redcap("redcapr_russian.csv", "patients", refused="column without a heading"),
    # SDTM and ADaM
    cdisc("rho_dm.csv", "DM", rows=150, columns=("age_years", "sex")),
    cdisc("rho_adsl.csv", "DM", rows=150, columns=("age_years", "sex")),
    cdisc("rho_cm.csv", "CM", rows=307, columns=("start_date", "stop_date"), told="Doses of CM"),
    cdisc("rho_adcm.csv", "CM", rows=307, columns=("start_date",), told="a dose and a date are left out, 46 of 353"),
    cdisc("rho_lb.csv.gz", "LB", refused="tests= says which test"),
    cdisc("rho_lb.csv.gz", "LB", options={"tests": TRANSAMINASES}, refused="weeks={0: ..., 0.1: None"),
    cdisc(
        "rho_lb.csv.gz", "LB", options={"tests": TRANSAMINASES, "weeks": PLANNED}, rows=1014,
        columns=("week", "date", "unit", "upper_limit"), told="Rows of LB of other codes are left out, 12516 of 13708",
    ),
    cdisc("rho_vs.csv", "QS", refused="lacks QSTESTCD"),
    cdisc("pv_adsl.csv", "DM", rows=306, columns=("age_years", "sex")),
    cdisc("pv_adsl.csv", "DM", options={"missing": ["NA"]}, rows=306, columns=("age_years", "sex")),
    cdisc("pv_adlbhy.csv", "ADaM", refused="codes: ALT, AST, BILI, HYSLAW"),
    Genuine("smart_1134281.json", (FHIR,), rows=0, told="of other codes are left out, 69 of 69: 1975-2 (9)"),
)  # fmt: skip


@pytest.mark.parametrize("genuine", STANDARDS, ids=str)
def test_a_file_of_a_standard_is_read_or_refused(genuine, tmp_path):
    path = Path(FOLDER, genuine.file)
    if not path.is_file():
        pytest.skip("not in the folder")
    if path.suffix == ".gz":
        unpacked = tmp_path / path.stem
        unpacked.write_bytes(gzip.decompress(path.read_bytes()))
        path = unpacked
    reader, *arguments = genuine.how
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        if genuine.refused:
            with pytest.raises(MyositisToolsError) as caught:
                reader(path, *arguments, **genuine.options)
            assert genuine.refused in str(caught.value)
            assert caught.value.expected or caught.value.hint
            return
        table = reader(path, *arguments, **genuine.options)
    assert len(table) == genuine.rows
    assert set(genuine.columns) <= set(table.columns)
    assert "patient_id" in table
    assert {one.category for one in told} <= {ReadingWarning}
    assert genuine.told in " ".join(str(one.message) for one in told)
    assert told or not table.empty


def test_every_other_file_is_read_as_a_table_or_refused_with_one_clear_error():
    """Which of the two, `tests/exchange/test_messy_files.py` says of files of our own."""
    files = [path for path in sorted(Path(FOLDER).iterdir()) if path.suffix not in (".md", ".json", ".gz")]
    assert files
    refused = {}
    for path in files:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                assert mt.read_table(path).shape[1], path.name
            except MyositisToolsError as error:
                refused[path.name] = str(error)
    assert len(refused) < len(files) / 4, refused


def test_enzymes_in_picokatals_become_multiples(tmp_path):
    path = Path(FOLDER, "rho_lb.csv.gz")
    if not path.is_file():
        pytest.skip("not in the folder")
    unpacked = tmp_path / "rho_lb.csv"
    unpacked.write_bytes(gzip.decompress(path.read_bytes()))
    with pytest.warns(ReadingWarning):
        labs = mt.read_cdisc(unpacked, "LB", tests=TRANSAMINASES, weeks=PLANNED)
    known = labs["value"].notna() & labs["upper_limit"].notna()
    assert set(labs["unit"]) == {"pkat/L"}
    assert mt.to_xuln(labs)["xuln"].notna().equals(known)
    assert known.any()
