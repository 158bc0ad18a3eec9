import { findKnownGuestOfDevice, useTicket } from "@foyer/branch-store";
import type { AccessCode, BranchSettings } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { WRONG_ANSWER_MILLISECONDS } from "../src/sign-in/slow-answer.ts";
import {
  type Browser,
  GUEST_IP,
  type OpenOptions,
  openTestPortal,
  readCode,
  signedNas,
  type TestPortal,
  ticketOf,
  unsignedNas,
} from "./open-portal.ts";

const CODE: AccessCode = {
  id: "01990000-0000-7000-8000-0000000000a0",
  code: "ABCD2345",
  devicesMax: 2,
  minutes: 30,
  validFrom: null,
  validUntil: null,
  policyId: null,
};
const POLICY_SECONDS = 14_400;

type Change = Partial<AccessCode> & { settings?: (settings: BranchSettings) => void };

function openWith({ settings: change, ...code }: Change = {}, options: OpenOptions = {}) {
  return openTestPortal({
    ...options,
    settings: (settings) => {
      settings.signIn.accessCode = { enabled: true };
      settings.accessCodes = [{ ...CODE, ...code }];
      change?.(settings);
    },
  });
}

const guest = (portal: TestPortal, number: number) =>
  portal.browser({ mac: `02-AA-BB-CC-01-0${number}`, ip: `10.10.0.${100 + number}` });

async function enter(browser: Browser, accessCode: string = CODE.code) {
  await browser.arrive();
  return browser.submit("/access-code", { accessCode, terms: browser.tick("terms") });
}

const isHandedBack = (browser: Browser) => browser.page.location?.startsWith("http://10.10.0.1");

/** What the NAS does with a hand-back: it spends the ticket. */
function letIn(portal: TestPortal, browser: Browser) {
  const ticket = ticketOf(portal, browser.page.location);
  if (!ticket) throw new Error("the page hands nobody back");
  const { username, nasId, mac } = ticket;
  const use = portal.store.transaction((tx) =>
    useTicket(tx, { username, nasId, mac, requestKey: "test" }),
  );
  return { use: use.kind, ticket };
}

function secondsOf(portal: TestPortal, { page }: Browser): number {
  const endsAt = ticketOf(portal, page.location)?.endsAt;
  return endsAt ? (endsAt.getTime() - portal.store.read((tx) => tx.now.getTime())) / 1000 : -1;
}

describe("sign-in with an access code", () => {
  test("MC-1.5: a code of two uses and thirty minutes lets in two devices for thirty minutes each, and refuses the next", async () => {
    const portal = await openWith();
    const [first, second, third] = [guest(portal, 1), guest(portal, 2), guest(portal, 3)];
    await enter(first, " abcd-2345 ");
    expect(letIn(portal, first).use).toBe("used");
    expect(secondsOf(portal, first)).toBe(1800);
    portal.pass(600);
    await enter(second);
    expect(letIn(portal, second).use).toBe("used");
    expect(secondsOf(portal, second)).toBe(1800);

    const refused = await enter(third);
    expect(refused.status).toBe(422);
    expect(refused.words).toContain("has let in as many devices as it can");
    expect(ticketOf(portal, refused.location)).toBeNull();

    // The first comes back after a walk: what is left, and no third use.
    portal.pass(600);
    await enter(first);
    expect(secondsOf(portal, first)).toBe(600);
    portal.pass(600);
    expect((await enter(first)).words).toContain("The time on this code is used up");
    expect(isHandedBack(first)).toBeFalsy();
    await enter(second);
    expect(secondsOf(portal, second)).toBe(600);
    expect(portal.events("access-code.used").map(({ payload }) => payload.deviceNumber)).toEqual([
      1, 2,
    ]);
    expect(portal.events("guest.connected").map(({ payload }) => payload.method)).toEqual(
      Array(4).fill("access-code"),
    );
  });

  test("the session ends with the code or with its policy, whichever is sooner", async () => {
    const policyId = "01990000-0000-7000-8000-000000000081";
    const portal = await openWith({
      minutes: 24 * 60,
      policyId,
      settings: (settings) => {
        const [everybody] = settings.policies;
        if (everybody) settings.policies.push({ ...everybody, id: policyId, sessionSeconds: 900 });
      },
    });
    const browser = guest(portal, 1);
    await enter(browser);
    expect(letIn(portal, browser).ticket).toMatchObject({ policyId, method: "access-code" });
    expect(browser.page.location).toContain("userurl=");
    await browser.open(landingOf(browser));
    expect(browser.page.words).toContain("Until 09:15.");
    expect(browser.page.words).not.toContain("one tap lets you in again");
  });

  test("whose policy allows more than the code, the page says the code's end", async () => {
    const portal = await openWith();
    expect(portal.settings.policies[0]?.sessionSeconds).toBe(POLICY_SECONDS);
    const browser = guest(portal, 1);
    await enter(browser);
    await browser.open(landingOf(browser));
    expect(browser.page.words).toContain("Until 09:30.");
  });

  test("the pages after it let nobody online for longer, or once more", async () => {
    const portal = await openWith();
    const browser = guest(portal, 1);
    await enter(browser);
    await browser.open(landingOf(browser));
    portal.pass(60);
    expect((await browser.post("/details", { name: "Lan" })).location ?? "").not.toContain("logon");
    portal.pass(1739);
    expect((await browser.post("/details", { name: "Lan" })).location ?? "").not.toContain("logon");
  });

  test("does not make the device known: without the code it is a stranger's again", async () => {
    const portal = await openWith();
    const browser = guest(portal, 1);
    await enter(browser);
    const { ticket } = letIn(portal, browser);
    expect(portal.store.read((tx) => findKnownGuestOfDevice(tx, ticket.deviceId))).toBeNull();
    portal.pass(1800);
    await browser.arrive();
    expect(browser.page.html).toContain('action="/phone"');
    expect((await browser.post("/returning")).location).toBeNull();
  });

  test("tapped twice uses the code once and gives one ticket", async () => {
    const portal = await openWith();
    const browser = guest(portal, 1);
    await browser.arrive();
    const form = { accessCode: CODE.code, terms: browser.tick("terms") };
    const [one, other] = await Promise.all([
      browser.post("/access-code", form),
      browser.post("/access-code", form),
    ]);
    expect(one?.location).toBe(other?.location);
    expect(portal.events("access-code.used")).toHaveLength(1);
  });

  test("a guest who is known uses a code as themselves", async () => {
    const portal = await openWith();
    const browser = portal.browser();
    await browser.arrive();
    await browser.askForCode("0912345678");
    await browser.submit("/code", { code: await readCode(portal) });
    await browser.submit("/details", { name: "Lan" });
    const { ticket } = letIn(portal, browser);
    portal.pass(3 * 60 * 60);
    await browser.arrive();
    await browser.click("I have an access code");
    expect(browser.page.html).toContain('action="/access-code"');
    await browser.submit("/access-code", {
      accessCode: CODE.code,
      terms: browser.tick("terms"),
    });
    expect(letIn(portal, browser).ticket.guestId).toBe(ticket.guestId);
    expect(portal.events("access-code.used")[0]?.payload.guestId).toBe(ticket.guestId);
    await browser.arrive();
    expect(browser.page.words).toContain("Lan");
  });
});

describe("the field for an access code", () => {
  test("is shown below the number where the branch takes both, and not where it takes none", async () => {
    const portal = await openWith();
    const browser = guest(portal, 1);
    await browser.arrive();
    expect(browser.page.html).toMatch(/action="\/phone"[\s\S]*formaction="\/access-code"/);
    portal.change((settings) => {
      settings.signIn.accessCode = { enabled: false };
    });
    await browser.arrive();
    expect(browser.page.html).not.toContain("access-code");
    const refused = await browser.post("/access-code", {
      accessCode: CODE.code,
      terms: browser.tick("terms"),
    });
    expect(refused.location).toBeNull();
    expect(portal.events("access-code.used")).toEqual([]);
  });

  test("is the whole first page where a code is the only way in", async () => {
    const portal = await openWith({
      settings: ({ signIn }) => {
        signIn.phone.enabled = false;
        signIn.clickThrough = "off";
      },
    });
    const browser = guest(portal, 1);
    await browser.arrive();
    expect(browser.page.html).toContain('action="/access-code"');
    expect(browser.page.html).not.toContain('name="phone"');
    await enter(browser);
    expect(isHandedBack(browser)).toBe(true);
  });

  test("sent by the keyboard's own key goes to the code, as long as no number was typed", async () => {
    const portal = await openWith();
    const browser = guest(portal, 1);
    await browser.arrive();
    await browser.submit("/phone", {
      phone: "",
      accessCode: CODE.code,
      terms: browser.tick("terms"),
    });
    expect(isHandedBack(browser)).toBe(true);
  });

  test("is filled in for a proved device that has minutes left, and for nobody who claims its MAC", async () => {
    const portal = await openWith();
    const browser = guest(portal, 1);
    await enter(browser);
    portal.pass(60);
    await browser.arrive();
    expect(browser.page.html).toContain(`value="${CODE.code}"`);
    const claim = { mac: "02-AA-BB-CC-01-01", ip: "10.10.0.77", nas: unsignedNas };
    const stranger = portal.browser(claim);
    await stranger.arrive();
    expect(stranger.page.html).not.toContain(CODE.code);
    portal.pass(1800);
    await browser.arrive();
    expect(browser.page.html).not.toContain(CODE.code);
  });

  test("wants the terms ticked, keeps what was typed and uses nothing before", async () => {
    const portal = await openWith();
    const browser = guest(portal, 1);
    await browser.arrive();
    await browser.submit("/access-code", { accessCode: CODE.code });
    expect(browser.page.status).toBe(422);
    expect(browser.page.words).toContain("Please tick the box");
    expect(browser.page.html).toContain(`value="${CODE.code}"`);
    expect(portal.events("access-code.used")).toEqual([]);
  });

  test.each([
    ["en", "", "Type your access code"],
    ["vi", "", "Bạn hãy nhập mã truy cập"],
    ["en", "ABC", "never 0, O, 1, I or L"],
    ["vi", "ABCD2340", "không bao giờ có 0, O, 1, I hay L"],
    ["en", "WXYZ6789", "don't know this code"],
    ["vi", "WXYZ6789", "không thấy mã này"],
  ])("says in %s what is wrong with %j", async (language, accessCode, words) => {
    const portal = await openWith();
    const browser = portal.browser({ language });
    const shown = await enter(browser, accessCode);
    expect(shown.status).toBe(422);
    expect(shown.words).toContain(words);
  });

  test.each([
    ["en", { validFrom: "2026-03-02T00:00:00Z" }, "works from March 2, 2026 at 07:00."],
    ["vi", { validFrom: "2026-03-02T00:00:00Z" }, "dùng được từ lúc 07:00 2 tháng 3, 2026."],
    ["en", { validUntil: "2026-03-01T02:00:00Z" }, "has expired"],
  ])("says in %s when the code's time is not now: %j", async (language, change, words) => {
    const portal = await openWith(change);
    expect((await enter(portal.browser({ language }))).words).toContain(words);
  });

  test("answers a code that nobody gave out a second late", async () => {
    const portal = await openWith({}, { wrongAnswerMilliseconds: WRONG_ANSWER_MILLISECONDS });
    const began = performance.now();
    await enter(guest(portal, 1), "WXYZ6789");
    expect(performance.now() - began).toBeGreaterThan(950);
  });

  test("stops listening to a device that guesses, and to one address that makes up devices", async () => {
    const portal = await openWith();
    const guessAs = async (options: Parameters<TestPortal["browser"]>[0]) =>
      (await enter(portal.browser(options), "WXYZ6789")).words;
    const tenTimes = Array.from({ length: 10 }, (_, count) => count);
    await Promise.all(tenTimes.map(() => guessAs({})));
    expect(await guessAs({})).toContain("many wrong codes");
    expect((await enter(portal.browser())).words).toContain("many wrong codes");
    const ip = "10.10.0.60";
    const macs = tenTimes.map((count) => `02-AA-BB-CC-02-0${count}`);
    await Promise.all(macs.map((mac) => guessAs({ nas: unsignedNas, mac, ip })));
    const mac = "02-AA-BB-CC-02-AA";
    expect(await guessAs({ nas: unsignedNas, mac, ip })).toContain("many wrong");
    expect(isHandedBack(await entered(guest(portal, 1)))).toBe(true);
  });

  test("a code stands in no log line and in no link", async () => {
    const portal = await openWith();
    await enter(guest(portal, 1));
    await enter(guest(portal, 2), "WXYZ6789");
    const told = portal.logLines.join("") + portal.urls.join(" ");
    expect(told).not.toMatch(/ABCD-?2345|WXYZ6789/i);
  });
});

describe("the link of a printed code", () => {
  test("fills the field in on the way through the NAS, and signs nobody in", async () => {
    const portal = await openWith();
    const browser = portal.browser();
    const page = await browser.open("/?code=abcd2345");
    expect(page.words).toContain("Your code is ABCD-2345");
    expect(page.html).toContain('href="http://10.10.0.1:3990"');
    expect(page.headers["set-cookie"]).toBeUndefined();
    await browser.arrive();
    expect(browser.page.html).toContain('name="accessCode"');
    expect(browser.page.html).toContain('value="ABCD2345"');
    expect(portal.events("access-code.used")).toEqual([]);
    expect(portal.logLines.join("")).not.toContain("ABCD2345");
  });

  test("is kept for its own address alone, and for ten minutes", async () => {
    const portal = await openWith();
    await portal.browser().open("/?code=ABCD2345");
    const other = guest(portal, 1);
    await other.arrive();
    expect(other.page.html).not.toContain("ABCD2345");
    portal.pass(601);
    const browser = portal.browser();
    await browser.arrive();
    expect(browser.page.html).not.toContain("ABCD2345");
  });

  test("is kept for nobody behind a NAS that gives all its guests one address", async () => {
    const portal = await openWith();
    const browser = portal.browser({ ip: signedNas.source });
    expect((await browser.open("/?code=ABCD2345")).words).toContain("type the code there");
    await browser.arrive();
    expect(browser.page.html).not.toContain("ABCD2345");
  });

  test("does nothing in a hand-off: a code that came through a NAS is not read", async () => {
    const portal = await openWith();
    const browser = portal.browser({ ip: GUEST_IP });
    await browser.arrive({ code: "ABCD2345" });
    expect(browser.page.html).not.toContain("ABCD2345");
    await browser.arrive();
    expect(browser.page.html).not.toContain("ABCD2345");
  });

  test.each(["/?code=%3Cb%3E", "/?code=ABC", "/?code=ABCD2345&code=WXYZ6789", "/?code="])(
    "%s is the portal's own page as ever",
    async (url) => {
      const portal = await openWith();
      expect((await portal.browser().open(url)).words).toContain("Join the Wi-Fi first");
    },
  );
});

const entered = async (browser: Browser) => {
  await enter(browser);
  return browser;
};

/** Where the NAS leads the browser once it is online. */
function landingOf(browser: Browser): string {
  const userUrl = new URL(browser.page.location ?? "").searchParams.get("userurl");
  const { pathname, search } = new URL(userUrl ?? "");
  return `${pathname}${search}`;
}
