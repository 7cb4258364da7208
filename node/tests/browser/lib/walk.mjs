// What the demo tells whoever walks in: addresses, badges, patients to look up. All of them are invented.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Folder of the demo. */
export const folder = process.env.TOMOSHIBI_DEMO ?? "";
/** Folder of what the tests leave behind. */
export const left = process.env.TOMOSHIBI_LEFT ?? "";

export const walk = JSON.parse(readFileSync(join(folder, "walk.json"), "utf8"));

/** The badge of a post: its text, PIN and holder. */
export function badge(role) {
  const found = role === "second-node" ? walk.node_b.badge : walk.badges.find((one) => one.role === role);
  if (!found) throw new Error(`the demo has no badge for ${role}`);
  return { ...found, text: readFileSync(found.text_file, "utf8").trim() };
}

/** An example by its key. */
export function example(key) {
  const found = walk.examples.find((one) => one.key === key);
  if (!found) throw new Error(`the demo has no example ${key}`);
  return found;
}

/** What must stand in no address: what was typed of patients, and their names. */
export function secrets() {
  const typed = walk.examples.flatMap((one) => [one.fields, one.expect.next?.fields ?? {}]);
  const names = walk.examples.flatMap((one) => [one.expect.name, one.expect.registered_kana]);
  const values = typed.flatMap((fields) => [fields.name, fields.address, fields.number, fields.birth]);
  return [...new Set([...values, ...names].filter((value) => value && value.length > 3))];
}
