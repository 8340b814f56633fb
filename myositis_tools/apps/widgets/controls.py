"""Controls: label above, value with its unit beside, where it comes from on hovering."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import ipywidgets as widgets

from myositis_tools.apps.declared_choices import Choice
from myositis_tools.html_tables import as_html

_WIDE = {"width": "100%"}
NARROWER = {"width": "calc(100% - 4px)"}  # what has a frame that would be cut


def about_sign(about: str) -> widgets.HTML:
    """A sign for more words."""
    return widgets.HTML(_sign(about))


def described(text: str, *, about: str = "", unit: str = "") -> widgets.HTML:
    """A label with its unit and, if there is more to say, a sign for it."""
    said = widgets.HTML(label_html(text, about=about, unit=unit), layout=_WIDE)
    said.add_class("mt-described")
    return said


def label_html(text: str, *, about: str = "", unit: str = "") -> str:
    """What such a label is made of."""
    label = f"<span class='mt-label'>{as_html(text)}{f' ({escape(unit)})' if unit else ''}</span>"
    return f"{label} {_sign(about)}" if about else label


def _sign(about: str) -> str:
    """A sign to hover over or to press; the keyboard reaches all of them at once, by *Explain*."""
    more = escape(about)
    return f"<span class='mt-about' aria-hidden='true' title='{more}'>i</span><span class='mt-more'>{more}</span>"


def control(label: str, *widgets_under_it: widgets.Widget, about: str = "", unit: str = "") -> widgets.VBox:
    """A control, with what belongs to it, under its label."""
    return labelled_by(widgets.VBox([described(label, about=about, unit=unit), *widgets_under_it], layout=_WIDE))


def labelled_by(box: widgets.Box) -> widgets.Box:
    """Let what stands in a box be named, and explained, by the label and the sign in it."""
    box.add_class("mt-control")
    return box


def menu(options: Iterable[Any], value: Any = None, *, label: str) -> widgets.Dropdown:
    """A choice of one of many, told apart by its label."""
    return widgets.Dropdown(options=list(options), value=value, tooltip=label, layout=NARROWER)


def slider(
    *, value: float, minimum: float, maximum: float, step: float, label: str, unit: str = ""
) -> widgets.FloatSlider | widgets.IntSlider:
    """A slider whose number can also be typed."""
    whole = all(float(number).is_integer() for number in (minimum, maximum, step))
    kind = widgets.IntSlider if whole else widgets.FloatSlider
    number = int if whole else float
    decimals = 0 if whole else max(1, len(f"{step:g}".partition(".")[2]))
    return kind(
        value=number(value),
        min=number(minimum),
        max=number(maximum),
        step=number(step),
        readout_format="d" if whole else f".{decimals}f",
        continuous_update=True,
        tooltip=f"{label}{f', {unit}' if unit else ''}",
        layout={"width": "100%", "margin": "0"},
    )


def option_list(options: Sequence[tuple[str, Any]], value: Any, *, label: str) -> widgets.RadioButtons:
    """A choice of one of a few."""
    return widgets.RadioButtons(options=list(options), value=value, tooltip=label, layout={"width": "100%"})


NOTHING = ""  # a menu shows no choice where the value is None


def control_of(choice: Choice, model: Any) -> widgets.Widget:
    """Make the control of a choice; it is brought to what is chosen by `bring`."""
    title, kind, options = choice.name_of_control, choice.kind, options_in(choice, model)
    if kind == "menu":
        return menu(options, label=title)
    if kind == "radio":
        return option_list(options, None, label=title)
    if kind == "stops":
        return widgets.SelectionSlider(options=options, layout=_WIDE, tooltip=title)
    if kind == "several":
        rows = min(choice.rows, max(2, len(options)))
        return widgets.SelectMultiple(options=options, rows=rows, layout=NARROWER, tooltip=title)
    if kind == "check":
        return widgets.Checkbox(description=title, indent=False)
    if kind == "number" and choice.bounds is not None:
        low, high, step = choice.bounds
        return widgets.BoundedFloatText(low, min=low, max=high, step=step, layout=NARROWER, tooltip=title)
    return widgets.Text(
        placeholder=choice.placeholder, continuous_update=False, layout=NARROWER, tooltip=choice.title or None
    )


def options_in(choice: Choice, model: Any) -> tuple[tuple[str, Any], ...]:
    """What can be chosen now, as a control holds it."""
    return tuple((words, NOTHING if value is None else value) for words, value in choice.offered_by(model))


def bring(control: widgets.Widget, choice: Choice, name: str, model: Any) -> None:
    """Bring a control to what a model says."""
    if choice.options:
        options = options_in(choice, model)
        if tuple(control.options) != options:
            control.options = options
    value = getattr(model, name)
    value = choice.write(value) if choice.write else value
    value = NOTHING if value is None else value
    is_one_of_them = choice.kind not in ("menu", "radio") or value in (each for _, each in control.options)
    control.value = value if is_one_of_them else None  # there may be nothing to choose from
    control.disabled = not choice.applies(model)
