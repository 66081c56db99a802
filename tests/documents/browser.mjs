// Chromium as every script here starts it; standard input names the program.
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

export const asked = JSON.parse(readFileSync(0, "utf8"));

export function launch() {
  // Containers run as root, and have too little shared memory.
  const args = ["--no-sandbox", "--disable-dev-shm-usage"];
  return chromium.launch({ executablePath: asked.chromium, args });
}
