"""The unit tests of a protocol: named patients, and what it must say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from myositis_tools.criteria import Protocol
from myositis_tools.criteria.protocol import Case
from myositis_tools.criteria.protocol_cases import read_cases
from myositis_tools.errors import OptionError
from myositis_tools.frames import TEXT_DTYPE, Column, with_bounds

DECISION = "decision"
_DTYPES = {"number": "float64", "yes_no": "boolean", "word": TEXT_DTYPE}


def assure(protocol: Protocol, cases: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """Run the unit tests of a protocol: named patients with the answers it must give.

    Parameters
    ----------
    protocol : Protocol
        The protocol to test.
    cases : mapping, optional
        Cases by name, as a protocol file holds them: each a mapping with ``values`` (screening columns, or bounds such
        as ``age_years_min``; every other one is missing), ``verdicts`` (the expected ones by criterion), ``decision``,
        and, to begin from an earlier case, ``like`` and ``missing``. Without it, the cases of the protocol's own file.

    Returns
    -------
    pandas.DataFrame
        One row an expectation: ``case``, ``asked`` (a criterion, or ``decision``), ``expected``, ``found``,
        ``passed``, ``reason``. ``assured[~assured["passed"]]`` is empty when all is well.

    Raises
    ------
    OptionError
        If there are no cases.
    ProtocolError
        If a case says something that cannot be.

    Missing data
    ------------
    What a case does not record is missing, as in any table; the expected verdict is then often *unknown*.

    Examples
    --------
    >>> import myositis_tools as mt
    >>> assured = mt.assure(mt.TIME_IS_MUSCLE)
    >>> bool(assured["passed"].all())
    True
    >>> wider = mt.TIME_IS_MUSCLE.with_limits(maximum_duration_months=24)
    >>> failed = mt.assure(wider).query("not passed")
    >>> failed[["case", "asked", "expected", "found"]].to_numpy().tolist()
    [['12 months', 'early_disease', 'not met', 'met'], ['12 months', 'decision', 'ineligible', 'eligible']]
    """
    asked = protocol.cases if cases is None else read_cases(cases, protocol, where="the cases given")
    if not asked:
        raise OptionError(
            f"{protocol.registration} has no cases.",
            expected="[cases] in the protocol's file, or cases=",
            hint="a case is a name, values, and the verdicts or the decision that are expected",
        )
    table = _screening(protocol, asked)
    checks = protocol.check(table).set_index(["patient_id", "criterion"])
    decisions = protocol.decide(table).set_index("patient_id")
    rows = []
    for case in asked:
        for key, expected in case.verdicts:
            found = checks.loc[(case.name, key)]
            rows.append((case.name, key, expected, found["verdict"], found["reason"]))
        if case.decision:
            found = decisions.loc[case.name]
            rows.append((case.name, DECISION, case.decision, found["decision"], found["because"]))
    assured = pd.DataFrame(rows, columns=["case", "asked", "expected", "found", "reason"])
    assured.insert(4, "passed", assured["expected"] == assured["found"])
    return assured


def _screening(protocol: Protocol, cases: Sequence[Case]) -> pd.DataFrame:
    """The cases as a screening table; an optional column that no case records is not in it."""
    recorded = {name for case in cases for name, _ in case.recorded}
    known = with_bounds(protocol.readable, recorded)
    read = [column for column in known.values() if column.name in recorded or not column.optional]
    names = pd.Series([case.name for case in cases], dtype=TEXT_DTYPE)
    return pd.DataFrame({"patient_id": names, **{column.name: _values(column, cases) for column in read}})


def _values(column: Column, cases: Sequence[Case]) -> pd.Series:
    return pd.Series([dict(case.recorded).get(column.name) for case in cases], dtype=_DTYPES[column.type])
