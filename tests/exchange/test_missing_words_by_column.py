"""What means *not recorded* in one column is a value in another."""

from decimal import Decimal

import openpyxl
import pandas as pd
import pytest

import myositis_tools as mt

SUFFIXES = (".csv", ".tsv", ".xlsx", ".parquet")


def written(tmp_path, suffix, frame, decimal="."):
    path = tmp_path / f"v{suffix}"
    if suffix == ".xlsx":
        frame.to_excel(path, index=False)
    elif suffix == ".parquet":
        frame.to_parquet(path)
    else:
        frame.to_csv(path, index=False, sep="\t" if suffix == ".tsv" else ";", decimal=decimal)
    return path


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("kind", ["visits", None])
@pytest.mark.parametrize("word", ["9", 9, "9.0", 9.0])
def test_a_code_empties_the_column_it_is_of(suffix, kind, word, tmp_path):
    frame = pd.DataFrame({"patient_id": ["9", "B"], "week": [0, 9], "haq_di": [9.0, 1.0], "ck_xuln": [9.0, 1.0]})
    path = written(tmp_path, suffix, frame)
    table = mt.read_table(path, kind, missing={"haq_di": [word]})
    assert table["haq_di"].fillna(-1).tolist() == [-1, 1.0]
    assert table["ck_xuln"].tolist() == [9.0, 1.0]
    assert table["week"].tolist() == [0, 9]
    assert table["patient_id"].tolist() == ["9", "B"]


@pytest.mark.parametrize("cell", ["9", "9,0", "9,00"])
@pytest.mark.parametrize("missing", [{"haq_di": ["9"]}, {"haq_di": "9"}, {"haq_di": ["9,0"]}])
def test_decimal_commas_are_no_other_number(cell, missing, tmp_path):
    (tmp_path / "v.csv").write_text(f"patient_id;week;haq_di;ck_xuln\nA;0;{cell};9,0\nB;0;1,5;1,0\n")
    table = mt.read_table(tmp_path / "v.csv", "visits", missing=missing, decimal=",")
    assert table["haq_di"].fillna(-1).tolist() == [-1, 1.5]
    assert table["ck_xuln"].tolist() == [9.0, 1.0]


def test_words_for_all_stay_possible(tmp_path):
    (tmp_path / "v.csv").write_text("patient_id;week;haq_di;ck_xuln\nA;0;-99;n.d.\nB;0;1.5;-99.0\nC;0;x;\n")
    table = mt.read_table(tmp_path / "v.csv", "visits", missing=["-99", "n.d.", "x"])
    assert table["haq_di"].fillna(-1).tolist() == [-1, 1.5, -1]
    assert table["ck_xuln"].isna().all()


def test_a_text_is_one_word_and_not_its_letters(tmp_path):
    (tmp_path / "v.csv").write_text("patient_id;week;haq_di;arm\nA;0;n.d.;d\nB;0;1.5;n\n")
    table = mt.read_table(tmp_path / "v.csv", "visits", missing="n.d.")
    assert table["haq_di"].isna().tolist() == [True, False]
    assert table["arm"].tolist() == ["d", "n"]


def test_a_code_with_noughts_is_another_word_than_its_number(tmp_path):
    (tmp_path / "v.csv").write_text("patient_id;week\n09;0\n9.0;0\n")
    with pytest.warns(mt.errors.ReadingWarning, match="empties 1 identifiers of patients"):
        table = mt.read_table(tmp_path / "v.csv", "visits", missing=["9"])
    assert table["patient_id"].fillna("").tolist() == ["09", ""]


def test_a_heading_that_is_not_there_is_one_clear_error(tmp_path):
    (tmp_path / "v.csv").write_text("patient_id;week;haq_di\nA;0;9\n")
    with pytest.raises(mt.errors.OptionError, match=r"'haq'.*did you mean 'haq_di'"):
        mt.read_table(tmp_path / "v.csv", "visits", missing={"haq": ["9"]})
    with pytest.raises(mt.errors.OptionError, match="'haq'"):
        mt.read_table(tmp_path / "v.csv", "visits", missing={"haq": []})


def test_the_headings_are_those_of_the_file_or_its_legend(tmp_path):
    (tmp_path / "v.csv").write_text("Patiënt;HAQ;CK\nA;9;9\n", encoding="utf-8")
    assert mt.read_table(tmp_path / "v.csv", missing={"HAQ": ["9"]})["HAQ"].isna().all()
    book = openpyxl.Workbook()
    for row in (["Pat", "HAQ"], ["A", 9]):
        book.active.append(row)
    legend = book.create_sheet("legend")
    for row in (["heading", "column"], ["Pat", "patient_id"], ["HAQ", "haq_di"]):
        legend.append(row)
    book.save(tmp_path / "v.xlsx")
    assert (
        mt.read_table(tmp_path / "v.xlsx", "visits", legend="legend", missing={"haq_di": ["9"]})["haq_di"].isna().all()
    )


def test_decimals_of_a_database_are_numbers(tmp_path):
    frame = pd.DataFrame({"patient_id": ["A", "B"], "week": [0, 0], "haq_di": [Decimal("9.00"), Decimal("1.50")]})
    frame.to_parquet(tmp_path / "v.parquet")
    assert mt.read_table(tmp_path / "v.parquet", "visits", missing={"haq_di": ["9"]})["haq_di"].fillna(-1).tolist() == [
        -1,
        1.5,
    ]
