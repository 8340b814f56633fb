"""The address of a page of its own: what it names when the page is opened, and what it is to say from then on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import anywidget
import traitlets

from myositis_tools.apps.widgets.scripts import script


class AddressedWidget(anywidget.AnyWidget):
    """A widget that reads and writes the page's address.

    Parameters
    ----------
    on_address : callable
        Told what the address of the page names.

    Attributes
    ----------
    address : dict of str to str
        What the address of the page is to say.
    """

    address: Any = traitlets.Dict().tag(sync=True)

    def __init__(self, on_address: Callable[[Mapping[str, str]], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._on_address = on_address
        self.on_msg(self._told)

    def _told(self, _widget: Any, content: dict[str, Any], _buffers: Any) -> None:
        if content.get("type") == "address":
            self._on_address({str(name): str(value) for name, value in content["address"].items()})


class PageAddress(AddressedWidget):
    """The address alone; what it names is told with the language of the browser as ``reads``."""

    _esm = f"""{script("page_address.js")}
    function render({{ model, el }}) {{
      el.style.display = "none";
      const reads = navigator.language.slice(0, 2).toLowerCase();
      model.send({{ type: "address", address: {{ ...readAddress(), reads }} }});
      model.on("change:address", () => writeAddress(model.get("address")));
    }}
    export default {{ render }};
    """


class PageTop(anywidget.AnyWidget):
    """Bring what stands below it into sight, and the keyboard to its heading, when another page is turned to."""

    _esm = """
    function render({ model, el }) {
      el.style.display = "none";
      const turn = () => {
        const desk = el.closest(".mt-desk");
        if (!desk) return;
        desk.scrollIntoView({ block: "start" });
        const heading = desk.querySelector(".mt-exercise .mt-title");
        heading?.setAttribute("tabindex", "-1");
        heading?.focus({ preventScroll: true });
      };
      const later = () => setTimeout(turn, 50);
      model.on("msg:custom", later);
      return () => model.off("msg:custom", later);
    }
    export default { render };
    """

    def turn(self) -> None:
        """Another page was turned to."""
        self.send({"type": "turn"})
