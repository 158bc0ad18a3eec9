import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  applyCodeAnswers,
  findCodeRequest,
  findPendingCodeByContact,
  handOverEvents,
  listUnsent,
} from "@foyer/branch-store";
import type { CodeChannel, HttpGateway } from "@foyer/contract";
import { expect, onTestFinished, test, vi } from "vitest";
import { codeOf } from "../src/sign-in/phone/code.ts";
import { type Browser, MAC, openTestPortal, type TestPortal } from "./open-portal.ts";
import { E164, PHONE } from "./prove-number.ts";

/** A gateway that takes a message when it is told to. */
async function openGateway() {
  const waiting: ServerResponse[] = [];
  const calls = { count: 0 };
  const server = createServer((_request, response) => {
    calls.count += 1;
    waiting.push(response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const gateway: HttpGateway = {
    ...{ kind: "http-gateway", method: "POST", headers: {}, bodyTemplate: null },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    ...{ success: { statusMin: 200, statusMax: 299, bodyIncludes: null }, timeoutSeconds: 20 },
  };
  const takeAll = () => {
    for (const response of waiting.splice(0)) response.end("ok");
  };
  /** Until it was asked for so many messages in all. */
  const untilCalled = (count: number) =>
    vi.waitFor(() => expect(calls.count).toBe(count), { timeout: 20_000, interval: 10 });
  const failAll = () => {
    for (const response of waiting.splice(0)) response.writeHead(500).end("no");
  };
  return { gateway, calls, takeAll, failAll, untilCalled };
}

/** The page's own refresh, until it says so. */
async function lookUntil(browser: Browser, words: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const url = /http-equiv="refresh" content="2;url=([^"]+)"/.exec(browser.page.html)?.[1];
      if (url) await browser.open(url.replaceAll("&amp;", "&"));
      expect(browser.page.words).toContain(words);
    },
    { timeout: 20_000 },
  );
}

test("messages that a gateway is just taking count for the address that asked for them", async () => {
  const { gateway, calls, takeAll, untilCalled } = await openGateway();
  const portal = await openTestPortal({
    settings: ({ signIn }) => {
      Object.assign(signIn.phone, { channels: [gateway], messagesPerAddressHour: 2 });
    },
  });
  const ask = async (device: number, ip: string) => {
    const browser = portal.browser({ mac: `02-00-00-00-00-0${device}`, ip });
    await browser.arrive();
    await browser.askForCode(`09${device}2345678`);
    return browser.page;
  };
  const first = [1, 3].map((device) => ask(device, "10.10.0.50"));
  await untilCalled(2);
  const third = await ask(7, "10.10.0.50");
  expect(third.status).toBe(429);
  expect(third.words).toContain("asked for from this connection in the last hour");
  const other = ask(8, "10.10.0.51");
  await untilCalled(3);
  takeAll();
  expect((await other).status).toBe(200);
  expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200]);
  expect(calls.count).toBe(3);
});

async function askBehindGateway() {
  const gateway = await openGateway();
  const portal = await openTestPortal({
    settings: ({ signIn }) => {
      signIn.phone.channels = [gateway.gateway];
    },
  });
  const browser = portal.browser();
  await browser.arrive();
  await browser.askForCode(PHONE);
  return { ...gateway, portal, browser };
}

const waitingCodeOf = (portal: TestPortal) =>
  portal.store.read((tx) =>
    findPendingCodeByContact(tx, { contact: { kind: "phone", value: E164 }, mac: MAC }),
  );

test("a guest whose message a gateway takes its time over is told so, and comes to the field by themselves", async () => {
  const { portal, browser, calls, takeAll } = await askBehindGateway();
  expect(browser.page.words).toContain("Sending your code");
  const reopened = portal.browser();
  await reopened.arrive();
  expect(reopened.page.words).toContain("Sending your code");
  takeAll();
  for (const each of [browser, reopened]) await lookUntil(each, "Enter your code");
  await reopened.submit("/code", { code: codeOf(waitingCodeOf(portal)?.secret ?? "") });
  expect(reopened.page.words).toContain("Nice to meet you");
  expect(calls.count).toBe(1);
});

test("the digits may be typed before the gateway has answered, and a wrong one costs a try", async () => {
  const { portal, browser, takeAll } = await askBehindGateway();
  const code = codeOf(waitingCodeOf(portal)?.secret ?? "");
  await browser.click("I have my code");
  await browser.submit("/code", { code: code === "000000" ? "000001" : "000000" });
  expect(browser.page.words).toContain("You have 4 more tries");
  await browser.submit("/code", { code });
  expect(browser.page.words).toContain("Nice to meet you");
  takeAll();
});

test("where the gateway fails after all, its guest comes to the plan B, and the code opens nothing", async () => {
  const { portal, browser, failAll, calls } = await askBehindGateway();
  expect(browser.page.words).toContain("Sending your code");
  failAll();
  await lookUntil(browser, "The message won't go out");
  const posted = await browser.post("/code", {
    code: codeOf(waitingCodeOf(portal)?.secret ?? ""),
  });
  expect(posted.words).toContain("That code is over");
  expect(calls.count).toBe(1);
  expect((await browser.post("/click-through")).location).toContain("/logon?");
});

test("a portal that stops meanwhile waits for its gateway, and notes what came of it", async () => {
  const { portal, browser, takeAll } = await askBehindGateway();
  expect(browser.page.words).toContain("Sending your code");
  const closed = portal.app.close();
  takeAll();
  await closed;
  expect(waitingCodeOf(portal)?.deliveries).toBe(1);
});

const SENDER = "01990000-0000-7000-8000-0000000000f1";
const CLOUD: CodeChannel = { kind: "cloud", steps: [{ senderId: SENDER, timeoutSeconds: 10 }] };

/** The agent hands the request over, and the cloud says that it surely sent nothing. */
function failInCloud(portal: TestPortal): void {
  portal.store.transaction((tx) =>
    handOverEvents(tx, listUnsent(tx, { afterSeq: 0, limit: 1000 })),
  );
  portal.pass(15);
  portal.store.transaction((tx) => {
    const code = findPendingCodeByContact(tx, {
      contact: { kind: "phone", value: E164 },
      mac: MAC,
    });
    const asked = findCodeRequest(tx, code?.id ?? "");
    if (!asked) throw new Error("the cloud was not asked");
    const { messageId } = asked;
    const told = { messageId, position: 1, state: "failed", by: null, failure: "sender" } as const;
    applyCodeAnswers(tx, [told]);
  });
}

test("while the box sends what the cloud did not, nobody sends it as well, however often it is asked for", async () => {
  const { gateway, calls, takeAll, untilCalled } = await openGateway();
  const portal = await openTestPortal({
    settings: ({ signIn }) => {
      const channels = [CLOUD, gateway];
      Object.assign(signIn.phone, {
        ...{ channels, resendAfterSeconds: 10, messagesPerPhoneHour: 1 },
      });
    },
  });
  const browser = portal.browser();
  await browser.arrive();
  await browser.askForCode(PHONE);
  await browser.click("I have my code");
  failInCloud(portal);
  await untilCalled(1);
  await browser.submit("/resend");
  expect(browser.page.words).toContain("Sending your code");
  const again = portal.browser();
  await again.arrive();
  expect(again.page.words).toContain("Sending your code");
  // It counts for the number: another phone of the same has to wait.
  const other = portal.browser({ mac: "02-00-00-00-00-09", ip: "10.10.0.59" });
  await other.arrive();
  await other.askForCode(PHONE);
  expect(other.page.status).toBe(429);
  takeAll();
  await vi.waitFor(
    async () => {
      await browser.arrive();
      expect(browser.page.words).toContain("Enter your code");
    },
    { timeout: 20_000 },
  );
  expect(calls.count).toBe(1);
  const channels = portal.events("code.requested").map(({ payload }) => payload.channel);
  expect(channels).toEqual(["cloud", "http-gateway"]);
});
