"""What the command line advises can be typed, holds no Python, and leads to a right result when it is followed."""

import ast
import re
import shlex
from pathlib import Path

import duckdb
import openpyxl
import pytest
from typer.testing import CliRunner

import myositis_tools as mt
from myositis_tools import cli
from myositis_tools.cli.typed_words import as_typed

HEAD = "patient_id;week;visit_date;haq_di;mmt8_150\n"
PACKAGE = Path(mt.__file__).parent


def run(*words):
    return CliRunner().invoke(cli.make_commands(), [str(word) for word in words])


@pytest.mark.parametrize(
    ("name", "content", "more", "advice", "typed"),
    [
        ("visits.csv", f"{HEAD}A;0;2024-01-31;1,5;120\n", (), "--decimal ,", "--decimal ,"),
        ("visits.csv", f"{HEAD}A;0;31-12-2024;1.5;120\n", (), "--date-format %d-%m-%Y", "--date-format %d-%m-%Y"),
        ("visits.csv", f"{HEAD}A;0;2024-01-31;n.d.;120\n", (), "--missing WORD", "--missing n.d."),
        ("visits.csv", "Our visits\n" + HEAD + "A;0;2024-01-31;1.5;120\n", (), "--heading-line", "--heading-line 2"),
        (
            "visits.csv",
            (HEAD.replace("haq_di", "haq_di;arm") + "A;0;2024-01-31;1.5;Médical;120\n").encode("cp1252"),
            (),
            "--encoding cp1252",
            "--encoding cp1252",
        ),
        ("ours.csv", f"{HEAD}A;0;2024-01-31;1.5;120\n", (), "--kind", "--kind visits"),
        ("visits.csv", "patient_id;haq_di 3 mnd;haq_di bl\nA;1;2\n", ("--wide",), "--week-of", "--week-of '3 mnd=13'"),
    ],
)
def test_following_the_advice_ends_the_problem(name, content, more, advice, typed, tmp_path):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    first = run("check", path, *more)
    assert first.exit_code in (1, 2)
    said = " ".join(re.sub(r"[│╭╮╰╯─]", " ", first.output).split())
    assert advice in said
    second = run("check", path, *more, *shlex.split(typed))
    assert "error" not in second.output.replace("0 errors", ""), second.output


def test_a_database_is_asked_in_sql(tmp_path):
    path = tmp_path / "visits.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table ours as select 'A' as patient_id, 0 as week, 1.5 as haq_di")
    refused = run("check", path)
    assert "--query" in refused.output
    assert "0 errors" in run("check", path, "--query", "SELECT * FROM ours").output


def test_a_word_of_one_column_leaves_the_others_alone(tmp_path):
    path = tmp_path / "visits.csv"
    path.write_text("patient_id,week,haq_di,ck_xuln\nA,0,9,9.0\nA,12,x,1.0\n")
    how = ["--missing", "haq_di=9", "--missing", "x"]
    assert run("convert", path, *how, "--out", tmp_path / "out.csv").exit_code == 0
    made = mt.read_table(tmp_path / "out.csv", "visits")
    assert made["ck_xuln"].tolist() == [9.0, 1.0]
    assert "haq_di" not in made or made["haq_di"].isna().all()
    assert run("check", path, "--missing", "hqa_di=9").exit_code == 2


PYTHON = re.compile(r"\bmt\.|\bpd\.|\w+=[\[{\"']|\w+\(\w*[.=]|\bNone\b|\bTrue\b|\bFalse\b|\w=(?=[ ,.;]|$)")
# Of what no command offers: item tables, comparisons, tables that are no file.
NOT_TYPED = {
    "criteria/classification/eular_acr.py",
    "exchange/mapping/column_mapping.py",
    "exchange/mapping/reshape.py",
    "frames/engines_taken.py",
    "scores/baseline.py",
    "scores/chosen_core_set.py",
    "scores/muscle_grades.py",
    "scores/muscle_strength.py",
    "scores/options.py",
}


def hints_of(room):
    for path in sorted((PACKAGE / room).rglob("*.py")):
        place = str(path.relative_to(PACKAGE))
        if place in NOT_TYPED or place.startswith("exchange/standards"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg in ("hint", "expected"):
                yield from (
                    (place, one.value)
                    for one in ast.walk(node.value)
                    if isinstance(one, ast.Constant) and isinstance(one.value, str)
                )


@pytest.mark.parametrize("room", ["criteria", "scores", "exchange", "frames", "privacy"])
def test_no_advice_of_a_command_is_python(room):
    found = list(hints_of(room))
    assert found
    assert [(place, text) for place, text in found if PYTHON.search(as_typed(text))] == []


def test_a_warning_is_in_the_words_of_the_command_line_too(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["patient_id", "week"])
    book.active.append(["A", 0])
    book.create_sheet("Others").append(["x", "y"])
    book.save(tmp_path / "ours.xlsx")
    said = run("check", tmp_path / "ours.xlsx", "--kind", "visits").output
    assert (
        "warning: Sheet Sheet of ours.xlsx is read, and 1 other sheet not: 'Others'. Hint: --sheet reads another."
        in said
    )


def test_a_planted_piece_of_python_is_seen():
    assert PYTHON.search(as_typed("pd.to_datetime(column) makes dates"))
    assert PYTHON.search(as_typed("say which, units={'ck': 'U/L'}"))
