import type { SignInSettings, Survey } from "@foyer/contract";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { BranchDocument } from "../demo/branch.ts";
import { mainOf, unsealed } from "./page-site.ts";
import { browse, nextMac, signInByCode } from "./shop-browser.ts";
import { askUntil, startTestCloud, type TestCloud } from "./test-cloud.ts";
import { LANGUAGES, ON, openWaysInShop, type WaysInShop } from "./ways-in-shop.ts";

const MENU = "https://shop.example/menu?from=wifi&of=box";
const SURVEY: Survey = {
  ...{ id: "spring", title: { vi: "Ý kiến của bạn" }, thanks: { vi: "Cảm ơn bạn" } },
  questions: [{ id: "stars", kind: "rating", label: { vi: "Bạn thấy thế nào?" }, required: true }],
};
const CONTENT = {
  ...{ name: "Everybody", landingUrl: MENU },
  when: { guests: "any", visitNumbers: [] },
  blocks: [
    { kind: "welcome", fields: {} },
    { kind: "survey", fields: { survey: SURVEY.id } },
    {
      kind: "coupon",
      fields: {
        heading: { vi: "Giảm 20%" },
        text: { vi: "Lần {visit}, {name}" },
        code: "TET-2099",
      },
    },
    { kind: "button", fields: { label: { vi: "Thực đơn", en: "Menu" }, url: MENU } },
  ],
};

let cloud: TestCloud;
let shop: WaysInShop;
let pageId = "";
beforeAll(async () => {
  cloud = await startTestCloud();
}, 120_000);
beforeEach(async () => {
  shop = await openWaysInShop(cloud);
  await cloud.get("PUT", "/api/v1/destinations", { destinations: ["https://shop.example/menu"] });
  await edit((document) => ({ ...document, surveys: [SURVEY], pages: [] }));
  pageId = await shop.site.publish(CONTENT as never);
}, 120_000);
afterAll(() => cloud?.close());

/** Changes the branch's settings, and waits until its box has them. */
async function edit(change: (document: BranchDocument) => BranchDocument) {
  const path = `/api/v1/branches/${shop.site.branchId}/settings`;
  await cloud.get("PUT", path, change(await cloud.get<BranchDocument>("GET", path)));
  await shop.site.isInForce();
}

const offer = (signIn: Partial<SignInSettings>) =>
  edit((document) => ({ ...document, signIn: { ...document.signIn, ...signIn } }));

/** <main> of a page of the box's without what it seals into its forms and links. */
const plain = (page: string) => unsealed(mainOf(page)).replace(/(name="s" value=")[\w-]+/, "$1");

/** The cloud's preview of the page after access, which goes by the minute: asked until it is `shown`. */
const preview = (shown: string, look: Record<string, string>) =>
  askUntil(
    () => shop.preview({ stage: "after", ...look }, pageId),
    (main) => main === shown,
  );

test("after access the preview has the box's page byte by byte: to somebody known, in each language", {
  timeout: 120_000,
}, async () => {
  const lan = shop.site.signIn({ phone: "+84912345611", name: `Lan "<b>" & Minh` });
  shop.site.agree(lan);
  shop.site.visit(lan);
  for (const language of LANGUAGES) {
    const { read, send } = browse(shop.site, language);
    const [, c = ""] = /name="c" value="([^"]+)"/.exec(await shop.site.openWhole(lan.mac)) ?? [];
    // Who is known reads their own language until they choose another.
    const online = plain(await send(await read(`/start?c=${c}&language=${language}`), {}));
    expect(online).toContain('<section class="survey">');
    expect(online).toContain('<form method="post" action="/logout">');
    expect(online).toContain(`href="${MENU.replace("&", "&amp;")}" rel="noreferrer"`);
    expect(online).toMatch(/[\d۰-۹]{1,2}:[\d۰-۹]{2}/);
    const look = { language, name: `Lan "<b>" & Minh`, visitNumber: "2" };
    expect(await preview(online, look), language).toBe(online);
  }
});

test("to whoever comes for the first time it is the box's page too, by phone and with one tap", {
  timeout: 120_000,
}, async () => {
  await offer({ member: ON, order: ["phone"] });
  const { details } = await signInByCode(shop.site, "vi", { phone: "0912 345 612" });
  const { send } = browse(shop.site, "vi");
  const byPhone = plain(await send(details, { name: "Minh" }));
  expect(byPhone).toContain('action="/member-code/new"');
  expect(byPhone).toContain("Lần 1, Minh");
  const minh = { language: "vi", name: "Minh", visitNumber: "1" };
  expect(await preview(byPhone, minh)).toBe(byPhone);

  await offer({ member: ON, clickThrough: "always", order: ["clickThrough"] });
  const tapped = plain(await send(await shop.site.openWhole(nextMac(), "vi"), {}));
  expect(tapped).not.toContain("/member-code/new");
  expect(tapped).toContain('<section class="survey">');
  expect(await preview(tapped, { language: "vi" })).toBe(tapped);
});

test("where the branch lets nobody in the page is drawn without a time, and the steps say why", {
  timeout: 120_000,
}, async () => {
  const [policy] = (await readDocument()).policies;
  if (!policy) throw new Error("the branch has no policy");
  const hours = [{ days: [1, 2, 3, 4, 5, 6, 7], from: "08:00", to: "20:00" }];
  await edit((document) => ({ ...document, policies: [{ ...policy, allowedHours: hours }] }));
  const at = async (time: string) => {
    const look = { at: `2026-12-01T${time}`, name: "Lan", visitNumber: "2" };
    const main = await shop.preview({ stage: "after", language: "en", ...look }, pageId);
    const path = `/api/v1/pages/${pageId}/steps?${shop.askedFor(look)}`;
    type Steps = { steps: { stage: string; missing: string | null }[] };
    const { steps } = await cloud.get<Steps>("GET", path);
    const until = /Until ([\d:]+),/.exec(main)?.[1] ?? null;
    return { until, missing: steps.at(-1)?.missing };
  };
  expect(await at("07:59")).toEqual({ until: null, missing: "outside-hours" });
  // Four hours, or to the end of the day's.
  expect(await at("08:00")).toEqual({ until: "12:00", missing: null });
  expect(await at("19:30")).toEqual({ until: "20:00", missing: null });
  expect(await at("20:00")).toEqual({ until: null, missing: "outside-hours" });
  const none = { ...policy, when: { ...policy.when, methods: ["room"] } };
  await edit((document) => ({ ...document, policies: [none] }));
  expect(await at("12:00")).toEqual({ until: null, missing: "no-policy" });
});

const readDocument = () =>
  cloud.get<BranchDocument>("GET", `/api/v1/branches/${shop.site.branchId}/settings`);
