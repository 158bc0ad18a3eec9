import { expect, test } from "vitest";
import { putPicture } from "./lists.ts";

const made = { source: "new", webp: "new-webp" };
const sourcesOf = (list: readonly { source: string }[]) => list.map(({ source }) => source);

test("a picture that is made comes to where it was chosen, beside the words written meanwhile", () => {
  const list = [{ source: "a" }, { source: "", alt: { vi: "Trà" } }];
  expect(putPicture(list, { index: 1, source: "" }, made)).toEqual([
    { source: "a" },
    { ...made, alt: { vi: "Trà" } },
  ]);
});

test("a picture that was moved meanwhile is found, and one that was taken away stays away", () => {
  const list = [{ source: "" }, { source: "a" }];
  expect(sourcesOf(putPicture(list, { index: 1, source: "" }, made))).toEqual(["new", "a"]);
  expect(sourcesOf(putPicture([{ source: "a" }], { index: 1, source: "" }, made))).toEqual(["a"]);
});
