"""What each item adds: bars from nought to the most an item can give, and an axis that ends there."""

import pandas as pd
import pytest

from myositis_tools.criteria.classification.eular_acr import needs
from myositis_tools.figures import plot_eular_acr_items, plot_haq_categories
from myositis_tools.scores.function import categories

SHEET = pd.DataFrame({item: [2] for one in categories("haq") for item in one.items})
CASES = pd.DataFrame({name: [True] for name in needs()}).assign(case_id="A", onset_age_years=54)


@pytest.mark.parametrize("drawn", [plot_haq_categories(SHEET, aids=False), plot_eular_acr_items(CASES, "A")])
def test_the_axis_has_whole_points_and_none_beyond_the_most(drawn):
    most = max(map(sum, zip(*(trace.x for trace in drawn.data[:3]), strict=True)))
    ticks = list(drawn.layout.xaxis.tickvals)
    assert ticks[0] == 0
    assert all(tick == int(tick) for tick in ticks)
    assert most - (ticks[1] - ticks[0]) < ticks[-1] <= most
    assert len(ticks) <= 7
    assert drawn.layout.xaxis.range[1] > most  # room for the numbers


def test_the_categories_of_a_haq_go_from_0_to_3():
    assert list(plot_haq_categories(SHEET, aids=False).layout.xaxis.tickvals) == [0, 1, 2, 3]
