"""What a person chooses in an app, declared once: its trait, its control, what is allowed, and what it begins with.

A trait of a model is a `Choice` of a trait of traitlets. From the two `AppModel` takes the beginning, the check and the
copied code, `app_view` the control with its label and its link, and the tests what to move.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import traitlets

from myositis_tools.errors import NotFoundError, listed, nearest, require_option

Trait = TypeVar("Trait", bound="traitlets.TraitType[Any, Any]")
Options = Iterable[tuple[str, Any]]


@dataclass(frozen=True)
class Choice:
    """How a trait of a model is chosen; what depends on the data is worked out from the model.

    Attributes
    ----------
    label, unit, about : str
        What stands above the control, the unit beside it, and more words. A choice without a kind has no control here.
    kind : {"menu", "radio", "several", "stops", "check", "text", "number"} or None
        The control: a menu, radio buttons, a list of which several can be chosen, a slider from option to option, a box
        to check, or a field.
    title : str
        What a screen reader says and what shows on hovering, or beside the box; the label if left out.
    options : sequence of (str, value), or callable
        What can be chosen, in words; None among the values is for nothing.
    offered : callable, optional
        The values of those that can be chosen now.
    placeholder : str
        What stands in a field that is empty.
    rows : int
        How many options a list shows at most.
    bounds : (float, float, float), optional
        The least, the greatest and the step of a number.
    begin : callable, optional
        What is chosen in the beginning, where that depends on the model; otherwise it is the default of the trait.
    check : callable, optional
        Gives the value that is taken, or raises; by default it is one, or some, of the options where there are any.
    take, write : callable, optional
        How the model is asked for what stands in the control, and how what is chosen is written there.
    applies : callable, optional
        Whether the choice matters now; where it does not, the control is greyed out.
    needs_two : bool
        Whether there is no control where there is but one option.
    is_written : bool
        Whether the copied code names it even where it is as in the beginning.
    """

    label: str = ""
    kind: Literal["menu", "radio", "several", "stops", "check", "text", "number"] | None = "menu"
    title: str = ""
    options: Options | Callable[[Any], Options] = ()
    about: str = ""
    unit: str = ""
    offered: Callable[[Any], Collection[Any]] | None = None
    placeholder: str = ""
    rows: int = 6
    bounds: tuple[float, float, float] | None = None
    begin: Callable[[Any], Any] | None = None
    check: Callable[[Any, Any], Any] | None = None
    take: Callable[[Any, Any], None] | None = None
    write: Callable[[Any], Any] | None = None
    applies: Callable[[Any], bool] = lambda _: True
    needs_two: bool = False
    is_written: bool = False

    def of(self, trait: Trait) -> Trait:
        """Give a trait that is chosen in this way, for a model to have."""
        return trait.tag(choice=self)

    @property
    def name_of_control(self) -> str:
        """What the control is called where its label cannot be read."""
        return self.title or self.label

    def options_of(self, model: Any) -> tuple[tuple[str, Any], ...]:
        """All that can be chosen, in words and as values."""
        return tuple(self.options(model) if callable(self.options) else self.options)

    def offered_by(self, model: Any) -> tuple[tuple[str, Any], ...]:
        """What can be chosen now."""
        options = self.options_of(model)
        offered = None if self.offered is None else self.offered(model)
        return tuple(option for option in options if offered is None or option[1] in offered)

    def is_shown_by(self, model: Any) -> bool:
        """Whether there is anything to choose."""
        return not self.needs_two or len(self.options_of(model)) > 1

    def checked(self, model: Any, trait: traitlets.TraitType[Any, Any], value: Any) -> Any:
        """Give the value that is taken, or raise."""
        if self.check is not None:
            return self.check(model, value)
        if not self.options or value is None:
            return value
        allowed = tuple(each for _, each in self.options_of(model) if each is not None)
        for one in value if isinstance(trait, traitlets.Tuple) else (value,):
            if one not in allowed:
                require_option(trait.name or "", str(one), [str(each) for each in allowed])
        return tuple(each for each in allowed if each in value) if isinstance(trait, traitlets.Tuple) else value


def known_patient(model: Any, name: str | None) -> str | None:
    """A check that a patient, if one is chosen, is among those of the model."""
    if name is not None and name not in model.ids:
        raise NotFoundError(
            f"There is no patient {name!r}.", expected=listed(model.ids, most=5), hint=nearest(name, model.ids)
        )
    return name


def as_given(_: Any, value: Any) -> Any:
    """A check for a choice that can only be looked at together with others, when the model answers."""
    return value
