// Everybody of the region, from the demo's own truth: people beside the examples, so that no test meets what another has
// left, such as a consent. All of them are invented.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { folder, walk } from "./walk.mjs";

const everybody = readFileSync(join(folder, "region", "truth.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line));
const examples = new Set(walk.examples.map((one) => one.expect.registered_name));

const isPlain = (person) => person.alive && !person.withdrawn && person.traps.length === 0 && person.medications.length > 0
  && person.name === person.registered_name && person.address === person.registered_address
  && person.birth_date < "2000" && person.coverages.length === 1 && !examples.has(person.registered_name);
const isLone = (person) => everybody.filter((other) => other.birth_date === person.birth_date).length === 1;
const plain = everybody.filter((person) => isPlain(person) && isLone(person));

/** The `at`th plain person: found by name, with medication, confirmed by the end of the card's number. */
export function person(at) {
  const found = plain[at];
  if (!found) throw new Error(`the region has only ${plain.length} plain people`);
  return {
    search: "name",
    fields: { name: found.name, birth: found.birth_date, sex: String(found.sex), address: found.address },
    confirm: { fact: "card-number-tail", said: found.number.slice(-4), by: "papers" },
    expect: { found: "one", registered_name: found.registered_name },
  };
}
