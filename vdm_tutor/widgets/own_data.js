// Points to click and drag. They move at once; the walk that Python computes for them follows. No formula lives here.

function element(tag, attributes = {}, parent = null, text = "") {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text) node.textContent = text;
  if (parent) parent.append(node);
  return node;
}

function render({ model, el }) {
  const { levels, n, extent, most, colours } = model.get("view");
  let places = model.get("places").map((each) => [...each]), level = Math.floor(levels.length / 2);
  let request = null, waiting = false, stale = false, pause = null;

  const root = element("div", { class: "vdm-explorer", role: "group", "aria-label": "draw your own data" }, el);
  const ask = "Click to add a point, drag it, press Delete to take it away. At which level does a walker know where it goes?";
  element("p", { class: "vdm-ask" }, root, ask);
  const frame = element("div", { class: "vdm-frame", style: "max-width:460px" }, root);
  const canvas = element("canvas", { role: "img", style: "aspect-ratio:1;touch-action:none;cursor:crosshair" }, frame);
  const legend = element("div", { class: "vdm-legend" }, root);
  for (const [name, colour] of [["your points", "point"], ["walkers", "walker"], ["what the denoiser says", "hat"]])
    element("span", {}, legend, name).prepend(element("i", { style: `background:${colours[colour]}` }));
  const controls = element("div", { class: "vdm-controls" }, root);
  const row = element("label", {}, controls);
  element("b", {}, row, "log SNR");
  const slider = element("input", { type: "range", min: 0, max: levels.length - 1, step: 1, "aria-label": "log SNR" }, row);
  const said = element("output", { "aria-hidden": true }, row);
  const more = element("button", { type: "button" }, controls, "Add a point");
  const spoken = element("div", { class: "vdm-spoken", role: "status" }, root); // what is read aloud, once nothing moves
  const numbers = element("div", { class: "vdm-readouts" }, root), box = element("div", {}, numbers);
  element("b", { style: `--colour:${colours.hat}` }, box, "error left");
  const error = element("span", {}, box);
  const handles = [];

  const held = (value) => Math.max(-extent, Math.min(extent, Math.round(value * 100) / 100));
  function at(event) {
    const box = canvas.getBoundingClientRect();
    return [held(((event.clientX - box.left) / box.width) * 2 * extent - extent), held(extent - ((event.clientY - box.top) / box.height) * 2 * extent)];
  }
  // One question at a time; what was asked meanwhile is asked again, once, with the places of then.
  function tell() {
    schedule();
    stale = waiting;
    if (waiting) return;
    waiting = true;
    model.set("places", places.map((each) => [...each]));
    try {
      model.save_changes();
    } catch {
      // a saved page without a kernel: the walk stays as it was
    }
  }
  function answered() {
    waiting = false;
    if (stale) tell();
    if (request !== null) cancelAnimationFrame(request);
    draw(); // in time for the next frame, not for the one after it
  }
  function add(place) {
    if (places.length >= most) return;
    places.push(place);
    tell();
    draw();
    handles.at(-1).focus();
    return handles.at(-1);
  }
  function remove(i) {
    if (places.length === 1) return;
    places.splice(i, 1);
    tell();
    draw();
    handles[Math.min(i, places.length - 1)].focus();
  }
  function press(event, i) {
    const step = { ArrowRight: [0.1, 0], ArrowLeft: [-0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] }[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Delete" || event.key === "Backspace") remove(i);
    else if (step) (places[i] = places[i].map((value, axis) => held(value + step[axis]))), tell();
    else return;
    event.preventDefault();
  }
  function makeHandle(i) {
    const node = element("div", { class: "vdm-handle", role: "button", tabindex: 0 }, frame);
    node.style.setProperty("--colour", colours.point);
    node.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      node.focus();
      node.setPointerCapture(event.pointerId);
    });
    node.addEventListener("pointermove", (event) => node.hasPointerCapture(event.pointerId) && ((places[i] = at(event)), tell()));
    node.addEventListener("keydown", (event) => press(event, i));
    handles.push(node);
  }

  function drawWalk(pen, unit, X, Y) {
    const bytes = model.get("frames"), all = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    const size = 2 * n, xt = all.subarray(level * size, (level + 1) * size);
    const hat = all.subarray((levels.length + level) * size, (levels.length + level + 1) * size);
    pen.strokeStyle = colours.hat;
    pen.globalAlpha = 0.5;
    pen.lineWidth = unit;
    pen.beginPath();
    for (let i = 0; i < 80; i++) pen.moveTo(X(xt[2 * i]), Y(xt[2 * i + 1])), pen.lineTo(X(hat[2 * i]), Y(hat[2 * i + 1]));
    pen.stroke();
    pen.globalAlpha = 0.8;
    pen.fillStyle = colours.walker;
    const dot = 3 * unit;
    for (let i = 0; i < n; i++) pen.fillRect(X(xt[2 * i]) - dot / 2, Y(xt[2 * i + 1]) - dot / 2, dot, dot);
    pen.globalAlpha = 1;
  }
  function draw() {
    request = null;
    const unit = window.devicePixelRatio || 1, side = Math.round((canvas.clientWidth || 300) * unit);
    if (canvas.width !== side) canvas.width = canvas.height = side;
    const pen = canvas.getContext("2d"), X = (x) => ((x + extent) / (2 * extent)) * side, Y = (y) => ((extent - y) / (2 * extent)) * side;
    pen.clearRect(0, 0, side, side);
    pen.strokeStyle = colours.ink;
    pen.strokeRect(0, 0, side, side);
    drawWalk(pen, unit, X, Y);
    while (handles.length < places.length) makeHandle(handles.length);
    while (handles.length > places.length) handles.pop().remove();
    handles.forEach((node, i) => {
      node.style.transform = `translate(${X(places[i][0]) / unit}px, ${Y(places[i][1]) / unit}px)`;
      node.setAttribute("aria-label", `point at ${places[i][0]}, ${places[i][1]}; arrow keys move it, Delete takes it away`);
    });
    slider.value = level;
    said.textContent = levels[level];
    slider.setAttribute("aria-valuetext", levels[level]);
    const told = model.get("told"), fresh = JSON.stringify(told.places) === JSON.stringify(places);
    error.textContent = fresh ? told.error[level] : "…";
    const summary = `${places.length} points, error left ${error.textContent}`;
    canvas.setAttribute("aria-label", summary);
    clearTimeout(pause);
    pause = setTimeout(() => (spoken.textContent = summary), 400);
    root.dataset.places = JSON.stringify(places);
    root.dataset.fresh = fresh;
    root.dataset.level = level;
  }
  function schedule() {
    if (request === null) request = requestAnimationFrame(draw);
  }
  function moved() {
    if (waiting || JSON.stringify(model.get("places")) === JSON.stringify(places)) return;
    places = model.get("places").map((each) => [...each]);
    schedule();
  }

  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    add(at(event))?.setPointerCapture(event.pointerId);
  });
  slider.addEventListener("input", () => ((level = Number(slider.value)), schedule()));
  more.addEventListener("click", () => add([0, 0]));
  root.addEventListener("keydown", (event) => event.stopPropagation()); // or JupyterLab's shortcuts would fire
  model.on("change:told", answered);
  model.on("change:places", moved);
  const resize = new ResizeObserver(schedule);
  resize.observe(frame);
  draw();
  return () => {
    model.off("change:told", answered);
    model.off("change:places", moved);
    resize.disconnect();
    clearTimeout(pause);
    if (request !== null) cancelAnimationFrame(request);
    root.remove();
  };
}

export default { render };
