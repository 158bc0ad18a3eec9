import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { newId } from "./clock.ts";
import { openScanner, readScannerAddress } from "./virus-scan.ts";

let server: Server | undefined;
afterEach(() => new Promise((resolve) => (server ? server.close(resolve) : resolve(null))));

/** Speaks clamd(8)'s INSTREAM: what it was sent decides the answer. */
async function listen(answer: (bytes: Buffer) => string | null): Promise<string> {
  const path = join(tmpdir(), `clamd-${newId()}.sock`);
  server = createServer((socket) => {
    let told = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      told = Buffer.concat([told, chunk]);
      const bytes = readStream(told);
      if (!bytes) return;
      const reply = answer(bytes);
      if (reply !== null) socket.end(reply);
    });
  });
  await new Promise((resolve) => server?.listen(path, () => resolve(null)));
  return path;
}

/** The chunks behind the command, once the empty one has come. */
function readStream(told: Buffer): Buffer | null {
  const command = Buffer.from("zINSTREAM\0");
  if (!told.subarray(0, command.length).equals(command)) return null;
  const chunks: Buffer[] = [];
  for (let at = command.length; at + 4 <= told.length; ) {
    const length = told.readUInt32BE(at);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(told.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return null;
}

test("a file goes to clamd in chunks, whole, and its word is taken", async () => {
  const file = Buffer.alloc(700_000, "picture ");
  const path = await listen((bytes) =>
    bytes.equals(file) ? "stream: OK\0" : "stream: Eicar-Signature FOUND\0",
  );
  const scan = openScanner({ path });
  expect(await scan(file)).toEqual({ kind: "clean" });
  expect(await scan(Buffer.from("another"))).toEqual({ kind: "found", name: "Eicar-Signature" });
});

test("an error, silence at the end and nobody at the address are no word that it is clean", async () => {
  const path = await listen(() => "INSTREAM size limit exceeded. ERROR\0");
  const away = { kind: "away", reason: "INSTREAM size limit exceeded. ERROR" };
  expect(await openScanner({ path })(Buffer.from("a"))).toEqual(away);
  const silent = openScanner({ path: `${path}.nobody` });
  expect(await silent(Buffer.from("a"))).toMatchObject({ kind: "away" });
});

test("its address is a socket's path or a host with a port", () => {
  expect(readScannerAddress("unix:/run/clamav/clamd.ctl")).toEqual({
    path: "/run/clamav/clamd.ctl",
  });
  expect(readScannerAddress("tcp://127.0.0.1:3310")).toEqual({ host: "127.0.0.1", port: 3310 });
  expect(readScannerAddress("tcp://[::1]:3310")).toEqual({ host: "::1", port: 3310 });
  for (const text of ["", "unix:clamd.ctl", "tcp://127.0.0.1", "http://127.0.0.1:3310", "3310"])
    expect(readScannerAddress(text)).toBe(null);
});
