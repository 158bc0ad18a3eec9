import { expect, test } from "vitest";
import { featuresAreWellFormed, listTitles, titlesNameRealAcceptances } from "./acceptance.ts";

const features = (text: string) => ({ path: "docs/features.md", text });
const good = features("- **MC-1.4** Log in with a code. *Accept:* a right code opens.\n");

test("a feature with a wrong id, a repeated one or no acceptance is found", () => {
  expect(featuresAreWellFormed([good])).toEqual([]);
  for (const bad of [
    "- **MC-1** No number. *Accept:* x.",
    "- **XY-1.1** Nobody's. *Accept:* x.",
    "- **MC-1.1** No acceptance.",
    "- **MC-1.1** One. *Accept:* x.\n- **MC-1.1** Again. *Accept:* x.",
  ])
    expect(featuresAreWellFormed([features(bad)]), bad).toHaveLength(1);
  expect(featuresAreWellFormed([])).toEqual(["docs/features.md is missing"]);
});

test("titles are read in every form a test is written in", () => {
  const text = `test("a", f);
it.only('b', f);
test.each([["x", 1]])("c %s", f);
describe(\`d\`, () => {});
test.skipIf(process.platform === "darwin")("e", f);
// test("never", f)`;
  expect(listTitles(text).map((each) => each.title)).toEqual(["a", "b", "c %s", "d", "e"]);
});

test("a title with an id that no feature has, or in the middle, is found", () => {
  const run = (title: string) =>
    titlesNameRealAcceptances([good, { path: "a/b.test.ts", text: `test("${title}", f);` }]);
  expect(run("MC-1.4 a late code does not open the session")).toEqual([]);
  expect(run("part of MC-1.4: a late code is refused")).toEqual([]);
  expect(run("MC-9.9 something else")).toHaveLength(1);
  expect(run("a late code, see MC-1.4")).toHaveLength(1);
});
