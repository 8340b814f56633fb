"""Parquet in which a column has one type in every part, also where a part has nothing in it."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd

from myositis_tools.errors import needs_package


def as_typed_parquet(table: pd.DataFrame, made_of: Iterable[Path]) -> bytes:
    """Write a table; a column that came from a file keeps its type there where that loses nothing.

    A column of nothing is one of texts, unless a file of those it was made of says what it is.

    Examples
    --------
    >>> import io
    >>> import pyarrow.parquet as pq
    >>> empty = pd.DataFrame({"note": pd.Series([None], dtype=object)})
    >>> pq.read_table(io.BytesIO(as_typed_parquet(empty, []))).schema.field("note").type
    DataType(string)
    """
    with needs_package("pyarrow"):
        import pyarrow as pa
        import pyarrow.parquet as pq
    known: dict[str, Any] = {}
    for file in made_of:
        known |= {field.name: field.type for field in pq.read_schema(file)}
    made = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
    typed = {name: _typed(made[name], known.get(name), pa) for name in made.column_names}
    content = BytesIO()
    pq.write_table(pa.table(typed), content)
    return content.getvalue()


def _typed(values: Any, known: Any, pa: Any) -> Any:
    if pa.types.is_null(values.type):
        return values.cast(known or pa.string())
    if known is not None and values.type != known:
        try:
            return values.cast(known)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):  # such as the number of a patient in place of an id
            pass
    return values.cast(pa.string()) if pa.types.is_large_string(values.type) else values
