import { findDeviceByMac, findKnownGuestOfDevice, listOpenSessions } from "@foyer/branch-store";
import type { UnifiNas } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { goOnline, land, openBehind, signIn, waitUntilTold } from "./go-online.ts";
import { MAC } from "./open-portal.ts";
import { openUnifiConsole, UNIFI_KEY, UNIFI_LOG_IN, type UnifiConsole } from "./unifi-console.ts";

const CONSOLE_MAC = "02:aa:bb:cc:00:01";
const arrival = (changes: Record<string, string> = {}, site = "default") =>
  `/guest/s/${site}/?${new URLSearchParams({
    ...{ ap: "f0:9f:c2:00:00:01", id: CONSOLE_MAC, t: "1772330400" },
    ...{ url: "http://captive.apple.com/hotspot-detect.html", ssid: "Quán Gió", ...changes },
  })}`;

const nasOf = (console: UnifiConsole, changes: Partial<UnifiNas> = {}): UnifiNas => ({
  kind: "unifi",
  id: "0199f000-0000-7000-8000-000000000011",
  name: "Console",
  source: "",
  controllerUrl: console.url,
  certificateSha256: console.certificateSha256,
  site: "default",
  logIn: UNIFI_LOG_IN,
  ...changes,
});

function join(console: UnifiConsole, changes: { mac?: string; ip?: string } = {}) {
  const { mac = CONSOLE_MAC, ip = "10.10.0.92" } = changes;
  const station = { mac, ip, isAuthorised: false, rxBytes: 402, txBytes: 4426 };
  console.stations.set(mac, station);
  return station;
}

async function openBranch(changes: Partial<UnifiNas> = {}) {
  const console = await openUnifiConsole();
  const station = join(console);
  return { console, station, portal: await openBehind(nasOf(console, changes)) };
}

describe("behind a UniFi console", () => {
  test.each<[string, Partial<UnifiNas>]>([
    ["the log-in", {}],
    ["the Integration API", { apiKey: UNIFI_KEY }],
  ])(
    "part of MC-1.4: a right code lets the guest in by %s, and opens the session",
    async (_, how) => {
      const { station, portal } = await openBranch(how);
      const browser = await signIn(portal, arrival());
      expect(browser.page.words).toContain("Connecting you");
      await waitUntilTold(browser);
      expect(station.isAuthorised).toBe(true);
      await land(browser);
      expect(browser.page.words).toContain("You're online, Lan");
      const [session] = portal.store.read(listOpenSessions);
      expect(session).toMatchObject({ ip: "10.10.0.92", endedAt: null });
      const [connected] = portal.events("guest.connected");
      expect(session?.guestId).toBe(connected?.payload.guestId);
      expect(session?.policyId).toBe(connected?.payload.policyId);
      expect(session?.expectedEndAt).not.toBeNull();
      expect(portal.events("visit.started")).toHaveLength(1);
    },
  );

  test("a guest is known again, since the console says whose address it is", async () => {
    const { portal, station } = await openBranch();
    await goOnline(portal, arrival());
    const known = portal.store.read((tx) => {
      const device = findDeviceByMac(tx, MAC);
      return device && findKnownGuestOfDevice(tx, device.id);
    });
    expect(known).toMatchObject({ name: "Lan" });
    station.isAuthorised = false;
    portal.pass(24 * 3600);
    const browser = portal.browser();
    await browser.open(arrival({ t: "1772416800" }));
    expect(browser.page.words).toContain("Lan");
  });

  test("somebody else's MAC in the address opens nothing: the console lists another at it", async () => {
    const { console, portal } = await openBranch();
    await goOnline(portal, arrival());
    const stranger = portal.browser({ ip: "10.10.0.66" });
    join(console, { mac: "02:aa:bb:cc:00:66", ip: "10.10.0.66" });
    portal.pass(10);
    await stranger.open(arrival());
    expect(stranger.page.status).toBe(403);
    expect(stranger.page.words).not.toContain("Lan");
    expect(portal.logLines.join()).toContain("lists another device at this address");
  });

  test("a console that does not answer greets nobody by name, and lets them try again", async () => {
    const { console, portal, station } = await openBranch();
    const down = Array(4).fill({ status: 503 });
    console.interrupt("/", ...down);
    const browser = await signIn(portal, arrival());
    await waitUntilTold(browser);
    expect(browser.page.status).toBe(503);
    expect(browser.page.words).toContain("The Wi-Fi isn't answering");
    expect(portal.events("guest.connected")).toEqual([]);
    expect(portal.store.read(listOpenSessions)).toEqual([]);
    console.interruptNothing();
    await browser.submit("/connecting");
    await waitUntilTold(browser);
    expect(station.isAuthorised).toBe(true);
    expect(portal.events("guest.connected")).toHaveLength(1);
  });

  test("a refusal is told as one, and its reason goes to the log without a secret", async () => {
    const { portal } = await openBranch({ logIn: { username: "foyer", password: "not-this-one" } });
    const browser = await signIn(portal, arrival());
    await waitUntilTold(browser);
    expect(browser.page.status).toBe(403);
    const log = portal.logLines.join();
    expect(log).toContain("the log-in is refused");
    for (const secret of ["not-this-one", 'foyer"', CONSOLE_MAC, "0912345678", "Lan"])
      expect(log).not.toContain(secret);
  });

  test("the guest's own log-out has the console put them out, and offers to begin anew", async () => {
    const { station, portal } = await openBranch();
    const browser = await goOnline(portal, arrival());
    portal.pass(600);
    await browser.submit("/logout");
    expect(browser.page.words).toContain("You're signed out");
    expect(station.isAuthorised).toBe(false);
    expect(portal.store.read(listOpenSessions)).toEqual([]);
    expect(portal.events("session.ended")[0]?.payload).toMatchObject({
      cause: "User-Request",
      connectedSeconds: 600,
    });
    await browser.click("Go online again");
    expect(browser.page.words).toContain("Lan");
  });

  test("whoever only claims a MAC that is online puts nobody out", async () => {
    const { console, station, portal } = await openBranch();
    await goOnline(portal, arrival());
    // The console does not tell of this address, so the claim can be made.
    console.stations.delete(CONSOLE_MAC);
    portal.pass(10);
    const stranger = portal.browser({ ip: "10.10.0.66" });
    await stranger.open(arrival({ t: "1772330999" }));
    await stranger.post("/logout");
    expect(portal.store.read(listOpenSessions)).toHaveLength(1);
    expect(station.isAuthorised).toBe(true);
  });

  test("a site that is not registered is refused, and the console is not asked", async () => {
    const { console, portal } = await openBranch();
    const browser = portal.browser();
    await browser.open(arrival({}, "elsewhere"));
    expect(browser.page.status).toBe(403);
    expect(console.got).toEqual([]);
  });
});
