"""The equivalents against a second transcription, typed here from the notes of this project (criteria.md 3.2)."""

from myositis_tools import tables

TYPED = """
    prednisone          H02AB07   5     verified
    prednisolone        H02AB06   5     verified
    methylprednisolone  H02AB04   4     verified
    triamcinolone       H02AB08   4     verified
    dexamethasone       H02AB02   0.75  verified
    betamethasone       H02AB01   0.75  verified
    hydrocortisone      H02AB09  20     verified
    cortisone           H02AB10  25     verified
    deflazacort         H02AB13   6     secondary
"""


def test_the_equivalents():
    rows = tables.records("glucocorticoids")
    found = [(row["drug"], row["atc"], row["mg_equal_to_prednisone"], row["evidence"]) for row in rows]
    assert found == [(a, b, float(c), d) for a, b, c, d in map(str.split, TYPED.strip().splitlines())]
    assert {row["prednisone_mg"] for row in rows} == {5}
    # where sources differ, the row says so
    assert [row["drug"] for row in rows if row["decision"]] == ["dexamethasone", "betamethasone"]


def test_the_routes():
    rows = tables.records("glucocorticoid_routes")
    assert [row["route"] for row in rows] == ["oral", "intravenous"]
    assert {row["evidence"] for row in rows} == {"verified"}
    assert all(tables.source(row["source"]).citation for row in rows)
