"""What goes out: no text that a spreadsheet computes, and no half file."""

import signal
import stat
import subprocess
import sys
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.exchange.files import whole_files
from myositis_tools.exchange.files.writing import as_csv, as_workbook, write_whole

SIGNS = ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20", " =", "\u00a0=", "'=", "''="]
FORMULA = "1+cmd|' /C calc'!A0"


def arrow(values, *, dictionary=False):
    pa = pytest.importorskip("pyarrow")
    made = pa.array(values)
    return pd.Series(pd.arrays.ArrowExtensionArray(made.dictionary_encode() if dictionary else made))


KINDS = {
    "object": lambda values: pd.Series(values, dtype=object),
    "string": lambda values: pd.Series(values, dtype="string"),
    "str": lambda values: pd.Series(values, dtype=str),
    "category": lambda values: pd.Series(values, dtype="category"),
    "mixed category": lambda values: pd.Series([*values[:-1], 5], dtype=object).astype("category"),
    "arrow": arrow,
    "arrow dictionary": lambda values: arrow(values, dictionary=True),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sign", SIGNS)
def test_no_text_of_a_csv_is_a_formula(kind, sign, tmp_path):
    texts = [sign + FORMULA, "mild", sign + FORMULA]
    frame = pd.DataFrame({"patient_id": KINDS[kind](texts), "week": [0, 4, 8]})
    (tmp_path / "v.csv").write_bytes(as_csv(frame))
    written = pd.read_csv(tmp_path / "v.csv", dtype=str, encoding="utf-8-sig", keep_default_na=False)
    assert written["patient_id"][0].startswith("'")
    back = mt.read_table(tmp_path / "v.csv", "visits")
    assert back["week"].tolist() == [0, 4, 8]
    assert back["patient_id"].tolist()[:2] == [sign + FORMULA, "mild"]
    assert frame["patient_id"].astype(object).tolist()[0] == sign + FORMULA


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\uff1d", "\uff20", "'="])
def test_no_heading_of_a_csv_is_a_formula(sign, tmp_path):
    frame = pd.DataFrame({"patient_id": ["A"], sign + FORMULA: [1.5], "haq": ["x"]})
    (tmp_path / "v.csv").write_bytes(as_csv(frame))
    head = (tmp_path / "v.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert f"'{sign}{FORMULA}" in head
    assert mt.read_table(tmp_path / "v.csv").columns.tolist() == frame.columns.tolist()


def test_a_table_without_texts_is_written_as_it_is():
    frame = pd.DataFrame(
        {"a": [1, -2], "b": [0.5, None], "c": [True, False], "d": pd.to_datetime(["2024-01-01", None])}
    )
    assert as_csv(frame).decode("utf-8-sig") == frame.to_csv(index=False, lineterminator="\n")
    assert as_csv(frame.iloc[:, :0]).decode("utf-8-sig") == frame.iloc[:, :0].to_csv(index=False, lineterminator="\n")
    lines = pd.DataFrame({"patient_id": ["a\rb", "c\nd"], "x": ["\r", "e"]})
    assert as_csv(lines).decode("utf-8-sig") == 'patient_id,x\r\n"a\rb","\'\r"\r\n"c\nd",e\r\n'
    twice = pd.DataFrame([["=1", "=2"]], columns=["x", "x"])
    assert as_csv(twice).decode("utf-8-sig") == "x,x\n'=1,'=2\n"


@pytest.mark.parametrize("kind", KINDS)
def test_no_cell_of_a_workbook_is_a_formula(kind, tmp_path):
    frame = pd.DataFrame({"=" + FORMULA: KINDS[kind](["=" + FORMULA, "\uff1d1", "x"])})
    (tmp_path / "v.xlsx").write_bytes(as_workbook({"t": frame}))
    cells = list(openpyxl.load_workbook(tmp_path / "v.xlsx").active.iter_rows(max_row=3))
    assert [row[0].data_type for row in cells] == ["s", "s", "s"]
    assert [row[0].quotePrefix for row in cells] == [True, True, True]


# ------------------------------------------------------------------------------------------------- whole or not at all

ENDED = """
import os, sys, time
from pathlib import Path
from myositis_tools.exchange.files import whole_files
if sys.argv[2] == "named":
    whole_files._open_without_name = lambda folder: None
def stop(*_):
    print("writing", flush=True)
    time.sleep(60)
os.fsync = stop
whole_files.write_whole(Path(sys.argv[1]), b"patient_id\\nA\\n" * 1000)
"""


def end_while_writing(path, how):
    child = subprocess.Popen([sys.executable, "-c", ENDED, str(path), how], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "writing\n"
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has files without a name")
def test_a_process_that_is_ended_leaves_nothing(tmp_path):
    path = tmp_path / "out.csv"
    path.write_bytes(b"old")
    handle = whole_files._open_without_name(tmp_path)
    end_while_writing(path, "nameless")
    left = [file.name for file in tmp_path.iterdir() if file != path]
    assert path.read_bytes() == b"old"
    if handle is None:  # a file system without such files: the part that is left is the next test's
        assert all(name.endswith(".part") for name in left)
    else:
        handle.close()
        assert left == []


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_what_a_process_left_is_removed_by_the_next(tmp_path):
    path = tmp_path / "out.csv"
    path.write_bytes(b"old")
    end_while_writing(path, "named")
    [left] = [file for file in tmp_path.iterdir() if file != path]
    assert left.name.endswith(".part")
    assert path.read_bytes() == b"old"
    others = [tmp_path / "out.csv.mine.part", tmp_path / "other.csv.0123456789abcdef0123456789abcdef.part"]
    for other in others:
        other.write_bytes(b"mine")
    write_whole(path, b"new")
    assert sorted(tmp_path.iterdir()) == sorted([path, *others])
    assert path.read_bytes() == b"new"


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_what_another_process_is_writing_stays(tmp_path):
    path = tmp_path / "out.csv"
    child = subprocess.Popen([sys.executable, "-c", ENDED, str(path), "named"], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout.readline() == "writing\n"
        write_whole(path, b"new")
        assert len(list(tmp_path.glob("*.part"))) == 1
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


@pytest.mark.parametrize("nameless", [True, False])
def test_a_file_keeps_who_may_read_it(nameless, tmp_path, monkeypatch):
    if not nameless:
        monkeypatch.setattr(whole_files, "_open_without_name", lambda _: None)
    path = tmp_path / "out.csv"
    path.write_bytes(b"old")
    path.chmod(0o600)
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_where_a_file_without_a_name_gets_none_it_is_written_under_one(tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(whole_files.os, "link", refuse)
    write_whole(tmp_path / "out.csv", b"new")
    assert (tmp_path / "out.csv").read_bytes() == b"new"
    assert [file.name for file in tmp_path.iterdir()] == ["out.csv"]


def test_all_files_of_a_call_or_none(tmp_path):
    def fail():
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        whole_files.put({tmp_path / "a.csv": lambda: b"a", tmp_path / "b.csv": fail})
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OSError, match="x") as caught:
        write_whole(tmp_path / "no_such_folder" / "x.csv", b"")
    assert Path(caught.value.filename).name == "x.csv"
