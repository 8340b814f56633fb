"""A bulk export of FHIR: folders, packed lines, medications and events; what is left out is counted and told."""

import gzip
import json
import warnings

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.errors import NotFoundError, OptionError, ReadingWarning, WrongTypeError
from myositis_tools.exchange.standards.fhir_resources import read_resources

CK = {"coding": [{"system": "http://loinc.org", "code": "2157-6"}]}
PREDNISONE = {"text": "prednisone", "coding": [{"system": "http://www.whocc.no/atc", "code": "H02AB07"}]}
ICD10 = "http://hl7.org/fhir/sid/icd-10"
SNOMED = "http://snomed.info/sct"


def of(kind, name="A", **said):
    return {"resourceType": kind, "subject": {"reference": f"Patient/{name}"}, **said}


def ck(name="A", **said):
    return of("Observation", name, code=CK, valueQuantity={"value": 900, "unit": "U/L"}, **said)


def request(**said):
    made = of("MedicationRequest", status="active", intent="order", medicationCodeableConcept=PREDNISONE)
    return made | {"authoredOn": "2024-05-01T08:00:00+02:00"} | said


def statement(name="A", **said):
    period = {"start": "2024-01-02", "end": "2024-03-04"}
    made = of(
        "MedicationStatement", name, status="active", medicationCodeableConcept=PREDNISONE, effectivePeriod=period
    )
    return made | said


def condition(code="I26.9", system=ICD10, **said):
    return of("Condition", code={"coding": [{"system": system, "code": code}]}, onsetDateTime="2021-03-09") | said


def lines(*held):
    return "\n".join(json.dumps(each, ensure_ascii=False) for each in held)


def read(reader, path, *held, **how):
    """The table and what was told, each from the line that called."""
    if held:
        path = path / "export.ndjson"
        path.write_text(lines(*held), encoding="utf-8")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        table = reader(path, **how)
    assert {(one.category, one.filename) for one in told} <= {(ReadingWarning, __file__)}
    return table, [str(one.message) for one in told]


# --------------------------------------------------------------------------------------------------------------- files


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\u0085", "\u000b", "\u000c", "\u001c", "\u001e"])
def test_a_line_ends_at_its_line_feed_and_nowhere_else(end, tmp_path):
    held = [ck(note=[{"text": f"one{end}two"}]), ck("B")]
    path = tmp_path / "labs.ndjson"
    path.write_text("\r\n".join(json.dumps(each, ensure_ascii=ord(end) < 32) for each in held), encoding="utf-8")
    labs, told = read(mt.io.read_fhir_observations, path)
    assert labs["patient_id"].tolist() == ["A", "B"]
    assert told == []


@pytest.mark.parametrize("name", ["labs.ndjson.gz", "labs.json.gz", "LABS.NDJSON.GZ"])
def test_a_packed_file_is_read(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(gzip.compress(lines(ck(), ck("B")).encode()))
    assert read(mt.io.read_fhir_observations, path)[0]["patient_id"].tolist() == ["A", "B"]


@pytest.mark.parametrize("cut", [4, 20, -6])
def test_a_packed_file_that_is_cut_off_is_one_clear_error(cut, tmp_path):
    path = tmp_path / "labs.ndjson.gz"
    path.write_bytes(gzip.compress(lines(ck(), ck("B")).encode())[:cut])
    with pytest.raises(WrongTypeError, match=r"labs\.ndjson\.gz cannot be read as FHIR"):
        mt.io.read_fhir_observations(path)


def test_the_folder_of_a_bulk_export_is_one_export(tmp_path):
    (tmp_path / "Observation.1.ndjson").write_text(lines(ck(), ck("B")))
    (tmp_path / "Observation.2.ndjson.gz").write_bytes(gzip.compress(lines(ck("C")).encode()))
    (tmp_path / "MedicationRequest.ndjson").write_text(lines(request(), request()))
    (tmp_path / "Condition.ndjson").write_text(lines(condition()))
    (tmp_path / "Patient.ndjson").write_text(lines({"resourceType": "Patient", "id": "A"}))
    (tmp_path / "empty.ndjson").write_text("")
    (tmp_path / "manifest.txt").write_text("no resource")
    labs, told = read(mt.io.read_fhir_observations, tmp_path)
    assert labs["patient_id"].tolist() == ["A", "B", "C"]
    assert told == [
        "The file also holds MedicationRequest (2), which mt.io.read_fhir_medications reads.",
        "The file also holds Condition (1), which mt.io.read_fhir_events reads.",
    ]


def test_a_folder_without_fhir_says_what_was_expected(tmp_path):
    (tmp_path / "labs.csv").write_text("a,b\n")
    with pytest.raises(NotFoundError, match="holds no FHIR") as told:
        mt.io.read_fhir_events(tmp_path)
    assert ".ndjson or .json" in told.value.expected
    with pytest.raises(NotFoundError, match="There is no file"):
        mt.io.read_fhir_events(tmp_path / "nothing")


def test_what_is_not_asked_for_is_not_kept(tmp_path):
    path = tmp_path / "export.ndjson"
    path.write_text(lines(*[ck()] * 50, condition()))
    found = read_resources(path, ("Condition",))
    assert found.counts == {"Observation": 50, "Condition": 1}
    assert [held.kind for held in found.held] == ["Condition"]


@pytest.mark.parametrize(
    ("code", "test"),
    [("2532-0", "ldh"), ("14804-9", "ldh"), ("14805-6", "ldh"), ("1761-6", "aldolase"), ("1920-8", "ast")],
)
def test_every_muscle_enzyme_is_known_by_its_code(code, test, tmp_path):
    coded = {"coding": [{"system": "http://loinc.org", "code": code}]}
    assert read(mt.io.read_fhir_observations, tmp_path, ck() | {"code": coded})[0]["test"].tolist() == [test]


# --------------------------------------------------------------------------------------------------------- medications


def course(tmp_path, held):
    table, told = read(mt.io.read_fhir_medications, tmp_path, held)
    row = table.iloc[0]
    return {name: None if pd.isna(row[name]) else row[name] for name in table.columns}, told


def test_a_course_is_read_as_it_stands(tmp_path):
    dosage = {
        "route": {"coding": [{"system": SNOMED, "code": "26643006", "display": "Oral route"}]},
        "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
        "doseAndRate": [{"doseQuantity": {"value": 20, "unit": "mg"}}],
    }
    found, told = course(tmp_path, statement(dosage=[dosage]))
    assert found == {
        "patient_id": "A", "drug": "prednisone", "atc": "H02AB07", "dose_mg_day": 40.0, "route": "Oral route",
        "start_date": pd.Timestamp("2024-01-02"), "stop_date": pd.Timestamp("2024-03-04"), "still_taken": None,
    }  # fmt: skip
    assert told == []


def test_an_order_starts_on_the_day_of_its_period_else_on_the_day_it_was_written(tmp_path):
    found, told = course(tmp_path, request())
    assert found["start_date"] == pd.Timestamp("2024-05-01")
    assert found["stop_date"] is None
    name = "MedicationRequests and MedicationStatements"
    assert told == [f"{name} state no start, which is the day they were written, 1 of 1: prednisone (1)."]
    bounds = {"timing": {"repeat": {"boundsPeriod": {"start": "2024-06-01", "end": "2024-07-01"}}}}
    found, told = course(tmp_path, request(dosageInstruction=[bounds]))
    assert (found["start_date"], found["stop_date"]) == (pd.Timestamp("2024-06-01"), pd.Timestamp("2024-07-01"))


@pytest.mark.parametrize(
    ("status", "still", "word"),
    [
        ("active", None, ""), ("completed", False, "on a day that is not stated"), ("stopped", False, "not stated"),
        ("on-hold", None, "do not say whether they go on"), ("unknown", None, "do not say"),
    ],
)  # fmt: skip
def test_an_end_without_a_day_is_told_and_leaves_the_day_open(status, still, word, tmp_path):
    found, told = course(tmp_path, statement(status=status, effectivePeriod={"start": "2024-01-02"}))
    assert found["stop_date"] is None
    assert found["still_taken"] is still or found["still_taken"] == still
    assert word in "".join(told)
    assert bool(told) == bool(word)


@pytest.mark.parametrize(
    "never",
    [
        {"status": "entered-in-error"}, {"status": "cancelled"}, {"status": "draft"}, {"intent": "proposal"},
        {"intent": "plan"}, {"doNotPerform": True}, {"subject": {"reference": "Group/1"}},
    ],
)  # fmt: skip
def test_what_was_never_given_is_left_out_and_told(never, tmp_path):
    table, told = read(mt.io.read_fhir_medications, tmp_path, request(**never))
    assert table.empty
    assert "left out, 1 of 1" in told[0]


@pytest.mark.parametrize(
    ("dosages", "milligrams"),
    [
        ([{"timing": {"code": {"coding": [{"code": "BID"}]}}, "amount": (20, "mg")}], 40.0),
        ([{"timing": {"repeat": {"frequency": 1, "period": 8, "periodUnit": "h"}}, "amount": (20, "mg")}], 60.0),
        ([{"timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}, "amount": (0.5, "g")}], 500.0),
        ([{"timing": {"repeat": {"frequency": 1, "period": 2, "periodUnit": "d"}}, "amount": (20, "mg")}], None),
        ([{"timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "wk"}}, "amount": (15, "mg")}], None),
        ([{"timing": {"code": {"coding": [{"code": "QD"}]}}, "amount": (2, "tablet")}], None),
        ([{"timing": {"code": {"coding": [{"code": "QD"}]}}, "amount": (20, "mg"), "asNeededBoolean": True}], None),
        ([{"timing": {}, "amount": (20, "mg")}], None),
        ([{"timing": {"code": {"coding": [{"code": "QD"}]}}, "amount": (20, "mg")}] * 2, None),
    ],
)  # fmt: skip
def test_a_dose_is_read_only_where_it_is_so_many_milligrams_a_day(dosages, milligrams, tmp_path):
    made = [
        {name: said for name, said in each.items() if name != "amount"}
        | {"doseAndRate": [{"doseQuantity": dict(zip(("value", "unit"), each["amount"], strict=True))}]}
        for each in dosages
    ]
    found, told = course(tmp_path, statement(dosage=made))
    assert found["dose_mg_day"] == milligrams
    assert ("not so many milligrams a day" in "".join(told)) == (milligrams is None)


def test_a_drug_with_an_atc_code_for_each_route_has_all_of_them(tmp_path):
    system = "http://www.whocc.no/atc"
    several = {
        "text": "hydrocortisone",
        "coding": [{"system": system, "code": code} for code in ("H02AB09", "D07AA02")],
    }
    found, told = course(tmp_path, statement(medicationCodeableConcept=several))
    assert (found["drug"], found["atc"]) == ("hydrocortisone", "H02AB09|D07AA02")
    assert told == []
    found, told = course(tmp_path, statement(medicationCodeableConcept={"coding": [{"code": "5640", "display": "x"}]}))
    assert (found["drug"], found["atc"]) == ("x", None)
    assert "have no ATC code" in told[0]


def test_a_drug_is_found_where_it_is_referred_to(tmp_path):
    medication = {"resourceType": "Medication", "id": "m1", "code": PREDNISONE}
    by_name = statement(medicationReference={"reference": "Medication/m1"}) | {"medicationCodeableConcept": None}
    table, _ = read(mt.io.read_fhir_medications, tmp_path, medication, by_name)
    assert table["atc"].tolist() == ["H02AB07"]
    inside = by_name | {"contained": [medication], "medicationReference": {"reference": "#m1"}}
    other = by_name | {
        "contained": [medication | {"code": {"text": "other"}}], "medicationReference": {"reference": "#m1"},
    }  # fmt: skip
    table, _ = read(mt.io.read_fhir_medications, tmp_path, inside, other)
    assert table["drug"].tolist() == ["prednisone", "other"]
    of_r5 = statement(medication={"concept": PREDNISONE}) | {"medicationCodeableConcept": None}
    assert read(mt.io.read_fhir_medications, tmp_path, of_r5)[0]["drug"].tolist() == ["prednisone"]


def test_courses_and_events_answer_for_the_patients(tmp_path):
    furosemide = {"coding": [{"system": "http://www.whocc.no/atc", "code": "C03CA01", "display": "furosemide"}]}
    taken = statement(medicationCodeableConcept=furosemide, effectivePeriod={"start": "2024-01"})
    ended = statement(
        "B", medicationCodeableConcept=furosemide, effectivePeriod={"start": "2024-01", "end": "2024-02-01"}
    )
    medications, _ = read(mt.io.read_fhir_medications, tmp_path, taken, ended)
    events, _ = read(mt.io.read_fhir_events, tmp_path, condition(onsetDateTime="2021"), condition("I64") | {"id": "x"})
    assert medications["start_date_precision"].tolist() == ["month", "month"]
    patients = pd.DataFrame({"patient_id": ["A", "B"], "screening_date": pd.to_datetime(["2024-02-15"] * 2)})
    patients = patients.assign(medications_recorded=True, events_recorded=True)
    screening = mt.derive_screening(patients, medications=medications, events=events)
    assert screening["loop_diuretic"].tolist() == [True, False]
    assert screening["thrombosis_within_10_years"].tolist() == [True, False]


# -------------------------------------------------------------------------------------------------------------- events


@pytest.mark.parametrize(
    ("code", "system", "event"),
    [
        ("I26.9", ICD10, "pulmonary_embolism"), ("I26", ICD10, "pulmonary_embolism"),
        ("I80.2", ICD10, "deep_vein_thrombosis"), ("I82.4", f"{ICD10}-cm", "thrombosis"),
        ("I21.4", ICD10, "myocardial_infarction"), ("I63.9", ICD10, "ischaemic_stroke"),
        ("G45.9", ICD10, "transient_ischaemic_attack"), ("59282003", SNOMED, "pulmonary_embolism"),
        ("128053003", SNOMED, "deep_vein_thrombosis"), ("429098002", SNOMED, "thrombosis"),
        ("439127006", SNOMED, "thrombosis"), ("82545002", SNOMED, "blood_product_reaction"),
        ("230690007", SNOMED, None), ("414086009", SNOMED, None),
        ("22298006", SNOMED, "myocardial_infarction"), ("422504002", SNOMED, "ischaemic_stroke"),
        ("266257000", SNOMED, "transient_ischaemic_attack"), ("I22.0", ICD10, "myocardial_infarction"),
        ("I80.1", ICD10, "deep_vein_thrombosis"),
        ("I82.4", "http://fhir.de/CodeSystem/bfarm/icd-10-gm", "thrombosis"),
        ("I26.9", SNOMED, None), ("59282003", ICD10, None), ("G45.4", ICD10, None), ("I80.0", ICD10, None),
        ("590", SNOMED, None), ("592820031", SNOMED, None),
    ],
)  # fmt: skip
def test_the_event_of_a_code(code, system, event, tmp_path):
    table, told = read(mt.io.read_fhir_events, tmp_path, condition(code, system))
    assert table["event"].tolist() == ([] if event is None else [event])
    assert told == ([] if event else [f"Conditions of other codes are left out, 1 of 1: {code} (1)."])


@pytest.mark.parametrize(
    ("status", "kept", "word"),
    [
        ("confirmed", 1, ""), (None, 1, ""), ("refuted", 0, "refuted"), ("entered-in-error", 0, "refuted"),
        ("provisional", 0, "not confirmed"), ("differential", 0, "not confirmed"), ("unconfirmed", 0, "not confirmed"),
    ],
)  # fmt: skip
def test_only_what_happened_is_an_event(status, kept, word, tmp_path):
    held = condition(verificationStatus={"coding": [{"code": status}]} if status else None)
    table, told = read(mt.io.read_fhir_events, tmp_path, held)
    assert len(table) == kept
    assert word in "".join(told)
    assert bool(told) == bool(word)


@pytest.mark.parametrize(
    ("onset", "date", "precision"),
    [
        ({"onsetDateTime": "2021-03-09T10:00:00Z"}, "2021-03-09", None),
        ({"onsetDateTime": "2021-03"}, "2021-03-01", "month"), ({"onsetDateTime": "2021"}, "2021-01-01", "year"),
        ({"onsetPeriod": {"start": "2021-03-09"}}, "2021-03-09", None),
        ({"onsetAge": {"value": 40}}, None, None), ({"recordedDate": "2024-01-01"}, None, None),
    ],
)  # fmt: skip
def test_an_event_has_the_date_of_its_onset_and_no_other(onset, date, precision, tmp_path):
    table, told = read(mt.io.read_fhir_events, tmp_path, condition(onsetDateTime=None) | onset)
    found = table["date"].iloc[0]
    assert (None if pd.isna(found) else str(found)[:10]) == date
    if precision:
        assert table["date_precision"].tolist() == [precision]
    assert ("no day, month or year of the onset" in "".join(told)) == (date is None)


def test_a_sites_own_codes_win(tmp_path):
    held = [condition("T80.6"), condition("I26.9")]
    table, told = read(
        mt.io.read_fhir_events, tmp_path, *held, events={"T80.6": "blood_product_reaction", "I26.9": None}
    )
    assert table["event"].tolist() == ["blood_product_reaction"]
    assert told == []
    with pytest.raises(OptionError, match="events='bleeding' is not known"):
        mt.io.read_fhir_events(tmp_path, events={"X": "bleeding"})


@pytest.mark.parametrize("reader", [mt.io.read_fhir_events, mt.io.read_fhir_medications])
def test_a_file_of_other_resources_says_what_it_holds(reader, tmp_path):
    table, told = read(reader, tmp_path, ck())
    assert table.empty
    assert len(told) == 1
    assert told[0].endswith(": Observation (1).")


@pytest.mark.parametrize(
    ("reader", "wrong"),
    [
        (mt.io.read_fhir_events, '{"resourceType": "Condition", "code": 7}'),
        (mt.io.read_fhir_medications, '{"resourceType": "MedicationRequest", "status": "active", "subject": 7}'),
        (mt.io.read_fhir_medications, '{"resourceType": "MedicationRequest", "dosageInstruction": [7]}'),
        (mt.io.read_fhir_events, "[1]"),
        (mt.io.read_fhir_medications, "{"),
    ],
)
def test_what_is_no_fhir_is_one_clear_error(reader, wrong, tmp_path):
    path = tmp_path / "x.json"
    path.write_text(wrong)
    with pytest.raises(WrongTypeError, match="cannot be read as FHIR"):
        reader(path)
