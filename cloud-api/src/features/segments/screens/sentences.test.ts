import { describe, expect, test } from "vitest";
import { type Language, translate } from "../../../shell/translate.ts";
import en from "../locales/en.json";
import vi from "../locales/vi.json";
import type { FieldTest, Tree, TreeNode } from "../schema.ts";
import { begin, isComplete, STARTERS, SUBJECTS, startTree, subjectOf } from "./drafts.ts";
import {
  beginTest,
  countDays,
  listWords,
  withDays,
  wordOf,
  writeDayOfYear,
} from "./field-tests.ts";
import { sayTree } from "./sentences.ts";
import type { Words } from "./words.ts";

const texts = { en, vi };
const NAMES: Record<string, string> = {
  t: "VIP",
  u: "Vegan",
  b: "Hồ Gươm",
  s: "Regulars",
  cafe: "Café",
  ...{ phone: "a phone", tablet: "a tablet", android: "Android" },
  spa: "Spa",
};
const OWN: Words["ownFields"] = [
  { key: "own.until", kind: "date", label: { vi: "hạn thẻ", en: "card expiry" }, choices: [] },
  { key: "own.vegan", kind: "yes-no", label: { vi: "ăn chay", en: "vegan" }, choices: [] },
  {
    ...{ key: "own.likes", kind: "choices", label: { vi: "món thích", en: "likes" } },
    choices: [
      { value: "tea", label: { vi: "trà", en: "tea" } },
      { value: "cake", label: { vi: "bánh", en: "cake" } },
    ],
  },
];
const wordsIn = (language: Language): Words => ({
  t: (key, values) => translate(language, texts[language][key], values),
  language,
  nameOf: (_, id) => NAMES[id] ?? "removed",
  ownFields: OWN,
});
const say = (tree: Tree, language: Language = "en") => sayTree(tree, wordsIn(language));
const all = (...of: TreeNode[]): Tree => ({ kind: "all", of });
const visits = (count: { min?: number; max?: number }): TreeNode => ({
  ...{ kind: "visit-count", count, visits: {} },
});
const tags = (has: "any" | "all" | "none", ...ids: string[]): TreeNode => ({
  ...{ kind: "mark", mark: "tag", has, ids },
});

describe("a tree as a sentence", () => {
  test("counts are said as people say them", () => {
    expect(say(all(visits({ min: 1 })))).toBe("Customers who visited at least once");
    expect(say(all(visits({ min: 2, max: 2 })))).toBe("Customers who visited exactly 2 times");
    expect(say(all(visits({ max: 1 })))).toBe("Customers who visited at most once");
    expect(say(all(visits({ min: 2, max: 4 })))).toBe("Customers who visited 2 to 4 times");
    expect(say(all(visits({ max: 0 })))).toBe("Customers who have not visited");
    expect(say(all(visits({ max: 0 })), "vi")).toBe("Khách hàng chưa ghé");
  });

  test("how long visits are is said of the mean, the longest and the sum", () => {
    const stayed = (which: "average" | "longest", minutes: object): TreeNode => ({
      ...{ kind: "visit-length", which, minutes, visits: { source: "wifi" } },
    });
    expect(say(all(stayed("average", { min: 60 })))).toBe(
      "Customers who stay at least 60 minutes by Wi-Fi on average",
    );
    expect(say(all(stayed("longest", { min: 1, max: 30 })), "vi")).toBe(
      "Khách hàng lần lâu nhất ở lại ít nhất 1 phút dưới 30 phút qua Wi-Fi",
    );
  });

  test("which visits and when follow in one order", () => {
    const tree = all({
      ...{ kind: "visit-count", count: { min: 3 } },
      visits: {
        ...{ branchIds: ["b"], weekdays: [7, 6], minutesMin: 30 },
        ...{ forms: ["phone", "tablet"], systems: ["android"] },
        hours: { from: "17:00", to: "22:00" },
      },
      when: { is: "within", amount: 30, unit: "day" },
    });
    expect(say(tree)).toBe(
      "Customers who visited at least 3 times at Hồ Gươm with a phone or a tablet on a device that runs Android on Sat or Sun between 17:00 and 22:00 for at least 30 minutes within the last 30 days",
    );
  });

  test("groups of conditions are told apart, and what is gone is said", () => {
    const inner: Tree = { kind: "any", of: [tags("all", "t", "u"), tags("none", "x")] };
    expect(say(all(visits({ min: 3 }), inner))).toBe(
      "Customers who visited at least 3 times and (have tag VIP and Vegan or do not have tag removed)",
    );
    const none: Tree = { kind: "none", of: [{ kind: "segment", id: "s", member: true }] };
    expect(say(none)).toBe("Customers who do not fit: are in segment Regulars");
    expect(say(all(tags("any", "t", "u")), "vi")).toBe("Khách hàng có thẻ VIP hoặc Vegan");
  });

  test("fields of the company's own are said by their words, and their choices too", () => {
    const asked = (field: string, test: FieldTest, language: Language = "en") =>
      say(all({ kind: "field", field, test }), language);
    const likes: FieldTest = { is: "has", which: "all", values: ["tea", "cake", "gone"] };
    expect(asked("own.likes", likes)).toBe(
      "Customers who have tea, cake and gone among their likes",
    );
    expect(asked("own.vegan", { is: "one-of", values: ["yes"] })).toBe(
      "Customers who answered yes to vegan",
    );
    expect(asked("own.until", { is: "on-days", from: "03-08", to: "03-08" })).toBe(
      "Customers who have their card expiry on 8 March, in any year",
    );
    const year: FieldTest = { is: "on-days", from: "12-20", to: "01-05" };
    expect(asked("own.until", year, "vi")).toBe(
      "Khách hàng có hạn thẻ từ 20 tháng 12 đến 5 tháng 1, bất kể năm",
    );
    expect(asked("own.until", withDays("coming", 7))).toBe(
      "Customers who have their card expiry within the coming 7 days",
    );
    expect(asked("own.until", withDays("longer-ago", 30))).toBe(
      "Customers who had their card expiry more than 30 days ago",
    );
    expect(asked("posId", { is: "unknown" })).toBe("Customers who have no till ID on record");
  });

  test("visits at a brand are said with it", () => {
    const tree = all({ kind: "visit-count", count: { min: 2 }, visits: { brandIds: ["b"] } });
    expect(say(tree)).toBe("Customers who visited at least 2 times at brand Hồ Gươm");
  });

  test("visits at places of a kind are said with it", () => {
    const visits = { branchKinds: ["cafe" as const, "spa" as const] };
    const tree = all({ kind: "visit-count", count: { min: 2 }, visits });
    expect(say(tree)).toBe(
      "Customers who visited at least 2 times at branches of the kind Café or Spa",
    );
    expect(say(tree, "vi")).toBe(
      "Khách hàng đã ghé ít nhất 2 lần ở chi nhánh loại hình Café hoặc Spa",
    );
  });

  test("days of the calendar are said open at either end", () => {
    const joined = (from: string | null, to: string | null) =>
      say(all({ kind: "joined", when: { is: "days", from, to } }));
    expect(joined("2026-03-01", null)).toBe("Customers who joined from Sun, 1 March 2026 on");
    expect(joined(null, "2026-03-02")).toBe("Customers who joined up to Mon, 2 March 2026");
  });
});

test("each segment that one may begin with is complete, and a sentence in both languages", () => {
  const sentences = STARTERS.map((starter) => say(startTree(starter)));
  expect(STARTERS.every((starter) => isComplete(startTree(starter)))).toBe(true);
  expect(sentences).toEqual([
    "Customers who visited at least 3 times within the last 30 days",
    "Customers who visited at least 3 times and last visited more than 30 days ago",
    "Customers who first visited within the last 7 days",
    "Customers who have their birthday within the next 7 days",
    "Customers who visited at least 2 times on Sat or Sun within the last 90 days",
  ]);
});

test("each subject begins a condition that is about it, complete where nothing has to be chosen", () => {
  for (const subject of SUBJECTS) expect(subjectOf(begin(subject))).toBe(subject);
  const unfinished = SUBJECTS.filter((subject) => !isComplete(begin(subject)));
  expect(unfinished).toEqual(["tag", "group", "tier", "segment"]);
  expect(isComplete(all(visits({ min: 1 }), { kind: "any", of: [begin("tag")] }))).toBe(false);
});

test("what was chosen of a field is read again as it was chosen, and days a month has not are its last", () => {
  for (const field of ["name", "birthday", "kind", "card", ...OWN.map(({ key }) => key)])
    for (const word of listWords(field, OWN)) expect(wordOf(beginTest(word)), field).toBe(word);
  for (const word of ["coming", "past", "longer-ago"] as const) {
    const test = withDays(word, 12);
    expect(wordOf(test)).toBe(word);
    expect(test.is === "from-today" && countDays(test)).toBe(12);
  }
  expect(writeDayOfYear({ month: 2, day: 31 })).toBe("02-29");
  expect(writeDayOfYear({ month: 4, day: 31 })).toBe("04-30");
});
