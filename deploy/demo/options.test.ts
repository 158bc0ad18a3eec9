import { createSocket } from "node:dgram";
import { once } from "node:events";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { readOptions } from "./options.ts";
import { listTakenPorts, portsFrom } from "./ports.ts";

test("nothing typed means the usual ports, a folder beside the project, and guests", () => {
  expect(readOptions([], undefined)).toEqual({
    kind: "options",
    options: { portBase: 7300, dataFolder: resolve(".foyer"), withGuests: true },
  });
});

test("what was typed wins over the environment", () => {
  const words = ["--", "--port-base", "8300", "--data", "here", "--no-guests"];
  const options = { portBase: 8300, dataFolder: resolve("here"), withGuests: false };
  expect(readOptions(words, "there")).toEqual({ kind: "options", options });
  expect(readOptions([], "there")).toMatchObject({ options: { dataFolder: resolve("there") } });
});

test("an unknown word and a port that is none are told, not guessed at", () => {
  expect(readOptions(["--porcelain"], undefined).kind).toBe("faults");
  for (const port of ["0", "-1", "65530", "x"])
    expect(readOptions(["--port-base", port], undefined).kind, port).toBe("faults");
});

test("a port that is taken is named with what it is for", async () => {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  const ports = { ...portsFrom(port - 12), cloud: 0, portal: 0, "access point": 0 };
  const taken = await listTakenPorts(ports, "127.0.0.1");
  expect(taken).toContain(`Port ${port}, for the RADIUS authentication, is taken.`);
  socket.close();
});
