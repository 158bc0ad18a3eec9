import { describe, expect, test } from "vitest";
import {
  countMessages,
  countTickets,
  MAC,
  openTestPortal,
  readCode,
  type TestPortal,
  ticketOf,
  unsignedNas,
} from "./open-portal.ts";

const PHONE = "0912 345 678";

/** Six digits that are not the ones. */
const otherThan = (code: string, by = 1) =>
  String((Number(code) + by) % 1_000_000).padStart(6, "0");

async function atCodeField(portal: TestPortal) {
  const browser = portal.browser();
  await browser.arrive();
  await browser.askForCode(PHONE);
  return { browser, code: await readCode(portal) };
}

describe("the one-time password", () => {
  test("part of MC-1.4: a right code within its life opens the session", async () => {
    const portal = await openTestPortal();
    const { browser, code } = await atCodeField(portal);
    expect(browser.page.words).toContain("Enter your code");
    expect(browser.page.html).toContain('autocomplete="one-time-code"');
    expect(browser.page.html).toContain('inputmode="numeric"');
    portal.pass(299);
    await browser.submit("/code", { code });
    expect(browser.page.words).toContain("Nice to meet you");
    const handedBack = await browser.post("/details");
    expect(handedBack.status).toBe(303);
    expect(handedBack.location).toMatch(/^http:\/\/10\.10\.0\.1:3990\/logon\?/);
    expect(ticketOf(portal, handedBack.location)).toMatchObject({ method: "phone-code", mac: MAC });
    expect(portal.events("guest.verified")).toHaveLength(1);
    expect(portal.events("guest.connected")).toHaveLength(1);
    expect(countTickets(portal)).toBe(1);
  });

  test("part of MC-1.4: a wrong code does not open it, and says how many tries are left", async () => {
    const portal = await openTestPortal();
    const { browser, code } = await atCodeField(portal);
    await browser.submit("/code", { code: otherThan(code) });
    expect(browser.page.status).toBe(422);
    expect(browser.page.words).toContain("You have 4 more tries");
    expect(portal.events("guest.verified")).toHaveLength(0);
    await browser.submit("/code", { code });
    expect(browser.page.words).toContain("Nice to meet you");
  });

  test("part of MC-1.4: a late code does not open it", async () => {
    const portal = await openTestPortal();
    const { browser, code } = await atCodeField(portal);
    portal.pass(300);
    await browser.submit("/code", { code });
    expect(browser.page.words).toContain("That code is over");
    expect(portal.events("guest.verified")).toHaveLength(0);
    expect(countTickets(portal)).toBe(0);
  });

  test("part of MC-1.4: a reused code does not open it", async () => {
    const portal = await openTestPortal();
    const { browser, code } = await atCodeField(portal);
    const page = browser.page;
    await browser.submit("/code", { code });
    await browser.submit("/details");
    portal.pass(31);
    const sealed = /name="c" value="([^"]+)"/.exec(page.html)?.[1] ?? "";
    const again = await browser.post("/code", { c: sealed, code });
    expect(again.words).toContain("That code is over");
    expect(countTickets(portal)).toBe(1);
  });

  test("part of MC-1.4: a sixth try does not open it, be it right", async () => {
    const portal = await openTestPortal();
    const { browser, code } = await atCodeField(portal);
    const posts = [];
    for (let by = 1; by <= 5; by += 1)
      posts.push(await browser.post("/code", { code: otherThan(code, by) }));
    expect(posts[3]?.words).toContain("You have one more try");
    expect(posts[4]?.words).toContain("one try too many");
    const sixth = await browser.post("/code", { code });
    expect(sixth.words).toContain("one try too many");
    expect(sixth.html).toContain("<h1>You need a new code</h1>");
    expect(sixth.words).not.toContain("We sent six digits");
    expect(portal.events("guest.verified")).toHaveLength(0);
  });
});

test("a code that is over keeps nobody waiting for its message", async () => {
  const portal = await openTestPortal();
  const { browser, code } = await atCodeField(portal);
  expect(browser.page.words).toContain("You can close this page to read the message");
  portal.pass(301);
  await browser.submit("/code", { code });
  expect(browser.page.words).toContain("Send a new code");
  expect(browser.page.words).not.toContain("You can close this page");
});

test("digits that cannot be a code cost no try", async () => {
  const portal = await openTestPortal();
  const { browser, code } = await atCodeField(portal);
  for (const typed of ["", "12345", "abcdef", "1234567"])
    expect((await browser.post("/code", { code: typed })).words).toContain("six digits");
  const wrong = await browser.post("/code", { code: otherThan(code) });
  expect(wrong.words).toContain("You have 4 more tries");
});

test("a code typed with spaces is the same code", async () => {
  const portal = await openTestPortal();
  const { browser, code } = await atCodeField(portal);
  await browser.submit("/code", { code: ` ${code.slice(0, 3)} ${code.slice(3)} ` });
  expect(browser.page.words).toContain("Nice to meet you");
});

test("the same right code posted five times at once gives one guest and one ticket", async () => {
  const portal = await openTestPortal();
  const first = await atCodeField(portal);
  await first.browser.submit("/code", { code: first.code });
  await first.browser.submit("/details", { name: "Lan" });
  const other = portal.browser({ mac: "02-AA-BB-CC-00-09", ip: "10.10.0.99" });
  await other.arrive();
  await other.askForCode(PHONE);
  const code = await readCode(portal);
  const posts = await Promise.all(Array.from({ length: 5 }, () => other.post("/code", { code })));
  expect(new Set(posts.map((each) => each.location)).size).toBe(1);
  expect(posts[0]?.location).toContain("/logon?");
  expect(countTickets(portal)).toBe(2);
  expect(
    portal.events("guest.registered").filter((each) => !each.payload.details.name),
  ).toHaveLength(1);
});

test("the form that leads online, posted five times at once, gives one ticket", async () => {
  const portal = await openTestPortal();
  const { browser, code } = await atCodeField(portal);
  await browser.submit("/code", { code });
  const posts = await Promise.all(
    Array.from({ length: 5 }, () => browser.post("/details", { name: "Lan" })),
  );
  expect(new Set(posts.map((each) => each.location)).size).toBe(1);
  expect(countTickets(portal)).toBe(1);
  expect(portal.events("guest.connected")).toHaveLength(1);
});

describe("a mini-browser that was closed while its guest read the message", () => {
  test("comes back to the code field, with no second message, and the same code works", async () => {
    const portal = await openTestPortal();
    const { code } = await atCodeField(portal);
    portal.pass(60);
    const reopened = portal.browser();
    await reopened.arrive();
    expect(reopened.page.words).toContain("Enter your code");
    expect(await countMessages(portal)).toBe(1);
    await reopened.submit("/code", { code });
    expect(reopened.page.words).toContain("Nice to meet you");
    expect(portal.events("consent.given").map((each) => each.payload.purpose)).toEqual(["terms"]);
  });

  test("that types its number again gets the same code, tries and end, and no message", async () => {
    const portal = await openTestPortal();
    const { browser, code } = await atCodeField(portal);
    await browser.submit("/code", { code: otherThan(code) });
    const reopened = portal.browser();
    await reopened.arrive();
    await reopened.click("Use another number");
    await reopened.askForCode("+84 912 345 678");
    expect(await countMessages(portal)).toBe(1);
    await reopened.submit("/code", { code: otherThan(code) });
    expect(reopened.page.words).toContain("You have 3 more tries");
    portal.pass(300);
    await reopened.submit("/code", { code });
    expect(reopened.page.words).toContain("That code is over");
  });

  test("whose guest wants another number keeps that page through a switch of language", async () => {
    const portal = await openTestPortal();
    const { browser } = await atCodeField(portal);
    await browser.click("Use another number");
    await browser.click("Tiếng Việt");
    expect(browser.page.words).toContain("Số điện thoại di động");
    await browser.click("Xem");
    await browser.click("Quay lại");
    await browser.askForCode("0987654321");
    expect(browser.page.words).toContain("Nhập mã của bạn");
    await browser.click("English");
    expect(browser.page.words).toContain("Enter your code");
    expect(await countMessages(portal)).toBe(2);
  });

  test("on a NAS that signs nothing comes back to the same code too", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser({ nas: unsignedNas });
    await browser.arrive();
    await browser.askForCode(PHONE);
    const reopened = portal.browser({ nas: unsignedNas });
    await reopened.arrive();
    expect(reopened.page.words).toContain("Enter your code");
    await reopened.submit("/code", { code: await readCode(portal) });
    expect(reopened.page.words).toContain("Nice to meet you");
    expect(await countMessages(portal)).toBe(1);
  });
});

describe("a stranger", () => {
  test("cannot burn the tries of somebody else's code", async () => {
    const portal = await openTestPortal();
    const { browser, code } = await atCodeField(portal);
    const stranger = portal.browser({ mac: "02-66-66-66-66-66", ip: "10.10.0.66" });
    await stranger.arrive();
    await stranger.askForCode(PHONE);
    const theirs = await readCode(portal);
    for (let by = 1; by <= 5; by += 1)
      await stranger.post("/code", { code: otherThan(theirs, by) });
    await browser.submit("/code", { code });
    expect(browser.page.words).toContain("Nice to meet you");
  });

  test("who claims the same MAC without proof can neither burn nor void the code", async () => {
    const portal = await openTestPortal();
    const browser = portal.browser({ nas: unsignedNas });
    await browser.arrive();
    await browser.askForCode(PHONE);
    const code = await readCode(portal);
    const stranger = portal.browser({ nas: unsignedNas, ip: "10.10.0.66" });
    await stranger.arrive();
    expect(stranger.page.words).not.toContain("Enter your code");
    await stranger.askForCode("0987 654 321");
    for (let by = 1; by <= 5; by += 1)
      await stranger.post("/code", { code: otherThan(await readCode(portal), by) });
    await browser.submit("/code", { code });
    expect(browser.page.words).toContain("Nice to meet you");
  });

  test("behind the same translated address can neither burn nor void the code of a claimed MAC", async () => {
    const portal = await openTestPortal();
    const shared = { nas: unsignedNas, ip: unsignedNas.source };
    const challenge = "ab".repeat(16);
    const browser = portal.browser(shared);
    await browser.arrive({ challenge });
    await browser.askForCode(PHONE);
    const code = await readCode(portal);
    const stranger = portal.browser(shared);
    await stranger.arrive();
    expect(stranger.page.words).not.toContain("Enter your code");
    await stranger.askForCode(PHONE);
    for (let by = 1; by <= 5; by += 1)
      await stranger.post("/code", { code: otherThan(await readCode(portal), by) });
    const reopened = portal.browser(shared);
    await reopened.arrive({ challenge });
    await reopened.submit("/code", { code });
    expect(reopened.page.words).toContain("Nice to meet you");
  });

  test("cannot use a page that was passed on from another address", async () => {
    const portal = await openTestPortal();
    const { browser, code } = await atCodeField(portal);
    const sealed = /name="c" value="([^"]+)"/.exec(browser.page.html)?.[1] ?? "";
    const stranger = portal.browser({ ip: "10.10.0.66" });
    await stranger.open("/");
    const posted = await stranger.post("/code", { c: sealed, code });
    expect(posted.status).toBe(403);
    expect(portal.events("guest.verified")).toHaveLength(0);
  });

  test("cannot forge or alter what a page carries", async () => {
    const portal = await openTestPortal();
    const { browser, code } = await atCodeField(portal);
    const sealed = /name="c" value="([^"]+)"/.exec(browser.page.html)?.[1] ?? "";
    for (let at = 0; at < sealed.length; at += 41) {
      const changed = sealed[at] === "A" ? "B" : "A";
      const forged = sealed.slice(0, at) + changed + sealed.slice(at + 1);
      expect((await browser.post("/code", { c: forged, code })).status).toBe(403);
    }
    expect((await browser.post("/code", { c: "", code })).status).toBe(403);
  });
});
