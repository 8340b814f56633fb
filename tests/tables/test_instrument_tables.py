"""The tables of the item scores against a second transcription, typed here from the sources and not from the tables."""

import pytest

from myositis_tools import tables
from myositis_tools.frames import columns

TABLES = ("muscle_grades", "muscle_tests")


@pytest.mark.parametrize("name", TABLES)
def test_every_number_has_a_source_and_an_evidence(name):
    for row in tables.records(name):
        assert tables.source(row["source"]).citation
        assert row["evidence"] in tables.EVIDENCE
        assert row["place"]
        if row["source"] == "project_decision":
            assert row["decision"]


# ---------------------------------------- muscle strength

# IMACS Form 04; an asterisk marks the groups of the MMT-8.
FORM_04 = {
    "axial": "neck flexors*, neck extensors",
    "proximal": "trapezius, middle deltoid*, biceps brachii*, gluteus maximus*, gluteus medius*, iliopsoas, "
    "hamstrings, quadriceps*",
    "distal": "wrist extensors*, wrist flexors, ankle dorsiflexors*, ankle plantar flexors",
}
REGION_MAXIMA = {"axial": 20, "proximal": 160, "distal": 80}
# The same form, procedures: the grades of ten and of five.
KENDALL = "0=0 T=1 1=2- 2=2 3=2+ 4=3- 5=3 6=3+ 7=4- 8=4 9=4+ 10=5"


def test_the_muscle_groups_are_those_of_the_form():
    table = tables.load("muscle_tests")
    assert table["order"].tolist() == list(range(1, 15))
    for region, groups in FORM_04.items():
        rows = table[table["region"] == region]
        starred = [
            label + ("*" if mmt8 == "yes" else "") for label, mmt8 in zip(rows["label"], rows["mmt8"], strict=True)
        ]
        assert ", ".join(starred) == groups
        assert set(rows["sides"]) == {"single" if region == "axial" else "both"}
        tests = rows["sides"].map({"single": 1, "both": 2})
        assert (rows["maximum"] * tests).sum() == REGION_MAXIMA[region]


def test_the_grades_of_ten_and_of_five():
    def word(grade: object) -> str:
        return f"{grade:g}" if isinstance(grade, float) else str(grade)

    rows = sorted(tables.records("muscle_grades"), key=lambda row: row["order"])
    assert " ".join(f"{word(row['grade_of_10'])}={word(row['grade_of_5'])}" for row in rows) == KENDALL


def test_the_door_and_the_totals_know_the_same_maxima():
    muscles = {name: column for name, column in columns("muscles").items() if column.type == "integer"}
    tests = [column for name, column in muscles.items() if name != "mmt_trace_grades"]
    assert len(tests) == 26
    assert {(column.minimum, column.maximum) for column in tests} == {(0, 10)}
    for name, most in {"mmt8_80": 80, "mmt8_150": 150, "mmt26_260": 260}.items():
        for end in ("", "_min", "_max"):
            assert columns("muscle_scores")[name + end].maximum == most
        assert columns("visits")[name].maximum == most
    assert columns("muscles")["deltoid_right_of_5"].words == tuple(pair.split("=")[1] for pair in KENDALL.split())
