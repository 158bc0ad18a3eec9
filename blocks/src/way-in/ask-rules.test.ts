import type { DetailsSettings } from "@foyer/contract";
import { expect, test } from "vitest";
import { type AskQuestion, type AskState, chooseAsking, USUAL_DETAILS } from "./ask-rules.ts";

const now = new Date("2026-11-26T03:00:00Z");
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);
const details: DetailsSettings = { ...USUAL_DETAILS, returning: "one" };
const stranger: AskState = {
  ...{ given: new Set(), proved: new Set(), asked: [], isKnown: false },
};

function ask(question: Partial<AskQuestion>): string[] {
  const { fields, consents } = chooseAsking({
    ...{ details, state: stranger, visitNumber: 1, hasConsents: true, now },
    ...question,
  });
  return [...fields.map(({ key }) => key), ...(consents ? ["consents"] : [])];
}

const askedBefore = (key: string, times = 1, lastVisit = 1, lastAt = daysAgo(1)) => ({
  ...{ key, times, lastVisit, lastAt },
});

test("a newcomer is asked for everything on one page, with the consents", () => {
  expect(ask({})).toEqual(["name", "email", "birthday", "consents"]);
});

test("a branch may ask newcomers for one field, or for none and still for their consents", () => {
  expect(ask({ details: { ...details, newcomers: "one" } })).toEqual(["name", "consents"]);
  expect(ask({ details: { ...details, newcomers: "none" } })).toEqual(["consents"]);
  const silent = { details: { ...details, newcomers: "none" as const }, hasConsents: false };
  expect(ask(silent)).toEqual([]);
});

test("a guest who comes back is asked for one missing field and nothing else", () => {
  const state = { ...stranger, given: new Set(["name", "email"]) };
  expect(ask({ state, visitNumber: 2 })).toEqual(["birthday"]);
});

test("a newcomer who signed in by an address gets the whole page, without the address", () => {
  const proved = new Set(["email"]);
  const asked = ask({ state: { ...stranger, given: proved, proved } });
  expect(asked).toEqual(["name", "birthday", "consents"]);
});

test("what was given is never asked for again, wherever in the tenant it was given", () => {
  const state = { ...stranger, isKnown: true, given: new Set(["name", "email", "birthday"]) };
  expect(ask({ state, visitNumber: 9 })).toEqual([]);
});

test("a guest is asked at most once a visit", () => {
  const state = { ...stranger, asked: [askedBefore("name", 1, 4)] };
  expect(ask({ state, visitNumber: 4 })).toEqual([]);
  expect(ask({ state, visitNumber: 5 })).toEqual(["email"]);
});

test("fields that were left out take turns, in the branch's order", () => {
  const asked = [askedBefore("name", 2), askedBefore("email"), askedBefore("birthday")];
  expect(ask({ state: { ...stranger, asked }, visitNumber: 5 })).toEqual(["email"]);
});

test("a field left out three times rests for half a year", () => {
  const state = (days: number) => ({
    ...{ isKnown: false, given: new Set(["name", "email"]), proved: new Set<string>() },
    asked: [askedBefore("birthday", 3, 3, daysAgo(days))],
  });
  expect(ask({ state: state(179), visitNumber: 9 })).toEqual([]);
  expect(ask({ state: state(181), visitNumber: 9 })).toEqual(["birthday"]);
});

test("a branch that does not want it asks nobody who comes back", () => {
  const state = { ...stranger, isKnown: true };
  expect(ask({ state, details: USUAL_DETAILS })).toEqual([]);
});
