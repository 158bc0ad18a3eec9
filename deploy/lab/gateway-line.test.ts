import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FilterDoor, openFilterDoor } from "./ask-filter.ts";
import { startFilterAlone } from "./gateway-box.ts";
import { type GatewayNetwork, openGatewayNetwork } from "./gateway-network.ts";
import { findWhyNot } from "./peers.ts";
import { makePhone, type Phone } from "./phone.ts";
import { type Running, start, tryRun, waitFor } from "./processes.ts";

const whyNot = await findWhyNot();
if (whyNot && process.env.FOYER_REQUIRE_PEERS === "1")
  throw new Error(`The gateway's lab is required, and cannot run: ${whyNot}`);
if (whyNot) console.warn(`The gateway's lab is skipped: ${whyNot}`);

const MACS = ["02-AA-BB-CC-00-01", "02-AA-BB-CC-00-02"] as const;
const LINE = { uploadKbps: 4000, downloadKbps: 8000 };
const TRIES = 30;
/** Time for a queue to fill that nobody keeps short: a second's worth of the line. */
const FILL_MS = 4000;
const LATE_MS = 100;

let network: GatewayNetwork;
let filter: Running;
let door: FilterDoor;
let phones: readonly [Phone, Phone];
let internet: Server;
/** What has come of each guest's upload, by its path. */
const arrived = new Map<string, number>();

beforeAll(async () => {
  if (whyNot) return;
  network = await openGatewayNetwork(MACS);
  internet = createServer((request, response) => {
    const path = request.url ?? "";
    request.on("data", (chunk: Buffer) =>
      arrived.set(path, (arrived.get(path) ?? 0) + chunk.length),
    );
    if (path === "/endless") return sendEndlessly(response);
    request.on("end", () => response.end("there"));
    return request.resume();
  }).listen(80, network.internetIp);
  await once(internet, "listening");
  filter = await startFilterAlone(network, { prefix: 24, line: LINE });
  door = await waitFor("the filter's socket", () => openFilterDoor(network).catch(() => null));
  phones = [makePhone(network), makePhone(network.other)];
  for (const phone of phones) await phone.join();
  for (const mac of MACS)
    await door.ask({ op: "authorise", mac, uploadKbps: null, downloadKbps: null });
}, 120_000);

afterAll(async () => {
  for (const phone of phones ?? []) await phone.close();
  door?.close();
  await filter?.stop();
  internet?.closeAllConnections();
  internet?.close();
  await network?.close();
});

function sendEndlessly(response: import("node:http").ServerResponse): void {
  const more = () => {
    while (response.writable && response.write(Buffer.alloc(64 * 1024)));
  };
  response.on("drain", more);
  more();
}

const upload = (of: { inGuest: string }, path: string) =>
  start(
    ...([of.inGuest, "sh", "-c"] as const),
    `head -c 100000000 /dev/zero | curl --silent --output /dev/null --header Expect: -T - http://${network.internetIp}${path}`,
  );
const download = (of: { inGuest: string }) =>
  start(
    of.inGuest,
    "curl",
    "--silent",
    "--output",
    "/dev/null",
    `http://${network.internetIp}/endless`,
  );

/** How long the other guest waits for a connection, in milliseconds: of ten tries the longest but one. */
async function measureLatency(): Promise<number> {
  const took: number[] = [];
  for (let tried = 0; tried < TRIES; tried += 1) {
    const said = ["--silent", "--output", "/dev/null", "--write-out", "%{time_connect}"];
    const words = ["curl", ...said, "--max-time", "5", `http://${network.internetIp}/`];
    const { stdout } = await tryRun(network.other.inGuest, words);
    took.push(Number(stdout) * 1000 || 5000);
  }
  return took.toSorted((one, other) => one - other)[Math.floor(TRIES * 0.9)] ?? Number.NaN;
}

describe.skipIf(whyNot)("guests without a rate on a line that the box knows", () => {
  it("have one's upload spoil nobody else's connections", async () => {
    const quiet = await measureLatency();
    const sending = upload(network, "/alone");
    await pause(FILL_MS);
    const beside = await measureLatency();
    const before = arrived.get("/alone") ?? 0;
    await pause(2000);
    const kbps = (((arrived.get("/alone") ?? 0) - before) * 8) / 2000;
    await sending.stop();
    console.info(
      `connect, p90: ${quiet.toFixed(0)} ms quiet, ${beside.toFixed(0)} beside an upload at ${kbps.toFixed(0)} kbit/s`,
    );
    // Whoever is alone has the whole of it.
    expect(kbps).toBeGreaterThan(LINE.uploadKbps * 0.8);
    expect(kbps).toBeLessThan(LINE.uploadKbps * 1.05);
    expect(beside).toBeLessThan(LATE_MS);
  }, 120_000);

  it("have one's download spoil nobody else's connections", async () => {
    const receiving = download(network);
    await pause(FILL_MS);
    const beside = await measureLatency();
    await receiving.stop();
    console.info(`connect, p90: ${beside.toFixed(0)} ms beside a download`);
    expect(beside).toBeLessThan(LATE_MS);
  }, 120_000);

  it("share it by halves, whoever opens more connections", async () => {
    const sending = [
      ...["/a", "/a", "/a", "/a"].map((path) => upload(network, path)),
      upload(network.other, "/b"),
    ];
    await pause(FILL_MS);
    const before = new Map(arrived);
    await pause(6000);
    const since = (path: string) => (arrived.get(path) ?? 0) - (before.get(path) ?? 0);
    const part = since("/b") / (since("/a") + since("/b"));
    for (const each of sending) await each.stop();
    console.info(
      `one connection beside another guest's four: ${(part * 100).toFixed(0)} % of the line`,
    );
    expect(part).toBeGreaterThan(0.4);
    expect(part).toBeLessThan(0.6);
  }, 120_000);
});
