import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { isPublicAddress, openOutbound } from "./outbound.ts";

test.each([
  "127.0.0.1",
  "10.1.2.3",
  "172.31.0.1",
  "192.168.1.1",
  "169.254.169.254",
  "100.64.0.1",
  "0.0.0.0",
  "224.0.0.1",
  "255.255.255.255",
  "::1",
  "::",
  "fe80::1",
  "fc00::1",
  "::ffff:127.0.0.1",
  "64:ff9b::7f00:1",
  "2002:7f00:1::",
  "not an address",
])("%s is no address of the open internet", (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each(["8.8.8.8", "103.1.2.3", "2606:4700::1111"])("%s is one", (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

const call = (allowPrivate: boolean, url: string, milliseconds = 2000) =>
  openOutbound({ allowPrivate }).call({
    ...{ method: "POST", url, body: "x", signal: AbortSignal.timeout(milliseconds) },
  });

async function serve(answer: Parameters<typeof createServer>[1]) {
  let calls = 0;
  const server = createServer((request, response) => {
    calls += 1;
    answer?.(request, response as never);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, calls: () => calls };
}

test("a name and every way to write an address that leads inside are refused, and nobody is called", async () => {
  const { port, calls } = await serve((_request, response) => response.end("in"));
  for (const host of ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "017700000001"])
    expect(await call(false, `http://${host}:${port}/`), host).toMatchObject({ kind: "forbidden" });
  expect(calls()).toBe(0);
  expect(await call(true, `http://127.0.0.1:${port}/`)).toMatchObject({ kind: "answered" });
});

test.each(["ftp://8.8.8.8/", "file:///etc/passwd", "no address"])("%s is refused", async (url) => {
  expect(await call(true, url)).toMatchObject({ kind: "forbidden" });
});

test("a redirect is an answer and is not followed", async () => {
  const inner = await serve((_request, response) => response.end("in"));
  const outer = await serve((_request, response) =>
    response.writeHead(302, { location: `http://127.0.0.1:${inner.port}/` }).end(),
  );
  expect(await call(true, `http://127.0.0.1:${outer.port}/`)).toMatchObject({ status: 302 });
  expect(inner.calls()).toBe(0);
});

test("an answer without an end is read to its first part", async () => {
  const { port } = await serve((_request, response) => {
    const more = setInterval(() => response.write("x".repeat(50_000)), 5);
    response.on("close", () => clearInterval(more));
  });
  expect(await call(true, `http://127.0.0.1:${port}/`)).toMatchObject({ kind: "answered" });
});

test("what was never connected is told from what broke off", async () => {
  expect(await call(true, "http://127.0.0.1:9/")).toMatchObject({ kind: "unmade" });
  const { port } = await serve((request) => request.socket.destroy());
  expect(await call(true, `http://127.0.0.1:${port}/`)).toMatchObject({ kind: "lost" });
  const silent = await serve(() => {});
  expect(await call(true, `http://127.0.0.1:${silent.port}/`, 200)).toMatchObject({ kind: "lost" });
});
