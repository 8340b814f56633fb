"""Only `make test-spark` has PySpark. It needs Java: where there is none, its tests are not run and say so."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest


def pytest_configure(config):
    # What PySpark does with pandas 3 whenever either is made of the other; every cell is compared here.
    for theirs in (
        "PySpark does not yet fully support pandas:FutureWarning",
        "The copy keyword is deprecated:DeprecationWarning",
    ):
        config.addinivalue_line("filterwarnings", f"ignore:{theirs}")


collect_ignore_glob = [] if find_spec("pyspark") else ["*.py"]


@pytest.fixture(scope="session", autouse=True)
def _with_java():
    home = os.environ.get("JAVA_HOME")
    if not (Path(home, "bin", "java").exists() if home else shutil.which("java")):
        pytest.skip("not run, because no Java 17 or newer was found: .ci/find-java")
    from tests.spark.session import close

    yield
    close()
