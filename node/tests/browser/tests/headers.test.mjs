// Headers of every answer, also of those that nobody comes to by a link.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { Client } from "../lib/client.mjs";
import { badge } from "../lib/walk.mjs";

const POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
  + "base-uri 'none'; frame-ancestors 'none'";
const HEADERS = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "x-robots-tag": "noindex",
};
const VISIT = `/visit/${"0".repeat(32)}`;

const client = new Client();
before(() => client.signIn(badge("pharmacist")));

// method, path, status for somebody who is signed in.
const ROUTES = [
  ["GET", "/", 303], ["GET", "/sign-in", 200], ["GET", "/find", 200], ["GET", "/sessions", 200], ["GET", "/mine", 200],
  ["GET", "/status", 200], ["GET", "/officer", 200], ["GET", VISIT, 404], ["GET", `${VISIT}/record`, 404],
  ["GET", `${VISIT}/sheet`, 404], ["GET", `${VISIT}/receipt`, 404], ["GET", `${VISIT}/vital`, 404],
  ["GET", "/nothing", 404], ["GET", "/visit/", 404], ["GET", "/visit/%00", 404], ["GET", "/../etc/passwd", 404],
  ["POST", "/find/name", 400], ["POST", "/sign-out", 400], ["POST", "/", 405], ["POST", "/status", 405],
  ["POST", "/mine", 405], ["PUT", "/sign-in", 405], ["DELETE", "/sessions", 405], ["PATCH", VISIT, 405],
  ["GET", "/sign-out", 405], ["GET", "/language", 405], ["GET", "/sessions/end", 405], ["GET", "/sign-in/pin", 405],
];

for (const [method, path, status] of ROUTES) {
  test(`${method} ${path} answers ${status} under the page's headers and is kept by nobody`, async () => {
    const { headers, ...answer } = await client.ask(method, path);
    assert.equal(answer.status, status);
    for (const [name, value] of Object.entries(HEADERS)) assert.equal(headers[name], value, name);
    assert.equal(headers["cache-control"], "no-store");
    assert.equal(headers.server, undefined);
    if (answer.text) assert.match(headers["content-type"], /^text\/html; charset=utf-8$/);
  });
}

test("assets have the page's headers too, and are kept, being named by their content", async () => {
  const { text } = await client.get("/sign-in");
  const assets = [...text.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path]) => path);
  assert.equal(assets.length, 3);
  for (const path of [...assets, "/assets/none.css"]) {
    const { headers, status } = await client.get(path);
    for (const [name, value] of Object.entries(HEADERS)) assert.equal(headers[name], value, `${path} ${name}`);
    const kept = path.includes("none") ? "no-store" : "public, max-age=31536000, immutable";
    assert.equal(headers["cache-control"], kept, path);
    assert.equal(status, path.includes("none") ? 404 : 200);
  }
});

test("every cookie is this host's alone, secret, unread by scripts and never sent from elsewhere", async () => {
  const visitor = new Client();
  const hidden = await visitor.fresh();
  const { text: badgeText, pin } = badge("designated");
  const answers = [
    await new Client().get("/sign-in"),
    await visitor.post("/sign-in", { ...hidden, badge: badgeText, pin }),
    await visitor.post("/language", { ...hidden, once: "l", lang: "en", back: "/find" }),
    await visitor.post("/sign-out", { ...hidden, once: "o" }),
  ];
  const lines = answers.flatMap(({ headers }) => headers["set-cookie"] ?? []);
  const names = lines.map((line) => line.split("=")[0]);
  assert.deepEqual(names, ["__Host-browser", "__Host-session", "__Host-language", "__Host-session"]);
  for (const line of lines) {
    assert.match(line, /^__Host-[a-z]+=[0-9a-z]*; Path=\/; Secure; HttpOnly; SameSite=Strict(; Max-Age=\d+)?$/);
    assert.doesNotMatch(line, /Domain/i);
  }
  assert.match(lines[3], /Max-Age=0$/);
  assert.equal(answers[3].headers["clear-site-data"], '"cache", "storage"');
});

test("the language is the one that was chosen, else the first of ours that the browser asks for", async () => {
  for (const [headers, lang] of [
    [{ "accept-language": "en-GB,ja;q=0.5" }, "en"],
    [{ "accept-language": "fr, ja-JP" }, "ja"],
    [{ "accept-language": "ja", cookie: "__Host-language=en" }, "en"],
    [{ "accept-language": "en", cookie: "__Host-language=ja" }, "ja"],
    [{ "accept-language": "en", cookie: "__Host-language=<script>" }, "en"],
  ]) {
    const { text } = await new Client().get("/sign-in", { headers });
    assert.match(text, new RegExp(`<html lang="${lang}">`), JSON.stringify(headers));
  }
});
