"""What leaves names no patient: what is private is marked once, and what nobody has described stays here."""

import pandas as pd
import pytest

from myositis_tools import tables
from myositis_tools.exchange import redcap_dictionary
from myositis_tools.frames import columns
from myositis_tools.privacy.pseudonyms import Naming, described_by, not_described, patients_of

# Written down a second time: what nobody may find in a file that she was not meant to have.
IDENTIFIERS = {"patient_id", "case_id"}
BIRTH = {"birth_date", "birth_date_precision"}
QUOTED = {("problems", "value"), ("problems_summary", "values")}


def test_what_is_private_equals_the_second_transcription():
    everything = tables.load("columns")[["table", "column"]].itertuples(index=False, name=None)
    expected = {(table, column): "identifier" for table, column in everything if column in IDENTIFIERS}
    expected |= {("patients", column): "birth date" for column in BIRTH}
    expected |= dict.fromkeys(QUOTED, "free text")
    marked = tables.load("private_columns")
    found = {(table, column): private for table, column, private in marked.itertuples(index=False, name=None)}
    assert found == expected
    for (table, column), private in found.items():
        assert columns(table)[column].private == private


def test_redcap_is_told_which_field_identifies_a_patient():
    fields = redcap_dictionary("patients").set_index("Variable / Field Name")["Identifier?"]
    assert fields[fields == "y"].index.tolist() == ["birth_date", "birth_date_precision"]


def test_patients_are_numbered_in_the_order_of_the_file_and_alike_everywhere():
    naming = Naming(["B", "A", "B", None, "C"])
    table = pd.DataFrame({"patient_id": ["A", None, "C", "B"], "week": [0, 0, 0, 0]}, index=[7, 3, 5, 1])
    before = table.copy()
    found = naming.table(table)
    assert found["patient_id"].fillna("nobody").tolist() == ["patient 2", "nobody", "patient 3", "patient 1"]
    assert found.index.tolist() == [7, 3, 5, 1]
    pd.testing.assert_frame_equal(table, before)
    assert naming.table(pd.DataFrame({"Patient": ["C"]}))["Patient"].tolist() == ["patient 3"]
    assert (naming.name("A"), naming.in_title("A")) == ("patient 2", "2")


@pytest.mark.parametrize("ids", [[101, 102], [101.0, 102.0], pd.array([101, 102], dtype="Int64"), ["101", "102"]])
def test_an_id_is_known_as_number_and_as_text(ids):
    naming = Naming(ids)
    for given in (ids, ["101", "102"], pd.Categorical(["101", "102"])):
        assert naming.table(pd.DataFrame({"patient_id": given}))["patient_id"].tolist() == ["patient 1", "patient 2"]


def test_a_patient_that_is_not_in_the_list_is_not_named():
    naming = Naming(["A"])
    assert naming.table(pd.DataFrame({"patient_id": ["SECRET"]}))["patient_id"].tolist() == ["another patient"]
    assert "SECRET" not in naming.name("SECRET")


def test_a_table_keeps_everything_where_it_is_asked_for():
    table = pd.DataFrame({"patient_id": ["patient 9"], "birth_date": ["1970"], "remarks": ["x"]})
    naming = Naming(["patient 9"], identifiers=True)
    pd.testing.assert_frame_equal(naming.table(table, described_by("visits")), table)
    assert (naming.name("patient 9"), naming.in_title("patient 9")) == ("patient 9", "patient 9")


def test_a_birth_date_stays_here_even_if_nobody_names_it():
    table = pd.DataFrame({"patient_id": ["A"], "birth_date": ["1970"], "Birth date": ["1970"], "tis": [40]})
    assert list(Naming(["A"]).table(table)) == ["patient_id", "tis"]


def test_what_somebody_wrote_where_a_number_or_a_word_belongs_stays_here():
    table = pd.DataFrame(
        {
            "patient_id": ["A", "B", "C"],
            "haq_di": ["1.5", "see letter", 2],
            "sex": ["female", "Mrs Smit", None],
            "screening_date": ["2024-03-01", "in spring", "2024"],
            "antibody": ["anti-Jo-1", "none", None],
            "consent_signed": [True, "?", None],
        }
    )
    found = described_by("visits", "patients")(table)
    assert found.fillna("-").to_numpy().tolist() == [
        ["A", "1.5", "female", "2024-03-01", "anti-Jo-1", True],
        ["B", "-", "-", "-", "none", "-"],
        ["C", 2, "-", "2024", "-", "-"],
    ]


def test_what_is_not_defined_stays_here_whatever_it_holds():
    names = ["patient_id", "haq_di", "sex", "birth_date", "remarks", "height", 7]
    assert not_described(names, "visits") == ["sex", "birth_date", "remarks", "height", 7]
    assert not_described(names, "visits", "patients") == ["birth_date", "remarks", "height", 7]
    assert not_described(["case_id", "heliotrope", "name"], "cases") == ["name"]
    assert patients_of(pd.DataFrame({"week": [0]})) == []
    assert patients_of(pd.DataFrame({"case_id": ["A", "B"]})) == ["A", "B"]
