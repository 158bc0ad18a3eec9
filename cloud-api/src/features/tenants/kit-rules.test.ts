import type { AskedText } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import {
  FIRST_LOOK,
  NO_KIT,
  numberTexts,
  placeTexts,
  resolveKit,
  wearsTexts,
} from "./kit-rules.ts";

const LOOK = { accentColour: "#aa3300", logo: null };
const terms = (words: string, version = 1): AskedText => ({
  ...{ purpose: "terms", version, label: { en: words }, body: { en: `${words} at {branch}` } },
});

describe("what a brand wears", () => {
  test("is its own, part by part, and what it lacks is the company's", () => {
    const company = { look: LOOK, texts: [terms("Ours")] };
    expect(resolveKit(NO_KIT, company)).toEqual(company);
    const own = { look: { ...LOOK, accentColour: "#000000" }, texts: null };
    expect(resolveKit(own, company)).toEqual({ look: own.look, texts: company.texts });
  });

  test("where neither has any is the look that every company begins with", () => {
    expect(resolveKit(NO_KIT, NO_KIT)).toEqual({ look: FIRST_LOOK, texts: null });
  });
});

describe("a legal text at a branch", () => {
  const at = (standing: AskedText[]) => ({ branchName: "Hồ Gươm", standing });

  test("names the branch", () => {
    const [placed] = placeTexts([terms("Terms")], at([]));
    expect(placed?.body).toEqual({ en: "Terms at Hồ Gươm" });
  });

  test("names a branch whose name has dollars in it", () => {
    const [placed] = placeTexts([terms("Terms")], { branchName: "$$ & $& Bar", standing: [] });
    expect(placed?.body).toEqual({ en: "Terms at $$ & $& Bar" });
  });

  test("keeps its version where the words are the same, so that nobody is asked again", () => {
    const standing = placeTexts([terms("Terms")], at([])).map((text) => ({ ...text, version: 7 }));
    expect(placeTexts([terms("Terms", 2)], at(standing))).toEqual(standing);
    expect(wearsTexts([terms("Terms", 2)], at(standing))).toBe(true);
  });

  test("with other words never has an older version than guests have agreed to", () => {
    const standing = [terms("Own", 7)];
    expect(placeTexts([terms("Terms", 2)], at(standing))[0]?.version).toBe(8);
    expect(placeTexts([terms("Terms", 9)], at(standing))[0]?.version).toBe(9);
    expect(wearsTexts([terms("Terms", 2)], at(standing))).toBe(false);
  });

  test("is not the brand's where the branch asks by one more or fewer", () => {
    const ads: AskedText = { purpose: "ads", version: 1, label: { en: "A" }, body: { en: "B" } };
    const standing = placeTexts([terms("Terms"), ads], at([]));
    expect(wearsTexts([terms("Terms")], at(standing))).toBe(false);
    expect(wearsTexts([terms("Terms"), ads], at(standing.slice(0, 1)))).toBe(false);
  });
});

test("a text that is saved again as it was keeps its version, another gets one above all branches'", () => {
  const before = [terms("Terms", 3)];
  const standing = [terms("Elsewhere", 12)];
  const { version: _, ...same } = terms("Terms");
  expect(numberTexts([same], { before, standing })[0]?.version).toBe(3);
  const { version: __, ...other } = terms("Other");
  expect(numberTexts([other], { before, standing })[0]?.version).toBe(13);
  expect(numberTexts([other], { before: [], standing: [] })[0]?.version).toBe(1);
});
