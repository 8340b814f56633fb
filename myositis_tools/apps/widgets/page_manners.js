// What the widgets of an app cannot do by themselves on a page: the drawer of controls, names for who cannot see the
// labels, room for what stays in sight, the page's theme, and a word when the program behind the page is gone.

const LOST = {
  notebook: "The kernel behind this app has stopped or was restarted. Run the cell of the app again.",
  page: "The program behind this page has stopped. Reload the page; what was chosen here is then as in the beginning.",
};
const ANSWERS_WITHIN = 15000; // milliseconds; even a kernel at work says at once that it is
const AWAY = "The connection to the program behind this page is lost; it is tried again.";
const FIELDS =
  "input:not([type=checkbox], [type=radio], [type=file]), select, textarea, .noUi-handle, .widget-readout, .widget-radio-box, .widget-toggle-buttons";
const GROUPS = ".widget-radio-box, .widget-toggle-buttons";

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value && element.getAttribute(name) !== value) element.setAttribute(name, value);
  }
}

function named(field) {
  const box = field.closest(".mt-control");
  const label = box?.querySelector(":scope > .mt-described .mt-label")?.textContent ?? "";
  const own = field.getAttribute("title") || field.parentElement.closest(".mt-desk [title]")?.title || "";
  const fields = [...(box?.querySelectorAll(FIELDS) ?? [])].filter(
    (one) => one.closest(".mt-control") === box && !one.matches(".widget-readout"),
  );
  if (!label || !own || fields.length < 2) return label || own;
  return own.includes(label) ? own : `${label}: ${own}`;
}

function nameFields(desk) {
  for (const field of desk.querySelectorAll(FIELDS)) {
    if (field.closest(".dt-container")) continue;
    const shown = field.labels?.[0];
    if (shown?.textContent && shown.style.display !== "none") continue;
    const name = named(field);
    const about = field.closest(".mt-control")?.querySelector(":scope > * .mt-more")?.textContent;
    set(field, { "aria-label": name, "aria-description": about });
    if (field.matches(GROUPS)) set(field, { role: field.matches(".widget-radio-box") ? "radiogroup" : "group" });
    const readout = field.closest(".widget-slider")?.querySelector(".widget-readout");
    if (field === readout) set(field, { role: "textbox", "aria-label": name && `${name}, as a number` });
    else if (readout) set(field, { "aria-valuetext": readout.textContent });
  }
  for (const box of desk.querySelectorAll(".mt-control > .widget-checkbox input")) {
    set(box, { "aria-description": box.closest(".mt-control").querySelector(".mt-more")?.textContent });
  }
  for (const button of desk.querySelectorAll(".widget-toggle-button")) {
    set(button, { "aria-pressed": String(button.classList.contains("mod-active")) });
  }
  for (const button of desk.querySelectorAll(":is(.mt-order-row, .mt-course-bar) button[title]")) {  // ▲ and 3 say little
    set(button, { "aria-label": button.title });
  }
  for (const head of desk.querySelectorAll(".jupyter-widget-Collapse-header")) {
    const open = String(head.parentElement.classList.contains("jupyter-widget-Collapse-open"));
    set(head, { role: "button", tabindex: "0", "aria-expanded": open });
  }
  for (const plot of desk.querySelectorAll(".js-plotly-plot")) {
    set(plot, { role: "figure", "aria-label": plot.querySelector(".gtitle")?.textContent || "Figure" });
  }
  for (const panel of desk.querySelectorAll(".widget-tab-contents > *")) {
    const tab = desk.querySelector(`[role=tab][aria-controls="${panel.id}"]`);
    if (panel.getAttribute("role") === "tabpanel" && tab) set(panel, { "aria-label": tab.textContent });
  }
}

// a page that has no drawer of controls
const isPlain = (desk) => desk.matches(".mt-plain");

function place(desk) {
  const isOwnPage = !desk.closest(".jp-NotebookPanel, .jp-LinkedOutputView");
  if (isOwnPage && !document.querySelector("main, [role=main]")) set(desk, { role: "main" });
  if (!isPlain(desk)) {
    set(desk.querySelector(".mt-controls"), { role: "region", "aria-label": "Controls" });
    set(desk.querySelector(".mt-results"), { role: "region", "aria-label": "Results" });
  }
  const first = isOwnPage ? 1 : 2;
  for (const head of desk.querySelectorAll(".mt-title")) set(head, { "aria-level": String(first) });
  for (const head of desk.querySelectorAll(".mt-heading")) {
    set(head, { role: "heading", "aria-level": String(first + 1) });
  }
  return isOwnPage;
}

function scrollerOf(element) {
  for (let one = element.parentElement; one; one = one.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(one).overflowY) && one.scrollHeight > one.clientHeight) return one;
  }
  return document.documentElement;
}

function followTheme() {
  if (!document.body.dataset.voila || new URLSearchParams(location.search).has("theme")) return () => {};
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => { document.body.dataset.jpThemeLight = String(!dark.matches); };
  follow();
  dark.addEventListener("change", follow);
  return () => dark.removeEventListener("change", follow);
}

function watchKernel(kernel, isOwnPage, say) {
  if (!kernel?.statusChanged) return () => {};
  let isGone = false;
  const gone = () => { isGone = true; say(LOST[isOwnPage ? "page" : "notebook"]); };
  const status = (_, now) => {
    if (["restarting", "autorestarting", "dead", "terminating"].includes(now)) gone();
  };
  const connection = (_, now) => {
    if (!isGone) say(now === "connected" ? "" : AWAY);
  };
  // a kernel that a server has ended for its idleness closes no connection: it answers nothing
  let waiting = 0, isSilent = false;
  const message = (_, { direction }) => {
    if (direction === "send" && !waiting && kernel.status === "idle") {
      waiting = setTimeout(() => { waiting = 0; isSilent = true; say(LOST[isOwnPage ? "page" : "notebook"]); }, ANSWERS_WITHIN);
    } else if (direction === "recv") {
      clearTimeout(waiting);
      waiting = 0;
      if (isSilent && !isGone) say("");
      isSilent = false;
    }
  };
  kernel.statusChanged.connect(status);
  kernel.connectionStatusChanged.connect(connection);
  kernel.disposed.connect(gone);
  kernel.anyMessage.connect(message);
  return () => {
    clearTimeout(waiting);
    kernel.anyMessage.disconnect(message);
    kernel.statusChanged.disconnect(status);
    kernel.connectionStatusChanged.disconnect(connection);
    kernel.disposed.disconnect(gone);
  };
}

function buttonIn(el, words) {
  const button = document.createElement("button");
  button.className = "mt-button";
  button.type = "button";
  button.textContent = words;
  el.append(button);
  return button;
}

function beginDrawer(desk, el) {
  const drawer = desk.querySelector(".mt-controls"), top = desk.querySelector(".mt-top");
  const open = buttonIn(el, "Controls"), explain = buttonIn(el, "Explain");
  const isOpen = () => getComputedStyle(drawer).display !== "none";
  const look = () => {
    open.setAttribute("aria-expanded", String(isOpen()));
    explain.hidden = !isOpen() || !drawer.querySelector(".mt-more");
    explain.setAttribute("aria-pressed", String(desk.classList.contains("mt-explained")));
    const bar = document.querySelector(".mt-bar")?.offsetHeight ?? 0;
    const room = scrollerOf(desk).clientHeight;
    desk.style.setProperty("--mt-room", `${Math.min(room || innerHeight, innerHeight)}px`);
    desk.style.setProperty("--mt-above", `${bar}px`);
    desk.style.setProperty("--mt-top", `${bar + top.offsetHeight}px`);
  };
  open.addEventListener("click", () => {
    const was = isOpen();
    desk.classList.toggle("mt-open", !was);
    desk.classList.toggle("mt-shut", was);
    look();
  });
  explain.addEventListener("click", () => { desk.classList.toggle("mt-explained"); look(); });
  const sized = new ResizeObserver(look);
  sized.observe(desk);
  sized.observe(top);
  window.addEventListener("resize", look);
  look();
  return () => { sized.disconnect(); window.removeEventListener("resize", look); };
}

function begin(desk, el, model) {
  const isOwnPage = place(desk);
  el.title = "";
  const leaveDrawer = isPlain(desk) ? () => {} : beginDrawer(desk, el);
  const press = (event) => {
    const sign = event.target.closest(".mt-about");
    if (sign) sign.parentElement.classList.toggle("mt-told");
  };
  const key = (event) => {
    if (event.target.matches(".jupyter-widget-Collapse-header") && ["Enter", " "].includes(event.key)) {
      event.preventDefault();
      event.target.click();
    }
  };
  desk.addEventListener("click", press);
  desk.addEventListener("keydown", key);
  let asked = false;
  const name = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      if (!isPlain(desk) && !desk.querySelector(".mt-controls")) return;  // it is being taken away
      place(desk);
      nameFields(desk);
    });
  };
  const seen = new MutationObserver(name);
  seen.observe(desk, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["class", "title"] });
  name();
  const gone = desk.querySelector(".mt-gone") ?? (desk.querySelector(".mt-top") ?? desk).insertAdjacentElement("afterbegin", document.createElement("div"));
  gone.className = "mt-gone";
  gone.setAttribute("role", "alert");
  const forgetKernel = watchKernel(model.widget_manager?.kernel, isOwnPage, (words) => {
    gone.textContent = words;
    for (const part of desk.querySelectorAll(".mt-row, .mt-body, .mt-front > :not(.mt-gone)")) part.inert = Boolean(words);
  });
  const forgetTheme = followTheme();
  return () => {
    seen.disconnect();
    leaveDrawer();
    forgetKernel();
    forgetTheme();
  };
}

function render({ model, el }) {
  let leave = () => {}, start = 0;
  el.classList.add("mt-drawer-buttons");
  const wait = () => {  // a cell far down a long notebook gets its place on the page late
    const desk = el.closest(".mt-desk");
    const isThere = desk && (isPlain(desk) || desk.querySelector(".mt-controls"));
    if (isThere && desk.isConnected) leave = begin(desk, el, model);
    else start = setTimeout(wait, 50);
  };
  wait();
  return () => { clearTimeout(start); leave(); };
}

export default { render };
