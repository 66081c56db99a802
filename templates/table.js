"use strict";

// The table of the page: searched by what is typed, sorted by a column's heading.

const AT_ONCE = 100; // rows: more than a screen shows, few enough to lay out between two keys

const table = document.querySelector(".rows");
const heads = Array.from(table.tHead.rows[0].cells);
const search = document.getElementById("search");
const count = document.getElementById("count");
const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
const number = new Intl.NumberFormat("en");
const rows = Array.from(table.tBodies[0].rows, (element, place) => {
  return { element, place, text: "", fits: true };
});
let order = "";
let waiting = [];
let painting = false;

/* Search */

// Without accents and case, so that "lodz" finds "Łódź"; no-break spaces are spaces.
function plain(text) {
  const letters = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return letters.replaceAll("ł", "l").replaceAll("ø", "o").replaceAll("ß", "ss");
}

function textOf(row) {
  row.text ||= plain(Array.from(row.element.cells, (cell) => cell.textContent).join("\n"));
  return row.text;
}

function filter() {
  const words = plain(search.value).split(/\s+/);
  for (const row of rows) row.fits = words.every((word) => textOf(row).includes(word));
  show();
  tell();
}

// What is in sight first, the rest when that has been painted.
function show() {
  for (const row of rows) if (!row.fits) row.element.hidden = true;
  waiting = rows.filter((row) => row.fits && row.element.hidden);
  showNext();
}

function showNext(n = AT_ONCE) {
  for (const row of waiting.splice(0, n)) row.element.hidden = false;
  if (!waiting.length || painting) return;
  painting = true;
  requestAnimationFrame(() => setTimeout(() => {
    painting = false;
    showNext();
  }));
}

// Announcements wait until the hand rests.
function tell() {
  const shown = rows.filter((row) => row.fits).length;
  const noun = rows.length === 1 ? count.dataset.one : count.dataset.many;
  const all = `${number.format(rows.length)} ${noun}`;
  const found = shown === rows.length ? all : `${number.format(shown)} of ${all}`;
  clearTimeout(count.timer);
  count.timer = setTimeout(() => (count.textContent = found + order), 200);
}

/* Sort */

function keyOf(row, { cellIndex, dataset }) {
  const cell = row.element.cells[cellIndex];
  if (dataset.sort === "text") return cell.textContent.trim() || null;
  return cell.firstElementChild ? Number(cell.firstElementChild.value) : null;
}

// Rows without a value come last, in either direction; equal ones keep their first order.
function sort(head) {
  const sign = head.ariaSort === "ascending" ? -1 : 1;
  const compare = head.dataset.sort === "text" ? collator.compare : (a, b) => a - b;
  const keys = new Map(rows.map((row) => [row, keyOf(row, head)]));
  rows.sort((one, other) => {
    const [a, b] = [keys.get(one), keys.get(other)];
    const missing = (a === null) - (b === null);
    return missing || (a !== null && sign * compare(a, b)) || one.place - other.place;
  });
  table.tBodies[0].append(...rows.map((row) => row.element));
  for (const other of heads) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
  order = `, sorted by ${head.textContent}, ${head.ariaSort}`;
  tell();
}

function makeSortable(head) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...head.childNodes);
  button.addEventListener("click", () => sort(head));
  head.append(button);
}

/* Columns */

// Columns keep their widths whatever is found; where the table need not scroll sideways in its
// region, its headings stay in sight.
function fit() {
  const region = table.parentElement;
  region.classList.remove("fits");
  for (const head of heads) head.style.width = "";
  table.style.tableLayout = "";
  if (getComputedStyle(table).display !== "table") return;
  const widths = heads.map((head) => head.getBoundingClientRect().width);
  region.classList.toggle("fits", table.offsetWidth <= region.clientWidth);
  heads.forEach((head, i) => (head.style.width = `${widths[i]}px`));
  table.style.tableLayout = "fixed";
}

/* Start */

for (const head of heads) if (head.dataset.sort) makeSortable(head);
table.classList.add("live");
search.parentElement.hidden = false;
search.addEventListener("input", filter);
addEventListener("beforeprint", () => showNext(Infinity));
addEventListener("resize", fit);
document.fonts.ready.then(fit);
if (search.value) filter();
