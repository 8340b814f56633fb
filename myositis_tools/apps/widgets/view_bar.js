// The bar above all views. On a page of its own it also keeps the page's address, which brings the same view back.
function render({ model, el }) {
  const nav = document.createElement("nav");
  nav.className = "mt-bar";
  nav.setAttribute("aria-label", "Views");
  const name = document.createElement("span");
  name.className = "mt-mark";
  name.textContent = "myositis_tools";
  const views = document.createElement("div");
  views.className = "mt-views";
  const patient = button("mt-bar-patient", () => choose("patient"));
  const link = button("mt-bar-link", copy);
  nav.append(name, views, patient, link);
  el.append(nav);

  function button(look, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = look;
    made.addEventListener("click", act);
    return made;
  }

  function choose(key) {
    model.set("current", key);
    model.save_changes();
  }

  const hasAddress = model.get("is_page");

  async function copy() {
    const text = hasAddress ? window.location.href : model.get("code");
    await copyText(text);
    link.textContent = "Copied";
    setTimeout(draw, 1500);
  }

  function draw() {
    const current = model.get("current");
    const focused = views.contains(document.activeElement) ? document.activeElement.dataset.view : null;
    views.replaceChildren(...model.get("views").map(([key, label]) => {
      const made = button("mt-bar-view", () => choose(key));
      made.textContent = label;
      made.dataset.view = key;
      if (key === current) made.setAttribute("aria-current", "page");
      return made;
    }));
    if (focused) views.querySelector(`[data-view="${focused}"]`)?.focus();
    const chosen = model.get("patient");
    patient.textContent = chosen ? `Patient ${chosen}` : "";
    patient.hidden = !chosen;
    patient.toggleAttribute("aria-current", current === "patient");
    link.textContent = hasAddress ? "Copy link" : "Copy as code";
  }

  function keep() {
    writeAddress(model.get("address"));
    document.title = `${model.get("title")} · myositis_tools`;
  }

  for (const trait of ["views", "current", "patient"]) model.on(`change:${trait}`, draw);
  draw();
  if (hasAddress) {
    const asked = readAddress();
    if (Object.keys(asked).length) model.send({ type: "address", address: asked });
    else keep();
    model.on("change:address", keep);
    model.on("change:title", keep);
  }
}
export default { render };
