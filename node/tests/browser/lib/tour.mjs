// Pictures for docs/TOUR.md: the first sight of the named screens, taken only when asked for.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { pixels } from "./pixels.mjs";
import { SIZES } from "./sizes.mjs";
import { smallPng } from "./small_png.mjs";

const PICTURES = fileURLToPath(new URL("../../../../docs/tour/", import.meta.url));
const LEN_BYTES_MAX = 80_000;

/** Screens of the tour, in the order of walking. */
export const TOUR = [
  "sign-in", "find", "find-several", "visit", "visit-not-fitting", "record-dangerous-combination", "sheet", "slip", "vital", "mine",
  "sessions", "officer-sealed", "status",
];

export async function picture(tablet, name) {
  const at = TOUR.indexOf(name);
  if (!process.env.TOMOSHIBI_TOUR || at < 0) return;
  const { page, lang } = tablet;
  await page.setViewportSize(SIZES.tablet);
  // A slip is shown whole, with its code; of all else the first sight is enough.
  const shot = await page.screenshot({ animations: "disabled", caret: "hide", fullPage: name === "slip" });
  const small = smallPng(await pixels(tablet.context.browser(), shot));
  assert.ok(small.length < LEN_BYTES_MAX, `the picture of ${name} has ${small.length} bytes`);
  mkdirSync(PICTURES, { recursive: true });
  writeFileSync(join(PICTURES, `${String(at + 1).padStart(2, "0")}-${name}-${lang}.png`), small);
}
