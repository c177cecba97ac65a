// The frame scrubber's page: draws frames that Python computed. No formula lives here.

const OUTSIDE = 65535;

function bytesOf(model) {
  const view = model.get("payload");
  return view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength); // a copy starts on an even byte
}

function element(tag, attributes = {}, parent = null) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (parent) parent.append(node);
  return node;
}

function inkOf(node) {
  const [red, green, blue] = getComputedStyle(node).color.match(/[\d.]+/g).map(Number);
  return (red + green + blue) / 3 > 128 ? 255 : 0; // light text: a dark theme
}

// An image of one frame on a canvas of its own size, to be scaled when drawn.
function picture(values, height, width, channels, ink, flip) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const row = Math.floor(pixel / width);
    const source = flip ? (height - 1 - row) * width + (pixel % width) : pixel;
    for (let channel = 0; channel < 3; channel++) {
      image.data[4 * pixel + channel] = ink === null ? values[source * channels + (channel % channels)] : ink;
    }
    image.data[4 * pixel + 3] = ink === null ? 255 : 0.45 * values[source];
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

function frameOf(buffer, place, index, Type) {
  const size = place.shape.slice(1).reduce((product, length) => product * length, 1);
  const offset = place.offset + (index % place.shape[0]) * size * Type.BYTES_PER_ELEMENT;
  return new Type(buffer, offset, size);
}

function drawPoints(context, panel, buffer, index, size, ink) {
  const { background, points } = panel.arrays;
  if (background) {
    const [, height, width] = background.shape;
    context.imageSmoothingEnabled = true;
    context.drawImage(picture(frameOf(buffer, background, index, Uint8Array), height, width, 1, ink, true), 0, 0, size, size);
  }
  const xy = frameOf(buffer, points, index, Uint16Array);
  const scale = size / 65534;
  const dot = Math.max(2, size / 150);
  context.fillStyle = panel.colour;
  context.globalAlpha = 0.65;
  for (let i = 0; i < xy.length; i += 2) {
    if (xy[i] === OUTSIDE || xy[i + 1] === OUTSIDE) continue;
    context.fillRect(xy[i] * scale - dot / 2, size - xy[i + 1] * scale - dot / 2, dot, dot);
  }
  context.globalAlpha = 1;
}

function drawImage(context, panel, buffer, index, width, height) {
  const { shape } = panel.arrays.images;
  const values = frameOf(buffer, panel.arrays.images, index, Uint8Array);
  context.imageSmoothingEnabled = shape[1] > height; // crisp pixels where they are enlarged
  context.drawImage(picture(values, shape[1], shape[2], shape[3] || 1, null, false), 0, 0, width, height);
}

// A film of PNGs: each is decoded once, all of them ahead of the hand, and drawn as soon as it is there.
function decoder(panel, buffer) {
  const { offset } = panel.arrays.figures;
  const bytes = (index) => new Uint8Array(buffer, offset + (panel.ends[index - 1] ?? 0), panel.ends[index] - (panel.ends[index - 1] ?? 0));
  return panel.ends.map((_, index) => createImageBitmap(new Blob([bytes(index)], { type: "image/png" })));
}

function aspectOf(panel) {
  if (panel.kind === "figures") return panel.height / panel.width;
  return panel.kind === "images" ? panel.arrays.images.shape[1] / panel.arrays.images.shape[2] : 1;
}

function makePanel(panel, parent, buffer) {
  const aspect = aspectOf(panel);
  const figure = element("figure", { class: aspect < 0.7 ? "vdm-panel vdm-wide" : "vdm-panel" }, parent);
  if (panel.title) element("figcaption", {}, figure).textContent = panel.title;
  const canvas = element("canvas", { role: "img", "aria-label": panel.title || "frames" }, figure);
  canvas.style.aspectRatio = String(1 / aspect);
  if (panel.kind !== "figures") return { panel, canvas, aspect };
  canvas.style.maxWidth = `${panel.width}px`;
  const made = { panel, canvas, aspect, bitmaps: [] };
  decoder(panel, buffer).forEach((promise, index) => promise.then((bitmap) => {
    made.bitmaps[index] = bitmap;
    if (made.wanted === index) made.redraw(); // the hand was faster
  }));
  return made;
}

function drawFigure(context, made, index, width, height) {
  made.wanted = index;
  if (!made.bitmaps[index]) return false;
  context.clearRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(made.bitmaps[index], 0, 0, width, height);
  return true;
}

function drawPanel(made, buffer, index) {
  const { panel, canvas, aspect } = made;
  const width = Math.round((canvas.clientWidth || 300) * (window.devicePixelRatio || 1));
  const height = Math.round(width * aspect);
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  if (panel.kind === "figures") return drawFigure(context, made, index, width, height);
  context.clearRect(0, 0, width, height);
  if (panel.kind === "points") drawPoints(context, panel, buffer, index, width, inkOf(canvas));
  else drawImage(context, panel, buffer, index, width, height);
}

function render({ model, el }) {
  const view = model.get("view");
  const buffer = bytesOf(model);
  const last = view.n_frames - 1;
  const root = element("div", { class: "vdm-scrubber", role: "group", "aria-label": "frame player" }, el);
  const stage = element("div", { class: "vdm-panels" }, root);
  const panels = view.panels.map((panel) => makePanel(panel, stage, buffer));
  const controls = element("div", { class: "vdm-controls" }, root);
  const play = element("button", { type: "button" }, controls);
  const slider = element("input", { type: "range", min: 0, max: last, step: 1, value: 0, "aria-label": "frame" }, controls);
  const label = element("output", { "aria-hidden": true }, controls);
  let frame = 0;
  let request = null;
  let started = null; // when frame 0 would have been shown, while playing

  function draw() {
    request = null;
    if (started !== null) {
      frame = Math.min(last, Math.floor(((performance.now() - started) / 1000 / view.seconds) * view.n_frames));
      if (frame === last) stop();
      else schedule();
    }
    slider.value = frame;
    label.textContent = view.labels[frame];
    slider.setAttribute("aria-valuetext", view.labels[frame]);
    root.dataset.frame = frame;
    for (const panel of panels) drawPanel(panel, buffer, frame);
  }
  function schedule() {
    if (request === null) request = requestAnimationFrame(draw);
  }
  function stop() {
    started = null;
    play.textContent = "Play";
    play.setAttribute("aria-label", "Play");
    schedule();
  }
  function toggle() {
    if (started !== null) return stop();
    const from = frame === last ? 0 : frame;
    started = performance.now() - (from / view.n_frames) * view.seconds * 1000;
    play.textContent = "Pause";
    play.setAttribute("aria-label", "Pause");
    schedule();
  }
  function go(to) {
    frame = Math.max(0, Math.min(last, to));
    stop();
  }

  for (const made of panels) made.redraw = () => drawPanel(made, buffer, frame);

  const leap = Math.max(2, Math.round(view.n_frames / 10));
  const keys = {
    " ": toggle,
    ArrowRight: () => go(frame + 1), ArrowUp: () => go(frame + 1),
    ArrowLeft: () => go(frame - 1), ArrowDown: () => go(frame - 1),
    PageUp: () => go(frame + leap), PageDown: () => go(frame - leap),
    Home: () => go(0), End: () => go(last),
  };
  function onKey(event) {
    event.stopPropagation(); // or JupyterLab's shortcuts would fire: "a" inserts a cell
    if (event.key === "Enter" && event.target === play) return;
    if (!(event.key in keys) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    keys[event.key]();
  }
  root.addEventListener("keydown", onKey);
  root.addEventListener("keyup", (event) => event.key === " " && event.preventDefault()); // no second click
  play.addEventListener("click", toggle);
  slider.addEventListener("input", () => go(Number(slider.value)));
  const resize = new ResizeObserver(schedule);
  resize.observe(stage);
  const theme = new MutationObserver(schedule);
  theme.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-name", "class"] });
  stop();
  return () => {
    resize.disconnect();
    theme.disconnect();
    if (request !== null) cancelAnimationFrame(request);
    root.remove();
  };
}

export default { render };
