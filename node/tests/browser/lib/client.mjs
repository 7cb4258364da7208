// A client that speaks HTTPS and nothing else: what a browser would never send is sent by this one.
import https from "node:https";
import { readFileSync } from "node:fs";
import { ownAddress } from "./address.mjs";
import { walk } from "./walk.mjs";

const root = (address) => readFileSync(address === walk.address ? walk.page_root : walk.node_b.page_root);

export class Client {
  constructor({ address = walk.address, ca = root(address) } = {}) {
    this.address = new URL(address);
    this.ca = ca;
    this.from = ownAddress();
    this.cookies = new Map();
  }

  /** One request as given; the answer with status, headers and text. */
  ask(method, path, { headers = {}, body, tls = {}, cookies = true } = {}) {
    const kept = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const cookie = cookies && kept ? { cookie: kept } : {};
    const options = {
      method, path, host: this.address.hostname, port: this.address.port, ca: this.ca, localAddress: this.from,
      agent: false, headers: { ...cookie, ...headers }, ...tls,
    };
    return new Promise((resolve, reject) => {
      const request = https.request(options, (response) => {
        const parts = [];
        response.on("data", (part) => parts.push(part));
        response.on("error", reject);
        response.on("end", () => {
          this.#keep(response.headers["set-cookie"] ?? []);
          const text = Buffer.concat(parts).toString("utf8");
          resolve({ status: response.statusCode, headers: response.headers, text });
        });
      });
      request.on("error", reject);
      request.end(body);
    });
  }

  #keep(lines) {
    for (const line of lines) {
      const [pair, ...attributes] = line.split("; ");
      const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
      if (attributes.includes("Max-Age=0")) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }

  get(path, options) {
    return this.ask("GET", path, options);
  }

  /** The hidden fields of a screen's forms: the seal and the mark. */
  async fresh(path = "/sign-in") {
    const { text } = await this.get(path);
    const field = (name) => new RegExp(`name="${name}" value="([0-9a-f]+)"`).exec(text)?.[1];
    return { seal: field("seal"), once: field("once") };
  }

  /** Sends a form as a browser does. */
  post(path, fields, { headers = {}, ...more } = {}) {
    const form = { "content-type": "application/x-www-form-urlencoded", ...headers };
    for (const [name, value] of Object.entries(form)) if (value === null) delete form[name];
    return this.ask("POST", path, { headers: form, body: new URLSearchParams(fields).toString(), ...more });
  }

  /** Signs in and returns the mark that was used. */
  async signIn(holder) {
    const hidden = await this.fresh();
    const answer = await this.post("/sign-in", { ...hidden, badge: holder.text, pin: holder.pin, next: "/find" });
    if (answer.status !== 303 || answer.headers.location !== "/find") throw new Error(`not signed in: ${answer.status}`);
    return hidden;
  }
}
