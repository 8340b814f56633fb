"""pandas, Polars and DuckDB agree on who changes class under which choice."""

from functools import cache

import pandas as pd
import pytest

from myositis_tools.studies import choice_changes_frame, compare_choices, summarise_choices
from tests.engines.other_engines import ENGINES
from tests.engines.test_definitions_of_change import visits_of_many
from tests.engines.test_scores import cells

pytestmark = pytest.mark.engines
CHOICES = {
    "share": {"enzyme_by": "range_share"},
    "of 80": {"mmt": "mmt8_80"},
    "rescaled": {"missing": "rescaled"},
    "no points": {"missing": "no_points"},
    "window": {"baseline_window": (-4, 0)},
}


def rounded(native: object) -> list[dict]:
    """Quotients may differ in their last bit between engines; classes may not."""
    return [
        {name: round(value, 9) if isinstance(value, float) else value for name, value in row.items()}
        for row in cells(native)
    ]


@cache
def in_pandas() -> pd.DataFrame:
    return compare_choices(visits_of_many(), CHOICES, mmt="mmt8_150")


@pytest.mark.parametrize("engine", ENGINES)
def test_every_cell_is_the_same(engine):
    native, expected = ENGINES[engine](visits_of_many()), in_pandas()
    compared = compare_choices(native, CHOICES, mmt="mmt8_150")
    assert type(compared) is type(native)
    assert rounded(compared) == rounded(expected)
    assert cells(summarise_choices(compared)) == cells(summarise_choices(expected))
    assert cells(choice_changes_frame(compared)) == cells(choice_changes_frame(expected))
    assert {"same", "higher", "lower", "not known"} == {row["class_change"] for row in cells(expected)}
