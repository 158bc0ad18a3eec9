import { expect, test } from "vitest";
import { lan, MARKUP, stranger } from "../../test/context.ts";
import { button } from "./index.ts";

const read = (value: unknown) => {
  const fields = button.readFields(value);
  if (fields.kind === "invalid") throw new Error(fields.reason);
  return fields.fields;
};

test("a button says what it is for and leads there without telling from where", () => {
  const fields = read({ label: { en: "Our menu, {name}" }, url: "https://shop.example/menu" });
  expect(button.render(fields, lan)).toBe(
    `<a class="button second" href="https://shop.example/menu" rel="noreferrer">Our menu, Lan</a>`,
  );
});

test("without words for this guest it says where it leads", () => {
  const fields = read({ label: { en: "Visit {visit}" }, url: "https://shop.example/menu" });
  expect(button.render(fields, stranger)).toContain(">shop.example</a>");
});

test("words and address are escaped", () => {
  const url = `https://shop.example/?"><script>`;
  const html = button.render(read({ label: { en: MARKUP }, url }), stranger);
  expect(html).not.toContain("<script");
});

test.each([
  "javascript:alert(1)",
  "data:text/html,x",
  "/relative",
  "https://a:b@shop.example",
  "",
  7,
  `https://shop.example/${"x".repeat(500)}`,
])("what is no web address is refused: %.40s", (url) => {
  expect(button.readFields({ label: { en: "Go" }, url }).kind).toBe("invalid");
});
