// The explorer's page: it looks up what Python computed for the present places of the knobs, and draws it. No formula
// of the course lives here.

const NOTHING = 65535; // in a table of numbers: there is none

// ---------------------------------------------------------------- looking up (tested without a page)

export function nearest(values, wanted) {
  let best = 0;
  values.forEach((value, place) => {
    if (Math.abs(value - wanted) < Math.abs(values[best] - wanted)) best = place;
  });
  return best;
}

// Where a table's entry for the present places begins, and how many elements it has.
export function entryOf(table, places) {
  const size = table.shape.slice(table.over.length).reduce((product, length) => product * length, 1);
  const row = table.over.reduce((index, name, axis) => index * table.shape[axis] + places[name], 0);
  return [row * size, size];
}

export function numbersOf(table, buffer, places) {
  const [start, size] = entryOf(table, places);
  return Float32Array.from(new Uint16Array(buffer, table.offset + 2 * start, size), (value) => (value === NOTHING ? NaN : table.low + table.step * value));
}

export function bytesOf(table, buffer, places) {
  const [start, size] = entryOf(table, places);
  return new Uint8Array(buffer, table.offset + start, size);
}

export function textOf(table, buffer, places) {
  const [start] = entryOf(table, places);
  return table.texts[new Uint16Array(buffer, table.offset + 2 * start, 1)[0]];
}

// A guess is the reader's own, and stands in no state.
export function stateOf(knobs, places) {
  return knobs.filter((knob) => !knob.guess).map((knob) => `${knob.name}=${knob.texts[places[knob.name]]}`).join(" ");
}

// The places that a state names; Python has checked it, and written each value as one of the knob's texts.
export function placesOf(knobs, state) {
  const places = Object.fromEntries(knobs.map((knob) => [knob.name, knob.start]));
  for (const [name, text] of state.split(" ").map((part) => part.split("="))) {
    const knob = knobs.find((each) => each.name === name);
    if (knob) places[name] = Math.max(0, knob.texts.indexOf(text));
  }
  return places;
}

// Of the handles that show, the one whose middle is nearest to a place on their panel.
export function closest(handles, [x, y]) {
  const away = ({ node }) => (node.hidden ? Infinity : Math.hypot(node.at[0] - x, node.at[1] - y));
  return handles.reduce((best, each) => (away(each) < away(best) ? each : best));
}

// Whether a part shows: "truth" from when it is told, "guess" until the hand moves on, "told" in between.
export function shows(when, phase) {
  return { always: true, truth: phase !== "asking", guess: phase !== "free", told: phase === "told" }[when];
}

// ---------------------------------------------------------------- drawing

function element(tag, attributes = {}, parent = null, text = "") {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text) node.textContent = text;
  if (parent) parent.append(node);
  return node;
}

// A name with its index set low, as in σ_q².
function named(tag, attributes, parent, name) {
  const node = element(tag, attributes, parent);
  name.split(/(_\w)/).forEach((part) => (part[0] === "_" ? element("sub", {}, node, part[1]) : node.append(part)));
  return node;
}

function stroke(pen, layer, unit) {
  pen.strokeStyle = layer.colour;
  pen.lineWidth = (layer.width ?? 2) * unit;
  pen.setLineDash(layer.dash ? [5 * unit, 4 * unit] : []);
  pen.stroke();
  pen.setLineDash([]);
}

// Each draws one layer; `get` gives a table's numbers, `sheet` the pixels of a place: X(x), Y(y), left, right, top, bottom.
export const DRAW = {
  curve(pen, layer, get, sheet) {
    const x = get("x"), y = get("y"), shift = layer.tables.at === undefined ? 0 : get("at")[0];
    if (Number.isNaN(shift)) return;
    const trace = new Path2D();
    let last = -1;
    for (let i = 0; i < y.length; i++) {
      if (Number.isNaN(y[i]) || Number.isNaN(x[i])) continue;
      if (last === i - 1 && last >= 0) trace.lineTo(sheet.X(x[i] + shift), sheet.Y(y[i]));
      else trace.moveTo(sheet.X(x[i] + shift), sheet.Y(y[i]));
      last = i;
    }
    if (layer.fill && last >= 0) {
      const area = new Path2D(trace);
      area.lineTo(sheet.X(x[last] + shift), sheet.Y(0));
      area.lineTo(sheet.X(x[0] + shift), sheet.Y(0));
      pen.fillStyle = layer.colour;
      pen.globalAlpha = 0.25;
      pen.fill(area);
      pen.globalAlpha = 1;
    }
    pen.strokeStyle = layer.colour;
    pen.lineWidth = 2 * sheet.unit;
    pen.setLineDash(layer.dash ? [5 * sheet.unit, 4 * sheet.unit] : []);
    pen.stroke(trace);
    pen.setLineDash([]);
  },
  points(pen, layer, get, sheet) {
    const x = get("x"), y = get("y"), dot = Math.max(2, layer.size * sheet.unit);
    pen.fillStyle = layer.colour;
    pen.globalAlpha = 0.65;
    for (let i = 0; i < x.length; i++) pen.fillRect(sheet.X(x[i]) - dot / 2, sheet.Y(y[i]) - dot / 2, dot, dot);
    pen.globalAlpha = 1;
  },
  bars(pen, layer, get, sheet) {
    const x = get("x"), y = get("y"), half = layer.width / 2;
    pen.fillStyle = layer.colour;
    for (let i = 0; i < y.length; i++) {
      const left = sheet.X(x[i] - half), floor = sheet.Y(0);
      pen.fillRect(left, floor, sheet.X(x[i] + half) - left, sheet.Y(y[i]) - floor);
    }
  },
  upright(pen, layer, get, sheet) {
    pen.beginPath();
    for (const x of get("x")) pen.moveTo(sheet.X(x), sheet.bottom), pen.lineTo(sheet.X(x), sheet.top);
    stroke(pen, layer, sheet.unit);
  },
  level(pen, layer, get, sheet) {
    pen.beginPath();
    for (const y of get("y")) pen.moveTo(sheet.left, sheet.Y(y)), pen.lineTo(sheet.right, sheet.Y(y));
    stroke(pen, layer, sheet.unit);
  },
  segments(pen, layer, get, sheet) {
    const ends = ["x", "y", "to_x", "to_y"].map(get), n = Math.max(...ends.map((each) => each.length));
    pen.beginPath();
    for (let i = 0; i < n; i++) {
      const [x, y, to_x, to_y] = ends.map((each) => each[i % each.length]);
      const from = [sheet.X(x), sheet.Y(y)], to = [sheet.X(to_x), sheet.Y(to_y)];
      pen.moveTo(...from);
      pen.lineTo(...to);
      if (!layer.arrow) continue;
      const along = Math.atan2(to[1] - from[1], to[0] - from[0]);
      const head = Math.min(7 * sheet.unit, Math.hypot(to[0] - from[0], to[1] - from[1]) / 2);
      for (const turn of [-0.5, 0.5]) {
        pen.moveTo(...to);
        pen.lineTo(to[0] - head * Math.cos(along + turn), to[1] - head * Math.sin(along + turn));
      }
    }
    stroke(pen, layer, sheet.unit);
  },
  shade(pen, layer, get, sheet) {
    const table = sheet.tables[layer.tables.ink], [height, width] = table.shape.slice(-2);
    const ink = get("ink"), canvas = new OffscreenCanvas(width, height), small = canvas.getContext("2d");
    const image = small.createImageData(width, height), rgb = [1, 3, 5].map((i) => parseInt(layer.colour.slice(i, i + 2), 16));
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const pixel = 4 * ((height - 1 - row) * width + column);
        image.data.set(rgb, pixel);
        image.data[pixel + 3] = 0.63 * ink[row * width + column];
      }
    }
    small.putImageData(image, 0, 0);
    pen.imageSmoothingEnabled = true;
    pen.drawImage(canvas, sheet.left, sheet.top, sheet.right - sheet.left, sheet.bottom - sheet.top);
  },
  words(pen, layer, get, sheet) {
    pen.fillStyle = layer.colour;
    pen.fillText(get("text"), sheet.X(get("x")[0]), sheet.Y(get("y")[0]));
  },
};

// The pixels of a panel on its canvas, at the screen's density. Its size is what the observer saw last: while a theme
// changes, the page may have none for a moment.
export function sheetOf({ panel, canvas, size }, tables) {
  const unit = window.devicePixelRatio || 1;
  const [width, height] = size.map((length) => Math.round(length * unit));
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const left = (panel.y_ticks.length ? 38 : 10) * unit, right = width - 10 * unit;
  const top = (panel.y_label ? 20 : 8) * unit, bottom = height - ((panel.x_ticks.length ? 16 : 6) + (panel.x_label ? 16 : 0)) * unit;
  return {
    unit, left, right, top, bottom, width, height, tables,
    X: (x) => left + ((x - panel.x[0]) / (panel.x[1] - panel.x[0])) * (right - left),
    Y: (y) => bottom - ((y - panel.y[0]) / (panel.y[1] - panel.y[0])) * (bottom - top),
    x: (pixel) => panel.x[0] + ((pixel * unit - left) / (right - left)) * (panel.x[1] - panel.x[0]),
    y: (pixel) => panel.y[0] + ((bottom - pixel * unit) / (bottom - top)) * (panel.y[1] - panel.y[0]),
  };
}

function drawAxes(pen, panel, sheet, ink) {
  const { unit, left, right, bottom, width, height } = sheet;
  pen.strokeStyle = pen.fillStyle = ink;
  pen.lineWidth = unit;
  pen.font = `${11 * unit}px system-ui, sans-serif`;
  pen.beginPath();
  pen.moveTo(left, bottom + unit / 2);
  pen.lineTo(right, bottom + unit / 2);
  pen.textAlign = "center";
  for (const [tick, text] of panel.x_ticks) {
    pen.moveTo(sheet.X(tick), bottom);
    pen.lineTo(sheet.X(tick), bottom + 4 * unit);
    pen.fillText(text, sheet.X(tick), bottom + 15 * unit);
  }
  pen.textAlign = "right";
  for (const [tick, text] of panel.y_ticks) {
    pen.moveTo(left - 4 * unit, sheet.Y(tick));
    pen.lineTo(left, sheet.Y(tick));
    pen.fillText(text, left - 6 * unit, sheet.Y(tick) + 4 * unit);
  }
  pen.stroke();
  pen.textAlign = "center";
  pen.fillText(panel.x_label, (left + right) / 2, height - 5 * unit);
  pen.textAlign = "left";
  pen.fillText(panel.y_label, 4 * unit, 12 * unit);
}

// ---------------------------------------------------------------- the page

function makePanel(panel, stage) {
  const figure = element("figure", { class: panel.wide ? "vdm-panel vdm-wide" : "vdm-panel" }, stage);
  if (panel.title) element("figcaption", {}, figure, panel.title);
  const frame = element("div", { class: "vdm-frame" }, figure);
  const canvas = element("canvas", { role: "img" }, frame);
  canvas.style.aspectRatio = String(1 / panel.height);
  const legend = element("div", { class: "vdm-legend" }, figure);
  const labels = panel.layers.filter((layer) => layer.label).map((layer) => {
    const node = named("span", {}, legend, layer.label);
    node.prepend(element("i", { style: `background:${layer.colour}` }));
    return [layer, node];
  });
  return { panel, figure, canvas, frame, labels, handles: [], size: null };
}

function render({ model, el }) {
  const view = model.get("view"), payload = model.get("payload"), { knobs, tables } = view;
  const buffer = payload.buffer.slice(payload.byteOffset, payload.byteOffset + payload.byteLength); // on an even byte
  const knobOf = Object.fromEntries(knobs.map((knob) => [knob.name, knob]));
  const places = placesOf(knobs, model.get("state"));
  let phase = knobs.some((knob) => knob.guess) ? "asking" : "free";
  let request = null;

  const root = element("div", { class: "vdm-explorer", role: "group", "aria-label": view.name }, el);
  if (view.ask) element("p", { class: "vdm-ask" }, root, view.ask);
  const stage = element("div", { class: "vdm-panels" }, root);
  const panels = view.panels.map((panel) => makePanel(panel, stage));
  const controls = element("div", { class: "vdm-controls" }, root);
  const numbers = element("div", { class: "vdm-readouts" }, root);
  const spoken = element("div", { class: "vdm-spoken", role: "status" }, root); // what is read aloud: at rest, not while it moves
  const readouts = view.readouts.map((readout) => {
    const box = element("div", {}, numbers);
    named("b", { style: `--colour:${readout.colour}` }, box, readout.symbol);
    return { readout, box, value: element("span", {}, box) };
  });

  const open = (knob) => (knob.guess ? phase === "asking" : phase !== "asking"); // may the hand move it now?
  function move(name, place) {
    const knob = knobOf[name], to = Math.max(0, Math.min(knob.values.length - 1, place));
    if (!open(knob) || to === places[name]) return;
    places[name] = to;
    if (!knob.guess) phase = "free";
    schedule();
  }
  const said = () => readouts.filter(({ readout }) => shows(readout.when, phase)).map(({ readout }) => `${readout.symbol} ${valueOf(readout)}`).join(", ");
  function rest() {
    spoken.textContent = said();
    const state = stateOf(knobs, places);
    if (state === model.get("state")) return;
    model.set("state", state);
    try {
      model.save_changes();
    } catch {
      // a saved page without a kernel: there is nobody to tell
    }
  }
  function lay() {
    phase = "told";
    spoken.textContent = said();
    draw();
    (sliding[0]?.slider ?? root.querySelector('.vdm-handle[aria-disabled="false"]'))?.focus();
  }

  // Keys move the knob of a slider or handle; both knobs, where a handle has two.
  function press(event, across, up) {
    const knob = knobOf[across ?? up], leap = Math.max(2, Math.round(knob.values.length / 10)), last = knob.values.length - 1;
    const step = { ArrowRight: 1, ArrowLeft: -1, PageUp: leap, PageDown: -leap, Home: -last, End: last }[event.key];
    const rise = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if ((step ?? rise) === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const name = rise === undefined ? across ?? up : up ?? across;
    move(name, places[name] + (step ?? rise));
    event.target.addEventListener("keyup", rest, { once: true });
  }

  const sliders = knobs.filter((knob) => !panels.some(({ panel }) => panel.handles.some((each) => each.x === knob.name || each.y === knob.name)));
  const sliding = sliders.map((knob) => {
    const row = element("label", {}, controls);
    named("b", { style: `--colour:${knob.colour}` }, row, knob.symbol);
    const slider = element("input", { type: "range", min: 0, max: knob.values.length - 1, step: 1, "aria-label": knob.symbol }, row);
    slider.addEventListener("input", () => move(knob.name, Number(slider.value)));
    slider.addEventListener("change", rest);
    slider.addEventListener("keydown", (event) => press(event, knob.name));
    return { knob, slider, value: element("output", { "aria-hidden": true }, row) };
  });

  function makeHandle(made, handle) {
    const names = ["x", "y"].map((axis) => (typeof handle[axis] === "string" ? handle[axis] : null));
    const own = names.filter(Boolean).map((name) => knobOf[name]), symbol = own.map((knob) => knob.symbol).join(", ");
    const label = own.some((knob) => knob.guess) ? view.words.mark : symbol;
    const node = element("div", { class: "vdm-handle", role: "slider", tabindex: 0, "aria-label": label, title: label, "aria-valuemin": 0, "aria-valuemax": own[0].values.length - 1 }, made.frame, label);
    node.style.setProperty("--colour", own[0].colour);
    node.dataset.knobs = own.map((knob) => knob.name).join(" ");
    let grip = null; // from the pointer to the middle of the handle, while it is held
    const take = (event, place) => {
      node.focus();
      node.setPointerCapture(event.pointerId);
      grip = [node.at[0] - place[0], node.at[1] - place[1]];
    };
    node.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const box = made.frame.getBoundingClientRect(), place = [event.clientX - box.left, event.clientY - box.top];
      closest(made.handles, place).take(event, place); // where two lie on each other, each has its own half
    });
    node.addEventListener("pointermove", (event) => {
      if (!grip) return;
      const box = made.frame.getBoundingClientRect();
      const sheet = sheetOf(made, tables);
      if (names[0]) move(names[0], nearest(knobOf[names[0]].values, sheet.x(event.clientX - box.left + grip[0]) - lookUp(handle.at)));
      if (names[1]) move(names[1], nearest(knobOf[names[1]].values, sheet.y(event.clientY - box.top + grip[1])));
    });
    for (const end of ["pointerup", "pointercancel"]) node.addEventListener(end, () => ((grip = null), rest()));
    node.addEventListener("keydown", (event) => press(event, ...names));
    made.handles.push({ handle, names, own, node, take });
  }
  for (const made of panels) for (const handle of made.panel.handles) makeHandle(made, handle);
  const lookUp = (number) => numbersOf(tables[number], buffer, places)[0];
  const valueOf = (readout) => textOf(tables[readout.texts], buffer, places) + readout.unit;
  const button = phase === "asking" ? element("button", { type: "button" }, controls, view.words.lay) : null;
  button?.addEventListener("click", lay);

  function drawPanel(made) {
    const { panel, figure, canvas, labels, handles } = made;
    figure.hidden = !shows(panel.when, phase);
    if (figure.hidden || !made.size) return;
    const sheet = sheetOf(made, tables), pen = canvas.getContext("2d"), { unit } = sheet;
    pen.clearRect(0, 0, sheet.width, sheet.height);
    drawAxes(pen, panel, sheet, view.ink);
    pen.save();
    pen.beginPath();
    pen.rect(sheet.left, sheet.top, sheet.right - sheet.left, sheet.bottom - sheet.top);
    pen.clip();
    for (const layer of panel.layers) {
      if (!shows(layer.when, phase)) continue;
      const get = (name) => {
        const table = tables[layer.tables[name]];
        return { numbers: numbersOf, bytes: bytesOf, text: textOf }[table.kind](table, buffer, places);
      };
      DRAW[layer.kind](pen, layer, get, sheet);
    }
    pen.restore();
    for (const [layer, node] of labels) node.hidden = !shows(layer.when, phase);
    for (const { handle, names, own, node } of handles) {
      const value = (axis) => (typeof handle[axis] === "string" ? knobOf[handle[axis]].values[places[handle[axis]]] : lookUp(handle[axis]));
      const x = sheet.X(value("x") + lookUp(handle.at)), y = sheet.Y(value("y")); // never out of reach
      node.at = [Math.max(sheet.left, Math.min(sheet.right, x)) / unit, Math.max(sheet.top, Math.min(sheet.bottom, y)) / unit];
      node.style.transform = `translate(${node.at[0]}px, ${node.at[1]}px)`;
      node.hidden = own.some((knob) => knob.guess) ? phase === "free" : false;
      node.setAttribute("aria-disabled", !own.every(open));
      node.setAttribute("aria-valuenow", places[own[0].name]);
      node.setAttribute("aria-valuetext", own.map((knob) => `${knob.symbol} ${knob.texts[places[knob.name]]}`).join(", "));
    }
  }

  function draw() {
    request = null;
    for (const made of panels) drawPanel(made);
    for (const { knob, slider, value } of sliding) {
      slider.value = places[knob.name];
      slider.disabled = !open(knob);
      slider.setAttribute("aria-valuetext", knob.texts[places[knob.name]]);
      value.textContent = knob.texts[places[knob.name]].replace("-", "\u2212");
    }
    for (const { readout, box, value } of readouts) {
      box.hidden = !shows(readout.when, phase);
      value.textContent = valueOf(readout);
    }
    if (button) button.hidden = phase !== "asking";
    for (const { panel, canvas } of panels) canvas.setAttribute("aria-label", `${panel.title || panel.x_label || view.name}: ${said()}`);
    root.dataset.state = stateOf(knobs, places);
    root.dataset.phase = phase;
  }
  function schedule() {
    if (request === null) request = requestAnimationFrame(draw);
  }
  function told() {
    if (model.get("state") === stateOf(knobs, places)) return; // our own word
    Object.assign(places, placesOf(knobs, model.get("state")));
    phase = "free";
    schedule();
  }

  root.addEventListener("keydown", (event) => event.stopPropagation()); // or JupyterLab's shortcuts would fire
  model.on("change:state", told);
  const resize = new ResizeObserver((entries) => {
    for (const { target, contentRect: { width, height } } of entries) {
      if (width) panels.find(({ frame }) => frame === target).size = [width, height];
    }
    schedule();
  });
  for (const { frame } of panels) resize.observe(frame);
  draw();
  return () => {
    model.off("change:state", told);
    resize.disconnect();
    if (request !== null) cancelAnimationFrame(request);
    root.remove();
  };
}

export default { render };
