import { listOpenQuestions } from "@foyer/branch-store";
import { describe, expect, test, vi } from "vitest";
import { WRONG_ANSWER_MILLISECONDS } from "../src/sign-in/slow-answer.ts";
import {
  askForMemberCode,
  fieldsOf,
  giveLanACode,
  NUMBER,
  openForMembers,
  openOtherPhone,
  PHONE,
  signInByMessage,
  tellOfLan,
} from "./member-code.ts";
import { countMessages, countTickets, ticketOf, unsignedNas } from "./open-portal.ts";
import { openOnline, prove } from "./prove-number.ts";

const CODE = "48291735";
const WRONG = "This number and this code don't go together";

describe("a member of this branch, on another device", () => {
  test("comes in by number and code as the same guest, without a message", async () => {
    const portal = await openForMembers();
    const code = await giveLanACode(portal);
    expect(code).toMatch(/^[0-9]{4} [0-9]{4}$/);
    const other = await openOtherPhone(portal);
    const shown = await other.submit("/member-code", fieldsOf(other, NUMBER, code));
    expect(shown.location).toContain("/logon?");
    expect(ticketOf(portal, shown.location)).toMatchObject({ method: "member-code" });
    const [first, second] = portal.events("guest.connected").map(({ payload }) => payload);
    expect(second).toMatchObject({ guestId: first?.guestId, method: "member-code" });
    const verified = portal.events("guest.verified").map(({ payload }) => payload);
    expect(verified.map(({ method }) => method)).toEqual(["code", "member-code"]);
    expect(verified[1]).toMatchObject({ guestId: first?.guestId, phone: PHONE });
    expect(await countMessages(portal)).toBe(1);
    await openOnline(other);
    expect(other.page.words).toContain("You're online, Lan");
  });

  test("is known on that device from then on", async () => {
    const portal = await openForMembers();
    const code = await giveLanACode(portal);
    const other = await openOtherPhone(portal);
    await other.submit("/member-code", fieldsOf(other, NUMBER, code));
    portal.pass(24 * 60 * 60);
    const again = portal.browser({ mac: "02-AA-BB-CC-00-09", ip: "10.10.0.93" });
    await again.arrive();
    expect(again.page.words).toContain("Hello Lan!");
  });

  test("may write the digits as they are on a Persian keyboard, with or without a gap", async () => {
    const portal = await openForMembers();
    const code = await giveLanACode(portal);
    const persian = code.replaceAll(/[0-9]/g, (digit) => String.fromCodePoint(0x06f0 + +digit));
    const other = await openOtherPhone(portal);
    const shown = await other.post("/member-code", fieldsOf(other, NUMBER, persian));
    expect(shown.location).toContain("/logon?");
  });

  test("comes in on a device that nobody vouches for, and is not known there by its MAC", async () => {
    const portal = await openForMembers();
    const code = await giveLanACode(portal);
    const other = await openOtherPhone(portal, { nas: unsignedNas });
    const shown = await other.post("/member-code", fieldsOf(other, NUMBER, code));
    expect(shown.location).toContain("/logon?");
    portal.pass(24 * 60 * 60);
    const again = portal.browser({ mac: "02-AA-BB-CC-00-09", ip: "10.10.0.94", nas: unsignedNas });
    await again.arrive();
    expect(again.page.words).not.toMatch(/\bLan\b/);
  });
});

describe("a member of another branch, with the cloud and the messages away", () => {
  const openCutOff = () =>
    openForMembers(({ signIn }) => {
      signIn.phone.channels = [];
      signIn.phone.enabled = false;
    });

  test("comes in with what the box was told before, is asked nothing, and is then greeted by name", async () => {
    const portal = await openCutOff();
    await tellOfLan(portal, { code: CODE });
    const browser = await openOtherPhone(portal);
    expect(browser.page.words).toContain("Member code");
    expect(browser.page.words).not.toMatch(/\bLan\b/);
    const shown = await browser.submit("/member-code", fieldsOf(browser, NUMBER, CODE));
    expect(shown.location).toContain("/logon?");
    await openOnline(browser);
    expect(browser.page.words).toContain("You're online, Lan");
    expect(portal.events("guest.verified")[0]?.payload).toMatchObject({
      ...{ phone: PHONE, method: "member-code" },
    });
  });

  test("comes in with a second device, though the cloud has not heard of the first", async () => {
    const portal = await openCutOff();
    await tellOfLan(portal, { code: CODE });
    for (const mac of ["02-AA-BB-CC-01-01", "02-AA-BB-CC-01-02"]) {
      const browser = await openOtherPhone(portal, { mac });
      await browser.submit("/member-code", fieldsOf(browser, NUMBER, CODE));
      expect(browser.page.location).toContain("/logon?");
    }
    const guests = portal.events("guest.connected").map(({ payload }) => payload.guestId);
    expect(guests).toHaveLength(2);
    expect(new Set(guests).size).toBe(1);
  });

  test("whose name the cloud does not tell is greeted without one", async () => {
    const portal = await openCutOff();
    await tellOfLan(portal, { code: CODE, name: null });
    const browser = await openOtherPhone(portal);
    await browser.submit("/member-code", fieldsOf(browser, NUMBER, CODE));
    await openOnline(browser);
    expect(browser.page.words).toContain("You're online");
    expect(browser.page.words).not.toMatch(/\bLan\b/);
  });
});

test("a member of another brand, whom the box does not know, is asked for and let in by the first try", async () => {
  const portal = await openForMembers(undefined, {
    wrongAnswerMilliseconds: WRONG_ANSWER_MILLISECONDS,
  });
  const browser = await openOtherPhone(portal);
  const entered = browser.submit("/member-code", fieldsOf(browser, NUMBER, CODE));
  const questions = () => portal.store.read((tx) => listOpenQuestions(tx, 50));
  await vi.waitFor(() => expect(questions()).toContainEqual({ phone: PHONE }));
  await tellOfLan(portal, { code: CODE });
  await entered;
  await openOnline(browser);
  expect(browser.page.words).toContain("Lan");
  expect(countTickets(portal)).toBe(1);
});

test("a wrong code of a member whom only another brand knows waits once, and is one try of that code", async () => {
  const portal = await openForMembers(undefined, {
    wrongAnswerMilliseconds: WRONG_ANSWER_MILLISECONDS,
  });
  const browser = await openOtherPhone(portal);
  const began = performance.now();
  const entered = browser.post("/member-code", fieldsOf(browser, NUMBER, "00000000"));
  const questions = () => portal.store.read((tx) => listOpenQuestions(tx, 50));
  await vi.waitFor(() => expect(questions()).toContainEqual({ phone: PHONE }));
  await tellOfLan(portal, { code: CODE });
  expect((await entered).words).toContain(WRONG);
  expect(performance.now() - began).toBeLessThan(1.8 * WRONG_ANSWER_MILLISECONDS);
  const tries = portal.store.read((tx) => tx.sql("select code_id from member_code_tries").all());
  expect(tries).toEqual([{ code_id: expect.any(String) }]);
});

describe("whoever guesses", () => {
  test("sees the same page a second late, be the number a member's, a guest's, or nobody's", async () => {
    const portal = await openForMembers(undefined, {
      wrongAnswerMilliseconds: WRONG_ANSWER_MILLISECONDS,
    });
    await giveLanACode(portal);
    const pages: { words: string; html: string }[] = [];
    for (const number of [NUMBER, "0987654321", "0388888888"]) {
      const other = await openOtherPhone(portal);
      const began = performance.now();
      const shown = await other.post("/member-code", fieldsOf(other, number, "00000000"));
      expect(performance.now() - began).toBeGreaterThan(1000);
      expect(shown.status).toBe(422);
      expect(shown.words).toContain(WRONG);
      const same = shown.html
        .replaceAll(number, "")
        .replaceAll(/c=[^"&]+|nonce[^>]+|value="[^"]*"/g, "");
      pages.push({ words: shown.words, html: same });
    }
    expect(new Set(pages.map(({ words }) => words)).size).toBe(1);
    expect(new Set(pages.map(({ html }) => html)).size).toBe(1);
    expect(countTickets(portal)).toBe(1);
  });

  test("takes as long over a number without a code as over one with: the same reckoning", async () => {
    const portal = await openForMembers();
    await tellOfLan(portal, { code: CODE });
    const times: Record<string, number[]> = { [NUMBER]: [], "0987654321": [] };
    for (let round = 0; round < 4; round += 1)
      for (const number of Object.keys(times)) {
        const mac = `02-AA-BB-CC-01-${round}${number.slice(1, 2)}`;
        const other = await openOtherPhone(portal, { mac });
        // Of the processor, of which neither the second's wait nor a busy machine takes any.
        const began = process.cpuUsage();
        await other.post("/member-code", fieldsOf(other, number, "00000000"));
        const { user, system } = process.cpuUsage(began);
        times[number]?.push(user + system);
      }
    const [known = 0, unknown = 0] = Object.values(times).map((each) => Math.min(...each));
    // Without it, an unknown number would take a tenth of it.
    expect(unknown).toBeGreaterThan(known / 3);
    expect(known).toBeGreaterThan(unknown / 3);
  });

  test("has five tries an hour: posted at once they are all counted, and the sixth is refused, be it right", async () => {
    const portal = await openForMembers();
    const code = await giveLanACode(portal);
    const other = await openOtherPhone(portal);
    await Promise.all(
      Array.from({ length: 5 }, (_, each) =>
        other.post("/member-code", fieldsOf(other, NUMBER, `0000000${each}`)),
      ),
    );
    await other.submit("/member-code", fieldsOf(other, NUMBER, code));
    expect(other.page.status).toBe(422);
    expect(other.page.words).toContain("That's many wrong tries");
    expect(countTickets(portal)).toBe(1);
    portal.pass(60 * 60);
    const later = await openOtherPhone(portal);
    const shown = await later.post("/member-code", fieldsOf(later, NUMBER, code));
    expect(shown.location).toContain("/logon?");
  });

  test("closes a code with ten, in the words for any wrong one; a message helps its member to the next", async () => {
    const portal = await openForMembers();
    const code = await giveLanACode(portal);
    const guesses = Array.from({ length: 10 }, async (_, each) => {
      const guesser = await openOtherPhone(portal, { mac: `02-AA-BB-CC-01-0${each}` });
      return await guesser.post("/member-code", fieldsOf(guesser, NUMBER, `0000000${each}`));
    });
    await Promise.all(guesses);
    const other = await openOtherPhone(portal);
    await other.submit("/member-code", fieldsOf(other, NUMBER, code));
    expect(other.page.words).toContain(WRONG);
    portal.pass(60 * 60);
    const lan = portal.browser();
    await prove(portal, lan);
    const next = await askForMemberCode(lan);
    const again = await openOtherPhone(portal);
    const shown = await again.post("/member-code", fieldsOf(again, NUMBER, next));
    expect(shown.location).toContain("/logon?");
  });

  test.each([
    ["", ""],
    [NUMBER, ""],
    [NUMBER, "1234"],
    ["12", CODE],
  ])("loses no try to number %j and code %j", async (number, code) => {
    const portal = await openForMembers();
    await tellOfLan(portal, { code: CODE });
    const other = await openOtherPhone(portal);
    for (let tries = 0; tries < 6; tries += 1)
      expect((await other.post("/member-code", fieldsOf(other, number, code))).status).toBe(422);
    const shown = await other.post("/member-code", fieldsOf(other, NUMBER, CODE));
    expect(shown.status).toBe(303);
  });
});

test("a right code posted five times at once makes one guest and one ticket", async () => {
  const portal = await openForMembers();
  await tellOfLan(portal, { code: CODE });
  const browser = await openOtherPhone(portal);
  const form = fieldsOf(browser, NUMBER, CODE);
  const posts = await Promise.all(
    Array.from({ length: 5 }, () => browser.post("/member-code", form)),
  );
  expect(posts.map(({ status }) => status)).toEqual(Array(5).fill(303));
  expect(new Set(posts.map(({ location }) => location)).size).toBe(1);
  expect(countTickets(portal)).toBe(1);
  for (const type of ["guest.registered", "guest.verified", "consent.given"] as const)
    expect(portal.events(type)).toHaveLength(1);
});

test("nobody is let in before the terms are ticked", async () => {
  const portal = await openForMembers();
  await tellOfLan(portal, { code: CODE });
  const browser = await openOtherPhone(portal);
  await browser.submit("/member-code", { phone: NUMBER, memberCode: CODE });
  expect(browser.page.words).toContain("Please tick the box above");
  expect(browser.page.html).toContain(`value="${NUMBER}"`);
  expect(countTickets(portal)).toBe(0);
});

test("it stands where the branch's order puts it, and a branch without it takes no code", async () => {
  const portal = await openForMembers(({ signIn }) => {
    signIn.order = ["member"];
  });
  await tellOfLan(portal, { code: CODE });
  const first = portal.browser();
  await first.arrive();
  expect(first.page.words).toContain("Member code");
  expect(first.page.words).toContain("Use my phone number instead");
  const form = fieldsOf(first, NUMBER, CODE);
  portal.change(({ signIn }) => {
    delete signIn.member;
  });
  await first.submit("/member-code", form);
  expect(first.page.words).not.toContain("Member code");
  expect(countTickets(portal)).toBe(0);
});

describe("a code is given", () => {
  test("to whoever proved the number by a message in this flow, and to nobody else", async () => {
    const portal = await openForMembers();
    const stranger = portal.browser();
    await stranger.arrive();
    expect((await stranger.post("/member-code/new")).status).toBe(403);
    const lan = await signInByMessage(portal);
    expect(lan.page.words).toContain("Get a member code for next time");
    const code = await askForMemberCode(lan);
    const other = await openOtherPhone(portal);
    await other.submit("/member-code", fieldsOf(other, NUMBER, code));
    await openOnline(other);
    expect(other.page.words).not.toContain("Get a member code");
    expect((await other.post("/member-code/new")).status).toBe(403);
    portal.pass(24 * 60 * 60);
    const back = portal.browser();
    await back.arrive();
    await back.submit("/returning");
    await openOnline(back);
    expect(back.page.words).toContain("You're online, Lan");
    expect((await back.post("/member-code/new")).status).toBe(403);
    expect(portal.events("member-code.issued")).toHaveLength(1);
  });

  test("once: asked for five times at once, and again in half a minute, it is the same", async () => {
    const portal = await openForMembers();
    const lan = await signInByMessage(portal);
    const codes = await Promise.all(Array.from({ length: 5 }, () => askForMemberCode(lan)));
    portal.pass(20);
    codes.push(await askForMemberCode(lan));
    expect(new Set(codes).size).toBe(1);
    expect(portal.events("member-code.issued")).toHaveLength(1);
    portal.pass(15);
    const tooSoon = await lan.post("/member-code/new");
    expect(tooSoon.status).toBe(429);
    expect(tooSoon.words).toContain("You were given one a moment ago");
  });

  test("anew, and the one before opens nothing from then on", async () => {
    const portal = await openForMembers();
    const lan = await signInByMessage(portal);
    const old = await askForMemberCode(lan);
    portal.pass(61);
    const next = await askForMemberCode(lan);
    expect(next).not.toBe(old);
    const other = await openOtherPhone(portal);
    await other.submit("/member-code", fieldsOf(other, NUMBER, old));
    expect(other.page.words).toContain(WRONG);
    const shown = await other.post("/member-code", fieldsOf(other, NUMBER, next));
    expect(shown.location).toContain("/logon?");
  });

  test("at no branch that does not take them", async () => {
    const portal = await openForMembers(({ signIn }) => {
      delete signIn.member;
    });
    const lan = await signInByMessage(portal);
    expect(lan.page.words).not.toContain("member code");
    expect((await lan.post("/member-code/new")).status).toBe(403);
  });
});

test("no number and no code of it reaches a log line, a URL or the store", async () => {
  const portal = await openForMembers();
  const code = await giveLanACode(portal);
  const other = await openOtherPhone(portal);
  await other.post("/member-code", fieldsOf(other, NUMBER, "00000000"));
  await other.submit("/member-code", fieldsOf(other, NUMBER, code));
  const digits = code.replace(" ", "");
  const rows = ["member_codes", "member_code_tries", "outbox"].map((table) =>
    JSON.stringify(portal.store.read((tx) => tx.sql(`select * from ${table}`).all())),
  );
  expect(portal.logLines.length).toBeGreaterThan(5);
  expect(rows[0]).toContain("hash");
  for (const said of [...portal.logLines, ...portal.urls, ...rows]) {
    expect(said).not.toContain(digits);
    expect(said).not.toContain(code);
  }
  expect(portal.logLines.join()).not.toContain("912345678");
  expect(portal.urls.join()).not.toContain("912345678");
});
