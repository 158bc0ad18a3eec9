import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import {
  applySettings,
  findKnownGuestOfDevice,
  findTicket,
  issueTicket,
  listOpenSessions,
  listUnsent,
  openBranchStore,
  seeDevice,
  signInGuest,
  startSession,
  type Transaction,
} from "@foyer/branch-store";
import type { BranchSettings } from "@foyer/contract";
import Fastify from "fastify";
import { describe, expect, it, onTestFinished } from "vitest";
import { handBackUrl, openndsNas2, vectors } from "./fixtures/examples.ts";
import { readArrival } from "./index.ts";
import { OPENNDS_EVENT_PATH, registerOpenndsEvents } from "./opennds-events.ts";
import { signForOpennds } from "./opennds-signature.ts";

const require = createRequire(import.meta.url);
const SCRIPT = join(import.meta.dirname, "../../../deploy/nas/opennds/foyer-binauth.sh");
const TOKEN = "8493b022";
const HID = createHash("sha256").update(TOKEN).digest("hex");
const MAC = "02-AA-BB-CC-00-01";
const NOW = 1_795_344_790;

/** A portal of one route over a real store, whose clock stands unless it is given one. */
async function openPortal(clock = () => new Date(NOW * 1000), gatewayMac = "7266965dd10f") {
  const settings: BranchSettings = structuredClone(
    require("@foyer/contract/fixtures/settings/branch-settings.json"),
  );
  const nas = { ...openndsNas2, gatewayMac };
  settings.nas = [nas];
  const folder = mkdtempSync(join(tmpdir(), "foyer-events-"));
  const identity = {
    tenantId: settings.tenantId,
    branchId: settings.branch.id,
    boxId: "01990000-0000-7000-8000-000000000003",
  };
  const store = openBranchStore({ folder, identity, clock });
  store.transaction((tx) => applySettings(tx, settings));
  const app = Fastify();
  registerOpenndsEvents(app, { store });
  await app.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(async () => {
    await app.close();
    store.close();
    rmSync(folder, { recursive: true });
  });
  const listEnded = () =>
    store
      .read((tx) => listUnsent(tx, { afterSeq: 0, limit: 100 }))
      .filter((event) => event.type === "session.ended");
  const listOpen = () => store.read((tx) => listOpenSessions(tx));
  const post = (payload: string, type = "application/x-www-form-urlencoded") =>
    app.inject({
      method: "POST",
      url: OPENNDS_EVENT_PATH,
      payload,
      headers: { "content-type": type },
    });
  const origin = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  return { store, nas, folder, origin, post, listOpen, listEnded };
}

function signed(changes: Record<string, string | number> = {}, key = vectors.opennds.faskey) {
  const message = Object.entries({
    at: NOW,
    gatewaymac: "7266965dd10f",
    method: "client_deauth",
    mac: "02aabbcc0001",
    hid: HID,
    incoming: 4426,
    outgoing: 402,
    start: NOW - 90,
    end: NOW,
    ...changes,
  })
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
  return `${message}&signature=${signForOpennds("event", message, key)}`;
}

/** A guest whose number was proved on a device that was not. */
function signInUnproved(tx: Transaction) {
  const nasId = openndsNas2.id;
  const device = seeDevice(tx, { mac: MAC, nasId, by: "portal" });
  const deviceId = device.id;
  const person = { details: {}, language: "vi" as const, termsVersion: 1, phone: "+84900000001" };
  const guest = signInGuest(tx, { ...person, deviceId, nasId, proved: false });
  const policyId = "01990000-0000-7000-8000-000000000080";
  const right = { nasId, deviceId, guestId: guest.id, mac: MAC, policyId };
  return { guest, device, ticket: issueTicket(tx, { ...right, method: "phone-code" }) };
}

const grantSession = (portal: Awaited<ReturnType<typeof openPortal>>) =>
  portal.store.transaction((tx) =>
    startSession(tx, { nasId: portal.nas.id, acctSessionId: HID, mac: MAC, at: tx.now }),
  );

describe("a report of an openNDS gateway", () => {
  it("ends the session that the portal opened, with its bytes, its length and the cause", async () => {
    const portal = await openPortal();
    grantSession(portal);
    expect((await portal.post(signed())).statusCode).toBe(204);
    expect(portal.listOpen()).toEqual([]);
    expect(portal.listEnded()).toMatchObject([
      {
        payload: {
          cause: "User-Request",
          uploadBytes: 402,
          downloadBytes: 4426,
          connectedSeconds: 90,
        },
      },
    ]);
  });

  it.each([
    ["idle_deauth", "Idle-Timeout"],
    ["timeout_deauth", "Session-Timeout"],
    ["downquota_deauth", "NAS-Request"],
    ["upquota_deauth", "NAS-Request"],
    ["ndsctl_deauth", "Admin-Reset"],
    ["shutdown_deauth", "NAS-Reboot"],
  ])("of %s ends it for the cause %s", async (method, cause) => {
    const portal = await openPortal();
    grantSession(portal);
    await portal.post(signed({ method }));
    expect(portal.listEnded()).toMatchObject([{ payload: { cause } }]);
  });

  it("of a log-in begins the session once, though the portal began it too", async () => {
    const portal = await openPortal();
    const start = { method: "client_auth", start: NOW, end: NOW + 3600, incoming: 0, outgoing: 0 };
    await portal.post(signed(start));
    expect(portal.listOpen()).toHaveLength(1);
    grantSession(portal);
    await portal.post(signed(start));
    expect(portal.listOpen()).toMatchObject([{ acctSessionId: HID }]);
  });

  it("of a log-in with a ticket tells whose device this is, though nothing had proved it", async () => {
    const portal = await openPortal();
    const { guest, device, ticket } = portal.store.transaction((tx) => signInUnproved(tx));
    const knownGuest = () => portal.store.read((tx) => findKnownGuestOfDevice(tx, device.id)?.id);
    const start = { method: "client_auth", start: NOW, end: 0, incoming: 0, outgoing: 0 };
    await portal.post(signed({ ...start, ticket: ticket.username, mac: "02aabbcc0002" }));
    expect(knownGuest()).toBeUndefined();
    await portal.post(signed({ ...start, ticket: ticket.username }));
    expect(knownGuest()).toBe(guest.id);
  });

  it("counts once when it is told twice, and a late log-in opens nothing again", async () => {
    const portal = await openPortal();
    grantSession(portal);
    await portal.post(signed());
    await portal.post(signed());
    await portal.post(signed({ method: "client_auth", start: NOW - 90, end: NOW + 3600 }));
    expect(portal.listEnded()).toHaveLength(1);
    expect(portal.listOpen()).toEqual([]);
  });

  it("that was held up ends the session when it ended, not when the report came", async () => {
    const portal = await openPortal();
    await portal.post(signed({ start: NOW - 700, end: NOW - 100 }));
    expect(portal.listEnded()).toMatchObject([
      {
        payload: {
          startedAt: new Date((NOW - 700) * 1000).toISOString(),
          endedAt: new Date((NOW - 100) * 1000).toISOString(),
        },
      },
    ]);
  });

  it("is refused unsigned, altered, signed with another key or by an unknown gateway", async () => {
    const portal = await openPortal();
    grantSession(portal);
    const refused = [
      "",
      signed().replace(/&signature=.*/, ""),
      signed().replace("outgoing=402", "outgoing=403"),
      `${signed()}&mac=02aabbcc0002`,
      signed({}, "another-key-of-the-lab"),
      signed({ gatewaymac: "7266965dd110" }),
    ];
    for (const body of refused)
      expect({ body, status: (await portal.post(body)).statusCode }).toEqual({ body, status: 403 });
    expect(portal.listOpen()).toHaveLength(1);
  });

  it("is refused when it is older, or newer, than a clock may differ", async () => {
    const portal = await openPortal();
    for (const at of [NOW - 301, NOW + 301, 0])
      expect((await portal.post(signed({ at }))).statusCode).toBe(403);
    for (const at of [NOW - 299, NOW + 299])
      expect((await portal.post(signed({ at }))).statusCode).toBe(204);
  });

  it("is refused, though signed, when it says nothing that BinAuth says", async () => {
    const portal = await openPortal();
    for (const changes of [{ mac: "x" }, { hid: "1234" }, { method: "toString" }, { method: "" }])
      expect((await portal.post(signed(changes))).statusCode).toBe(400);
    expect((await portal.post(signed(), "application/json")).statusCode).toBe(415);
    expect((await portal.post(`${"a".repeat(4000)}`)).statusCode).toBe(413);
  });
});

describe("foyer-binauth.sh", () => {
  const LOOPBACK_MAC = "000000000000";

  async function install(clock?: () => Date) {
    const portal = await openPortal(clock, LOOPBACK_MAC);
    const config = join(portal.folder, "opennds.conf");
    const lines = [`portal=${portal.origin}`, `fas_key=${portal.nas.fasKey}`, "interface=lo"];
    writeFileSync(config, lines.join("\n"));
    const env = { PATH: process.env.PATH ?? "", FOYER_OPENNDS_CONFIG: config };
    // Never spawnSync where the script calls this very process.
    const authorize = (...args: string[]) => {
      const { status, stdout } = spawnSync("sh", [SCRIPT, "auth_client", ...args], { env });
      return { status, limits: stdout.toString().trim() };
    };
    const tell = (...args: string[]) =>
      new Promise<number>((resolve, reject) => {
        const child = spawn("sh", [SCRIPT, ...args], { env, stdio: "ignore" });
        child.on("exit", (code) => resolve(code ?? -1)).on("error", reject);
      });
    return { ...portal, authorize, tell };
  }

  /** The custom text of a hand-back for a guest with the token of this test. */
  function customFor(
    nas: typeof openndsNas2,
    limits?: Parameters<typeof handBackUrl>[2]["limits"],
  ) {
    const text = vectors.opennds.level2.plain
      .replace(/hid=[0-9a-f]+/, `hid=${HID}`)
      .replace(/gatewaymac=\w+/, `gatewaymac=${nas.gatewayMac}`);
    const level1 = { ...nas, fasLevel: 1 as const };
    const rawUrl = `/?fas=${Buffer.from(text).toString("base64")}`;
    const reading = readArrival({ rawUrl, remoteAddress: "10.10.0.92" }, [level1]);
    if (reading.kind !== "arrival") throw new Error(reading.kind);
    const grant = { username: "t", password: "p", landingUrl: "http://10.99.0.2/online" };
    const url = handBackUrl(reading.arrival, level1, limits ? { ...grant, limits } : grant);
    return new URL(url).searchParams.get("custom") ?? "";
  }

  const asked = (custom: string, mac = "02:aa:bb:cc:00:01", token = TOKEN) => [
    mac,
    "http%3a%2f%2f10.99.0.2%2fonline",
    "Mozilla%2f5.0",
    "10.10.0.92",
    token,
    custom,
  ];

  it("lets in whom the portal granted access, under the limits of the access policy", async () => {
    const { authorize, nas } = await install();
    expect(authorize(...asked(customFor(nas)))).toEqual({ status: 0, limits: "0 0 0 0 0" });
    const limits = {
      sessionSeconds: 3600,
      uploadKbps: 1000,
      downloadKbps: 5000,
      sessionBytes: 104_857_600,
    };
    expect(authorize(...asked(customFor(nas, limits)))).toEqual({
      status: 0,
      limits: "3600 1000 5000 102400 102400",
    });
    const apart = { ...limits, sessionUploadBytes: 2048 };
    expect(authorize(...asked(customFor(nas, apart)))).toEqual({
      status: 0,
      limits: "3600 1000 5000 2 102400",
    });
  });

  it("lets in nobody else: no grant, another guest's, a forged or an altered one", async () => {
    const { authorize, nas } = await install();
    const custom = customFor(nas);
    const refused = [
      asked(""),
      asked("c2Vzc2lvbl9sZW5ndGg9MSB4"),
      asked(custom.replace(".0.0.", ".9.0.")),
      asked(custom.slice(0, -1)),
      asked(custom, "02:aa:bb:cc:00:02"),
      asked(custom, "02:aa:bb:cc:00:01", "8493b023"),
      asked(`${custom}; touch /tmp/never`),
    ];
    // openNDS 9 takes success without a word for the refusal, and any failure for consent.
    for (const args of refused) expect(authorize(...args)).toEqual({ status: 0, limits: "" });
  });

  it("reports log-in and log-out so that the portal takes them", async () => {
    const seconds = () => Math.floor(Date.now() / 1000);
    const portal = await install(() => new Date());
    const start = String(seconds() - 60);
    const mac = "02:aa:bb:cc:00:01";
    const custom = customFor(portal.nas);
    await portal.tell("client_auth", mac, "0", "0", start, String(seconds() + 3600), TOKEN, custom);
    await until(() => portal.listOpen().length === 1);
    await portal.tell("idle_deauth", mac, "4426", "402", start, String(seconds()), TOKEN, "x");
    await until(() => portal.listOpen().length === 0);
    expect(portal.listEnded()).toMatchObject([
      { payload: { cause: "Idle-Timeout", uploadBytes: 402, downloadBytes: 4426 } },
    ]);
  });

  it("reports whom authmon let in with the ticket that came along, and anybody else without one", async () => {
    const seconds = () => Math.floor(Date.now() / 1000);
    const portal = await install(() => new Date());
    const start = String(seconds());
    const end = String(seconds() + 3600);
    const mac = "02:aa:bb:cc:00:01";
    const { ticket: issued } = portal.store.transaction(signInUnproved);
    const ticket = issued.username;
    const escaped = Buffer.from(ticket).toString("base64").replaceAll("=", "%3d");
    await portal.tell("ndsctl_auth", mac, "0", "0", start, end, TOKEN, escaped);
    const isUsed = () => portal.store.read((tx) => findTicket(tx, ticket)?.usedAt !== null);
    await until(isUsed);
    expect(portal.listOpen()).toHaveLength(1);
    const other = "02:aa:bb:cc:00:02";
    await portal.tell(
      "ndsctl_auth",
      other,
      "0",
      "0",
      start,
      end,
      "8493b023",
      "$(touch /tmp/never)",
    );
    await until(() => portal.listOpen().length === 2);
  });

  it("lets in nobody when it has no settings", () => {
    const env = { PATH: process.env.PATH ?? "", FOYER_OPENNDS_CONFIG: "/nonexistent/opennds.conf" };
    const { status, stdout } = spawnSync("sh", [SCRIPT, "auth_client", ...asked("")], { env });
    expect({ status, limits: stdout.toString() }).toEqual({ status: 0, limits: "" });
  });
});

async function until(isTrue: () => boolean): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (isTrue()) return;
    await pause(50);
  }
  throw new Error("did not become true within 5 seconds");
}
