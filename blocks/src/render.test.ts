import { expect, test } from "vitest";
import { lan, MARKUP, PIXEL, stranger } from "../test/context.ts";
import { listBlockFaults, renderBlocks } from "./render.ts";

const context = { ...lan, visitNumber: 2 };

test("blocks are rendered in their order", () => {
  const { html, faults } = renderBlocks(
    [
      { kind: "text", fields: { text: { en: "First" } } },
      { kind: "welcome", fields: { heading: { en: "Second" } } },
    ],
    context,
  );
  expect(html.indexOf("First")).toBeLessThan(html.indexOf("Second"));
  expect(faults).toEqual([]);
});

test("a block of a newer release is left out and named, the rest of the page still shows", () => {
  const { html, faults } = renderBlocks(
    [
      { kind: "hologram", fields: {} },
      { kind: "image", fields: { source: "https://example.com/x.png" } },
      { kind: "text", fields: { text: { en: "Still here" } } },
    ],
    context,
  );
  expect(html).toBe("<p>Still here</p>");
  expect(faults.map((each) => [each.index, each.kind])).toEqual([
    [0, "hologram"],
    [1, "image"],
  ]);
});

test("whoever saves a page is told which block is wrong and why", () => {
  expect(
    listBlockFaults([
      { kind: "welcome", fields: {} },
      { kind: "text", fields: {} },
      { kind: "toString", fields: {} },
    ]),
  ).toEqual([
    { index: 1, kind: "text", reason: "text is missing" },
    { index: 2, kind: "toString", reason: "this release knows no such block" },
  ]);
});

test("what leads elsewhere stands on the page after access, and a coupon on both", () => {
  const page = [
    { kind: "text", fields: { text: { en: "Hello" } } },
    { kind: "coupon", fields: { heading: { en: "A free tea" } } },
    { kind: "button", fields: { label: { en: "Menu" }, url: "https://shop.example" } },
  ];
  const before = renderBlocks(page, context).html;
  const after = renderBlocks(page, { ...context, stage: "after" }).html;
  expect(before).toMatch(/Hello[\s\S]*A free tea/);
  expect(before).not.toContain("Menu");
  expect(after).toMatch(/A free tea[\s\S]*Menu/);
  expect(after).not.toContain("Hello");
});

test("a block brings its own rules once, and only where it is shown", () => {
  const coupon = { kind: "coupon", fields: { heading: { en: "Tea" } } };
  const { style } = renderBlocks([coupon, coupon], context);
  expect(style.match(/\.coupon\{/g)).toHaveLength(1);
  expect(renderBlocks([], context).style).toBe("");
});

test("no block's rules hold what HTML would read", () => {
  const until = "2027-01-01T00:00:00Z";
  const all = [
    { kind: "coupon", fields: { heading: { en: "x" } } },
    { kind: "countdown", fields: { text: { en: "x" }, until } },
    { kind: "social", fields: { links: [{ network: "x", url: "https://a.test" }] } },
    { kind: "video", fields: { title: { en: "x" }, url: "https://a.test" } },
  ];
  for (const stage of ["before", "after"] as const)
    expect(renderBlocks(all, { ...context, stage }).style).not.toMatch(/[<>&"']/);
});

test("part of MC-4.6: pictures past what a page may weigh are left out, the rest still shows", () => {
  const heavy = `data:image/jpeg;base64,${"A".repeat(47 * 1024)}`;
  const picture = { kind: "image", fields: { source: heavy } };
  const page = [...Array(9).fill(picture), { kind: "text", fields: { text: { en: "Here" } } }];
  const { html, faults } = renderBlocks(page, stranger);
  expect(html.match(/<img/g)).toHaveLength(8);
  expect(html).toContain("Here");
  expect(faults).toMatchObject([{ index: 8, kind: "image" }]);
  expect(listBlockFaults(page)).toEqual(faults);
});

test("whatever a guest calls themselves, no block of words obeys it", () => {
  const words = { en: "{name}" };
  const until = "2027-01-01T00:00:00Z";
  const page = [
    { kind: "welcome", fields: { heading: words, text: words } },
    { kind: "heading", fields: { text: words } },
    { kind: "text", fields: { text: words } },
    { kind: "coupon", fields: { heading: words, text: words } },
    { kind: "countdown", fields: { text: words, until } },
    { kind: "button", fields: { label: words, url: "https://a.test" } },
    { kind: "video", fields: { title: words, url: "https://a.test", still: { source: PIXEL } } },
  ];
  for (const stage of ["before", "after"] as const) {
    const { html, faults } = renderBlocks(page, { ...context, guestName: MARKUP, stage });
    expect(faults).toEqual([]);
    expect(html).toContain("&lt;script&gt;");
    expect(html).not.toContain("<script");
  }
});
