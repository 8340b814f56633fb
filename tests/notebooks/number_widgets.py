"""Widgets are numbered in a notebook that is saved: each run draws new names for them, which say nothing later."""

from typing import Any

from nbconvert.preprocessors import Preprocessor

VIEW = "application/vnd.jupyter.widget-view+json"


class NumberWidgets(Preprocessor):
    """Name each widget by its place among those of the notebook, so that the same code gives the same file."""

    def preprocess(self, nb: Any, resources: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        """For nbconvert, after it has run the notebook."""
        outputs = [output for cell in nb.cells for output in cell.get("outputs", [])]
        views = [output.data[VIEW] for output in outputs if VIEW in output.get("data", {})]
        numbers = {name: str(place) for place, name in enumerate(dict.fromkeys(view["model_id"] for view in views), 1)}
        for view in views:
            view["model_id"] = numbers[view["model_id"]]
        return nb, resources
