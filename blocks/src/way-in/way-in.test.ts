import type { BranchSettings, Language, SignInSettings } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { MARKUP } from "../../test/context.ts";
import { drawFirst } from "./index.ts";
import { readOfferedWays, viewReturning, viewSignIn, type WayInFaults } from "./rules.ts";
import { findText } from "./texts.ts";
import { type Onward, sayerOf } from "./words.ts";

type Settings = Pick<BranchSettings, "branch" | "signIn" | "legalTexts" | "accessCodes">;
type Asked = { language?: Language; faults?: WayInFaults; isOwn?: boolean };

const SENDER = "01990000-0000-7000-8000-000000000001";
const by = (...ways: ("zalo" | "sms")[]): SignInSettings["phone"]["channels"] => [
  { kind: "cloud", steps: ways.map((way) => ({ senderId: SENDER, timeoutSeconds: 10, way })) },
];
const TERMS = {
  ...{ purpose: "terms" as const, version: 3 },
  ...{ label: { vi: "Tôi đồng ý" }, body: { vi: "Điều khoản" } },
};

function place(given: object = {}, accessCodes: unknown[] = []): Settings {
  const phone = { enabled: true, channels: [{ kind: "outbox" }] };
  return {
    branch: { name: "Quán Gió", country: "VN", languages: ["vi", "en", "fa"] },
    signIn: { phone, clickThrough: "off", ...given },
    legalTexts: [TERMS],
    accessCodes,
  } as unknown as Settings;
}

const onwardIn = (language: Language): Onward => ({
  t: sayerOf(language),
  hrefOf: (path) => `${path}?c=sealed`,
});

function signIn(settings: Settings, { language = "en", faults = {}, isOwn = true }: Asked = {}) {
  const { legalTexts, branch } = settings;
  return viewSignIn(onwardIn(language), {
    ...{ offered: readOfferedWays(settings), faults, isOwn, accessCode: "" },
    terms: findText(legalTexts, "terms", { language, branchLanguages: branch.languages }),
  });
}

function draw(settings: Settings, { isInert = false, ...asked }: Asked & { isInert?: boolean }) {
  const t = sayerOf(asked.language ?? "en");
  const page = { t, blocks: "<h1>Hello</h1>", visitNumber: null, sealed: "s", isInert };
  return drawFirst({ ...signIn(settings, asked), ...page });
}

const on = { enabled: true };
const EVERY = { member: on, email: on, room: on, accessCode: on, clickThrough: "always" };

describe("the way in for a stranger", () => {
  test("is the form of the branch's first way, with links to the others in the branch's order", () => {
    const order = ["room", "accessCode", "email", "clickThrough", "phone"];
    const view = signIn(place({ ...EVERY, order }, ["ABCDEFGH"]));
    expect(view).toMatchObject({ action: "/room", room: { value: "" }, phone: null, email: null });
    expect(view.others).toEqual([
      { href: "/email?c=sealed", label: "Use my email instead" },
      { href: "/phone?c=sealed", label: "Use my phone number instead" },
      { href: "/member-code?c=sealed", label: "Use my member code instead" },
    ]);
    expect(view.accessCode).toMatchObject({ isFirst: false });
    expect(view.clickThrough).not.toBeNull();
  });

  test("has nothing of a way that is off", () => {
    const view = signIn(place());
    expect(view).toMatchObject({ action: "/phone", others: [], accessCode: null });
    expect(view).toMatchObject({ clickThrough: null, email: null, room: null, memberCode: null });
    const html = draw(place(), {});
    expect(html.match(/<input id=/g)).toHaveLength(1);
    expect(html).not.toMatch(/formaction|class="button/);
  });

  test("asks for an access code where there are some, or no other way in", () => {
    expect(signIn(place({ accessCode: on })).accessCode).toBeNull();
    expect(signIn(place({ accessCode: on }, ["ABCDEFGH"])).accessCode).not.toBeNull();
    const alone = signIn(place({ accessCode: on, phone: { enabled: false, channels: [] } }));
    expect(alone).toMatchObject({ action: "/access-code", accessCode: { isFirst: true } });
  });

  test("says that Zalo brings the code where it does, and offers SMS where that is sent too", () => {
    const channels = (...ways: ("zalo" | "sms")[]) =>
      place({ phone: { ...on, channels: by(...ways) } });
    expect(draw(channels("zalo", "sms"), {})).toMatch(/Zalo[\s\S]*name="by" value="sms"/);
    expect(draw(channels("zalo"), {})).not.toContain('value="sms"');
    expect(draw(channels("sms"), {})).not.toContain("Zalo");
  });

  test("is in the guest's language, and terms that are not written in it in the branch's", () => {
    const words = { vi: "Số điện thoại di động", en: "Mobile number", fa: "شمارهٔ موبایل" };
    for (const language of ["vi", "en", "fa"] as const) {
      const html = draw(place(), { language });
      expect(html).toContain(`<label for="phone">${words[language]}</label>`);
      expect(html).toContain('<span lang="vi">Tôi đồng ý</span>');
    }
  });

  test("escapes what a guest typed and what a branch wrote", () => {
    const settings = place();
    settings.legalTexts = [{ ...TERMS, label: { vi: MARKUP } }];
    const html = draw(settings, { faults: { typed: MARKUP, phone: MARKUP } });
    expect(html).not.toContain("<script>");
    expect(html.match(/&lt;script&gt;/g)).toHaveLength(3);
  });

  test("has words of our own above it only where the branch has no page, and nothing is wrong", () => {
    expect(signIn(place(), { isOwn: false }).lead).toContain("phone number is all we need");
    expect(signIn(place()).lead).toBeNull();
    expect(signIn(place(), { isOwn: false, faults: { phone: "Empty" } }).lead).toBeNull();
  });
});

test("a guest who is known has one tap, and the terms where they are new to them", () => {
  const onward = onwardIn("vi");
  const known = {
    terms: null,
    termsFault: null,
    isOwn: true,
    offersAccessCode: false,
    member: null,
  };
  const view = viewReturning(onward, known);
  expect(view).toMatchObject({ action: "/returning", texts: [], phone: null, notMe: true });
  expect(view).toMatchObject({ accessCodePage: null, member: null, others: [] });
  const terms = findText([TERMS], "terms", { language: "vi", branchLanguages: ["vi"] });
  const [tick] = viewReturning(onward, { ...known, terms }).texts;
  expect(tick).toMatchObject({ purpose: "terms", href: "/legal/terms?c=sealed" });
  expect(tick?.value).toMatch(/^3\.[0-9a-f]{64}$/);
});

test("looked at alone, the same bytes stand within one inert section, and the blocks outside of it", () => {
  const settings = place({ ...EVERY }, ["ABCDEFGH"]);
  const html = draw(settings, {});
  const inert = draw(settings, { isInert: true });
  expect(inert).toMatch(/^<h1>Hello<\/h1>\n<section inert>\n<form[\s\S]*<\/a>\n<\/section>\n$/);
  expect(inert.replace("<section inert>\n", "").replace("</section>\n", "")).toBe(html);
});
