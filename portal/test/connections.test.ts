import { once } from "node:events";
import { createServer, get } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { boundConnections, CONNECTIONS_MAX } from "../src/connections.ts";
import { openTestPortal } from "./open-portal.ts";

/** A silent connection, as slow as nobody's browser is. */
async function open(port: number, from: string): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", localAddress: from });
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

const openMany = (port: number, from: string, many: number) =>
  Promise.all(Array.from({ length: many }, () => open(port, from)));

async function listen(max: number): Promise<number> {
  const server = createServer((_, response) => response.end("there"));
  boundConnections(server, max);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const countLeft = async (sockets: readonly Socket[]): Promise<number> => {
  await pause(50);
  return sockets.filter(({ readyState }) => readyState === "open").length;
};

test("beyond what there is room for, whoever has most connections loses the first of them, and nobody else any", async () => {
  const port = await listen(10);
  const mine = await openMany(port, "127.0.0.2", 2);
  const theirs = await openMany(port, "127.0.0.3", 8);
  expect(await countLeft([...mine, ...theirs])).toBe(10);
  const more = await openMany(port, "127.0.0.3", 5);
  const own = await open(port, "127.0.0.4");
  expect(await countLeft([...mine, own, ...more])).toBe(8);
  expect(await countLeft(theirs)).toBe(2);
  expect(theirs.slice(0, 6).every(({ destroyed }) => destroyed)).toBe(true);
});

test("connections that were closed leave their room to others", async () => {
  const port = await listen(4);
  for (let round = 0; round < 5; round += 1) {
    const all = await openMany(port, "127.0.0.2", 4);
    expect(await countLeft(all)).toBe(4);
    for (const each of all) each.destroy();
    await pause(50);
  }
});

test("a guest who opens connections without end and says nothing keeps nobody from the portal's pages", async () => {
  const { app } = await openTestPortal();
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const own = await open(port, "127.0.0.4");
  const silent: Socket[] = [];
  // Fewer at once than wait to be accepted (listen(2)).
  while (silent.length < CONNECTIONS_MAX + 100)
    silent.push(...(await openMany(port, "127.0.0.3", 100)));
  const asked = get({ port, host: "127.0.0.1", localAddress: "127.0.0.5", path: "/" });
  const [answer] = await once(asked, "response");
  expect(answer.statusCode).toBe(200);
  answer.resume();
  expect(await countLeft([own])).toBe(1);
  await expect.poll(() => countLeft(silent), { timeout: 10_000 }).toBeLessThan(CONNECTIONS_MAX);
}, 60_000);
