import { startSession } from "@foyer/branch-store";
import type { VendorNas } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { GUEST_IP, MAC, openTestPortal, signedNas } from "./open-portal.ts";

/** Access points that ask RADIUS, and call themselves what a gateway of the branch once did. */
const accessPoints: VendorNas = {
  kind: "radius",
  vendor: "mikrotik",
  id: "0199f000-0000-7000-8000-000000000004",
  name: "Upstairs",
  source: "10.99.0.1",
  radiusSecret: "radius-secret",
  nasIdentifier: signedNas.nasIdentifier,
};

const open = () =>
  openTestPortal({
    settings: (settings) => {
      settings.nas = [accessPoints];
    },
  });

describe("a NAS that only asks RADIUS", () => {
  test("leads nobody here: a redirect that names it is refused as an unknown one's", async () => {
    const portal = await open();
    const browser = portal.browser();
    const arrived = await browser.arrive();
    expect(arrived.status).toBe(403);
    expect(portal.logLines.join("")).toContain("no NAS of kind coova is registered");
    expect(portal.events("device.seen")).toEqual([]);
  });

  test("whoever it let online meets the page of somebody whom no gateway led here", async () => {
    const portal = await open();
    const told = { nasId: accessPoints.id, mac: MAC, acctSessionId: "s-1", ip: GUEST_IP };
    portal.store.transaction((tx) => startSession(tx, { ...told, at: tx.now }));
    const shown = await portal.browser().open("/");
    expect(shown.status).toBe(200);
    expect(shown.html).not.toContain("<form");
    const old = await portal.browser().open("/start");
    expect(old.status).toBe(403);
  });
});
