"""What a report stands on: its sources, what was decided where they are silent, and what nobody has read there."""

from __future__ import annotations

import pandas as pd

from myositis_tools import tables
from myositis_tools.criteria import Protocol
from myositis_tools.frames import columns
from myositis_tools.report.document import ReportSection, ReportTable

_DOUBTFUL = ("secondary", "unverified")
_SENTENCE = "An unknown criterion is neither met nor not met, and a missing measure never counts as zero."


def what_it_stands_on(protocol: Protocol | None, *, has_score: bool) -> ReportSection:
    """Write the section for a protocol, for the score, or for both."""
    parts = (
        ReportTable("Sources.", pd.DataFrame({"Source": sources_of(protocol, has_score=has_score)})),
        ReportTable("Decided here, because the source does not say.", _decisions(protocol)),
        ReportTable("Numbers not read in their original source.", _doubts(protocol, has_score=has_score)),
    )
    return ReportSection("Sources and decisions", (_SENTENCE,), tuple(part for part in parts if len(part.frame)))


def sources_of(protocol: Protocol | None, *, has_score: bool) -> list[str]:
    """The citations of a protocol, of the score, or of both, each once."""
    found = [] if protocol is None else [str(one) for one in protocol.sources]
    if has_score:
        rows = (*tables.records("improvement_points"), *tables.records("enzymes"))
        found += [str(tables.source(str(row["source"]))) for row in rows]
    return list(dict.fromkeys(found))


def _decisions(protocol: Protocol | None) -> pd.DataFrame:
    asked = [] if protocol is None else [(each.label, each.decision) for each in protocol.criteria if each.decision]
    return pd.DataFrame(asked, columns=["Criterion", "Decision"])


def _doubts(protocol: Protocol | None, *, has_score: bool) -> pd.DataFrame:
    limits = [] if protocol is None else protocol.limits.values()
    rows = [(each.label, str(each), tables.DOUBTS[each.evidence]) for each in limits if each.evidence in _DOUBTFUL]
    if has_score:
        rows += [
            (
                f"range of {columns('visits')[str(row['column'])].label} in the score",
                f"{row['range_xuln']:g} × ULN",
                tables.DOUBTS[str(row["evidence"])],
            )
            for row in tables.records("enzymes")
            if row["evidence"] in _DOUBTFUL
        ]
    return pd.DataFrame(rows, columns=["What", "Value", "Evidence"])
