// Members of staff at a tablet.
import assert from "node:assert/strict";
import { badge } from "./walk.mjs";

/** As a scanner does: types the badge at once, then sends the form. */
export async function scan(tablet, selector, text) {
  await tablet.page.locator(selector).focus();
  await tablet.page.keyboard.insertText(text);
}

/** Scans the badge and enters the PIN. */
export async function signIn(tablet, role, { pin } = {}) {
  const holder = badge(role);
  await tablet.go("/sign-in");
  await scan(tablet, "#badge", holder.text);
  await tablet.enter();
  await tablet.page.locator("#pin").fill(pin ?? holder.pin);
  await tablet.enter();
  return holder;
}

export async function signedIn(tablet, role) {
  const holder = await signIn(tablet, role);
  assert.equal(tablet.path, "/find");
  assert.ok((await tablet.text(".who")).includes(holder.name));
  return holder;
}

export function signOut(tablet) {
  return tablet.press("form[action='/sign-out'] button");
}

/** Ends everybody else's use, so that this member of staff is alone. */
export async function endOthers(tablet) {
  await tablet.go("/sessions");
  const end = "form[action='/sessions/end'] button";
  while (await tablet.has(end)) await tablet.leads(() => tablet.page.locator(end).first().click());
}
