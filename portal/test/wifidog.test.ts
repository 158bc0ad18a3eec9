import {
  closeDueVisits,
  endOverdueSessions,
  findDeviceByMac,
  findKnownGuestOfDevice,
  listOpenSessions,
  saveCommands,
} from "@foyer/branch-store";
import type { WifidogNas } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { openLog } from "../src/log.ts";
import { carryOutCommands } from "../src/nas/controller/commands.ts";
import { openControllers } from "../src/nas/controller/controllers.ts";
import { openGatewayDoor } from "../src/nas/gateway-door.ts";
import { adapterOf } from "../src/nas/index.ts";
import { openAuthmon } from "../src/nas/opennds-authmon.ts";
import { openBehind, signIn } from "./go-online.ts";
import { MAC, type TestPortal } from "./open-portal.ts";

const GATEWAY_IP = "10.10.0.1";
const nas: WifidogNas = {
  kind: "wifidog",
  id: "0199f000-0000-7000-8000-000000000013",
  name: "Reyee",
  source: GATEWAY_IP,
  gatewayId: "G1QH5L0001234",
  loginOrigins: ["http://10.10.0.1:2060"],
};
const GATEWAY = { gw_id: nas.gatewayId, gw_sn: nas.gatewayId };
const GUEST = { ip: "10.10.0.92", mac: "02:aa:bb:cc:00:01" };

const ARRIVAL = `/login/?${new URLSearchParams({
  ...GATEWAY,
  ...{ gw_address: "10.10.0.1", gw_port: "2060", ...GUEST, apmac: "7085.c4d2.3e6f" },
  ...{ ssid: "Quan_Gio", url: "http://captive.apple.com/hotspot-detect.html", vlanid: "20" },
})}`;

type Asked = Record<string, string | number>;

/** What the gateway asks, as `MCFi 1.0.0` does. */
async function ask(portal: TestPortal, told: Asked, path = "/auth/", remoteAddress = GATEWAY_IP) {
  const all = { ...GATEWAY, ...GUEST, incoming: 0, outgoing: 0, vlanid: 20, ...told };
  const pairs = Object.entries(all).map(([name, value]) => [name, String(value)]);
  const url = `${path}?${new URLSearchParams(pairs)}`;
  const headers = { "user-agent": "MCFi 1.0.0" };
  const response = await portal.app.inject({ url, remoteAddress, headers });
  const type = String(response.headers["content-type"]);
  return { status: response.statusCode, body: response.body, type };
}

/** A guest whom the portal has sent to the gateway, with a token. */
async function openWithToken() {
  const portal = await openBehind(nas);
  const browser = await signIn(portal, ARRIVAL);
  const url = new URL(browser.page.location ?? "");
  const token = url.searchParams.get("token") ?? "";
  const login = (changes: Asked = {}) => ask(portal, { stage: "login", token, ...changes });
  const count = (incoming: number, outgoing: number, changes: Asked = {}) =>
    ask(portal, { stage: "counters", token, incoming, outgoing, ...changes });
  return { portal, browser, url, token, login, count };
}

const open = (portal: TestPortal) => portal.store.read(listOpenSessions);

describe("a WiFiDog gateway", () => {
  test("is brought a token by the browser, at its registered address, that says nothing of the guest", async () => {
    const { url, token } = await openWithToken();
    expect(url.origin + url.pathname).toBe("http://10.10.0.1:2060/wifidog/auth");
    expect([...url.searchParams.keys()]).toEqual(["token"]);
    expect(token).toMatch(/^[\w-]{16}$/);
  });

  test("part of MC-1.4: is told to let the guest in, and the session begins, is counted and ends by its word", async () => {
    const { portal, login, count, token } = await openWithToken();
    expect(open(portal)).toEqual([]);
    expect(await login()).toEqual({
      status: 200,
      body: "Auth: 1",
      type: expect.stringContaining("text/plain"),
    });
    expect(open(portal)).toMatchObject([{ ip: GUEST.ip, uploadBytes: 0 }]);
    portal.pass(60);
    expect((await count(4426, 402)).body).toBe("Auth: 1");
    expect(open(portal)).toMatchObject([{ downloadBytes: 4426, uploadBytes: 402 }]);
    portal.pass(60);
    const gone = { stage: "logout", token, incoming: 5000, outgoing: 500 };
    expect((await ask(portal, gone)).body).toBe("Auth: 0");
    expect(open(portal)).toEqual([]);
    expect(portal.events("session.ended")[0]?.payload).toMatchObject({
      ...{ cause: "User-Request", connectedSeconds: 120, downloadBytes: 5000, uploadBytes: 500 },
    });
    portal.pass(3601);
    portal.store.transaction((tx) => closeDueVisits(tx));
    expect(portal.events("visit.ended")).toHaveLength(1);
  });

  test("names whose device it is, so that the guest is known again", async () => {
    const { portal, login } = await openWithToken();
    const known = () =>
      portal.store.read((tx) => {
        const device = findDeviceByMac(tx, MAC);
        return device && findKnownGuestOfDevice(tx, device.id);
      });
    expect(known()).toBeNull();
    await login();
    expect(known()).toMatchObject({ name: "Lan" });
  });

  test("gets the same answer when it asks again within half a minute, and one session", async () => {
    const { portal, login } = await openWithToken();
    for (const _ of [1, 2, 3]) expect((await login()).body).toBe("Auth: 1");
    expect(portal.events("session.started")).toHaveLength(1);
    portal.pass(31);
    expect((await login()).body).toBe("Auth: 0");
  });

  test("leads the browser back to the page that greets them", async () => {
    const { portal, browser, login } = await openWithToken();
    await login();
    const back = new URLSearchParams({ ...GATEWAY, mac: GUEST.mac });
    await browser.open(`/portal/?${back}`);
    const landing = new URL(browser.page.location ?? "");
    await browser.open(landing.pathname + landing.search);
    expect(browser.page.words).toContain("You're online, Lan");
    // Somebody else who names that device is led to nobody's page.
    const stranger = portal.browser({ ip: "10.10.0.66" });
    await stranger.open(`/portal/?${back}`);
    expect(stranger.page.words).not.toContain("Lan");
  });

  test.each(["/auth", "/auth/", "/wifidog/auth", "/wifidog/auth/"])(
    "is answered at %s",
    async (path) => {
      const { portal, token } = await openWithToken();
      expect((await ask(portal, { stage: "login", token }, path)).body).toBe("Auth: 1");
      const ping = {
        sys_uptime: 742725,
        sys_memfree: 2604,
        sys_load: "0.03",
        wifidog_uptime: 3861,
      };
      expect((await ask(portal, ping, path.replace("auth", "ping"))).body).toBe("Pong");
    },
  );

  test("that refused a guest has them told so, and led to begin anew", async () => {
    const { portal } = await openWithToken();
    for (const path of ["/gw_message.php", "/wifidog/gw_message.php", "/gw_message"]) {
      const browser = portal.browser();
      await browser.open(`${path}?message=denied`);
      expect(browser.page.words).toContain("didn't let you in this time");
      expect(browser.page.html).toContain('href="http://10.10.0.1:2060"');
    }
  });
});

describe("a token is refused", () => {
  test.each<[string, Asked]>([
    ["that nobody was given", { token: "AAAAAAAAAAAAAAAA" }],
    ["that is the MAC, as some portals have it", { token: "02aabbcc0001" }],
    ["of another device", { mac: "02:aa:bb:cc:00:02" }],
  ])("%s", async (_, changes) => {
    const { portal, login } = await openWithToken();
    expect(await login(changes)).toMatchObject({ status: 200, body: "Auth: 0" });
    expect(open(portal)).toEqual([]);
  });

  test("after two minutes", async () => {
    const { portal, login } = await openWithToken();
    portal.pass(121);
    expect((await login()).body).toBe("Auth: 0");
  });

  test("at a heartbeat that no log-in went before", async () => {
    const { portal, count } = await openWithToken();
    expect((await count(1, 1)).body).toBe("Auth: 0");
    expect(open(portal)).toEqual([]);
  });

  test.each<[string, Asked, string]>([
    ["from another address", {}, "10.10.0.92"],
    ["of another gateway", { gw_id: "G1QH5L0009999", gw_sn: "G1QH5L0009999" }, GATEWAY_IP],
    ["of a gateway whose names differ", { gw_sn: "G1QH5L0009999" }, GATEWAY_IP],
  ])("when it is asked about %s", async (_, changes, remoteAddress) => {
    const { portal, token } = await openWithToken();
    const told = { stage: "login", token, ...changes };
    expect(await ask(portal, told, "/auth/", remoteAddress)).toMatchObject({
      status: 403,
      body: "Auth: 0",
    });
    expect((await ask(portal, changes, "/ping/", remoteAddress)).status).toBe(403);
    expect(open(portal)).toEqual([]);
  });

  test.each<Asked>([
    { stage: "login", mac: "me" },
    { stage: "open" },
    { stage: "login", token: "a b" },
  ])("when the question is none: %j", async (changes) => {
    const { portal, token } = await openWithToken();
    expect(await ask(portal, { token, ...changes })).toMatchObject({
      status: 400,
      body: "Auth: 0",
    });
  });
});

describe("a session behind a WiFiDog gateway", () => {
  test("ends at the policy's time, by the answer to the next heartbeat", async () => {
    const { portal, login, count } = await openWithToken();
    await login();
    const end = open(portal)[0]?.expectedEndAt?.getTime() ?? 0;
    const seconds = (end - Date.parse("2026-03-01T02:00:00Z")) / 1000;
    portal.pass(seconds - 1);
    expect((await count(1, 1)).body).toBe("Auth: 1");
    portal.pass(2);
    expect((await count(2, 2)).body).toBe("Auth: 0");
    expect(portal.events("session.ended")[0]?.payload.cause).toBe("Session-Timeout");
    expect((await count(3, 3)).body).toBe("Auth: 0");
  });

  test("part of MC-2.5: ends when its volume is used up", async () => {
    const portal = await openBehind(nas);
    portal.change(({ policies }) => {
      for (const policy of policies) policy.sessionBytes = 10_000;
    });
    const browser = await signIn(portal, ARRIVAL);
    const token = new URL(browser.page.location ?? "").searchParams.get("token") ?? "";
    await ask(portal, { stage: "login", token });
    const beat = { stage: "counters", token };
    expect((await ask(portal, { ...beat, incoming: 9000, outgoing: 900 })).body).toBe("Auth: 1");
    expect((await ask(portal, { ...beat, incoming: 9100, outgoing: 900 })).body).toBe("Auth: 0");
    expect(portal.events("session.ended")[0]?.payload).toMatchObject({
      ...{ cause: "volume-used-up", downloadBytes: 9100 },
    });
  });

  test("part of MC-2.5: ends when the volume of one way is used up, whatever goes the other", async () => {
    const portal = await openBehind(nas);
    portal.change(({ policies }) => {
      for (const policy of policies) policy.sessionUploadBytes = 900;
    });
    const browser = await signIn(portal, ARRIVAL);
    const token = new URL(browser.page.location ?? "").searchParams.get("token") ?? "";
    await ask(portal, { stage: "login", token });
    const beat = { stage: "counters", token };
    expect((await ask(portal, { ...beat, incoming: 9000, outgoing: 899 })).body).toBe("Auth: 1");
    expect((await ask(portal, { ...beat, incoming: 9000, outgoing: 900 })).body).toBe("Auth: 0");
  });

  test("ends by the guest's own log-out, which the gateway hears of at its next heartbeat", async () => {
    const { portal, browser, login, count } = await openWithToken();
    await login();
    await browser.open("/");
    expect(browser.page.words).toContain("You're online");
    await browser.submit("/logout");
    expect(open(portal)).toEqual([]);
    expect((await count(1, 1)).body).toBe("Auth: 0");
    expect(portal.events("session.started")).toHaveLength(1);
  });

  test("ends by staff's order, which the gateway hears of at its next heartbeat", async () => {
    const { portal, login, count } = await openWithToken();
    await login();
    const deviceId = open(portal)[0]?.deviceId ?? "";
    const id = "0199f000-0000-7000-8000-0000000000c0";
    const expiresAt = "2026-03-01T02:10:00Z";
    portal.store.transaction((tx) =>
      saveCommands(tx, [{ id, position: 1, kind: "guest.disconnect", deviceId, expiresAt }]),
    );
    const clock = () => new Date("2026-03-01T02:00:00Z");
    const controllers = openControllers({ clock });
    const tools = {
      ...{ controllers, authmon: openAuthmon(clock), gatewayDoor: openGatewayDoor("") },
      isTicketUsed: () => false,
    };
    await carryOutCommands({
      ...tools,
      store: portal.store,
      adapterOf,
      clock,
      log: openLog("silent"),
    });
    expect(open(portal)).toEqual([]);
    expect((await count(1, 1)).body).toBe("Auth: 0");
    expect(portal.events("session.ended")[0]?.payload.cause).toBe("Admin-Reset");
  });

  test("goes on when the gateway was silent for long, and tells of it again", async () => {
    const { portal, login, count } = await openWithToken();
    await login();
    portal.pass(660);
    portal.store.transaction((tx) => endOverdueSessions(tx));
    expect(open(portal)).toEqual([]);
    portal.pass(60);
    expect((await count(4426, 402)).body).toBe("Auth: 1");
    expect(open(portal)).toMatchObject([{ downloadBytes: 4426 }]);
  });
});
