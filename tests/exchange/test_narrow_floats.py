"""A number that a file keeps in fewer bits is read as the decimal that was meant: 3.3, not 3.299999952316284."""

import math
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.exchange.files.sas_spss_stata import _before_the_cut
from myositis_tools.scores.improvement import ADDED
from tests.exchange.sas_files import sas7bdat

VISITS = mt.load_visits().drop(columns=["infusion", "visit_date"])
NUMBERS = [name for name in VISITS.columns if VISITS[name].dtype == "float64"]
NARROW = VISITS.astype(dict.fromkeys(NUMBERS, "float32"))


def to_duckdb(table: pd.DataFrame, path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.from_df(table).create("visits")


WRITTEN = {
    "stata.dta": lambda path: NARROW.fillna({"arm": ""}).to_stata(path, write_index=False),
    "arrow.parquet": lambda path: NARROW.to_parquet(path),
    "base.duckdb": lambda path: to_duckdb(NARROW, path),
    "eight.sas7bdat": lambda path: path.write_bytes(sas7bdat(VISITS)),
    "six.sas7bdat": lambda path: path.write_bytes(sas7bdat(VISITS, length=6)),
    "four.sas7bdat": lambda path: path.write_bytes(sas7bdat(VISITS, length=4)),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_the_sample_comes_back_to_the_last_digit_and_scores_the_same(name, tmp_path):
    WRITTEN[name](tmp_path / name)
    query = {"query": "SELECT * FROM visits"} if name.endswith(".duckdb") else {}
    found = mt.read_table(tmp_path / name, "visits", **query)
    pd.testing.assert_frame_equal(found[NUMBERS], VISITS[NUMBERS], check_exact=True)
    added = list(ADDED)
    scored, expected = (mt.score_total_improvement(table)[added] for table in (found, VISITS))
    pd.testing.assert_frame_equal(scored, expected, check_exact=True)


@pytest.mark.parametrize("length", [3, 4, 5, 6, 7])
def test_a_number_that_a_transport_file_keeps_in_fewer_bytes(length):
    digits = {3: 3, 4: 6, 5: 8}.get(length, 10)
    chance = np.random.default_rng(8)
    meant = [float(f"{value:.{digits}g}") for value in 10 ** chance.uniform(-3, 3, 500)] + [-3.3, 0.1, 15.0, 100.0]
    cut = [_cut_by_nibbles(value, length) for value in meant]
    assert sum(one != other for one, other in zip(cut, meant, strict=True)) > 400
    found = _before_the_cut(pd.Series([*cut, math.nan]), length, by_nibble=True)
    assert found.tolist()[:-1] == meant
    assert math.isnan(found.iloc[-1])


def _cut_by_nibbles(value: float, length: int) -> float:
    """What is left of a number of IBM's: a sign, a power of sixteen, and so many bytes of digits after the point."""
    power = 16.0 ** math.ceil(math.frexp(value)[1] / 4)
    bits = 2.0 ** (8 * (length - 1))
    return math.trunc(value / power * bits) / bits * power
