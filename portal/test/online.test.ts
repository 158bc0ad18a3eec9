import {
  closeDueVisits,
  endSession,
  findDevice,
  listOpenSessions,
  startSession,
} from "@foyer/branch-store";
import { describe, expect, test } from "vitest";
import { vectors } from "../src/nas/fixtures/examples.ts";
import { OPENNDS_EVENT_PATH } from "../src/nas/opennds-events.ts";
import { signForOpennds } from "../src/nas/opennds-signature.ts";
import { MAC, openTestPortal, readCode, signedNas, type TestPortal } from "./open-portal.ts";

const HID: string = vectors.opennds.hid;
const FAS_KEY: string = vectors.opennds.faskey;
const LEVEL_2 = `/fas?fas=${vectors.opennds.level2.fas}&iv=${vectors.opennds.level2.iv}`;

/** A portal behind the openNDS gateway whose redirect was recorded. */
function openBehindOpennds() {
  return openTestPortal({
    settings: (settings) => {
      settings.nas = [
        {
          kind: "opennds",
          id: "0199f000-0000-7000-8000-000000000003",
          name: "Gateway",
          source: "10.10.0.1",
          gatewayMac: "7266965dd10f",
          fasLevel: 2,
          fasKey: FAS_KEY,
          loginOrigins: ["http://10.10.0.1:2050"],
        },
      ];
    },
  });
}

async function goOnline(portal: TestPortal) {
  const browser = portal.browser();
  await browser.open(LEVEL_2);
  await browser.askForCode("0912345678");
  await browser.submit("/code", { code: await readCode(portal) });
  const handedBack = await browser.post("/details", { name: "Lan" });
  const redirect = new URL(handedBack.location ?? "").searchParams.get("redir") ?? "";
  return { browser, handedBack, landing: redirect.slice(redirect.indexOf("/online")) };
}

describe("behind a NAS that tells of no sessions", () => {
  test("MC-1.4 a right code within its life opens the session; a wrong, late, reused or sixth-try code does not", async () => {
    const portal = await openBehindOpennds();
    const browser = portal.browser();
    const sessions = () => portal.store.read(listOpenSessions).length;
    const askAnew = async () => {
      portal.pass(301);
      await browser.open(LEVEL_2);
      await browser.askForCode("0912345678");
      return readCode(portal);
    };
    const offer = async (code: string) => {
      await browser.submit("/code", { code });
      await browser.submit("/details");
      return sessions();
    };

    let code = await askAnew();
    expect(await offer(code === "000000" ? "000001" : "000000")).toBe(0);
    for (let tries = 2; tries <= 5; tries += 1)
      await browser.post("/code", { code: code === "000000" ? "000001" : "000000" });
    expect(await offer(code)).toBe(0);

    code = await askAnew();
    portal.pass(300);
    expect(await offer(code)).toBe(0);

    code = await askAnew();
    portal.pass(299);
    const codePage = browser.page;
    expect(await offer(code)).toBe(1);
    const [session] = portal.store.read(listOpenSessions);
    if (!session) throw new Error("the right code opened no session");
    const { nasId, acctSessionId, deviceId } = session;
    portal.store.transaction((tx) => {
      const mac = findDevice(tx, deviceId)?.mac ?? "";
      endSession(tx, { nasId, acctSessionId, mac, at: tx.now, cause: "User-Request" });
    });
    // A second tap within a moment is led the same way again; later it is another use.
    portal.pass(31);
    const sealed = /name="c" value="([^"]+)"/.exec(codePage.html)?.[1] ?? "";
    const reused = await browser.post("/code", { c: sealed, code });
    expect(reused.words).toContain("That code is over");
    expect(sessions()).toBe(0);
  });

  test("the grant opens the session, with the end that the access policy sets", async () => {
    const portal = await openBehindOpennds();
    const { handedBack } = await goOnline(portal);
    expect(handedBack.location).toMatch(/^http:\/\/10\.10\.0\.1:2050\/opennds_auth\/\?tok=/);
    const [session] = portal.store.read(listOpenSessions);
    expect(session).toMatchObject({ acctSessionId: HID, ip: "10.10.0.92" });
    const [connected] = portal.events("guest.connected");
    expect(session?.guestId).toBe(connected?.payload.guestId);
    expect(session?.policyId).toBe(connected?.payload.policyId);
    expect(portal.events("visit.started")).toHaveLength(1);
  });

  test("the guest's own log-out ends it, and leads to the NAS's", async () => {
    const portal = await openBehindOpennds();
    const { browser, landing } = await goOnline(portal);
    await browser.open(landing);
    expect(browser.page.words).toContain("You're online, Lan");
    expect(browser.page.words).toContain("Until 13:00");
    portal.pass(600);
    const left = await browser.post("/logout");
    expect(left.status).toBe(303);
    expect(left.location).toMatch(/^http:\/\/10\.10\.0\.1:2050\/opennds_deny/);
    expect(portal.store.read(listOpenSessions)).toEqual([]);
    expect(portal.events("session.ended")[0]?.payload).toMatchObject({
      cause: "User-Request",
      connectedSeconds: 600,
    });
  });

  test("the gateway's report that follows still tells the session's bytes, and ends it no second time", async () => {
    const portal = await openBehindOpennds();
    const { browser, landing } = await goOnline(portal);
    await browser.open(landing);
    portal.pass(600);
    await browser.post("/logout");
    portal.pass(5);
    const at = Date.parse("2026-03-01T02:10:05Z") / 1000;
    const told = { at, gatewaymac: "7266965dd10f", method: "client_deauth", mac: "02aabbcc0001" };
    const counted = { hid: HID, incoming: 4426, outgoing: 402, start: at - 605, end: at - 5 };
    const message = new URLSearchParams(
      Object.entries({ ...told, ...counted }).map(([name, value]) => [name, String(value)]),
    ).toString();
    const report = {
      method: "POST" as const,
      url: OPENNDS_EVENT_PATH,
      headers: { "content-type": "application/x-www-form-urlencoded" },
      payload: `${message}&signature=${signForOpennds("event", message, FAS_KEY)}`,
    };
    for (const _ of [1, 2]) expect((await portal.app.inject(report)).statusCode).toBe(204);
    expect(portal.events("session.ended")).toHaveLength(1);
    expect(portal.events("session.updated")).toMatchObject([
      { payload: { connectedSeconds: 600, uploadBytes: 402, downloadBytes: 4426 } },
    ]);
    portal.pass(3601);
    portal.store.transaction((tx) => closeDueVisits(tx));
    expect(portal.events("visit.ended")).toMatchObject([
      { payload: { sessions: 1, uploadBytes: 402, downloadBytes: 4426 } },
    ]);
  });

  test("a guest who is led here again has lost the session, but not within the first minute", async () => {
    const portal = await openBehindOpennds();
    const { browser } = await goOnline(portal);
    portal.pass(30);
    await browser.open(LEVEL_2);
    expect(portal.store.read(listOpenSessions)).toHaveLength(1);
    portal.pass(60);
    await browser.open(LEVEL_2);
    expect(portal.store.read(listOpenSessions)).toEqual([]);
    expect(browser.page.words).toContain("Hello Lan");
  });
});

test("the portal's own address tells whoever is online that they are, and lets them out, by no name", async () => {
  const portal = await openBehindOpennds();
  await goOnline(portal);
  const browser = portal.browser();
  await browser.open("/");
  expect(browser.page.words).toContain("You're online Enjoy");
  // By what they came in is not asked here: whether one tap is enough then is not said.
  expect(browser.page.words).toMatch(/Until \d\d:\d\d\. /);
  const stranger = portal.browser({ ip: "10.10.0.66" });
  await stranger.open("/logout");
  expect(stranger.page.words).toContain("Join the Wi-Fi first");
  await browser.open("/logout");
  await browser.post("/logout");
  expect(portal.store.read(listOpenSessions)).toEqual([]);
  await browser.open("/");
  expect(browser.page.words).toContain("Join the Wi-Fi first");
});

describe("the page after access", () => {
  test("leads on to the branch's own address, by a link and by itself", async () => {
    const portal = await openTestPortal({
      settings: ({ signIn }) => {
        signIn.landingUrl = "https://quangio.example/menu?a=1&b=2";
      },
    });
    const browser = portal.browser();
    await browser.arrive({ res: "success" });
    expect(browser.page.words).toContain("You're online");
    expect(browser.page.words).toContain("Continue to quangio.example");
    expect(browser.page.html).toContain('href="https://quangio.example/menu?a=1&amp;b=2"');
    expect(browser.page.html).toContain('http-equiv="refresh"');
  });

  test("stays where the branch has no address of its own, and offers the way out", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser();
    await browser.arrive({ res: "already" });
    expect(browser.page.html).not.toContain("http-equiv");
    const left = await browser.post("/logout");
    expect(left.location).toBe("http://10.10.0.1:3990/logoff");
    await browser.arrive({ res: "logoff" });
    expect(browser.page.words).toContain("You're signed out");
    await browser.click("Go online again");
    expect(browser.page.words).toContain("Mobile number");
  });

  test("that the NAS leads to says until when, with its day where that is not today", async () => {
    const portal = await openTestPortal();
    const [today, other] = ["2026-03-01T09:30:00Z", "2026-03-04T05:00:00Z"].map(Date.parse);
    for (const [endsAt, said] of [
      [today, "Until 16:30."],
      [other, "Until Wednesday, March 4 at 12:00."],
    ] as const) {
      portal.store.transaction((tx) => {
        const session = {
          nasId: signedNas.id,
          acctSessionId: String(endsAt),
          mac: MAC,
          at: tx.now,
        };
        startSession(tx, { ...session, expectedEndAt: new Date(endsAt ?? 0) });
      });
      const browser = portal.browser();
      await browser.arrive({ res: "already" });
      expect(browser.page.words).toContain(said);
      portal.pass(60);
    }
  });

  test("names nobody when the device was not proved", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser();
    await browser.arrive({ res: "success", ip: "10.10.0.77" });
    expect(browser.page.words).toContain("You're online Enjoy");
  });
});
