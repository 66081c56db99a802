// Uses the drawing pad of a page as people do, and prints what happened:
// {mouse, touch, keyboard, controls, probabilities, stops, hiddenWithoutScript, faults}.
// Standard input: {"chromium": PATH, "page": PATH, "number": of the model, "pictures": [[grey]]}.
import { pathToFileURL } from "node:url";
import { asked, launch } from "./browser.mjs";

const THREE = [
  [0.3, 0.25], [0.5, 0.18], [0.66, 0.3], [0.48, 0.46], [0.68, 0.62], [0.52, 0.8], [0.3, 0.74],
];
const faults = [];

async function open(browser, path, options = {}) {
  const page = await browser.newPage({ viewport: { width: 768, height: 1000 }, ...options });
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(error.message));
  await page.goto(pathToFileURL(path).href);
  return page;
}

const part = (page, name) => page.locator(`[data-pad="${name}"]`);

async function outcome(page) {
  await page.waitForTimeout(900); // announcements wait until the hand rests
  return {
    answer: await part(page, "answer").textContent(),
    rows: await part(page, "rows").locator("tr").allInnerTexts(),
    ink: await part(page, "sheet").evaluate((canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      return data.filter((value, i) => i % 4 === 0 && value < 128).length;
    }),
  };
}

async function points(page) {
  await part(page, "sheet").scrollIntoViewIfNeeded();
  const box = await part(page, "sheet").boundingBox();
  return THREE.map(([x, y]) => [box.x + x * box.width, box.y + y * box.height]);
}

async function drawByMouse(page) {
  const [first, ...others] = await points(page);
  await page.mouse.move(...first);
  await page.mouse.down();
  for (const point of others) await page.mouse.move(...point, { steps: 6 });
  await page.mouse.up();
  return outcome(page);
}

async function drawByTouch(page) {
  const touch = await page.context().newCDPSession(page);
  const send = (type, touchPoints) => touch.send("Input.dispatchTouchEvent", { type, touchPoints });
  const line = await points(page);
  await send("touchStart", [{ x: line[0][0], y: line[0][1] }]);
  for (const [x, y] of line.slice(1)) await send("touchMove", [{ x, y }]);
  await send("touchEnd", []);
  return outcome(page);
}

async function drawByKeyboard(page) {
  await part(page, "sheet").focus();
  const press = async (key, times) => {
    for (let i = 0; i < times; i++) await page.keyboard.press(key);
  };
  await press("ArrowUp", 8);
  await press("Enter", 1);
  await press("ArrowDown", 16);
  await press("Enter", 1);
  const cursor = await part(page, "cursor").isVisible();
  return { ...(await outcome(page)), cursor, place: await part(page, "place").textContent() };
}

async function useControls(page) {
  const steps = {};
  await page.keyboard.press("Control+z");
  steps.undone = await outcome(page);
  await part(page, "images").locator("button").first().click();
  steps.image = await outcome(page);
  await part(page, "clear").click();
  steps.cleared = await outcome(page);
  await page.locator("[name=pad-model]").first().check();
  await part(page, "images").locator("button").first().click();
  steps.other = await outcome(page);
  return steps;
}

// At both widths: how many parts scroll, and how many stops by keyboard differ from them.
async function countStops(page) {
  const counts = [];
  await page.locator("details").evaluateAll((all) => all.forEach((part) => (part.open = true)));
  for (const width of [1280, 320]) {
    await page.setViewportSize({ width, height: 1000 });
    await page.waitForTimeout(300);
    const parts = page.locator(".scroll, .code, .equation, .pictures[role]");
    const found = await parts.evaluateAll((all) => {
      const scrolls = (part) => part.scrollWidth > part.clientWidth;
      const wrong = all.filter((part) => scrolls(part) !== (part.tabIndex === 0));
      return { scrolling: all.filter(scrolls).length, wrong: wrong.length };
    });
    counts.push(found);
  }
  return counts;
}

function probabilities({ number, pictures }) {
  const data = JSON.parse(document.getElementById("pad-data").textContent);
  const model = data.models[number];
  const network = makeNetwork(model.layers, decodeWeights(data.weights[model.weights]));
  return pictures.map((picture) => Array.from(softmax(logitsOf(network, picture))));
}

const browser = await launch();
const found = { faults };
found.mouse = await drawByMouse(await open(browser, asked.page));
found.touch = await drawByTouch(await open(browser, asked.page, { hasTouch: true }));
const page = await open(browser, asked.page);
found.keyboard = await drawByKeyboard(page);
found.controls = await useControls(page);
found.probabilities = await page.evaluate(probabilities, asked);
found.stops = await countStops(page);
const without = await open(browser, asked.page, { javaScriptEnabled: false });
found.hiddenWithoutScript = !(await without.locator("#pad").isVisible());
await browser.close();
process.stdout.write(JSON.stringify(found));
