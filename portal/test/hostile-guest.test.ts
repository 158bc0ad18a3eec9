import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import {
  CLAIMS_MAX,
  findDeviceByMac,
  listOpenSessions,
  seeDevice,
  startSession,
} from "@foyer/branch-store";
import type { RuckusControllerNas, WebLoginNas, WifidogNas } from "@foyer/contract";
import { describe, expect, onTestFinished, test } from "vitest";
import { merakiClickThroughNas } from "../src/nas/fixtures/examples.ts";
import { webLoginExamples } from "../src/nas/fixtures/web-login.ts";
import { land, openBehind, signIn } from "./go-online.ts";
import {
  type BrowserOptions,
  GUEST_IP,
  MAC,
  openTestPortal,
  readCode,
  type TestPortal,
  ticketOf,
  unsignedNas,
} from "./open-portal.ts";
import { encrypt, openRuckusController, RUCKUS_PASSWORD } from "./ruckus-controller.ts";

const VICTIM = "02:AA:BB:CC:00:01";
const VICTIM_IP = "10.10.0.92";
const ATTACKER = "02:AA:BB:CC:00:66";
const ATTACKER_IP = "10.10.0.66";

const proofOf = ({ logLines }: TestPortal) =>
  /"proof":("[^"]+"|null).*"arrival"/.exec(logLines.at(-1) ?? "")?.[1];

describe("a guest who writes an arrival by hand", () => {
  test.each([
    ["a half encoded address", "https%253A%2525%25"],
    ["an address cut inside an escape", "https%253A%252F%252Fn143.network-auth.com%25E0%25A4%25A"],
  ])("is answered in words, not by a fault of ours: %s", async (_, base) => {
    const portal = await openBehind(merakiClickThroughNas);
    const page = await portal.browser().open(`/?base_grant_url=${base}&client_mac=${VICTIM}`);
    expect(page.status).toBe(403);
    expect(portal.logLines.join()).not.toContain('"level":50');
  });

  const mikrotik = webLoginExamples.find(({ name }) => name === "mikrotik by http-pap");
  const hotspot = mikrotik?.nas as WebLoginNas;

  test.each([
    ["a line break", "http://10.10.0.1/logout\r\nSet-Cookie: foyer-device=forged"],
    ["letters that no header holds", "http://10.10.0.1/đăng-xuất?x=\u0001"],
    ["blanks before and behind", "  http://10.10.0.1/logout  "],
  ])("breaks no header with the address of a log-out: %s", async (_, logOut) => {
    const portal = await openBehind(hotspot);
    const rawUrl = (mikrotik?.rawUrl ?? "").replace(
      encodeURIComponent("http://10.10.0.1/logout"),
      encodeURIComponent(logOut),
    );
    const browser = await signIn(portal, rawUrl, { ip: "10.10.0.2" });
    const landing = new URL(browser.page.location ?? "").searchParams.get("dst") ?? "";
    const { pathname, search } = new URL(landing);
    await browser.open(pathname + search);
    await browser.submit("/logout");
    const { status, location, headers } = browser.page;
    expect(status).toBe(303);
    expect(new URL(location ?? "").origin).toBe("http://10.10.0.1");
    expect(location).toMatch(/^[\x21-\x7e]+$/);
    expect(headers["set-cookie"]).toBeUndefined();
  });
});

describe("a guest behind a Ruckus that encrypts, who has overheard another's MAC", () => {
  const arrival = (mac: string, ip: string) =>
    `/portal?${new URLSearchParams({ nbiIP: "127.0.0.1", client_mac: encrypt(mac), uip: encrypt(ip) })}`;
  const openRuckus = async () => {
    const controller = await openRuckusController();
    const nas: RuckusControllerNas = {
      ...{ kind: "ruckus-controller", id: "0199f000-0000-7000-8000-000000000014", name: "vSZ" },
      ...{ source: "10.1.0.9", radiusSecret: "radius-secret", nasIdentifier: "" },
      ...{ controllerUrl: controller.url, certificateSha256: controller.certificateSha256 },
      ...{ service: "smartzone", requestPassword: RUCKUS_PASSWORD },
    };
    return { controller, portal: await openBehind(nas) };
  };

  test("is not believed to be its owner by putting their own address beside it", async () => {
    const { portal } = await openRuckus();
    await portal.browser({ ip: VICTIM_IP }).open(arrival(VICTIM, VICTIM_IP));
    expect(proofOf(portal)).toBe('"signed-hand-off"');
    await portal.browser({ ip: ATTACKER_IP }).open(arrival(VICTIM, ATTACKER_IP));
    expect(proofOf(portal)).toBe("null");
    // Nor by having come honestly before.
    await portal.browser({ ip: ATTACKER_IP }).open(arrival(ATTACKER, ATTACKER_IP));
    await portal.browser({ ip: ATTACKER_IP }).open(arrival(VICTIM, ATTACKER_IP));
    expect(proofOf(portal)).toBe("null");
    // And spoils nothing for them.
    await portal.browser({ ip: VICTIM_IP }).open(arrival(VICTIM, VICTIM_IP));
    expect(proofOf(portal)).toBe('"signed-hand-off"');
  });

  test("keeps nobody else waiting by asking for a hundred texts to be decrypted at once", async () => {
    const { controller, portal } = await openRuckus();
    controller.interrupt("/portalintf", ...Array.from({ length: 400 }, () => ({ hangs: true })));
    const flood = Array.from({ length: 100 }, (_, at) =>
      portal.browser({ ip: ATTACKER_IP }).open(arrival(`02:00:00:00:00:${at + 100}`, ATTACKER_IP)),
    );
    const first = await Promise.race(flood);
    expect(first.status).toBe(503);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(controller.got.length).toBeLessThanOrEqual(8);
    await portal.app.close();
  }, 60_000);
});

test("a guest behind a gateway that translates addresses is not shown the page of whoever went online before", async () => {
  const nas: WifidogNas = {
    ...{ kind: "wifidog", id: "0199f000-0000-7000-8000-000000000013", name: "Reyee" },
    ...{ source: GUEST_IP, gatewayId: "G1QH5L0001234", loginOrigins: ["http://10.10.0.1:2060"] },
  };
  const portal = await openBehind(nas);
  const login = `/login/?gw_id=G1QH5L0001234&gw_sn=G1QH5L0001234&gw_address=10.10.0.1&gw_port=2060&ip=192.168.1.7&mac=${MAC}`;
  const victim = await signIn(portal, login, { ip: GUEST_IP });
  const token = new URL(victim.page.location ?? "").searchParams.get("token");
  const asked = await portal.app.inject({
    ...{ method: "GET", remoteAddress: GUEST_IP },
    url: `/auth/?gw_id=G1QH5L0001234&stage=login&ip=192.168.1.7&mac=${MAC}&token=${token}`,
  });
  expect(asked.body).toBe("Auth: 1");
  expect(portal.store.read(listOpenSessions)).toHaveLength(1);
  const other = portal.browser({ ip: GUEST_IP });
  await other.open("/portal/?gw_id=G1QH5L0001234&gw_sn=G1QH5L0001234&mac=02-00-00-00-00-66");
  await land(other);
  expect(other.page.words).not.toContain("Lan");
  expect(other.page.html).not.toContain('action="/logout"');
  expect(other.page.words).toContain("You're online");
  expect(portal.store.read(listOpenSessions)).toHaveLength(1);
});

describe("behind a NAS that translates addresses, where all guests have one", () => {
  const ip = unsignedNas.source;
  const tap = async (portal: TestPortal, options: BrowserOptions = {}) => {
    const browser = portal.browser({ nas: unsignedNas, ip, ...options });
    await browser.arrive();
    return await browser.submit("/phone", { phone: "" });
  };
  const count = (portal: TestPortal, what: string) =>
    portal.store.read((tx) => tx.sql(`select count(*) as count from ${what}`).get());

  test("one who makes up devices by the hundred keeps nobody out, and tells the cloud of no more than guests bring", async () => {
    const portal = await openTestPortal();
    const macs = Array.from({ length: 610 }, (_, at) =>
      `02-AA-BB-EE-0${at >> 8}-${(at & 255).toString(16).padStart(2, "0")}`.toUpperCase(),
    );
    const madeUp = await Promise.all(macs.map((mac) => tap(portal, { mac })));
    expect(new Set(madeUp.map(({ status }) => status))).toEqual(new Set([422]));
    const told = () => count(portal, "outbox where type = 'device.seen'");
    expect(told()).toEqual({ count: 600 });
    const newcomer = portal.browser({ nas: unsignedNas, ip });
    await newcomer.arrive();
    await newcomer.askForCode("0912345678");
    await newcomer.submit("/code", { code: await readCode(portal) });
    const { location } = await newcomer.submit("/details", { name: "Lan" });
    const ticket = ticketOf(portal, location);
    expect(ticket?.mac).toBe(MAC);
    // And the cloud hears of their device as soon as its NAS has named it.
    const at = portal.store.read(({ now }) => now);
    const report = { nasId: unsignedNas.id, acctSessionId: "s-1", mac: MAC, at };
    portal.store.transaction((tx) => startSession(tx, report));
    expect(told()).toEqual({ count: 601 });
  }, 120_000);

  test("one who posts the same first page a thousand times is one device, and the next newcomer gets in", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser({ nas: unsignedNas, ip, mac: "02-AA-BB-CC-00-66" });
    await browser.arrive();
    const posted = await Promise.all(
      Array.from({ length: 1000 }, () => browser.post("/phone", { phone: "" })),
    );
    expect(new Set(posted.map(({ status }) => status))).toEqual(new Set([422]));
    expect(count(portal, "devices")).toEqual({ count: 1 });
    expect((await tap(portal)).status).toBe(422);
    expect(count(portal, "outbox where type = 'device.seen'")).toEqual({ count: 2 });
  }, 120_000);

  test("a guest whose device was forgotten under a flood goes on from the page that is open", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser({ nas: unsignedNas, ip });
    await browser.arrive();
    await browser.askForCode("0912345678");
    portal.store.transaction((tx) => {
      for (let at = 0; at < CLAIMS_MAX + 100; at += 1)
        seeDevice(tx, {
          mac: `made up ${at}`,
          nasId: unsignedNas.id,
          by: "portal",
          claim: "untold",
        });
    });
    expect(portal.store.read((tx) => findDeviceByMac(tx, MAC))).toBeNull();
    await browser.submit("/code", { code: await readCode(portal) });
    const { location } = await browser.submit("/details", { name: "Lan" });
    expect(ticketOf(portal, location)?.mac).toBe(MAC);
  });
});

test.each([
  ["a type and nothing more", "content-type: application/x-www-form-urlencoded\r\n"],
  ["neither type nor length", ""],
  [
    "a length of nothing",
    "content-type: application/x-www-form-urlencoded\r\ncontent-length: 0\r\n",
  ],
])("a form without a body is answered, and not waited for: %s", async (_, headers) => {
  const { app } = await openTestPortal();
  await app.listen({ host: "127.0.0.1", port: 0 });
  const socket = connect((app.server.address() as AddressInfo).port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  socket.write(`POST /phone HTTP/1.1\r\nhost: portal.example\r\n${headers}\r\n`);
  const [answer] = await once(socket, "data");
  expect(String(answer)).toMatch(/^HTTP\/1\.1 403 /);
});
