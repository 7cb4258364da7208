// Patients at a tablet: found, identified, asked for consent. Every step is what a finger or a keyboard does.
import assert from "node:assert/strict";
import { example } from "./walk.mjs";

/** Fills the form of the example's search, as it was told. */
export async function type(tablet, { search, fields }) {
  const { page } = tablet;
  const ids = search === "name" ? { name: "name", birth: "birth", address: "address", insurer: "insurer" }
    : { insurer: "card-insurer", symbol: "card-symbol", number: "card-number", branch: "card-branch", birth: "card-birth" };
  for (const [field, id] of Object.entries(ids)) await page.locator(`#${id}`).fill(String(fields[field] ?? ""));
  if (search === "name") await page.locator(`label:has(#sex-${fields.sex})`).click();
}

export async function find(tablet, told) {
  await tablet.go("/find");
  await type(tablet, told);
  await tablet.press(`#find-by-${told.search}`);
}

/** Finds the one person of an example. */
export async function findOne(tablet, key) {
  const told = example(key);
  await find(tablet, told);
  if (told.expect.found === "several") {
    await type(tablet, told.expect.next);
    await tablet.press(`#find-by-${told.expect.next.search}`);
  }
  assert.match(tablet.path, /^\/visit\/[0-9a-f]{32}$/);
  return told;
}

/** Fills in the fact that was told, or another answer. */
export async function say(tablet, { by, fact, said }) {
  await tablet.page.locator(`label:has(#by-${by})`).click();
  await tablet.page.locator(`label:has(#fact-${fact})`).click();
  await tablet.page.locator("#said").fill(said);
}

export async function confirm(tablet, told, said = told.confirm.said) {
  await say(tablet, { ...told.confirm, said });
  await tablet.press("#confirm");
}

/** From the search to the record: identity confirmed, agreed aloud. */
export async function openRecord(tablet, key, form = "oral") {
  const told = await findOne(tablet, key);
  const visit = tablet.path;
  await confirm(tablet, told);
  if (await tablet.has(`#consent-${form}`)) await tablet.press(`#consent-${form}`);
  else await tablet.press("#to-record");
  assert.equal(tablet.path, `${visit}/record`);
  return { ...told, visit };
}
