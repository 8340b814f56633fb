"""The hand-over to R: the table row by row, the script's text, and that no text of a file becomes code."""

import json

import numpy as np
import pandas as pd
import polars as pl
import pytest

import myositis_tools as mt
from myositis_tools import tables
from myositis_tools.errors import MissingColumnError, NotFoundError, OptionError
from tests.unit.test_responders import BEFORE, WELL

SAMPLE = mt.load_visits()


def written(visits, folder, **options):
    data, script = mt.write_r_handover(visits, folder, **options)
    return pd.read_csv(data, encoding="utf-8-sig"), script.read_text(encoding="utf-8")


def test_each_row_is_a_parameter_at_a_visit(tmp_path):
    found, _ = written(SAMPLE, tmp_path)
    trial = mt.score_total_improvement(SAMPLE[SAMPLE["arm"].notna()])
    strength = found[found["PARAMCD"] == "MMT8A150"].set_index(["USUBJID", "AVISITN"])
    scores = found[found["PARAMCD"] == "TIS"].set_index(["USUBJID", "AVISITN"])
    before = trial[trial["week"] == 0].set_index("patient_id")["mmt8_150"]
    assert len(strength) == len(trial)
    assert len(scores) == (trial["week"] > 0).sum()
    for row in trial.itertuples():
        own = strength.loc[(row.patient_id, row.week)]
        assert own["TRT01P"] == row.arm
        assert own["BASE"] == before[row.patient_id]
        assert own["AVAL"] == row.mmt8_150 or np.isnan(row.mmt8_150)
        if row.week > 0:
            score = scores.loc[(row.patient_id, row.week)]
            assert score["AVAL"] == row.tis or np.isnan(row.tis)
            assert (score["ANL01FL"] == "Y") == (not np.isnan(row.tis))
            assert own["CHG"] == row.mmt8_150 - before[row.patient_id] or np.isnan(own["CHG"])
    assert found.loc[found["AVISITN"] == 0, "CHG"].isna().all()
    assert set(found.loc[found["ABLFL"] == "Y", "AVISIT"]) == {"Baseline"}
    assert found.groupby("TRT01PN")["TRT01P"].unique().map(list).to_dict() == {0: ["placebo"], 1: ["IVIg"]}


def test_codes_are_short_and_said_to_be_our_own(tmp_path):
    found, _ = written(SAMPLE, tmp_path)
    assert set(found["PARAMDEF"]) == {"sponsor-defined"}
    codes = tables.load("adam_parameters")
    assert codes["paramcd"].str.fullmatch("[A-Z][A-Z0-9]{1,7}").all()
    assert codes["paramcd"].is_unique
    assert set(codes["defined_by"]) == {"sponsor"}
    assert found.groupby("PARAMCD")["PARAM"].nunique().max() == 1


def test_the_script_asks_for_what_was_asked(tmp_path):
    _, script = written(SAMPLE, tmp_path, reference="IVIg", adjust=["mmt8_150"], confidence=0.9)
    assert 'ref = "IVIg"' in script
    assert "AVAL ~ TRT01P * AVISIT + MMT8_150 + us(AVISIT | USUBJID)" in script
    assert "level = 0.9" in script
    assert script.count("(") == script.count(")")
    assert script.count("{") == script.count("}")
    found = pd.read_csv(tmp_path / "adtis.csv", encoding="utf-8-sig")
    assert found.groupby("USUBJID")["MMT8_150"].nunique().max() == 1


def test_no_text_of_a_file_becomes_a_formula_or_code(tmp_path):
    evil = 'pla"); system("x'
    rows = [
        {"patient_id": name, "week": week, "arm": arm, **state}
        for name, arm in (("=1+1", "@IVIg"), ("B", evil))
        for week, state in ((0, BEFORE), (12, WELL))
    ]
    found, script = written(pd.DataFrame(rows), tmp_path, reference=evil)
    assert set(found["USUBJID"]) == {"'=1+1", "B"}
    assert set(found["TRT01P"]) == {"'@IVIg", evil}
    assert f"ref = {json.dumps(evil)}" in script
    _, turned = written(pd.DataFrame(rows), tmp_path, reference="@IVIg")
    assert """ref = "'@IVIg\"""" in turned  # as it stands in the table
    with pytest.raises(OptionError, match="cannot be a name in R"):
        mt.write_r_handover(pd.DataFrame(rows).assign(**{"x + y": 1}), tmp_path, adjust=["x + y"])


def test_both_files_or_none_and_no_half_of_one(tmp_path, monkeypatch):
    written(SAMPLE, tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    monkeypatch.setattr("myositis_tools.exchange.standards.r_export.as_csv", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        mt.write_r_handover(SAMPLE, tmp_path, reference="IVIg")
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_any_engine_writes_the_same(tmp_path):
    plain, _ = written(SAMPLE, tmp_path / "one")
    other, _ = written(pl.from_pandas(SAMPLE), tmp_path / "other")
    pd.testing.assert_frame_equal(plain, other)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"group": "arms"}, MissingColumnError, "did you mean 'arm'"),
        ({"adjust": ["mmt"]}, MissingColumnError, "no column 'mmt'"),
        ({"reference": "Placebo"}, NotFoundError, "did you mean 'placebo'"),
        ({"confidence": 95}, OptionError, "no share"),
    ],
)
def test_what_cannot_be_asked_is_refused(tmp_path, options, error, message):
    with pytest.raises(error, match=message):
        mt.write_r_handover(SAMPLE, tmp_path, **options)
    assert list(tmp_path.iterdir()) == []
