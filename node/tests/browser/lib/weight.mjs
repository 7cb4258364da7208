// What a screen costs: its own bytes and those of everything it names, as if nothing had been kept.
import { Client } from "./client.mjs";

const assets = new Map();

async function size(address, path) {
  if (!assets.has(path)) {
    const { status, text } = await new Client({ address }).get(path);
    assets.set(path, status === 200 ? Buffer.byteLength(text) : Number.POSITIVE_INFINITY);
  }
  return assets.get(path);
}

/** Bytes of the screen that a tablet shows. */
export async function weight({ page, address }) {
  const named = await page.evaluate(() => [...document.querySelectorAll("link[href], script[src], img[src]")]
    .map((element) => new URL(element.href ?? element.src).pathname));
  const sizes = await Promise.all(named.map((path) => size(address.replace("localhost", "127.0.0.1"), path)));
  return Buffer.byteLength(await page.content()) + sizes.reduce((sum, bytes) => sum + bytes, 0);
}
