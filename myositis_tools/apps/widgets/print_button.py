"""A button that prints a page of its own, and nothing of the page that it stands on."""

from __future__ import annotations

from myositis_tools.apps.widgets.buttons import DownloadButton


class PrintButton(DownloadButton):
    """Print a page that is made when the button is pressed; the browser asks for the printer.

    The page is put into a frame that is not seen, for a window of its own would be held back as an advertisement.
    """

    _esm = """
    function render({ model, el }) {
      const button = document.createElement("button");
      button.className = "mt-button";
      button.textContent = model.get("label");
      button.addEventListener("click", () => {
        button.disabled = true;
        model.send({ type: "make" });
      });
      let frame = null;
      const print = (message, buffers) => {
        button.disabled = false;
        if (message.type !== "made") return;
        frame?.remove();
        frame = document.createElement("iframe");
        frame.title = "What is printed";
        frame.setAttribute("aria-hidden", "true");
        frame.tabIndex = -1;
        frame.style = "position: fixed; width: 0; height: 0; border: 0; visibility: hidden";
        frame.srcdoc = new TextDecoder().decode(buffers[0]);
        frame.addEventListener("load", () => {
          frame.contentWindow.focus();
          frame.contentWindow.print();
        });
        document.body.append(frame);
      };
      model.on("msg:custom", print);
      el.append(button);
      return () => { model.off("msg:custom", print); frame?.remove(); };
    }
    export default { render };
    """
