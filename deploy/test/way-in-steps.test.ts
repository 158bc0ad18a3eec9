import type { DetailsSettings, Language, SignInSettings } from "@foyer/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BranchDocument } from "../demo/branch.ts";
import { mainOf, openPageSite, type PageSite, unsealed, usable } from "./page-site.ts";
import { askUntil, startTestCloud, type TestCloud } from "./test-cloud.ts";

const LANGUAGES = ["vi", "en", "fa"] as const;
const ON = { enabled: true };
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
let site: PageSite;
let pageId: string;
beforeAll(async () => {
  cloud = await startTestCloud();
}, 120_000);
afterAll(() => cloud?.close());

async function openShop(): Promise<void> {
  site = await openPageSite(cloud, (document) => ({
    ...document,
    branch: { ...document.branch, languages: [...LANGUAGES] },
  }));
  pageId = await site.publish({
    name: "Everybody",
    when: { guests: "any", visitNumbers: [] },
    blocks: [{ kind: "welcome", fields: {} }],
  });
}

async function offer(signIn: Partial<SignInSettings>): Promise<void> {
  const path = `/api/v1/branches/${site.branchId}/settings`;
  const document = await cloud.get<BranchDocument>("GET", path);
  await cloud.get("PUT", path, { ...document, signIn: { ...document.signIn, ...signIn } });
  await site.isInForce();
}

type Look = { language: Language; stage: "code" | "details"; name?: string; visitNumber?: string };

const askedFor = (look: Partial<Look>) =>
  new URLSearchParams({ branchId: site.branchId, pictures: "files", ...look });

async function preview(look: Look): Promise<string> {
  const path = `/api/v1/pages/${pageId}/preview?${askedFor(look)}`;
  return usable(mainOf(await cloud.readText(path)));
}

/** Stage by stage, what is missing; null: nothing is. */
async function missing(look: Partial<Look> = {}) {
  type Steps = { steps: { stage: string; missing: string | null }[] };
  const path = `/api/v1/pages/${pageId}/steps?${askedFor(look)}`;
  const { steps } = await cloud.get<Steps>("GET", path);
  return Object.fromEntries(steps.map((step) => [step.stage, step.missing]));
}

let devices = 0;
/** A device that nobody has seen yet. */
function nextMac(): string {
  devices += 1;
  return `AC-00-5E-FF-FF-${devices.toString(16).padStart(2, "0").toUpperCase()}`;
}

/** A phone at the box: it sends the page's first form, and reads what that leads to. */
function browse(language: Language) {
  const headers = { "accept-language": language };
  const read = async (path: string): Promise<string> => {
    const answer = await fetch(new URL(path, site.portalOrigin()), {
      ...{ headers, redirect: "manual" },
    });
    const location = answer.headers.get("location");
    return location === null ? answer.text() : read(location);
  };
  const send = async (page: string, fields: Record<string, string>): Promise<string> => {
    const [, action = "", c = ""] =
      /<form method="post" action="([^"]+)"[^>]*>[\s\S]*?name="c" value="([^"]+)"/.exec(page) ?? [];
    const [, terms = ""] = /name="terms" value="([^"]+)"/.exec(page) ?? [];
    const body = new URLSearchParams({ c, terms, ...fields });
    const answer = await fetch(new URL(action, site.portalOrigin()), {
      ...{ method: "POST", body, headers, redirect: "manual" },
    });
    const location = answer.headers.get("location");
    return location === null ? answer.text() : read(location);
  };
  return { read, send };
}

/** Somebody new asks for a code, and types it: the page with its field, and the one after it. */
async function signIn(language: Language, contact: Record<string, string>) {
  const { read, send } = browse(language);
  const first = await site.openWhole(nextMac(), language);
  const sent = await send(first, contact);
  const [, again = ""] = /content="\d+;url=([^"]+)"/.exec(sent) ?? [];
  const code = await askUntil(
    () => (again ? read(again) : Promise.resolve(sent)),
    (page) => page.includes('name="code"'),
  );
  const [, digits = ""] = /\b(\d{6})\b/.exec(mainOf(await read("/outbox"))) ?? [];
  return { code, details: await send(code, { code: digits }) };
}

const CONTACTS = { phone: { phone: "0912 345 678" }, email: { email: "lan@example.com" } };

test("after the first page a newcomer's preview has the box's page for the code and that for details, byte by byte, in each language", {
  timeout: 120_000,
}, async () => {
  await openShop();
  for (const way of ["phone", "email"] as const) {
    await offer({ email: ON, order: [way], details: { ...ASKED, returning: "none" } });
    expect(await missing()).toEqual({ code: null, details: null });
    for (const [index, language] of LANGUAGES.entries()) {
      const { code, details } = await signIn(language, CONTACTS[way]);
      expect(code).toContain('name="code"');
      const ofCode = { language, stage: "code" } as const;
      expect(await preview(ofCode), `${way} ${language}`).toBe(unsealed(mainOf(code)));
      // The guest is new once: whoever proved the same contact again is known from then on.
      if (index > 0) continue;
      expect(details).toContain('name="own.card"');
      const ofDetails = { language, stage: "details" } as const;
      expect(await preview(ofDetails), way).toBe(unsealed(mainOf(details)));
    }
  }
});

test("to somebody known the preview shows the one field that the box asks for, after one tap", {
  timeout: 120_000,
}, async () => {
  await openShop();
  await offer({ details: ASKED });
  const guest = site.signIn({ phone: "+84987000111", name: "Lan" });
  site.agree(guest);
  site.visit(guest);
  const { send } = browse("vi");
  const details = await send(await site.openWhole(guest.mac, "vi"), {});
  expect(details).toContain('name="month"');
  expect(details).not.toContain('name="own.card"');
  const known = { name: "Lan", visitNumber: "2" };
  const look = { language: "vi", stage: "details", ...known } as const;
  expect(await preview(look)).toBe(unsealed(mainOf(details)));
  expect(await missing(known)).toEqual({ code: "known", details: null });
});

test("where a guest meets no such page, the steps say why, and no preview of one is drawn", {
  timeout: 120_000,
}, async () => {
  await openShop();
  const nothing: DetailsSettings = { ...ASKED, newcomers: "none", returning: "none" };
  for (const [signIn, expected] of [
    [{ clickThrough: "always", order: ["clickThrough"] }, "clickThrough"],
    [{ room: ON, order: ["room"] }, "room"],
    [{ member: ON, order: ["member"] }, "member"],
  ] as const) {
    await offer({ ...signIn, order: [...signIn.order] });
    expect(await missing()).toEqual({ code: expected, details: expected });
    for (const stage of ["code", "details"] as const)
      await expect(preview({ language: "vi", stage })).rejects.toThrow("404");
  }
  const path = `/api/v1/branches/${site.branchId}/settings`;
  const document = await cloud.get<BranchDocument>("GET", path);
  const legalTexts = document.legalTexts.filter(({ purpose }) => purpose === "terms");
  const { marketingText: _, ...others } = document;
  await cloud.get("PUT", path, { ...others, legalTexts });
  await offer({ order: ["phone"], details: nothing });
  expect(await missing()).toEqual({ code: null, details: "asked-nothing" });
  const known = { name: "Lan", visitNumber: "2" };
  expect(await missing(known)).toEqual({ code: "known", details: "known-asked-nothing" });
});
