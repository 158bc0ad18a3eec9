import { expect, test } from "vitest";
import { listBlockFaults, renderBlocks } from "./render.ts";

const context = {
  language: "en",
  languages: ["en"],
  branchName: "Quán Gió",
  guestName: "Lan",
  visitNumber: 2,
} as const;

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
