// Uses pages with a large table as people do, by keyboard alone, and prints what happened:
// [{filterSeconds, found, none, cleared, sorted, again, without, faults}]; what cannot be reached
// by keyboard is missing.
// Standard input: {"chromium": PATH, "pages": [PATH], "word": "typed", "column": "heading"}.
import { pathToFileURL } from "node:url";
import { asked, launch } from "./browser.mjs";

async function open(browser, path, faults, options = {}) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
  page.on("console", (message) => faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(error.message));
  await page.goto(pathToFileURL(path).href);
  return page;
}

// What is to be seen once nothing moves any more: rows come in portions, announcements wait.
async function seen(page) {
  for (let before = null, now; ; before = now) {
    now = JSON.stringify(await page.evaluate(look));
    if (now === before) return JSON.parse(now);
    await page.waitForTimeout(300);
  }
}

function look() {
  const rows = [...document.querySelectorAll(".rows tbody tr")].filter((row) => row.checkVisibility());
  const sorted = document.querySelector("[aria-sort]");
  return {
    count: document.getElementById("count").textContent,
    names: rows.map((row) => row.querySelector("th").textContent),
    sort: sorted && [sorted.textContent, sorted.ariaSort],
    focus: document.activeElement.id || document.activeElement.textContent,
  };
}

async function tabTo(page, text) {
  for (let i = 0; i < 30; i++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => document.activeElement.id || document.activeElement.textContent);
    if (at === text) return true;
  }
  return false;
}

async function search(text) {
  const field = document.getElementById("search");
  const start = performance.now();
  field.value = text;
  field.dispatchEvent(new Event("input"));
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  return (performance.now() - start) / 1000;
}

// From the key to the painted result: the slowest of several texts, each at its better time.
async function filterSeconds(page) {
  const best = new Map();
  for (const step of ["a", "an", "", "o", "zzz", "", "a", "an", "", "o", "zzz", ""].entries()) {
    const seconds = await page.evaluate(search, step[1]);
    best.set(step[0] % 6, Math.min(seconds, best.get(step[0] % 6) ?? Infinity));
    await page.waitForTimeout(100);
  }
  return Math.max(...best.values());
}

async function use(browser, path) {
  const faults = [];
  const page = await open(browser, path, faults);
  await page.evaluate(() => document.fonts.ready);
  const found = { faults, filterSeconds: await filterSeconds(page) };
  await tabTo(page, "search");
  await page.keyboard.type(asked.word);
  found.found = await seen(page);
  await page.keyboard.type("zzz");
  found.none = await seen(page);
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  found.cleared = await seen(page);
  if (await tabTo(page, asked.column)) {
    await page.keyboard.press("Enter");
    found.sorted = await seen(page);
    await page.keyboard.press("Space");
    found.again = await seen(page);
  }
  const without = await open(browser, path, faults, { javaScriptEnabled: false });
  found.without = {
    rows: await without.locator(".rows tbody tr").filter({ visible: true }).count(),
    search: await without.locator("#search").isVisible(),
  };
  return found;
}

const browser = await launch();
const found = await Promise.all(asked.pages.map((path) => use(browser, path)));
await browser.close();
process.stdout.write(JSON.stringify(found));
