"""Apps: each is a model that knows no widget and a view that computes nothing."""

from myositis_tools.apps.calculator import calculate_total_improvement
from myositis_tools.apps.cohort import open_cohort
from myositis_tools.apps.design import explore_design
from myositis_tools.apps.effects import explore_effects
from myositis_tools.apps.eligibility import explore_eligibility
from myositis_tools.apps.forms import calculate_eular_acr, calculate_haq_di, calculate_mmt
from myositis_tools.apps.mapping import map_columns
from myositis_tools.apps.trajectories import explore_trajectories

__all__ = [
    "calculate_eular_acr",
    "calculate_haq_di",
    "calculate_mmt",
    "calculate_total_improvement",
    "explore_design",
    "explore_effects",
    "explore_eligibility",
    "explore_trajectories",
    "map_columns",
    "open_cohort",
]


def __dir__() -> list[str]:
    return __all__
