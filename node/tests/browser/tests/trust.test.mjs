// A tablet that has the hospital's root shows the page without a warning; the root vouches for nothing else.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { launch } from "../lib/chromium.mjs";
import { withTablet } from "../lib/tablet.mjs";
import { forget, home } from "../lib/trust.mjs";
import { folder, walk } from "../lib/walk.mjs";

async function withBrowser(roots, more, use) {
  const own = home(roots);
  const browser = await launch({ home: own, more });
  try {
    await use(browser);
  } finally {
    await browser.close();
    forget(own);
  }
}

test("with the root installed the page opens, by address and by name, and no certificate error is ignored", () =>
  withBrowser([walk.page_root], [], async (browser) => {
    const { port } = new URL(walk.address);
    for (const host of [new URL(walk.address).hostname, "localhost"]) {
      const address = `https://${host}:${port}`;
      await withTablet(browser, { strict: true, address, hosts: [`${host}:${port}`] }, async (at) => {
        const answer = await at.go("/sign-in");
        assert.equal(answer.status(), 200);
        const { protocol, issuer } = await answer.securityDetails();
        assert.equal(protocol, "TLS 1.3");
        assert.equal(issuer, "Tomoshibi page root");
      });
    }
  }));

test("without the root, and with the root of another node, the browser refuses the page", async () => {
  for (const roots of [[], [walk.node_b.page_root]]) {
    await withBrowser(roots, [], async (browser) => {
      const page = await browser.newPage();
      await assert.rejects(page.goto(walk.address), /ERR_CERT_AUTHORITY_INVALID/);
    });
  }
});

test("a stolen root key forges no name outside the hospital", async () => {
  const scratch = mkdtempSync(join(tmpdir(), "tomoshibi-forger-"));
  const at = (name) => join(scratch, name);
  const openssl = (...args) => execFileSync("openssl", args, { stdio: "pipe" });
  openssl("pkey", "-inform", "DER", "-in", join(folder, "node-a", "keys", "page-root.key"), "-out", at("root.key"));
  const forge = (name) => {
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", at("leaf.key")];
    openssl("req", ...key, "-subj", "/CN=x", "-out", at("leaf.csr"));
    writeFileSync(at("leaf.ext"), `subjectAltName=DNS:${name}\nextendedKeyUsage=serverAuth\n`);
    const root = ["-CA", walk.page_root, "-CAkey", at("root.key"), "-days", "90"];
    openssl("x509", "-req", "-in", at("leaf.csr"), ...root, "-extfile", at("leaf.ext"), "-out", at("leaf.pem"));
    return { key: readFileSync(at("leaf.key")), cert: readFileSync(at("leaf.pem")) };
  };
  const visit = async (name) => {
    const server = createServer(forge(name), (request, response) => response.end("reached"));
    await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
    try {
      await withBrowser([walk.page_root], ["--host-resolver-rules=MAP * 127.0.0.1"], async (browser) => {
        const page = await browser.newPage();
        await page.goto(`https://${name}:${server.address().port}`);
      });
    } finally {
      server.close();
    }
  };
  try {
    await visit("ward.internal");
    await assert.rejects(visit("bank.example.com"), /ERR_CERT_(INVALID|AUTHORITY_INVALID|NAME_CONSTRAINT_VIOLATION)/);
  } finally {
    rmSync(scratch, { recursive: true });
  }
});
