"""What a picture of the trajectory app may ask for: the choices, and the patients they are about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import pandas as pd

from myositis_tools.studies.follow_up.followed_cohort import FollowedCohort


class Chosen(Protocol):
    """What is chosen in the app, and the cohort as these choices show it."""

    measure: str
    against: str
    scale: str
    summary: str
    week: int | None
    exposure: str
    level: str
    sustained: bool
    rescue: str | None

    @property
    def cohort(self) -> FollowedCohort:
        """Those seen after the baseline, with every planned visit."""

    @property
    def shown_cohort(self) -> FollowedCohort:
        """Those seen after the baseline, with the visits shown."""

    @property
    def baseline_week(self) -> int:
        """The visit that changes and the score are counted from."""

    @property
    def population(self) -> str:
        """Whose class limits are drawn."""

    @property
    def pointed_at(self) -> Sequence[str]:
        """The chosen patient."""

    @property
    def scale_of_both(self) -> str:
        """The scale that both measures can be drawn on."""

    def sentence_of_trajectories(self) -> str:
        """What is seen in the trajectories."""

    def trajectories(self) -> pd.DataFrame:
        """What the trajectories draw."""

    def why_not(self, picture: str) -> str:
        """Why a picture has nothing to draw; empty where it has."""

    def frame_of(self, picture: str) -> pd.DataFrame:
        """Exactly what a picture draws."""
