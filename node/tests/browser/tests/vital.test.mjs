// When the patient cannot be asked: a colleague confirms, or nobody is there and the reason is read aloud.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "../lib/chromium.mjs";
import { printed } from "../lib/paper.mjs";
import { find, findOne } from "../lib/patient.mjs";
import { person } from "../lib/people.mjs";
import { endOthers, scan, signedIn } from "../lib/staff.mjs";
import { withTablet } from "../lib/tablet.mjs";
import { badge } from "../lib/walk.mjs";
import { LANGUAGES } from "../lib/words.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

async function write(at, reason = "unconscious") {
  await at.page.locator(`label:has(#reason-${reason})`).click();
  await at.page.locator("#written").fill("がれきの下から救出、呼びかけに応じない");
}

async function second(at, role, pin = badge(role).pin) {
  await scan(at, "#badge", badge(role).text);
  await at.page.locator("#pin").fill(pin);
  await at.press("#state");
}

async function isUnconfirmed(at, name) {
  assert.equal(await at.page.locator("#patient").getAttribute("data-confirmed"), "no");
  assert.ok((await at.text("#patient")).includes(at.word("page-record-unconfirmed")));
  assert.ok((await at.text("#patient")).includes(name));
}

for (const [place, lang] of LANGUAGES.entries()) {
  const tablet = (use) => withTablet(browser, { lang }, use);

  test(`${lang}: a colleague who is signed in confirms, and all of it stays marked as not confirmed`, () => tablet(async (at) => {
    await withTablet(browser, { lang }, async (other) => {
      await signedIn(other, "second-doctor");
      await signedIn(at, "doctor");
      const told = place === 0 ? await findOne(at, "vital-interest") : person(1);
      if (place > 0) await find(at, told);
      const visit = at.path;
      await at.press("#to-vital");
      await at.look("vital");
      await write(at);
      await second(at, "second-doctor", "192837");
      assert.equal(at.path, `${visit}/vital`);
      await at.look("vital-wrong-pin");
      await second(at, "doctor");
      assert.equal(at.path, `${visit}/vital`, "nobody confirms for themselves");
      await second(at, "second-doctor");
      assert.equal(at.path, `${visit}/record`);
      await isUnconfirmed(at, told.expect.registered_name);
      await at.look("record-unconfirmed");
      await at.go(`${visit}/sheet`);
      const { pages } = await printed(at, `sheet-unconfirmed-${lang}`);
      const mark = at.word("page-record-unconfirmed").replaceAll(/\s/g, "");
      for (const page of pages) assert.ok(page.replaceAll(/\s/g, "").includes(mark), "a page without the mark");
    });
  }));

  test(`${lang}: with nobody else signed in the reason is read aloud first`, () => tablet(async (at) => {
    await signedIn(at, "doctor");
    await endOthers(at);
    const told = person(2 + place);
    await find(at, told);
    const visit = at.path;
    await at.press("#to-vital");
    assert.ok(await at.has("#nobody"));
    assert.ok(!await at.has("#badge"));
    await write(at, "cannot-express");
    await at.press("#alone");
    await at.look("vital-aloud");
    assert.ok((await at.text("#aloud")).includes("呼びかけに応じない"));
    await at.page.locator("label:has(#read)").click();
    await at.press("#look-alone");
    assert.equal(at.path, `${visit}/record`);
    await isUnconfirmed(at, told.expect.registered_name);
  }));
}

test("only doctors and dentists may state it", () => withTablet(browser, {}, async (at) => {
  for (const [role, may] of [["dentist", true], ["pharmacist", false], ["designated", false], ["reception", false]]) {
    await signedIn(at, role);
    await find(at, person(4));
    assert.equal(await at.has("#to-vital"), may, role);
    const visit = at.path;
    await at.go(`${visit}/vital`);
    assert.equal(await at.has("#written"), may, role);
  }
}));
