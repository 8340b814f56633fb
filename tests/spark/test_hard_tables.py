"""What is hard on Spark: dates of every kind, numbers of every width, nothing at all, and what cannot be."""

from datetime import date

import pandas as pd
import pytest
from pyspark.sql import functions

import myositis_tools as mt
from myositis_tools import errors
from myositis_tools.frames import enter, plain_rows
from tests.engines.conformance import plain
from tests.engines.every_function import tables
from tests.spark.session import as_spark, session

KINDS = {
    "date": "date",
    "time without a zone": "timestamp_ntz",
    "time of the session's zone": "timestamp_ltz",
}


def by_patient(table):
    """As plain cells, in an order."""
    made = plain(table)
    return made.sort_values([name for name in ("patient_id", "week") if name in made]).reset_index(drop=True)


@pytest.fixture(params=["UTC", "America/New_York", "Pacific/Kiritimati"])
def zone(request):
    before = session().conf.get("spark.sql.session.timeZone")
    session().conf.set("spark.sql.session.timeZone", request.param)
    yield
    session().conf.set("spark.sql.session.timeZone", before)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.usefixtures("zone")
def test_a_date_is_the_day_that_the_session_shows(kind):
    """Whatever its type, its clock or its zone; the dates of a table that is given back stay as they were."""
    days = [date(1969, 12, 31), date(2024, 2, 29), None, date(1, 1, 1)]
    rows = [(place, day.isoformat() if day else None) for place, day in enumerate(days)]
    clock = "" if kind == "date" else " 23:59:59"
    stored = functions.expr(f"CAST(concat(day, '{clock}') AS {KINDS[kind]})").alias("screening_date")
    table = session().createDataFrame(rows, "patient_id long, day string").select("patient_id", stored)
    frame = enter(table, "patients", needs=("patient_id", "screening_date")).frame
    numbers = {row["patient_id"]: row["screening_date"] for row in plain_rows(frame)}
    assert numbers == {place: (day - date(1970, 1, 1)).days if day else None for place, day in enumerate(days)}


@pytest.mark.parametrize("kind", ["float", "decimal(20, 6)"])
def test_a_number_is_a_number_however_it_is_stored(kind):
    visits = tables()["visits"].drop(columns="visit_date")
    numbers = [name for name in visits if visits[name].dtype == "float64" and name != "week"]
    given = as_spark(visits).withColumns({name: functions.col(name).cast(kind) for name in numbers})
    added = ["patient_id", "week", "tis", "tis_min", "tis_max", "response", "missing"]
    pd.testing.assert_frame_equal(
        by_patient(mt.score_total_improvement(given).select(*added)),
        by_patient(mt.score_total_improvement(visits)[added]),
        check_dtype=False,
    )


def test_nan_is_missing():
    visits = tables()["visits"].assign(haq_di=float("nan"))
    scored = mt.score_total_improvement(as_spark(visits))
    assert scored.filter("tis IS NOT NULL OR isnan(points_haq)").count() == 0
    assert scored.filter("tis_max > tis_min").count() > 0


DAMAGE = {
    "a number out of range": lambda visits: visits.assign(haq_di=31.0),
    "an infinite number": lambda visits: visits.assign(ck_xuln=float("inf")),
    "half a week": lambda visits: visits.assign(week=0.5),
    "a row twice": lambda visits: visits.assign(week=0),
    "an empty identifier": lambda visits: visits.assign(patient_id=visits["patient_id"].where(visits["week"] > 0)),
    "no column": lambda visits: visits.drop(columns="haq_di"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_what_cannot_be_is_refused_in_the_same_words(damage):
    visits = DAMAGE[damage](tables()["visits"].head(6))
    said = [
        errors.refusal(lambda given=given: mt.score_total_improvement(given)) for given in (visits, as_spark(visits))
    ]
    assert said[0].partition(":")[0] == said[1].partition(":")[0] != ""


def test_text_among_numbers_is_refused():
    visits = tables()["visits"].head(3).assign(haq_di="1,5")
    with pytest.raises(errors.WrongTypeError, match="Column haq_di holds values of type String"):
        mt.score_total_improvement(as_spark(visits))


@pytest.mark.parametrize("kind", ["visits", "screening"])
def test_a_table_of_no_rows(kind):
    ask = mt.score_total_improvement if kind == "visits" else mt.TIME_IS_MUSCLE.decide
    nobody = tables()[kind].head(0)
    found, wanted = ask(as_spark(nobody)), ask(nobody)
    assert found.columns == list(wanted)
    assert found.count() == 0


def test_rows_in_many_parts_and_in_no_order():
    """A table of a cluster lies in parts; the answer for a patient may not depend on which stands first."""
    visits = tables()["visits"]
    before = session().conf.get("spark.sql.autoBroadcastJoinThreshold")
    session().conf.set("spark.sql.autoBroadcastJoinThreshold", "-1")  # as it is for a table that no machine can hold
    try:
        shuffled = as_spark(visits.sample(frac=1, random_state=1)).repartition(3, "week")
        found = by_patient(mt.score_total_improvement(shuffled))
    finally:
        session().conf.set("spark.sql.autoBroadcastJoinThreshold", before)
    pd.testing.assert_frame_equal(found, by_patient(mt.score_total_improvement(visits)), check_dtype=False, rtol=1e-9)


def test_the_callers_columns_come_back_as_they_were():
    given = as_spark(tables()["visits"])
    scored = mt.score_total_improvement(given)
    assert sorted(map(str, scored.select(*given.columns).collect())) == sorted(map(str, given.collect()))  # NaN as NaN
