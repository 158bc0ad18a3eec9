import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applySettings, type BranchStore, openBranchStore } from "@foyer/branch-store";
import type { BranchSettings, CoovaNas } from "@foyer/contract";
import { type RunningPortal, startPortal } from "@foyer/portal";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { labBranch } from "./box.ts";
import { findObstacle, removeNamespace } from "./network.ts";
import { tellWhyNot } from "./peers.ts";
import { run, tryRun } from "./processes.ts";

const whyNot = tellWhyNot("The lab of IPv6 guests", await findObstacle());

const ADDRESSES = 10_000;
/** It takes some seconds, and more on a machine that is busy. */
const LAYING_MS_MAX = 100_000;
/** Guesses in an hour that a device has: see branch-store/src/access-codes.ts. */
const GUESSES = 10;
const BRANCH = "01990000-0000-7000-8000-000000000002";
const link = `foyer6-${process.pid}`.slice(0, 15);
const prefix = `fd42:${(process.pid & 0xffff).toString(16)}:0:1`;
const guests = ["hostile", "other"].map((name) => `foyer-lab-${process.pid}-${name}`);
const [hostile = "", other = ""] = guests;
/** Alike in the last 24 bits, by which neighbours are asked for (RFC 4291 §2.7.1): taken ten times as fast. */
const hostileAt = (number: number) => `${prefix}:66:${number.toString(16)}:0:1`;

const nas: CoovaNas = {
  ...{
    kind: "coova",
    id: "01990000-0000-7000-8000-000000000101",
    name: "Garden",
    source: "10.9.9.9",
  },
  ...{ radiusSecret: "not-used-here", uamSecret: "", uamServer: "http://127.0.0.1/portal" },
  ...{ loginOrigins: ["http://10.9.9.9:3990"], nasIdentifier: "garden", handBack: "pap" },
  disconnectPort: null,
};

let folder: string;
let store: BranchStore;
let portal: RunningPortal;

/** A bridge that is the box's own link, with both guests on it. */
async function layCables(): Promise<void> {
  await run("ip", "link", "add", link, "type", "bridge");
  await run("ip", "addr", "add", `${prefix}::1/64`, "dev", link, "nodad");
  await run("ip", "link", "set", link, "up");
  for (const [at, guest] of guests.entries()) {
    const port = `foyer6p${at}-${process.pid}`.slice(0, 15);
    const cable = ["type", "veth", "peer", "name", "wlan0", "netns", guest];
    await run("ip", "netns", "add", guest);
    await run("ip", "link", "add", port, "master", link, ...cable);
    await run("ip", "link", "set", port, "up");
    await run("ip", "-n", guest, "link", "set", "wlan0", "up");
  }
  await run("ip", "-n", other, "addr", "add", `${prefix}::2/64`, "dev", "wlan0", "nodad");
  const taken = Array.from({ length: ADDRESSES }, (_, at) => hostileAt(at + 1));
  const lines = taken.map((each) => `addr add ${each}/64 dev wlan0 nodad`);
  writeFileSync(join(folder, "addresses"), lines.join("\n"));
  const batch = ["-n", hostile, "-batch", join(folder, "addresses")];
  const { code, stderr } = await tryRun("ip", batch, LAYING_MS_MAX);
  if (code !== 0) throw new Error(`the addresses were not all taken: ${stderr}`);
}

async function openBox(): Promise<void> {
  const boxId = "01990000-0000-7000-8000-000000000003";
  const document = labBranch(BRANCH, nas);
  const settings = { ...document, version: 1, tenantId: boxId } as unknown as BranchSettings;
  settings.signIn.accessCode = { enabled: true };
  const code = { id: boxId, code: "ABCD2345", devicesMax: 2, minutes: 30, policyId: null };
  settings.accessCodes = [{ ...code, validFrom: null, validUntil: null }];
  const identity = { tenantId: boxId, branchId: BRANCH, boxId };
  writeFileSync(join(folder, "box.json"), JSON.stringify(identity));
  store = openBranchStore({ folder, identity, clock: () => new Date() });
  store.transaction((tx) => applySettings(tx, settings));
  const where = { stateFolder: folder, store, host: "::", port: 0 };
  portal = await startPortal({ ...where, logLevel: "fatal" });
}

beforeAll(async () => {
  if (whyNot) return;
  folder = mkdtempSync(join(tmpdir(), `foyer-lab-${process.pid}-`));
  await layCables();
  await openBox();
}, 120_000);

afterAll(async () => {
  await portal?.close();
  store?.close();
  for (const guest of guests) await removeNamespace(guest);
  await tryRun("ip", ["link", "delete", link]);
  if (folder) rmSync(folder, { recursive: true });
});

const textOf = (html: string, pattern: RegExp) => pattern.exec(html)?.[1] ?? "";

describe.skipIf(whyNot)("guests on the box's own link, one with 10,000 IPv6 addresses", () => {
  const ask = (guest: string, from: string, path: string, ...more: string[]) => {
    const url = `http://[${prefix}::1]:${new URL(portal.origin).port}${path}`;
    const curl = ["curl", "-sg", "--max-time", "10", "--interface", from, ...more, url];
    return run("ip", "netns", "exec", guest, ...curl);
  };
  /** Arrives under a MAC that is made up, and types a code that is none. */
  const guess = async (guest: string, from: string) => {
    const arrival = { res: "notyet", uamip: "10.9.9.9", uamport: "3990", nasid: "garden" };
    const challenge = "8e7363e7d78024a071796b2b1ac67116";
    const query = new URLSearchParams({ ...arrival, challenge, mac: "02-00-00-00-00-01" });
    const page = await ask(guest, from, `/portal?${query}`, "-H", "accept-language: en");
    const sealed = textOf(page, /name="c" value="([^"]+)"/);
    const terms = textOf(page, /name="terms" value="([^"]+)"/);
    const form = new URLSearchParams({ c: sealed, terms, accessCode: "WXYZ6789" }).toString();
    return ask(guest, from, "/access-code", "--data", form, "-H", "accept-language: en");
  };

  it("count as two devices, however many addresses the one guesses from", async () => {
    for (let each = 0; each < GUESSES; each += 1)
      expect(await guess(hostile, hostileAt(1 + each * 999))).toContain("letter by letter");
    for (const last of [5, 4711, ADDRESSES])
      expect(await guess(hostile, hostileAt(last))).toContain("many wrong codes");
    expect(await guess(other, `${prefix}::2`)).toContain("letter by letter");
  }, 120_000);
});
