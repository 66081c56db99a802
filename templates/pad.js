"use strict";

// The drawing pad: the trained networks of the report, run in the page.
// Pictures are arrays of grey values from 0 (paper) to 255 (ink), row after row.

/* Numbers */

function halfToNumber(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * 2 ** -24 * fraction;
  return sign * 2 ** (exponent - 25) * (1024 + fraction);
}

function decodeBytes(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function decodeWeights(base64) {
  const view = new DataView(decodeBytes(base64).buffer);
  const weights = new Float32Array(view.byteLength / 2);
  for (let i = 0; i < weights.length; i++) weights[i] = halfToNumber(view.getUint16(2 * i, true));
  return weights;
}

function formatProbability(p) {
  if (p === 0 || p === 1) return String(p);
  const plain = p.toFixed(4);
  if (Number(plain) === 1) return ">\u00a00.9999";
  if (Number(plain) >= 0.001) return plain;
  const [digits, exponent] = p.toExponential(1).split("e-");
  const raised = exponent.replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]);
  return `${digits}\u00a0×\u00a010⁻${raised}`;
}

function formatLogit(z) {
  return z.toFixed(3).replace("-", "−");
}

/* The network */

const ACTIVATIONS = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  tanh: Math.tanh,
};

function dense(input, { activation, kernel, bias }) {
  const sums = Float64Array.from(bias);
  input.forEach((value, i) => {
    if (value === 0) return;
    for (let j = 0; j < sums.length; j++) sums[j] += value * kernel[i * sums.length + j];
  });
  return sums.map(ACTIVATIONS[activation]);
}

function convolution(input, { activation, kernel, bias, side, shape: [height, width, channels] }) {
  const [rows, columns, filters] = [height - side + 1, width - side + 1, bias.length];
  const output = new Float64Array(rows * columns * filters);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const window = [];
      for (let dy = 0; dy < side; dy++) {
        const start = ((y + dy) * width + x) * channels;
        window.push(...input.subarray(start, start + side * channels));
      }
      output.set(dense(window, { activation, kernel, bias }), (y * columns + x) * filters);
    }
  }
  return output;
}

function maxPooling(input, { side, shape: [height, width, channels] }) {
  const [rows, columns] = [Math.floor(height / side), Math.floor(width / side)];
  const output = new Float64Array(rows * columns * channels).fill(-Infinity);
  for (let y = 0; y < rows * side; y++) {
    for (let x = 0; x < columns * side; x++) {
      const place = (Math.floor(y / side) * columns + Math.floor(x / side)) * channels;
      for (let c = 0; c < channels; c++) {
        const value = input[(y * width + x) * channels + c];
        if (value > output[place + c]) output[place + c] = value;
      }
    }
  }
  return output;
}

const LAYERS = { dense, conv2d: convolution, max_pooling2d: maxPooling };

function makeNetwork(layers, weights) {
  let start = 0;
  const take = (n) => weights.subarray(start, (start += n));
  return layers.map((layer) => ({
    ...layer,
    kernel: take(layer.n_kernel),
    bias: take(layer.n_bias),
  }));
}

function logitsOf(network, picture) {
  const input = Float64Array.from(picture, (grey) => grey / 255);
  return network.reduce((values, layer) => LAYERS[layer.kind](values, layer), input);
}

function softmax(values) {
  const largest = Math.max(...values);
  const powers = Array.from(values, (value) => Math.exp(value - largest));
  const sum = powers.reduce((a, b) => a + b);
  return Float32Array.from(powers, (power) => power / sum);
}

/* Drawing */

function paintLine(picture, width, from, to, radius, erase) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const squared = dx * dx + dy * dy;
  for (let i = 0; i < picture.length; i++) {
    const [px, py] = [(i % width) - from.x, Math.floor(i / width) - from.y];
    const along = squared ? Math.min(1, Math.max(0, (px * dx + py * dy) / squared)) : 0;
    const distance = Math.hypot(px - along * dx, py - along * dy);
    const cover = 255 * Math.min(1, Math.max(0, radius + 0.5 - distance));
    picture[i] = erase ? Math.min(picture[i], 255 - cover) : Math.max(picture[i], cover);
  }
}

function extent(picture, width) {
  let [left, right, top, bottom, mass, x, y] = [Infinity, -1, Infinity, -1, 0, 0, 0];
  picture.forEach((grey, i) => {
    if (grey === 0) return;
    const [column, row] = [i % width, Math.floor(i / width)];
    [left, right] = [Math.min(left, column), Math.max(right, column)];
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
    [mass, x, y] = [mass + grey, x + grey * column, y + grey * row];
  });
  return { side: Math.max(right - left, bottom - top) + 1, x: x / mass, y: y / mass, mass };
}

function greyAt(picture, width, x, y) {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  const at = (c, r) => (c < 0 || c >= width ? 0 : picture[r * width + c] || 0);
  const mix = (a, b, share) => a + (b - a) * share;
  const upper = mix(at(column, row), at(column + 1, row), x - column);
  const lower = mix(at(column, row + 1), at(column + 1, row + 1), x - column);
  return mix(upper, lower, y - row);
}

// As MNIST was made: the ink scaled to a box of 20 x 20, its centre of mass at (14, 14).
function centreAsMnist(picture, width) {
  const ink = extent(picture, width);
  if (ink.mass === 0) return picture;
  const step = ink.side / 20;
  const offsets = step > 1 ? [-0.25, 0.25] : [0];
  return picture.map((_, i) => {
    const [column, row] = [(i % width) - 14, Math.floor(i / width) - 14];
    let sum = 0;
    for (const dy of offsets) {
      for (const dx of offsets) {
        sum += greyAt(picture, width, ink.x + (column + dx) * step, ink.y + (row + dy) * step);
      }
    }
    return sum / offsets.length ** 2;
  });
}

function showPicture(canvas, picture, model) {
  [canvas.width, canvas.height] = [model.width, model.height];
  const image = new ImageData(model.width, model.height);
  picture.forEach((grey, i) => image.data.set([255 - grey, 255 - grey, 255 - grey, 255], 4 * i));
  canvas.getContext("2d").putImageData(image, 0, 0);
}

/* The pad */

const RADII = { thin: 0.7, medium: 1.1, thick: 1.7 };
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const MOST_UNDO = 100;

function makePad(section, data) {
  const part = (name) => section.querySelector(`[data-pad="${name}"]`);
  const sheet = part("sheet");
  const state = { pen: null, penDown: false, past: [], cursor: { x: 0, y: 0 }, rows: [] };

  function chooseModel(number) {
    const model = data.models[number];
    const fits = state.model?.width === model.width && state.model.height === model.height;
    model.network ??= makeNetwork(model.layers, decodeWeights(data.weights[model.weights]));
    state.model = model;
    state.cursor = { x: Math.floor(model.width / 2), y: Math.floor(model.height / 2) };
    part("centring").hidden = !model.centred;
    section.style.setProperty("--pad-colour", model.colour);
    sheet.style.aspectRatio = `${model.width} / ${model.height}`;
    sheet.setAttribute("aria-label", `Drawing, ${model.width} by ${model.height} pixels`);
    state.rows = model.classes.map(makeRow);
    part("rows").replaceChildren(...state.rows.map((row) => row.element));
    part("images").replaceChildren(...model.images.map(makeThumbnail));
    Object.assign(state, { picture: fits ? state.picture : blank(), past: [], image: null });
    refresh();
  }

  function blank() {
    return new Uint8ClampedArray(state.model.width * state.model.height);
  }

  function makeRow(name) {
    const element = document.createElement("tr");
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = name;
    const cells = ["logit", "once", "twice"].map(() => document.createElement("td"));
    element.append(head, ...cells);
    return { element, cells };
  }

  function makeThumbnail(image) {
    const button = document.createElement("button");
    const canvas = document.createElement("canvas");
    button.type = "button";
    button.setAttribute("aria-label", `${image.title}: ${state.model.classes[image.label]}`);
    showPicture(canvas, decodeBytes(image.pixels), state.model);
    button.append(canvas);
    button.addEventListener("click", () => {
      remember();
      state.picture = Uint8ClampedArray.from(decodeBytes(image.pixels));
      state.image = image;
      refresh();
    });
    return button;
  }

  function remember() {
    state.past.push({ picture: state.picture.slice(), image: state.image });
    if (state.past.length > MOST_UNDO) state.past.shift();
  }

  function paint(from, to) {
    const scale = Math.min(state.model.width, state.model.height) / 28;
    const radius = RADII[part("width").value] * Math.max(1, scale);
    paintLine(state.picture, state.model.width, from, to, radius, part("erase").checked);
    refresh();
  }

  function seen() {
    const drawn = state.model.centred && part("centre").checked && !state.image;
    return drawn ? centreAsMnist(state.picture, state.model.width) : state.picture;
  }

  function refresh() {
    state.waiting ??= requestAnimationFrame(() => {
      state.waiting = null;
      showPicture(sheet, state.picture, state.model);
      const input = seen();
      showPicture(part("seen"), input, state.model);
      showAnswer(input.some(Boolean) ? logitsOf(state.model.network, input) : null);
    });
  }

  function showAnswer(logits) {
    const once = logits && softmax(logits);
    const twice = logits && softmax(once);
    const top = logits && once.indexOf(Math.max(...once));
    state.rows.forEach(({ element, cells }, k) => {
      element.classList.toggle("top", k === top);
      cells[0].textContent = logits ? formatLogit(logits[k]) : "–";
      [once, twice].forEach((values, i) => {
        cells[i + 1].textContent = values ? formatProbability(values[k]) : "–";
        cells[i + 1].style.setProperty("--share", values ? values[k] : 0);
      });
    });
    say(part("answer"), logits ? describe(once, twice, top) : "Draw, or begin with a test image.");
  }

  function describe(once, twice, top) {
    const { classes, name } = state.model;
    const shown = state.image ? `${state.image.title}, label ${classes[state.image.label]}: ` : "";
    return (
      `${shown}${shown ? "the" : "The"} ${name} model answers ${classes[top]} (argmax ${top}, ` +
      `probability ${formatProbability(once[top])}). A second softmax would keep that class ` +
      `and make it ${formatProbability(twice[top])}.`
    );
  }

  function say(element, text) {
    clearTimeout(element.timer);
    element.timer = setTimeout(() => {
      if (element.textContent !== text) element.textContent = text;
    }, 500);
  }

  function place(event) {
    const box = sheet.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * state.model.width - 0.5;
    return { x, y: ((event.clientY - box.top) / box.height) * state.model.height - 0.5 };
  }

  function startStroke(event) {
    if (event.button > 0 || !event.isPrimary) return;
    sheet.setPointerCapture(event.pointerId);
    section.classList.remove("keys");
    edit();
    state.pen = place(event);
    paint(state.pen, state.pen);
  }

  function continueStroke(event) {
    if (!state.pen || !event.isPrimary) return;
    const moves = event.getCoalescedEvents?.() ?? [];
    for (const move of moves.length ? moves : [event]) {
      const to = place(move);
      paint(state.pen, to);
      state.pen = to;
    }
  }

  function edit() {
    remember();
    state.image = null;
  }

  function pressKey(event) {
    const step = STEPS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) {
      if (event.key !== "z" || event.altKey) return;
      undo();
    } else if (step) moveCursor(step);
    else if (event.key === " ") paintAtCursor();
    else if (event.key === "Enter") lowerPen(!state.penDown);
    else if (event.key === "Escape" && state.penDown) lowerPen(false);
    else return;
    event.preventDefault();
    section.classList.add("keys");
    showCursor();
    sayPlace();
  }

  function paintAtCursor() {
    edit();
    paint(state.cursor, state.cursor);
  }

  function lowerPen(down) {
    state.penDown = down;
    if (down) paintAtCursor();
  }

  function moveCursor([dx, dy]) {
    const from = state.cursor;
    const x = Math.min(state.model.width - 1, Math.max(0, from.x + dx));
    state.cursor = { x, y: Math.min(state.model.height - 1, Math.max(0, from.y + dy)) };
    if (state.penDown) paint(from, state.cursor);
  }

  function showCursor() {
    const { x, y } = state.cursor;
    const { width, height } = state.model;
    const box = { left: x / width, top: y / height, width: 1 / width, height: 1 / height };
    for (const [side, share] of Object.entries(box)) {
      part("cursor").style[side] = `${100 * share}%`;
    }
  }

  function sayPlace() {
    const { x, y } = state.cursor;
    const grey = state.picture[y * state.model.width + x];
    const pen = state.penDown ? ", pen down" : "";
    say(part("place"), `Row ${y + 1}, column ${x + 1}: grey ${grey}${pen}.`);
  }

  function undo() {
    Object.assign(state, state.past.pop());
    refresh();
  }

  function clear() {
    edit();
    state.picture = blank();
    refresh();
  }

  function listen() {
    sheet.addEventListener("pointerdown", startStroke);
    sheet.addEventListener("pointermove", continueStroke);
    for (const end of ["pointerup", "pointercancel"]) {
      sheet.addEventListener(end, () => (state.pen = null));
    }
    sheet.addEventListener("keydown", pressKey);
    sheet.addEventListener("focus", showCursor);
    sheet.addEventListener("blur", () => lowerPen(false));
    part("undo").addEventListener("click", undo);
    part("clear").addEventListener("click", clear);
    part("centre").addEventListener("change", refresh);
    for (const choice of section.querySelectorAll("[name=pad-model]")) {
      choice.addEventListener("change", () => chooseModel(Number(choice.value)));
    }
  }

  listen();
  chooseModel(Number(section.querySelector("[name=pad-model]:checked")?.value ?? 0));
}

function addToContents(section) {
  for (const list of document.querySelectorAll("nav > ol, nav > details > ol")) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `#${section.id}`;
    link.textContent = section.querySelector("h2").textContent;
    item.append(link);
    const after = ["conclusion", "program", "missing", "made"]
      .map((id) => list.querySelector(`:scope > li > a[href="#${id}"]`))
      .find(Boolean);
    list.insertBefore(item, after?.parentElement ?? null);
  }
}

// What does not scroll needs no stop on the way through the page by keyboard.
function stopOnlyWhereItScrolls() {
  const check = (part) => (part.tabIndex = part.scrollWidth > part.clientWidth ? 0 : -1);
  const resized = new ResizeObserver((entries) => entries.forEach(({ target }) => check(target)));
  const parts = document.querySelectorAll(".scroll, .code, .equation, .pictures[tabindex]");
  parts.forEach((part) => resized.observe(part));
  document.fonts.ready.then(() => parts.forEach(check));
}

function start() {
  const section = document.getElementById("pad");
  if (!section) return;
  makePad(section, JSON.parse(document.getElementById("pad-data").textContent));
  section.hidden = false;
  addToContents(section);
  stopOnlyWhereItScrolls();
}

start();
