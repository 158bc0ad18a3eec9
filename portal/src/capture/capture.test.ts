import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  applySettings,
  endSession,
  openBranchStore,
  startSession,
  type Transaction,
} from "@foyer/branch-store";
import type { BranchSettings } from "@foyer/contract";
import Fastify from "fastify";
import { describe, expect, it, onTestFinished } from "vitest";
import { CAPTIVE_API_PATH, CAPTIVE_DOOR_PATH, captiveState, registerCapture } from "./index.ts";

const require = createRequire(import.meta.url);
const PORTAL = "http://portal.example:8080";
const GUEST_IP = "10.10.0.92";

function openPortal(portalOrigin = PORTAL) {
  const settings: BranchSettings = structuredClone(
    require("@foyer/contract/fixtures/settings/branch-settings.json"),
  );
  const folder = mkdtempSync(join(tmpdir(), "foyer-capture-"));
  const identity = {
    tenantId: settings.tenantId,
    branchId: settings.branch.id,
    boxId: "01990000-0000-7000-8000-000000000003",
  };
  const store = openBranchStore({
    folder,
    identity,
    clock: () => new Date("2026-03-01T02:00:00Z"),
  });
  store.transaction((tx) => applySettings(tx, settings));
  const app = Fastify();
  registerCapture(app, { store, originOf: () => portalOrigin });
  app.get("/*", async () => "the portal's own page");
  onTestFinished(async () => {
    await app.close();
    store.close();
    rmSync(folder, { recursive: true });
  });
  const get = (host: string, url: string, remoteAddress = GUEST_IP) =>
    app.inject({ method: "GET", url, headers: { host }, remoteAddress });
  const session = (tx: Transaction) => ({
    nasId: settings.nas[0]?.id ?? "",
    acctSessionId: "s-1",
    mac: "02-AA-BB-CC-00-01",
    at: tx.now,
    ip: GUEST_IP,
  });
  return { store, get, session };
}

/** Every question of the table in reference C.1, by maker, as it stands on the wire. */
const PROBES: readonly [host: string, url: string][] = [
  ["captive.apple.com", "/hotspot-detect.html"],
  ["www.apple.com", "/library/test/success.html"],
  ["www.appleiphonecell.com", "/"],
  ["www.airport.us", "/"],
  ["www.ibook.info", "/"],
  ["www.itools.info", "/"],
  ["www.thinkdifferent.us", "/"],
  ["connectivitycheck.gstatic.com", "/generate_204"],
  ["clients3.google.com", "/generate_204"],
  ["www.google.com", "/gen_204"],
  ["www.google.com", "/generate_204"],
  ["play.googleapis.com", "/generate_204"],
  ["connectivitycheck.android.com", "/generate_204"],
  ["connectivity.samsung.com.cn", "/generate_204"],
  ["connect.rom.miui.com", "/generate_204"],
  ["connectivitycheck.platform.hicloud.com", "/generate_204"],
  ["connectivitycheck.platform.hicloud.com", "/generate_204_5e1b0b1e-1f2f"],
  ["connectivitycheck.platform.hihonorcloud.com", "/generate_204"],
  ["conn1.oppomobile.com", "/generate_204"],
  ["wifi.vivo.com.cn", "/generate_204"],
  ["www.msftconnecttest.com", "/connecttest.txt"],
  ["www.msftconnecttest.com", "/redirect"],
  ["ipv6.msftconnecttest.com", "/connecttest.txt"],
  ["www.msftncsi.com", "/ncsi.txt"],
  ["edge-http.microsoft.com", "/captiveportal/generate_204"],
  ["detectportal.firefox.com", "/success.txt?ipv4"],
  ["detectportal.firefox.com", "/success.txt?ipv6"],
  ["detectportal.firefox.com", "/canonical.html"],
  ["nmcheck.gnome.org", "/check_network_status.txt"],
  ["network-test.debian.org", "/nm"],
  ["connectivity-check.ubuntu.com", "/"],
  ["fedoraproject.org", "/static/hotspot.txt"],
  ["networkcheck.kde.org", "/"],
  ["ping.archlinux.org", "/"],
  ["spectrum.s3.amazonaws.com", "/kindle-wifi/wifistub.html"],
  ["spectrum.s3.amazonaws.com", "/kindle-wifi/wifiredirect.html"],
];

describe("the probe of an operating system", () => {
  it.each([
    ...PROBES,
    ["CAPTIVE.apple.com:80", "/"],
    ["probe.of-a-maker-we-do-not-know.example", "/generate_204"],
  ])("%s%s is led to the portal, and the answer kept by nobody", async (host, url) => {
    const reply = await openPortal().get(host, url);
    expect(reply.statusCode).toBe(302);
    expect(reply.headers.location).toBe(`${PORTAL}/`);
    expect(reply.headers["cache-control"]).toBe("no-store");
  });

  it("is told from a page of the portal by its host", async () => {
    const portal = openPortal();
    expect((await portal.get("portal.example:8080", "/redirect")).statusCode).toBe(200);
    expect((await portal.get("portal.example:8080", "/?res=notyet")).statusCode).toBe(200);
    expect((await portal.get("10.10.0.1:8080", "/terms")).statusCode).toBe(200);
  });
});

describe("the Captive Portal API of RFC 8908", () => {
  it("says captive until the guest at this address has an open session, and again after it", async () => {
    const { store, get, session } = openPortal();
    const ask = async (remoteAddress = GUEST_IP) =>
      (await get("portal.example:8080", CAPTIVE_API_PATH, remoteAddress)).json();
    expect(await ask()).toEqual({ captive: true });
    store.transaction((tx) => startSession(tx, session(tx)));
    expect(await ask()).toEqual({ captive: false });
    expect(await ask(`::ffff:${GUEST_IP}`)).toEqual({ captive: false });
    expect(await ask("10.10.0.93")).toEqual({ captive: true });
    store.transaction((tx) => endSession(tx, { ...session(tx), cause: "User-Request" }));
    expect(await ask()).toEqual({ captive: true });
  });

  it("answers as application/captive+json that no cache may keep (§4.1)", async () => {
    const reply = await openPortal().get("portal.example:8080", CAPTIVE_API_PATH);
    expect(reply.statusCode).toBe(200);
    expect(reply.headers["content-type"]).toMatch(/^application\/captive\+json/);
    expect(reply.headers["cache-control"]).toBe("private, no-store");
  });

  it("names the portal only over TLS, as §5 demands, and never as null", () => {
    const asked = { session: null, landingUrl: null, now: new Date() };
    expect(captiveState({ ...asked, portalOrigin: "https://wifi.example" })).toEqual({
      captive: true,
      "user-portal-url": "https://wifi.example/captive-portal/door",
    });
    const session = { expectedEndAt: null };
    expect(captiveState({ ...asked, session, portalOrigin: "http://wifi.example" })).toEqual({
      captive: false,
    });
  });

  it("sends whoever it names the portal to on to where a NAS takes hold, and who is online to the portal", async () => {
    const { store, get, session } = openPortal();
    const door = async () => (await get("portal.example:8080", CAPTIVE_DOOR_PATH)).headers.location;
    expect(await door()).toBe("http://192.0.2.1/");
    store.transaction((tx) => startSession(tx, session(tx)));
    expect(await door()).toBe(`${PORTAL}/`);
  });

  it("tells who is online how many seconds are left, where the end is known, and never fewer than none", () => {
    const now = new Date("2026-03-01T02:00:00Z");
    const secondsAt = (expectedEndAt: Date | null) =>
      captiveState({
        ...{ session: { expectedEndAt }, landingUrl: null, now },
        portalOrigin: "http://wifi.example",
      })["seconds-remaining"];
    expect(secondsAt(new Date("2026-03-01T02:10:00.500Z"))).toBe(600);
    expect(secondsAt(new Date("2026-03-01T01:59:00Z"))).toBe(0);
    expect(secondsAt(null)).toBeUndefined();
  });

  it("shows who is online the venue's own page over TLS, or else the portal's", () => {
    const session = { expectedEndAt: null };
    const venueAt = (landingUrl: string | null, portalOrigin = "https://wifi.example") =>
      captiveState({ session, landingUrl, portalOrigin, now: new Date() })["venue-info-url"];
    expect(venueAt("https://cafe.example/menu")).toBe("https://cafe.example/menu");
    expect(venueAt("http://cafe.example/menu")).toBe("https://wifi.example/");
    expect(venueAt(null)).toBe("https://wifi.example/");
    expect(venueAt("https://cafe.example/menu", "http://wifi.example")).toBeUndefined();
  });
});
