// The end: the hospital closes its node at the page, and nothing can be read any more. Runs last.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "../lib/chromium.mjs";
import { openRecord } from "../lib/patient.mjs";
import { scan, signedIn } from "../lib/staff.mjs";
import { withTablet } from "../lib/tablet.mjs";
import { forget, home } from "../lib/trust.mjs";
import { badge, walk } from "../lib/walk.mjs";
import { LANGUAGES } from "../lib/words.mjs";

let browser;
let own;
// A browser keeps the style only of a page that it trusts, and the last screen is styled by what was kept.
before(async () => {
  own = home([walk.page_root]);
  browser = await launch({ home: own });
});
after(async () => {
  await browser.close();
  forget(own);
});

async function answer(at, { second, pin = badge("second-doctor").pin, understood = true }) {
  await at.page.locator(`label:has([name=second][value=${second}])`).click();
  if (second === "badge") {
    await scan(at, "#second-badge", badge("second-doctor").text);
    await at.page.locator("#second-pin").fill(pin);
  }
  if (understood) await at.page.locator("label:has(#understood)").click();
  await at.press("#close button.danger");
}

test("the reception may not close, and nobody closes by mistake", () => withTablet(browser, { strict: true }, async (at) => {
  await signedIn(at, "reception");
  await at.go("/officer/close");
  await answer(at, { second: "badge" });
  assert.ok(await at.has(".failure[role=alert]"));
  assert.ok(!await at.has("#closed"));
  await signedIn(at, "doctor");
  for (const [place, lang] of LANGUAGES.entries()) {
    if (place > 0) await withTablet(browser, { lang, strict: true }, async (other) => {
      await signedIn(other, "second-doctor");
      await other.go("/officer/close");
      await other.look("officer-close");
    });
  }
  await at.go("/officer/close");
  await at.look("officer-close");
  await answer(at, { second: "badge", pin: "192837" });
  assert.ok(await at.has("#close .failure, .failure[role=alert]"));
  await answer(at, { second: "alone" });
  assert.ok(await at.has(".failure[role=alert]"), "others are signed in");
  await at.go("/find");
  assert.equal(at.path, "/find");
}));

test("two close the node; neither back nor reload shows what was there", () => withTablet(browser, { lang: "en", strict: true }, async (at) =>
  withTablet(browser, { lang: "ja", strict: true }, async (other) => {
    await signedIn(other, "second-doctor");
    const record = await openRecord(other, "fuzzy-kana");
    await signedIn(at, "doctor");
    const { expect, visit } = await openRecord(at, "fuzzy-kana");
    await at.go("/officer/close");
    await answer(at, { second: "badge" });
    assert.ok(await at.has("#closed"));
    const band = await at.page.locator(".drill-band").evaluate((element) => getComputedStyle(element).textAlign);
    assert.equal(band, "center", "the last screen is styled, though nobody serves the style any more");
    assert.match(await at.text("#report"), /^[0-9a-f]{64}$/);
    await at.look("officer-closed");
    // The program begins again; until then the page takes no connection, and the browser is asked to try again.
    const reached = async (tablet, path) => {
      for (;;) {
        const came = await tablet.page.goto(new URL(path, tablet.address).href).catch(() => null);
        if (came) break;
      }
      tablet.faults.splice(0, tablet.faults.length, ...tablet.faults.filter((fault) => !fault.includes("net::ERR_")));
      await tablet.check();
    };
    for (const [tablet, path] of [[at, `${visit}/record`], [other, `${record.visit}/record`], [at, `${visit}/sheet`]]) {
      await reached(tablet, path);
      assert.match(tablet.path, /^\/(officer|sign-in)$/);
      assert.ok(!(await tablet.page.content()).includes(expect.registered_name));
    }
    await at.page.goBack();
    assert.ok(!(await at.page.content()).includes(expect.registered_name));
    await at.page.reload();
    assert.ok(!(await at.page.content()).includes(expect.registered_name));
    await at.go("/officer");
    await at.look("officer-after-closing");
  })));
