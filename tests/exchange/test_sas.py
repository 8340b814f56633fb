"""Data sets of SAS: one that SAS wrote, ours read by two readers, and files that are none."""

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.data
import pyreadstat
import pytest
from typer.testing import CliRunner

import myositis_tools as mt
from myositis_tools import cli
from myositis_tools.exchange.files.reading import read_cells
from tests.exchange.sas_files import sas7bdat

GENUINE = Path(__file__).parent / "genuine"
# Where the listing that everybody has differs from Fisher's paper, which SAS and R have: row, column, Fisher's value.
KNOWN_MISPRINTS = ((34, 3, 0.2), (37, 1, 3.6), (37, 2, 1.4))


@pytest.fixture
def iris(tmp_path):
    path = tmp_path / "iris.sas7bdat"
    path.write_bytes(gzip.decompress((GENUINE / "iris.sas7bdat.gz").read_bytes()))
    return path


@pytest.fixture
def visits():
    table = mt.load_visits()[["patient_id", "week", "visit_date", "haq_di", "mmt8_150", "arm"]].head(80)
    table = table.astype({"mmt8_150": "float64", "arm": object})
    table.loc[3, "visit_date"] = pd.NaT
    table.loc[[5, 6], "arm"] = [None, "été"]
    table.loc[7, "haq_di"] = np.nan
    assert table[["haq_di", "visit_date", "arm"]].isna().any().all()
    return table


def saved(tmp_path, table, **options):
    path = tmp_path / "visits.sas7bdat"
    path.write_bytes(sas7bdat(table, **options))
    return path


def cells(table):
    return [[None if pd.isna(cell) else cell for cell in row] for row in table.itertuples(index=False)]


def test_what_sas_wrote_is_what_is_listed(iris):
    found = mt.read_table(iris)
    assert found.columns.tolist() == ["Sepal_Length", "Sepal_Width", "Petal_Length", "Petal_Width", "Species"]
    listing = plotly.data.iris()
    lengths = listing.iloc[:, :4].to_numpy()
    for row, column, fisher in KNOWN_MISPRINTS:
        assert lengths[row, column] != fisher
        lengths[row, column] = fisher
    np.testing.assert_array_equal(found.iloc[:, :4].to_numpy(), lengths)
    assert found["Species"].tolist() == [name[:6] for name in listing["species"]]
    assert cells(read_cells(iris)) == cells(found)
    assert mt.validate(found, "visits")["problem"].tolist() == ["column missing", "column missing"]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_visits_come_back(visits, encoding, tmp_path):
    before = visits.copy(deep=True)
    path = saved(tmp_path, visits, encoding=encoding)
    pd.testing.assert_frame_equal(visits, before)
    found = mt.read_table(path, "visits")
    assert cells(found) == cells(visits)
    assert found.dtypes.astype(str).to_dict() == visits.dtypes.astype(str).to_dict() | {"arm": str(found["arm"].dtype)}
    assert mt.validate(found, "visits")["severity"].eq("warning").all()
    plain = mt.read_table(path)
    assert plain["visit_date"].dtype == "datetime64[us]"
    assert cells(plain) == cells(visits)


def test_two_readers_agree_on_the_file_that_we_wrote(visits, tmp_path):
    """The writer follows the layout: pandas has a reader of its own, which shares nothing with ReadStat."""
    path = saved(tmp_path, visits.assign(seen=pd.Timestamp("2024-02-01 08:30")))
    other = pd.read_sas(path, encoding="utf-8")
    assert cells(other) == cells(read_cells(path))
    assert other["seen"].dt.round("s").eq(pd.Timestamp("2024-02-01 08:30")).all()


@pytest.mark.parametrize("size", [(0, 3), (1, 1), (2, 400)])
def test_no_row_one_cell_and_many_columns(size, tmp_path):
    rows, columns = size
    table = pd.DataFrame({f"x{place}": [float(place)] * rows for place in range(columns)})
    found = mt.read_table(saved(tmp_path, table))
    assert found.shape == size
    assert cells(found) == cells(table)


def test_an_encoding_that_the_file_states_wrongly(tmp_path):
    table = pd.DataFrame({"patient_id": ["A"], "arm": ["été"]})
    path = saved(tmp_path, table, encoding="cp1252")
    content = bytearray(path.read_bytes())
    content[70] = 20  # it now says that it is UTF-8
    path.write_bytes(content)
    with pytest.raises(mt.errors.WrongTypeError, match="cannot be read"):
        mt.read_table(path)
    assert mt.read_table(path, encoding="cp1252")["arm"].tolist() == ["été"]
    with pytest.raises(mt.errors.WrongTypeError, match="unknown encoding: cp125"):
        mt.read_table(path, encoding="cp125")


def test_it_is_checked_from_the_command_line(visits, tmp_path):
    path = saved(tmp_path, visits.assign(haq_di=30.0))
    run = CliRunner().invoke(cli.make_commands(), ["check", str(path)])
    assert run.exit_code == 1, run.output
    assert "haq_di" in run.output
    assert "out of range" in run.output


def test_labels_stand_in_another_file(iris):
    with pytest.raises(mt.errors.OptionError, match="SAS keeps them in another file"):
        mt.read_table(iris, labelled=True)


@pytest.mark.parametrize("length", [0, 1, 100, 1024, 3000, 66559, 66560, 131071])
def test_a_data_set_that_is_cut_off_is_refused(iris, length):
    iris.write_bytes(iris.read_bytes()[:length])
    with pytest.raises(mt.errors.WrongTypeError, match="cannot be read") as caught:
        mt.read_table(iris)
    assert caught.value.expected == "a .sas7bdat file"


@pytest.mark.parametrize("suffix", [".sas7bdat", ".xpt", ".sav", ".dta"])
@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, b"a,b\n1,2\n" * 200])
def test_bytes_of_something_else_are_refused(suffix, content, tmp_path):
    path = tmp_path / f"visits{suffix}"
    path.write_bytes(content)
    with pytest.raises(mt.errors.WrongTypeError, match="cannot be read"):
        mt.read_table(path)


def test_a_transport_file_that_is_cut_off_is_refused(visits, tmp_path):
    """It does not say how many rows it has: one that ends within a record would be read with rows lost."""
    path = tmp_path / "visits.xpt"
    pyreadstat.write_xport(visits.assign(arm="x"), str(path), file_format_version=8)
    content = path.read_bytes()
    for lost in (1, 79, 500):
        path.write_bytes(content[:-lost])
        with pytest.raises(mt.errors.WrongTypeError, match="it is cut off"):
            mt.read_table(path)


def test_a_date_without_a_format_is_a_number_and_no_date(tmp_path):
    """SAS, SPSS and Excel count days from different ones: a number says nothing."""
    table = pd.DataFrame({"patient_id": ["A", "B"], "week": [0, 0], "visit_date": [23192.0, None]})
    path = saved(tmp_path, table)
    with pytest.raises(mt.errors.WrongTypeError, match=r"visit_date .* holds 23192.*give the column a date format"):
        mt.read_table(path, "visits")
    kept = mt.read_table(path, "visits", on_problem="keep")
    assert mt.validate(kept, "visits")[["row", "column", "problem"]].to_numpy().tolist() == [
        [0, "visit_date", "not a date"]
    ]
    empty = mt.read_table(saved(tmp_path, table.assign(visit_date=np.nan)), "visits")
    assert empty["visit_date"].dtype == "datetime64[us]"


@pytest.mark.parametrize("days", ["DATE", "DDMMYYP", "EURDFDD", "WORDDATX", "NLDATE", "E8601DA"])
def test_days_are_dates_however_they_are_shown(days, tmp_path):
    table = pd.DataFrame({"date": pd.Series([pd.Timestamp("2024-02-29"), pd.NaT]).astype("datetime64[us]")})
    pd.testing.assert_frame_equal(mt.read_table(saved(tmp_path, table, days=days)), table)


def test_a_date_beyond_the_calendar_is_told(tmp_path):
    table = pd.DataFrame({"x": [pd.Timestamp("2024-01-01")]})
    content = bytearray(sas7bdat(table))
    at = content.index(np.float64(23376).tobytes())
    content[at : at + 8] = np.float64(4e6).tobytes()
    path = tmp_path / "x.sas7bdat"
    path.write_bytes(content)
    with pytest.warns(mt.errors.ReadingWarning, match="Column x of x.sas7bdat holds 1 date beyond the year 9999"):
        assert mt.read_table(path)["x"].tolist() == [4e6]


def test_rows_that_were_deleted_in_sas_do_not_come_back(visits, tmp_path):
    """SAS marks them only, and a patient who withdrew would be a patient again."""
    path = saved(tmp_path, visits, deleted=[0, 9, 79])
    assert cells(mt.read_table(path, "visits")) == cells(visits.drop(index=[0, 9, 79]))
