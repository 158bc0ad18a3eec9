import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { HttpGateway } from "@foyer/contract";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  countMessages,
  countTickets,
  openTestPortal,
  readCode,
  ticketOf,
  unsignedNas,
} from "./open-portal.ts";

const deadGateway: HttpGateway = {
  kind: "http-gateway",
  method: "POST",
  url: "http://127.0.0.1:9/send",
  headers: {},
  bodyTemplate: null,
  success: { statusMin: 200, statusMax: 299, bodyIncludes: null },
  timeoutSeconds: 1,
};

describe("a resend", () => {
  test("waits for the cool-down, then sends the same code with the same tries and end", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser();
    await browser.arrive();
    await browser.askForCode("0912345678");
    const code = await readCode(portal);
    await browser.submit("/code", { code: code === "000000" ? "000001" : "000000" });
    portal.pass(10);
    await browser.submit("/resend");
    expect(browser.page.words).toContain("ask again in 20 seconds");
    expect(await countMessages(portal)).toBe(1);
    portal.pass(20);
    await browser.submit("/resend");
    expect(browser.page.words).toContain("We sent the same code again");
    expect(browser.page.words).toContain("The code works for 5 minutes");
    expect(await countMessages(portal)).toBe(2);
    expect(await readCode(portal)).toBe(code);
    expect(portal.events("code.requested").map((each) => each.payload.sending)).toEqual([1, 2]);
    portal.pass(270);
    await browser.submit("/code", { code });
    expect(browser.page.words).toContain("That code is over");
  });

  test("is refused once the settings allow no more", async () => {
    const portal = await openTestPortal({
      settings: ({ signIn }) => Object.assign(signIn.phone, { resendsMax: 1 }),
    });
    const browser = portal.browser();
    await browser.arrive();
    await browser.askForCode("0912345678");
    portal.pass(30);
    await browser.submit("/resend");
    portal.pass(30);
    await browser.submit("/resend");
    expect(browser.page.words).toContain("as often as we may");
    // Of its five minutes one is over: then it is no more, and a new one may be asked for.
    expect(browser.page.words).toContain("ask for a new code in 4 minutes");
    expect(await countMessages(portal)).toBe(2);
  });

  test("of a code whose life is over sends a new one", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser();
    await browser.arrive();
    await browser.askForCode("0912345678");
    portal.pass(301);
    await browser.submit("/resend");
    expect(await countMessages(portal)).toBe(2);
    await browser.submit("/code", { code: await readCode(portal) });
    expect(browser.page.words).toContain("Nice to meet you");
  });
});

describe("against code pumping", () => {
  const limits = { messagesPerPhoneHour: 2, messagesPerDeviceHour: 3, messagesPerBranchHour: 5 };
  const open = () =>
    openTestPortal({ settings: ({ signIn }) => Object.assign(signIn.phone, limits) });

  async function ask(
    portal: Awaited<ReturnType<typeof open>>,
    { phone, device }: { phone: number; device: number },
  ) {
    const browser = portal.browser({ mac: `02-00-00-00-00-0${device}`, ip: `10.10.0.${device}` });
    await browser.arrive();
    if (browser.page.words.includes("Enter your code")) await browser.click("Use another number");
    await browser.askForCode(`091234567${phone}`);
    return browser.page;
  }

  test("a number gets no more than its messages an hour, from whichever devices", async () => {
    const portal = await open();
    for (const device of [1, 2]) expect((await ask(portal, { phone: 1, device })).status).toBe(200);
    const refused = await ask(portal, { phone: 1, device: 3 });
    expect(refused.status).toBe(429);
    expect(refused.words).toContain("This number has had several codes");
    portal.pass(3601);
    expect((await ask(portal, { phone: 1, device: 3 })).status).toBe(200);
  });

  test("a device sends no more than its messages an hour, to whichever numbers", async () => {
    const portal = await open();
    for (const phone of [1, 2, 3])
      expect((await ask(portal, { phone, device: 1 })).status).toBe(200);
    expect((await ask(portal, { phone: 4, device: 1 })).words).toContain("This phone has asked");
    expect((await ask(portal, { phone: 4, device: 2 })).status).toBe(200);
  });

  test("a device that writes another MAC each time is still one, where it is not proved", async () => {
    const portal = await open();
    const askAs = async (each: number) => {
      const mac = `02-00-00-00-00-0${each}`;
      const browser = portal.browser({ nas: unsignedNas, mac, ip: "10.10.0.66" });
      await browser.arrive();
      await browser.askForCode(`091234567${each}`);
      return browser.page;
    };
    for (const each of [1, 2, 3]) expect((await askAs(each)).status).toBe(200);
    expect((await askAs(4)).words).toContain("This phone has asked");
    expect((await ask(portal, { phone: 5, device: 5 })).status).toBe(200);
  });

  test("guests whom their NAS gives one address are not counted as one device", async () => {
    const portal = await open();
    for (const each of [1, 2, 3, 4]) {
      const mac = `02-00-00-00-00-0${each}`;
      const browser = portal.browser({ nas: unsignedNas, mac, ip: unsignedNas.source });
      await browser.arrive();
      await browser.askForCode(`091234567${each}`);
      expect(browser.page.status).toBe(200);
    }
  });

  test("the branch sends no more than its messages an hour", async () => {
    const portal = await open();
    for (const each of [1, 2, 3, 4, 5])
      expect((await ask(portal, { phone: each, device: each })).status).toBe(200);
    const refused = (await ask(portal, { phone: 6, device: 6 })).words;
    expect(refused).toContain("we may send in an hour");
    expect(refused).toContain("try again in an hour");
    expect(await countMessages(portal)).toBe(5);
  });

  test("requests that come at once do not slip past a limit", async () => {
    const portal = await open();
    const gateway = await openGateway({ delayMs: 50 });
    portal.change(({ signIn }) => {
      signIn.phone.channels = [{ ...deadGateway, url: gateway.url }];
    });
    const pages = await Promise.all(
      [1, 2, 3, 4, 5].map((device) => ask(portal, { phone: 1, device })),
    );
    expect(pages.filter((each) => each.status === 429)).toHaveLength(3);
    expect(gateway.requests).toHaveLength(2);
  });

  test("a message that a gateway may have sent, though it gave no answer in time, counts", async () => {
    const portal = await open();
    const gateway = await openGateway({ delayMs: 3000 });
    portal.change(({ signIn }) => {
      signIn.phone.messagesPerBranchHour = 1;
      signIn.phone.channels = [{ ...deadGateway, url: gateway.url }];
    });
    const unanswered = await ask(portal, { phone: 1, device: 1 });
    expect(unanswered.words).toContain("Go online without a code");
    expect((await ask(portal, { phone: 2, device: 2 })).status).toBe(429);
    expect(gateway.requests).toHaveLength(1);
    const reopened = portal.browser({ mac: "02-00-00-00-00-01", ip: "10.10.0.1" });
    await reopened.arrive();
    expect(reopened.page.words).toContain("Enter your code");
  });

  test("the same form posted at once sends one message", async () => {
    const portal = await open();
    const gateway = await openGateway({ delayMs: 50 });
    portal.change(({ signIn }) => {
      signIn.phone.channels = [{ ...deadGateway, url: gateway.url }];
    });
    const browser = portal.browser();
    await browser.arrive();
    const fields = { phone: "0912345678", terms: browser.tick("terms") };
    const posts = await Promise.all([1, 2, 3].map(() => browser.post("/phone", fields)));
    expect(posts.map((each) => each.location?.split("?")[0])).toEqual(["/code", "/code", "/code"]);
    expect(gateway.requests).toHaveLength(1);
  });
});

describe("plan B", () => {
  const down = { channels: [deadGateway] };

  test("with every channel down the guest is offered the way without a code, and gets online", async () => {
    const portal = await openTestPortal({
      settings: ({ signIn }) => Object.assign(signIn.phone, down),
    });
    const browser = portal.browser();
    await browser.arrive();
    expect(browser.page.words).not.toContain("without a number");
    await browser.askForCode("0912345678");
    expect(browser.page.words).toContain("The message won't go out");
    const handedBack = await browser.post("/click-through");
    expect(ticketOf(portal, handedBack.location)).toMatchObject({ method: "click-through" });
    expect(portal.events("code.requested")[0]?.payload.channel).toBe("none");
    expect(portal.events("guest.verified")).toHaveLength(0);
    expect(portal.events("consent.given").map((each) => each.payload.purpose)).toEqual(["terms"]);
  });

  test("is not there for somebody whose message went out, nor before one was asked for", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser();
    await browser.arrive();
    const terms = browser.tick("terms");
    expect((await browser.post("/click-through", { terms })).words).toContain("Mobile number");
    await browser.askForCode("0912345678");
    expect((await browser.post("/click-through", { terms })).location).toBeNull();
    expect(countTickets(portal)).toBe(0);
  });

  test("is not offered where the branch switched it off; the guest may try again", async () => {
    const portal = await openTestPortal({
      settings: ({ signIn }) => {
        Object.assign(signIn.phone, down);
        signIn.clickThrough = "off";
      },
    });
    const browser = portal.browser();
    await browser.arrive();
    await browser.askForCode("0912345678");
    expect(browser.page.words).toContain("ask our staff");
    expect((await browser.post("/click-through")).location).toBeNull();
    portal.change(({ signIn }) => {
      signIn.phone.channels = [{ kind: "outbox" }];
    });
    portal.pass(30);
    await browser.submit("/resend");
    await browser.submit("/code", { code: await readCode(portal) });
    expect(browser.page.words).toContain("Nice to meet you");
  });

  test("the next channel takes what the first does not", async () => {
    const portal = await openTestPortal({
      settings: ({ signIn }) => {
        signIn.phone.channels = [deadGateway, { kind: "console" }];
      },
    });
    const browser = portal.browser();
    await browser.arrive();
    await browser.askForCode("0912345678");
    expect(browser.page.words).toContain("Enter your code");
    expect(portal.printed).toHaveLength(1);
    expect(portal.printed[0]).toMatch(/^To \+84912345678: \d{6} is your Wi-Fi code/);
  });
});

/** A small gateway that takes everything, slowly. */
async function openGateway({ delayMs }: { delayMs: number }) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    setTimeout(() => response.end("ok"), delayMs);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  return { requests, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}
