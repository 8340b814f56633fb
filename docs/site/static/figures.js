// Draws each figure when it comes into sight, with the plotly.js of the package. Nothing is asked of another host.
window.myositisFigures = {};
const here = new URL(".", document.currentScript.src);
const THUMBNAIL_WIDTH = 800;
const loaded = new Map();

const load = (file) => {
  if (!loaded.has(file))
    loaded.set(file, new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = new URL(file, here).href;
      script.onload = done;
      script.onerror = failed;
      document.head.append(script);
    }));
  return loaded.get(file);
};

const draw = async (place) => {
  const name = place.dataset.figure;
  await Promise.all([load("plotly.min.js"), load(`figures/${name}.js`)]);
  const { data, layout } = structuredClone(window.myositisFigures[name]);
  if (!place.matches(".mt-thumbnail")) {
    await Plotly.newPlot(place, data, layout, { displaylogo: false, responsive: true, plotlyServerURL: "" });
    place.dataset.drawn = "yes";
    return;
  }
  // Drawn at a reader's width and made small, so that words keep their proportion to the picture.
  const height = Number(place.dataset.height);
  const inner = document.createElement("span");
  place.append(inner);
  await Plotly.newPlot(inner, data, { ...layout, width: THUMBNAIL_WIDTH, height }, { staticPlot: true });
  const fit = () => {
    // all of it, or of a very tall one its upper part
    const whole = place.clientWidth / THUMBNAIL_WIDTH;
    const scale = Math.max(Math.min(whole, place.clientHeight / height), 0.75 * whole);
    inner.style.transform = `translateX(${(place.clientWidth - scale * THUMBNAIL_WIDTH) / 2}px) scale(${scale})`;
  };
  fit();
  new ResizeObserver(fit).observe(place);
  place.dataset.drawn = "yes";
};

const inSight = new IntersectionObserver((entries) => {
  for (const entry of entries)
    if (entry.isIntersecting) {
      inSight.unobserve(entry.target);
      draw(entry.target);
    }
}, { rootMargin: "300px" });
for (const place of document.querySelectorAll("[data-figure]")) inSight.observe(place);

// The style sheet of the apps says what a figure's colours become on a dark page; here the page's own theme decides.
const follow = () => { document.body.dataset.jpThemeLight = String(document.documentElement.dataset.theme !== "dark"); };
follow();
new MutationObserver(follow).observe(document.documentElement, { attributeFilter: ["data-theme"] });
