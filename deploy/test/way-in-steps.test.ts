import type { DetailsSettings } from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { BranchDocument } from "../demo/branch.ts";
import { mainOf, unsealed } from "./page-site.ts";
import { browse, signInByCode } from "./shop-browser.ts";
import { startTestCloud, type TestCloud } from "./test-cloud.ts";
import { LANGUAGES, ON, openWaysInShop, type WaysInShop } from "./ways-in-shop.ts";

const MEMBERSHIP = { vi: "Hạng thẻ của bạn?", en: "Your card?" };
const ASKED: DetailsSettings = {
  ...{ newcomers: "all", returning: "one" },
  fields: [
    { key: "name" },
    { key: "birthday" },
    {
      ...{ key: "own.card", kind: "choice", label: MEMBERSHIP, why: { vi: "Để tích điểm" } },
      choices: [
        { value: "gold", label: { vi: "Vàng" } },
        { value: "silver", label: { vi: "Bạc" } },
      ],
    },
  ],
};

let cloud: TestCloud;
let shop: WaysInShop;
beforeAll(async () => {
  cloud = await startTestCloud();
}, 120_000);
beforeEach(async () => {
  shop = await openWaysInShop(cloud);
}, 120_000);
afterAll(() => cloud?.close());

/** Stage by stage, what is missing; null: nothing is. */
async function missing(look: Record<string, string> = {}) {
  type Steps = { steps: { stage: string; missing: string | null }[] };
  const path = `/api/v1/pages/${shop.pageId}/steps?${shop.askedFor(look)}`;
  const { steps } = await cloud.get<Steps>("GET", path);
  return Object.fromEntries(steps.map((step) => [step.stage, step.missing]));
}

/** Of a newcomer each, all shown alike where they are masked: whoever proved the same contact again is known from then on. */
const contactOf = {
  phone: (newcomer: number) => ({ phone: `091${newcomer} 345 678` }),
  email: (newcomer: number) => ({ email: `l${newcomer}n@example.com` }),
};

test("after the first page a newcomer's preview has the box's page for the code and that for details, byte by byte, in each language", {
  timeout: 120_000,
}, async () => {
  for (const way of ["phone", "email"] as const) {
    await shop.offer({ email: ON, order: [way], details: { ...ASKED, returning: "none" } });
    expect(await missing()).toEqual({ code: null, details: null, after: null });
    for (const [index, language] of LANGUAGES.entries()) {
      const { code, details } = await signInByCode(shop.site, language, contactOf[way](index));
      expect(code).toContain('name="code"');
      const ofCode = { language, stage: "code" } as const;
      expect(await shop.preview(ofCode), `${way} ${language}`).toBe(unsealed(mainOf(code)));
      expect(details).toContain('name="own.card"');
      const ofDetails = { language, stage: "details" } as const;
      expect(await shop.preview(ofDetails), `${way} ${language}`).toBe(unsealed(mainOf(details)));
    }
  }
});

test("to somebody known the preview shows the one field that the box asks for, after one tap", {
  timeout: 120_000,
}, async () => {
  await shop.offer({ details: ASKED });
  const guest = shop.site.signIn({ phone: "+84987000111", name: "Lan" });
  shop.site.agree(guest);
  shop.site.visit(guest);
  const { send } = browse(shop.site, "vi");
  const details = await send(await shop.site.openWhole(guest.mac, "vi"), {});
  expect(details).toContain('name="month"');
  expect(details).not.toContain('name="own.card"');
  const known = { name: "Lan", visitNumber: "2" };
  const look = { language: "vi", stage: "details", ...known } as const;
  expect(await shop.preview(look)).toBe(unsealed(mainOf(details)));
  expect(await missing(known)).toEqual({ code: "known", details: null, after: null });
});

test("where a guest meets no such page, the steps say why, and no preview of one is drawn", {
  timeout: 120_000,
}, async () => {
  const nothing: DetailsSettings = { ...ASKED, newcomers: "none", returning: "none" };
  for (const [signIn, expected] of [
    [{ clickThrough: "always", order: ["clickThrough"] }, "clickThrough"],
    [{ room: ON, order: ["room"] }, "room"],
    [{ member: ON, order: ["member"] }, "member"],
  ] as const) {
    await shop.offer({ ...signIn, order: [...signIn.order] });
    expect(await missing()).toEqual({ code: expected, details: expected, after: null });
    for (const stage of ["code", "details"] as const)
      await expect(shop.preview({ language: "vi", stage })).rejects.toThrow("404");
  }
  const path = `/api/v1/branches/${shop.site.branchId}/settings`;
  const document = await cloud.get<BranchDocument>("GET", path);
  const legalTexts = document.legalTexts.filter(({ purpose }) => purpose === "terms");
  const { marketingText: _, ...others } = document;
  await cloud.get("PUT", path, { ...others, legalTexts });
  await shop.offer({ order: ["phone"], details: nothing });
  expect(await missing()).toEqual({ code: null, details: "asked-nothing", after: null });
  const known = { name: "Lan", visitNumber: "2" };
  const nothingOfKnown = { code: "known", details: "known-asked-nothing", after: null };
  expect(await missing(known)).toEqual(nothingOfKnown);
});
