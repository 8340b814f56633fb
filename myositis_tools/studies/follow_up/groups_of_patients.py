"""Which group each patient belongs to, and in which order groups stand."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from myositis_tools.errors import NotFoundError, OptionError, listed, nearest
from myositis_tools.frames import columns, refuse_nested
from myositis_tools.groups import NOT_RECORDED, in_order_of_groups
from myositis_tools.studies.follow_up.measures import spoken

RESPONSE = "response"  # not a column of the visits: the class at a patient's last scored visit
MOST_GROUPS = 7  # more cannot be told apart in a picture; the theme has a look for each


def groups_of(visits: pd.DataFrame, group: str) -> pd.Series:
    """Say which group each patient belongs to: the response at the last scored visit, or what a column says of her.

    Raises
    ------
    OptionError
        If the column says two things of one patient, or makes more groups than can be told apart.
    WrongTypeError
        If a cell of it holds several values.
    """
    own = refuse_nested(visits[["patient_id", "week", group]]).dropna(subset=[group])
    said = own.drop_duplicates(["patient_id", group])["patient_id"]
    changing = said[said.duplicated()].unique()
    if group != RESPONSE and len(changing):
        raise OptionError(
            f"Column {group} changes from visit to visit, so it makes no groups of patients.",
            where=f"patient {listed(changing, most=3)}",
            expected="one value a patient",
            hint="group by what is known at baseline",
        )
    last = own.sort_values("week", kind="stable").groupby("patient_id", sort=False)[group].last()
    if last.nunique() > MOST_GROUPS:
        raise OptionError(
            f"Column {group} makes {last.nunique()} groups, more than can be told apart.",
            expected=f"at most {MOST_GROUPS} groups",
            hint="group by a column of a few words, such as arm or subtype",
        )
    patients = pd.Index(visits["patient_id"].unique())
    return last.map(spoken).reindex(patients).astype(object).where(lambda found: found.notna(), NOT_RECORDED)


def in_order(of_each: pd.Series) -> list[str]:
    """Groups in the order of their table where it has one, else by name; *not recorded* last."""
    known = [spoken(word) for name in ("subtype", "sex") for word in columns("screening")[name].words]
    known += list(columns("responses")[RESPONSE].words)
    return in_order_of_groups(of_each.unique(), known)


def require_patients(names: Sequence[str], known: pd.Index) -> None:
    """Refuse to point at a patient who is not there.

    Raises
    ------
    NotFoundError
        If one is not.
    """
    for name in names:
        if name not in known:
            raise NotFoundError(
                f"There is no patient {name!r}.", expected=listed(known, most=5), hint=nearest(name, list(known))
            )
