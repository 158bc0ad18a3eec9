import type { Language, SignInSettings } from "@foyer/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BranchDocument } from "../demo/branch.ts";
import { mainOf, openPageSite, type PageSite, unsealed, usable } from "./page-site.ts";
import { askUntil, startTestCloud, type TestCloud } from "./test-cloud.ts";

const LANGUAGES = ["vi", "en", "fa"] as const;
const STRANGER = "AC-00-5E-FF-FF-01";
const ON = { enabled: true };

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

/** Gives the branch other ways in, and waits until its box has them. */
async function offer(signIn: Partial<SignInSettings>): Promise<void> {
  const path = `/api/v1/branches/${site.branchId}/settings`;
  const document = await cloud.get<BranchDocument>("GET", path);
  await cloud.get("PUT", path, { ...document, signIn: { ...document.signIn, ...signIn } });
  await site.isInForce();
}

async function preview(language: Language): Promise<string> {
  const asked = new URLSearchParams({ branchId: site.branchId, pictures: "files", language });
  return usable(mainOf(await cloud.readText(`/api/v1/pages/${pageId}/preview?${asked}`)));
}

/** What a form may be posted to and where its links lead, in the order of the page. */
const listWays = (main: string) =>
  [...main.matchAll(/ (?:action|formaction|href)="(\/[a-z-]+)(?:\?c=)?"/g)].map(([, path]) => path);

/** Each is switched on beside those above it. */
const CASES: { signIn: Partial<SignInSettings>; ways: string[] }[] = [
  { signIn: {}, ways: ["/phone"] },
  { signIn: { clickThrough: "always" }, ways: ["/phone", "/click-through"] },
  {
    signIn: { email: ON, room: ON, member: ON, order: ["room", "email"] },
    ways: ["/room", "/click-through", "/email", "/phone", "/member-code"],
  },
  {
    signIn: { order: ["clickThrough"] },
    ways: ["/click-through", "/phone", "/member-code", "/email", "/room"],
  },
];

test("whichever ways in a branch has, its page's preview has the box's form, byte by byte, in each language", {
  timeout: 120_000,
}, async () => {
  await openShop();
  for (const { signIn, ways } of CASES) {
    await offer(signIn);
    for (const language of LANGUAGES) {
      const shown = unsealed(await site.open(STRANGER, language));
      expect(listWays(shown)).toEqual([...ways, "/privacy"]);
      expect(await preview(language), `${ways[0]} ${language}`).toBe(shown);
    }
  }
});

test("the preview asks for an access code once the branch has some, as its box does", {
  timeout: 120_000,
}, async () => {
  await openShop();
  await offer({ accessCode: ON });
  expect(await preview("vi")).not.toContain("accessCode");
  const batch = { name: "Cards", count: 2, devicesMax: 1, minutes: 60, lastDay: null };
  const path = "/api/v1/access-code-batches";
  await cloud.get("POST", path, { ...batch, branchId: site.branchId });
  const shown = await askUntil(
    async () => unsealed(await site.open(STRANGER, "vi")),
    (main) => main.includes('name="accessCode"'),
  );
  expect(shown).toContain('formaction="/access-code"');
  expect(await preview("vi")).toBe(shown);
});
