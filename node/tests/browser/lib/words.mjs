// The node's own catalogues, so that a test names a message and not its wording. One-line messages without arguments.
import { readFileSync, readdirSync } from "node:fs";

const LOCALES = new URL("../../../locales/", import.meta.url);

function read(lang) {
  const messages = new Map();
  const folder = new URL(`${lang}/`, LOCALES);
  for (const name of readdirSync(folder)) {
    for (const line of readFileSync(new URL(name, folder), "utf8").split("\n")) {
      const [, id, text] = /^([a-z0-9-]+) = (.+)$/.exec(line) ?? [];
      if (id) messages.set(id, text);
    }
  }
  return messages;
}

const catalogues = { ja: read("ja"), en: read("en") };

export const LANGUAGES = Object.keys(catalogues);

/** The message `id`. */
export function word(lang, id) {
  const text = catalogues[lang].get(id);
  if (text === undefined) throw new Error(`no message ${id} in ${lang}`);
  return text;
}
