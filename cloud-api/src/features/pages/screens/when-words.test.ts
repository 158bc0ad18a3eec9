import { expect, test } from "vitest";
import { type Language, translate, type Values } from "../../../shell/translate.ts";
import en from "../locales/editor-en.json" with { type: "json" };
import vi from "../locales/editor-vi.json" with { type: "json" };
import type { PageContent } from "../schema.ts";
import { sayWhen } from "./when-words.ts";

const TEXTS = { en, vi };
const say = (when: Partial<PageContent["when"]>, language: Language = "en") =>
  sayWhen(
    { guests: "any", visitNumbers: [], ...when },
    {
      language,
      t: (key: keyof typeof en, values?: Values) =>
        translate(language, TEXTS[language][key], values),
      nameMark: (id) => (id === "vip" ? "VIP" : undefined),
    },
  );

test("a page that asks nothing is for everybody", () => {
  expect(say({})).toBe("Everybody");
  expect(say({}, "vi")).toBe("Mọi khách");
});

test("visits are said as a list, a range or one end of it", () => {
  expect(say({ visitNumbers: [1, 2, 5] })).toBe("Everybody, on visit 1, 2 or 5");
  expect(say({ guests: "returning", visitNumberMin: 3, visitNumberMax: 5 })).toBe(
    "Guests who come back, on visits 3 to 5",
  );
  expect(say({ visitNumberMin: 10 }, "vi")).toBe("Mọi khách, từ lần ghé 10");
  expect(say({ tenantVisitNumberMin: 2 })).toBe("Everybody, by visits to all branches");
});

test("marks are said by name, one that is gone as unknown", () => {
  expect(say({ tags: ["vip", "gone"] })).toBe("Everybody, in VIP or ?");
});

test("days, hours, birthdays and languages are said in the reader's own way", () => {
  const hours = [{ days: [1, 2, 3, 4, 5], from: "14:00", to: "17:00" }];
  expect(say({ hours })).toBe("Everybody, Mon–Fri 14:00–17:00");
  const dates = { from: "2027-01-16", to: "2027-02-15" };
  expect(say({ dates })).toBe("Everybody, 16 Jan 2027 to 15 Feb 2027");
  expect(say({ dates: { to: "2027-02-15" } })).toBe("Everybody, until 15 Feb 2027");
  expect(say({ birthday: true, languages: ["vi"] })).toBe(
    "Everybody, on their birthday, speaking Vietnamese",
  );
  expect(say({ daysSinceVisitMin: 30 })).toBe("Everybody, away for 30 days or more");
  expect(say({ survey: { id: "s", answered: false } })).toBe(
    "Everybody, who have not answered the survey",
  );
});
