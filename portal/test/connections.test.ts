import { once } from "node:events";
import { createServer, get, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import { boundConnections, CONNECTIONS_MAX } from "../src/connections.ts";
import { selfSigned } from "./controller-server.ts";
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

type Listening = { port: number; isSecure: boolean };

/** Answers all but /held, and what is posted to its end. */
const answer: RequestListener = (request, response) => {
  if (request.url !== "/held") request.resume().on("end", () => response.end("there"));
};

async function listen(max: number, isSecure = false): Promise<Listening> {
  const server = isSecure
    ? createSecureServer({ ...selfSigned()[0] }, answer)
    : createServer(answer);
  boundConnections(server, max);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, isSecure };
}

/** A connection on which something was asked, and, unless it is /held, answered. */
async function openAsked({ port, isSecure }: Listening, from: string, path = "/") {
  const tcp = await open(port, from);
  const socket: Socket = isSecure ? connectTls({ socket: tcp, rejectUnauthorized: false }) : tcp;
  if (isSecure)
    await once(
      socket.on("error", () => {}),
      "secureConnect",
    );
  socket.write(`POST ${path} HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 4\r\n\r\n`);
  if (path === "/held") await pause(50);
  else {
    socket.write("code");
    await once(socket, "data");
  }
  return tcp;
}

const askMany = async (listening: Listening, from: string, many: number) => {
  const asked: Socket[] = [];
  while (asked.length < many) asked.push(await openAsked(listening, from));
  return asked;
};

const listLeft = async (sockets: readonly Socket[]): Promise<number[]> => {
  await pause(50);
  return sockets.flatMap(({ readyState }, at) => (readyState === "open" ? at : []));
};
const countLeft = async (sockets: readonly Socket[]) => (await listLeft(sockets)).length;
/** Longer than a browser needs to ask, once it is connected. */
const passSilently = () => pause(1100);

test("beyond what there is room for, whoever has most connections loses those idle longest, and nobody else any", async () => {
  const listening = await listen(10);
  const mine = await askMany(listening, "127.0.0.2", 2);
  const theirs = await askMany(listening, "127.0.0.3", 8);
  expect(await countLeft([...mine, ...theirs])).toBe(10);
  const [first] = theirs;
  first?.write("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n");
  const more = await askMany(listening, "127.0.0.3", 4);
  const own = await openAsked(listening, "127.0.0.4");
  expect(await countLeft([...mine, own, ...more])).toBe(7);
  expect(await listLeft(theirs)).toEqual([0, 6, 7]);
});

describe.each([false, true])("over https: %s", (isSecure) => {
  test("a request in flight is answered beside silent connections from however many addresses", async () => {
    const listening = await listen(10, isSecure);
    const silent = await Promise.all(
      Array.from({ length: 9 }, (_, at) => open(listening.port, `127.0.0.${10 + at}`)),
    );
    await passSilently();
    const busy = await openAsked(listening, "127.0.0.2", "/held");
    const second = await openAsked(listening, "127.0.0.2");
    const newcomer = await openAsked(listening, "127.0.0.3");
    expect(await countLeft([busy, second, newcomer])).toBe(3);
    expect(await listLeft(silent)).toEqual([2, 3, 4, 5, 6, 7, 8]);
  });

  test("of whoever has most the one that waits for its next request goes, and none that is being answered", async () => {
    const listening = await listen(4, isSecure);
    const busy = await openAsked(listening, "127.0.0.2", "/held");
    const idle = await openAsked(listening, "127.0.0.2");
    const others = [await openAsked(listening, "127.0.0.3")];
    others.push(await openAsked(listening, "127.0.0.4"));
    const newcomer = await openAsked(listening, "127.0.0.5");
    expect(await countLeft([busy, ...others, newcomer])).toBe(4);
    expect(await countLeft([idle])).toBe(0);
  });

  test("where all are being answered a newcomer comes in, of one address too, and the first goes", async () => {
    const listening = await listen(3, isSecure);
    const held: Socket[] = [];
    while (held.length < 3) held.push(await openAsked(listening, "127.0.0.2", "/held"));
    const newcomer = await openAsked(listening, "127.0.0.2");
    expect(await countLeft([newcomer])).toBe(1);
    expect(await listLeft(held)).toEqual([1, 2]);
  });
});

test("connections that were closed leave their room to others", async () => {
  const { port } = await listen(4);
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
