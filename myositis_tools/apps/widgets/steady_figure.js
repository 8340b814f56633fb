// anywidget waits two seconds for a widget's module, and after that drops every change for good, although the figure
// appears once the module has come. So this module is small, and plotly.js comes after it: once for all figures of a
// kernel, in a widget of its own that they name.
const copies = (globalThis[Symbol.for("myositis_tools.plotly")] ??= new Map());
const soon = () => new Promise((done) => setTimeout(done, 50));

async function textOf(manager, id) {
  // a page that is opened again makes its widgets in any order
  for (let patience = 200; patience > 0 && manager.has_model && !manager.has_model(id); patience--) await soon();
  return (await manager.get_model(id)).get("text");
}

function plotly(manager, id) {
  if (!copies.has(id)) {
    const read = textOf(manager, id).then((text) => {
      const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
      return import(url).finally(() => URL.revokeObjectURL(url));
    });
    read.catch(() => copies.delete(id));
    copies.set(id, read);
  }
  return copies.get(id).then((module) => module.default());
}

// the small modules of the page first: plotly.js holds everything up while it is read
const idle = () => new Promise((done) => (globalThis.requestIdleCallback ?? setTimeout)(done, { timeout: 500 }));

function say(model, isDrawn) {
  model.set("_is_drawn", isDrawn);
  model.save_changes();
}

export default () => {
  let figure;
  return {
    initialize({ model }) {
      say(model, false); // until then the kernel says with every change how the whole figure is
      figure = idle().then(() => plotly(model.widget_manager, model.get("_plotly"))).then((made) => {
        made.initialize({ model });
        return made;
      });
    },
    async render({ model, el }) {
      const leave = (await figure).render({ model, el });
      say(model, true);
      return leave;
    },
  };
};
