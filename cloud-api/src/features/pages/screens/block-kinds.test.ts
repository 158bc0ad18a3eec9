import {
  listBlockFaults,
  PAGE_PICTURE_BYTES_MAX,
  PICTURE_BYTES_MAX as PICTURE_BYTES_OF_BLOCKS,
  renderBlocks,
} from "@foyer/blocks";
import { expect, test } from "vitest";
import {
  BLOCK_KINDS,
  type FieldInput,
  isKnownKind,
  KIND_NAMES,
  kindOf,
  NETWORKS,
  PICTURE_BYTES_MAX,
} from "./block-kinds.ts";

const SOURCE_CHARACTERS_MAX = 48 * 1024;
const HEAD = "data:image/webp;base64,";
const picture = (characters: number) => {
  const length = Math.floor((characters - HEAD.length) / 4) * 4;
  return `${HEAD}${"A".repeat(length)}`;
};

/** What a field holds that is as much as it may, or more by a little. */
function fill(input: FieldInput, isTooMuch: boolean): unknown {
  const more = isTooMuch ? 1 : 0;
  switch (input.as) {
    case "words":
      return { en: "x".repeat(input.max + more) };
    case "source":
      return picture(SOURCE_CHARACTERS_MAX + more * 4);
    case "still":
      return { source: picture(SOURCE_CHARACTERS_MAX + more * 4) };
    case "pictures":
      return Array(input.max + more).fill({ source: picture(1000) });
    case "moment":
      return isTooMuch ? "tomorrow" : "2027-01-01T00:00:00Z";
    case "url":
      return isTooMuch ? "shop" : "https://shop.example/menu";
    case "code":
      return "A".repeat(input.max + more);
    case "survey":
      return isTooMuch ? "" : "spring";
    case "links":
      return Array(input.max + more).fill({ network: NETWORKS[0], url: "https://shop.example" });
    default:
      throw new Error(`unknown input ${JSON.stringify(input satisfies never)}`);
  }
}

const faultsOf = (kind: string, fields: Record<string, unknown>) =>
  listBlockFaults([{ kind, fields }]).map(({ reason }) => reason);

test.each(KIND_NAMES)("%s takes all that the editor lets be written, and no more", (kind) => {
  const inputs = Object.entries(kindOf(kind).fields);
  const full = Object.fromEntries(inputs.map(([name, input]) => [name, fill(input, false)]));
  expect(faultsOf(kind, full)).toEqual([]);
  for (const [name, input] of inputs)
    expect(faultsOf(kind, { ...full, [name]: fill(input, true) }), name).toHaveLength(1);
});

test.each(KIND_NAMES)("%s can do without what the editor does not ask for", (kind) => {
  const inputs = Object.entries(kindOf(kind).fields);
  const isNeeded = (input: FieldInput) =>
    "isNeeded" in input ? input.isNeeded : input.as !== "still" && input.as !== "code";
  const needed = inputs.filter(([, input]) => isNeeded(input));
  const fields = Object.fromEntries(needed.map(([name, input]) => [name, fill(input, false)]));
  expect(faultsOf(kind, fields)).toEqual([]);
});

test.each(KIND_NAMES)("%s stands on the halves of the page that the editor says", (kind) => {
  const fields = Object.fromEntries(
    Object.entries(kindOf(kind).fields).map(([name, input]) => [name, fill(input, false)]),
  );
  const survey = { id: "spring", title: { en: "Spring" }, questions: [] };
  const stages = (["before", "after"] as const).filter((stage) => {
    const { html } = renderBlocks([{ kind, fields }], {
      ...{ language: "en", languages: ["en"], branchName: "Tea", guestName: null, visitNumber: 1 },
      ...{ now: new Date("2026-01-01T00:00:00Z"), timeZone: "UTC", stage },
      findSurvey: () => ({ survey, action: "/survey", sealed: "" }),
    });
    return html !== "";
  });
  expect(stages).toEqual(kindOf(kind).stages);
});

test("a set of pictures weighs at most what the editor says, and less than a page", () => {
  const { bytesMax, max } = BLOCK_KINDS.pictures.fields.pictures;
  expect(bytesMax).toBeLessThan(PAGE_PICTURE_BYTES_MAX);
  const of = (characters: number) => ({
    pictures: Array(max).fill({ source: picture(characters) }),
  });
  expect(faultsOf("pictures", of(40_000))).toEqual([]);
  expect(faultsOf("pictures", of(42_000))).toEqual([
    `pictures together weigh more than ${bytesMax} bytes`,
  ]);
});

test("a picture weighs at most what the blocks say", () => {
  expect(PICTURE_BYTES_MAX).toBe(PICTURE_BYTES_OF_BLOCKS);
});

test("every network of the editor is one that the block knows", () => {
  for (const network of NETWORKS)
    expect(faultsOf("social", { links: [{ network, url: "https://a.example" }] })).toEqual([]);
});

test("a kind of a newer release, or what each object has by itself, is none that it knows", () => {
  expect(isKnownKind("welcome")).toBe(true);
  for (const kind of ["hologram", "toString", ""]) expect(isKnownKind(kind)).toBe(false);
});
