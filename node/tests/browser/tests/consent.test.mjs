// What a role may see, and what a patient may refuse.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "../lib/chromium.mjs";
import { printed } from "../lib/paper.mjs";
import { confirm, find, openRecord } from "../lib/patient.mjs";
import { person } from "../lib/people.mjs";
import { signedIn } from "../lib/staff.mjs";
import { withTablet } from "../lib/tablet.mjs";
import { LANGUAGES } from "../lib/words.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

for (const [place, lang] of LANGUAGES.entries()) {
  const tablet = (use) => withTablet(browser, { lang }, use);

  test(`${lang}: the reception sees eligibility alone, without asking for consent`, () => tablet(async (at) => {
    await signedIn(at, "reception");
    const told = person(10);
    await find(at, told);
    await at.look("visit-reception");
    assert.ok(!await at.has("#consent-oral") && !await at.has("#to-vital"));
    await confirm(at, told);
    await at.press("#to-record");
    await at.look("record-reception");
    assert.ok(await at.has("#eligibility"));
    for (const part of ["#medication", "#danger", "#checkup"]) assert.ok(!await at.has(part), part);
    assert.ok((await at.text("#patient")).includes(told.expect.registered_name));
  }));

  test(`${lang}: a refusal closes the record, and can be taken back`, () => tablet(async (at) => {
    await signedIn(at, "designated");
    const told = person(12 + place);
    await find(at, told);
    const visit = at.path;
    await confirm(at, told);
    await at.press("#consent-refused");
    assert.equal(at.path, visit);
    await at.look("visit-refused");
    const answer = await at.go(`${visit}/record`);
    assert.equal(answer.status(), 403);
    assert.ok(!(await at.page.content()).includes(told.expect.registered_name));
    await at.go(visit);
    await at.press("#consent-proxy");
    assert.equal(at.path, `${visit}/record`);
    assert.ok(await at.has("#medication"));
  }));

  test(`${lang}: nobody can confirm: consent may be given, and the mark stays on screen and paper`, () => tablet(async (at) => {
    await signedIn(at, "doctor");
    const told = person(14 + place);
    await find(at, told);
    const visit = at.path;
    await at.press("#consent-written");
    assert.notEqual(at.path, `${visit}/record`);
    await at.look("visit-nothing-said");
    await at.page.locator("label:has(#unconfirmed)").click();
    await at.press("#consent-written");
    assert.equal(at.path, `${visit}/record`);
    const mark = at.word("page-record-unconfirmed");
    assert.ok((await at.text("#patient")).includes(mark));
    await at.go(`${visit}/sheet`);
    const { pages } = await printed(at, `sheet-nobody-${lang}`);
    for (const page of pages) assert.ok(page.replaceAll(/\s/g, "").includes(mark.replaceAll(/\s/g, "")));
    await at.go(visit);
    assert.ok((await at.text("#to-record")).includes(at.word("page-to-record-unconfirmed")));
    await confirm(at, told);
    await at.press("#to-record");
    assert.ok(!(await at.text("#patient")).includes(mark));
  }));
}

test("what can kill comes first", () => withTablet(browser, { lang: "en" }, async (at) => {
  await signedIn(at, "doctor");
  const { expect } = await openRecord(at, "dangerous-combination");
  assert.ok(expect.dangers.includes("anticoagulant"));
  const order = await at.page.locator("main section").evaluateAll((parts) => parts.map((part) => part.id));
  assert.equal(order[0], "danger");
  const rows = await at.page.locator("#danger .danger-row").evaluateAll((all) => all.map((row) => row.dataset.row));
  assert.ok(rows.length >= 2, rows.join());
  // Classes without a drug stand under how far the claims reach; none of them reads as "none".
  const empty = await at.page.locator(".empty-rows dt").allInnerTexts();
  assert.ok(empty.length > 0);
  for (const words of empty) assert.match(words, /\d{4}-\d{2}/);
}));
