import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type BranchSettings, readBranchSettings } from "./branch-settings.ts";
import { isAllowedDestination } from "./destinations.ts";
import type { Survey } from "./surveys.ts";

const GOLDEN = join(import.meta.dirname, "..", "fixtures", "settings", "branch-settings.json");
const readWith = (change: (settings: BranchSettings) => void) => {
  const settings = JSON.parse(readFileSync(GOLDEN, "utf8")) as BranchSettings;
  change(settings);
  const read = readBranchSettings(settings);
  return read.kind === "invalid" ? read.reason : "settings";
};
const survey = {
  id: "spring",
  title: { vi: "Bạn thấy thế nào?" },
  questions: [
    { kind: "rating" as const, id: "stars", label: { vi: "Mấy sao?" }, required: true },
    {
      ...{ kind: "text" as const, id: "why", label: { vi: "Vì sao?" }, required: false },
      onlyAfter: { questionId: "stars", answers: ["1", "2"] },
    },
  ],
};

describe("pages", () => {
  test("every condition may be named, and each is left out in documents of before", () => {
    expect(readWith(() => {})).toBe("settings");
    const all = {
      ...{ visitNumberMin: 2, visitNumberMax: 9, tenantVisitNumbers: [4] },
      ...{ tenantVisitNumberMin: 1, tenantVisitNumberMax: 9 },
      ...{ groups: ["regulars"], tags: ["vip"], tiers: ["gold"] },
      survey: { id: "spring", answered: false },
      hours: [{ days: [1, 7], from: "22:00", to: "02:00" }],
      ...{ dates: { from: "2026-02-17", to: "2026-02-17" }, birthday: true },
      ...{ languages: ["vi" as const], daysSinceVisitMin: 30, daysSinceVisitMax: 30 },
    };
    const change = ({ pages, ...settings }: BranchSettings) => {
      Object.assign(pages[0] ?? {}, { greet: "when-due", landingUrl: null });
      Object.assign(pages[0]?.when ?? {}, all);
      Object.assign(settings.signIn, { greet: "when-due" });
    };
    expect(readWith(change)).toContain("/pages/0/when/survey/id spring is no survey");
    const withSurvey = (settings: BranchSettings) => {
      change(settings);
      settings.surveys = [survey];
    };
    expect(readWith(withSurvey)).toBe("settings");
  });

  test.each([
    [{ visitNumberMin: 3, visitNumberMax: 2 }, "/pages/1/when/visitNumberMax is below"],
    [{ tenantVisitNumberMin: 3, tenantVisitNumberMax: 2 }, "/when/tenantVisitNumberMax is below"],
    [{ daysSinceVisitMin: 3, daysSinceVisitMax: 2 }, "/when/daysSinceVisitMax is below"],
    [{ dates: { from: "2026-02-29" } }, "/when/dates/from 2026-02-29 is no day"],
    [{ dates: { to: "2026-04-31" } }, "/when/dates/to 2026-04-31 is no day"],
    [{ dates: { from: "2026-02-02", to: "2026-02-01" } }, "/when/dates/to is before from"],
    [{ languages: ["fa"] }, "/when/languages has fa"],
    [{ hours: [{ days: [8], from: "08:00", to: "09:00" }] }, "/pages/1/when/hours/0/days/0"],
    [{ tags: ["a b"] }, "/pages/1/when/tags/0"],
  ])("a page that would fit nobody is refused: %j", (when, reason) => {
    const change = ({ pages }: BranchSettings) => void Object.assign(pages[1]?.when ?? {}, when);
    expect(readWith(change)).toContain(reason);
  });

  test("two pages of one id are refused: what was shown could not be told apart", () => {
    const change = ({ pages }: BranchSettings) =>
      void Object.assign(pages[1] ?? {}, { id: pages[0]?.id });
    expect(readWith(change)).toContain("/pages/1/id");
  });
});

describe("surveys", () => {
  const change = (work: (questions: Record<string, unknown>[]) => void) =>
    readWith((settings) => {
      const own = structuredClone(survey);
      work(own.questions);
      settings.surveys = [own];
    });

  test("a survey with a follow-up is read", () => {
    expect(change(() => {})).toBe("settings");
  });

  test.each<[string, (questions: Record<string, unknown>[]) => void]>([
    ["/surveys/0/questions/1/id", (all) => Object.assign(all[1] ?? {}, { id: "stars" })],
    ["/surveys/0/questions/0/onlyAfter", (all) => all.reverse()],
    [
      "/surveys/0/questions/1/onlyAfter/answers has 6",
      (all) => Object.assign(all[1]?.onlyAfter ?? {}, { answers: ["6"] }),
    ],
    ["/surveys/0/questions/0/label", (all) => Object.assign(all[0] ?? {}, { label: { fa: "؟" } })],
    ["/surveys/0/questions/0/id", (all) => Object.assign(all[0] ?? {}, { id: "constructor" })],
    ["/surveys/0/questions/1/id", (all) => Object.assign(all[1] ?? {}, { id: "toString" })],
    ["/surveys/0/questions", (all) => all.splice(0)],
  ])("a question that cannot be asked is refused at %s", (place, work) => {
    expect(change(work)).toContain(place);
  });

  const photo = { id: "photo", label: { vi: "Ảnh", en: "A picture" }, takesPdf: false };
  const files = { ...photo, filesMax: 5, megabytesMax: 16 };
  const ask = (asked: readonly object[]) =>
    readWith((settings) => {
      settings.surveys = [{ ...structuredClone(survey), files: asked } as Survey];
    });

  test("files are asked for beside the questions, within what a cloud takes", () => {
    expect(ask([files])).toBe("settings");
    for (const [place, asked] of [
      ["/surveys/0/files/0/id is the id of an earlier", [{ ...files, id: "stars" }]],
      ["/surveys/0/files/1/id is the id of an earlier", [files, files]],
      ["/surveys/0/files/0/label", [{ ...files, label: { fa: "؟" } }]],
      ["/surveys/0/files/0/filesMax", [{ ...files, filesMax: 6 }]],
      ["/surveys/0/files/0/megabytesMax", [{ ...files, megabytesMax: 17 }]],
      ["/surveys/0/files", []],
    ] as const)
      expect(ask(asked), place).toContain(place);
  });

  test("two surveys of one id are refused", () => {
    const change = (settings: BranchSettings) =>
      void Object.assign(settings, { surveys: [survey, survey] });
    expect(readWith(change)).toContain("/surveys/1/id");
  });
});

describe("where guests may be sent", () => {
  const list = [
    "https://www.facebook.com/shop",
    "https://shop.example",
    "http://10.0.0.5:8080/menu/",
  ];

  test.each([
    ["https://www.facebook.com/shop", true],
    ["https://www.facebook.com/shop/", true],
    ["https://www.facebook.com/shop/photos?x=1#top", true],
    ["https://www.facebook.com/shopping", false],
    ["https://www.facebook.com/", false],
    ["https://www.facebook.com/shop/../other", false],
    ["https://www.facebook.com/shop/%2e%2e/other", false],
    ["https://WWW.Facebook.com:443/shop", true],
    ["https://shop.example", true],
    ["https://shop.example/menu", true],
    ["http://shop.example/menu", false],
    ["https://shop.example:8443/", false],
    ["https://shop.example.evil.test/", false],
    ["https://evil.test/?https://shop.example", false],
    ["https://shop.example@evil.test/", false],
    ["https://user:pass@shop.example/", false],
    ["https:\\\\evil.test\\shop.example", false],
    ["javascript:alert(1)//https://shop.example", false],
    ["//shop.example", false],
    ["https://shop.example/\n", false],
    ["http://10.0.0.5:8080/menu", true],
    ["http://10.0.0.5:8080/menu/today", true],
    ["http://10.0.0.5/menu", false],
  ])("%j: %s", (address, isAllowed) => {
    expect(isAllowedDestination(address, list)).toBe(isAllowed);
  });

  test("part of MC-4.7: settings that send guests off the list are refused, with the place", () => {
    const send = (change: (settings: BranchSettings) => void) => readWith(change);
    const page = (landingUrl: string) => (settings: BranchSettings) => {
      Object.assign(settings.pages[1] ?? {}, { landingUrl });
      settings.allowedDestinations = list;
    };
    expect(send(page("https://shop.example/menu"))).toBe("settings");
    expect(send(page("https://evil.test/"))).toContain("/pages/1/landingUrl is not on the list");
    const branch = (allowed: string[]) => (settings: BranchSettings) => {
      settings.signIn.landingUrl = "https://shop.example/menu";
      settings.allowedDestinations = allowed;
    };
    expect(send(branch(list))).toBe("settings");
    expect(send(branch([]))).toContain("/signIn/landingUrl is not on the list");
    expect(send(branch(["https://a@b.test"]))).toContain("/allowedDestinations/0");
  });

  test("settings of before there was a list keep their one address; a page's needs the list", () => {
    const old = (settings: BranchSettings) => {
      settings.signIn.landingUrl = "https://shop.example/menu";
    };
    expect(readWith(old)).toBe("settings");
    const page = ({ pages }: BranchSettings) =>
      void Object.assign(pages[0] ?? {}, { landingUrl: "https://shop.example/menu" });
    expect(readWith(page)).toContain("/pages/0/landingUrl");
  });
});

test("a brand may have a page colour, a background and fonts, and nothing loaded from elsewhere", () => {
  const brand = (more: object) => readWith((settings) => void Object.assign(settings.brand, more));
  const background = "data:image/jpeg;base64,AAAA";
  expect(brand({ pageColour: "#102030", background, font: "rounded" })).toBe("settings");
  expect(brand({ background: "https://example.com/x.jpg" })).toContain("/brand/background");
  expect(brand({ pageColour: "red;}" })).toContain("/brand/pageColour");
  expect(brand({ font: "Comic Sans" })).toContain("/brand/font");
});
