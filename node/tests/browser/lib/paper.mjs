// What comes out of the printer, and what a scanner reads of it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import decode from "jsqr";
import { pixels } from "./pixels.mjs";
import { left } from "./walk.mjs";

const PRINTS = join(left, "shots");
mkdirSync(PRINTS, { recursive: true });

/** Prints a screen on A4: the text of each page, and the size of the paper in points. */
export async function printed(tablet, name) {
  const path = join(PRINTS, `${name}.pdf`);
  writeFileSync(path, await tablet.page.pdf({ preferCSSPageSize: true }));
  const text = execFileSync("pdftotext", ["-layout", "-enc", "UTF-8", path, "-"], { encoding: "utf8" });
  const pages = text.split("\f").slice(0, -1);
  const said = execFileSync("pdfinfo", [path], { encoding: "utf8" });
  const [, width, height] = /Page size:\s+([\d.]+) x ([\d.]+)/.exec(said);
  execFileSync("pdftoppm", ["-r", "60", "-png", path, join(PRINTS, name)]);
  return { pages, size: { width: Math.round(width), height: Math.round(height) } };
}

/** Reads a QR code off the screen, as a camera would. */
export async function scanned(tablet, selector) {
  const shot = await tablet.page.locator(selector).screenshot();
  const { width, height, rgba } = await pixels(tablet.context.browser(), shot);
  const code = decode.default(rgba, width, height);
  assert.ok(code, "no QR code was read");
  return code.data;
}
