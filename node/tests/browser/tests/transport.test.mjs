// How the page is reached: TLS 1.3 alone, and only so often from one address.
import assert from "node:assert/strict";
import http from "node:http";
import { connect } from "node:net";
import tls from "node:tls";
import { test } from "node:test";
import { Client } from "../lib/client.mjs";
import { badge, walk } from "../lib/walk.mjs";

const { hostname, port } = new URL(walk.address);

test("TLS 1.3 is spoken, and nothing older", async () => {
  const spoken = await new Promise((resolve, reject) => {
    const socket = tls.connect({ host: hostname, port, ca: new Client().ca }, () => {
      resolve(socket.getProtocol());
      socket.end();
    });
    socket.on("error", reject);
  });
  assert.equal(spoken, "TLSv1.3");
  await assert.rejects(new Client().get("/", { tls: { maxVersion: "TLSv1.2" } }), /protocol version/);
});

test("plain HTTP gets no answer", async () => {
  const plain = new Promise((resolve, reject) => {
    http.get({ hostname, port, path: "/sign-in" }, resolve).on("error", reject);
  });
  await assert.rejects(plain);
  const bytes = await new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    const parts = [];
    socket.on("data", (part) => parts.push(part));
    socket.on("error", () => {});
    socket.on("close", () => resolve(Buffer.concat(parts).toString("latin1")));
    socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  });
  assert.doesNotMatch(bytes, /HTTP\/1/);
});

test("a client that does not know the root refuses the page", async () => {
  await assert.rejects(new Client({ ca: [] }).get("/"), /unable to verify|self-signed/);
});

test("one address that asks too often is refused, and another is not", async () => {
  const [eager, calm] = [new Client(), new Client()];
  // A burst of 240 and ten a second: far more than the clock can refill while these are under way.
  const statuses = [];
  while (statuses.length < 3000 && !statuses.includes(429)) {
    const answers = await Promise.all(Array.from({ length: 30 }, () => eager.get("/nothing", { cookies: false })));
    statuses.push(...answers.map(({ status }) => status));
  }
  assert.ok(statuses.filter((status) => status === 404).length >= 240);
  assert.ok(statuses.includes(429));
  assert.equal((await calm.get("/sign-in")).status, 200);
});

test("PINs are tried less often than screens are asked for, whoever asks", async () => {
  const client = new Client();
  const hidden = await client.fresh();
  const wrong = (at) => client.post("/sign-in", { ...hidden, once: `m${at}`, badge: "TMB1:NONE", pin: "271828" });
  const statuses = [];
  while (statuses.length < 400 && !statuses.includes(429)) {
    const batch = Array.from({ length: 10 }, (_, at) => wrong(statuses.length + at));
    statuses.push(...(await Promise.all(batch)).map(({ status }) => status));
  }
  assert.ok(statuses.includes(429) && statuses.filter((status) => status === 403).length >= 20);
  assert.equal((await client.get("/sign-in")).status, 200);
  await new Client().signIn(badge("pharmacist"));
});
