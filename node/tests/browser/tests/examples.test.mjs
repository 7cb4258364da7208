// Every patient whom the demo tells people to look up does what is told of them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "../lib/chromium.mjs";
import { openRecord } from "../lib/patient.mjs";
import { signedIn } from "../lib/staff.mjs";
import { withTablet } from "../lib/tablet.mjs";
import { walk } from "../lib/walk.mjs";
import { LANGUAGES } from "../lib/words.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const met = walk.examples.filter((one) => one.expect.found !== "none");
for (const lang of LANGUAGES) {
  for (const { key, expect } of met) {
    test(`${lang}: ${key}`, () => withTablet(browser, { lang }, async (at) => {
      await signedIn(at, "second-doctor");
      await openRecord(at, key);
      assert.equal(await at.page.locator("#patient").getAttribute("data-confirmed"), "yes");
      assert.ok((await at.text("#patient")).includes(expect.registered_name));
      const drugs = await at.page.locator("table.lines tbody tr").count();
      assert.equal(drugs > 0, expect.medications > 0);
      assert.equal(await at.page.locator(".checkup").count(), expect.checkups);
      const rows = await at.page.locator("#danger .danger-row").evaluateAll((all) => all.map((row) => row.dataset.row));
      const classes = expect.dangers.filter((danger) => !danger.startsWith("past_"));
      for (const danger of classes) assert.ok(rows.some((row) => row.endsWith(danger)), `${danger} is not among ${rows}`);
      await at.look(`record-${key}`);
    }));
  }
}
