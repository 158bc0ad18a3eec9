import { createHash } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { findTicket, listOpenSessions } from "@foyer/branch-store";
import { describe, expect, test } from "vitest";
import { coova } from "../src/nas/coova.ts";
import type { Grant, HandBack, LetIn, LetInTools, NasAdapter } from "../src/nas/index.ts";
import {
  type Browser,
  countTickets,
  ORIGIN,
  openTestPortal,
  type TestPortal,
} from "./open-portal.ts";

/** An access controller that is told, and answers what the test says, when the test says it. */
function openController(accounting: NasAdapter["accounting"] = "radius") {
  const calls: { grant: Grant; tools: LetInTools; answer: (answer: LetIn | Error) => void }[] = [];
  const adapter: NasAdapter = {
    ...coova,
    accounting,
    sessionIdOf: () => (accounting === "portal" ? "session-of-the-controller" : null),
    handBack: () => ({ kind: "wait" }),
    letIn: (_arrival, _nas, grant, tools) =>
      new Promise((resolve, reject) => {
        const answer = (each: LetIn | Error) =>
          each instanceof Error ? reject(each) : resolve(each);
        calls.push({ grant, tools, answer });
      }),
  };
  return { calls, adapter };
}

/** An access controller that browsers post to. */
const poster: NasAdapter = {
  ...coova,
  handBack: (_arrival, _nas, grant): HandBack => ({
    kind: "form",
    action: "http://10.10.0.1:3990/login",
    fields: { username: grant.username, password: grant.password },
  }),
};

const open = (adapter: NasAdapter) =>
  openTestPortal({
    adapterOf: () => adapter,
    settings: ({ signIn }) => {
      signIn.clickThrough = "always";
    },
  });

async function arrive(portal: TestPortal): Promise<{ browser: Browser; terms: string }> {
  const browser = portal.browser();
  await browser.arrive();
  return { browser, terms: browser.tick("terms") };
}

/** Lets what was answered take its course: every step of it is a promise that is kept already. */
const settle = () => pause(5);

/** The way on that a waiting page has in its links alone, for it holds no form. */
const sealedOf = (url: string) => ({ c: new URL(url, ORIGIN).searchParams.get("c") ?? "" });

const refreshOf = (html: string) => /http-equiv="refresh" content="2;url=([^"]+)"/.exec(html)?.[1];

describe("a NAS that the portal tells", () => {
  test("keeps the guest on a page that looks again by itself, and leads on once they are in", async () => {
    const { calls, adapter } = openController();
    const portal = await open(adapter);
    const { browser, terms } = await arrive(portal);
    const waiting = await browser.submit("/click-through", { terms });
    expect(waiting.words).toContain("Connecting you");
    expect(waiting.html).not.toContain("<script");
    expect(waiting.headers["cache-control"]).toBe("no-store");
    const again = refreshOf(waiting.html) ?? "";
    expect(again).toMatch(/^\/connecting\?c=/);
    expect((await browser.open(again)).words).toContain("Connecting you");
    const [call] = calls;
    const username = call?.grant.username ?? "";
    expect(portal.store.read((tx) => findTicket(tx, username))).not.toBeNull();
    expect(portal.events("guest.connected")).toEqual([]);
    call?.answer({ kind: "in" });
    await settle();
    expect(portal.events("guest.connected")).toHaveLength(1);
    const landing = await portal.app.inject({ url: again, remoteAddress: "10.10.0.92" });
    expect(landing.headers.location).toBe(call?.grant.landingUrl);
    await browser.open(
      new URL(landing.headers.location as string).pathname +
        new URL(call?.grant.landingUrl ?? "").search,
    );
    expect(browser.page.words).toContain("You're online");
    expect(calls).toHaveLength(1);
  });

  test("is told once, however often the guest taps and the page is loaded", async () => {
    const { calls, adapter } = openController();
    const portal = await open(adapter);
    const { browser, terms } = await arrive(portal);
    const taps = await Promise.all([1, 2, 3].map(() => browser.post("/click-through", { terms })));
    for (const tap of taps) expect(tap.location).toMatch(/^\/connecting\?c=/);
    for (const tap of taps) await browser.open(tap.location ?? "");
    portal.pass(20);
    const c = sealedOf(taps[0]?.location ?? "");
    expect((await browser.submit("/connecting", c)).words).toContain("Connecting you");
    expect(calls).toHaveLength(1);
    expect(countTickets(portal)).toBe(1);
    calls[0]?.answer({ kind: "in" });
    await settle();
    // A tap that comes when the guest is in leads on, and tells nobody.
    expect((await browser.post("/connecting", c)).location).toMatch(/^\/connecting\?c=/);
    expect(portal.events("guest.connected")).toHaveLength(1);
    expect(calls).toHaveLength(1);
  });

  test("that does not know the device yet is asked again in a moment", async () => {
    const { calls, adapter } = openController();
    const portal = await open(adapter);
    const { browser, terms } = await arrive(portal);
    await browser.submit("/click-through", { terms });
    calls[0]?.answer({ kind: "not-yet" });
    await expect.poll(() => calls.length).toBe(2);
    expect(calls[1]?.grant).toEqual(calls[0]?.grant);
    calls[1]?.answer({ kind: "in" });
    await settle();
    const shown = await browser.open(refreshOf(browser.page.html) ?? "");
    expect(shown.location).toBe(calls[0]?.grant.landingUrl);
  });

  test.each([
    [{ kind: "refused", reason: "no such site" } as const, 403, "The Wi-Fi didn't let you in"],
    [{ kind: "unreachable", reason: "no route" } as const, 503, "The Wi-Fi isn't answering"],
    [new Error("a fault of ours"), 503, "The Wi-Fi isn't answering"],
  ])(
    "and that answers %o makes a page in words, from which the guest tries again",
    async (answer, status, words) => {
      const { calls, adapter } = openController();
      const portal = await open(adapter);
      const { browser, terms } = await arrive(portal);
      await browser.submit("/click-through", { terms });
      calls[0]?.answer(answer);
      await settle();
      const again = refreshOf(browser.page.html) ?? "";
      const page = await browser.open(again);
      expect(page.status).toBe(status);
      expect(page.words).toContain(words);
      expect(page.words).toContain("Try again");
      expect(refreshOf(page.html)).toBeUndefined();
      expect(portal.events("guest.connected")).toEqual([]);
      expect(portal.logLines.join()).not.toContain("02-AA-BB");
      const c = sealedOf(again);
      // More often than an arrival has tickets: nobody was let in with any of them.
      for (const attempt of [1, 2, 3]) {
        expect((await browser.submit("/connecting", c)).words).toContain("Connecting you");
        expect(calls).toHaveLength(attempt + 1);
        calls[attempt]?.answer(attempt === 3 ? { kind: "in" } : answer);
        await settle();
      }
      const shown = await browser.open(refreshOf(browser.page.html) ?? "");
      expect(shown.location).toBe(calls[3]?.grant.landingUrl);
      expect(portal.events("guest.connected")).toHaveLength(1);
    },
  );

  test("is told anew by a guest who comes again on the same page, as often as an arrival has tickets", async () => {
    const { calls, adapter } = openController();
    const portal = await open(adapter);
    const { browser, terms } = await arrive(portal);
    for (const time of [0, 1]) {
      await browser.post("/click-through", { terms });
      expect(calls).toHaveLength(time + 1);
      calls[time]?.answer({ kind: "in" });
      await settle();
      portal.pass(31);
    }
    expect((await browser.post("/click-through", { terms })).words).toContain("Start again");
    expect(calls).toHaveLength(2);
    expect(portal.events("guest.connected")).toHaveLength(2);
  });

  test("and that gives no answer in half a minute makes a page that says so; late is in all the same", async () => {
    const { calls, adapter } = openController();
    const portal = await open(adapter);
    const { browser, terms } = await arrive(portal);
    await browser.submit("/click-through", { terms });
    const again = refreshOf(browser.page.html) ?? "";
    portal.pass(29);
    expect((await browser.open(again)).words).toContain("Connecting you");
    portal.pass(1);
    expect((await browser.open(again)).words).toContain("This is taking too long");
    expect(browser.page.status).toBe(503);
    calls[0]?.answer({ kind: "in" });
    await settle();
    expect((await browser.open(again)).location).toBe(calls[0]?.grant.landingUrl);
    expect(portal.events("guest.connected")).toHaveLength(1);
  });

  test("is told no more of a try that another one took the place of", async () => {
    const { calls, adapter } = openController();
    const portal = await open(adapter);
    const { browser, terms } = await arrive(portal);
    await browser.submit("/click-through", { terms });
    const again = refreshOf(browser.page.html) ?? "";
    portal.pass(31);
    await browser.open(again);
    await browser.submit("/connecting");
    expect(calls).toHaveLength(2);
    expect(calls[0]?.tools.signal.aborted).toBe(true);
    expect(calls[1]?.tools.signal.aborted).toBe(false);
    calls[0]?.answer({ kind: "refused", reason: "too late" });
    await settle();
    expect((await browser.open(again)).words).toContain("Connecting you");
    calls[1]?.answer({ kind: "in" });
    await settle();
    expect(portal.events("guest.connected")).toHaveLength(1);
  });

  test("and that tells of no sessions has one from when the guest is in, not before", async () => {
    const { calls, adapter } = openController("portal");
    const portal = await open(adapter);
    const { browser, terms } = await arrive(portal);
    await browser.submit("/click-through", { terms });
    expect(portal.store.read(listOpenSessions)).toEqual([]);
    portal.pass(4);
    calls[0]?.answer({ kind: "in" });
    await settle();
    expect(portal.events("session.started").map((each) => each.occurredAt)).toEqual([
      "2026-03-01T02:00:04.000Z",
    ]);
  });

  test("is told no more once the portal ends", async () => {
    const { calls, adapter } = openController();
    const portal = await open(adapter);
    const { browser, terms } = await arrive(portal);
    await browser.submit("/click-through", { terms });
    await portal.app.close();
    expect(calls[0]?.tools.signal.aborted).toBe(true);
  });

  test("has its guests begin anew when its page is opened without a grant", async () => {
    const portal = await open(openController().adapter);
    const { browser } = await arrive(portal);
    const sealed = /name="c" value="([^"]+)"/.exec(browser.page.html)?.[1];
    for (const path of ["/connecting", "/hand-back"]) {
      const page = await browser.open(`${path}?c=${sealed}`);
      expect(page.status).toBe(403);
      expect(page.words).toContain("Start again");
    }
  });
});

describe("a NAS that the browser posts to", () => {
  test("gets the ticket by a form that needs one tap, or none where scripts run", async () => {
    const portal = await open(poster);
    const { browser, terms } = await arrive(portal);
    const page = await browser.submit("/click-through", { terms });
    expect(page.status).toBe(200);
    const form = /<form method="post" action="([^"]+)">([\s\S]*?)<\/form>/.exec(page.html);
    expect(form?.[1]).toBe("http://10.10.0.1:3990/login");
    const fields = [...(form?.[2] ?? "").matchAll(/name="(\w+)" value="([^"]+)"/g)];
    expect(fields.map(([, name]) => name)).toEqual(["username", "password"]);
    const ticket = portal.store.read((tx) => findTicket(tx, fields[0]?.[2] ?? ""));
    expect(ticket).not.toBeNull();
    expect(page.words).toContain("Go online");
    expect(page.headers["cache-control"]).toBe("no-store");
    expect(portal.urls.join()).not.toContain(fields[1]?.[2] ?? "?");
    const [, script = ""] = /<script>([^<]*)<\/script>/.exec(page.html) ?? [];
    const hash = createHash("sha256").update(script).digest("base64");
    expect(page.headers["content-security-policy"]).toContain(`script-src 'sha256-${hash}';`);
    expect(page.html.match(/<script/g)).toHaveLength(1);
  });

  test("is posted the same ticket by a guest who taps twice, and in the language they choose", async () => {
    const portal = await open(poster);
    const { browser, terms } = await arrive(portal);
    const [first, second] = await Promise.all(
      [1, 2].map(() => browser.post("/click-through", { terms })),
    );
    const usernameIn = (html: string) => /name="username" value="([^"]+)"/.exec(html)?.[1];
    const one = usernameIn((await browser.open(first?.location ?? "")).html);
    expect(one).toBeDefined();
    expect(usernameIn((await browser.open(second?.location ?? "")).html)).toBe(one);
    await browser.click("Tiếng Việt");
    expect(usernameIn(browser.page.html)).toBe(one);
    expect(browser.page.words).toContain("Vào mạng");
    expect(countTickets(portal)).toBe(1);
  });

  test("is not posted a ticket that is over: the guest begins anew", async () => {
    const portal = await open(poster);
    const { browser, terms } = await arrive(portal);
    const { location } = await browser.post("/click-through", { terms });
    portal.pass(31);
    const page = await browser.open(location ?? "");
    expect(page.status).toBe(403);
    expect(page.words).toContain("Start again");
    expect(page.html).not.toContain("password");
  });
});
