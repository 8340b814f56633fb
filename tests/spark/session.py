"""One session of Spark on two cores of this machine, as small as it gets: the tables are of a dozen patients."""

from functools import cache
from typing import Any

import pandas as pd
from pyspark.sql import DataFrame, SparkSession

from tests.engines.other_engines import as_polars

OPTIONS = {
    "spark.sql.shuffle.partitions": 1,
    "spark.default.parallelism": 2,
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",  # a date of pandas has no zone; see test_dates.py for those that have
    "spark.sql.constraintPropagation.enabled": "false",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "localhost",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.log.level": "ERROR",
    "spark.driver.memory": "2g",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",  # soon warm, and soon done
    # a plan that runs once on a dozen rows is not worth a compiler
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


@cache
def session() -> SparkSession:
    maker = SparkSession.builder.master("local[2]").appName("tests of myositis_tools")
    for name, value in OPTIONS.items():
        maker = maker.config(name, value)
    return maker.getOrCreate()


def as_spark(table: pd.DataFrame) -> DataFrame:
    """In Arrow NaN is a value, and in Spark too."""
    return session().createDataFrame(as_polars(table).to_arrow())


def close(made: Any = session) -> None:
    if made.cache_info().currsize:
        made().stop()
