// A closer look at one screen, once for each language: pictures, axe, sizes of what is touched.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { SIZES } from "./sizes.mjs";
import { picture } from "./tour.mjs";
import { left } from "./walk.mjs";

const RULES = ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"];
/** A screen asks for itself again when its session is over, so that no record stays on a tablet that was left behind. The
 * limit is essential and shown (WCAG 2.1, 2.2.1); the screen of regional IT says that it renews itself. */
const NOT_RULES = ["meta-refresh"];
/** Least side of what a gloved finger meets, in CSS pixels (WCAG 2.1, 2.5.5). */
const TARGET = 44;
const SHOTS = join(left, "shots");
mkdirSync(SHOTS, { recursive: true });

const seen = new Set();

export async function look(tablet, name) {
  const { page, lang } = tablet;
  if (seen.has(`${name}-${lang}`)) return;
  seen.add(`${name}-${lang}`);
  await picture(tablet, name);
  const faults = [];
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    await page.screenshot({ path: join(SHOTS, `${name}-${lang}-${size}.png`), fullPage: true });
    const found = await page.evaluate(misfits, TARGET);
    faults.push(...found.map((fault) => `on a ${size}: ${fault}`));
  }
  await page.setViewportSize(SIZES.tablet);
  faults.push(...await inaccessible(page));
  assert.deepEqual(faults, [], `${name} (${lang})`);
}

async function inaccessible(page) {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).disableRules(NOT_RULES).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary}`));
}

/** What is wider than the screen, or smaller than a finger. Runs in the page; a choice is touched at its label. */
function misfits(least) {
  const { scrollWidth, clientWidth } = document.documentElement;
  const wide = scrollWidth > clientWidth ? [`${scrollWidth - clientWidth} pixels too wide`] : [];
  const hidden = [...document.querySelectorAll(".wide")].filter((table) => table.scrollWidth > table.clientWidth)
    .map((table) => `a table is ${table.scrollWidth - table.clientWidth} pixels wider than its place: ${table.innerText.slice(0, 40)}`);
  const touched = "button, a.button, nav a, form a, select, textarea, input:not([type=hidden])";
  const boxes = [...document.querySelectorAll(touched)].filter((element) => !element.closest(".unseen, .skip, [hidden]"));
  const small = boxes.flatMap((element) => {
    const box = (element.closest("label.choice") ?? element).getBoundingClientRect();
    const isSeen = box.width > 0 && box.height > 0;
    const isBig = box.width >= least - 0.5 && box.height >= least - 0.5;
    return isSeen && !isBig ? [`${Math.round(box.width)}x${Math.round(box.height)} is too small: ${element.outerHTML.slice(0, 120)}`] : [];
  });
  return [...wide, ...hidden, ...small];
}
