// From the badge to the paper: what a team does for each patient, in both languages.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch } from "../lib/chromium.mjs";
import { confirm, find, findOne, say, type } from "../lib/patient.mjs";
import { person } from "../lib/people.mjs";
import { printed, scanned } from "../lib/paper.mjs";
import { signIn, signOut, signedIn } from "../lib/staff.mjs";
import { withTablet } from "../lib/tablet.mjs";
import { badge, example, walk } from "../lib/walk.mjs";
import { LANGUAGES } from "../lib/words.mjs";

const tight = (words) => words.replaceAll(/\s/g, "");
let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

for (const [place, lang] of LANGUAGES.entries()) {
  describe(lang, () => {
    const tablet = (use, more = {}) => withTablet(browser, { lang, ...more }, use);

    test("a scanned badge asks for the PIN, and the PIN leads to the search", () => tablet(async (at) => {
      await at.go("/");
      assert.equal(at.path, "/sign-in");
      await at.look("sign-in");
      await at.page.keyboard.insertText(badge("doctor").text);
      await at.enter();
      await at.look("sign-in-pin");
      const { name } = await signedIn(at, "doctor");
      await at.look("find");
      assert.ok((await at.text(".top")).includes(name));
      await signOut(at);
    }));

    test("a wrong PIN is refused without saying whose badge it is", () => tablet(async (at) => {
      const { name } = await signIn(at, "dentist", { pin: "192837" });
      await at.look("sign-in-wrong-pin");
      assert.ok(await at.has(".failure[role=alert]"));
      assert.ok(!(await at.page.content()).includes(name));
      await signedIn(at, "dentist");
      await signOut(at);
    }));

    test("from the search to the medication in six steps, and back to nothing after signing out", () => tablet(async (at) => {
      await signedIn(at, "doctor");
      const told = place === 0 ? example("fuzzy-kana") : person(5);
      // Signed in, the form is there already: what follows is every touch and every typing of one patient.
      const steps = [];
      const step = (name, act) => { steps.push(name); return act(); };
      await step("type what is known", () => type(at, told));
      await step("search", () => at.press(`#find-by-${told.search}`));
      await at.look("visit");
      await step("whose answer, which fact, the answer", () => say(at, told.confirm));
      await step("agreed aloud", () => at.press("#consent-oral"));
      assert.ok(steps.length <= 6, steps.join(", "));
      assert.match(at.path, /\/record$/);
      assert.ok(await at.page.locator("#medication").isVisible());
      assert.equal(await at.page.locator("#patient").getAttribute("data-confirmed"), "yes");
      assert.ok((await at.text("#patient")).includes(told.expect.registered_name));
      await at.look("record");

      const visit = at.path.replace("/record", "");
      await at.press(`a[href='${visit}/sheet']`);
      await at.look("sheet");
      const sheet = await printed(at, `sheet-${lang}`);
      assert.ok(sheet.pages.length >= 1);
      for (const page of sheet.pages) {
        assert.ok(page.includes("DRILL") && page.includes("訓練"), "a page without the drill's mark");
        assert.ok(tight(page).includes(tight(told.expect.registered_name)), "a page without whose it is");
      }
      assert.deepEqual(sheet.size, { width: 595, height: 842 });
      await at.go(`${visit}/receipt`);
      await at.look("slip");
      const slip = await printed(at, `slip-${lang}`);
      assert.equal(slip.pages.length, 1);
      for (const name of [told.expect.registered_name, walk.badges[0].name]) {
        assert.ok(!tight(slip.pages[0]).includes(tight(name)), "a name on the slip");
      }
      assert.match(await scanned(at, "#qr"), /^TMSR1:[0-9A-Z $%*+\-./:]+$/);

      await at.go("/mine");
      await at.look("mine");
      assert.ok((await at.text("#mine")).includes(told.expect.registered_name));
      await at.go(`${visit}/record`);
      await signOut(at);
      await at.back();
      assert.equal(at.path, "/sign-in");
      assert.ok(!(await at.page.content()).includes(told.expect.registered_name));
    }));

    test("several: nobody is listed, what to ask next is said, and the next search meets one", () => tablet(async (at) => {
      await signedIn(at, "designated");
      const told = example("several");
      await find(at, told);
      assert.equal(at.path, "/find/name");
      await at.look("find-several");
      assert.ok(await at.has(`.asked #${told.expect.ask}`));
      assert.ok(!(await at.text()).includes(told.expect.registered_kana));
      await type(at, told.expect.next);
      await at.press("#find-by-name");
      assert.match(at.path, /^\/visit\//);
      await signOut(at);
    }));

    test("nobody: the regions of the data are named, and what was typed stays", () => tablet(async (at) => {
      await signedIn(at, "designated");
      const told = example("not-found");
      await find(at, told);
      await at.look("find-none");
      assert.ok((await at.text("#told")).length > 20);
      assert.equal(await at.page.locator("#name").inputValue(), told.fields.name);
      await signOut(at);
    }));

    test("no card and no name: by number", () => tablet(async (at) => {
      await signedIn(at, "pharmacist");
      const told = await findOne(at, "number-only");
      assert.equal(told.search, "number");
      await at.look("visit-number");
      await signOut(at);
    }));

    test("a wrong fact counts, is not shown again and records no consent", () => tablet(async (at) => {
      await signedIn(at, "pharmacist");
      const told = person(6 + place);
      await find(at, told);
      const visit = at.path;
      await confirm(at, told, "0000");
      await at.look("visit-not-fitting");
      assert.equal(await at.page.locator("#said").inputValue(), "");
      await say(at, { ...told.confirm, said: "1111" });
      await at.press("#consent-oral");
      assert.notEqual(at.path, `${visit}/record`);
      await at.go(`${visit}/record`);
      await at.look("record-denied");
      assert.ok(!(await at.page.content()).includes(told.expect.registered_name));
      await signOut(at);
    }));
  });
}
