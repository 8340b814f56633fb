"""What a mapping says of one column alone, and the mistakes of its file in words that help."""

import pandas as pd
import pytest

import myositis_tools as mt

SEXES = {"by": "Geslacht", "v": 170, "m": 200}


def mapped(own, *columns, **options):
    return mt.apply_mapping(own, mt.TableMapping("visits", list(columns), **options))


# ------------------------------------------------------------------------------------------ words for one column alone


@pytest.mark.parametrize("cells", [[9, 1.5], [9.0, 1.5], ["9", "1.5"], ["9.0", "1.5"], ["9", 1.5]])
@pytest.mark.parametrize("word", ["9", "9.0", 9, 9.0])
def test_a_missing_word_of_one_column_leaves_the_others(cells, word):
    own = pd.DataFrame({"HAQ": cells, "CK": [9.0, 1.0]})
    made = mapped(own, mt.ColumnMapping("HAQ", "haq_di", missing=[word]), mt.ColumnMapping("CK", "ck_xuln"))
    assert made["haq_di"].isna().tolist() == [True, False]
    assert made["ck_xuln"].tolist() == [9.0, 1.0]


def test_words_for_all_columns_and_for_one_count_together():
    own = pd.DataFrame({"HAQ": ["9", "n.b.", "1.5"], "CMAS": ["9", "N.B.", "40"]})
    columns = mt.ColumnMapping("HAQ", "haq_di", missing=["9"]), mt.ColumnMapping("CMAS", "cmas_52")
    made = mapped(own, *columns, missing=["n.b."])
    assert made["haq_di"].isna().tolist() == [True, True, False]
    assert made["cmas_52"].isna().tolist() == [False, True, False]


def test_a_code_with_zeros_before_it_is_no_number():
    own = pd.DataFrame({"Patiënt": ["09", "9"], "Weken": [0, 0]})
    made = mapped(own, mt.ColumnMapping("Patiënt", "patient_id", missing=["9"]), mt.ColumnMapping("Weken", "week"))
    assert made["patient_id"].isna().tolist() == [False, True]


# ------------------------------------------------------------------------------------------- the upper limit of normal


@pytest.mark.parametrize("column", ["ck_xuln", "alt_xuln", "ast_xuln", "ldh_xuln", "aldolase_xuln"])
@pytest.mark.parametrize(
    ("limit", "made"),
    [
        (200, [1.7, 1.0]),
        (200.0, [1.7, 1.0]),
        (SEXES, [2.0, 1.0]),
        ({"by": "Lab", "A": 340, "2": 100}, [1.0, 2.0]),
        ("ULN", [1.7, 2.0]),
    ],
)
def test_an_upper_limit_is_a_number_a_heading_or_a_number_by_sex_or_laboratory(column, limit, made):
    own = pd.DataFrame({"E": [340, 200], "Geslacht": ["V", "m"], "Lab": ["a", 2.0], "ULN": [200, 100]})
    assert mapped(own, mt.ColumnMapping("E", column, upper_limit=limit))[column].tolist() == made


def test_a_row_without_a_limit_is_told():
    own = pd.DataFrame({"CK": [340, 200, None, 400], "Geslacht": ["v", "x", "x", None]})
    with pytest.warns(mt.errors.ReadingWarning, match=r"2 values of 'CK' are left empty.*'x', 'nothing'"):
        made = mapped(own, mt.ColumnMapping("CK", "ck_xuln", upper_limit=SEXES))
    assert made["ck_xuln"].fillna(-1).tolist() == [2.0, -1, -1, -1]


def test_the_heading_of_a_limit_must_be_there():
    with pytest.raises(mt.errors.MissingColumnError, match="Geslacht"):
        mapped(pd.DataFrame({"CK": [340]}), mt.ColumnMapping("CK", "ck_xuln", upper_limit=SEXES))


@pytest.mark.parametrize(
    "limit",
    [
        True,
        0,
        -3,
        float("nan"),
        float("inf"),
        [170],
        {},
        {"v": 170},
        {"by": "S"},
        {"by": 3, "v": 1},
        {"by": "S", "v": "x"},
    ],
)
def test_what_is_no_upper_limit_is_refused(limit):
    with pytest.raises(mt.errors.MappingError, match="upper_limit of a mapping cannot be"):
        mt.ColumnMapping("CK", "ck_xuln", upper_limit=limit)


@pytest.mark.parametrize("suffix", [".toml", ".json"])
@pytest.mark.parametrize("limit", [170, 7.6, "ULN CK", SEXES, {"by": 'La"b\n', "é 1": 1.5, "by heart": 2}])
def test_it_is_saved_read_and_printed(suffix, limit, tmp_path):
    column = mt.ColumnMapping("CK", "ck_xuln", upper_limit=limit, missing=["9", "n.b."])
    mapping = mt.TableMapping("visits", [column], missing=["-99"])
    assert mt.read_mapping(mapping.save(tmp_path / f"ours{suffix}")) == mapping
    scope = {"mt": mt}
    exec(repr(mapping), scope)  # noqa: S102 (what a person would paste)
    assert scope["mapping"] == mapping


# --------------------------------------------------------------------------------------------------------- mistakes


COLUMN = '[[columns]]\nheading = "a"\ncolumn = "ck_xuln"\n'
MISTAKES = {
    'kind = 3\n[[columns]]\nheading = "a"\ncolumn = "week"': r"kind of a mapping cannot be 3\.",
    'kind = "visits"\ncolumns = "x"': r"columns of a mapping is no list of columns",
    'kind = "visits"\ncolumns = ["x"]': r'"x" is no column of a mapping',
    f'kind = "visits"\n{COLUMN}words = ["a"]': r"words of a mapping cannot be \['a'\]",
    f'kind = "visits"\n{COLUMN}words = {{ a = true }}': r"words of a mapping cannot be True",
    f'kind = "visits"\n{COLUMN}upper_limit = true': r"upper_limit of a mapping cannot be True",
    f'kind = "visits"\n{COLUMN}upper_limit = {{ v = 170 }}': "by= names the heading",
    f'kind = "visits"\nmissing = "n.b."\n{COLUMN}': r'missing of a mapping cannot be "n\.b\.".*missing = \["n\.b\."\]',
    f'kind = "visits"\n{COLUMN}missing = "n.b."': r'missing of a mapping cannot be "n\.b\."',
    f'kind = "visits"\nmissing = {{ haq_di = ["9"] }}\n{COLUMN}': r"words for one column stand with that column",
    f'kind = "visits"\ndecimal = 3\n{COLUMN}': "decimal of a mapping cannot be 3",
    f'kind = "visits"\ndate_format = false\n{COLUMN}': "date_format of a mapping cannot be False",
    'kind = "visits"\n[[columns]]\nheading = 3\ncolumn = "week"': "heading of a mapping cannot be 3",
    'kind = "visits"\nheading = "a\n': "line 2 of m.toml",
    "not toml [": "line 1 of m.toml",
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_in_a_file_is_said_in_the_words_of_the_product(text, tmp_path):
    (tmp_path / "m.toml").write_text(text, encoding="utf-8")
    with pytest.raises(mt.errors.MappingError, match=MISTAKES[text]) as caught:
        mt.read_mapping(tmp_path / "m.toml")
    for word in ("object", "attribute", "keyword", "argument", "NoneType", "str", "dict"):
        assert f"'{word}'" not in str(caught.value)


@pytest.mark.parametrize(("text", "says"), [("[1]", "holds a list"), ('{"kind": ', "line 1 of m.json"), ("3", "list")])
def test_a_json_that_is_no_mapping(text, says, tmp_path):
    (tmp_path / "m.json").write_text(text, encoding="utf-8")
    with pytest.raises(mt.errors.MappingError, match=says):
        mt.read_mapping(tmp_path / "m.json")


@pytest.mark.parametrize(
    "make",
    [
        lambda: mt.TableMapping("visits", "x"),
        lambda: mt.TableMapping("visits", ["week"]),
        lambda: mt.TableMapping("visits", [], missing="n.b."),
        lambda: mt.TableMapping("visits", [], missing={"haq_di": ["9"]}),
        lambda: mt.TableMapping("visits", [], decimal=None),
        lambda: mt.ColumnMapping(3, "week"),
        lambda: mt.ColumnMapping("a", "week", missing="9"),
        lambda: mt.ColumnMapping("a", "sex", words=["v"]),
    ],
)
def test_the_same_of_a_mapping_in_python(make):
    with pytest.raises(mt.errors.MappingError):
        make()
