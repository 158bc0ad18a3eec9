import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  applySettings,
  type BranchStore,
  issueTicket,
  listOpenSessions,
  openBranchStore,
  saveCommands,
  seeDevice,
  signInGuest,
} from "@foyer/branch-store";
import { type RunningRadius, startRadius } from "@foyer/radius";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type AccessPoint, startAccessPoint } from "./access-point.ts";
import { demoBranchDocument, NAS_IDENTIFIER } from "./branch.ts";
import type { Browser } from "./browser.ts";
import { takeTelephone } from "./guests.ts";

const id = (last: number) => `01990000-0000-7000-8000-0000000000${last}`;
const identity = { tenantId: id(10), branchId: id(11), boxId: id(12) };
const secrets = { radius: "radius-secret-of-a-test", uam: "uam-secret-of-a-test" };
// Nobody listens there: a browser that is sent to it stops with the address, as these tests want.
const UAM_SERVER = "http://127.0.0.1:9/portal";

let folder: string;
let store: BranchStore;
let radius: RunningRadius;
let accessPoint: AccessPoint;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "foyer-ap-"));
  writeFileSync(
    join(folder, "box.json"),
    JSON.stringify({ ...identity, cloudUrl: "http://127.0.0.1:9" }),
  );
  store = openBranchStore({ folder, identity, clock: () => new Date() });
  applyDocument(9);
  radius = await startRadius({
    ...{ stateFolder: folder, host: "127.0.0.1", authPort: 0, acctPort: 0 },
    log: pino({ level: "silent" }),
  });
  accessPoint = await startBeside(radius);
});

const startBeside = ({ authPort, acctPort }: Pick<RunningRadius, "authPort" | "acctPort">) =>
  startAccessPoint({
    ...{
      host: "127.0.0.1",
      port: 0,
      disconnectPort: 0,
      name: "Test",
      nasIdentifier: NAS_IDENTIFIER,
    },
    ...{ uamServer: UAM_SERVER, uamSecret: secrets.uam, say: () => {} },
    radius: { authPort, acctPort, secret: secrets.radius, tries: 2, waitSeconds: 1 },
  });

afterEach(async () => {
  await accessPoint.close();
  await radius.close();
  store.close();
  rmSync(folder, { recursive: true });
});

function applyDocument(port: number) {
  const document = demoBranchDocument({
    ...{ branchId: identity.branchId, secrets, uamServer: UAM_SERVER, disconnectPort: port },
    ids: { nas: id(20), policy: id(21), firstPage: id(22), returningPage: id(23) },
    ...{ accessPointOrigin: "http://127.0.0.1:9", channels: [{ kind: "outbox" }] },
  });
  const settings = { ...document, tenantId: identity.tenantId, version: port };
  store.transaction((tx) => applySettings(tx, settings));
}

/** Where the browser is sent, without going there. */
async function askWhereTo(browser: Browser, path: string): Promise<URL> {
  const found = await browser.peek(`${accessPoint.origin}${path}`);
  return new URL(found ?? "about:blank");
}

function grant(mac: string) {
  return store.transaction((tx) => {
    const device = seeDevice(tx, { mac, nasId: id(20), by: "portal" });
    const guest = signInGuest(tx, {
      ...{ deviceId: device.id, nasId: id(20), language: "vi", details: {}, termsVersion: 1 },
      ...{ phone: "+84900000001", proved: true },
    });
    const who = { nasId: id(20), deviceId: device.id, guestId: guest.id, mac };
    return issueTicket(tx, { ...who, method: "phone-code", policyId: id(21) });
  });
}

/** RFC 1994 §4.1 with UAM's challenge, worked out here once more. */
function answerTo(challenge: string, password: string): string {
  const md5 = (...parts: (string | Buffer)[]) =>
    parts.reduce((hash, part) => hash.update(part), createHash("md5")).digest();
  const key = md5(Buffer.from(challenge, "hex"), secrets.uam);
  return md5(Buffer.of(0), password, key).toString("hex");
}

async function logOn(browser: Browser, ticket: { username: string; password: string }) {
  const portal = await askWhereTo(browser, "/");
  const response = answerTo(portal.searchParams.get("challenge") ?? "", ticket.password);
  return askWhereTo(browser, `/logon?username=${ticket.username}&response=${response}`);
}

const telephone = () =>
  takeTelephone({ accessPoint: accessPoint.origin, portal: "http://127.0.0.1:9" }, "vi");

test("a stranger is led to the portal by a signed redirect that names the device", async () => {
  const { browser, mac } = telephone();
  const portal = await askWhereTo(browser, "/");
  expect(portal.searchParams.get("res")).toBe("notyet");
  expect(portal.searchParams.get("mac")).toBe(mac);
  const [signed = "", md] = portal.href.split("&md=");
  const expected = createHash("md5")
    .update(signed + secrets.uam)
    .digest("hex");
  expect(md).toBe(expected.toUpperCase());
});

test("a ticket opens the internet for its device, and accounting tells the box of it", async () => {
  const { browser, mac } = telephone();
  const ticket = grant(mac);
  const landed = await logOn(browser, ticket);
  expect(landed.searchParams.get("res")).toBe("success");
  expect((await browser.open(accessPoint.origin)).html).toContain("This is the internet");
  expect(store.read((tx) => listOpenSessions(tx))).toMatchObject([{ deviceId: ticket.deviceId }]);
  expect((await askWhereTo(browser, "/logoff")).searchParams.get("res")).toBe("logoff");
  expect(store.read((tx) => listOpenSessions(tx))).toEqual([]);
});

test("a wrong password and another device's ticket are refused, each with a new challenge", async () => {
  const { browser } = telephone();
  const first = await askWhereTo(browser, "/");
  const ticket = grant("02-00-00-00-00-99");
  for (const attempt of [{ ...ticket, password: "wrong" }, ticket]) {
    const landed = await logOn(browser, attempt);
    expect(landed.searchParams.get("res")).toBe("failed");
    expect(landed.searchParams.get("reason")).toBe("reject");
    expect(landed.searchParams.get("challenge")).not.toBe(first.searchParams.get("challenge"));
  }
});

test("an order to disconnect reaches the access point and ends the session", async () => {
  applyDocument(accessPoint.disconnectPort);
  const { browser, mac } = telephone();
  const ticket = grant(mac);
  await logOn(browser, ticket);
  expect(accessPoint.countOnline()).toBe(1);
  const expiresAt = new Date(Date.now() + 60_000).toISOString();
  const command = { kind: "guest.disconnect", deviceId: ticket.deviceId, expiresAt } as const;
  store.transaction((tx) => saveCommands(tx, [{ ...command, id: id(30), position: 1 }]));
  await expect.poll(() => accessPoint.countOnline(), { timeout: 10_000 }).toBe(0);
  await expect.poll(() => store.read((tx) => listOpenSessions(tx))).toEqual([]);
});

test("a RADIUS server that is silent is told to the portal as a time-out", async () => {
  const alone = await startBeside({ authPort: 9, acctPort: 9 });
  const { browser } = telephone();
  const landed = await browser.peek(`${alone.origin}/logon?username=a&response=${"0".repeat(32)}`);
  expect(landed).toContain("res=failed&reason=timeout");
  await alone.close();
});
