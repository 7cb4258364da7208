// A node of the tests' own, for what the demo's nodes may not suffer: a copy of the sealed one, killed and started again.
import { spawn } from "node:child_process";
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { folder, left } from "./walk.mjs";

const PROGRAM = fileURLToPath(new URL("../../../../target/debug/tomoshibi-node", import.meta.url));

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

export class Node {
  /** A copy of the demo's node-b at a port of its own. Its line stays cut, so that nobody meets two of it. */
  static async copy() {
    const data = join(left, "node-copy");
    rmSync(data, { recursive: true, force: true });
    cpSync(join(folder, "node-b"), data, { recursive: true, filter: (path) => !path.endsWith(".sock") });
    const config = readFileSync(join(data, "node.toml"), "utf8");
    writeFileSync(join(data, "node.toml"), config.replace(/listen = "127\.0\.0\.1:\d+"/, `listen = "127.0.0.1:${await freePort()}"`));
    return new Node(data);
  }

  constructor(data) {
    this.data = data;
  }

  /** Starts it and waits until it says where its page is. */
  async start() {
    this.process = spawn(PROGRAM, ["--data", this.data, "serve", "--json"], { stdio: ["ignore", "pipe", "ignore"] });
    this.ended = once(this.process, "exit");
    for await (const line of createInterface({ input: this.process.stdout })) {
      const page = JSON.parse(line).page;
      if (page) {
        this.address = page;
        return;
      }
    }
    throw new Error("the node ended before it said where its page is");
  }

  /** As a power cut does. */
  async kill() {
    this.process.kill("SIGKILL");
    await this.ended;
  }

  isThere(name) {
    return existsSync(join(this.data, name));
  }
}
