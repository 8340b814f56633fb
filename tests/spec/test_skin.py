"""The CDASI, version 2; sums by hand."""

import pandas as pd
import pytest

from myositis_tools import score_cdasi
from myositis_tools.errors import ImpossibleValueError, MissingColumnError, OptionError
from tests.property.second_opinions import CDASI_ACTIVITY, CDASI_DAMAGE

ITEMS = CDASI_ACTIVITY | CDASI_DAMAGE


def sheet(share: int = 0, *, papules: bool | None = False, **change: object) -> pd.DataFrame:
    return pd.DataFrame(
        [{name: most * share for name, most in ITEMS.items()} | {"cdasi_gottron_papules": papules} | change]
    )


def scores(frame: pd.DataFrame) -> tuple:
    row = score_cdasi(frame).iloc[0]
    return tuple(None if pd.isna(row[name]) else row[name] for name in ("cdasi_activity", "cdasi_damage"))


def test_the_totals_are_100_and_32():
    assert scores(sheet(1, papules=True)) == (100, 32)
    assert scores(sheet(0)) == (0, 0)


def test_gottron_counts_twice_where_there_are_papules():
    assert scores(sheet(1, papules=False)) == (97, 32)
    for value in (1, 2, 3):
        assert scores(sheet(cdasi_gottron=value)) == (value, 0)
        assert scores(sheet(cdasi_gottron=value, papules=True)) == (2 * value, 0)
    assert scores(sheet(cdasi_gottron_ulceration=1, papules=True)) == (1, 0)  # only Gottron's hands themselves


def test_papules_that_were_not_recorded():
    assert scores(sheet(papules=None)) == (0, 0)  # twice nothing is nothing
    assert score_cdasi(sheet(papules=None))["missing"].item() == ""
    row = score_cdasi(sheet(cdasi_gottron=2, papules=None)).iloc[0]
    assert pd.isna(row["cdasi_activity"])
    assert (row["cdasi_activity_min"], row["cdasi_activity_max"]) == (2, 4)
    assert row["missing"] == "activity not scored: papules of Gottron's hands"


@pytest.mark.parametrize(("papules", "highest"), [(True, 6), (False, 3), (None, 6)])
def test_gottron_that_was_not_scored(papules, highest):
    row = score_cdasi(sheet(cdasi_gottron=None, papules=papules)).iloc[0]
    assert (row["cdasi_activity_min"], row["cdasi_activity_max"]) == (0, highest)


def test_what_is_missing_is_named_for_each_part():
    row = score_cdasi(sheet(cdasi_scale_7=None, cdasi_calcinosis_15=None)).iloc[0]
    assert row["missing"] == "activity not scored: scale at site 7; damage not scored: calcinosis at site 15"
    assert (row["cdasi_activity_max"], row["cdasi_damage_max"]) == (2, 1)
    one = score_cdasi(sheet(cdasi_scale_7=None)).iloc[0]
    assert (one["missing"], one["cdasi_damage"]) == ("activity not scored: scale at site 7", 0)


@pytest.mark.parametrize("item", [name for name in ITEMS if not name[-1].isdigit() or name.endswith("_1")])
def test_every_item_has_its_own_limit(item):
    assert sum(scores(sheet(**{item: ITEMS[item]}))) == ITEMS[item]
    with pytest.raises(ImpossibleValueError, match=f"Column {item} holds impossible values"):
        score_cdasi(sheet(**{item: ITEMS[item] + 1}))  # poikiloderma stops at 1, not at 2


def test_one_part_reads_its_own_columns_only():
    damage = sheet(1)[[*CDASI_DAMAGE]]
    assert score_cdasi(damage, parts=["damage"])["cdasi_damage"].item() == 32
    assert "cdasi_activity" not in score_cdasi(damage, parts="damage")
    with pytest.raises(MissingColumnError, match="cdasi_erythema_1"):
        score_cdasi(damage)
    with pytest.raises(OptionError, match=r"parts='activty' is not known.*did you mean 'activity'"):
        score_cdasi(damage, parts=["activty"])
    with pytest.raises(OptionError, match="parts is empty"):
        score_cdasi(damage, parts=[])
