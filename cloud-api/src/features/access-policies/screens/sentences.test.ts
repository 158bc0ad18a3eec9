import { describe, expect, test } from "vitest";
import { type Language, translate, type Values } from "../../../shell/translate.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";
import type { Policy } from "../schema.ts";
import { sayLimits, sayWho, type Words } from "./sentences.ts";

const wordsIn = (language: Language): Words => ({
  t: (key, values?: Values) => translate(language, { en, vi }[language][key], values),
  language,
  nameOf: (id) => ({ vip: "VIP", regular: "Regular", vegan: "Vegan" })[id] ?? null,
  timeZone: "Asia/Ho_Chi_Minh",
  now: new Date("2026-11-26T00:00:00Z"),
});

const policy = (when: Partial<Policy["when"]>, limits: Partial<Policy> = {}): Policy => ({
  id: "a",
  name: "A",
  when: { methods: [], visitNumberMin: null, ...when },
  ...{ sessionSeconds: null, idleSeconds: null, uploadKbps: null, downloadKbps: null },
  sessionBytes: null,
  ...limits,
});

const NO_QUOTA = { per: "day", seconds: null, bytes: null } as const;

const say = (each: Policy, language: Language = "en") => {
  const words = wordsIn(language);
  return `${sayWho(each, words)}: ${sayLimits(each, words)}`;
};

describe("an access policy as a sentence", () => {
  test("says its group, time and rates, in both languages", () => {
    const quotas: Policy["quotas"] = [{ per: "visit", seconds: 7200, bytes: null }];
    const vip = policy({ groups: ["vip"] }, { quotas, downloadKbps: 20_000, uploadKbps: 5_000 });
    expect(say(vip)).toBe("Guests of group VIP: 2 hours a visit, 20/5 Mbit/s");
    expect(say(vip, "vi")).toBe("Khách thuộc nhóm VIP: 2 giờ mỗi lượt ghé, 20/5 Mbit/s");
  });

  test("says every condition, and a group that is not there any more as such", () => {
    const when = { tags: ["vegan"], methods: ["returning"], visitNumberMin: 5 };
    expect(say(policy({ ...when, groups: ["vip", "regular", "lost"] }))).toBe(
      "Guests of group VIP, Regular or (removed), tagged Vegan, who are known again, from visit 5 on: no limit",
    );
  });

  test.each<[Partial<Policy["when"]>, string]>([
    [{}, "Everybody"],
    [{ visitNumberMin: 1 }, "Everybody"],
    [{ visitNumberMax: 4 }, "Guests up to visit 4"],
    [{ visitNumberMin: 2, visitNumberMax: 4 }, "Guests on visits 2 to 4"],
    [{ visitNumberMin: 1, visitNumberMax: 1 }, "Guests on visit 1"],
    [{ methods: ["a-later-way"] }, "Guests a-later-way"],
  ])("%j is for %s", (when, who) => {
    expect(sayWho(policy(when), wordsIn("en"))).toBe(who);
  });

  test.each<[Partial<Policy>, string]>([
    [{ sessionSeconds: 5400 }, "90 minutes a session"],
    [{ sessionBytes: 2e9, uploadKbps: 512 }, "2 GB a session, 0.512 Mbit/s up"],
    [
      { sessionUploadBytes: 5e8, quotas: [{ ...NO_QUOTA, downloadBytes: 2e9 }] },
      "500 MB up a session, 2 GB down a day",
    ],
    [{ idleSeconds: 1800, devicesMax: 1 }, "1 device at once, off after 30 minutes of silence"],
    [
      { allowedHours: [{ days: [1, 2, 3, 4, 5, 7], from: "08:00", to: "22:00" }] },
      "Mon–Fri Sun 08:00–22:00",
    ],
    [
      { allowedHours: [{ days: [1, 2, 3, 4, 5, 6, 7], from: "08:00", to: "22:00" }] },
      "every day 08:00–22:00",
    ],
    [{ validUntil: "2026-12-31T17:00:00Z" }, "through Thu, 31 December 2026"],
    [{ validUntil: "2026-10-31T17:00:00Z" }, "ended on Sat, 31 October 2026"],
  ])("%j reads %s", (limits, sentence) => {
    expect(sayLimits(policy({}, limits), wordsIn("en"))).toBe(sentence);
  });
});
