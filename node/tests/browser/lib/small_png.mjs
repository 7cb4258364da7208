// A PNG with a palette, for pictures in documents: a screen has few colours, and a third of the bytes says the same.
//
// FORMAT: PNG (ISO/IEC 15948), colour type 3, eight bits, no interlace, every line unfiltered.
import { crc32, deflateSync } from "node:zlib";

/** What a screen needs with the edges of its letters; more would only cost bytes. */
const COLOURS_MAX = 24;
const key = (rgba, at) => (rgba[at] << 16) | (rgba[at + 1] << 8) | rgba[at + 2];
const channels = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];

function chunk(kind, body) {
  const named = Buffer.concat([Buffer.from(kind, "latin1"), body]);
  const [len, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  len.writeUInt32BE(body.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([len, named, sum]);
}

/** The most frequent colours, and for every other one the nearest of them. */
function palette(rgba) {
  const counts = new Map();
  for (let at = 0; at < rgba.length; at += 4) counts.set(key(rgba, at), (counts.get(key(rgba, at)) ?? 0) + 1);
  const kept = [...counts].sort(([a, m], [b, n]) => n - m || a - b).slice(0, COLOURS_MAX).map(([colour]) => colour);
  const parts = kept.map(channels);
  const nearest = (colour) => {
    const [red, green, blue] = channels(colour);
    const far = parts.map(([r, g, b]) => (red - r) ** 2 + (green - g) ** 2 + (blue - b) ** 2);
    return far.indexOf(Math.min(...far));
  };
  const places = new Map([...counts.keys()].map((colour) => [colour, nearest(colour)]));
  return { kept, places };
}

export function smallPng({ width, height, rgba }) {
  const { kept, places } = palette(rgba);
  const lines = Buffer.alloc((width + 1) * height);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      lines[row * (width + 1) + 1 + column] = places.get(key(rgba, (row * width + column) * 4));
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head),
    chunk("PLTE", Buffer.from(kept.flatMap(channels))),
    chunk("IDAT", deflateSync(lines, { level: 9 })), chunk("IEND", Buffer.alloc(0)),
  ]);
}
