import { assert, expect, test } from "vitest";
import { ApiError, type ErrorCode } from "../../../shell/api.ts";
import type { DeskReply, TakenBody, TakenReply } from "../schema.ts";
import { type KeptAnswer, keepAnswer, listAnswers, type Shelf } from "./kept-answers.ts";
import { keepSetup, readSetup } from "./kept-setup.ts";
import { tellAnswers } from "./tell-answers.ts";

/** As a browser's storage behaves. */
function openShelf(): Shelf {
  const items = new Map([["foyer-language", "vi"]]);
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, text) => void items.set(key, text),
    removeItem: (key) => void items.delete(key),
    key: (index) => [...items.keys()][index] ?? null,
    get length() {
      return items.size;
    },
  };
}

const kept = (
  answerId: string,
  { staffId = "lan", companyId = "tea", minute = 0 } = {},
): KeptAnswer => ({
  body: {
    ...{ answerId, staffId, surveyId: "spring", version: 1, branchId: "b", how: "phone" },
    ...{ language: "vi", takenAt: `2026-03-01T10:0${minute}:00.000Z` },
    answers: { choices: {}, ratings: { food: 5 }, scales: {}, dates: {}, texts: {} },
  },
  ...{ companyId, staffName: "Lan", isRefused: false },
});
const LAN = { companyId: "tea", staffId: "lan" };
const KEPT: TakenReply = { outcome: "kept", whose: null, coupon: null };
const refusal = (code: ErrorCode) => new ApiError({ code, message: "No." });
const idsOf = (shelf: Shelf) => listAnswers(shelf).map(({ body }) => body.answerId);

test("what waits is told in the order it was taken, and goes once the cloud has it", async () => {
  const shelf = openShelf();
  keepAnswer(shelf, kept("second", { minute: 2 }));
  keepAnswer(shelf, kept("first", { minute: 1 }));
  const sent: string[] = [];
  const send = async ({ answerId }: TakenBody) => {
    sent.push(answerId);
    return KEPT;
  };
  expect(await tellAnswers({ shelf, ...LAN, send })).toBe("told");
  expect(sent).toEqual(["first", "second"]);
  expect(idsOf(shelf)).toEqual([]);
  expect(shelf.length).toBe(1);
});

test("an answer whose reply was lost stays, and is told under the same id", async () => {
  const shelf = openShelf();
  keepAnswer(shelf, kept("one"));
  const sent: string[] = [];
  const send = async ({ answerId }: TakenBody) => {
    sent.push(answerId);
    if (sent.length === 1) throw refusal("unreachable");
    return KEPT;
  };
  expect(await tellAnswers({ shelf, ...LAN, send })).toBe("unreachable");
  expect(idsOf(shelf)).toEqual(["one"]);
  expect(await tellAnswers({ shelf, ...LAN, send })).toBe("told");
  expect(sent).toEqual(["one", "one"]);
  expect(idsOf(shelf)).toEqual([]);
});

test.each([
  ["unreachable", "unreachable"],
  ["busy", "unreachable"],
  ["internal", "unreachable"],
  ["unreadable", "unreachable"],
  ["unauthorized", "signed-out"],
  ["forbidden", "not-allowed"],
] as const)("of %s nothing is lost: all waits", async (code, outcome) => {
  const shelf = openShelf();
  keepAnswer(shelf, kept("one"));
  keepAnswer(shelf, kept("two", { minute: 1 }));
  const send = () => Promise.reject(refusal(code));
  expect(await tellAnswers({ shelf, ...LAN, send })).toBe(outcome);
  expect(listAnswers(shelf).map(({ isRefused }) => isRefused)).toEqual([false, false]);
});

test("one that is refused is set apart, holds up no other, and is not told again by itself", async () => {
  const shelf = openShelf();
  keepAnswer(shelf, kept("bad"));
  keepAnswer(shelf, kept("good", { minute: 1 }));
  const sent: string[] = [];
  const send = async ({ answerId }: TakenBody) => {
    sent.push(answerId);
    if (answerId === "bad") throw refusal("invalid");
    return KEPT;
  };
  await tellAnswers({ shelf, ...LAN, send });
  await tellAnswers({ shelf, ...LAN, send });
  expect(sent).toEqual(["bad", "good"]);
  expect(listAnswers(shelf)).toMatchObject([{ isRefused: true, body: { answerId: "bad" } }]);
});

test("what a colleague filled in on the same device waits for them", async () => {
  const shelf = openShelf();
  keepAnswer(shelf, kept("theirs", { staffId: "minh" }));
  keepAnswer(shelf, kept("own"));
  expect(await tellAnswers({ shelf, ...LAN, send: async () => KEPT })).toBe("told");
  expect(idsOf(shelf)).toEqual(["theirs"]);
});

test("what somebody took for one company waits while they are signed in for another", async () => {
  const shelf = openShelf();
  keepAnswer(shelf, kept("here"));
  keepAnswer(shelf, kept("elsewhere", { companyId: "noodles" }));
  expect(await tellAnswers({ shelf, ...LAN, send: async () => KEPT })).toBe("told");
  expect(listAnswers(shelf)).toMatchObject([{ isRefused: false, body: { answerId: "elsewhere" } }]);
});

test("what was spoilt on the device holds up no other answer, and is not told", async () => {
  const shelf = openShelf();
  const [key, whole] = ["answer-desk:answer:", kept("good")];
  keepAnswer(shelf, whole);
  for (const [index, spoilt] of [
    ...["", "{", "null", "7", '"text"', "[]", "{}"],
    JSON.stringify({ ...whole, body: null }),
    JSON.stringify({ ...whole, body: { ...whole.body, takenAt: 7 } }),
    // It would be dropped under another key than its own, and so be told for ever.
    JSON.stringify(whole),
  ].entries())
    shelf.setItem(`${key}${index}`, spoilt);
  const sent: string[] = [];
  const send = async ({ answerId }: TakenBody) => {
    sent.push(answerId);
    return KEPT;
  };
  expect(await tellAnswers({ shelf, ...LAN, send })).toBe("told");
  expect(sent).toEqual(["good"]);
  expect(idsOf(shelf)).toEqual([]);
});

test("what is asked is read as it was kept, and not at all where it is spoilt or of an older page", () => {
  const shelf = openShelf();
  expect(readSetup(shelf)).toBeNull();
  const survey = { id: "spring", title: { vi: "Mùa xuân" }, questions: [] };
  const branch: DeskReply["branches"][number] = {
    ...{ id: "b", name: "Hồ Gươm", languages: ["vi"], surveys: [survey] },
  };
  const setup = {
    companyId: "tea",
    staff: { id: "lan", name: "Lan" },
    mayTie: true,
    saleTypes: [{ id: "hall", name: { vi: "Tại chỗ" } }],
    branches: [branch],
  };
  keepSetup(shelf, setup);
  expect(readSetup(shelf)).toEqual(setup);
  // From before there were kinds of sale.
  const { saleTypes: _saleTypes, ...older } = setup;
  shelf.setItem("answer-desk:setup", JSON.stringify(older));
  expect(readSetup(shelf)).toEqual({ ...older, saleTypes: [] });
  for (const spoilt of [
    ...["{", "null", "[]", "{}"],
    JSON.stringify({ ...setup, companyId: undefined }),
    JSON.stringify({ ...setup, branches: [null] }),
    JSON.stringify({ ...setup, branches: [{ ...branch, surveys: [{ id: "spring" }] }] }),
  ]) {
    shelf.setItem("answer-desk:setup", spoilt);
    expect(readSetup(shelf), spoilt).toBeNull();
  }
  const full = { ...shelf, setItem: () => assert.fail("no room") };
  expect(() => keepSetup(full, setup)).not.toThrow();
});
