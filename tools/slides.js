// Slides: arrows go on and back, the address keeps the place, and each film runs from the state that its lesson left.

const pages = [...document.querySelectorAll("section")];
const films = JSON.parse(document.getElementById("films").textContent);
const SIZES = [1.3, 1.15, 1, 0.9, 0.8, 0.7, 0.62];
const WIDEST = 760; // pixels, of a film
let now = 0;

for (const page of pages) {
  const inside = document.createElement("div");
  inside.append(...page.childNodes);
  page.append(inside);
}

function show(index, told) {
  now = Math.min(Math.max(index, 0), pages.length - 1);
  pages.forEach((page, place) => page.classList.toggle("now", place === now));
  if (told) pages[now].classList.add("told");
  document.querySelector("footer").textContent = `${now + 1} / ${pages.length}`;
  history.replaceState(null, "", `#${now + 1}`);
  fit(pages[now]);
}

const OPEN = "pre:not(details:not([open]) *)";
const isWhole = (box) => box.scrollWidth <= box.clientWidth;

// The largest size at which the whole slide is in sight; the smallest, and a bar to scroll, where none is.
function fit(page) {
  const inside = page.firstElementChild;
  for (const size of SIZES) {
    inside.style.zoom = size;
    for (const film of page.querySelectorAll(".film")) { // narrower, not zoomed: a hand drags in plain pixels
      film.style.zoom = 1 / size;
      film.style.maxWidth = `${WIDEST * Math.min(size, 1)}px`;
    }
    if (page.scrollHeight <= page.clientHeight && [...page.querySelectorAll(OPEN)].every(isWhole)) return;
  }
}

function forward() {
  const page = pages[now];
  if (page.querySelector(".result") && !page.classList.contains("told")) page.classList.add("told");
  else show(now + 1, false);
}

const KEYS = {
  ArrowRight: forward, PageDown: forward, " ": forward,
  ArrowLeft: () => show(now - 1, true), PageUp: () => show(now - 1, true),
  Home: () => show(0, false), End: () => show(pages.length - 1, false),
};

document.addEventListener("keydown", (event) => {
  const act = KEYS[event.key];
  if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  act();
});
document.addEventListener("toggle", () => fit(pages[now]), true); // code unfolded
addEventListener("resize", () => fit(pages[now]));

// What a film asks of its model, without a kernel: it reads its state, and may keep what it sets.
function modelOf(state) {
  const heard = {};
  return {
    get: (name) => state[name],
    set(name, value) {
      state[name] = value;
      for (const call of heard[`change:${name}`] ?? []) call();
    },
    on: (event, call) => (heard[event] ??= []).push(call),
    off() {},
    save_changes() {},
  };
}

async function start(place) {
  const { state, buffers } = films[place.dataset.model];
  for (const { path, data } of buffers ?? []) {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    state[path[0]] = new DataView(bytes.buffer);
  }
  const style = document.createElement("style");
  style.textContent = state._css;
  document.head.append(style);
  const code = URL.createObjectURL(new Blob([state._esm], { type: "text/javascript" }));
  const { default: film } = await import(code);
  await film.render({ model: modelOf(state), el: place });
}

await Promise.all([...document.querySelectorAll(".film")].map(start));
await globalThis.MathJax?.startup?.promise;
show(Number(location.hash.slice(1) || 1) - 1, false);
document.body.dataset.ready = "yes";
