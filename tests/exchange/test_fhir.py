"""FHIR Observations: two patients never become one, a value is read in whichever form, what is left out is told."""

import json
import warnings

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.errors import OptionError, ReadingWarning, WrongTypeError

CK = {"coding": [{"system": "http://loinc.org", "code": "2157-6"}]}
ALT = {"coding": [{"system": "http://loinc.org", "code": "1742-6"}]}
GONE = object()
AB = ("https://a/Patient/1", "https://b/Patient/1")


def ck(**changed):
    made = {
        "resourceType": "Observation",
        "status": "final",
        "subject": {"reference": "Patient/A"},
        "effectiveDateTime": "2024-05-01",
        "code": CK,
        "valueQuantity": {"value": 900, "unit": "U/L"},
        "referenceRange": [{"high": {"value": 180, "unit": "U/L"}}],
    } | changed
    return {name: said for name, said in made.items() if said is not GONE}


def patient(name, **said):
    return {"resourceType": "Patient", "id": name, **said}


def contained(name, value=900, *, identifier=GONE, local="p1"):
    held = patient(local) | ({} if identifier is GONE else {"identifier": identifier or [{"value": name}]})
    return ck(subject={"reference": "#p1"}, contained=[held], valueQuantity={"value": value, "unit": "U/L"})


def bundle(*entries):
    return {"resourceType": "Bundle", "entry": [each if "resource" in each else {"resource": each} for each in entries]}


def read(tmp_path, *held, name="labs.ndjson", **how):
    """The labs, and what was told; each from the line that called."""
    path = tmp_path / name
    path.write_text("\n".join(map(json.dumps, held)), encoding="utf-8")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        labs = mt.read_fhir_observations(path, **how)
    assert {(one.category, one.filename) for one in told} <= {(ReadingWarning, __file__)}
    return labs, [str(one.message) for one in told]


def patients(tmp_path, *held, **how):
    labs, told = read(tmp_path, *held, **how)
    return [None if pd.isna(one) else one for one in labs["patient_id"]], told


# ------------------------------------------------------------------------------------------------------------ patients


@pytest.mark.parametrize("local", ["p1", "#p1"])
def test_a_patient_who_is_contained_is_known_by_an_identifier(local, tmp_path):
    pair = [contained(name, identifier=None, local=local) for name in ("K-01", "K-02", "K-01")]
    assert patients(tmp_path, *pair) == (["K-01", "K-02", "K-01"], [])


def test_a_patient_who_is_contained_without_an_identifier_is_nobody(tmp_path):
    nobody = [contained("x"), contained("y", identifier=[{"system": "urn:x"}]), ck(subject={"reference": "#p2"})]
    found, told = patients(tmp_path, *nobody)
    assert found == [None] * 3
    assert told == ["Observations have no identifier of a patient, which is missing, 3 of 3: #p1 (2), #p2 (1)."]


def test_the_same_identifier_of_two_systems_is_two_patients(tmp_path):
    one, other = ([{"system": f"urn:{name}", "value": "7"}] for name in "ab")
    found, told = patients(tmp_path, contained("", identifier=one), contained("", identifier=other))
    assert found == ["urn:a|7", "urn:b|7"]
    assert told == [
        "Patients of several servers or systems have the same identifier, 1 of 1: 7; their patient_id is the full "
        "address."
    ]
    assert patients(tmp_path, *[contained("", identifier=one)] * 2)[0] == ["7", "7"]


@pytest.mark.parametrize(
    ("references", "found"),
    [
        (["https://a/fhir/Patient/1", "https://b/fhir/Patient/1"], ["https://a/fhir/Patient/1", "https://b/fhir/Patient/1"]),
        (["https://a/fhir/Patient/1", "https://b/fhir/Patient/2"], ["1", "2"]),
        (["https://a/fhir/Patient/1", "Patient/1"], ["1", "1"]),  # one server: where the file comes from
        (["https://a/fhir/Patient/1/_history/2", "https://a/fhir/Patient/1/_history/3"], ["1", "1"]),
        ([*AB, "Patient/1"], [*AB, "1"]),
        (["urn:uuid:1-2", "urn:uuid:1-3"], ["1-2", "1-3"]),
        (["Patient?identifier=urn:mrn|7", "Patient?identifier=urn:mrn|8"], ["7", "8"]),
        (["Patient/A", "A"], ["A", "A"]),
    ],
)  # fmt: skip
def test_patients_of_references(references, found, tmp_path):
    assert patients(tmp_path, *(ck(subject={"reference": each}) for each in references))[0] == found


def test_a_patient_of_a_bundle_is_one_by_address_and_by_id(tmp_path):
    held = bundle(
        {"fullUrl": "urn:uuid:0-1", "resource": patient("P7")},
        {"fullUrl": "urn:uuid:0-2", "resource": ck(subject={"reference": "urn:uuid:0-1"})},
        {"fullUrl": "urn:uuid:0-3", "resource": ck(subject={"reference": "Patient/P7"})},
        {"fullUrl": "urn:uuid:0-4", "resource": {"resourceType": "Patient"}},
        {"fullUrl": "urn:uuid:0-5", "resource": ck(subject={"reference": "urn:uuid:0-4"})},
    )
    assert patients(tmp_path, held, name="labs.json") == (["P7", "P7", "0-4"], [])


def test_a_reference_within_a_bundle_is_to_the_server_of_its_entry(tmp_path):
    entries = [
        {"fullUrl": f"https://{name}/Observation/9", "resource": ck(subject={"reference": "Patient/1"})}
        for name in "ab"
    ]
    assert patients(tmp_path, bundle(*entries), name="labs.json")[0] == ["https://a/Patient/1", "https://b/Patient/1"]


@pytest.mark.parametrize("kind", ["Group", "Device", "Location"])
def test_what_is_no_patient_is_left_out(kind, tmp_path):
    found, told = patients(tmp_path, ck(), ck(subject={"reference": f"{kind}/A"}))
    assert found == ["A"]
    assert told == [f"Observations are of no patient, and are left out, 1 of 2: {kind} (1)."]


def test_an_observation_without_a_subject_is_nobodys_and_told(tmp_path):
    found, told = patients(tmp_path, ck(subject=GONE), ck(subject={"display": "Jane"}))
    assert found == [None, None]
    assert told == ["Observations have no identifier of a patient, which is missing, 2 of 2: no subject (2)."]


# -------------------------------------------------------------------------------------------------------------- values


@pytest.mark.parametrize(
    ("value", "found", "told"),
    [
        ({"valueQuantity": {"value": 900, "unit": "U/L"}}, (900, "U/L"), ""),
        ({"valueQuantity": {"value": 900, "comparator": ">="}}, (">=900", None), ""),
        ({"valueQuantity": {"value": 9, "unit": "IU/L", "code": "[iU]/L"}}, (9, "U/L"), ""),
        ({"valueQuantity": {"value": 9, "unit": "µkat/L", "code": "ukat/L"}}, (9, "ukat/L"), ""),
        ({"valueQuantity": {"value": 9, "code": "nkat/L"}}, (9, "nkat/L"), ""),
        ({"valueQuantity": {"value": 9, "unit": "U/L", "code": "kU/L"}}, (9, "U/L (code kU/L)"), "a code of another"),
        ({"valueQuantity": {"value": 900, "comparator": "=", "unit": "U/L"}}, (900, "U/L"), ""),
        ({"valueQuantity": {"value": 900, "comparator": "<=", "unit": "U/L"}}, ("<=900", "U/L"), ""),
        ({"valueInteger": 900}, (900, None), "a number without a unit, 1 of 1: ck 900 (1)."),
        ({"valueDecimal": 900.5}, (900.5, None), "a number without a unit, 1 of 1: ck 900.5 (1)."),
        ({"valueString": "= 900 U/L"}, (900, "U/L"), "read, 1 of 1"),
        ({"valueString": "<>900"}, ("<>900", None), "stays a text, 1 of 1"),
        ({"valueString": "900 U/L"}, (900, "U/L"), "read, 1 of 1: ck 900 U/L (1)."),
        ({"valueString": "900"}, (900, None), "read, 1 of 1"),
        ({"valueString": " >= 900 IU/L "}, (">=900", "U/L"), "read, 1 of 1"),
        ({"valueString": "1.5 ukat/L"}, (1.5, "ukat/L"), "read, 1 of 1"),
        ({"valueString": "haemolytic"}, ("haemolytic", None), "stays a text, 1 of 1: ck haemolytic (1)."),
        ({"valueString": "1,5 U/L"}, ("1,5 U/L", None), "stays a text, 1 of 1"),
        ({"valueString": "10-20 U/L"}, ("10-20 U/L", None), "stays a text, 1 of 1"),
        ({"valueCodeableConcept": {"text": "high"}}, (None, None), "no number, which is missing, 1 of 1: ck value"),
        ({"valueRange": {"low": {"value": 1}}}, (None, None), "1 of 1: ck valueRange (1)."),
        ({"dataAbsentReason": {"coding": [{"code": "not-performed"}]}}, (None, None), "1 of 1: ck not-performed"),
        ({"valueQuantity": {"unit": "U/L"}, "dataAbsentReason": {"text": "lost"}}, (None, None), "1 of 1: ck lost"),
        ({}, (None, None), "have no value, 1 of 1: ck no reason (1)."),
    ],
)  # fmt: skip
def test_a_value_in_every_form(value, found, told, tmp_path):
    labs, said = read(tmp_path, ck(valueQuantity=GONE) | value)
    row = [None if pd.isna(one) else one for one in labs[["value", "unit"]].iloc[0]]
    assert tuple(row) == found
    assert len(said) == (1 if told else 0)
    assert told in "".join(said)


@pytest.mark.parametrize(
    ("ranges", "found", "told"),
    [
        ([{"high": {"value": 3, "unit": "µkat/L"}}], (3, "ukat/L"), ""),
        ([{"high": {"value": 180}}, {"high": {"value": 180}}], (180, None), ""),
        (
            [{"high": {"value": 180}}, {"high": {"value": 300}}],
            (None, None),
            "several upper limits",
        ),
        (
            [{"text": "30 - 180 U/L"}],
            (None, None),
            "an upper limit in words only, which is missing, 1 of 1: ck 30",
        ),
        ([{"low": {"value": 30}}], (None, None), ""),
        ([{"high": {"value": 3, "unit": "U/L", "code": "mU/L"}}], (3, "U/L (code mU/L)"), "code of another unit"),
    ],
)
def test_an_upper_limit_in_every_form(ranges, found, told, tmp_path):
    labs, said = read(tmp_path, ck(referenceRange=ranges))
    row = [None if pd.isna(one) else one for one in labs[["upper_limit", "upper_limit_unit"]].iloc[0]]
    assert tuple(row) == found
    assert told in "".join(said)


def test_units_that_contradict_are_listed_and_not_computed_with(tmp_path):
    labs, _ = read(tmp_path, ck(valueQuantity={"value": 9, "unit": "U/L", "code": "kU/L"}))
    assert "unit" in mt.validate(labs, "labs")["column"].tolist()
    with pytest.raises(mt.errors.UnknownWordError):
        mt.to_xuln(labs)


# -------------------------------------------------------------------------------------------- components and containers


def component(code, value):
    return {"code": code, "valueQuantity": {"value": value, "unit": "U/L"}}


def test_the_components_of_a_panel_are_results(tmp_path):
    panel = {"coding": [{"system": "http://loinc.org", "code": "24325-3"}]}
    other = {"coding": [{"code": "1975-2"}]}
    held = ck(code=panel, valueQuantity=GONE, component=[component(ALT, 40), component(CK, 900), component(other, 7)])
    labs, told = read(tmp_path, held)
    assert labs[["patient_id", "test", "value"]].to_numpy().tolist() == [["A", "alt", 40], ["A", "ck", 900]]
    assert told == ["Observations have components of other codes, which are left out, 1 of 1: 1975-2 (1)."]
    labs, told = read(tmp_path, ck(component=[component(ALT, 40)]))
    assert labs["test"].tolist() == ["ck", "alt"]
    assert told == []


def test_what_a_report_contains_is_of_its_patient_and_its_day(tmp_path):
    inner = ck(subject=GONE, effectiveDateTime=GONE) | {"id": "o1"}
    own = ck(subject={"reference": "Patient/B"}) | {"id": "o2"}
    report = {"resourceType": "DiagnosticReport", "subject": {"reference": "Patient/A"}, "contained": [inner, own]}
    report |= {"effectiveDateTime": "2024-06-01", "result": [{"reference": "#o1"}, {"reference": "#o2"}]}
    labs, told = read(tmp_path, bundle(report), name="labs.json")
    assert labs["patient_id"].tolist() == ["A", "B"]
    assert labs["date"].tolist() == [pd.Timestamp("2024-06-01"), pd.Timestamp("2024-05-01")]
    assert told == []
    labs, told = read(tmp_path, report | {"status": "entered-in-error"})
    assert labs.empty
    assert told == ["Observations were entered in error or cancelled, and are left out, 2 of 2: entered-in-error (2)."]


# ----------------------------------------------------------------------------------------------------- what is left out


def test_codes_that_are_not_known_are_counted_unless_they_were_declined(tmp_path):
    other = [ck(code={"coding": [{"code": code}]}) for code in ("1975-2", "1975-2", "99")]
    words = ck(code={"text": "CK"})
    labs, told = read(tmp_path, *other, words, ck(code=GONE))
    assert labs.empty
    assert told == ["Observations of other codes are left out, 5 of 5: 1975-2 (2), 99 (1), CK (1), no code (1)."]
    labs, told = read(tmp_path, *other, tests={"99": "ldh", "1975-2": None})
    assert labs["test"].tolist() == ["ldh"]
    assert told == []
    with pytest.raises(OptionError, match="tests='lhd' is not known"):
        read(tmp_path, *other, tests={"99": "lhd"})


@pytest.mark.parametrize("system", ["http://loinc.org", "https://loinc.org", "urn:oid:2.16.840.1.113883.6.1", None])
def test_the_system_of_codes_however_it_is_named(system, tmp_path):
    coded = {"coding": [{"code": "2157-6"} | ({"system": system} if system else {})]}
    assert read(tmp_path, ck(code=coded))[0]["test"].tolist() == ["ck"]


def test_what_was_never_measured_is_told(tmp_path):
    labs, told = read(tmp_path, ck(status="entered-in-error"), ck(status="cancelled"), ck(status="amended"))
    assert len(labs) == 1
    left = "Observations were entered in error or cancelled, and are left out"
    assert told == [f"{left}, 2 of 3: entered-in-error (1), cancelled (1)."]


def test_a_file_without_observations_says_what_it_holds(tmp_path):
    labs, told = read(tmp_path, bundle(patient("A"), patient("B"), {"resourceType": "Condition"}), name="labs.json")
    assert labs.columns.tolist() == [
        "patient_id", "date", "test", "value", "unit", "upper_limit", "upper_limit_unit", "code",
    ]  # fmt: skip
    assert told == ["The file holds no Observation: Patient (2), Condition (1)."]


# ---------------------------------------------------------------------------------------------------- forms of the file


@pytest.mark.parametrize("name", ["labs.json", "labs.ndjson"])
def test_lines_lists_and_bundles_in_either_kind_of_file(name, tmp_path):
    held = [ck(), ck(subject={"reference": "Patient/B"})]
    for each in ([*held], [bundle(*held)], [bundle(bundle(*held))], [bundle(held[0]), held[1]]):
        assert patients(tmp_path, *each, name=name) == (["A", "B"], [])
    assert patients(tmp_path, held, name="labs.json") == (["A", "B"], [])
    path = tmp_path / "labs.json"
    path.write_text("\ufeff" + json.dumps(held, indent=1), encoding="utf-8")
    assert len(mt.read_fhir_observations(path)) == 2


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("[]", "holds no resource"), ("{}", "holds no resource"), ("", "cannot be read"), ("[1, 2", "cannot be read"),
        ("[1, 2]", "holds no resource"), ('{"resourceType": "Patient"}\n{x', "line 2 is no JSON"), ("7", "no resource"),
        ('{"resourceType": "Observation", "code": 7}', "cannot be read"), ('"text"', "no resource"),
        (json.dumps(ck(subject="Patient/A")), "cannot be read"),
    ],
)  # fmt: skip
def test_what_is_no_fhir_is_one_clear_error(text, match, tmp_path):
    path = tmp_path / "labs.json"
    path.write_text(text)
    with pytest.raises(WrongTypeError, match=match) as told:
        mt.read_fhir_observations(path)
    assert "one resource a line" in told.value.expected
