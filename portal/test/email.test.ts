import { createHmac } from "node:crypto";
import { applyKnownGuests } from "@foyer/branch-store";
import { describe, expect, test } from "vitest";
import {
  type Browser,
  countMessages,
  countTickets,
  MAC,
  type OpenOptions,
  openTestPortal,
  readCode,
  type TestPortal,
  ticketOf,
  unsignedNas,
  withoutState,
} from "./open-portal.ts";
import { openOnline } from "./prove-number.ts";

const EMAIL = "lan@example.com";

const open = (change: OpenOptions["settings"] = () => {}) =>
  openTestPortal({
    settings: (settings) => {
      settings.signIn.email = { enabled: true };
      settings.signIn.order = ["email"];
      change(settings);
    },
  });

const askFor = (browser: Browser, email = EMAIL) =>
  browser.submit("/email", { email, terms: browser.tick("terms") });

async function atCodeField(portal: TestPortal) {
  const browser = portal.browser();
  await browser.arrive();
  await askFor(browser);
  return { browser, code: await readCode(portal, EMAIL) };
}

/** The link in the newest mail, as a browser at this address opens it. */
async function linkOf(portal: TestPortal): Promise<string> {
  const headers = { accept: "application/json" };
  const { messages } = (await portal.app.inject({ url: "/outbox", headers })).json();
  const link = /https?:\S+/.exec(messages[0].text)?.[0];
  if (!link) throw new Error("the mail has no link");
  const { pathname, search } = new URL(link);
  return `${pathname}${search}`;
}

describe("which way in is offered first", () => {
  test("the number where the settings say nothing, with a link to the address", async () => {
    const portal = await open(({ signIn }) => {
      delete signIn.order;
    });
    const browser = portal.browser();
    await browser.arrive();
    expect(browser.page.html).toContain('name="phone"');
    expect(browser.page.html).not.toContain('name="email"');
    await browser.click("Use my email instead");
    expect(browser.page.html).toContain('name="email"');
    expect(browser.page.html).not.toContain('name="phone"');
    await browser.click("Use my phone number instead");
    expect(browser.page.html).toContain('name="phone"');
  });

  test("the address where the branch says so, and no link to what is off", async () => {
    const portal = await open(({ signIn }) => {
      signIn.phone.enabled = false;
    });
    const browser = portal.browser();
    await browser.arrive();
    expect(browser.page.html).toContain('name="email"');
    expect(browser.page.words).not.toContain("instead");
  });

  test("a branch without it neither shows the field nor takes what is posted", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser();
    await browser.arrive();
    expect(browser.page.words).not.toContain("email");
    await askFor(browser);
    expect(browser.page.html).toContain('name="phone"');
    expect(await countMessages(portal)).toBe(0);
  });

  test("an access code stays the first where the order says so, with links to the others", async () => {
    const portal = await open(({ signIn }) => {
      Object.assign(signIn, { accessCode: { enabled: true }, order: ["accessCode", "email"] });
      signIn.phone.enabled = false;
    });
    portal.change((settings) => {
      settings.accessCodes = [
        {
          ...{ id: "0199f000-0000-7000-8000-0000000000c1", code: "ABCDEF23", minutes: 60 },
          ...{ devicesMax: 1, policyId: null, validFrom: null, validUntil: null },
        },
      ];
    });
    const browser = portal.browser();
    await browser.arrive();
    expect(browser.page.html).toContain('action="/access-code"');
    await browser.click("Use my email instead");
    expect(browser.page.html).toContain('name="email"');
  });
});

describe("signing in by an address", () => {
  test("the right code opens the session, and the guest is known by the address", async () => {
    const portal = await open();
    const { browser, code } = await atCodeField(portal);
    expect(browser.page.words).toContain("by email to \u2066l•••@example.com\u2069");
    expect(browser.page.words).toContain("Use another address");
    await browser.submit("/code", { code });
    const handedBack = await browser.post("/details");
    expect(ticketOf(portal, handedBack.location)).toMatchObject({ method: "email-code", mac: MAC });
    expect(portal.events("guest.connected")[0]?.payload.method).toBe("email-code");
    const [verified] = portal.events("guest.verified");
    expect(verified?.payload).toMatchObject({ email: EMAIL, method: "code" });
    expect(portal.events("code.requested")[0]?.payload.contact).toEqual({
      ...{ kind: "email", value: EMAIL },
    });
  });

  test("on another device, however it is written, it is the same guest", async () => {
    const portal = await open();
    const { browser, code } = await atCodeField(portal);
    await browser.submit("/code", { code });
    await browser.submit("/details", { name: "Lan" });
    portal.pass(60);
    const other = portal.browser({ mac: "02-AA-BB-CC-00-09", ip: "10.10.0.99" });
    await other.arrive();
    await askFor(other, " Lan@Example.COM ");
    await other.submit("/code", { code: await readCode(portal) });
    const ids = portal.events("guest.verified").map(({ payload }) => payload.guestId);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  test.each([
    ["", "Type your email address"],
    ["lan", "doesn't look like an email address"],
    ["lan@example.com, minh@example.com", "doesn't look like an email address"],
  ])("%j is sent nowhere, and stays in the field", async (typed, fault) => {
    const portal = await open();
    const browser = portal.browser();
    await browser.arrive();
    await askFor(browser, typed);
    expect(browser.page.status).toBe(422);
    expect(browser.page.words).toContain(fault);
    expect(browser.page.html).toContain(`value="${typed}"`);
    expect(await countMessages(portal)).toBe(0);
  });

  test("nothing is sent before the terms are ticked", async () => {
    const portal = await open();
    const browser = portal.browser();
    await browser.arrive();
    await browser.submit("/email", { email: EMAIL });
    expect(browser.page.status).toBe(422);
    expect(await countMessages(portal)).toBe(0);
  });

  test("a wrong code costs a try, and a sixth opens nothing", async () => {
    const portal = await open();
    const { browser, code } = await atCodeField(portal);
    const wrong = code === "000000" ? "000001" : "000000";
    for (let tries = 0; tries < 5; tries += 1) await browser.post("/code", { code: wrong });
    expect((await browser.post("/code", { code })).words).toContain("one try too many");
    expect(portal.events("guest.verified")).toHaveLength(0);
  });

  test("the same right code posted five times at once gives one guest", async () => {
    const portal = await open();
    const { browser, code } = await atCodeField(portal);
    const posts = await Promise.all(
      Array.from({ length: 5 }, () => browser.post("/code", { code })),
    );
    expect(new Set(posts.map(({ location }) => location?.split("?")[0]))).toEqual(
      new Set(["/details"]),
    );
    expect(portal.events("guest.registered")).toHaveLength(1);
    expect(portal.events("guest.verified")).toHaveLength(1);
  });

  test("a closed mini-browser comes back to the code field: the same code, no second message", async () => {
    const portal = await open();
    const { code } = await atCodeField(portal);
    const again = portal.browser();
    await again.arrive();
    expect(again.page.words).toContain("Enter your code");
    await again.click("Use another address");
    expect(again.page.html).toContain('name="email"');
    await askFor(again);
    expect(again.page.words).toContain("Enter your code");
    expect(await countMessages(portal)).toBe(1);
    await again.submit("/code", { code });
    expect(portal.events("guest.verified")).toHaveLength(1);
  });

  test("a branch that switched it off meanwhile does not ask for its code", async () => {
    const portal = await open();
    await atCodeField(portal);
    portal.change(({ signIn }) => {
      delete signIn.email;
    });
    const again = portal.browser();
    await again.arrive();
    expect(again.page.html).toContain('name="phone"');
  });

  test("who asks five times at once has one message", async () => {
    const portal = await open();
    const browser = portal.browser();
    await browser.arrive();
    const terms = browser.tick("terms");
    await Promise.all(
      Array.from({ length: 5 }, () => browser.post("/email", { email: EMAIL, terms })),
    );
    expect(await countMessages(portal)).toBe(1);
  });

  test("an address has as many messages an hour as a number, and a number's block holds none back", async () => {
    const portal = await open(({ signIn }) => {
      Object.assign(signIn.phone, { messagesPerPhoneHour: 1, messagesPerPrefixHour: 1 });
    });
    await atCodeField(portal);
    const other = portal.browser({ mac: "02-AA-BB-CC-00-09", ip: "10.10.0.99" });
    await other.arrive();
    await askFor(other, "minh@example.com");
    expect(other.page.words).toContain("Enter your code");
    const third = portal.browser({ mac: "02-AA-BB-CC-00-0A", ip: "10.10.0.98" });
    await third.arrive();
    await askFor(third);
    expect(third.page.status).toBe(429);
    expect(third.page.words).toContain("This address has had several codes");
  });

  test("the box's own gateway is asked for numbers alone", async () => {
    const portal = await open(({ signIn }) => {
      signIn.phone.channels = [
        {
          ...{ kind: "http-gateway", method: "POST", url: "http://127.0.0.1:9/", headers: {} },
          ...{ bodyTemplate: "{{phone}}", timeoutSeconds: 1 },
          success: { statusMin: 200, statusMax: 299, bodyIncludes: null },
        },
        { kind: "console" },
      ];
    });
    const browser = portal.browser();
    await browser.arrive();
    await askFor(browser);
    expect(browser.page.words).toContain("Enter your code");
    expect(portal.printed[0]).toContain(`To ${EMAIL}:`);
    expect(portal.logLines.join("")).not.toContain("channel failed");
  });

  test("no address and no link reaches a log line or, but sealed, a URL", async () => {
    const portal = await open();
    const { browser, code } = await atCodeField(portal);
    await browser.submit("/code", { code });
    await browser.submit("/details");
    const told = [...portal.logLines, withoutState(portal.urls)].join("\n");
    expect(told).not.toMatch(/lan|example\.com/);
  });
});

describe("the link in the mail", () => {
  test("opens the field filled in, and signs nobody in until its guest sends it", async () => {
    const portal = await open();
    const { code } = await atCodeField(portal);
    const link = await linkOf(portal);
    expect(link).not.toContain(code);
    const other = portal.browser({ keepsCookies: true });
    for (let times = 0; times < 3; times += 1) await other.open(link);
    expect(other.page.html).toContain(`value="${code}"`);
    expect(portal.events("guest.verified")).toHaveLength(0);
    expect(countTickets(portal)).toBe(0);
    await other.submit("/code", { code });
    await other.submit("/details");
    expect(portal.events("guest.verified")).toHaveLength(1);
    expect(countTickets(portal)).toBe(1);
  });

  test("opens nothing from elsewhere, as a mail scanner or another guest would", async () => {
    const portal = await open();
    const { code } = await atCodeField(portal);
    const scanner = portal.browser({ ip: "203.0.113.9" });
    await scanner.open(await linkOf(portal));
    expect(scanner.page.status).toBe(403);
    expect(scanner.page.html).not.toContain(code);
    expect(scanner.page.html).not.toContain("example.com");
    expect(scanner.page.words).toContain("type its six digits where you asked for it");
    expect(scanner.page.words).toContain("Start again");
  });

  test("says that the code is over once it is, and fills nothing in", async () => {
    const portal = await open();
    const { code } = await atCodeField(portal);
    const link = await linkOf(portal);
    portal.pass(301);
    const browser = portal.browser();
    await browser.open(link);
    expect(browser.page.words).toContain("That code is over");
    expect(browser.page.html).not.toContain(`value="${code}"`);
  });

  test("is in no mail behind a NAS that gives all its guests one address", async () => {
    const portal = await open();
    const browser = portal.browser({ nas: unsignedNas, ip: unsignedNas.source });
    await browser.arrive();
    await askFor(browser);
    expect(browser.page.words).toContain("Enter your code");
    await expect(linkOf(portal)).rejects.toThrow("no link");
  });
});

describe("a guest of another branch who is known by an address alone", () => {
  test("is greeted by name once it is proved, is asked nothing they told there, and not before", async () => {
    const portal = await open();
    const key = Buffer.alloc(32, 7);
    const hash = createHmac("sha256", key).update(EMAIL).digest("hex");
    const lan = {
      customerId: "01990000-0000-7000-8000-0000000000c1",
      ...{ phoneHash: hash, emailHashes: [hash], guestIds: [], name: "Lan", language: null },
      ...{ visits: 0, filledFields: ["name" as const, "email" as const, "birthday" as const] },
    };
    portal.store.transaction((tx) =>
      applyKnownGuests(tx, {
        ...{ position: 1, complete: true, key: key.toString("base64"), guests: [lan] },
        ...{ removed: [], countedThrough: null },
      }),
    );
    const { browser, code } = await atCodeField(portal);
    expect(browser.page.words).not.toMatch(/\bLan\b/);
    await browser.submit("/code", { code });
    expect(browser.page.words).not.toContain("What should we call you?");
    await openOnline(browser);
    expect(browser.page.words).toContain("You're online, Lan");
  });
});

describe("what a closed page is to be opened again after", () => {
  const SAID = {
    en: ["read the message", "read your email"],
    vi: ["đọc tin nhắn", "đọc email"],
    fa: ["پیام را بخوانید", "ایمیل"],
  } as const;

  test.each(["en", "vi", "fa"] as const)("is called by its channel in %s", async (language) => {
    const portal = await open((settings) => {
      settings.branch.languages = ["en", "vi", "fa"];
    });
    const [message, mail] = SAID[language];
    const byMail = portal.browser({ language });
    await byMail.arrive();
    await askFor(byMail);
    expect(byMail.page.words).toContain(mail);
    expect(byMail.page.words).not.toMatch(/SMS|پیامک|tin nhắn/);
    portal.change(({ signIn }) => {
      signIn.order = ["phone"];
    });
    const byPhone = portal.browser({ language, mac: "02-AA-BB-CC-00-09", ip: "10.10.0.93" });
    await byPhone.arrive();
    await byPhone.askForCode("0912345678");
    expect(byPhone.page.words).toContain(message);
    expect(byPhone.page.words).not.toMatch(/SMS|پیامک|email|ایمیل/);
  });
});
