import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type FilterDoor, openFilterDoor } from "./ask-filter.ts";
import { startFilterAlone } from "./gateway-box.ts";
import { type GatewayNetwork, openGatewayNetwork } from "./gateway-network.ts";
import { findWhyNot, tellWhyNot } from "./peers.ts";
import { makePhone, type Phone } from "./phone.ts";
import { type Running, run, start, tryRun, waitFor } from "./processes.ts";

const whyNot = tellWhyNot("The gateway's lab", await findWhyNot());

const MACS = ["02-AA-BB-CC-00-01", "02-AA-BB-CC-00-02"] as const;
const LINE = { uploadKbps: 4000, downloadKbps: 8000 };
const TRIES = 20;
/** Time for a queue to fill that nobody keeps short: a second's worth of the line. */
const FILL_MS = 4000;
const COUNTED_MS = 6000;
/** One guest's uploads at once, or as many downloads. */
const FOUR = ["/a1", "/a2", "/a3", "/a4"];
/** Packets that wait in a modem: more than a second's worth of what this line carries up. */
const MODEM_PACKETS = 400;

let network: GatewayNetwork;
let filter: Running;
let door: FilterDoor;
let phones: readonly [Phone, Phone];
let internet: Server;
/** What has come of each guest's upload, by its path. */
const arrived = new Map<string, number>();

/** What comes of the line. Waits are the other guest's for a connection, in milliseconds: the median. */
type Figures = {
  quietMs: number;
  besideUploadMs: number;
  besideDownloadMs: number;
  /** What the uploads of a guest carry who is alone. */
  kbps: number;
};
let shared: Figures;
/** The same in the same run, on a machine as busy, with one queue for everybody. */
let inOneQueue: Figures;
let part: number;

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
  shared = await measure();
  part = await measurePart();
  console.info("each guest in a queue of their own", { ...shared, part });
  await layOneQueue();
  inOneQueue = await measure();
  console.info("everybody in one queue", inOneQueue);
}, 300_000);

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

/** The line as it is without the box's sharing: whoever sends waits behind all that is there. */
async function layOneQueue(): Promise<void> {
  const tc = (...words: string[]) => run("ip", "netns", "exec", network.nas, "tc", ...words);
  const sides = [
    { device: network.uplink, major: "2", kbps: LINE.uploadKbps },
    { device: network.guestInterface, major: "1", kbps: LINE.downloadKbps },
  ];
  for (const { device, major, kbps } of sides) {
    const [on, only] = [["dev", device], `${major}:1`];
    await tc("qdisc", "delete", ...on, "root");
    await tc("qdisc", "add", ...on, "root", "handle", `${major}:`, "htb", "default", "1");
    const rate = ["htb", "rate", `${kbps}kbit`];
    await tc("class", "add", ...on, "parent", `${major}:`, "classid", only, ...rate);
    await tc("qdisc", "add", ...on, "parent", only, "pfifo", "limit", String(MODEM_PACKETS));
  }
}

async function measure(): Promise<Figures> {
  const quietMs = await measureWait();
  const sending = FOUR.map((path) => upload(network, path));
  await pause(FILL_MS);
  const besideUploadMs = await measureWait();
  const kbps = (await countArrivals(FOUR)) * (8 / COUNTED_MS);
  for (const each of sending) await each.stop();
  const receiving = FOUR.map(() => download(network));
  await pause(FILL_MS);
  const besideDownloadMs = await measureWait();
  for (const each of receiving) await each.stop();
  return { quietMs, besideUploadMs, besideDownloadMs, kbps };
}

/** What one connection has of the line beside another guest's four, of 1. */
async function measurePart(): Promise<number> {
  const sending = [...FOUR.map((path) => upload(network, path)), upload(network.other, "/b")];
  await pause(FILL_MS);
  const [others, own] = await Promise.all([countArrivals(FOUR), countArrivals(["/b"])]);
  for (const each of sending) await each.stop();
  return own / (own + others);
}

/** Bytes of these uploads, from now on for a while. */
async function countArrivals(paths: readonly string[]): Promise<number> {
  const sum = () => paths.reduce((bytes, path) => bytes + (arrived.get(path) ?? 0), 0);
  const before = sum();
  await pause(COUNTED_MS);
  return sum() - before;
}

async function measureWait(): Promise<number> {
  const took: number[] = [];
  for (let tried = 0; tried < TRIES; tried += 1) {
    const said = ["--silent", "--output", "/dev/null", "--write-out", "%{time_connect}"];
    const words = ["curl", ...said, "--max-time", "5", `http://${network.internetIp}/`];
    const { stdout } = await tryRun(network.other.inGuest, words);
    took.push(Number(stdout) * 1000 || 5000);
  }
  return took.toSorted((one, other) => one - other)[TRIES / 2] ?? Number.NaN;
}

describe.skipIf(whyNot)("guests without a rate on a line that the box knows", () => {
  it("have one's uploads spoil nobody else's connections, as they do in one queue", () => {
    expect(shared.besideUploadMs).toBeLessThan(inOneQueue.besideUploadMs / 2);
  });

  it("have one's downloads spoil nobody else's connections, as they do in one queue", () => {
    expect(shared.besideDownloadMs).toBeLessThan(inOneQueue.besideDownloadMs / 2);
  });

  it("have the whole of it where they are alone, as in one queue", () => {
    expect(shared.kbps).toBeGreaterThan(inOneQueue.kbps * 0.8);
    expect(shared.kbps).toBeLessThan(LINE.uploadKbps * 1.1);
  });

  it("share it evenly, whoever opens more connections", () => {
    expect(Math.abs(part - 0.5)).toBeLessThan(0.15);
  });
});
