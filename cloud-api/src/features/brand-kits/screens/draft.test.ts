import { expect, test } from "vitest";
import {
  changeLook,
  draftOf,
  findFault,
  isSame,
  isWebAddress,
  shownLook,
  toWebAddress,
} from "./draft.ts";

const LOOK = { accentColour: "#aa3300", logo: null };
const TERMS = { purpose: "terms" as const, label: { en: "Yes" }, body: { en: "All of it" } };

test("a draft of a kit says what the kit says, without the versions of its texts", () => {
  const draft = draftOf({ look: LOOK, texts: [{ ...TERMS, version: 4 }] });
  expect(draft.texts).toEqual([TERMS]);
  expect(isSame(draft, draftOf({ look: LOOK, texts: [{ ...TERMS, version: 5 }] }))).toBe(true);
  expect(isSame(draft, { ...draft, putLookOn: ["x"] })).toBe(false);
});

test("an address without its beginning gets one, and half an address is none", () => {
  expect(toWebAddress(" zalo.me/quan ")).toBe("https://zalo.me/quan");
  expect(toWebAddress("http://a.vn")).toBe("http://a.vn");
  expect(toWebAddress("")).toBe("");
  for (const half of ["", "https://", "https://zalo", "javascript:alert(1)", "https://a b.vn"])
    expect(isWebAddress(half)).toBe(false);
  expect(isWebAddress("https://zalo.me/quan")).toBe(true);
});

test("a link that is being typed keeps a draft from being saved, and is not shown to guests", () => {
  const links = [
    { network: "zalo", url: "https://zalo.me/quan" },
    { network: "map", url: "https://" },
  ];
  const draft = draftOf({ look: { ...LOOK, links }, texts: null });
  expect(findFault(draft)).toBe("links");
  expect(shownLook(draft.look)?.links).toEqual(links.slice(0, 1));
});

test("texts need terms, and words in some language", () => {
  const of = (texts: (typeof TERMS)[]) =>
    findFault({ ...draftOf({ look: LOOK, texts: null }), texts });
  expect(of([])).toBe("terms");
  expect(of([{ ...TERMS, label: { en: " " } }])).toBe("words");
  expect(of([TERMS])).toBe(null);
});

test("what is taken away from a look is gone, and one that is put back is the same look", () => {
  const look = { ...LOOK, pageColour: "#ffffff", font: "sans" as const };
  const bare = changeLook(look, { pageColour: undefined });
  expect(Object.keys(bare)).not.toContain("pageColour");
  const again = changeLook(bare, { pageColour: "#ffffff" });
  const of = (each: typeof look | ReturnType<typeof changeLook>) =>
    draftOf({ look: each, texts: null });
  expect(isSame(of(look), of(again))).toBe(true);
  expect(isSame(of(look), of(bare))).toBe(false);
});
