"""Only `make test-spark` has PySpark. It needs Java: where there is none, its tests are not run and say so."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from myositis_tools.frames.engine import VARIABLE

collect_ignore_glob = [] if find_spec("pyspark") else ["*.py"]


@pytest.fixture(scope="session", autouse=True)
def _with_java():
    home = os.environ.get("JAVA_HOME")
    if not (Path(home, "bin", "java").exists() if home else shutil.which("java")):
        pytest.skip("not run, because no Java 17 or newer was found: .ci/find-java")
    from tests.spark.session import close

    yield
    close()


@pytest.fixture(scope="session", autouse=True)
def _in_pure_pandas():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, "pandas")
        yield
