import { randomBytes } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import {
  GUEST_IP,
  handOff,
  MAC,
  openTestPortal,
  readCode,
  signedNas,
  ticketOf,
  unsignedNas,
} from "./open-portal.ts";

const WIRE_BYTES_MAX = 14 * 1024;
const accessCode = {
  id: "01990000-0000-7000-8000-0000000000a0",
  code: "ABCD2345",
  devicesMax: 1,
  minutes: 60,
  validFrom: null,
  validUntil: null,
  policyId: null,
};

describe("the first page", () => {
  test("is at most 14 KB on the wire, a logo of the greatest size included", async () => {
    const portal = await openTestPortal({
      settings: (settings) => {
        settings.signIn.clickThrough = "always";
        settings.signIn.accessCode = { enabled: true };
        settings.accessCodes = [accessCode];
        // Noise: the worst that compression can meet.
        const noise = randomBytes(6000);
        settings.brand.logo = `data:image/png;base64,${noise.toString("base64")}`;
      },
    });
    const response = await portal.app.inject({
      url: handOff(signedNas, { mac: MAC, ip: GUEST_IP }),
      remoteAddress: GUEST_IP,
      headers: { "accept-encoding": "gzip" },
    });
    expect(gunzipSync(response.rawPayload).toString()).toContain("access-code");
    const headerBytes = JSON.stringify(response.headers).length;
    expect(response.rawPayload.length + headerBytes).toBeLessThanOrEqual(WIRE_BYTES_MAX);
    expect(gunzipSync(response.rawPayload).toString()).toContain("</html>");
  });

  test("is at most 14 KB on the wire with pictures too, which are files of the portal's own", async () => {
    const pictures = [1, 2, 3].map(() => randomBytes(36_000));
    const sources = pictures.map((each) => `data:image/jpeg;base64,${each.toString("base64")}`);
    const svg = `data:image/svg+xml;base64,${btoa("<svg xmlns='http://www.w3.org/2000/svg'/>")}`;
    const portal = await openTestPortal({
      settings: ({ brand, pages }) => {
        brand.logo = `data:image/png;base64,${randomBytes(6000).toString("base64")}`;
        const blocks = [...sources, svg].map((source) => ({ kind: "image", fields: { source } }));
        const when = { guests: "any" as const, visitNumbers: [] };
        const id = "0199f000-0000-7000-8000-0000000000aa";
        pages.splice(0, pages.length, { id, name: "Menu", version: 1, when, blocks });
      },
    });
    const response = await portal.app.inject({
      url: handOff(signedNas, { mac: MAC, ip: GUEST_IP }),
      remoteAddress: GUEST_IP,
      headers: { "accept-encoding": "gzip" },
    });
    const headerBytes = JSON.stringify(response.headers).length;
    expect(response.rawPayload.length + headerBytes).toBeLessThanOrEqual(WIRE_BYTES_MAX);
    expect(response.headers["content-security-policy"]).toContain("img-src 'self' data:");
    const html = gunzipSync(response.rawPayload).toString();
    const paths = [...html.matchAll(/<img class="picture" src="([^"]+)"/g)].map(([, path]) => path);
    expect(paths).toHaveLength(4);
    const files = await Promise.all(paths.map((path) => portal.app.inject({ url: path ?? "" })));
    expect(files.slice(0, 3).map((each) => each.rawPayload)).toEqual(pictures);
    expect(files[0]?.headers).toMatchObject({
      "content-type": "image/jpeg",
      "cache-control": "public, max-age=31536000, immutable",
      "x-content-type-options": "nosniff",
    });
    expect(files[3]?.headers["content-type"]).toBe("image/svg+xml");
    expect(files[3]?.headers["content-security-policy"]).toMatch(/default-src 'none'.*sandbox/);
    expect((await portal.app.inject({ url: `/pictures/${"0".repeat(64)}` })).statusCode).toBe(404);
  });

  test("loads nothing, runs nothing and is kept by no cache", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser();
    await browser.arrive();
    const { html, headers } = browser.page;
    expect(html).not.toMatch(/<script|<link|<iframe|\ssrc="(?!data:)|url\((?!"data:)|\son\w+=/);
    expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(headers["cache-control"]).toBe("no-store");
    expect(headers["set-cookie"]).toBeUndefined();
  });

  test("asks for the phone with the right keyboard, and ticks nothing beforehand", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser();
    await browser.arrive();
    expect(browser.page.html).toMatch(/<input id="phone"[^>]*type="tel"[^>]*autocomplete="tel"/);
    expect(browser.page.html).not.toMatch(/\schecked/);
    expect(browser.page.html).not.toContain('name="marketing"');
  });

  test("without the terms ticked, or with a wrong number, says what to do and keeps what was typed", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser();
    await browser.arrive();
    await browser.submit("/phone", { phone: '12"><b>' });
    expect(browser.page.status).toBe(422);
    expect(browser.page.words).toContain("Please tick the box");
    expect(browser.page.html).toContain('value="12&quot;&gt;&lt;b&gt;"');
    await browser.submit("/phone", { phone: "028 3822 1234", terms: browser.tick("terms") });
    expect(browser.page.words).toContain("That number can't receive messages");
  });
});

describe("languages", () => {
  test("the page speaks what the browser asks for, and the branch's first otherwise", async () => {
    const portal = await openTestPortal();
    for (const [asked, words] of [
      ["vi-VN,vi;q=0.9,en;q=0.8", "Số điện thoại di động"],
      ["en-GB", "Mobile number"],
      ["fr", "Số điện thoại di động"],
      ["de;q=0.9, en;q=0.2, vi;q=0", "Mobile number"],
    ] as const) {
      const browser = portal.browser({ language: asked });
      await browser.arrive();
      expect(browser.page.words, asked).toContain(words);
    }
  });

  test("a switch changes it, and the choice holds to the end", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser({ language: "en" });
    await browser.arrive();
    await browser.click("Tiếng Việt");
    expect(browser.page.html).toContain('<html lang="vi" dir="ltr">');
    await browser.askForCode("0912345678");
    expect(browser.page.words).toContain("Nhập mã của bạn");
    await browser.submit("/code", { code: await readCode(portal) });
    expect(browser.page.words).toContain("Rất vui được gặp bạn");
    await browser.submit("/details");
    expect(portal.events("consent.given")[0]?.payload.language).toBe("vi");
    expect(portal.events("guest.registered")[0]?.payload.language).toBe("vi");
  });
});

describe("when there is no way in", () => {
  test("a box without settings says that it is not set up yet", async () => {
    const portal = await openTestPortal({ isEnrolled: false });
    const browser = portal.browser();
    await browser.arrive();
    expect(browser.page.status).toBe(503);
    expect(browser.page.words).toContain("This box is not set up yet");
    expect((await browser.post("/phone", { phone: "0912345678" })).status).toBe(503);
  });

  test("an unknown NAS and a tampered hand-off are refused in words, with no way on", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser({ nas: { ...signedNas, nasIdentifier: "stranger" } });
    await browser.arrive();
    expect(browser.page.status).toBe(403);
    expect(browser.page.html).not.toContain("<form");
    await browser.open(handOff(signedNas, { mac: MAC, ip: GUEST_IP }).replace("notyet", "success"));
    expect(browser.page.status).toBe(403);
  });

  test("the portal opened by hand says to join the Wi-Fi first, other paths that nothing is there", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser();
    await browser.open("/");
    expect(browser.page.words).toContain("Join the Wi-Fi first");
    await browser.open("/wp-admin.php");
    expect(browser.page.status).toBe(404);
  });

  test("a page that lay open too long leads to a fresh one", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser();
    await browser.arrive();
    portal.pass(31 * 60);
    await browser.submit("/phone", { phone: "0912345678" });
    expect(browser.page.status).toBe(403);
    expect(browser.page.words).toContain("This page has been open for a while");
    expect(browser.page.html).toContain('href="http://10.10.0.1:3990"');
  });

  test("it leads there by the guest's own NAS, in the language they chose", async () => {
    const garden = { ...unsignedNas, loginOrigins: ["http://10.20.0.1:3990"] };
    const portal = await openTestPortal({
      settings: (settings) => {
        settings.nas = [signedNas, garden];
      },
    });
    const browser = portal.browser({ nas: garden });
    await browser.arrive({ uamip: "10.20.0.1" });
    await browser.click("Tiếng Việt");
    portal.pass(31 * 60);
    await browser.submit("/phone", { phone: "0912345678" });
    expect(browser.page.words).toContain("Trang này đã mở khá lâu");
    expect(browser.page.html).toContain('href="http://10.20.0.1:3990"');
  });

  test("a NAS whose address changed meanwhile is asked anew, and nothing is granted", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser();
    await browser.arrive();
    await browser.askForCode("0912345678");
    await browser.submit("/code", { code: await readCode(portal) });
    portal.change((settings) => {
      settings.nas = [{ ...signedNas, loginOrigins: ["http://10.20.0.1:3990"] }];
    });
    await browser.submit("/details", { name: "Lan" });
    expect(browser.page.status).toBe(403);
    expect(browser.page.html).toContain('href="http://10.20.0.1:3990"');
    expect(portal.events("guest.connected")).toEqual([]);
  });

  test("whoever is online already is granted nothing more from that page", async () => {
    const portal = await openTestPortal({
      settings: ({ signIn }) => {
        signIn.clickThrough = "always";
      },
    });
    const browser = portal.browser();
    await browser.arrive({ res: "already" });
    const shown = await browser.post("/click-through");
    expect(shown.words).toContain("Please tick the box");
    const terms = /name="terms" value="([^"]+)"/.exec(shown.html)?.[1] ?? "";
    expect((await browser.post("/click-through", { terms })).status).toBe(403);
    expect(portal.events("guest.connected")).toEqual([]);
  });

  test("a NAS that refused is said in words, and one tap begins anew", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser();
    await browser.arrive({ res: "failed", reason: "reject" });
    expect(browser.page.words).toContain("That didn't work");
    await browser.click("Try again");
    expect(browser.page.words).toContain("Mobile number");
  });

  test("a NAS that brings nothing to answer is asked for a fresh question first", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser({ nas: unsignedNas });
    const url = handOff(unsignedNas, { mac: MAC, ip: GUEST_IP, res: "logoff" });
    await browser.open(url.replace(/&challenge=[0-9a-f]+/, ""));
    expect(browser.page.words).toContain("You're signed out");
    expect(browser.page.html).toContain('class="button" href="http://10.10.0.1:3990"');
  });

  test("no fitting access policy is a page of its own, and no ticket", async () => {
    const portal = await openTestPortal({
      settings: (settings) => {
        for (const policy of settings.policies) policy.when.methods = ["returning"];
        settings.signIn.clickThrough = "always";
      },
    });
    const browser = portal.browser();
    await browser.arrive();
    await browser.submit("/click-through", { terms: browser.tick("terms") });
    expect(browser.page.status).toBe(403);
    expect(browser.page.words).toContain("This Wi-Fi has no access for the way you came in");
    expect(portal.events("guest.connected")).toHaveLength(0);
  });
});

test("a store that fails is said in words, with no trace of it, and told in the log", async () => {
  const portal = await openTestPortal();
  const browser = portal.browser();
  await browser.arrive();
  portal.store.transaction((tx) => tx.sql("alter table codes rename to gone").run());
  const failed = await browser.post("/phone", {
    phone: "0912345678",
    terms: browser.tick("terms"),
  });
  expect(failed.status).toBe(500);
  expect(failed.words).toContain("Something went wrong on our side");
  expect(failed.html).not.toMatch(/codes|sqlite/i);
  const told = portal.logLines.filter((each) => JSON.parse(each).level === 50);
  expect(told).toHaveLength(1);
  expect(told[0]).not.toMatch(/912.?345/);
});

test("what no form of ours sends is answered in words", async () => {
  const portal = await openTestPortal();
  const browser = portal.browser();
  await browser.arrive();
  const sealed = /name="c" value="([^"]+)"/.exec(browser.page.html)?.[1] ?? "";
  const post = (payload: string, type = "application/x-www-form-urlencoded") =>
    portal.app.inject({
      method: "POST",
      url: "/phone",
      remoteAddress: GUEST_IP,
      headers: { "content-type": type },
      payload,
    });
  for (const response of [
    await post(`c=${sealed}&phone=1&phone=2&terms=a&terms=b`),
    await post(`c=${sealed}&c=${sealed}`),
    await post(`c=${sealed}&__proto__=x&phone[a]=1`),
    await post("{", "application/json"),
    await post("<a/>", "text/xml"),
    await post(`c=${sealed}&phone=${"9".repeat(70_000)}`),
  ]) {
    expect(response.statusCode).toBeGreaterThanOrEqual(400);
    expect(response.statusCode).toBeLessThan(500);
    expect(response.body).toContain("</html>");
  }
  for (const url of ["/%zz", "/start%", "/%c0%af?res=notyet"]) {
    await browser.open(url);
    expect(browser.page.words, url).toContain("Join the Wi-Fi first");
  }
});

test("what cannot be read is said in the branch's first language, and not called our fault", async () => {
  const portal = await openTestPortal();
  const response = await portal.app.inject({
    method: "POST",
    url: "/phone",
    headers: { "content-type": "text/xml" },
    payload: "<a/>",
  });
  expect(response.statusCode).toBe(415);
  expect(response.body).toContain('<html lang="vi" dir="ltr">');
  expect(response.body).toContain("Chúng tôi chưa đọc được");
});

test("nobody holds a connection with a request that never ends", async () => {
  const portal = await openTestPortal();
  expect(portal.app.server.requestTimeout).toBeGreaterThan(0);
  expect(portal.app.server.requestTimeout).toBeLessThanOrEqual(60_000);
});

describe("click-through as the branch's usual way", () => {
  test("asks for nothing but the terms", async () => {
    const portal = await openTestPortal({
      settings: ({ signIn }) => {
        signIn.phone.enabled = false;
        signIn.clickThrough = "always";
      },
    });
    const browser = portal.browser();
    await browser.arrive();
    expect(browser.page.html).not.toContain('name="phone"');
    expect((await browser.post("/click-through")).words).toContain("Please tick the box");
    const terms = browser.tick("terms");
    const posts = await Promise.all([1, 2, 3].map(() => browser.post("/click-through", { terms })));
    expect(new Set(posts.map((each) => each.location)).size).toBe(1);
    expect(ticketOf(portal, posts[0]?.location ?? null)).toMatchObject({ method: "click-through" });
    expect(portal.events("guest.registered")).toHaveLength(1);
  });
});

describe("the outbox", () => {
  test("is there only while the branch's settings name it", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser();
    await browser.arrive();
    await browser.askForCode("0912345678");
    const code = await readCode(portal);
    const outbox = portal.browser();
    await outbox.open("/outbox");
    expect(outbox.page.words).toContain("For demonstration");
    expect(outbox.page.words).toContain(code);
    expect(outbox.page.words).not.toContain("912345678");
    portal.change(({ signIn }) => {
      signIn.phone.channels = [{ kind: "console" }];
    });
    await outbox.open("/outbox");
    expect(outbox.page.status).toBe(404);
    expect(outbox.page.words).not.toContain(code);
  });
});
