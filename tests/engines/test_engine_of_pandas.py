"""What comes in pandas is computed on Polars where that is there, and gives the very same as computed in pandas."""

import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools import errors
from myositis_tools.frames import engine
from tests.engines.every_function import every_call, tables

pytestmark = pytest.mark.engines
CALLS = every_call()


@pytest.fixture(name="both")
def _both(monkeypatch):
    """Call something once on each engine."""

    def call(function):
        found = []
        for name in ("pandas", "polars"):
            monkeypatch.setenv(engine.VARIABLE, name)
            assert engine.engine_of_pandas() == name
            found.append(function())
        return found

    return call


# an exponential or a logarithm is another in its last digit from one processor and one engine to the next
OF_EXPONENTIALS = {"score_fvc_percent"}


def assert_same(one, other, *, exact=True):
    assert type(one) is type(other)
    if isinstance(one, pd.DataFrame):
        options = {"check_exact": True} if exact else {"rtol": 1e-13, "atol": 0}
        pd.testing.assert_frame_equal(one, other, **options)
    elif isinstance(one, dict):
        assert list(one) == list(other)
        for name, value in one.items():
            assert_same(value, other[name])
    else:
        assert one == other


@pytest.mark.parametrize("name", CALLS)
def test_every_function_gives_the_same_cells_types_and_index(both, name):
    assert_same(*both(CALLS[name]), exact=name not in OF_EXPONENTIALS)


SCORE, CHECK = CALLS["score_total_improvement"], CALLS["Protocol.check"]
DAMAGE = {
    "a number out of range": ("haq_di", 31.0),
    "text among numbers": ("haq_di", "see letter"),
    "an infinite number": ("ck_xuln", float("inf")),
    "an empty identifier": ("patient_id", None),
    "half a week": ("week", 1.5),
    "yes among numbers": ("mmt8_150", True),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_table_is_refused_in_the_same_words(both, damage):
    column, value = DAMAGE[damage]
    visits = tables()["visits"].astype({column: object})
    visits.loc[[1, 4], column] = [value, value]
    said = both(lambda: errors.refusal(SCORE, made={"visits": visits}))
    assert said[0] == said[1] != ""


@pytest.mark.parametrize("column", ["subtype", "age_years", "patient_id", "consent_signed"])
def test_a_screening_table_is_refused_in_the_same_words(both, column):
    screening = tables()["screening"].astype({column: object})
    screening.loc[2, column] = screening.loc[1, column] if column == "patient_id" else 300
    said = both(lambda: errors.refusal(CHECK, made={"screening": screening}))
    assert said[0] == said[1] != ""


@pytest.mark.parametrize("ids", [[7, 7, 7, 2], ["é", "\ud800", None, "b"], [2**63 + 1, 2, 3, 4], [True, 1, "1", 2]])
def test_identifiers_of_any_kind_are_carried_or_refused_alike(both, ids):
    made = {"visits": tables()["visits"].head(4).assign(patient_id=pd.Series(ids, dtype=object), week=[0, 4, 12, 0])}
    one, other = both(lambda: errors.refusal(SCORE, made=made))
    assert one == other
    if not one:
        assert_same(*both(lambda: SCORE(made=made)))


@pytest.mark.parametrize(
    "index", [[5, 5, 1], ["c", "a", "b"], [float("nan"), 2, 1], list(pd.date_range("2026", periods=3))]
)
def test_the_index_and_the_order_of_rows_stay(both, index):
    visits = tables()["visits"].head(3).set_axis(index, axis="index")
    before = visits.copy()
    for scored in both(lambda: mt.score_total_improvement(visits)):
        pd.testing.assert_frame_equal(scored[before.columns], before, check_exact=True)
    pd.testing.assert_frame_equal(visits, before, check_exact=True)


@pytest.mark.parametrize("rows", [0, 1])
def test_tables_with_little_in_them(both, rows):
    visits, screening = tables()["visits"].head(rows), tables()["screening"].head(rows)
    assert_same(*both(lambda: mt.score_total_improvement(visits)))
    assert_same(*both(lambda: mt.TIME_IS_MUSCLE.check(screening)))
    assert_same(*both(lambda: mt.derive_screening(tables()["patients"].head(rows), visits=visits)))


def test_what_is_given_back_can_be_written_to(both):
    for scored in both(lambda: mt.score_total_improvement(tables()["visits"])):
        scored.loc[0, "tis"] = 1.0
        scored["points_mmt"].to_numpy(copy=True)[0] = 1.0
        assert scored.loc[0, "tis"] == 1.0


def test_an_engine_that_is_not_known_is_refused(monkeypatch):
    monkeypatch.setenv(engine.VARIABLE, "fortran")
    with pytest.raises(errors.OptionError, match=r"MYOSITIS_TOOLS_ENGINE='fortran' is not known.*'polars', 'pandas'"):
        mt.score_total_improvement(tables()["visits"])
