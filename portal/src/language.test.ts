import { expect, test } from "vitest";
import { chooseLanguage, translatorOf } from "./language.ts";

test.each([
  [undefined, "vi"],
  ["", "vi"],
  ["en", "en"],
  ["en-US,en;q=0.9", "en"],
  ["fr-FR, en;q=0.5, vi;q=0.4", "en"],
  ["en;q=0, vi;q=0.1", "vi"],
  ["zh", "vi"],
  ["*", "vi"],
])("RFC 9110 §12.5.4: a browser that asks for %j is served in %s", (asked, language) => {
  expect(chooseLanguage(asked, ["vi", "en"])).toBe(language);
});

test("English has one of a thing and many, Vietnamese counts them alike", () => {
  expect(translatorOf("en")("code.fault.wrong", { count: 1 })).toContain("one more try");
  expect(translatorOf("en")("code.fault.wrong", { count: 3 })).toContain("3 more tries");
  expect(translatorOf("vi")("code.fault.wrong", { count: 1 })).toContain("1 lần");
});

test("a value that looks like a hole is shown, not filled", () => {
  const said = translatorOf("en")("online.titleNamed", { name: "{branch}" });
  expect(said).toBe("You're online, {branch}");
});
