// Tablets that are left, shared, tapped twice, used without a script or without a finger.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "../lib/chromium.mjs";
import { find, openRecord, say, type } from "../lib/patient.mjs";
import { person } from "../lib/people.mjs";
import { scan, signIn, signedIn, signOut } from "../lib/staff.mjs";
import { withTablet } from "../lib/tablet.mjs";
import { badge, example } from "../lib/walk.mjs";
import { LANGUAGES } from "../lib/words.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

for (const lang of LANGUAGES) {
  test(`${lang}: a session is ended from elsewhere, and what it showed is gone`, () => withTablet(browser, { lang }, (left) =>
    withTablet(browser, { lang }, async (near) => {
      const { name } = await signedIn(left, "pharmacist");
      const { expect, visit } = await openRecord(left, "fuzzy-kana");
      await signedIn(near, "dentist");
      await near.go("/sessions");
      await near.look("sessions");
      const row = near.page.locator("tr", { hasText: name });
      while (await row.count() > 0) await near.leads(() => row.first().locator("button").click());
      await left.page.reload();
      await left.check();
      assert.equal(left.path, "/sign-in");
      await left.back();
      assert.ok(!(await left.page.content()).includes(expect.registered_name));
      await left.go(`${visit}/record`);
      assert.equal(left.path, "/sign-in");
      await left.look("sign-in-ended");
    })));
}

test("two tabs hold two patients, and neither takes the other's place", () => withTablet(browser, {}, async (first) => {
  await signedIn(first, "second-doctor");
  const second = await first.tab();
  const one = await openRecord(first, "dangerous-combination");
  const two = await openRecord(second, "no-medication");
  assert.notEqual(one.visit, two.visit);
  await first.page.reload();
  await second.page.reload();
  assert.ok((await first.text("#patient")).includes(one.expect.registered_name));
  assert.ok((await second.text("#patient")).includes(two.expect.registered_name));
}));

test("two tapped searches, consents and looks are one, with a script and without", async () => {
  for (const script of [true, false]) {
    await withTablet(browser, { lang: "en", script }, async (at) => {
      await signedIn(at, "dentist");
      const count = async (id) => {
        await at.go("/mine");
        const what = at.word(id);
        const cells = await at.page.locator("#mine td:nth-child(2)").allInnerTexts();
        return cells.filter((words) => words.startsWith(what)).length;
      };
      const [searched, consented] = [await count("page-mine-searched"), await count("page-mine-consented")];
      const told = person(script ? 20 : 21);
      await at.go("/find");
      await type(at, told);
      await at.leads(() => at.page.locator("#find-by-name").dblclick());
      await at.page.waitForURL(/\/visit\//);
      await say(at, told.confirm);
      await at.leads(() => at.page.locator("#consent-oral").dblclick());
      await at.page.waitForURL(/\/record$/);
      assert.equal(await count("page-mine-searched"), searched + 1);
      assert.equal(await count("page-mine-consented"), consented + 1);
    });
  }
});

test("without a script everything from the badge to the paper works", () => withTablet(browser, { script: false }, async (at) => {
  await signedIn(at, "doctor");
  const { visit, expect } = await openRecord(at, "fuzzy-kana");
  assert.ok((await at.text("#patient")).includes(expect.registered_name));
  for (const paper of ["sheet", "receipt"]) {
    await at.go(`${visit}/${paper}`);
    assert.ok(await at.page.locator("button[data-print]").isHidden(), "a button that needs a script");
  }
  await at.go("/mine");
  await at.press("form[action='/language'] button");
  assert.equal(await at.page.locator("html").getAttribute("lang"), "en");
  assert.equal(at.path, "/mine");
  await signOut(at);
}));

test("the keyboard alone leads from the badge to the record", () => withTablet(browser, { lang: "en" }, async (at) => {
  const { keyboard } = at.page;
  const isAt = (selector) => at.page.evaluate((wanted) => document.activeElement.matches(wanted), selector);
  const to = async (selector) => {
    for (let steps = 0; !await isAt(selector); steps += 1) {
      assert.ok(steps < 60, `${selector} is not reached by Tab`);
      await keyboard.press("Tab");
    }
    const outline = await at.page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.notEqual(outline, "none", `${selector} does not show that it has the focus`);
  };
  const choose = async (group, value) => {
    await to(`input[name='${group}']`);
    await keyboard.press("Space");
    for (let steps = 0; !await isAt(`[value='${value}']`); steps += 1) {
      assert.ok(steps < 10, `${group} has no ${value}`);
      await keyboard.press("ArrowRight");
    }
  };
  const { text, pin } = badge("doctor");
  await at.go("/sign-in");
  assert.ok(await isAt("#badge"), "a scanner types into the badge at once");
  await keyboard.insertText(text);
  await at.enter();
  assert.ok(await isAt("#pin"));
  await keyboard.type(pin);
  await at.enter();
  const { fields, confirm: fact } = person(22);
  for (const [selector, value] of [["#name", fields.name], ["#birth", fields.birth]]) {
    await to(selector);
    await keyboard.insertText(value);
  }
  await choose("sex", fields.sex);
  await to("#address");
  await keyboard.insertText(fields.address);
  await at.enter();
  assert.match(at.path, /^\/visit\//);
  await choose("by", fact.by);
  await choose("fact", fact.fact);
  await to("#said");
  await keyboard.insertText(fact.said);
  await to("#consent-oral");
  await at.enter();
  assert.match(at.path, /\/record$/);
  await to("#record-actions a");
}));

test("Enter in the answer checks it, and records no consent", () => withTablet(browser, {}, async (at) => {
  await signedIn(at, "doctor");
  const told = person(23);
  await find(at, told);
  await say(at, told.confirm);
  await at.enter();
  assert.ok(await at.has("#identity-confirmed") && await at.has("#consent-oral"));
}));

test("a PIN that was tried too often is set anew before a colleague", () => withTablet(browser, { lang: "en" }, async (at) => {
  const holder = badge("designated");
  await signIn(at, "designated", { pin: "192837" });
  while (!await at.has("#witness-badge")) {
    await at.page.locator("#pin").fill("192837");
    await at.enter();
  }
  await at.look("sign-in-set-pin");
  const fill = async ({ pin = holder.pin, again = pin, witness }) => {
    await at.page.locator("#pin").fill(pin);
    await at.page.locator("#again").fill(again);
    await scan(at, "#witness-badge", witness.text);
    await at.page.locator("#witness-pin").fill(witness.pin);
    await at.press("form[action='/sign-in/pin'] button.main");
  };
  await fill({ witness: badge("pharmacist"), again: "192837" });
  assert.ok(await at.has(".failure"), "two PINs that differ");
  await fill({ witness: { ...badge("pharmacist"), pin: "192837" } });
  assert.ok(await at.has(".failure"), "a witness with a wrong PIN");
  await fill({ witness: holder });
  assert.ok(await at.has(".failure"), "nobody witnesses for themselves");
  await fill({ witness: badge("pharmacist") });
  assert.equal(at.path, "/find");
  assert.ok((await at.text(".who")).includes(holder.name));
}));

test("the state of the node names no patient and no staff", async () => {
  for (const lang of LANGUAGES) {
    await withTablet(browser, { lang }, async (at) => {
      await at.go("/status");
      await at.look("status");
      const words = await at.text("body");
      for (const role of ["doctor", "second-doctor", "dentist", "pharmacist"]) assert.ok(!words.includes(badge(role).name), role);
      assert.ok(!words.includes(example("fuzzy-kana").expect.name));
      await at.go("/nothing-here");
      await at.look("not-found");
    });
  }
});
