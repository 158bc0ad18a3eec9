import { correctClock, type MachineClock, useTicket } from "@foyer/branch-store";
import { describe, expect, test } from "vitest";
import { openTestPortal, readCode, type TestPortal, ticketOf, unsignedNas } from "./open-portal.ts";

const RIGHT = Date.parse("2026-03-01T02:00:00.000Z");
const HOUR = 3600;
/** Ahead, behind, and in 1970. */
const OFFSETS = [HOUR, -HOUR, -RIGHT / 1000];

/** A machine whose clock is off, and which somebody can set. */
const makeMachine = (offSeconds: number) => {
  const state = { passed: 0, off: offSeconds };
  const machine: MachineClock = {
    bootId: "boot-1",
    uptimeMilliseconds: () => state.passed * 1000,
    now: () => new Date(RIGHT + (state.passed + state.off) * 1000),
  };
  return {
    machine,
    pass: (seconds: number) => {
      state.passed += seconds;
    },
    setOff: (seconds: number) => {
      state.off = seconds;
    },
  };
};

/** What the sync agent does when the cloud has told the time. */
const correct = ({ store }: TestPortal, machine: MachineClock) =>
  store.transaction((tx) =>
    correctClock(tx, {
      machine,
      told: {
        at: RIGHT + machine.uptimeMilliseconds(),
        uptimeMs: machine.uptimeMilliseconds(),
        ...{ uncertaintyMs: 500, source: "cloud" as const },
      },
    }),
  );

const askForCode = async (portal: TestPortal) => {
  const browser = portal.browser();
  await browser.arrive();
  await browser.askForCode("0912345678");
  return { browser, code: await readCode(portal) };
};

describe("a guest who was sent a code", () => {
  test("and has been online by it is asked for no digits again, whatever the clock was when they were right", async () => {
    const { machine, pass } = makeMachine(HOUR);
    const portal = await openTestPortal({ machine });
    const browser = portal.browser({ nas: unsignedNas });
    await browser.arrive();
    await browser.askForCode("0912345678");
    await browser.submit("/code", { code: await readCode(portal) });
    pass(60);
    expect(correct(portal, machine).kind).toBe("corrected");
    const { location } = await browser.submit("/details", { name: "Lan" });
    const { username = "", nasId = "", mac = "" } = ticketOf(portal, location) ?? {};
    const use = { username, nasId, mac, requestKey: "1" };
    portal.store.transaction((tx) => useTicket(tx, use));
    pass(60);
    await browser.arrive();
    expect(browser.page.words).toContain("Mobile number");
  });

  test.each(OFFSETS)("types it after the clock was put right by %i s", async (off) => {
    const { machine, pass } = makeMachine(off);
    const portal = await openTestPortal({ machine });
    const { browser, code } = await askForCode(portal);
    pass(60);
    expect(correct(portal, machine).kind).toBe("corrected");
    const shown = await browser.submit("/code", { code });
    expect(shown.status).toBe(200);
    const [verified] = portal.events("guest.verified");
    expect(verified?.occurredAt).toBe(new Date(RIGHT + 60_000).toISOString());
    expect(portal.events("code.requested")).toHaveLength(1);
  });

  test.each([HOUR, -HOUR])(
    "types it after somebody set the machine's clock by %i s",
    async (off) => {
      const { machine, pass, setOff } = makeMachine(0);
      const portal = await openTestPortal({ machine });
      const { browser, code } = await askForCode(portal);
      pass(60);
      setOff(off);
      await browser.submit("/code", { code });
      expect(portal.events("guest.verified")).toHaveLength(1);
    },
  );

  test.each(OFFSETS)(
    "finds it waiting in a new mini-browser: no second message, %i s",
    async (off) => {
      const { machine, pass } = makeMachine(off);
      const portal = await openTestPortal({ machine });
      const { code } = await askForCode(portal);
      pass(60);
      correct(portal, machine);
      const again = portal.browser();
      const shown = await again.arrive();
      expect(shown.html).toContain('action="/code"');
      await again.submit("/code", { code });
      expect(portal.events("guest.verified")).toHaveLength(1);
      expect(portal.events("code.requested")).toHaveLength(1);
    },
  );

  test("is told that it is over once its life is over, by however much the clock was put back", async () => {
    const { machine, pass } = makeMachine(HOUR);
    const portal = await openTestPortal({ machine });
    const { browser, code } = await askForCode(portal);
    correct(portal, machine);
    pass(portal.settings.signIn.phone.codeSeconds + 1);
    const shown = await browser.submit("/code", { code });
    expect(shown.words).toContain("That code is over");
    expect(portal.events("guest.verified")).toHaveLength(0);
  });
});

test("a page lies open for its half hour and no longer, across a correction", async () => {
  const { machine, pass } = makeMachine(-HOUR);
  const portal = await openTestPortal({ machine });
  const [soon, late] = [portal.browser(), portal.browser({ mac: "02-AA-BB-CC-00-02" })];
  await soon.arrive();
  await late.arrive();
  pass(29 * 60);
  correct(portal, machine);
  expect((await soon.askForCode("0912345678")).status).toBe(200);
  pass(2 * 60);
  expect((await late.askForCode("0987654321")).words).toContain("Start again");
});
