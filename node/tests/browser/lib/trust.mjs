// A tablet's trusted roots: a home of its own with the database that Chromium reads, and nothing in it but what is given.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A home that trusts the roots in these files; remove it with `forget`. */
export function home(roots) {
  const folder = mkdtempSync(join(tmpdir(), "tomoshibi-tablet-"));
  const database = join(folder, ".pki", "nssdb");
  mkdirSync(database, { recursive: true });
  const certutil = (...args) => execFileSync("certutil", ["-d", `sql:${database}`, ...args], { stdio: "pipe" });
  certutil("-N", "--empty-password");
  roots.forEach((root, at) => certutil("-A", "-n", `root ${at}`, "-t", "C,,", "-i", root));
  return folder;
}

export function forget(folder) {
  rmSync(folder, { recursive: true });
}
