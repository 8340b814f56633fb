// Files are read in slices that each wait for the one before: a server takes no message of more than a few megabytes.
const SLICE = 2 * 1024 * 1024;

const inWords = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${Math.round(bytes / 1e6)} MB`);

function render({ model, el }) {
  const zone = document.createElement("label");
  zone.className = "mt-drop";
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.className = "mt-drop-input";
  const words = document.createElement("span");
  words.className = "mt-drop-words";
  const choose = document.createElement("span");
  choose.className = "mt-drop-choose";
  choose.textContent = "Choose files";
  const said = document.createElement("span");
  said.className = "mt-drop-said";
  said.setAttribute("role", "status");
  const bar = document.createElement("progress");
  bar.hidden = true;
  bar.setAttribute("aria-label", "Files handed over");
  const name = () => { words.textContent = model.get("label"); };
  const shape = () => zone.classList.toggle("mt-drop-compact", model.get("compact"));
  name();
  shape();
  model.on("change:label", name);
  model.on("change:compact", shape);
  zone.append(words, choose, input);
  el.append(zone, bar, said);

  let answered = null;
  const heard = (message) => answered?.(message);
  model.on("msg:custom", heard);
  const ask = (message, buffers) =>
    new Promise((done) => { answered = done; model.send(message, undefined, buffers); });

  async function hand_over(files) {
    const total = files.reduce((sum, file) => sum + file.size, 0);
    const most = model.get("most_bytes");
    const wide = files.find((file) => file.size > most);
    if (wide || total > most) {
      const what = wide ? `${wide.name} is ${inWords(wide.size)}` : `These files are ${inWords(total)} together`;
      said.textContent = `${what}; at most ${inWords(most)} can be dropped here. ${model.get("larger")}`;
      return;
    }
    input.disabled = true;
    bar.hidden = false;
    bar.max = Math.max(total, 1);
    bar.value = 0;
    try {
      await ask({ type: "begin", files: files.map((file) => ({ name: file.name, size: file.size })) });
      for (const [place, file] of files.entries()) {
        for (let start = 0; start < file.size; start += SLICE) {
          const slice = await file.slice(start, start + SLICE).arrayBuffer();
          said.textContent = `Handing over ${file.name}: ${inWords(start + slice.byteLength)} of ${inWords(file.size)}`;
          await ask({ type: "slice", place }, [slice]);
          bar.value += slice.byteLength;
        }
      }
      said.textContent = "Reading ...";
      await ask({ type: "end" });
      said.textContent = "";
    } catch (unreadable) {
      // a file that was moved or changed since it was chosen, or a folder
      const broken = files.length === 1 ? files[0].name : "One of these files";
      said.textContent = `${broken} can no longer be read: was it moved, changed, or is it a folder? Choose it again.`;
      model.send({ type: "given up" });
    } finally {
      bar.hidden = true;
      input.disabled = false;
      input.value = "";  // the same file can be chosen again
    }
  }

  input.addEventListener("change", () => input.files.length && hand_over([...input.files]));
  let inside = 0;
  const over = (is_over) => zone.classList.toggle("mt-drop-over", is_over);
  zone.addEventListener("dragenter", (event) => { event.preventDefault(); inside += 1; over(true); });
  zone.addEventListener("dragover", (event) => event.preventDefault());
  zone.addEventListener("dragleave", () => { inside -= 1; over(inside > 0); });
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    event.stopPropagation();  // JupyterLab would copy the file into its own folder
    inside = 0;
    over(false);
    if (!input.disabled && event.dataTransfer.files.length) hand_over([...event.dataTransfer.files]);
  });
  return () => model.off("msg:custom", heard);
}
export default { render };
