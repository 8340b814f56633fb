"""Every number with its evidence, what is to be checked first; and every decision where a source is silent."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from reference_pages import WIDE, as_raw

import myositis_tools as mt
from myositis_tools.html_tables import html_table

SPOKEN = {"protocol_criteria": "Criteria of trials", "protocol_limits": "Limits of trials"}
SHOWN = ("name", "label", "value", "source", "place")
# Those of which a person should look at each; of the others a page for each table.
TO_BE_CHECKED = {
    "unverified": "to be checked by a person with the paper",
    "secondary": "read in a source that reports it",
}


def write_evidence(folder: Path) -> None:
    """Write the list of what is not verified, a page for each table, the sources, and the decisions."""
    found = mt.reference.catalogue()
    number = found["value"].map(lambda value: "" if pd.isna(value) else f"{value:.10g}")
    # in one column, so that the place in the source is in sight
    found["value"] = (number + " " + found["unit"]).str.strip().str.cat(found["text"], sep="; ").str.strip("; ")
    numbers = found[found["kind"].isin(["number", "rule"])]
    folder.mkdir(parents=True)
    for name, rows in numbers.groupby("table"):
        page = f"{WIDE}# {name}\n\n{_listed(rows, (*SHOWN, 'evidence', 'decision'))}"
        (folder / f"{name}.md").write_text(page, encoding="utf-8")
    sources = found[found["kind"] == "source"]
    (folder / "sources.md").write_text(
        f"{WIDE}# Sources\n\n{_listed(sources, ('name', 'text', 'decision'))}", encoding="utf-8"
    )
    (folder / "index.md").write_text(_index(numbers), encoding="utf-8")
    (folder / "decisions.md").write_text(_decisions(numbers), encoding="utf-8")


def _index(numbers: pd.DataFrame) -> str:
    parts = [f"{WIDE}# Evidence", "Every published number that the package computes with: `mt.reference.catalogue()`."]
    for evidence, meaning in TO_BE_CHECKED.items():
        rows = numbers[numbers["evidence"] == evidence]
        parts += [
            f"## {evidence.capitalize()}: {meaning} ({len(rows)})",
            _listed(rows, ("table", *(name for name in SHOWN if name != "label"))),
        ]
    counts = numbers.pivot_table(index="table", columns="evidence", aggfunc="size", fill_value=0)
    kinds = [kind for kind in ("unverified", "secondary", "decision", "verified") if kind in counts]
    lines = [f"| table | {' | '.join(kinds)} |", "|---" * (len(kinds) + 1) + "|"]
    lines += [
        f"| [{name}]({name}.md) | {' | '.join(str(counts.loc[name, kind] or '') for kind in kinds)} |"
        for name in counts.index
    ]
    parts += ["## By table", "\n".join(lines), "[The sources](sources.md) · [Decisions](decisions.md)"]
    pages = "\n".join([*counts.index, "sources"])
    parts.append(f"```{{toctree}}\n:hidden:\n\n{pages}\n```")
    return "\n\n".join(parts)


def _decisions(numbers: pd.DataFrame) -> str:
    parts = [
        f"{WIDE}# Decisions",
        "What this project decided where a source is silent or two sources differ, as it stands beside the number or "
        "the criterion. Who decides otherwise changes it by name: each limit, threshold and population is an argument.",
    ]
    decided = numbers[numbers["decision"] != ""]
    # what is asked of patients first, then how they are scored
    for table, rows in sorted(decided.groupby("table"), key=lambda one: (not one[0].startswith("protocol"), one[0])):
        together = rows.groupby(["decision", "source"], sort=False)["name"].agg(", ".join).reset_index()
        parts += [f"## {SPOKEN.get(table, table)}", _listed(together, ("decision", "name", "source"))]
    return "\n\n".join(parts)


def _listed(rows: pd.DataFrame, columns: tuple[str, ...]) -> str:
    shown = [name for name in columns if (rows[name] != "").any()]
    return as_raw(html_table(shown, rows[shown].to_numpy().tolist()))
