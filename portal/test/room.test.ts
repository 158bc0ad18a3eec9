import { expect, test } from "vitest";
import { WRONG_ANSWER_MILLISECONDS } from "../src/sign-in/slow-answer.ts";
import {
  type Browser,
  countTickets,
  MAC,
  type OpenOptions,
  openTestPortal,
  ticketOf,
  withoutState,
} from "./open-portal.ts";

const UNTIL = "2026-03-01T05:00:00.000Z";

const open = (
  change: OpenOptions["settings"] = () => {},
  options: Pick<OpenOptions, "wrongAnswerMilliseconds"> = {},
) =>
  openTestPortal({
    ...options,
    settings: (settings) => {
      Object.assign(settings.signIn, { room: { enabled: true }, order: ["room"] });
      const validFrom = "2026-02-27T07:00:00Z";
      settings.roomStays = [{ room: "204", name: "Nguyễn", validFrom, validUntil: UNTIL }];
      change(settings);
    },
  });

const fieldsOf = (browser: Browser, room: string, roomName: string) => ({
  ...{ room, roomName, terms: browser.tick("terms") },
});

test("room and name let a guest in until check-out, under the policy for that method", async () => {
  const portal = await open(({ policies }) => {
    for (const policy of policies) policy.sessionSeconds = null;
    const [policy] = policies;
    if (policy) policy.when.methods = ["room"];
  });
  const browser = portal.browser();
  await browser.arrive();
  expect(browser.page.words).toContain("Room number");
  const shown = await browser.post("/room", fieldsOf(browser, "204", "NGUYEN"));
  expect(shown.location).toContain("/logon?");
  const ticket = ticketOf(portal, shown.location);
  expect(ticket).toMatchObject({
    method: "room",
    mac: MAC,
    policyId: portal.settings.policies[0]?.id,
  });
  expect(ticket?.endsAt).toEqual(new Date(UNTIL));
  expect(portal.events("guest.connected")[0]?.payload.method).toBe("room");
  expect(portal.events("guest.verified")).toHaveLength(0);
  expect(portal.events("consent.given")).toHaveLength(1);
});

test("who comes back has to type them again, and is the same guest", async () => {
  const portal = await open();
  const guests: string[] = [];
  for (let times = 0; times < 2; times += 1) {
    const browser = portal.browser();
    await browser.arrive();
    expect(browser.page.words).toContain("Room number");
    await browser.submit("/room", fieldsOf(browser, "204", "Nguyễn"));
    guests.push(portal.events("guest.connected").at(-1)?.payload.guestId ?? "");
    portal.pass(60);
  }
  expect(new Set(guests).size).toBe(1);
  expect(portal.events("guest.registered")).toHaveLength(1);
});

test("a wrong name is answered a second late, in words that say nothing of the list", async () => {
  const portal = await open(undefined, { wrongAnswerMilliseconds: WRONG_ANSWER_MILLISECONDS });
  const browser = portal.browser();
  await browser.arrive();
  const began = performance.now();
  const wrongName = await browser.post("/room", fieldsOf(browser, "204", "Tran"));
  const wrongRoom = await browser.post("/room", fieldsOf(browser, "999", "Nguyen"));
  expect(performance.now() - began).toBeGreaterThan(1900);
  for (const { status, words } of [wrongName, wrongRoom]) {
    expect(status).toBe(422);
    expect(words).toContain("We can't find this room under this name");
  }
  expect(wrongName.html).toContain('value="Tran"');
  expect(countTickets(portal)).toBe(0);
});

test("after check-out the same room and name let nobody in", async () => {
  const portal = await open();
  portal.pass(3 * 60 * 60);
  const browser = portal.browser();
  await browser.arrive();
  await browser.submit("/room", fieldsOf(browser, "204", "Nguyen"));
  expect(browser.page.words).toContain("We can't find this room");
});

test("tries posted at once are all counted: the eleventh is refused, be it right", async () => {
  const portal = await open();
  const browser = portal.browser();
  await browser.arrive();
  await Promise.all(
    Array.from({ length: 10 }, (_, each) =>
      browser.post("/room", fieldsOf(browser, `3${each}`, "Nguyen")),
    ),
  );
  await browser.submit("/room", fieldsOf(browser, "204", "Nguyen"));
  expect(browser.page.words).toContain("That's many wrong tries");
  expect(countTickets(portal)).toBe(0);
});

test("the same room and name posted five times at once give one guest and one ticket", async () => {
  const portal = await open();
  const browser = portal.browser();
  await browser.arrive();
  const form = fieldsOf(browser, "204", "Nguyen");
  const posts = await Promise.all(Array.from({ length: 5 }, () => browser.post("/room", form)));
  expect(new Set(posts.map(({ location }) => location)).size).toBe(1);
  expect(countTickets(portal)).toBe(1);
  expect(portal.events("guest.registered")).toHaveLength(1);
});

test.each([
  ["", "Nguyen"],
  ["204", ""],
  ["-", "..."],
])("room %j and name %j cost no try", async (room, name) => {
  const portal = await open();
  const browser = portal.browser();
  await browser.arrive();
  for (let tries = 0; tries < 11; tries += 1)
    expect((await browser.post("/room", fieldsOf(browser, room, name))).status).toBe(422);
  const right = await browser.post("/room", fieldsOf(browser, "204", "Nguyen"));
  expect(right.location).toContain("/logon?");
});

test("nobody is let in before the terms are ticked", async () => {
  const portal = await open();
  const browser = portal.browser();
  await browser.arrive();
  await browser.submit("/room", { room: "204", roomName: "Nguyen" });
  expect(browser.page.status).toBe(422);
  expect(browser.page.html).toContain('value="204"');
  expect(countTickets(portal)).toBe(0);
});

test("a branch without it takes no room", async () => {
  const portal = await open(({ signIn }) => {
    delete signIn.room;
  });
  const browser = portal.browser();
  await browser.arrive();
  expect(browser.page.words).not.toContain("Room number");
  await browser.submit("/room", fieldsOf(browser, "204", "Nguyen"));
  expect(countTickets(portal)).toBe(0);
});

test("no name of the list reaches a log line, a URL or an event", async () => {
  const portal = await open();
  const browser = portal.browser();
  await browser.arrive();
  await browser.post("/room", fieldsOf(browser, "204", "Tran"));
  await browser.submit("/room", fieldsOf(browser, "204", "Nguyen"));
  const events = [...portal.events("guest.registered"), ...portal.events("guest.connected")];
  expect(events).toHaveLength(2);
  const said = [...portal.logLines, withoutState(portal.urls), JSON.stringify(events)].join("\n");
  expect(said).not.toMatch(/nguy|tran\b/i);
});
