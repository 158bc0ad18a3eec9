import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  findCredential,
  findDeviceByMac,
  linkDevice,
  MEMBER_LINKS_PER_DEVICE_HOUR,
} from "@foyer/branch-store";
import type { BranchSettings } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import {
  type Browser,
  type BrowserOptions,
  GUEST_IP,
  MAC,
  openTestPortal,
  readCode,
  type TestPortal,
  unsignedNas,
} from "./open-portal.ts";
import { type Plist, readPasspointFile, readPlist } from "./xml.ts";

const OFFER = "Connect by itself next time";
const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15";
const SAFARI = `${IPHONE} Version/18.1 Mobile/15E148 Safari/604.1`;
const CHROME =
  "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36";

function offerMemberWifi(settings: BranchSettings) {
  settings.memberWifi = {
    enabled: true,
    ssid: "Quán của khách",
    domain: "wifi.cafe.example",
    innerMethod: "mschapv2",
  };
}

const openMemberPortal = () => openTestPortal({ settings: offerMemberWifi });

/** Signs in by phone and follows the NAS to "you're online". */
async function goOnline(portal: TestPortal, options: BrowserOptions = {}, phone = "0912345678") {
  const browser = portal.browser(options);
  await browser.arrive();
  await browser.askForCode(phone);
  const entered = await browser.submit("/code", { code: await readCode(portal) });
  // Whoever has told their name before is led on at once.
  const { location } = entered.location ? entered : await browser.post("/details", { name: "Lan" });
  const landing = new URL(location ?? "").searchParams.get("userurl") ?? "";
  await browser.open(landing.slice(landing.indexOf("/online")));
  return browser;
}

/** Opens the explaining page, and gives the link's path with it. */
async function openMemberPage(browser: Browser) {
  await browser.click(OFFER);
  return /href="http:\/\/10\.1\.0\.2:8080(\/m\/[^"]+)"/.exec(browser.page.html)?.[1] ?? "";
}

/** Another browser: no cookie, no context, only an address and what it calls itself. */
const fetchFrom = (
  portal: TestPortal,
  url: string,
  { ip = GUEST_IP, userAgent = SAFARI, encoding = "identity" } = {},
) =>
  portal.app.inject({
    url,
    remoteAddress: ip,
    headers: { "user-agent": userAgent, "accept-language": "en", "accept-encoding": encoding },
  });

/** As the button does, which stands only where there is something to forget. */
const forget = (browser: Browser, whose: "device" | "all") => {
  const sealed = /[?;]c=([\w-]+)/.exec(browser.page.html)?.[1] ?? "";
  return browser.post("/member/forget", { c: sealed, whose });
};

const fetchApple = async (portal: TestPortal, path: string, ip = GUEST_IP) => {
  const response = await fetchFrom(portal, `${path}/wifi.mobileconfig`, { ip });
  if (response.statusCode !== 200) return null;
  const [wifi] = readPlist(response.body).PayloadContent as { [key: string]: Plist }[];
  const eap = wifi?.EAPClientConfiguration as { [key: string]: Plist };
  return { username: String(eap.UserName), password: String(eap.UserPassword), response };
};

const isLive = (portal: TestPortal, username = "") =>
  portal.store.read((tx) => findCredential(tx, username))?.revokedAt === null;

describe("the offer", () => {
  test("stands on the page after access, and on the returning guest's", async () => {
    const portal = await openMemberPortal();
    const browser = await goOnline(portal);
    expect(browser.page.words).toContain(OFFER);
    await browser.arrive();
    expect(browser.page.words).toContain("Hello Lan");
    expect(browser.page.words).toContain(OFFER);
    expect(await openMemberPage(browser)).toMatch(/^\/m\/(\w{4}-){3}\w{4}$/);
  });

  test("is there long enough to be read, where the page leads on to the branch's own address", async () => {
    const portal = await openTestPortal({
      settings: ({ signIn }) => {
        signIn.landingUrl = "https://cafe.example/";
      },
    });
    const browser = await goOnline(portal);
    const path = portal.urls.findLast((each) => each.startsWith("/online")) ?? "";
    const secondsOf = () => /http-equiv="refresh" content="(\d+);/.exec(browser.page.html)?.[1];
    expect(secondsOf()).toBe("5");
    portal.change(offerMemberWifi);
    await browser.open(path);
    expect(secondsOf()).toBe("15");
  });

  test("is not made where the branch has no such SSID, or has switched it off", async () => {
    const portal = await openTestPortal();
    const browser = await goOnline(portal);
    expect(browser.page.words).not.toContain(OFFER);
    portal.change(offerMemberWifi);
    await browser.arrive();
    const path = await openMemberPage(browser);
    portal.change(({ memberWifi }) => Object.assign(memberWifi ?? {}, { enabled: false }));
    expect((await fetchFrom(portal, path)).statusCode).toBe(404);
    expect(await fetchApple(portal, path)).toBeNull();
    await browser.arrive();
    expect(browser.page.words).not.toContain(OFFER);
    expect(portal.events("credential.issued")).toEqual([]);
  });

  test("is not made to a guest whose number was never verified", async () => {
    const portal = await openTestPortal({
      settings: (settings) => {
        offerMemberWifi(settings);
        settings.signIn.clickThrough = "always";
      },
    });
    const browser = portal.browser();
    await browser.arrive();
    const terms = browser.tick("terms");
    await browser.post("/click-through", { terms });
    await browser.arrive();
    expect(browser.page.words).not.toContain(OFFER);
  });

  test("is not made to a stranger with a copied MAC, nor is their page good for it", async () => {
    const portal = await openMemberPortal();
    await goOnline(portal);
    const stranger = portal.browser({ nas: unsignedNas, ip: "10.10.0.66" });
    await stranger.arrive();
    expect(stranger.page.words).not.toContain(OFFER);
    const sealed = /name="c" value="([^"]+)"/.exec(stranger.page.html)?.[1] ?? "";
    await stranger.open(`/member?c=${sealed}`);
    expect(stranger.page.status).toBe(403);
    expect(stranger.page.words).toContain("Sign in with your number first");
    const forgotten = await stranger.post("/member/forget", { c: sealed, whose: "device" });
    expect(forgotten.status).toBe(403);
    // Signed in as themselves, they are still not the one whose device they claim.
    const asThemselves = await goOnline(
      portal,
      { nas: unsignedNas, ip: "10.10.0.67" },
      "0987654321",
    );
    expect(asThemselves.page.words).not.toContain(OFFER);
    expect(portal.events("credential.issued")).toEqual([]);
  });

  test("behind a NAS that signs nothing waits until it has spent the guest's ticket", async () => {
    const portal = await openMemberPortal();
    const browser = await goOnline(portal, { nas: unsignedNas });
    expect(browser.page.words).not.toContain(OFFER);
    const landing = portal.urls.findLast((each) => each.startsWith("/online")) ?? "";
    portal.store.transaction((tx) => {
      const deviceId = findDeviceByMac(tx, MAC)?.id ?? "";
      const guestId = portal.events("guest.connected")[0]?.payload.guestId ?? "";
      linkDevice(tx, { deviceId, guestId });
    });
    await browser.open(landing);
    expect(browser.page.words).toContain(OFFER);
    expect(await fetchApple(portal, await openMemberPage(browser))).not.toBeNull();
  });
});

describe("the explaining page", () => {
  test("in a sign-in sheet tells how to get to a real browser, in the guest's language", async () => {
    const portal = await openMemberPortal();
    const browser = await goOnline(portal);
    await openMemberPage(browser);
    expect(browser.page.words).toContain("Open this address in your browser");
    expect(browser.page.words).toContain("on this device alone");
    expect(browser.page.words).not.toContain("Add it to");
    expect(browser.page.words).toContain("You stay on the Wi-Fi");
    await browser.click("Tiếng Việt");
    expect(browser.page.words).toContain("Mở địa chỉ này bằng trình duyệt");
    // Closed before access, the sheet of an iPhone would leave the Wi-Fi.
    await browser.arrive();
    await openMemberPage(browser);
    expect(browser.page.words).toContain("tap Go online, then close this window");
  });

  test("in a real browser offers both files, that of its platform first", async () => {
    const portal = await openMemberPortal();
    const browser = await goOnline(portal, { keepsCookies: true });
    const first = await browser.click(OFFER);
    expect(first.html.indexOf("wifi.mobileconfig")).toBeGreaterThan(0);
    const path = /href="(\/m\/\w+)\/wifi/.exec(first.html)?.[1] ?? "";
    for (const [userAgent, order] of [
      [SAFARI, ["wifi.mobileconfig", "wifi.config"]],
      [CHROME, ["wifi.config", "wifi.mobileconfig"]],
    ] as const) {
      const { body } = await fetchFrom(portal, path, { userAgent });
      const files = [...body.matchAll(/href="[^"?]+\/(wifi\.\w+)\?/g)].map(([, file]) => file);
      expect(files).toEqual(order);
    }
  });

  test("opened twice shows the same address, which says nothing of the guest", async () => {
    const portal = await openMemberPortal();
    const browser = await goOnline(portal);
    const first = await openMemberPage(browser);
    await browser.arrive();
    expect(await openMemberPage(browser)).toBe(first);
    expect(first).not.toMatch(/912345678|02-?AA/i);
  });

  test("is refused once the device has asked too often within the hour", async () => {
    const portal = await openMemberPortal();
    const browser = await goOnline(portal);
    for (let count = 0; count < MEMBER_LINKS_PER_DEVICE_HOUR; count += 1) {
      await browser.arrive();
      await fetchApple(portal, await openMemberPage(browser));
      await forget(browser, "device");
    }
    await browser.arrive();
    await browser.click(OFFER);
    expect(browser.page.status).toBe(429);
    expect(browser.page.words).toContain("Please try again in an hour");
    const issued = portal.events("credential.issued");
    expect(issued).toHaveLength(MEMBER_LINKS_PER_DEVICE_HOUR);
  });
});

describe("the link", () => {
  test("hands out one credential for each download of its quarter of an hour, and its twin for Android", async () => {
    const portal = await openMemberPortal();
    const path = await openMemberPage(await goOnline(portal));
    const [first, again] = await Promise.all([fetchApple(portal, path), fetchApple(portal, path)]);
    expect(first?.response.headers["content-type"]).toBe("application/x-apple-aspen-config");
    expect(again?.password).toBe(first?.password);
    portal.pass(14 * 60);
    const android = await fetchFrom(portal, `${path}/wifi.config`, {
      ...{ userAgent: CHROME, encoding: "gzip" },
    });
    expect(android.headers).toMatchObject({
      "content-type": "application/x-wifi-config",
      "content-transfer-encoding": "base64",
    });
    // Android's installer starts on neither a compressed file nor one with a disposition.
    expect(android.headers).not.toHaveProperty("content-encoding");
    expect(android.headers).not.toHaveProperty("content-disposition");
    const { leaves } = readPasspointFile(android.body);
    expect(Object.values(leaves)).toContain(first?.username);
    expect(portal.events("credential.issued")).toHaveLength(1);
    portal.pass(61);
    expect(await fetchApple(portal, path)).toBeNull();
    expect((await fetchFrom(portal, path)).body).toContain("no longer works");
    expect(isLive(portal, first?.username)).toBe(true);
  });

  test("works from the address of its device alone, and no made-up one works", async () => {
    const portal = await openMemberPortal();
    const path = await openMemberPage(await goOnline(portal));
    expect((await fetchFrom(portal, path, { ip: "10.10.0.66" })).statusCode).toBe(404);
    expect(await fetchApple(portal, path, "10.10.0.66")).toBeNull();
    for (const made of ["/m/abcd-efgh-jkmn-pqrs", "/m/x", `/m/${"a".repeat(190)}`])
      expect(await fetchApple(portal, made)).toBeNull();
    expect(portal.events("credential.issued")).toEqual([]);
    expect(await fetchApple(portal, path.toUpperCase().replace("/M/", "/m/"))).not.toBeNull();
  });

  test("a newer download revokes the device's earlier credential, and the earlier link dies with it", async () => {
    const portal = await openMemberPortal();
    const browser = await goOnline(portal);
    const first = await openMemberPage(browser);
    const old = await fetchApple(portal, first);
    portal.pass(11 * 60);
    await browser.arrive();
    const second = await openMemberPage(browser);
    expect(second).not.toBe(first);
    const fresh = await fetchApple(portal, second);
    expect(isLive(portal, old?.username)).toBe(false);
    expect(isLive(portal, fresh?.username)).toBe(true);
    expect(await fetchApple(portal, first)).toBeNull();
    expect(portal.events("credential.revoked")).toHaveLength(1);
  });

  test("opens nothing once the device has passed to another guest", async () => {
    const portal = await openMemberPortal();
    const path = await openMemberPage(await goOnline(portal));
    const browser = portal.browser();
    await browser.arrive();
    await browser.submit("/not-me");
    await browser.askForCode("0987654321");
    await browser.submit("/code", { code: await readCode(portal) });
    await browser.post("/details", { name: "Minh" });
    expect((await fetchFrom(portal, path)).statusCode).toBe(404);
    expect(await fetchApple(portal, path)).toBeNull();
  });

  test("leaves the old credential standing where a new profile cannot be made", async () => {
    const portal = await openMemberPortal();
    const path = await openMemberPage(await goOnline(portal));
    writeFileSync(join(portal.folder, "radius-authority.pem"), "cut short");
    const failed = await fetchFrom(portal, `${path}/wifi.mobileconfig`);
    expect(failed.statusCode).toBe(500);
    expect(portal.events("credential.issued")).toEqual([]);
  });

  test("tells the log and the cloud nothing but ids", async () => {
    const portal = await openMemberPortal();
    const path = await openMemberPage(await goOnline(portal));
    const given = await fetchApple(portal, path);
    const token = path.replaceAll(/\/m\/|-/g, "");
    const told = [...portal.logLines, JSON.stringify(portal.events("credential.issued"))].join();
    for (const secret of [given?.username, given?.password, token, path])
      expect(told).not.toContain(secret);
    expect(Object.keys(portal.events("credential.issued")[0]?.payload ?? {})).toEqual([
      "deviceId",
      "guestId",
    ]);
  });
});

describe("a guest forgets", () => {
  test("this device's credential: it is revoked, and so is every link that would make another", async () => {
    const portal = await openMemberPortal();
    const browser = await goOnline(portal);
    const path = await openMemberPage(browser);
    expect(browser.page.words).not.toContain("Forget");
    const given = await fetchApple(portal, path);
    await browser.arrive();
    await openMemberPage(browser);
    expect(browser.page.words).toContain("Forget this device's key");
    await browser.submit("/member/forget", { whose: "device" });
    expect(browser.page.words).toContain("It's forgotten");
    expect(isLive(portal, given?.username)).toBe(false);
    expect(await fetchApple(portal, path)).toBeNull();
    expect(portal.events("credential.revoked")).toHaveLength(1);
    const again = await forget(browser, "device");
    expect(again.status).toBe(200);
    expect(portal.events("credential.revoked")).toHaveLength(1);
  });

  test("a link that was shown and not used yet, too", async () => {
    const portal = await openMemberPortal();
    const browser = await goOnline(portal);
    const path = await openMemberPage(browser);
    expect((await forget(browser, "device")).status).toBe(200);
    expect(await fetchApple(portal, path)).toBeNull();
    expect(portal.events("credential.issued")).toEqual([]);
  });

  test("those of their other devices, under whatever MAC they were given, and nobody else's", async () => {
    const portal = await openMemberPortal();
    const given = [];
    for (const [mac, ip, phone] of [
      ["02-AA-BB-CC-00-02", "10.10.0.93", "0912345678"],
      ["02-AA-BB-CC-00-03", "10.10.0.94", "0987654321"],
    ] as const)
      given.push(
        await fetchApple(
          portal,
          await openMemberPage(await goOnline(portal, { mac, ip }, phone)),
          ip,
        ),
      );
    const browser = await goOnline(portal);
    await openMemberPage(browser);
    expect(browser.page.words).not.toContain("Forget this device's key");
    expect(browser.page.words).toContain("Forget the keys of all my devices");
    await browser.submit("/member/forget", { whose: "all" });
    expect(given.map((each) => isLive(portal, each?.username))).toEqual([false, true]);
  });
});
