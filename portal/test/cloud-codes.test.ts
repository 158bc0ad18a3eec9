import {
  applyCodeAnswers,
  findCodeRequest,
  findPendingCodeByContact,
  handOverEvents,
  listUnsent,
} from "@foyer/branch-store";
import type { CodeAnswer, CodeChannel } from "@foyer/contract";
import { describe, expect, test, vi } from "vitest";
import { codeOf } from "../src/sign-in/phone/code.ts";
import {
  type Browser,
  countMessages,
  MAC,
  openTestPortal,
  readCode,
  type TestPortal,
} from "./open-portal.ts";

const PHONE = "0912345678";
const E164 = "+84912345678";
const SENDER = "01990000-0000-7000-8000-0000000000f1";
const CLOUD: CodeChannel = { kind: "cloud", steps: [{ senderId: SENDER, timeoutSeconds: 10 }] };

async function open(channels: CodeChannel[] = [CLOUD]) {
  const portal = await openTestPortal({
    settings: ({ signIn }) => {
      signIn.phone.channels = channels;
    },
  });
  const browser = portal.browser();
  await browser.arrive();
  await browser.askForCode(PHONE);
  return { portal, browser };
}

const pendingOf = (portal: TestPortal) => {
  const code = portal.store.read((tx) =>
    findPendingCodeByContact(tx, { contact: { kind: "phone", value: E164 }, mac: MAC }),
  );
  if (!code) throw new Error("no code waits");
  return code;
};
const requestOf = (portal: TestPortal) => {
  const { id } = pendingOf(portal);
  const request = portal.store.read((tx) => findCodeRequest(tx, id));
  if (!request) throw new Error("the cloud was not asked");
  return request;
};
/** As the agent does before an octet leaves. */
const push = (portal: TestPortal) =>
  portal.store.transaction((tx) =>
    handOverEvents(tx, listUnsent(tx, { afterSeq: 0, limit: 1000 })),
  );
const answer = (portal: TestPortal, change: Partial<CodeAnswer>) => {
  const { messageId } = requestOf(portal);
  const told = { messageId, position: 1, state: "sent", by: "sms", failure: null } as const;
  portal.store.transaction((tx) => applyCodeAnswers(tx, [{ ...told, ...change }]));
};
/** The page's own refresh. */
const look = (browser: Browser) => {
  const url = /http-equiv="refresh" content="2;url=([^"]+)"/.exec(browser.page.html)?.[1];
  if (!url) throw new Error("the page does not go on by itself");
  return browser.open(url.replaceAll("&amp;", "&"));
};
/** Until the desk has seen what was written to the store. */
const settle = (portal: TestPortal, state: string) =>
  vi.waitFor(() => expect(requestOf(portal).state).toBe(state), { timeout: 20_000, interval: 20 });

describe("while the cloud has a code to send", () => {
  test("the page says by whom it is tried, goes on by itself, and then asks for the digits", async () => {
    const { portal, browser } = await open();
    expect(browser.page.words).toContain("Sending your code");
    push(portal);
    answer(portal, { state: "sending", by: "zalo" });
    await look(browser);
    expect(browser.page.words).toContain("Trying Zalo");
    answer(portal, { state: "sending", by: "sms", position: 2 });
    await look(browser);
    expect(browser.page.words).toContain("Trying SMS");
    answer(portal, { position: 3 });
    await vi.waitFor(
      async () => {
        await browser.arrive();
        expect(browser.page.words).toContain("We sent six digits by SMS");
      },
      { timeout: 20_000 },
    );
    expect(browser.page.html).not.toContain('http-equiv="refresh"');
    expect(browser.page.html).toContain('autocomplete="one-time-code"');
    await browser.submit("/code", { code: codeOf(pendingOf(portal).secret) });
    expect(browser.page.words).toContain("Nice to meet you");
  });

  test("the digits may be typed before anybody has said that they were sent", async () => {
    const { portal, browser } = await open();
    push(portal);
    await browser.click("I have my code");
    await browser.submit("/code", { code: codeOf(pendingOf(portal).secret) });
    expect(browser.page.words).toContain("Nice to meet you");
  });

  test("a closed mini-browser comes back to the same code, and no second message is asked for", async () => {
    const { portal, browser } = await open();
    push(portal);
    const { messageId } = requestOf(portal);
    for (let each = 0; each < 3; each += 1) {
      await browser.arrive();
      expect(browser.page.words).toContain("Sending your code");
    }
    const again = portal.browser();
    await again.arrive();
    await browser.submit("/resend");
    expect(requestOf(portal).messageId).toBe(messageId);
    expect(portal.events("code.requested")).toHaveLength(1);
  });

  test("no digits, number or code stand in a log line or an address", async () => {
    const { portal, browser } = await open();
    await look(browser);
    const code = codeOf(pendingOf(portal).secret);
    const said = [...portal.logLines, ...portal.urls, ...portal.printed].join("\n");
    expect(said).not.toContain(code);
    expect(said).not.toContain("912345678");
  });
});

describe("when the cloud is away", () => {
  test("a code the agent has not begun with is taken back and sent by the box, once", async () => {
    const { portal, browser } = await open([CLOUD, { kind: "outbox" }]);
    portal.pass(4);
    expect(await countMessages(portal)).toBe(0);
    portal.pass(1);
    await settle(portal, "claimed");
    await vi.waitFor(async () => expect(await countMessages(portal)).toBe(1), 20_000);
    await look(browser);
    expect(browser.page.words).toContain("Enter your code");
    await browser.submit("/code", { code: await readCode(portal) });
    expect(browser.page.words).toContain("Nice to meet you");
    const [first, second] = portal.events("code.requested");
    expect(first?.payload).toMatchObject({ channel: "none" });
    expect(first?.payload).not.toHaveProperty("message");
    expect(second?.payload).toMatchObject({ channel: "outbox" });
  });

  test("without a gateway of the box's own the guest is offered the plan B", async () => {
    const { portal, browser } = await open();
    portal.pass(5);
    await settle(portal, "claimed");
    await browser.arrive();
    await browser.askForCode(PHONE);
    expect(browser.page.words).toContain("The message won't go out");
    expect(browser.page.words).toContain("Go online without a code");
  });

  test("a code the agent has begun with is sent by nobody else: its guest is told, and asking sends it again", async () => {
    const { portal, browser } = await open([CLOUD, { kind: "outbox" }]);
    push(portal);
    const { messageId } = requestOf(portal);
    portal.pass(19);
    await look(browser);
    expect(browser.page.words).toContain("Sending your code");
    portal.pass(1);
    await settle(portal, "unknown");
    await look(browser);
    expect(browser.page.words).toContain("nobody has confirmed it yet");
    expect(await countMessages(portal)).toBe(0);
    portal.pass(30);
    await browser.submit("/resend");
    expect(requestOf(portal).messageId).not.toBe(messageId);
    expect(browser.page.words).toContain("Sending your code");
  });

  test("an answer that comes late is the truth, and its page says so", async () => {
    const { portal, browser } = await open();
    push(portal);
    portal.pass(20);
    await settle(portal, "unknown");
    answer(portal, { by: "zalo" });
    await browser.arrive();
    expect(browser.page.words).toContain("We sent six digits by Zalo");
    expect(browser.page.words).toContain("close this page to look into Zalo");
  });

  test("a clock that was put back an hour neither waits for ever nor sends twice", async () => {
    const { portal } = await open([CLOUD, { kind: "outbox" }]);
    portal.pass(-3600);
    await vi.waitFor(async () => expect(await countMessages(portal)).toBe(1), { timeout: 20_000 });
    expect(JSON.stringify(push(portal))).not.toContain('"message"');
  });
});

describe("what the cloud surely did not send", () => {
  test("is sent by the box's next channel", async () => {
    const { portal, browser } = await open([CLOUD, { kind: "outbox" }]);
    push(portal);
    answer(portal, { state: "failed", by: null, failure: "sender" });
    await vi.waitFor(async () => expect(await countMessages(portal)).toBe(1), { timeout: 20_000 });
    await look(browser);
    expect(browser.page.words).toContain("Enter your code");
  });

  test.each([
    ["recipient", "No message can reach this number"],
    ["budget", "all the messages we may send today"],
  ] as const)("for want of %s is told in words", async (failure, words) => {
    const { portal, browser } = await open();
    push(portal);
    answer(portal, { state: "failed", by: null, failure });
    await vi.waitFor(
      async () => {
        await look(browser).catch(() => {});
        expect(browser.page.words).toContain(words);
      },
      { timeout: 20_000 },
    );
  });
});

test("a number that cannot be reached is no way around a code: no plan B is offered for it", async () => {
  const { portal, browser } = await open();
  push(portal);
  answer(portal, { state: "failed", by: null, failure: "recipient" });
  await vi.waitFor(
    async () => {
      await look(browser).catch(() => {});
      expect(browser.page.words).toContain("No message can reach this number");
    },
    { timeout: 20_000 },
  );
  expect(browser.page.words).not.toContain("Go online without a code");
  await browser.post("/click-through");
  expect(portal.events("guest.registered")).toEqual([]);
  await browser.submit("/resend");
  expect(browser.page.words).not.toContain("Go online without a code");
});

describe("limits against code pumping", () => {
  const ask = async (portal: TestPortal, phone: string, ip: string, mac: string) => {
    const browser = portal.browser({ ip, mac });
    await browser.arrive();
    await browser.askForCode(phone);
    return browser.page;
  };
  const openWith = (limits: object) =>
    openTestPortal({ settings: ({ signIn }) => Object.assign(signIn.phone, limits) });

  test("one address asks for so many, whatever devices it is", async () => {
    const portal = await openWith({ messagesPerAddressHour: 2 });
    const macs = ["02-AA-BB-CC-00-11", "02-AA-BB-CC-00-12", "02-AA-BB-CC-00-13"];
    const phones = ["0912345678", "0987654321", "0901234567"];
    const pages = [];
    for (const [index, mac] of macs.entries())
      pages.push(await ask(portal, phones[index] ?? "", "10.10.0.50", mac));
    expect(pages.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(pages[2]?.words).toContain("asked for from this connection in the last hour");
    portal.pass(3601);
    const later = await ask(portal, "0901234567", "10.10.0.50", "02-AA-BB-CC-00-13");
    expect(later.status).toBe(200);
  });

  test("numbers of one block get so many, and other numbers go on getting theirs", async () => {
    const portal = await openWith({ messagesPerPrefixHour: 2 });
    const pages = [];
    for (const [index, phone] of ["0912340001", "0912340002", "0912340003"].entries())
      pages.push(await ask(portal, phone, `10.10.0.6${index}`, `02-AA-BB-CC-00-2${index}`));
    expect(pages.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(pages[2]?.words).toContain("Many numbers like yours");
    const other = await ask(portal, "0987654321", "10.10.0.70", "02-AA-BB-CC-00-30");
    expect(other.status).toBe(200);
  });

  test("a day has so many, told once to the cloud, and begins anew on the branch's calendar", async () => {
    const portal = await openWith({ messagesPerBranchDay: 1 });
    await ask(portal, "0912345678", "10.10.0.80", "02-AA-BB-CC-00-41");
    for (const last of ["2", "3"]) {
      const page = await ask(
        portal,
        `098765432${last}`,
        `10.10.0.8${last}`,
        `02-AA-BB-CC-00-4${last}`,
      );
      expect(page.words).toContain("all the messages we may send today");
    }
    const alarms = portal.events("code.budget-reached").map(({ payload }) => payload);
    expect(alarms).toEqual([{ day: "2026-03-01", messagesMax: 1 }]);
    portal.pass(24 * 3600);
    const page = await ask(portal, "0987654321", "10.10.0.82", "02-AA-BB-CC-00-42");
    expect(page.words).toContain("Enter your code");
  });

  test("numbers of other countries are refused in words, but of those the branch allows", async () => {
    const portal = await openWith({});
    const foreign = await ask(portal, "+82 10 1234 5678", "10.10.0.90", "02-AA-BB-CC-00-51");
    expect(foreign.words).toContain("We can only send to mobile numbers from here");
    portal.change(({ signIn }) => {
      signIn.phone.numbersFrom = ["KR"];
    });
    const allowed = await ask(portal, "+82 10 1234 5678", "10.10.0.90", "02-AA-BB-CC-00-51");
    expect(allowed.words).toContain("Enter your code");
    const premium = await ask(portal, "1900 1234", "10.10.0.91", "02-AA-BB-CC-00-52");
    expect(premium.words).toContain("its own charges");
  });
});

describe("where Zalo is asked first", () => {
  const step = (way: "zalo" | "sms", at: number) => ({
    ...{ senderId: `01990000-0000-7000-8000-0000000000f${at}`, timeoutSeconds: 10, way },
  });
  const BOTH: CodeChannel = { kind: "cloud", steps: [step("zalo", 1), step("sms", 2)] };
  const openFirst = async (channels: CodeChannel[]) => {
    const portal = await openTestPortal({
      settings: ({ signIn }) => {
        signIn.phone.channels = channels;
      },
    });
    const browser = portal.browser();
    await browser.arrive();
    return { portal, browser };
  };
  const messageOf = (portal: TestPortal) => portal.events("code.requested").at(-1)?.payload.message;
  const ask = (browser: Browser, by?: string) =>
    browser.submit("/phone", {
      ...{ phone: PHONE, terms: browser.tick("terms") },
      ...(by && { by }),
    });

  test("the first page says so before a number is given, and offers SMS", async () => {
    const { browser } = await openFirst([BOTH]);
    expect(browser.page.words).toContain("give Zalo your number for that");
    expect(browser.page.words).toContain("Send it by Zalo");
    expect(browser.page.words).toContain("Send it by SMS instead");
  });

  test("it offers no SMS where nobody sends any, and says nothing where SMS comes first", async () => {
    const alone = await openFirst([{ kind: "cloud", steps: [step("zalo", 1)] }]);
    expect(alone.browser.page.words).toContain("Send it by Zalo");
    expect(alone.browser.page.words).not.toContain("SMS");
    const bySms = await openFirst([{ kind: "cloud", steps: [step("sms", 2), step("zalo", 1)] }]);
    expect(bySms.browser.page.words).not.toContain("Zalo");
  });

  test("who sends the form as it is has the code by the branch's order", async () => {
    const { portal, browser } = await openFirst([BOTH]);
    await ask(browser);
    expect(messageOf(portal)?.way).toBeUndefined();
  });

  test("who chooses SMS has the code asked for by SMS alone", async () => {
    const { portal, browser } = await openFirst([BOTH]);
    await ask(browser, "sms");
    expect(messageOf(portal)?.way).toBe("sms");
    expect(portal.events("code.requested")).toHaveLength(1);
  });

  test("a way that the branch does not offer is not taken from a form", async () => {
    const { portal, browser } = await openFirst([CLOUD]);
    await ask(browser, "sms");
    expect(messageOf(portal)?.way).toBeUndefined();
  });

  test("after Zalo the code page offers SMS: the same code, once its guest asks", async () => {
    const { portal, browser } = await openFirst([BOTH]);
    await ask(browser);
    push(portal);
    answer(portal, { state: "sent", by: "zalo" });
    await settle(portal, "sent");
    const { secret } = pendingOf(portal);
    await vi.waitFor(async () => {
      await browser.arrive();
      expect(browser.page.words).toContain("We sent six digits by Zalo");
    }, 20_000);
    expect(browser.page.words).toContain("Send it by SMS instead");
    portal.pass(60);
    await browser.submit("/resend", { by: "sms" });
    expect(messageOf(portal)).toMatchObject({ way: "sms", code: codeOf(secret) });
    push(portal);
    answer(portal, { position: 2 });
    await settle(portal, "sent");
    await vi.waitFor(async () => {
      await browser.arrive();
      expect(browser.page.words).toContain("We sent six digits by SMS");
    }, 20_000);
    expect(browser.page.words).not.toContain("Send it by SMS instead");
  });

  test("where only the box itself sends SMS, a guest who chooses it waits for no cloud", async () => {
    const gateway: CodeChannel = {
      ...{ kind: "http-gateway", method: "POST", url: "http://127.0.0.1:9/", headers: {} },
      ...{ bodyTemplate: '{"to":"{{phone}}"}', timeoutSeconds: 2 },
      success: { statusMin: 200, statusMax: 299, bodyIncludes: null },
    };
    const { portal, browser } = await openFirst([
      { kind: "cloud", steps: [step("zalo", 1)] },
      gateway,
    ]);
    await ask(browser, "sms");
    expect(portal.events("code.requested").map(({ payload }) => payload.channel)).toEqual(["none"]);
  });
});
