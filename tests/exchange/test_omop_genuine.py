"""A genuine synthetic warehouse (Synthea27Nj of OHDSI), where `MYOSITIS_TOOLS_GENUINE_FILES` names its folder.

It is no part of the project. Nobody in it has myositis and its vocabulary has no hierarchy: what counts is that it is
read, that each lack is told, and that nothing certain is said of what its tables do not say.
"""

import os
import zipfile
from pathlib import Path

import duckdb
import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.errors import ReadingWarning

FOLDER = os.environ.get("MYOSITIS_TOOLS_GENUINE_FILES", "")
FILES = sorted(Path(FOLDER).rglob("Synthea27NjParquet_5.4.zip")) if FOLDER else []
pytestmark = pytest.mark.skipif(not FILES, reason="not run, because MYOSITIS_TOOLS_GENUINE_FILES names no such file")
SCREENED = pd.Timestamp("2015-06-01")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("synthea")
    with zipfile.ZipFile(FILES[0]) as archive:
        wanted = [name for name in archive.namelist() if name.endswith(".parquet") and not name.startswith("__")]
        archive.extractall(place, wanted)
    return (place / wanted[0]).parent


@pytest.fixture(scope="module")
def born(folder):
    found = duckdb.sql(f"SELECT person_id, birth_datetime FROM read_parquet('{folder / 'person.parquet'}')").df()
    return found.set_index("person_id")["birth_datetime"][lambda days: days < SCREENED]


@pytest.fixture(scope="module")
def read(folder, born):
    people = pd.DataFrame({"patient_id": born.index})
    with pytest.warns(ReadingWarning) as told:
        found = mt.io.read_omop(folder, people.assign(screening_date=SCREENED))
    return found, " ".join(str(one.message) for one in told)


def test_each_lack_is_told(read):
    _, said = read
    assert "concept_ancestor is empty: no code is expanded, and no drug has an ATC code" in said
    assert "drug_strength is empty: no dose is known" in said
    assert "event pulmonary_embolism" in said
    assert "sex female" in said
    assert "enzyme ck" not in said
    assert "The list of events is not counted as complete" in said


def test_what_is_certain_stands_in_the_tables(read, born):
    found, _ = read
    names = ("patients", "visits", "medications", "events")
    tables = {name: getattr(found, name).df() for name in names}
    checks = mt.TIME_IS_MUSCLE.check(mt.screening.Records(**tables))
    known = checks[checks["verdict"] != "unknown"]
    # an age that can be counted, and no drug, event or duration: the vocabulary does not tell what they are
    of_drugs = {"loop_diuretic", "nephrotoxic_medication", "recent_immunosuppression", "prior_treatment"}
    assert set(known["criterion"]) <= {"adult"} | of_drugs
    adult = born + pd.DateOffset(years=18) <= SCREENED
    told = known[known["criterion"] == "adult"].set_index("patient_id")["verdict"]
    assert {int(who): verdict == "met" for who, verdict in told.items()} == adult.to_dict()
    # no drug is recognised: nothing is said of who may take one, of who never had any only where she is observed
    begun = tables["medications"].query("start_date <= @SCREENED")
    taking = set(begun[~(begun["stop_date"] < SCREENED)]["patient_id"])
    told = known[known["criterion"].isin(of_drugs)]
    assert len(told)
    assert not taking & set(told["patient_id"])
    assert ((told["verdict"] == "met") == (told["criterion"] == "prior_treatment")).all()
    naive = told[told["criterion"] == "prior_treatment"]["patient_id"]  # observed since birth, and without a drug
    assert not set(begun["patient_id"]) & set(naive)
    periods = tables["patients"].set_index("patient_id")
    observed = periods["medications_recorded_since"].le(SCREENED) & periods["medications_recorded_until"].ge(SCREENED)
    assert observed[told["patient_id"].unique()].all()
    assert periods["medications_recorded_since"].le(periods["birth_date"])[naive].all()


def test_nobody_is_included(read, born):
    found, _ = read
    decisions = mt.TIME_IS_MUSCLE.decide(found).df()["decision"]
    assert len(decisions) == len(born) > 20
    assert not (decisions == "eligible").any()
