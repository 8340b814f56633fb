"""Spec tests are written as small text tables that a clinician can read; this reads them."""

from io import StringIO

import pandas as pd
import pytest


@pytest.fixture(scope="session")
def read():
    """Read a text table: columns between bars, a blank cell is a missing value, a line of # is a comment."""

    def read_table(text: str) -> pd.DataFrame:
        lines = [line.split("#")[0].strip() for line in text.splitlines()]
        cells = [[cell.strip() for cell in line.split("|")] for line in lines if line]
        joined = "\n".join("\t".join(row) for row in cells)
        return pd.read_csv(StringIO(joined), sep="\t", keep_default_na=False, na_values=[""])

    return read_table
