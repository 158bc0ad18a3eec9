import { expect, test } from "vitest";
import { stranger as anybody } from "../../test/context.ts";
import type { BlockContext } from "../block.ts";
import { welcome } from "./index.ts";
import { readWelcomeFields, type WelcomeFields } from "./rules.ts";

const stranger: BlockContext = { ...anybody, languages: ["vi", "en"] };
const lan: BlockContext = { ...stranger, guestName: "Lan", visitNumber: 3 };

function render(fields: Partial<WelcomeFields>, context: BlockContext): string {
  return welcome.render({ heading: null, text: null, ...fields }, context);
}

test("a known guest is greeted by name, visit number and branch", () => {
  const html = render(
    {
      heading: { en: "Good to see you, {name}!" },
      text: { en: "Visit number {visit} to {branch}." },
    },
    lan,
  );
  expect(html).toContain("<h1>Good to see you, Lan!</h1>");
  expect(html).toContain("Visit number 3 to Quán Gió.");
});

test("a name that is not known leaves together with the comma before it", () => {
  expect(render({ heading: { en: "Welcome back, {name}!" } }, stranger)).toContain(
    "<h1>Welcome back!</h1>",
  );
});

test.each([
  ["{name}, good to see you!", "Good to see you!"],
  ["Hello. {name}, good to see you", "Hello. Good to see you"],
  ["{name} ơi, đã lâu không gặp", "Đã lâu không gặp"],
  ["Chào {name} ơi!", "Chào!"],
  ["Chào {name}, mời bạn vào", "Chào, mời bạn vào"],
  ["{name} ơi!", "Welcome to Quán Gió"],
])("%j without a name is %j", (heading, shown) => {
  expect(render({ heading: { en: heading } }, stranger)).toContain(`<h1>${shown}</h1>`);
});

test("a text that speaks of an unknown visit number is left out", () => {
  const html = render(
    { heading: { en: "Visit {visit}" }, text: { en: "Again: {visit}" } },
    stranger,
  );
  expect(html).toBe("<h1>Welcome to Quán Gió</h1>");
});

test("the same text says to each guest their own, and to each language what is left of it", () => {
  const fields = { heading: { en: "{name}, good to see you for the {visit}th time, {name}" } };
  const words = { heading: { vi: "{name} ơi, it goes on", en: "{name} ơi, it goes on" } };
  for (const [guestName, visitNumber] of [
    ["Lan", 4],
    ["Minh", 1234],
    ["{branch}", 4],
  ] as const) {
    const html = render(fields, { ...lan, language: "en", guestName, visitNumber });
    const visit = visitNumber.toLocaleString("en");
    expect(html).toContain(`${guestName}, good to see you for the ${visit}th time, ${guestName}<`);
  }
  for (const language of ["vi", "en"] as const) {
    expect(render(words, { ...lan, language })).toContain("<h1>Lan ơi, it goes on</h1>");
    expect(render(words, { ...stranger, language })).toContain("<h1>It goes on</h1>");
  }
});

test("whatever a guest calls themselves is escaped", () => {
  const html = render(
    { heading: { en: "Hello {name}" } },
    { ...lan, guestName: `<script>alert("x")</script>&'` },
  );
  expect(html).toContain("Hello &lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;");
  expect(html).not.toContain("<script");
});

test("what the branch writes is escaped too", () => {
  const html = render({ heading: { en: "<b>Tea</b>" }, text: { en: "<img src=x>" } }, lan);
  expect(html).not.toMatch(/<b>|<img/);
});

test("a guest whose name is a placeholder is shown by that name", () => {
  expect(render({ heading: { en: "Hello {name}" } }, { ...lan, guestName: "{visit}" })).toContain(
    "Hello {visit}",
  );
});

test("words missing in the guest's language come in the branch's first", () => {
  expect(render({ heading: { vi: "Chào bạn" } }, stranger)).toContain("Chào bạn");
});

test("without words of its own the block speaks the guest's language", () => {
  expect(render({}, { ...lan, language: "vi" })).toContain("Mừng bạn trở lại, Lan");
  expect(render({}, { ...stranger, language: "vi" })).toContain("Chào mừng bạn đến với Quán Gió");
});

test("an empty line parts paragraphs", () => {
  expect(render({ text: { en: "One\n\nTwo" } }, stranger).match(/<p /g)).toHaveLength(2);
});

test.each([
  [null, "fields is not an object"],
  [{ heading: "Hi" }, "heading is not an object of language and text"],
  [{ heading: { fr: "Salut" } }, "heading has the unknown language fr"],
  [{ text: { en: 7 } }, "text.en is not a text of at most 600 characters"],
])("fields that do not fit are refused with a reason: %j", (value, reason) => {
  expect(readWelcomeFields(value)).toEqual({ kind: "invalid", reason });
});
