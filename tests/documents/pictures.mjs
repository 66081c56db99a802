// Takes pictures of pages: standard input {"chromium": PATH, "shots": [{page, scheme, width, to}]}.
import { pathToFileURL } from "node:url";
import { asked, launch } from "./browser.mjs";

const browser = await launch();
for (const { page: path, scheme, width, to } of asked.shots) {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
  await page.goto(pathToFileURL(path).href);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: to, fullPage: true, animations: "disabled" });
  await page.close();
}
await browser.close();
process.stdout.write("{}");
