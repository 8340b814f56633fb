"""*Not applicable* is an answer of its own: in a man it settles pregnancy, elsewhere it is not recorded, and told."""

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.tables import records

PEOPLE = {"patient_id": ["A", "B", "C"], "sex": ["male", "female", None], "screening_date": ["2024-01-01"] * 3}
WORDS = [str(row["synonym"]) for row in records("word_synonyms") if row["word"] == "not applicable"]


def read(tmp_path, word, column="pregnant"):
    path = tmp_path / "patients.csv"
    pd.DataFrame(PEOPLE | {column: [word] * 3}).to_csv(path, index=False)
    with pytest.warns(mt.errors.ReadingWarning, match="says that the question does not apply") as told:
        made = mt.read_table(path, "patients")
    return made, " ".join(str(each.message) for each in told)


@pytest.mark.parametrize("word", [*WORDS, "NVT", " n.v.t. "])
def test_it_is_read_in_every_language_and_settles_pregnancy_in_a_man(tmp_path, word):
    made, told = read(tmp_path, word)
    assert made["pregnant"].isna().all()
    assert "in 1 of men" in told
    assert "in 2 of women or of unknown sex it is not recorded" in told
    assert mt.validate(made, "patients").empty
    screening = mt.derive_screening(made.assign(trying_to_conceive=pd.array([None] * 3, "boolean")))
    checks = mt.TIME_IS_MUSCLE.check(screening)
    asked = checks[checks["criterion"] == "pregnancy"].set_index("patient_id")
    assert asked["verdict"].astype(str).tolist() == ["not met", "unknown", "unknown"]
    assert asked.loc["A", "reason"] == "sex male, does not apply"


@pytest.mark.parametrize("column", ["clear_response", "bedridden", "consent_signed", "loop_diuretic", "feeding_tube"])
def test_of_another_question_it_is_not_recorded(tmp_path, column):
    made, told = read(tmp_path, "nvt", column)
    assert made[column].isna().all()
    assert "it is read as not recorded" in told


def test_it_is_known_in_a_mapping_as_well():
    own = pd.DataFrame({"Patiënt": list("AB"), "Geslacht": ["m", "v"], "Zwanger": ["nvt", "nee"]})
    mapping = mt.accept_suggestions(mt.suggest_mapping(own, "patients"), "patients", own)
    with pytest.warns(mt.errors.ReadingWarning, match="in 1 of men"):
        made = mt.apply_mapping(own, mapping)
    assert made["pregnant"].isna().tolist() == [True, False]


def test_words_are_not_looked_for_where_numbers_or_answers_stand():
    own = pd.DataFrame({"patient_id": ["A"], "pregnant": [True], "sex": ["female"]})
    mapping = mt.TableMapping("patients", [mt.ColumnMapping(name, name) for name in own])
    assert mt.apply_mapping(own, mapping)["pregnant"].tolist() == [True]
