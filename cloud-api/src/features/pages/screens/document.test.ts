import { expect, test } from "vitest";
import type { PageContent } from "../schema.ts";
import { findWords, toContent, toData, UNKNOWN } from "./document.ts";

const page: PageContent = {
  name: "Welcome",
  when: {
    guests: "returning",
    visitNumbers: [],
    hours: [{ days: [1], from: "09:00", to: "11:00" }],
  },
  greet: "once-a-day",
  landingUrl: null,
  blocks: [
    { kind: "welcome", fields: { heading: { vi: "Chào", en: "Hello" } } },
    { kind: "social", fields: { links: [{ network: "zalo", url: "https://zalo.me/1" }] } },
    { kind: "hologram", fields: { id: "of its own", depth: 3 } },
  ],
};

test("a page comes back from the editor as it went in, with blocks that the editor does not know", () => {
  const held = toData(page);
  expect(held.content.map(({ type }) => type)).toEqual(["welcome", "social", UNKNOWN]);
  expect(new Set(held.content.map(({ props }) => props.id)).size).toBe(3);
  expect(toContent(held)).toEqual(page);
});

test("what is emptied is left out, and what Puck adds of its own is no part of the page", () => {
  const held = toData({ ...page, blocks: [] });
  const props = { ...held.root.props, landingUrl: undefined, id: "root", title: "Puck's" };
  const content = [{ type: "welcome", props: { id: "a", heading: undefined } }];
  const { landingUrl: _gone, ...rest } = page;
  expect(toContent({ ...held, root: { props }, content } as typeof held)).toEqual({
    ...rest,
    blocks: [{ kind: "welcome", fields: {} }],
  });
});

test("a block is known by its first words, in the language that is being written if it has some", () => {
  const fields = { heading: { vi: " Chào ", en: "" }, text: { en: "Tea" } };
  expect(findWords(fields, ["en", "vi"])).toBe("Chào");
  expect(findWords({ text: { en: "Tea", vi: "Trà" } }, ["vi"])).toBe("Trà");
  expect(findWords({ links: [] }, ["en"])).toBeNull();
});
