import { expect, test } from "vitest";
import { stranger } from "../../test/context.ts";
import { text } from "./index.ts";

test("a paragraph that cannot be said of this guest is left out, the others stay", () => {
  const html = text.render({ text: { en: "Try our tea.\n\nYour visit {visit}." } }, stranger);
  expect(html).toBe("<p>Try our tea.</p>");
});

test("markup in the text is shown, not obeyed", () => {
  expect(text.render({ text: { en: "a < b & <i>c</i>" } }, stranger)).toBe(
    "<p>a &lt; b &amp; &lt;i&gt;c&lt;/i&gt;</p>",
  );
});

test("a block without a text is refused", () => {
  expect(text.readFields({})).toEqual({ kind: "invalid", reason: "text is missing" });
});
