// Opens each page in Chromium, in each colour scheme and width, with every disclosure open, and
// prints what is wrong: [{page, scheme, width, faults: ["kind: what, where", ...]}, ...].
// Standard input: {"chromium": PATH, "pages": [PATH], "schemes": ["light"], "widths": [320]}.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { asked, launch } from "./browser.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

async function openPage(browser, path, scheme, width, faults) {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`console: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (url !== pathToFileURL(path).href && !url.startsWith("data:")) faults.push(`request: ${url}`);
  });
  await page.goto(pathToFileURL(path).href);
  return page;
}

function overflow() {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  const scrolls = (element) =>
    element && (getComputedStyle(element).overflowX !== "visible" || scrolls(element.parentElement));
  const wide = [...document.body.querySelectorAll("*")].filter(
    (element) => element.getBoundingClientRect().right > room + 1 && !scrolls(element.parentElement),
  );
  const names = wide.slice(0, 3).map((element) => element.outerHTML.slice(0, 80));
  return [`overflow: ${document.documentElement.scrollWidth} > ${room}: ${names.join(" ")}`];
}

async function faultsOf(browser, path, scheme, width) {
  const faults = [];
  const page = await openPage(browser, path, scheme, width, faults);
  faults.push(...(await page.evaluate(overflow)));
  await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
  faults.push(...(await page.evaluate(overflow)));
  await page.evaluate(axe);
  const { violations } = await page.evaluate(
    (values) => globalThis.axe.run({ runOnly: { type: "tag", values } }),
    tags,
  );
  for (const { id, nodes } of violations) {
    faults.push(`axe: ${id} (${nodes.length}): ${nodes[0].html.slice(0, 160)}`);
  }
  await page.close();
  return faults;
}

const browser = await launch();
const found = [];
for (const page of asked.pages) {
  for (const scheme of asked.schemes) {
    for (const width of asked.widths) {
      found.push({ page, scheme, width, faults: await faultsOf(browser, page, scheme, width) });
    }
  }
}
await browser.close();
process.stdout.write(JSON.stringify(found));
