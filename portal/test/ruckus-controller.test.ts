import { findTicket, listOpenSessions, startSession } from "@foyer/branch-store";
import type { RuckusControllerNas, RuckusOneNas } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { goOnline, openBehind, signIn, waitUntilTold } from "./go-online.ts";
import { MAC } from "./open-portal.ts";
import {
  encrypt,
  openRuckusController,
  RUCKUS_PASSWORD,
  type RuckusController,
} from "./ruckus-controller.ts";

const UE_MAC = encrypt("02:AA:BB:CC:00:01");
const arrival = (changes: Record<string, string> = {}) =>
  `/portal?${new URLSearchParams({
    ...{ nbiIP: "127.0.0.1", client_mac: UE_MAC, reason: "Un-Auth-Captive", wlanName: "Guests" },
    ...{ ssid: "Guests", mac: "70:ca:97:00:00:01", url: "http://x.test/", proxy: "0", vlan: "1" },
    ...{ uip: encrypt("10.10.0.92"), ...changes },
  })}`;

const nasOf = (controller: RuckusController): RuckusControllerNas => ({
  kind: "ruckus-controller",
  id: "0199f000-0000-7000-8000-000000000014",
  name: "vSZ",
  source: "10.1.0.9",
  radiusSecret: "radius-secret",
  nasIdentifier: "",
  controllerUrl: controller.url,
  certificateSha256: controller.certificateSha256,
  service: "smartzone",
  requestPassword: RUCKUS_PASSWORD,
});

async function openBranch() {
  const controller = await openRuckusController();
  controller.guests.set(UE_MAC, "unauthorised");
  const nas = nasOf(controller);
  return { controller, nas, portal: await openBehind(nas) };
}

describe("behind a Ruckus controller", () => {
  test("part of MC-1.4: a right code has the controller ask RADIUS with a ticket of this NAS and device", async () => {
    const { controller, nas, portal } = await openBranch();
    const rights: string[] = [];
    controller.askRadius = (username, password) => {
      const ticket = portal.store.read((tx) => findTicket(tx, username));
      rights.push(username);
      return ticket?.password === password && ticket.nasId === nas.id && ticket.mac === MAC;
    };
    const browser = await goOnline(portal, arrival());
    expect(rights).toHaveLength(1);
    expect(controller.guests.get(UE_MAC)).toBe("authorised");
    expect(browser.page.words).toContain("You're online, Lan");
    // RADIUS tells of the session.
    expect(portal.store.read(listOpenSessions)).toEqual([]);
    const logIn = controller.got.find(({ body }) => body?.RequestType === "LoginAsync");
    expect(logIn?.body).toMatchObject({ "UE-MAC": UE_MAC, "UE-IP": encrypt("10.10.0.92") });
  });

  test("a MAC and address that the controller decrypts prove the device, at that address alone", async () => {
    const { portal } = await openBranch();
    const proofOf = () =>
      /"proof":("[^"]+"|null).*"arrival"/.exec(portal.logLines.at(-1) ?? "")?.[1];
    await portal.browser().open(arrival());
    expect(proofOf()).toBe('"signed-hand-off"');
    await portal.browser({ ip: "10.10.0.66" }).open(arrival());
    expect(proofOf()).toBe("null");
    await portal.browser().open(arrival({ client_mac: "02:AA:BB:CC:00:01" }));
    expect(proofOf()).toBe("null");
  });

  test("what does not decrypt to a MAC is refused, and so is a controller that cannot be asked", async () => {
    const { controller, portal } = await openBranch();
    const browser = portal.browser();
    await browser.open(arrival({ client_mac: encrypt("nobody") }));
    expect(browser.page.status).toBe(403);
    controller.interrupt("/portalintf", { status: 503 }, { status: 503 });
    await browser.open(arrival());
    expect(browser.page.status).toBe(403);
    expect(portal.logLines.join()).toContain("the controller does not decrypt");
  });

  test("a redirect that names another controller is refused: the password goes nowhere", async () => {
    const { controller, portal } = await openBranch();
    const elsewhere = await openRuckusController();
    for (const nbiIP of ["203.0.113.9", new URL(elsewhere.url).host, ""]) {
      const browser = portal.browser();
      await browser.open(arrival({ nbiIP }));
      expect(browser.page.status).toBe(403);
    }
    expect([...controller.got, ...elsewhere.got]).toEqual([]);
  });

  test("RADIUS's refusal is told to the guest as one", async () => {
    const { controller, portal } = await openBranch();
    controller.askRadius = () => false;
    const browser = await signIn(portal, arrival());
    await waitUntilTold(browser);
    expect(browser.page.status).toBe(403);
    const log = portal.logLines.join();
    expect(log).toContain("301 login failed");
    expect(log).not.toContain(RUCKUS_PASSWORD);
  });

  test("the guest's own log-out has the controller log them out; its accounting tells of the end", async () => {
    const { controller, nas, portal } = await openBranch();
    const browser = await goOnline(portal, arrival());
    portal.store.transaction((tx) =>
      startSession(tx, {
        nasId: nas.id,
        acctSessionId: "s-1",
        mac: MAC,
        at: tx.now,
        ip: "10.10.0.92",
      }),
    );
    await browser.submit("/logout");
    expect(controller.guests.get(UE_MAC)).toBe("unauthorised");
    expect(portal.store.read(listOpenSessions)).toHaveLength(1);
  });
});

describe("behind RUCKUS One without RADIUS", () => {
  const openBranchWithoutRadius = async () => {
    const controller = await openRuckusController("ruckus-one");
    controller.guests.set(UE_MAC, "unauthorised");
    const nas: RuckusOneNas = {
      ...{ kind: "ruckus-one", id: "0199f000-0000-7000-8000-000000000016", name: "One" },
      ...{ source: "", controllerUrl: controller.url, requestPassword: RUCKUS_PASSWORD },
      certificateSha256: controller.certificateSha256,
    };
    return { controller, portal: await openBehind(nas) };
  };

  test("part of MC-1.4: a right code has it let the guest in, by their MAC as it wrote it and nothing else of theirs", async () => {
    const { controller, portal } = await openBranchWithoutRadius();
    const browser = await goOnline(portal, arrival());
    expect(browser.page.words).toContain("You're online, Lan");
    expect(controller.guests.get(UE_MAC)).toBe("authorised");
    const [authorise] = controller.got.filter(({ body }) => body?.RequestType === "Authorize");
    expect(authorise?.body).toEqual({
      ...{ Vendor: "Ruckus", APIVersion: "1.0", RequestUserName: "api" },
      ...{ RequestPassword: RUCKUS_PASSWORD, RequestCategory: "UserOnlineControl" },
      ...{ RequestType: "Authorize", "UE-MAC": UE_MAC },
    });
    // Nobody else tells of the session.
    expect(portal.store.read(listOpenSessions)).toHaveLength(1);
  });

  test("the guest's own log-out has it put them out, and ends the session", async () => {
    const { controller, portal } = await openBranchWithoutRadius();
    const browser = await goOnline(portal, arrival());
    await browser.submit("/logout");
    expect(controller.guests.get(UE_MAC)).toBe("unauthorised");
    expect(portal.store.read(listOpenSessions)).toEqual([]);
  });

  test("a wrong password is told to the guest as a refusal, and opens no session", async () => {
    const { controller, portal } = await openBranchWithoutRadius();
    const inClear = { client_mac: "02:AA:BB:CC:00:01", uip: "10.10.0.92" };
    controller.interrupt("/portalintf", { body: { ResponseCode: 306 } });
    const browser = await signIn(portal, arrival(inClear));
    await waitUntilTold(browser);
    expect(browser.page.status).toBe(403);
    expect(portal.logLines.join()).toContain("306 wrong request password");
    expect(portal.store.read(listOpenSessions)).toEqual([]);
  });
});
