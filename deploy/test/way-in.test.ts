import type { SignInSettings } from "@foyer/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { unsealed } from "./page-site.ts";
import { askUntil, startTestCloud, type TestCloud } from "./test-cloud.ts";
import { LANGUAGES, ON, openWaysInShop } from "./ways-in-shop.ts";

const STRANGER = "AC-00-5E-FF-FF-01";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
}, 120_000);
afterAll(() => cloud?.close());

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
  const { site, offer, preview } = await openWaysInShop(cloud);
  for (const { signIn, ways } of CASES) {
    await offer(signIn);
    for (const language of LANGUAGES) {
      const shown = unsealed(await site.open(STRANGER, language));
      expect(listWays(shown)).toEqual([...ways, "/privacy"]);
      expect(await preview({ language }), `${ways[0]} ${language}`).toBe(shown);
    }
  }
});

test("the preview asks for an access code once the branch has some, as its box does", {
  timeout: 120_000,
}, async () => {
  const { site, offer, preview } = await openWaysInShop(cloud);
  await offer({ accessCode: ON });
  expect(await preview({ language: "vi" })).not.toContain("accessCode");
  const batch = { name: "Cards", count: 2, devicesMax: 1, minutes: 60, lastDay: null };
  const path = "/api/v1/access-code-batches";
  await cloud.get("POST", path, { ...batch, branchId: site.branchId });
  const shown = await askUntil(
    async () => unsealed(await site.open(STRANGER, "vi")),
    (main) => main.includes('name="accessCode"'),
  );
  expect(shown).toContain('formaction="/access-code"');
  expect(await preview({ language: "vi" })).toBe(shown);
});
