"use strict";
// The map: one canvas, thumbnails from atlases, and a grid of cells to find the photo at a point.
(() => {
  // English texts are in the page; these replace them if the address ends in ?lang=es, as hito serve asks for.
  const SPANISH = {
    "Map of the photos": "Mapa de las fotos",
    "a projection of the space that was clustered, not that space":
      "una proyección del espacio que se agrupó, no ese espacio",
    "near photos are similar, large distances mean little":
      "las fotos cercanas se parecen, las distancias grandes dicen poco",
    "Circles contain {} % of a cluster’s photos.": "Los círculos contienen el {} % de las fotos de un grupo.",
    "Of {} photos {other}, drawn at random, are shown.": "De {} fotos se muestran {other}, elegidas al azar.",
    "title, file or class": "título, archivo o clase",
    "class": "clase",
    "cluster": "grupo",
    "all": "todo",
    "zoom in": "acercar",
    "zoom out": "alejar",
    "show everything": "mostrar todo",
    "circles": "círculos",
    "Drag or Shift + arrows: move. Wheel, + and −: zoom. Arrows: next photo. 0: show everything. Esc: deselect.":
      "Arrastrar o mayúsculas + flechas: mover. Rueda, + y −: acercar y alejar. Flechas: foto siguiente. " +
      "0: mostrar todo. Esc: quitar la selección.",
    "Tap: select a photo. Drag: move. Two fingers: zoom.":
      "Tocar: elegir una foto. Arrastrar: mover. Dos dedos: acercar y alejar.",
    "noise": "ruido",
    "no class": "sin clase",
    "{} of {other} photos": "{} de {other} fotos",
    "{} of {other} photo": "{} de {other} foto",
  };
  const isSpanish = new URLSearchParams(location.search).get("lang") === "es";
  const numbers = isSpanish ? "es" : "en";
  const PARTS = [[/(\d) % of the variance/, "$1 % de la varianza"], [/perplexity/, "perplejidad"],
    [/neighbours?/, "vecinos"], [/^t-SNE of equal photos: one point$/, "t-SNE de fotos iguales: un punto"]];
  const say = (text, value = "", other = "") => {
    let said = text;
    if (isSpanish) said = SPANISH[text] || PARTS.reduce((found, [part, spanish]) => found.replace(part, spanish), text);
    return said.replace("{}", value).replace("{other}", other);
  };
  for (const part of document.querySelectorAll("[data-say]")) {
    part.textContent = say(part.textContent.trim(), part.dataset.value, part.dataset.other);
  }
  for (const part of document.querySelectorAll("[data-name]")) {
    const name = say(part.dataset.name);
    part.setAttribute("aria-label", name);
    if (part.dataset.key) part.title = `${name} (${part.dataset.key})`;
  }
  if (isSpanish) {
    document.documentElement.lang = "es";
    document.title = `${document.querySelector("h1").textContent} · hito`;
  }

  const data = JSON.parse(document.getElementById("data").textContent);
  const count = data.x.length;
  const sheets = [...document.querySelectorAll("#atlases img")];
  const perSheet = data.atlas * data.atlas;
  const find = (id) => document.getElementById(id);
  const map = find("map"), pen = map.getContext("2d"), card = find("card");
  const colours = new Map(data.clusters.map((cluster) => [cluster.number, cluster.colour]));
  const nameOf = (cluster) => (cluster < 0 ? say("noise") : `${say("cluster")} ${cluster}`);
  const labelOf = (photo) => data.classes[data.label[photo]] || say("no class");
  const words = data.id.map((id, photo) =>
    [data.title[photo] || "", id, labelOf(photo), data.description[photo] || ""].join("\n").toLocaleLowerCase());

  let width = 0, height = 0, scale = 1, left = 0, top = 0;  // screen = plane * scale + (left, top)
  let shown = Array.from({ length: count }, (_, photo) => photo);
  let visible = new Uint8Array(count).fill(1);
  let current = -1, pinned = false, waiting = false;

  // Photos by cells of the plane, so that hovering only checks a few of 20,000 photos.
  const CELLS = 64;
  const grid = new Map();
  const cellOf = (value) => Math.max(0, Math.min(CELLS - 1, Math.floor((value + 0.5) * CELLS)));
  for (let photo = 0; photo < count; photo++) {
    const key = cellOf(data.y[photo]) * CELLS + cellOf(data.x[photo]);
    if (!grid.has(key)) grid.set(key, []);
    grid.get(key).push(photo);
  }

  const FRAME = 4;  // pixels between a circle and the edge of the map
  const baseSide = (photos) => Math.min(64, Math.sqrt((0.5 * width * height) / Math.max(1, photos)));
  const fitScale = () => {  // the largest at which all thumbnails and circles are whole
    const inner = Math.min(width, height) - 2 * FRAME - Math.max(7, Math.min(data.side * 1.5, baseSide(count)));
    return data.circles.reduce((scale, ring) => Math.min(scale,
      (width / 2 - FRAME) / (Math.abs(ring.at[0]) + ring.radius),
      (height / 2 - FRAME) / (Math.abs(ring.at[1]) + ring.radius)), Math.min(inner, 0.92 * Math.min(width, height)));
  };
  const sideNow = () =>  // thumbnails grow with the zoom, but slower than the distances between them
    Math.max(7, Math.min(data.side * 1.5, baseSide(shown.length) * Math.sqrt(scale / fitScale())));
  const screenX = (photo) => data.x[photo] * scale + left;
  const screenY = (photo) => data.y[photo] * scale + top;

  function whole() {
    scale = fitScale();
    left = width / 2;
    top = height / 2;
    draw();
  }

  function draw() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; paint(); });
  }

  function drawThumbnail(photo, target, x, y, side) {
    const sheet = sheets[Math.floor(photo / perSheet)], index = photo % perSheet;
    const column = index % data.atlas, line = Math.floor(index / data.atlas);
    target.drawImage(sheet, column * data.side, line * data.side, data.side, data.side, x, y, side, side);
  }

  function paint() {
    const ratio = window.devicePixelRatio || 1;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.imageSmoothingQuality = "high";
    const side = sideNow(), half = side / 2, frame = side > 20 ? 2 : 1;
    for (const photo of shown) {
      const x = screenX(photo), y = screenY(photo);
      if (x < -half || y < -half || x > width + half || y > height + half) continue;
      pen.fillStyle = colours.get(data.cluster[photo]);
      pen.fillRect(x - half, y - half, side, side);
      drawThumbnail(photo, pen, x - half + frame, y - half + frame, side - 2 * frame);
    }
    if (find("rings").checked) rings();
    if (current >= 0 && visible[current]) {
      const big = Math.max(side * 1.25, 40), x = screenX(current) - big / 2, y = screenY(current) - big / 2;
      pen.fillStyle = colours.get(data.cluster[current]);
      pen.fillRect(x - 3, y - 3, big + 6, big + 6);
      drawThumbnail(current, pen, x, y, big);
      pen.lineWidth = 2;
      pen.strokeStyle = "#000";
      pen.strokeRect(x - 4, y - 4, big + 8, big + 8);
      pen.strokeStyle = "#fff";
      pen.strokeRect(x - 6, y - 6, big + 12, big + 12);
    }
  }

  function rings() {
    const only = find("cluster").value;
    pen.font = "bold 13px system-ui, sans-serif";
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    for (const ring of data.circles) {
      if (only !== "" && Number(only) !== ring.cluster) continue;
      const x = ring.at[0] * scale + left, y = ring.at[1] * scale + top, radius = ring.radius * scale;
      pen.beginPath();
      pen.arc(x, y, radius, 0, 2 * Math.PI);
      pen.lineWidth = 3;
      pen.strokeStyle = colours.get(ring.cluster);
      pen.stroke();
      if (x + radius < 0 || x - radius > width || y + radius < 0 || y - radius > height) continue;
      const text = String(ring.cluster), room = pen.measureText(text).width + 10;
      const above = Math.min(height - 11, Math.max(11, y - radius));
      const across = Math.min(width - room / 2 - 1, Math.max(room / 2 + 1, x));
      pen.fillStyle = colours.get(ring.cluster);
      pen.fillRect(across - room / 2, above - 10, room, 20);
      pen.fillStyle = "#fff";
      pen.fillText(text, across, above + 1);
    }
  }

  function photoAt(x, y, reach = 0) {  // the topmost photo at a point, or the nearest within reach; -1 if there is none
    const half = Math.max(sideNow() / 2, reach) / scale, planeX = (x - left) / scale, planeY = (y - top) / scale;
    let best = -1, least = Infinity;
    for (let line = cellOf(planeY - half); line <= cellOf(planeY + half); line++) {
      for (let column = cellOf(planeX - half); column <= cellOf(planeX + half); column++) {
        for (const photo of grid.get(line * CELLS + column) || []) {
          const away = Math.max(Math.abs(data.x[photo] - planeX), Math.abs(data.y[photo] - planeY));
          if (away > half || !visible[photo]) continue;
          const rank = reach ? away : -photo;  // a finger is larger than a thumbnail: the nearest is meant
          if (rank < least) { least = rank; best = photo; }
        }
      }
    }
    return best;
  }

  function show(photo, announce) {
    if (photo === current && !announce) return;
    current = photo;
    card.hidden = photo < 0;
    if (photo >= 0) {
      find("name").textContent = data.title[photo] || data.id[photo].split("/").pop();
      find("description").textContent = data.description[photo] || "";
      find("group").textContent = `${labelOf(photo)} · ${nameOf(data.cluster[photo])}`;
      find("file").textContent = data.id[photo];
      card.style.borderLeftColor = colours.get(data.cluster[photo]);
      const large = find("large");
      const ink = large.getContext("2d");
      ink.clearRect(0, 0, large.width, large.height);
      drawThumbnail(photo, ink, 0, 0, large.width);
      const x = screenX(photo), y = screenY(photo), gap = Math.max(24, sideNow() * 0.7);
      const toLeft = x + gap + card.offsetWidth > width, wide = card.offsetWidth, high = card.offsetHeight;
      card.style.left = `${Math.max(4, Math.min(width - wide - 4, toLeft ? x - gap - wide : x + gap))}px`;
      card.style.top = `${Math.max(4, Math.min(height - high - 4, y - high / 2))}px`;
      if (announce) find("announcement").textContent = `${find("name").textContent}, ${find("group").textContent}`;
    }
    draw();
  }

  function zoom(factor, x, y) {
    const bounded = Math.max(fitScale() * 0.4, Math.min(fitScale() * 60, scale * factor));
    left = x - ((x - left) * bounded) / scale;
    top = y - ((y - top) * bounded) / scale;
    scale = bounded;
    if (current >= 0) show(current, true);
    draw();
  }

  function move(dx, dy) {
    left += dx;
    top += dy;
    if (current >= 0) show(current, true);
    draw();
  }

  function filter() {
    const text = find("text").value.trim().toLocaleLowerCase();
    const label = find("class").value, cluster = find("cluster").value;
    shown = [];
    for (let photo = 0; photo < count; photo++) {
      const stays = (label === "" || data.label[photo] === Number(label)) &&
        (cluster === "" || data.cluster[photo] === Number(cluster)) && (text === "" || words[photo].includes(text));
      visible[photo] = stays ? 1 : 0;
      if (stays) shown.push(photo);
    }
    const noun = count === 1 ? "{} of {other} photo" : "{} of {other} photos";
    find("count").textContent = say(noun, shown.length.toLocaleString(numbers), count.toLocaleString(numbers));
    if (current >= 0 && !visible[current]) show(-1);
    draw();
  }

  function step(dx, dy) {  // to the nearest photo within 45 degrees of a direction
    const from = current >= 0 && visible[current] ? current : -1;
    const x = from < 0 ? (width / 2 - left) / scale : data.x[from], y = from < 0 ? (height / 2 - top) / scale : data.y[from];
    let best = -1, least = Infinity;
    for (const photo of shown) {
      const along = (data.x[photo] - x) * dx + (data.y[photo] - y) * dy;
      const across = Math.abs((data.x[photo] - x) * dy) + Math.abs((data.y[photo] - y) * dx);
      const length = Math.hypot(along, across);
      if (photo === from || (from >= 0 && (along <= 0 || across > along))) continue;
      if (length + across < least) { least = length + across; best = photo; }
    }
    if (best < 0) return;
    const margin = 60;
    left += Math.max(0, margin - screenX(best)) - Math.max(0, screenX(best) - width + margin);
    top += Math.max(0, margin - screenY(best)) - Math.max(0, screenY(best) - height + margin);
    pinned = true;
    show(best, true);
  }

  const pointers = new Map();
  let lastDistance = 0, pressed = null;  // pressed: where a tap or click began, null once it is a drag
  const TAP = 8, FINGER = 22;  // pixels: movement that is still a tap, and half the width of a finger
  const position = (event) => { const box = map.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };
  map.addEventListener("pointerdown", (event) => {
    map.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, position(event));
    pressed = pointers.size === 1 ? position(event) : null;
    map.classList.add("dragging");
    lastDistance = 0;
  });
  map.addEventListener("pointermove", (event) => {
    const [x, y] = position(event);
    if (!pointers.has(event.pointerId)) {
      pinned = false;
      show(photoAt(x, y));
      return;
    }
    if (pressed && Math.hypot(x - pressed[0], y - pressed[1]) < TAP) return;
    pressed = null;
    const [oldX, oldY] = pointers.get(event.pointerId);
    pointers.set(event.pointerId, [x, y]);
    if (pointers.size === 1) return move(x - oldX, y - oldY);
    const [first, second] = [...pointers.values()];
    const distance = Math.hypot(first[0] - second[0], first[1] - second[1]);
    if (lastDistance > 0) zoom(distance / lastDistance, (first[0] + second[0]) / 2, (first[1] + second[1]) / 2);
    lastDistance = distance;
  });
  for (const kind of ["pointerup", "pointercancel"]) map.addEventListener(kind, (event) => {
    pointers.delete(event.pointerId);
    lastDistance = 0;
    if (pressed && kind === "pointerup") {
      const photo = photoAt(...pressed, event.pointerType === "touch" ? FINGER : 0);
      pinned = photo >= 0;
      show(photo, true);
    }
    pressed = null;
    if (!pointers.size) map.classList.remove("dragging");
  });
  map.addEventListener("pointerleave", () => { if (!pinned && !pointers.size) show(-1); });
  map.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015)), ...position(event));
  }, { passive: false });
  map.addEventListener("keydown", (event) => {
    const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const arrow = arrows[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (arrow && event.shiftKey) move(-60 * arrow[0], -60 * arrow[1]);
    else if (arrow) step(...arrow);
    else if (event.key === "+" || event.key === "=") zoom(1.4, width / 2, height / 2);
    else if (event.key === "-") zoom(1 / 1.4, width / 2, height / 2);
    else if (event.key === "0") whole();
    else if (event.key === "Escape") { pinned = false; show(-1); }
    else return;
    event.preventDefault();
  });
  find("closer").addEventListener("click", () => zoom(1.4, width / 2, height / 2));
  find("further").addEventListener("click", () => zoom(1 / 1.4, width / 2, height / 2));
  find("whole").addEventListener("click", whole);
  find("rings").addEventListener("change", draw);
  for (const id of ["text", "class", "cluster"]) find(id).addEventListener("input", filter);
  document.querySelector("form").addEventListener("submit", (event) => event.preventDefault());

  data.classes.forEach((name, index) => find("class").add(new Option(name || say("no class"), index)));
  data.clusters.forEach(({ number, photos }) => find("cluster").add(new Option(`${nameOf(number)} (${photos})`, number)));
  new ResizeObserver(() => {
    const before = [width, height], ratio = window.devicePixelRatio || 1;
    width = map.clientWidth;
    height = map.clientHeight;
    map.width = Math.round(width * ratio);
    map.height = Math.round(height * ratio);
    if (before[0] === 0) return whole();
    left += (width - before[0]) / 2;
    top += (height - before[1]) / 2;
    draw();
  }).observe(map);
  filter();
  Promise.all(sheets.map((sheet) => sheet.decode())).then(() => { document.body.dataset.ready = "yes"; draw(); });
})();
