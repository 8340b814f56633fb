// anywidget waits two seconds for a widget's module, and after that drops every change for good, although the figure
// appears once the module has come. So this module is small, and plotly.js comes after it, once for all figures of a page.
const copies = (globalThis[Symbol.for("myositis_tools.plotly")] ??= new Map());

async function plotly(text) {
  if (!copies.has(text)) {
    const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    copies.set(text, import(url).finally(() => URL.revokeObjectURL(url)));
  }
  return (await copies.get(text)).default();
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
      figure = idle().then(() => plotly(model.get("_plotly"))).then((made) => {
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
