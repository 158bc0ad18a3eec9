import type { HttpGateway } from "@foyer/contract";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { addGateway, digitsOf, openCodeSite, openProvider, type Provider } from "./code-site.ts";
import { askUntil, startTestCloud, type TestCloud } from "./test-cloud.ts";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud({ privateGateways: true });
}, 120_000);
afterAll(() => cloud?.close());

/** Each test has a guest of its own: whom the cloud knows already is asked for nothing. */
const phoneOf = (test: number) => `0912 345 67${test}`;
const ownGateway = (provider: Provider): HttpGateway => ({
  ...{ kind: "http-gateway", method: "POST", url: provider.url },
  headers: { "content-type": "application/json" },
  bodyTemplate: '{"to":"{{phone}}","text":"{{text}}"}',
  success: { statusMin: 200, statusMax: 299, bodyIncludes: null },
  timeoutSeconds: 5,
});

type Messages = {
  messages: {
    state: string;
    branchId: string;
    attempts: { state: string; senderName: string }[];
  }[];
};
const listMessages = (branchId: string) =>
  cloud.get<Messages>("GET", `/api/v1/code-messages?branchId=${branchId}`);

test("part of MC-1.4: a code sent through the cloud opens the session, and is sent once", async () => {
  const provider = await openProvider();
  const site = await openCodeSite(cloud);
  await site.useSenders([await addGateway(cloud, provider)]);
  const browser = site.browser();
  await browser.askForCode(phoneOf(1));
  expect(browser.words()).toContain("Sending your code");
  await browser.waitFor("We sent six digits by SMS");
  expect(provider.messages).toEqual([
    { to: "+84912345671", text: expect.stringMatching(/^[0-9]{6} is your Wi-Fi code/) },
  ]);
  expect(await browser.submit("/code", { code: digitsOf(provider.messages[0]) })).toBeLessThan(400);
  expect(browser.words()).toContain("Nice to meet you");
  expect((await listMessages(site.branchId)).messages).toMatchObject([
    { state: "sent", attempts: [{ state: "accepted", senderName: "SMS" }] },
  ]);
});

test("a sender that refuses is followed by the next, and the page says by what the code came", async () => {
  const [zalo, sms] = [await openProvider(), await openProvider()];
  zalo.answer.status = 400;
  const site = await openCodeSite(cloud);
  await site.useSenders([
    await addGateway(cloud, zalo, "First"),
    await addGateway(cloud, sms, "Second"),
  ]);
  const browser = site.browser();
  await browser.askForCode(phoneOf(2));
  await browser.waitFor("We sent six digits by SMS");
  expect([zalo.messages.length, sms.messages.length]).toEqual([1, 1]);
  expect(digitsOf(zalo.messages[0])).toBe(digitsOf(sms.messages[0]));
});

test("where every sender refuses, the page offers the plan B", async () => {
  const provider = await openProvider();
  provider.answer.status = 400;
  const site = await openCodeSite(cloud);
  await site.useSenders([await addGateway(cloud, provider)]);
  const browser = site.browser();
  await browser.askForCode(phoneOf(3));
  await browser.waitFor("Go online without a code");
});

test("a sender that does not answer in time is followed by nobody: the code may be typed, and is sent again on asking alone", async () => {
  const [slow, next] = [await openProvider(), await openProvider()];
  // Long enough that a busy machine has handed the message over before the time is up.
  slow.answer.delayMilliseconds = 30_000;
  const site = await openCodeSite(cloud, { channels: [ownGateway(next)] });
  await site.useSenders([await addGateway(cloud, slow), await addGateway(cloud, next)], {
    timeoutSeconds: 8,
  });
  const browser = site.browser();
  await browser.askForCode(phoneOf(4));
  await browser.waitFor("nobody has confirmed it yet");
  expect([slow.messages.length, next.messages.length]).toEqual([1, 0]);
  await browser.submit("/code", { code: digitsOf(slow.messages[0]) });
  expect(browser.words()).toContain("Nice to meet you");
});

test("with the cloud cut off, the box takes the code back and sends it by what staff chose for it, once", async () => {
  const [ofCloud, ofBox] = [await openProvider(), await openProvider()];
  const site = await openCodeSite(cloud);
  const own = await addGateway(cloud, ofBox, "Of the box");
  await site.useSenders([await addGateway(cloud, ofCloud)], { timeoutSeconds: 5, own });
  site.uplink.close();
  const browser = site.browser();
  await browser.askForCode(phoneOf(5));
  expect(browser.words()).toContain("Sending your code");
  await browser.waitFor("Enter your code");
  await vi.waitFor(() => expect(ofBox.messages).toHaveLength(1), 20_000);
  expect([ofCloud.messages.length, ofBox.messages.length]).toEqual([0, 1]);
  await browser.submit("/code", { code: digitsOf(ofBox.messages[0]) });
  expect(browser.words()).toContain("Nice to meet you");
});

test("when the budget of the day is used up the next guest is told so, and the branch shows the alarm", async () => {
  const provider = await openProvider();
  const site = await openCodeSite(cloud);
  await site.useSenders([await addGateway(cloud, provider)], { messagesPerDay: 1 });
  const first = site.browser();
  await first.askForCode(phoneOf(6));
  await first.waitFor("We sent six digits by SMS");
  const second = site.browser();
  await second.askForCode("0987 654 321");
  expect(second.words()).toContain("all the messages we may send today");
  type Chain = { today: { messages: number; refusedAt: string | null } };
  const { today } = await askUntil(
    () => cloud.get<Chain>("GET", `/api/v1/branches/${site.branchId}/code-channels`),
    (chain) => chain.today.refusedAt !== null,
  );
  expect(today).toEqual({ messages: 1, refusedAt: expect.any(String) });
  expect(provider.messages).toHaveLength(1);
});
