"""A mapping is suggested with its reason, agreed to, saved, read, printed as code, and applied as it says."""

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.frames import columns

OWN = pd.DataFrame(
    {
        "Patiëntnummer": ["A", "A", "B"],
        "Weken": [0, 12, 0],
        "Datum bezoek": ["1-1-2024", "25-3-2024", "1-2-2024"],
        "VAS arts": ["61", "5,5", "n.b."],
        "vas_patient": [60.0, 10.0, None],
        "HAQ": ["1,5", "0,5", "2"],
        "MMT8 totaal": [120, 130, 90],
        "CK": [900, 100, 360],
        "CK bovengrens": [180, 180, 0],
        "Centrum": ["x", "y", "z"],
    }
)
MAPPING = mt.TableMapping(
    "visits",
    [
        mt.ColumnMapping("Patiëntnummer", "patient_id"),
        mt.ColumnMapping("Weken", "week"),
        mt.ColumnMapping("Datum bezoek", "visit_date"),
        mt.ColumnMapping("VAS arts", "physician_global_cm", unit="mm"),
        mt.ColumnMapping("vas_patient", "patient_global_cm", unit="mm"),
        mt.ColumnMapping("HAQ", "haq_di"),
        mt.ColumnMapping("MMT8 totaal", "mmt8_150"),
        mt.ColumnMapping("CK", "ck_xuln", upper_limit="CK bovengrens"),
    ],
    decimal=",",
    date_format="%d-%m-%Y",
    missing=["n.b."],
)


def test_suggestions_are_ranked_with_their_reason():
    before = OWN.copy(deep=True)
    found = mt.suggest_mapping(OWN, "visits")
    pd.testing.assert_frame_equal(OWN, before)
    assert found.columns.tolist() == list(columns("suggestions"))
    first = found[found["rank"] == 1].set_index("heading")
    assert first["column"].dropna().to_dict() == {each.heading: each.column for each in MAPPING.columns}
    assert first.loc["vas_patient", "unit"] == "mm"
    assert first.loc["CK", "upper_limit"] == "CK bovengrens"
    assert first.loc["CK bovengrens", "reason"] == "looks like the upper limit of CK"
    assert first.loc["Centrum", "reason"] == "resembles nothing"
    assert "Dutch" in first.loc["Weken", "reason"]
    for _, of_heading in found.groupby("heading"):
        assert of_heading["score"].is_monotonic_decreasing
    assert found["score"].between(0, 1).all()


@pytest.mark.parametrize("kind", ["visits", "patients", "medications", "events", "screening"])
def test_every_column_recognises_its_own_name_and_label(kind):
    for name, column in columns(kind).items():
        for heading in (name, column.label):
            found = mt.suggest_mapping(pd.DataFrame({heading: pd.Series(dtype=object)}), kind)
            if heading == name:
                assert found["column"].iloc[0] == name
            else:
                assert name in found.loc[found["score"] == found["score"].max(), "column"].tolist()


def test_only_what_is_kept_is_mapped():
    found = mt.suggest_mapping(OWN, "visits")
    mapping = mt.accept_suggestions(found.query("rank == 1 and heading == 'Weken'"), "visits")
    assert [(each.heading, each.column) for each in mapping.columns] == [("Weken", "week")]
    everything = mt.accept_suggestions(found, "visits", OWN, decimal=",")
    assert [each.column for each in everything.columns] == [each.column for each in MAPPING.columns]
    assert everything.decimal == ","


def test_codes_are_known_words():
    own = pd.DataFrame({"Geslacht": ["V", "m", "?"], "Diagnose": ["DM", "IMNM", "x"], "Zwanger": ["ja", "nee", None]})
    mapping = mt.accept_suggestions(mt.suggest_mapping(own, "patients"), "patients", own)
    applied = mt.apply_mapping(own, mapping)
    assert applied["sex"].tolist() == ["female", "male", "?"]
    assert applied["subtype"].tolist() == ["dermatomyositis", "immune_mediated_necrotizing_myopathy", "x"]
    assert applied["pregnant"].tolist()[:2] == [True, False]
    assert mt.validate(applied.assign(patient_id=["1", "2", "3"]), "patients")["value"].tolist() == ["?", "x"]


def test_it_is_applied_as_it_says():
    before = OWN.copy(deep=True)
    visits = mt.apply_mapping(OWN, MAPPING)
    pd.testing.assert_frame_equal(OWN, before)
    assert visits.columns.tolist() == [*(each.column for each in MAPPING.columns), "CK bovengrens", "Centrum"]
    assert visits["physician_global_cm"].tolist()[:2] == [6.1, 0.55]
    assert visits["patient_global_cm"].tolist()[:2] == [6.0, 1.0]
    assert visits["haq_di"].tolist() == [1.5, 0.5, 2.0]
    assert visits["visit_date"].tolist()[1] == pd.Timestamp("2024-03-25")
    assert visits["ck_xuln"].tolist()[:2] == [5.0, 100 / 180]
    assert visits[["physician_global_cm", "patient_global_cm", "ck_xuln"]].isna().iloc[2].all()
    assert mt.validate(visits, "visits").empty
    assert mt.apply_mapping(OWN, mt.TableMapping("visits", [mt.ColumnMapping("CK", "ck_xuln", upper_limit=180)]))[
        "ck_xuln"
    ].tolist() == [5.0, 100 / 180, 2.0]


def test_every_tenth_of_a_millimetre_scale_is_exact():
    own = pd.DataFrame({"v": range(101)})
    made = mt.apply_mapping(own, mt.TableMapping("visits", [mt.ColumnMapping("v", "physician_global_cm", unit="mm")]))
    assert made["physician_global_cm"].tolist() == [float(f"{n // 10}.{n % 10}") for n in range(101)]


def test_what_cannot_be_read_stays_and_is_listed():
    own = OWN.assign(HAQ=["1,5", "veel", "2"])
    visits = mt.apply_mapping(own, MAPPING)
    assert visits["haq_di"].tolist() == [1.5, "veel", 2.0]
    problems = mt.validate(visits, "visits")
    assert problems[["row", "column", "value", "problem"]].to_numpy().tolist() == [
        [1, "haq_di", "veel", "not a number"]
    ]


@pytest.mark.parametrize("suffix", [".toml", ".json"])
def test_saved_and_read_and_printed_as_code(suffix, tmp_path):
    odd = mt.TableMapping(
        "patients",
        [mt.ColumnMapping('He said "é\\\n\t\x7f', "sex", words={'"v"': "female", "m=1": "male", "": "male"})],
        missing=["-99", "'"],
    )
    for mapping in (MAPPING, odd):
        path = mapping.save(tmp_path / f"ours{suffix}")
        assert mt.read_mapping(path) == mapping
        scope = {"mt": mt}
        exec(mapping.code("own").split("\n" + mapping.kind)[0], scope)  # noqa: S102 (what a person would paste)
        assert scope["mapping"] == mapping
    assert MAPPING.code("own").splitlines()[-1] == "visits = mt.apply_mapping(own, mapping)"
    assert [file.name for file in tmp_path.iterdir()] == [f"ours{suffix}"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: mt.TableMapping("visits", [mt.ColumnMapping("a", "haqdi")]), "did you mean 'haq_di'"),
        (lambda: mt.TableMapping("visits", [mt.ColumnMapping("a", of) for of in ("week", "chaq")]), "a heading twice"),
        (lambda: mt.TableMapping("visits", [mt.ColumnMapping(name, "week") for name in "ab"]), "a column twice"),
        (lambda: mt.TableMapping("visits", [mt.ColumnMapping("a", "haq_di", unit="mm")]), "cannot be made from 'mm'"),
        (lambda: mt.TableMapping("visits", [mt.ColumnMapping("a", "ck_xuln", unit="U/L")]), "upper_limit="),
        (lambda: mt.TableMapping("visits", [mt.ColumnMapping("a", "week", upper_limit=3)]), "no upper limit"),
        (lambda: mt.TableMapping("visits", [], decimal=";"), "decimal sign"),
        (lambda: mt.TableMapping("visit", []), "did you mean 'visits'"),
        (lambda: mt.apply_mapping(OWN.drop(columns="HAQ"), MAPPING), "lacks a heading of the mapping: HAQ"),
        (lambda: mt.apply_mapping(OWN.assign(week=1), MAPPING), "already has a column"),
    ],
)  # fmt: skip
def test_mistakes_are_clear(make, message):
    with pytest.raises(mt.errors.MyositisToolsError) as caught:
        make()
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "text", ["kind = 3", "not toml [", 'kind = "visits"\n[[columns]]\nheading = "a"', 'kind = "visits"\nevil = 1', ""]
)
def test_a_file_that_is_no_mapping(text, tmp_path):
    (tmp_path / "m.toml").write_text(text)
    with pytest.raises(mt.errors.MyositisToolsError):
        mt.read_mapping(tmp_path / "m.toml")
    with pytest.raises(mt.errors.NotFoundError):
        mt.read_mapping(tmp_path / "none.toml")
    with pytest.raises(mt.errors.MappingError, match="known suffix"):
        MAPPING.save(tmp_path / "m.yaml")


MAPPED = 'kind = "visits"\n[[columns]]\nheading = "a"\ncolumn = "week"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (MAPPED + "foo = 1", r"says what a mapping does not: foo\. Where: m\.toml, \[\[columns\]\]"),
        ("evil = 1\n" + MAPPED, r"says what a mapping does not: evil\. Where: m\.toml, at its head"),
        (MAPPED.replace("heading", "headin"), "Hint: did you mean 'heading'"),
        (MAPPED.replace('column = "week"', ""), r"The mapping lacks column\."),
        ("", r"The mapping lacks kind\."),
    ],
)
def test_what_a_mapping_file_cannot_say_is_named(text, says, tmp_path):
    (tmp_path / "m.toml").write_text(text)
    with pytest.raises(mt.errors.MappingError, match=says):
        mt.read_mapping(tmp_path / "m.toml")


@pytest.mark.parametrize("words", [{"5": "yes", "5.0": "no"}, {"J": "yes", "j ": "no"}])
def test_one_word_for_two_meanings_is_refused(words):
    with pytest.raises(mt.errors.MappingError, match="One word is mapped to two"):
        mt.ColumnMapping("a", "adult", words=words)
    assert mt.ColumnMapping("a", "adult", words=dict.fromkeys(words, "yes")).words == dict.fromkeys(words, "yes")


@pytest.mark.parametrize(
    "headings",
    [
        ["Patientennummer", "Woche", "Besuchsdatum", "Arzt-VAS (mm)", "Patient VAS", "CK", "Obergrenze CK"],
        [
            "Numéro patient",
            "Semaine",
            "Date de visite",
            "EVA médecin (mm)",
            "EVA patient",
            "CPK",
            "Limite supérieure CPK",
        ],
    ],
)
def test_german_and_french_headings(headings):
    own = pd.DataFrame([["007", 0, "01.02.2026", 61, 55, 1800, 180]], columns=headings)
    first = mt.suggest_mapping(own, "visits").query("rank == 1")
    assert first["column"].tolist()[:6] == [
        "patient_id", "week", "visit_date", "physician_global_cm", "patient_global_cm", "ck_xuln"
    ]  # fmt: skip
    assert first["unit"].tolist()[3:5] == ["mm", "mm"]
    assert first["upper_limit"].tolist()[5] == headings[6]
    patients = pd.DataFrame({"Geschlecht": ["w", "männlich"], "schwanger": ["nein", "ja"], "enceinte": ["non", "oui"]})
    kept = mt.suggest_mapping(patients[["Geschlecht", "schwanger"]], "patients").query("rank == 1")
    made = mt.apply_mapping(patients, mt.accept_suggestions(kept, "patients", patients))
    assert made["sex"].tolist() == ["female", "male"]
    assert made["pregnant"].tolist() == [False, True]
