"""Protocol files: what is read, and that every mistake is one clear error."""

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.errors import NotFoundError, OptionError, ProtocolError
from tests.spec.eligible import ELIGIBLE

OWN = """
key = "our_trial"
title = "Our trial"
source = "our_protocol"
evidence = "verified"

[sources.our_protocol]
citation = "Our protocol, version 2."

[columns.ferritin_ug_l]
label = "ferritin"
type = "number"
unit = "µg/L"
minimum = 0

[columns.biopsy_done]
label = "biopsy done"
type = "yes_no"
optional = true

[columns.centre]
label = "centre"
type = "word"
words = ["north", "south"]

[[criteria]]
key = "inflamed"
kind = "inclusion"
label = "Inflamed"
words = "Ferritin above 500 µg/L, or two of three scales abnormal"
place = "page 3"
rule.any_of = [
    { column = "ferritin_ug_l", more_than = "minimum_ferritin" },
    { at_least_n_of = "scales", what = "abnormal scales", of = [
        { column = "physician_global_cm", at_least = "abnormal_physician" },
        { column = "haq_di", between = ["lowest_haq", "highest_haq"] },
        { negate = { is_true = "treatment_naive" } },
    ] },
]

[criteria.limits.minimum_ferritin]
label = "Ferritin above"
operator = ">"
value = 500
unit = "µg/L"
minimum = 0
maximum = 5000
step = 10

[criteria.limits.scales]
label = "Abnormal scales at least"
operator = ">="
value = 2

[criteria.limits.abnormal_physician]
label = "Physician global from"
operator = "≥"
value = 3
unit = "cm"
minimum = 0
maximum = 10
step = 0.1

[criteria.limits.lowest_haq]
label = "HAQ-DI from"
operator = "≥"
value = 0.5
minimum = 0
maximum = 3
step = 0.125

[criteria.limits.highest_haq]
label = "HAQ-DI up to"
operator = "≤"
value = 2
minimum = 0
maximum = 3
step = 0.125

[[criteria]]
key = "elsewhere"
kind = "exclusion"
label = "Elsewhere"
words = "Patients of the southern centre"
rule = { column = "centre", is_one_of = ["south"], otherwise = "not ours" }

[[criteria]]
key = "no_biopsy"
kind = "inclusion"
label = "Biopsy"
words = "Biopsy done"
rule.is_true = "biopsy_done"

[cases]
"fits" = { values = { ferritin_ug_l = 501, centre = "north", biopsy_done = true }, decision = "eligible" }
"at the limit" = { like = "fits", values = { ferritin_ug_l = 500 }, verdicts = { inflamed = "unknown" } }
"no ferritin" = { like = "fits", missing = ["ferritin_ug_l"], decision = "indeterminate" }
"""


def refused(text: str) -> str:
    with pytest.raises(ProtocolError) as caught:
        mt.read_protocol(text)
    return str(caught.value)


def patients(**given: object) -> pd.DataFrame:
    rows = [ELIGIBLE | {"patient_id": name, "centre": "north", "ferritin_ug_l": 600.0} for name in "AB"]
    return pd.DataFrame(rows).assign(**given)


def test_a_protocol_of_ones_own_with_columns_of_ones_own():
    protocol = mt.read_protocol(OWN)
    assert protocol.registration == "our_trial"
    assert "ferritin > 500 µg/L or (at least 2 of: physician global ≥ 3 cm; " in str(protocol)
    assert "HAQ-DI ≥ 0.5 and HAQ-DI ≤ 2; not treatment-naive)" in str(protocol)
    assert "asked only where the table has biopsy_done" in str(protocol)
    assert [one.citation for one in protocol.sources] == ["Our protocol, version 2."]
    assert protocol.limits["scales"].unit == "of 3"
    assert protocol.criteria[0].cited == "OUR_PROTOCOL, page 3"
    assert mt.assure(protocol)["passed"].all()
    decided = protocol.decide(patients(ferritin_ug_l=[600.0, 100.0], haq_di=[0.0, 3.0], biopsy_done=[True, True]))
    assert decided["decision"].tolist() == ["eligible", "ineligible"]
    wider = protocol.with_limits(minimum_ferritin=90)
    assert wider.decide(patients(ferritin_ug_l=100.0, biopsy_done=True))["decision"].tolist() == ["eligible"] * 2


def test_an_optional_column_that_is_not_there_is_not_asked():
    protocol = mt.read_protocol(OWN)
    checks = protocol.check(patients()).set_index(["patient_id", "criterion"])
    found = checks.loc[("A", "no_biopsy")]
    assert found["verdict"] == "unknown"
    assert found["reason"] == "biopsy done unknown: not asked, the table has no column biopsy_done"
    assert protocol.not_asked_of(patients()) == ("no_biopsy",)
    assert protocol.not_asked_of(patients(biopsy_done=None)) == ()
    assert protocol.decide(patients())["decision"].tolist() == ["indeterminate"] * 2
    empty = protocol.check(patients(biopsy_done=None)).set_index(["patient_id", "criterion"])
    assert empty.loc[("A", "no_biopsy"), "reason"] == "biopsy done not recorded"


def test_columns_of_ones_own_go_through_the_same_door():
    protocol = mt.read_protocol(OWN)
    with pytest.raises(mt.errors.MissingColumnError, match=r"ferritin_ug_l \(0 or more µg/L\)"):
        protocol.check(patients().drop(columns="ferritin_ug_l"))
    with pytest.raises(mt.errors.ImpossibleValueError, match="ferritin_ug_l holds impossible values: -1"):
        protocol.check(patients(ferritin_ug_l=-1.0))
    with pytest.raises(mt.errors.UnknownWordError, match="did you mean 'north'"):
        protocol.check(patients(centre="nort"))


def test_every_study_takes_it():
    protocol, table = mt.read_protocol(OWN), patients(ferritin_ug_l=[600.0, 450.0], haq_di=0.0, treatment_naive=True)
    assert mt.attrition(protocol, table)["excluded"].tolist() == [1, 0, 0]
    assert mt.near_misses(protocol, table)["part"].tolist() == ["ferritin or abnormal scales"]
    assert mt.next_measurements(protocol, table)["column"].tolist()[0] == "biopsy_done"
    assert mt.sensitivity(protocol, table, "minimum_ferritin", [400])["indeterminate"].tolist() == [2, 1]
    assert mt.influence(protocol, table)["fails"].tolist() == [1, 0, 0]


def test_a_file_is_read_as_its_text_is(tmp_path):
    path = tmp_path / "our trial.toml"
    path.write_bytes(b"\xef\xbb\xbf" + OWN.replace("\n", "\r\n").encode())
    assert str(mt.read_protocol(path)) == str(mt.read_protocol(str(path))) == str(mt.read_protocol(OWN))
    assert mt.read_protocol(path).origin == f"mt.read_protocol({path.as_posix()!r})"
    path.write_text(OWN.replace("more_than", "more_then"), encoding="utf-8")
    with pytest.raises(ProtocolError, match=r"Where: our trial\.toml, criterion 'inflamed'\."):
        mt.read_protocol(path)
    path.write_bytes(b"\xff\xfe\x00k")
    with pytest.raises(ProtocolError, match="not a text file"):
        mt.read_protocol(path)
    with pytest.raises(NotFoundError, match=r"no file 'our_trial\.toml'"):
        mt.read_protocol(tmp_path / "our_trial.toml")


# what is written : what it becomes : what the error says
MISTAKES = [
    ('title = "Our trial"', 'title = "Our trial', ["cannot be read as TOML", "line 3"]),
    ('title = "Our trial"', "", ["'title' is missing", "the text"]),
    ('title = "Our trial"', "title = 7", ["title = 7 is not text"]),
    ('title = "Our trial"', 'tilte = "Our trial"', ["'tilte' is not known", "did you mean 'title'?"]),
    ('key = "our_trial"', 'key = "Our trial"', ["cannot be a name"]),
    (
        'source = "our_protocol"',
        'source = "our_protokol"',
        ["no source 'our_protokol'", "did you mean 'our_protocol'?"],
    ),
    ('evidence = "verified"', 'evidence = "certain"', ["evidence = 'certain'", "verified, secondary"]),
    ('evidence = "verified"', "", ["'evidence' is missing", "criterion 'inflamed'"]),
    ("[sources.our_protocol]", "[sources.rider_2017]", ["already a source of the package", "sources.rider_2017"]),
    ('"our_protocol"', '"rider_2017"', ["'our_protocol' is declared and nothing cites it"]),
    ("[columns.centre]", "[columns.sex]", ["'sex' is already a column of the screening table"]),
    ("[columns.centre]", "[columns.centre]\nfrom = 'sex'", ["'from' is not known", "columns.centre"]),
    ("[columns.centre]", "[columns.ferritin_ug_l]", ["cannot be read as TOML"]),
    ('type = "yes_no"', 'type = "yesno"', ["type = 'yesno'", "did you mean 'yes_no'?"]),
    ('type = "yes_no"', 'type = "yes_no"\nunit = "cm"', ["A column of type yes_no has no 'unit'"]),
    ('unit = "µg/L"\nminimum = 0\n\n', 'unit = "µg/L"\n\n', ["The column has no range", "columns.ferritin_ug_l"]),
    ('["north", "south"]', '["north", "north"]', ["is not a list of words"]),
    ("optional = true", 'optional = "yes"', ["optional = 'yes' is not true or false"]),
    ('is_true = "biopsy_done"', 'is_true = "bedridden"', ["'biopsy_done' is declared and no criterion reads it"]),
    ('is_true = "biopsy_done"', 'is_true = "biopsy_dome"', ["no column 'biopsy_dome'", "did you mean 'biopsy_done'?"]),
    ('is_true = "biopsy_done"', 'is_true = "age_years"', ["of type number, not yes_no", "at_least"]),
    ('is_true = "biopsy_done"', 'is_true = "screening_date"', ["no column 'screening_date'"]),
    ('key = "no_biopsy"', 'key = "elsewhere"', ["'elsewhere' is said twice"]),
    ('key = "no_biopsy"', 'key = "decision"', ["name of a column of every result"]),
    ('key = "no_biopsy"\n', "", ["'key' is missing", "criterion number 3"]),
    ('kind = "exclusion"', 'kind = "exclude"', ["kind = 'exclude'", "did you mean 'exclusion'?", "'elsewhere'"]),
    ('words = "Biopsy done"', 'words = ""', ["'words' is empty"]),
    ("rule.is_true", "rule.is_treu", ["'is_treu' is not known in a rule", "did you mean 'is_true'?", "'no_biopsy'"]),
    ('rule.is_true = "biopsy_done"', "", ["'rule' is missing", "criterion 'no_biopsy'"]),
    ('rule.is_true = "biopsy_done"', 'rule = "import os"', ["rule = 'import os' is not a table"]),
    ('rule.is_true = "biopsy_done"', "rule = {}", ["says nothing"]),
    (
        'rule.is_true = "biopsy_done"',
        'rule = {is_true="biopsy_done",any_of=[]}',
        ["is_true and any_of", "join two rules"],
    ),
    ('{ negate = { is_true = "treatment_naive" } },', '"treatment_naive",', ["'treatment_naive' is not a rule"]),
    ('is_one_of = ["south"]', "is_one_of = []", ["is_one_of has no words"]),
    ('is_one_of = ["south"]', 'is_one_of = ["souht"]', ["'souht' is no word of centre", "did you mean 'south'?"]),
    ('more_than = "minimum_ferritin"', "more_than = 500", ["more_than = 500 is not text"]),
    (
        'more_than = "minimum_ferritin"',
        'more_than = "ferritin"',
        ["limit 'ferritin' is missing", "'minimum_ferritin'?"],
    ),
    ('more_than = "minimum_ferritin"', 'at_least = "minimum_ferritin"', ["operator = '>'", "at_least", "'≥'"]),
    (
        'operator = ">"\n',
        'operator = "≥"\n',
        ["operator = '≥', but the rule says more_than", "limit 'minimum_ferritin'"],
    ),
    ('["lowest_haq", "highest_haq"]', '["lowest_haq"]', ["is not two limits"]),
    ('"lowest_haq", "highest_haq"', '"highest_haq", "lowest_haq"', ["operator = '≤', but the rule says at_least"]),
    ("value = 500\n", "value = 9000\n", ["value = 9000 is outside its range", "0 to 5000 µg/L"]),
    ("value = 500\n", 'value = "500"\n', ["value = '500' is not a number"]),
    ("value = 500\n", "value = nan\n", ["is not a number"]),
    ("value = 500\n", "", ["'value' is missing", "limit 'minimum_ferritin'"]),
    (
        "value = 2\n\n[criteria.limits.abnormal",
        "value = 4\n\n[criteria.limits.abnormal",
        ["value = 4 is outside", "1 to 3"],
    ),
    ("value = 2\n\n[criteria.limits.abnormal", "value = 1.5\n\n[criteria.limits.abnormal", ["whole number"]),
    ('unit = "cm"', 'unit = "mm"', ["unit = 'mm' is not the unit of physician_global_cm", "'cm'"]),
    ("maximum = 10\n", "maximum = 100\n", ["no range to try values in", "0 to 10 cm"]),
    ("step = 10\n", "step = 0\n", ["no range to try values in"]),
    ("step = 10\n", "step = 10\nsteps = 2\n", ["'steps' is not known", "did you mean 'step'?"]),
    (
        "[criteria.limits.lowest_haq]",
        "[criteria.limits.unused]\n[criteria.limits.lowest_haq]",
        ["does not use", "'unused'"],
    ),
    ('"fits" = {', '"fits" = { like = "other",', ["no case 'other' before this one", "case 'fits'"]),
    ('{ like = "fits"', '{ like = "no ferritin"', ["no case 'no ferritin' before this one", "use one of fits"]),
    ('centre = "north"', 'centre = "east"', ["centre = 'east' is not one of its words", "north, south"]),
    ("ferritin_ug_l = 501", "ferritin_ug_l = -1", ["ferritin_ug_l = -1 is out of range"]),
    ("ferritin_ug_l = 501", "feritin_ug_l = 501", ["No criterion reads a column 'feritin_ug_l'", "did you mean"]),
    (
        'inflamed = "unknown"',
        'inflammed = "unknown"',
        ["There is no criterion 'inflammed'", "did you mean 'inflamed'?"],
    ),
    ('inflamed = "unknown"', 'inflamed = "no"', ["inflamed = 'no' is not known", "not met"]),
    ('decision = "indeterminate"', 'decision = "maybe"', ["decision = 'maybe' is not known"]),
    (', decision = "indeterminate" }', " }", ["The case expects nothing", "case 'no ferritin'"]),
    ('missing = ["ferritin_ug_l"]', 'missing = ["age_years"]', ["names 'age_years'"]),
]


@pytest.mark.parametrize(
    ("written", "becomes", "says"), MISTAKES, ids=[f"{row[0]} -> {row[1]}"[:60] for row in MISTAKES]
)
def test_a_mistake_is_one_clear_error(written, becomes, says):
    assert written in OWN
    message = refused(OWN.replace(written, becomes))
    assert all(part in message for part in says), message


@pytest.mark.parametrize("number", ["9" * 400, "-" + "9" * 400, "9" * 5000, "inf", "1e400"])
def test_a_limit_that_no_float_holds_is_one_clear_error(number):
    assert refused(OWN.replace("value = 500", f"value = {number}"))


def test_a_limit_belongs_to_one_criterion():
    again = OWN.replace(
        'rule.is_true = "biopsy_done"',
        """rule.any_of = [{ is_true = "biopsy_done" }, { column = "ferritin_ug_l", more_than = "minimum_ferritin" }]
limits.minimum_ferritin = { label = "F", operator = ">", value = 1, unit = "µg/L", minimum = 0, maximum = 9, step = 1 }
""",
    )
    assert "'minimum_ferritin' is also one of criterion 'inflamed'" in refused(again)


def test_a_limit_can_be_borrowed_with_its_operator():
    before = """[criteria.limits.abnormal_physician]
label = "Physician global from"
operator = "≥"
value = 3
unit = "cm"
minimum = 0
maximum = 10
step = 0.1
"""
    lent = OWN.replace(before, '[criteria.limits.abnormal_physician_global_cm]\nborrowed = "time_is_muscle"\n')
    lent = lent.replace('"abnormal_physician"', '"abnormal_physician_global_cm"')
    limit = mt.read_protocol(lent).limits["abnormal_physician_global_cm"]
    assert limit == mt.TIME_IS_MUSCLE.limits["abnormal_physician_global_cm"]
    assert "but the rule says more_than" in refused(
        lent.replace('at_least = "abnormal_physician_', 'more_than = "abnormal_physician_')
    )
    assert "did you mean 'time_is_muscle'?" in refused(lent.replace('"time_is_muscle"', '"time_is_mussle"'))
    assert "'value' is not known" in refused(
        lent.replace('borrowed = "time_is_muscle"', 'borrowed = "proderm"\nvalue = 1')
    )


def test_nothing_in_a_file_is_run_or_becomes_markup():
    hostile = OWN.replace('label = "Biopsy"', 'label = "<script>alert(1)</script>"')
    assert "<script>" not in mt.read_protocol(hostile)._repr_html_()
    assert "cannot be a name" in refused(OWN.replace('key = "no_biopsy"', 'key = "__import__"'))


NO_PROTOCOLS = ["\n", "a = 1\n", "criteria = 3\n", "key = 'a'\ntitle = 'b'\nsource = 'c'\n", "x = " + "[" * 5000 + "\n"]


@pytest.mark.parametrize("text", NO_PROTOCOLS, ids=range(len(NO_PROTOCOLS)))
def test_what_is_no_protocol_is_one_clear_error(text):
    assert any(said in refused(text) for said in ("Where: the text", "cannot be read as TOML", "without end"))


def test_cases_can_be_given_by_hand():
    protocol = mt.read_protocol(OWN)
    cases = {"south": {"values": {"centre": "south"}, "verdicts": {"elsewhere": "not met"}, "decision": "ineligible"}}
    assured = mt.assure(protocol, cases)
    assert assured["passed"].tolist() == [False, True]
    assert assured.loc[0, ["case", "asked", "expected", "found"]].tolist() == ["south", "elsewhere", "not met", "met"]
    with pytest.raises(ProtocolError, match="the cases given, case 'x'"):
        mt.assure(protocol, {"x": {"values": {"centre": 3}, "decision": "eligible"}})
    with pytest.raises(OptionError, match="has no cases"):
        mt.assure(protocol.without("elsewhere"))


def test_what_a_call_refuses_can_be_shown():
    assert mt.errors.refusal(mt.read_protocol, OWN) == ""
    said = mt.errors.refusal(mt.read_protocol, OWN.replace("more_than", "more_then"))
    assert said == refused(OWN.replace("more_than", "more_then"))
    with pytest.raises(TypeError):
        mt.errors.refusal(mt.read_protocol)


def test_a_criterion_may_have_the_name_of_a_column_that_another_reads():
    text = """
key = "names"
title = "Names"
source = "nct05832034"
evidence = "verified"
[[criteria]]
key = "pregnant"
kind = "exclusion"
label = "Bedridden"
words = "Bedridden"
rule.is_true = "bedridden"
[[criteria]]
key = "with_child"
kind = "exclusion"
label = "With child"
words = "With child"
rule.is_true = "pregnant"
"""
    protocol, table = mt.read_protocol(text), patients(bedridden=[True, False], pregnant=[False, True])
    checks = protocol.check(table)
    assert checks["verdict"].tolist() == ["met", "not met", "not met", "met"]
    decided = protocol.decide(table)
    assert decided["because"].tolist() == ["Bedridden: bedridden yes", "With child: pregnant yes"]
    assert (
        protocol.verdicts(table)[["pregnant", "with_child"]].to_numpy().ravel().tolist() == checks["verdict"].tolist()
    )
