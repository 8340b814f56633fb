"""Templates come from one source, offer what is allowed, and come back as they were filled in."""

import jsonschema
import openpyxl
import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.frames import columns, kinds

TABLES = {
    "patients": mt.load_patients(),
    "visits": mt.load_visits(),
    "medications": mt.load_medications(),
    "events": mt.load_events(),
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    return mt.write_template(tmp_path_factory.mktemp("site") / "site.xlsx", tables=TABLES)


@pytest.mark.parametrize("kind", TABLES)
def test_the_sample_cohort_comes_back_identical(filled, kind):
    table = TABLES[kind]
    known = [name for name in table if name in columns(kind)]
    found = mt.read_table(filled, kind)
    pd.testing.assert_frame_equal(found[known].dropna(axis=1, how="all"), table[known].dropna(axis=1, how="all"))
    others = [name for name in table if name not in known]
    for name in others:
        assert found[name].notna().tolist() == table[name].replace("", None).notna().tolist()
    assert mt.validate(found, kind).empty


def test_the_cohort_decides_as_before(filled):
    read = {kind: mt.read_table(filled, kind) for kind in TABLES}
    patients = read.pop("patients")
    decided = mt.TIME_IS_MUSCLE.decide(mt.derive_screening(patients, **read))
    expected = mt.TIME_IS_MUSCLE.decide(mt.load_screening())
    assert decided["decision"].tolist() == expected["decision"].tolist()
    assert decided["because"].tolist() == expected["because"].tolist()


def test_an_empty_template_offers_words_and_ranges(tmp_path):
    book = openpyxl.load_workbook(mt.write_template(tmp_path / "empty.xlsx"))
    assert book.sheetnames == ["patients", "visits", "medications", "events", "Legend", "Lists"]
    assert book["Lists"].sheet_state == "hidden"
    for kind in TABLES:
        headings = [cell.value for cell in book[kind][1]]
        left_out = ("conflicts", "mmt8_80", "mmt26_260")
        assert headings == [name for name in columns(kind) if not name.endswith("_because") and name not in left_out]
    other = openpyxl.load_workbook(mt.write_template(tmp_path / "other.xlsx", ["visits"], mmt="mmt26_260"))["visits"]
    assert {"mmt26_260", "mmt8_150", "mmt8_80"} & {cell.value for cell in other[1]} == {"mmt26_260"}
    rules = {rule.promptTitle: rule for rule in book["visits"].data_validations.dataValidation}
    assert (rules["Physician global activity"].formula1, rules["Physician global activity"].formula2) == ("0", "10")
    assert rules["Week"].type == "whole"
    for kind, label, words in (("patients", "Sex", ("female", "male")), ("patients", "Pregnant", ("yes", "no"))):
        [rule] = [rule for rule in book[kind].data_validations.dataValidation if rule.promptTitle == label]
        sheet, _, cells = rule.formula1.removeprefix("=").partition("!")
        assert [cell.value for row in book[sheet][cells.replace("$", "")] for cell in row] == list(words)
    assert mt.read_table(tmp_path / "empty.xlsx", "visits").empty
    legend = mt.read_table(tmp_path / "empty.xlsx", sheet="Legend")
    assert set(legend["Column"]) >= set(columns("visits"))


def test_a_formula_in_a_filled_template_is_a_text(tmp_path):
    visits = pd.DataFrame({"patient_id": ["=1+1", "007"], "week": [0, 0], "note": ["@x", None]})
    path = mt.write_template(tmp_path / "v.xlsx", ["visits"], tables={"visits": visits})
    assert openpyxl.load_workbook(path)["visits"]["A2"].data_type == "s"
    found = mt.read_table(path, "visits")
    assert found["patient_id"].tolist() == ["=1+1", "007"]
    assert found["note"].tolist()[0] == "@x"


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_has_every_form(kind, tmp_path):
    mt.write_template(tmp_path / "t.xlsx", [kind])
    fields = mt.redcap_dictionary(kind)
    assert fields.shape[1] == 18
    assert not fields["Variable / Field Name"].duplicated().any()
    assert fields["Variable / Field Name"].str.fullmatch(r"[a-z][a-z0-9_]*").all()
    assert fields.loc[fields["Field Type"].isin(["radio", "checkbox", "calc"]), fields.columns[5]].ne("").all()
    jsonschema.Draft202012Validator.check_schema(mt.json_schema(kind))
    assert mt.data_dictionary(kind)["permitted"].ne("").all()


def test_the_schema_accepts_the_sample_and_refuses_what_validate_refuses():
    rows = (
        TABLES["visits"].drop(columns="infusion").assign(visit_date=lambda t: t["visit_date"].dt.strftime("%Y-%m-%d"))
    )
    plain = [{k: None if pd.isna(v) else v for k, v in row.items()} for row in rows.head(50).to_dict("records")]
    schema = jsonschema.Draft202012Validator(mt.json_schema("visits"))
    assert list(schema.iter_errors(plain)) == []
    for name, value in (("physician_global_cm", 47), ("week", "x"), ("visit_date", "1-1-2024"), ("patient_id", None)):
        assert [list(error.path) for error in schema.iter_errors([plain[0] | {name: value}])] == [[0, name]]


def test_the_redcap_instrument_branches_and_divides(tmp_path):
    fields = mt.redcap_dictionary().set_index("Variable / Field Name")
    branching = fields["Branching Logic (Show field only if...)"]
    assert branching["ck_value"] == "[enzymes_measured(ck)] = '1'"
    assert branching["mmt26_260"] == "[mmt_scale] = 'mmt26_260'"
    assert fields.loc["ck_xuln", "Choices, Calculations, OR Slider Labels"] == (
        "if([ck_upper_limit] > 0, [ck_value] / [ck_upper_limit], '')"
    )
    assert fields.loc["haq_di", ["Text Validation Min", "Text Validation Max"]].tolist() == ["0", "3"]
    for logic in [*branching, *fields.loc[fields["Field Type"] == "calc", "Choices, Calculations, OR Slider Labels"]]:
        named = pd.Series(logic).str.findall(r"\[(\w+)").explode().dropna()
        assert set(named) <= set(fields.index)
    export = pd.DataFrame({"record_id": ["1"], "redcap_event_name": ["v0"]} | {name: [""] for name in fields.index[1:]})
    export = export.assign(physician_global_cm="6.0", ck_value="900", ck_upper_limit="180", ck_xuln="5")
    export.to_csv(tmp_path / "export.csv", index=False)
    visits = mt.read_redcap(tmp_path / "export.csv", "visits", events={"v0": 0})
    assert visits[["week", "physician_global_cm", "ck_xuln"]].to_numpy().tolist() == [[0, 6.0, 5.0]]
    assert mt.validate(visits, "visits").empty


def test_adam_parameters_say_that_they_are_ours():
    found = mt.adam_parameters()
    assert set(found["defined_by"]) == {"sponsor-defined"}
    assert not found["PARAMCD"].duplicated().any()
    assert found["PARAMCD"].str.fullmatch(r"[A-Z][A-Z0-9]{0,7}").all()
    assert found["PARAM"].str.len().max() <= 40


def test_wrong_usage(tmp_path):
    with pytest.raises(mt.errors.OptionError, match=r"\.xlsx"):
        mt.write_template(tmp_path / "t.csv")
    with pytest.raises(mt.errors.OptionError, match="did you mean 'visits'"):
        mt.write_template(tmp_path / "t.xlsx", ["visit"])
    with pytest.raises(mt.errors.OptionError, match="events"):
        mt.write_template(tmp_path / "t.xlsx", ["visits"], tables={"events": mt.load_events()})
    assert list(tmp_path.iterdir()) == []


def test_a_date_of_which_only_the_month_is_known_can_be_typed(tmp_path):
    """Excel makes the first of May of 2020-05; the cell says how to keep it."""
    path = mt.write_template(tmp_path / "ours.xlsx", ["events"])
    rules = openpyxl.load_workbook(path)["events"].data_validations.dataValidation
    [rule] = [rule for rule in rules if rule.type == "date"]
    assert "'2020-05" in rule.prompt
    assert len(rule.prompt) <= 255
