"""The codes of the drug classes against a second transcription, typed from the notes (criteria.md 3.4, 3.5)."""

from myositis_tools import tables

TYPED = {
    "loop_diuretic": "C03C C03EB",
    "nephrotoxic": """M01A N02AJ08 N02AJ19 N02AJ23 J01G J02AA01 J01XA01 J01XB01 J01XB02 J05AD01 J05AB12 J05AF07 J05AF08
        J05AR03 J05AR06 J05AR08 J05AR09 J05AR11 J05AR12 J05AR24 J05AR27 L04AD01 L04AD02 L04AD03 L01XA01 L01AA06 L01DC03
        L01AD04 P01CX01 J04AB30 M05BA08 M05BA03 V08A""",
    "immunosuppressant": "L04A L01BA01 L01AA01 L01AA02 L01FA L01XC02 L01XC10 L01XC15 L01EJ L01BB02 J06BA L01XL",
    "immunomodulator_to_review": "P01BA02 A07EC01 J04BA02 D11AH05 R03DX05 R03DX09 R03DX10 R03DX11",
    # of the broad list only C09 and the codes of methotrexate stand in the notes
    "nephrotoxic_broad": "J05AB01 L04AX03 L01BA01 C09 J01M A10BK N05AN01 J05AF13 A02BC",
}
EXCEPT = {
    "nephrotoxic": "M01AX05 M01AX07 M01AX12 M01AX14 M01AX21 M01AX24 M01AX25 M01AX26",
    "immunosuppressant": "L04AX05",
}


def listed(drug_class: str, by: str) -> list[str]:
    rows = tables.records("drug_classes")
    return sorted(str(row["value"]) for row in rows if (row["class"], row["by"]) == (drug_class, by))


def test_the_codes_of_each_class():
    for drug_class, codes in TYPED.items():
        assert listed(drug_class, "atc") == sorted(codes.split()), drug_class
    for drug_class, codes in EXCEPT.items():
        assert listed(drug_class, "atc_except") == sorted(codes.split()), drug_class


def test_names_are_written_as_they_are_compared_and_once():
    for drug_class in {str(row["class"]) for row in tables.records("drug_classes")}:
        names = listed(drug_class, "name")
        assert len(names) == len(set(names))
        assert [name for name in names if name != " ".join(name.lower().replace("-", " ").split())] == []


def test_what_nobody_verified_is_marked_so():
    evidence = {str(row["value"]): row["evidence"] for row in tables.records("drug_classes") if row["by"] == "atc"}
    not_in_a_source = ["J05AF08", "L01AD04", "P01CX01", "J04AB30", "M05BA03"]
    codes_from_memory = ["N05AN01", "J05AF13", "A02BC", "J05AB01", "J01M", "A10BK"]
    for code in not_in_a_source + codes_from_memory:
        assert evidence[code] == "unverified", code
