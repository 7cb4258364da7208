// A tablet: one browser context with an address of its own, and what must hold of every screen it ever shows.
//
// Promises, checked at every screen a test comes to, not only where a test thinks of it: the drill's mark is seen, the
// title holds nothing of a patient, no script or style was refused, nothing was asked of anybody else, no error was
// written to the console, and the screen weighs less than a screen may.
import assert from "node:assert/strict";
import { openProxy } from "./address.mjs";
import { look } from "./look.mjs";
import { SIZES } from "./sizes.mjs";
import { weight } from "./weight.mjs";
import { secrets, walk } from "./walk.mjs";
import { word } from "./words.mjs";

const HOSTS = [walk.address, walk.node_b.address].map((address) => new URL(address).host);
/** A refusal is an answer: Chromium writes its status to the console all the same. */
const REFUSED = /^Failed to load resource: the server responded with a status of 4\d\d/;

export class Tablet {
  constructor(context, proxy, lang, address) {
    Object.assign(this, { context, proxy, lang, address, faults: [] });
    context.on("console", (message) => {
      if (message.type() === "error" && !REFUSED.test(message.text())) this.faults.push(message.text());
    });
    context.on("weberror", (error) => this.faults.push(String(error.error())));
    context.on("request", (request) => this.#asks(request.url()));
  }

  /** `strict` ignores no certificate error; `hosts` are all that its proxy connects to. */
  static async open(browser, { lang = "ja", script = true, address = walk.address, hosts = HOSTS, strict = false } = {}) {
    const proxy = await openProxy(hosts);
    const context = await browser.newContext({
      locale: lang === "ja" ? "ja-JP" : "en-GB", timezoneId: "Asia/Tokyo", javaScriptEnabled: script, viewport: SIZES.tablet,
      ignoreHTTPSErrors: !strict, proxy: { server: proxy.server, bypass: "<-loopback>" }, serviceWorkers: "block",
    });
    context.setDefaultTimeout(30_000);
    const tablet = new Tablet(context, proxy, lang, address);
    tablet.page = await context.newPage();
    return tablet;
  }

  /** A second tab: a tablet's other window, with the same cookies. */
  async tab() {
    const tab = Object.create(this);
    tab.page = await this.context.newPage();
    return tab;
  }

  #asks(url) {
    const { protocol, origin } = new URL(url);
    const isOurs = ["data:", "about:"].includes(protocol) || origin === new URL(this.address).origin;
    if (!isOurs) this.faults.push(`asked elsewhere: ${origin}`);
  }

  word(id) {
    return word(this.lang, id);
  }

  get path() {
    return new URL(this.page.url()).pathname;
  }

  async go(path) {
    const answer = await this.page.goto(new URL(path, this.address).href);
    await this.check();
    return answer;
  }

  async back() {
    await this.page.goBack({ waitUntil: "load" });
    await this.check();
  }

  /** Does what leads to another screen, and waits for it. */
  async leads(act) {
    await Promise.all([this.page.waitForEvent("load"), act()]);
    await this.check();
  }

  press(selector) {
    return this.leads(() => this.page.locator(selector).click());
  }

  enter() {
    return this.leads(() => this.page.keyboard.press("Enter"));
  }

  text(selector = "main") {
    return this.page.locator(selector).innerText();
  }

  has(selector) {
    return this.page.locator(selector).count().then((count) => count > 0);
  }

  /** What holds of every screen. */
  async check() {
    const title = await this.page.title();
    assert.ok(title.startsWith(this.word("page-drill-mark")) || /^\[DRILL\]|^【訓練】/.test(title), `no drill in the title ${title}`);
    const marks = this.page.locator(".drill-band, .sheet-head .mark, .slip .mark");
    assert.ok(await marks.first().isVisible(), `no mark of the drill at ${this.path}`);
    for (const secret of secrets()) {
      assert.ok(!title.includes(secret) && !decodeURIComponent(this.page.url()).includes(secret), "a patient in title or address");
    }
    const bytes = await weight(this);
    assert.ok(bytes < 100_000, `${this.path} weighs ${bytes} bytes`);
    this.clean();
  }

  clean() {
    assert.deepEqual(this.faults, []);
    assert.deepEqual(this.proxy.strangers, []);
  }

  /** A screen worth a closer look: accessible, big enough to touch, and pictured. */
  look(name) {
    return look(this, name);
  }
}

/** Opens a tablet for `use`, and closes it whatever came of it. */
export async function withTablet(browser, options, use) {
  const tablet = await Tablet.open(browser, options);
  try {
    await use(tablet);
    tablet.clean();
  } finally {
    await tablet.context.close();
    tablet.proxy.close();
  }
}
