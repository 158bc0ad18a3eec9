import { listOpenSessions } from "@foyer/branch-store";
import type { OmadaNas } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { goOnline, openBehind, signIn, waitUntilTold } from "./go-online.ts";
import {
  OMADA_APP,
  OMADA_ID,
  OMADA_OPERATOR,
  type OmadaController,
  type OmadaRelease,
  openOmadaController,
} from "./omada-controller.ts";

const MAC = "02-AA-BB-CC-00-01";
const byAccessPoint = { apMac: "52-DE-63-00-00-01", ssidName: "Quán Gió & Co", radioId: "1" };
const byGateway = { gatewayMac: "AC-15-A2-00-00-01", vid: "20" };
const arrival = (
  how: Record<string, string> = byAccessPoint,
  { site = "site-1", clientIp = "10.10.0.92" } = {},
) =>
  `/portal?${new URLSearchParams({
    ...{ clientMac: MAC, clientIp, t: "1677047514", site },
    ...{ redirectUrl: "http://captive.apple.com/hotspot-detect.html", ...how },
  })}`;

const nasOf = (controller: OmadaController, changes: Partial<OmadaNas> = {}): OmadaNas => ({
  kind: "omada",
  id: "0199f000-0000-7000-8000-000000000012",
  name: "Controller",
  source: "",
  controllerUrl: controller.url,
  certificateSha256: controller.certificateSha256,
  omadacId: OMADA_ID,
  site: "site-1",
  operator: OMADA_OPERATOR,
  timeUnit: "microseconds",
  openApi: OMADA_APP,
  ...changes,
});

async function openBranch(changes: Partial<OmadaNas> = {}, release?: OmadaRelease) {
  const controller = await openOmadaController(release);
  const device = { ip: "10.10.0.92", authStatus: 1, trafficUp: 402, trafficDown: 4426 };
  controller.devices.set(MAC, device);
  return { controller, device, portal: await openBehind(nasOf(controller, changes)) };
}

describe("behind an Omada controller", () => {
  test.each([
    ["an access point", byAccessPoint],
    ["a gateway", byGateway],
  ])(
    "part of MC-1.4: a right code lets the guest in through %s, and opens the session",
    async (_, how) => {
      const { controller, device, portal } = await openBranch();
      const browser = await goOnline(portal, arrival(how));
      expect(device.authStatus).toBe(2);
      expect(browser.page.words).toContain("You're online, Lan");
      const submitted = controller.got.find(({ path }) => path.endsWith("/extPortal/auth"));
      expect(submitted?.body).toMatchObject({ clientMac: MAC, site: "site-1", ...how });
      const [session] = portal.store.read(listOpenSessions);
      const seconds =
        (session?.expectedEndAt?.getTime() ?? 0) - (session?.startedAt.getTime() ?? 0);
      expect(submitted?.body?.time).toBe(seconds * 1000);
      expect(portal.events("visit.started")).toHaveLength(1);
    },
  );

  test("a controller of 6.2 is told the address that it named itself, through an access point or a gateway", async () => {
    for (const how of [byAccessPoint, byGateway]) {
      const { controller, device, portal } = await openBranch({}, "6.2");
      const browser = await goOnline(portal, arrival(how));
      expect(browser.page.words).toContain("You're online, Lan");
      expect(device.authStatus).toBe(2);
      const submitted = controller.got.find(({ path }) => path.endsWith("/extPortal/auth"));
      expect(submitted?.body).toMatchObject({ clientIp: "10.10.0.92", originUrl: "" });
    }
  });

  const findTold = async (clientIp: string) => {
    const { controller, portal } = await openBranch();
    await goOnline(portal, arrival(byAccessPoint, { clientIp }));
    return controller.got.find(({ path }) => path.endsWith("/extPortal/auth"))?.body ?? {};
  };

  test.each([
    ["an address and more", "10.10.0.92 and more"],
    ["zeros in front of a number", "10.10.0.092"],
    ["a zone of any letters", "fe80::1%<b>"],
    ["digits without end", "1".repeat(129)],
  ])("what a redirect names as the guest's address goes for none: %s", async (_, clientIp) => {
    const told = await findTold(clientIp);
    expect(told).toMatchObject({ clientMac: MAC });
    for (const name of ["clientIp", "originUrl"]) expect(told).not.toHaveProperty(name);
  });

  test("an address of IPv6 goes back as it was named", async () => {
    expect(await findTold("2001:DB8::92")).toMatchObject({ clientIp: "2001:DB8::92" });
  });

  test("the guest's own log-out has the Open API put them out", async () => {
    const { device, portal } = await openBranch();
    const browser = await goOnline(portal, arrival());
    await browser.submit("/logout");
    expect(device.authStatus).toBe(1);
    expect(browser.page.words).toContain("You're signed out");
    expect(portal.store.read(listOpenSessions)).toEqual([]);
  });

  test("without the Open API a session lasts until its time is over, and still ends for the guest", async () => {
    const { device, portal } = await openBranch({ openApi: undefined } as never);
    const browser = await goOnline(portal, arrival());
    await browser.submit("/logout");
    expect(device.authStatus).toBe(2);
    expect(portal.store.read(listOpenSessions)).toEqual([]);
  });

  test("a device that the controller does not have is told to the guest as a refusal", async () => {
    const { controller, portal } = await openBranch();
    controller.devices.clear();
    const browser = await signIn(portal, arrival());
    await waitUntilTold(browser);
    expect(browser.page.status).toBe(403);
    const log = portal.logLines.join();
    expect(log).toContain("errorCode -41501");
    for (const secret of [OMADA_OPERATOR.password, OMADA_APP.clientSecret, MAC])
      expect(log).not.toContain(secret);
  });

  test("a site that is not registered is refused, and the controller is not asked", async () => {
    const { controller, portal } = await openBranch();
    const browser = portal.browser();
    await browser.open(arrival(byAccessPoint, { site: "site-2" }));
    expect(browser.page.status).toBe(403);
    expect(controller.got).toEqual([]);
  });
});
