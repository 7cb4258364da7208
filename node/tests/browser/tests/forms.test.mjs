// Which forms a node takes: only those of its own screens, once each, and no longer than a form can be.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { Client } from "../lib/client.mjs";
import { badge, example, secrets, walk } from "../lib/walk.mjs";

const client = new Client();
let hidden;
before(async () => {
  await client.signIn(badge("pharmacist"));
  hidden = await client.fresh("/find");
});

const host = new URL(walk.address).host;
const text = (message) => message.text.replaceAll(/\s+/g, " ");

describe("a form that did not come from a screen of this node changes nothing", () => {
  const other = "f".repeat(64);
  for (const [name, fields, headers, status] of [
    ["without a seal", { seal: null }, {}, 400],
    ["with another seal", { seal: other }, {}, 400],
    ["without a mark", { once: null }, {}, 400],
    ["without anything", { seal: null, once: null, lang: null, back: null }, {}, 400],
    ["from another site", {}, { origin: "https://evil.example" }, 400],
    ["from the same host by HTTP", {}, { origin: `http://${host}` }, 400],
    ["from nowhere", {}, { origin: "null" }, 400],
    ["across sites", {}, { "sec-fetch-site": "cross-site" }, 400],
    ["from a neighbouring site", {}, { "sec-fetch-site": "same-site" }, 400],
    ["typed into the address", {}, { "sec-fetch-site": "none" }, 400],
    ["as JSON", {}, { "content-type": "application/json" }, 400],
    ["as plain text", {}, { "content-type": "text/plain" }, 400],
    ["in parts", {}, { "content-type": "multipart/form-data; boundary=x" }, 400],
    ["of no kind", {}, { "content-type": null }, 400],
    ["longer than a form", { more: "x".repeat(16 << 10) }, {}, 400],
    ["as it should be", {}, { origin: `https://${host}`, "sec-fetch-site": "same-origin" }, 303],
  ]) {
    test(name, async () => {
      const form = { ...hidden, lang: "en", back: "/find", ...fields };
      for (const [field, value] of Object.entries(form)) if (value === null) delete form[field];
      const answer = await client.post("/language", form, { headers });
      assert.equal(answer.status, status);
      assert.equal(answer.headers["set-cookie"] !== undefined, status === 303);
    });
  }

  test("with the seal of another browser", async () => {
    const stranger = await new Client().fresh();
    const answer = await client.post("/language", { ...stranger, lang: "en", back: "/find" });
    assert.equal(answer.status, 400);
  });

  test("without the session, on every form of somebody who is signed in", async () => {
    const visitor = new Client();
    const own = await visitor.fresh();
    const visit = `/visit/${"0".repeat(32)}`;
    for (const path of ["/find/name", "/find/number", "/sign-out", "/sessions/end", `${visit}/confirm`, `${visit}/consent`,
      `${visit}/vital`, "/officer/close"]) {
      const form = { ...own, number: "1", name: "x", birth: "x", sex: "1", insurer: "1", said: "x" };
      const answer = await visitor.post(path, form);
      assert.ok([303, 400].includes(answer.status), `${path} ${answer.status}`);
      if (answer.status === 303) assert.match(answer.headers.location, /^\/sign-in\?/, path);
    }
  });
});

test("a form that is sent twice gets the same answer and is done once", async () => {
  const { text: badgeText, pin, name } = badge("designated");
  const used = async () => (await client.get("/sessions")).text.split("<tr>").filter((row) => row.includes(name)).length;
  const before = await used();
  const once = new Client();
  const own = await once.fresh();
  const send = () => once.post("/sign-in", { ...own, badge: badgeText, pin, next: "/find" });
  const answers = await Promise.all([send(), send()]);
  const cookies = answers.map(({ headers }) => headers["set-cookie"].find((line) => line.startsWith("__Host-session=")));
  assert.deepEqual(answers.map(({ status }) => status), [303, 303]);
  assert.equal(cookies[0], cookies[1]);
  assert.equal(await used(), before + 1);
  assert.equal((await once.post("/sign-out", { ...own, once: "end" })).status, 303);
});

test("one search is one visit, however often it is sent", async () => {
  const form = { ...(await client.fresh("/find")), ...example("fuzzy-kana").fields };
  const answers = [await client.post("/find/name", form), await client.post("/find/name", form)];
  assert.deepEqual(answers.map(({ status }) => status), [303, 303]);
  assert.equal(answers[0].headers.location, answers[1].headers.location);
  assert.match(answers[0].headers.location, /^\/visit\/[0-9a-f]{32}$/);
});

describe("no way leads to another site", () => {
  const ways = ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
    "/find?x=//evil", "/find%0d%0aset-cookie: a=b", "/find\r\nset-cookie: a=b", "evil.example", "/sign-out", ""];
  for (const way of ways) {
    test(`neither by next nor by back: ${JSON.stringify(way)}`, async () => {
      const { text: shown } = await client.get(`/sign-in?why=x&next=${encodeURIComponent(way)}`);
      assert.match(shown, /name="next" value="\/find"/);
      const back = await client.post("/language", { ...hidden, once: `back${way}`, lang: "en", back: way });
      assert.equal(back.headers.location, "/");
    });
  }
});

describe("nothing of an address is shown", () => {
  const evil = "%3Cscript%3Ealert(1)%3C/script%3E";
  for (const path of [`/${evil}`, `/sign-in?why=${evil}&next=${evil}`, `/visit/${evil}`, `/visit/${evil}/record`,
    `/status?x=${evil}`, `/find?name=${evil}`, "/visit/%27%22%3E%3Cimg%20src=x%3E", `/mine/${"a".repeat(2000)}`]) {
    test(path.slice(0, 60), async () => {
      const { text: shown, headers } = await client.get(path);
      assert.doesNotMatch(shown, /alert\(|<img|aaaaaaaa/);
      assert.doesNotMatch(headers.location ?? "", /alert|%3C|</i);
    });
  }
});

test("what was typed comes back as text", async () => {
  const evil = "\"><script>alert(1)</script>";
  const own = await client.fresh("/find");
  const form = { ...own, name: evil, birth: evil, sex: "1", address: evil, insurer: "" };
  const answer = await client.post("/find/name", form);
  assert.doesNotMatch(answer.text, /<script>alert/);
  assert.match(text(answer), /&#34;&#62;&#60;script&#62;|&quot;&gt;&lt;script&gt;/);
});

test("nothing of a patient stands in an address that a search leads to", async () => {
  for (const { key, search, fields } of walk.examples) {
    const own = await client.fresh("/find");
    const set = Object.fromEntries(Object.entries(fields).filter(([, value]) => value));
    const { headers } = await client.post(`/find/${search}`, { ...own, ...set });
    const location = decodeURIComponent(headers.location ?? "");
    for (const secret of secrets()) assert.ok(!location.includes(secret), key);
    assert.match(location, /^(\/visit\/[0-9a-f]{32})?$/, key);
  }
});
