import { expect, test } from "vitest";
import { stranger } from "../../test/context.ts";
import { social } from "./index.ts";
import { withBrandLinks } from "./rules.ts";

const read = (value: unknown) => {
  const fields = social.readFields(value);
  if (fields.kind === "invalid") throw new Error(fields.reason);
  return fields.fields;
};

test("each place is named in the guest's language and led to without telling from where", () => {
  const links = [
    { network: "facebook", url: "https://www.facebook.com/shop" },
    { network: "map", url: "https://maps.example/?q=a&b" },
  ];
  const html = social.render(read({ links }), { ...stranger, language: "vi" });
  expect(html).toContain(`<a href="https://www.facebook.com/shop" rel="noreferrer">Facebook</a>`);
  expect(html).toContain(`href="https://maps.example/?q=a&amp;b" rel="noreferrer">Bản đồ</a>`);
});

test.each([
  [{}, "links is not a list"],
  [{ links: [] }, "links is not a list"],
  [{ links: [{ network: "myspace", url: "https://a.test" }] }, "links.0: network is none of"],
  [{ links: [{ network: "x", url: "javascript:0" }] }, "links.0: url is not a web address"],
  [{ links: [7] }, "links.0: network"],
])("fields that do not fit are refused with a reason: %j", (value, reason) => {
  expect(social.readFields(value)).toMatchObject({
    ...{ kind: "invalid", reason: expect.stringContaining(reason) },
  });
});

test("a page that leads nowhere else ends with where its brand is to be found", () => {
  const links = [
    { network: "zalo", url: "https://zalo.me/shop" },
    { network: "of-a-later-release", url: "https://later.example" },
  ];
  const heading = { kind: "heading", fields: { text: { en: "Hello" } } };
  expect(withBrandLinks([heading], { links })).toEqual([
    heading,
    { kind: "social", fields: { links: [links[0]] } },
  ]);
  const own = { kind: "social", fields: { links: [links[0]] } };
  expect(withBrandLinks([own], { links })).toEqual([own]);
  expect(withBrandLinks([heading], {})).toEqual([heading]);
});
