import { createHash } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  applySettings,
  type BranchStore,
  findSettings,
  issueTicket,
  listOpenSessions,
  openBranchStore,
  saveCommands,
  seeDevice,
  signInGuest,
} from "@foyer/branch-store";
import type { AccessPolicy } from "@foyer/contract";
import {
  attribute,
  codes,
  decodePacket,
  encodeRequest,
  findValue,
  prepareSecret,
  type RawAttribute,
  type RunningRadius,
  startRadius,
} from "@foyer/radius";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
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
    housekeepingSeconds: 0.5,
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
  takeTelephone(
    { accessPoint: accessPoint.origin, portal: "http://127.0.0.1:9" },
    { language: "vi" },
  );

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
  await expect.poll(() => accessPoint.countOnline(), { timeout: 30_000 }).toBe(0);
  await expect.poll(() => store.read((tx) => listOpenSessions(tx))).toEqual([]);
});

/** Changes the branch's one policy, as the sync agent stores it. */
function changePolicy(change: Partial<AccessPolicy>) {
  store.transaction((tx) => {
    const settings = findSettings(tx);
    if (!settings) throw new Error("the box has no settings");
    const policies = settings.policies.map((each) => ({ ...each, ...change }));
    applySettings(tx, { ...settings, policies, version: settings.version + 1 });
  });
}

test("a policy that gets shorter holds a session that goes on to its new end, by CoA-Request", async () => {
  applyDocument(accessPoint.disconnectPort);
  const { browser, mac } = telephone();
  await logOn(browser, grant(mac));
  const read = async () => (await browser.open(accessPoint.origin)).html;
  expect(await read()).toContain("14400 seconds, 20000 kbit/s down");
  changePolicy({ sessionSeconds: 3600 });
  await expect.poll(read, { timeout: 30_000 }).toContain("3600 seconds, 20000 kbit/s down");
  expect(accessPoint.countOnline()).toBe(1);
});

describe("an order to hold a session to other limits", () => {
  /** As a RADIUS server sends it; the answer's code and its Error-Cause. */
  async function order(attributes: RawAttribute[], code: number = codes.coaRequest) {
    const key = prepareSecret(secrets.radius);
    const socket = createSocket("udp4");
    onTestFinished(() => {
      socket.close();
    });
    const head = { code, identifier: 7, authenticator: null, isSigned: true };
    const answered = once(socket, "message");
    socket.send(encodeRequest({ ...head, attributes }, key), accessPoint.disconnectPort);
    const [bytes] = (await answered) as [Buffer];
    const decoded = decodePacket(bytes);
    if (decoded.kind === "malformed") throw new Error(decoded.reason);
    return { code: decoded.packet.code, cause: findValue(decoded.packet, "Error-Cause") };
  }

  async function online() {
    const { browser, mac } = telephone();
    await logOn(browser, grant(mac));
    return { browser, station: attribute("Calling-Station-Id", mac) };
  }

  test("changes what it names and leaves the rest, and pages come at the new speed", async () => {
    const { browser, station } = await online();
    const rate = attribute("WISPr-Bandwidth-Max-Down", 800_000);
    expect(await order([station, rate])).toEqual({ code: codes.coaAck, cause: null });
    const startedAt = performance.now();
    const { html } = await browser.open(`${accessPoint.origin}/?kilobytes=50`);
    expect(html).toContain("14400 seconds, 800 kbit/s down, 5000 kbit/s up");
    // 50 kB are 409,600 bits.
    expect(performance.now() - startedAt).toBeGreaterThan(500);
  });

  test("ends a session at once whose new end has gone by", async () => {
    const { station } = await online();
    expect((await order([station, attribute("Session-Timeout", 0)])).code).toBe(codes.coaAck);
    await expect.poll(() => accessPoint.countOnline()).toBe(0);
    await expect.poll(() => store.read((tx) => listOpenSessions(tx))).toEqual([]);
  });

  test("is refused for a session that is not there, and where it changes nothing (RFC 5176 §3.5)", async () => {
    const { station } = await online();
    const timeout = attribute("Session-Timeout", 60);
    const nobody = attribute("Calling-Station-Id", "02-00-00-00-00-99");
    expect(await order([nobody, timeout])).toEqual({ code: codes.coaNak, cause: 503 });
    expect(await order([timeout])).toEqual({ code: codes.coaNak, cause: 503 });
    expect(await order([station])).toEqual({ code: codes.coaNak, cause: 402 });
    const gone = await order([nobody], codes.disconnectRequest);
    expect(gone).toEqual({ code: codes.disconnectNak, cause: 503 });
    expect(accessPoint.countOnline()).toBe(1);
  });
});

test("a RADIUS server that is silent is told to the portal as a time-out", async () => {
  const alone = await startBeside({ authPort: 9, acctPort: 9 });
  const { browser } = telephone();
  const landed = await browser.peek(`${alone.origin}/logon?username=a&response=${"0".repeat(32)}`);
  expect(landed).toContain("res=failed&reason=timeout");
  await alone.close();
});
