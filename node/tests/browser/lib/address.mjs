// Tablets on one machine, each at an address of its own: a node counts what one address asks, so tests would starve each
// other. A tablet's proxy connects from 127.0.0.N and to the hospital's pages alone; whatever else is asked for is
// refused and told.
import { createServer } from "node:http";
import { connect } from "node:net";

/** Tests of one file share a process; the next one has other addresses. */
const net = 1 + (process.pid % 254);
let last = 0;

/** An address of this machine that no other tablet has. */
export function ownAddress() {
  last += 1;
  return `127.${net}.${Math.floor(last / 250) % 250}.${1 + (last % 250)}`;
}

/** A proxy for one tablet. `strangers` lists what was asked for beside `hosts`. */
export async function openProxy(hosts) {
  const [from, strangers, open] = [ownAddress(), [], new Set()];
  const server = createServer((request, response) => {
    strangers.push(request.url);
    response.writeHead(403).end();
  });
  server.on("connect", (request, client) => {
    if (!hosts.includes(request.url)) {
      strangers.push(request.url);
      client.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    const [host, port] = request.url.split(":");
    const node = connect({ host, port: Number(port), localAddress: from });
    for (const socket of [node, client]) {
      open.add(socket);
      socket.on("close", () => open.delete(socket));
      socket.on("error", () => { node.destroy(); client.destroy(); });
    }
    node.once("connect", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      node.pipe(client).pipe(node);
    });
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    strangers,
    server: `http://127.0.0.1:${server.address().port}`,
    close: () => { open.forEach((socket) => socket.destroy()); server.close(); },
  };
}
