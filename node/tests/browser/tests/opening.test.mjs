// The second hospital: opened by an officer at its page, used, cut off from power, and opened again.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "../lib/chromium.mjs";
import { Node } from "../lib/node.mjs";
import { confirm, find } from "../lib/patient.mjs";
import { person } from "../lib/people.mjs";
import { scan } from "../lib/staff.mjs";
import { withTablet } from "../lib/tablet.mjs";
import { badge, walk } from "../lib/walk.mjs";
import { LANGUAGES } from "../lib/words.mjs";

const PIN = "314159";
const OPEN = "button[name='how'][value='code']";
const { code } = walk.node_b;
let browser;
let copy;
before(async () => {
  browser = await launch();
  copy = await Node.copy();
  await copy.start();
});
after(async () => {
  await copy.kill();
  await browser.close();
});

async function open(at, spoken) {
  if (!await at.page.locator("#badge").inputValue()) await scan(at, "#badge", badge("second-node").text);
  await at.page.locator("#code").fill(spoken);
  await at.press(OPEN);
}

/** Opens with a code that could be one and is another: of ten last digits one is the check digit. */
async function openWrongly(at, groups) {
  const five = String((Number(groups[0].slice(0, 5)) + 1) % 60_000).padStart(5, "0");
  for (let check = 0; check < 10; check += 1) {
    await open(at, groups.with(0, `${five}${check}`).join(" "));
    if ((await at.text(".failure")).includes("not the one for this node")) return;
  }
  throw new Error("no code was taken for another node's");
}

async function enter(at) {
  await at.go("/sign-in");
  await scan(at, "#badge", badge("second-node").text);
  await at.enter();
  await at.page.locator("#pin").fill(PIN);
  await at.enter();
}

for (const lang of LANGUAGES) {
  test(`${lang}: a sealed node asks nobody to sign in, and says how it is opened`, () =>
    withTablet(browser, { lang, address: walk.node_b.address }, async (at) => {
      await at.go("/");
      assert.equal(at.path, "/officer");
      await at.look("officer-sealed");
      await at.go("/sign-in");
      assert.equal(at.path, "/officer");
      await at.go("/status");
      await at.look("status-sealed");
    }));
}

test("a misheard group is named, a wrong code is refused, the right one opens, and a power cut costs no consent", async () => {
  const own = { lang: "en", address: copy.address, hosts: [new URL(copy.address).host] };
  await withTablet(browser, own, async (at) => {
    await at.go("/officer");
    const groups = code.split(" ");
    // One digit: what the check digit is sure to find.
    const misheard = groups.with(2, groups[2].slice(0, 5) + ((Number(groups[2][5]) + 1) % 10));
    await open(at, misheard.join(" "));
    await at.look("officer-misheard");
    assert.match(await at.text(".failure"), /3/);
    await open(at, groups.slice(1).join(" "));
    assert.match(await at.text(".failure"), /42 digits/);
    await openWrongly(at, groups);
    await at.look("officer-wrong-code");
    await open(at, code.replaceAll(" ", "-"));
    assert.equal(at.path, "/officer");
    await at.go("/officer");
    await at.look("officer-open");

    // The very first person sets a PIN without a witness.
    await enter(at);
    await at.page.locator("#pin").fill(PIN);
    await at.page.locator("#again").fill(PIN);
    await at.press("form[action='/sign-in/pin'] button.main");
    assert.equal(at.path, "/find");
    const told = person(30);
    await find(at, told);
    const visit = at.path;
    await confirm(at, told);
    await at.press("#consent-oral");
    assert.equal(at.path, `${visit}/record`);

    await copy.kill();
    await copy.start();
    await at.go(`${visit}/record`);
    assert.ok(!(await at.page.content()).includes(told.expect.registered_name));
    await at.go("/officer");
    await at.look("officer-locked");
    await open(at, code);
    await enter(at);
    assert.equal(at.path, "/find");
    const gone = await at.go(`${visit}/record`);
    assert.equal(gone.status(), 404);
    await find(at, told);
    assert.ok(await at.has("#grounds"), "the consent came back from the journal");
    await at.press("#to-record");
    assert.ok((await at.text("#patient")).includes(told.expect.registered_name));
  });
});
