"""The table for people: numbers stand under each other and sort as numbers, what is missing is empty."""

import json

import pandas as pd

from myositis_tools.apps import explore_trajectories
from myositis_tools.apps.widgets import PeopleTable


def shown(table: PeopleTable) -> list[list[str]]:
    return json.loads(table._table._dt_args["data_json"])


def test_numbers_have_the_same_decimals_and_what_is_missing_is_empty():
    frame = pd.DataFrame({"Patient": ["A", "B", "C"], "Score": [77.5, None, 60.0], "P": [0.0047, 1.0, 0.02]})
    before = frame.copy()
    table = PeopleTable()
    table.show(frame)
    rows = [[cell.strip() for cell in row] for row in shown(table)]
    assert rows == [["A", "77.5", "0.0047"], ["B", "", "1.0000"], ["C", "60.0", "0.0200"]]
    table.show(frame.assign(Score=float("nan")))
    assert [row[1] for row in shown(table)] == ["", "", ""]
    table.show(frame.iloc[:0])
    assert shown(table) == []
    pd.testing.assert_frame_equal(frame, before)


def test_the_score_of_the_patients_is_a_number_and_its_bounds_stand_beside_it():
    people = explore_trajectories().model.patients()
    known = people["Last score"].notna()
    assert people["Last score"].dtype.kind == "f"
    assert (people.loc[known, "Or between"] == "").all()
    assert people.loc[~known & (people["Or between"] != ""), "Or between"].str.fullmatch(r"[\d.]+ and [\d.]+").all()
    assert (people["Or between"] != "").any()
