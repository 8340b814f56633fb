"""The tables of the item scores against a second transcription, typed here from the sources and not from the tables."""

import pytest

from myositis_tools import tables
from myositis_tools.frames import columns

TABLES = ("cdasi_items", "cmas_items", "functional_index_tasks", "ibm_frs_items", "mdaat_scales", "mdi_scales")
TABLES += ("mitax_grades", "mitax_systems", "muscle_grades", "muscle_tests")
TABLES += ("questionnaire_categories", "questionnaire_rules")


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


# ---------------------------------------- function

QUESTIONNAIRES = {  # HAQ item list (20 items); NINDS common data elements of the CHAQ (30 items)
    "haq": "dressing 2, arising 2, eating 3, walking 2, hygiene 3, reach 2, grip 3, activities 3",
    "chaq": "dressing 4, arising 2, eating 3, walking 2, hygiene 5, reach 4, grip 5, activities 5",
}
CMAS_MAXIMA = [5, 2, 5, 3, 6, 3, 3, 4, 3, 4, 4, 4, 3, 3]  # 52


def test_the_categories_of_the_questionnaires():
    table = tables.load("questionnaire_categories")
    for instrument, expected in QUESTIONNAIRES.items():
        rows = table[table["instrument"] == instrument]
        assert rows["order"].tolist() == list(range(1, 9))
        assert (
            ", ".join(f"{name} {items:g}" for name, items in zip(rows["category"], rows["items"], strict=True))
            == expected
        )
        assert set(rows["maximum"]) == {3}
        items = [f"{instrument}_{row.category}_{n + 1}" for row in rows.itertuples() for n in range(int(row.items))]
        assert [name for name in columns(f"{instrument}_items") if name.startswith(instrument)] == items
        assert {columns(f"{instrument}_items")[name].maximum for name in items} == {3}


def test_the_rules_of_the_questionnaires():
    rules = {
        (row["instrument"], row["rule"]): (row["value"], row["evidence"])
        for row in tables.records("questionnaire_rules")
    }
    assert rules == {
        ("haq", "aid_raises_to"): (2, "secondary"),
        ("haq", "minimum_categories"): (6, "unverified"),  # D5
        ("chaq", "aid_raises_to"): (2, "verified"),
        ("chaq", "minimum_categories"): (6, "decision"),
    }


def test_the_items_of_the_cmas():
    table = tables.load("cmas_items").sort_values("order")
    assert table["maximum"].tolist() == CMAS_MAXIMA
    assert [column.maximum for column in columns("cmas_items").values()] == CMAS_MAXIMA
    assert sum(CMAS_MAXIMA) == 52 == columns("cmas_scores")["cmas_52"].maximum == columns("visits")["cmas_52"].maximum


# ---------------------------------------- skin

# CDASI version 2: item, sites, maximum.
CDASI = {
    "activity": "erythema 15 3, scale 15 2, erosion 15 1, gottron 1 3, gottron_ulceration 1 1, periungual 1 2, "
    "alopecia 1 1",
    "damage": "poikiloderma 15 1, calcinosis 15 1, gottron_damage 1 2",
}
CDASI_TOTALS = {"activity": 100, "damage": 32}


def test_the_items_of_the_cdasi():
    table = tables.load("cdasi_items")
    for part, expected in CDASI.items():
        rows = table[table["part"] == part].sort_values("order")
        assert ", ".join(f"{row.item} {row.sites:g} {row.maximum:g}" for row in rows.itertuples()) == expected
        assert (rows["sites"] * rows["maximum"] * rows["times"].fillna(1)).sum() == CDASI_TOTALS[part]
        for end in ("", "_min", "_max"):
            assert columns("cdasi_scores")[f"cdasi_{part}{end}"].maximum == CDASI_TOTALS[part]
    multiplied = table[table["times"].notna()]
    assert multiplied[["item", "times_where", "times"]].to_numpy().tolist() == [["gottron", "gottron_papules", 2]]
    maxima = {row["item"]: row["maximum"] for row in tables.records("cdasi_items")}
    for name, column in columns("cdasi_items").items():
        if column.type == "integer":
            assert column.maximum == maxima[name.removeprefix("cdasi_").rstrip("0123456789").rstrip("_")]


# ---------------------------------------- organ systems, damage, inclusion body myositis, endurance

ORGANS = ["constitutional", "cutaneous", "skeletal", "gastrointestinal", "pulmonary", "cardiovascular"]
FUNCTIONAL_INDEX = {  # repetitions at most; background knowledge, in no source that was read
    "fi2": "shoulder_flexion 60, shoulder_abduction 60, head_lift 60, hip_flexion 60, step_test 60, heel_lift 120, "
    "toe_lift 120",
    "fi3": "shoulder_flexion 60, neck_flexion 60, hip_flexion 60",
}


def test_the_scales_of_the_mdaat():
    table = tables.load("mdaat_scales").sort_values("order")
    assert table.loc[table["myoact"] == "yes", "column"].tolist() == [f"{organ}_cm" for organ in ORGANS]
    assert table["column"].tolist()[6:] == ["other_cm", "muscle_cm", "extramuscular_cm", "overall_cm"]
    assert set(table["maximum"]) == {10} == {columns("mdaat")[name].maximum for name in table["column"]}
    assert set(table["evidence"]) == {"verified"}


def test_the_weights_of_the_mitax():
    table = tables.load("mitax_grades").sort_values("order")
    assert dict(zip(table["grade"], table["weight"], strict=True)) == {"A": 9, "B": 3, "C": 1, "D": 0, "E": 0}
    systems = tables.load("mitax_systems").sort_values("order")
    assert systems["system"].tolist() == [*ORGANS, "muscle"]
    assert 7 * 9 == 63 == columns("mitax_scores")["mitax_63"].maximum
    assert {*table["evidence"], *systems["evidence"]} == {"unverified"}
    assert {column.words for column in columns("mitax_grades").values()} == {tuple("ABCDE")}


def test_the_maxima_of_the_damage_index():
    found = {
        (row["population"], row["scale"]): (row["maximum"], row["evidence"]) for row in tables.records("mdi_scales")
    }
    assert found == {
        ("juvenile", "extent"): (38, "verified"),
        ("juvenile", "severity"): (110, "verified"),
        ("adult", "extent"): (35, "unverified"),
        ("adult", "severity"): (110, "unverified"),
    }
    assert all(row["items"] * row["item_maximum"] == row["maximum"] for row in tables.records("mdi_scales"))


def test_the_tasks_of_the_functional_index():
    table = tables.load("functional_index_tasks").sort_values("order")
    for version, expected in FUNCTIONAL_INDEX.items():
        rows = table[table["version"] == version]
        assert ", ".join(f"{row.task} {row.maximum:g}" for row in rows.itertuples()) == expected
        for row in rows.itertuples():
            assert columns("functional_index")[f"{version}_{row.task}"].maximum == row.maximum
    assert set(table["evidence"]) == {"unverified"}


def test_the_items_of_the_rating_scale():
    table = tables.load("ibm_frs_items")
    assert table["maximum"].tolist() == [4] * 10 == [column.maximum for column in columns("ibm_frs_items").values()]
    assert columns("ibm_frs_scores")["ibm_frs_40"].maximum == 40
