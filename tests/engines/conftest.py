"""What stands here in pandas is computed in pandas, so that every engine has another one to be held against."""

import pytest

from myositis_tools.frames.engine import VARIABLE


@pytest.fixture(scope="module", autouse=True)
def _in_pure_pandas():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, "pandas")
        yield
