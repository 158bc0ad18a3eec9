import type { BranchSettings } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { type Browser, openTestPortal, readCode, type TestPortal } from "./open-portal.ts";
import { LINK, openOnline, prove, signLanIn } from "./prove-number.ts";

/** What was said, in its order, and how. */
const saidOf = (portal: TestPortal) =>
  (["consent.given", "consent.withdrawn"] as const)
    .flatMap((type) => portal.events(type))
    .toSorted((one, other) => one.seq - other.seq)
    .map(({ type, payload }) => [type.slice(8), payload.purpose, payload.way]);

const openWith = (settings: (settings: BranchSettings) => void = () => {}) =>
  openTestPortal({ settings });

const CODE = {
  ...{ id: "01990000-0000-7000-8000-0000000000a0", code: "ABCD2345", devicesMax: 2, minutes: 30 },
  ...{ validFrom: null, validUntil: null, policyId: null },
};
const STAY = {
  ...{ room: "204", name: "Nguyễn" },
  ...{ validFrom: "2026-02-27T07:00:00Z", validUntil: "2026-03-01T05:00:00.000Z" },
};

describe("the ledger tells how a guest agreed to the terms", () => {
  const waysIn: [string, (settings: BranchSettings) => void, (browser: Browser) => unknown][] = [
    [
      "access-code",
      (settings) => {
        settings.signIn.accessCode = { enabled: true };
        settings.accessCodes = [CODE];
      },
      (it) => it.submit("/access-code", { accessCode: CODE.code, terms: it.tick("terms") }),
    ],
    [
      "room",
      (settings) => {
        Object.assign(settings.signIn, { room: { enabled: true }, order: ["room"] });
        settings.roomStays = [STAY];
      },
      (it) => it.submit("/room", { room: "204", roomName: "Nguyen", terms: it.tick("terms") }),
    ],
    [
      "click-through",
      (settings) => {
        settings.signIn.clickThrough = "always";
      },
      (it) => it.submit("/click-through", { terms: it.tick("terms") }),
    ],
  ];

  test.each(waysIn)("with the way in that they took: %s", async (way, settings, goIn) => {
    const portal = await openWith(settings);
    const browser = portal.browser();
    await browser.arrive();
    await goIn(browser);
    expect(saidOf(portal)).toEqual([["given", "terms", way]]);
  });

  test("with a code, and once more with one tap when the words have changed", async () => {
    const portal = await openWith();
    const browser = portal.browser();
    await browser.arrive();
    await browser.askForCode("0912345678");
    await browser.submit("/code", { code: await readCode(portal) });
    portal.change(({ legalTexts }) => {
      for (const text of legalTexts)
        if (text.purpose === "terms") Object.assign(text, { version: 9, body: { en: "Anew" } });
    });
    await browser.arrive();
    await browser.submit("/returning", { terms: browser.tick("terms") });
    expect(saidOf(portal)).toEqual([
      ["given", "terms", "phone-code"],
      ["given", "terms", "returning"],
    ]);
  });
});

describe("the ledger tells on which page a guest said yes or no", () => {
  test("the one that asks for details, and the one about their data", async () => {
    const portal = await openWith();
    const browser = await signLanIn(portal);
    await openOnline(browser);
    await browser.click(LINK);
    await browser.submit("/privacy/withdraw", { purpose: "marketing" });
    await browser.submit("/privacy/give", {
      purpose: "marketing",
      marketing: browser.tick("marketing"),
    });
    expect(saidOf(portal)).toEqual([
      ["given", "terms", "phone-code"],
      ["given", "marketing", "details"],
      ["withdrawn", "marketing", "privacy-page"],
      ["given", "marketing", "privacy-page"],
    ]);
  });

  test("and that the asking for deletion took all back", async () => {
    const portal = await openWith();
    await signLanIn(portal);
    const browser = portal.browser();
    await prove(portal, browser);
    await browser.submit("/privacy/delete", { sure: "yes" });
    expect(saidOf(portal).slice(2)).toEqual([
      ["withdrawn", "terms", "deletion"],
      ["withdrawn", "marketing", "deletion"],
    ]);
    const kept = portal.store.read((tx) =>
      tx.sql("select purpose, given, way from erased_consents order by rowid").all(),
    );
    expect(kept).toContainEqual({ purpose: "marketing", given: 1, way: "details" });
    expect(kept).toContainEqual({ purpose: "marketing", given: 0, way: "deletion" });
  });
});
