import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "../../../shell/api.ts";
import type { DraftReply, PageContent } from "../schema.ts";
import { openDraft, SAVE_AFTER_MS } from "./draft-store.ts";

const page = (name: string): PageContent => ({
  ...{ name, when: { guests: "any", visitNumbers: [] }, blocks: [] },
});
const told = (revision: number): DraftReply => ({
  ...{ revision, changedAt: "2026-01-01T00:00:00Z", faults: [] },
  weight: { pictureBytes: 0, pictureBytesUsual: 0, pictureBytesMax: 1, htmlBytes: 0 },
});

type Sent = { revision: number; name: string; answer: (reply: DraftReply | ApiError) => void };
let sent: Sent[];
const open = () => {
  sent = [];
  return openDraft({
    ...told(1),
    put: ({ revision, content }) =>
      new Promise((resolve, reject) => {
        const answer = (reply: DraftReply | ApiError) =>
          reply instanceof ApiError ? reject(reply) : resolve(reply);
        sent.push({ revision, name: content.name, answer });
      }),
  });
};
const named = () => sent.map(({ revision, name }) => [revision, name]);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("what is typed is saved once nothing more is, onto the revision it was made from", async () => {
  const draft = open();
  draft.change(page("a"));
  await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS - 1);
  draft.change(page("ab"));
  await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS - 1);
  expect(named()).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(named()).toEqual([[1, "ab"]]);
  expect(draft.read().state).toBe("saving");
  sent[0]?.answer(told(2));
  await vi.advanceTimersByTimeAsync(0);
  expect(draft.read()).toMatchObject({ state: "saved", revision: 2 });
});

test("what is typed while a call runs waits for its answer, and none is lost", async () => {
  const draft = open();
  draft.change(page("a"));
  const flushed = draft.flush();
  draft.change(page("ab"));
  await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
  expect(named()).toEqual([[1, "a"]]);
  sent[0]?.answer(told(2));
  await vi.advanceTimersByTimeAsync(0);
  expect(named()).toEqual([
    [1, "a"],
    [2, "ab"],
  ]);
  sent[1]?.answer(told(3));
  await flushed;
  expect(draft.read()).toMatchObject({ state: "saved", revision: 3 });
});

test("a call that failed is repeated by itself, with what was typed since", async () => {
  const draft = open();
  draft.change(page("a"));
  void draft.flush();
  sent[0]?.answer(new ApiError({ code: "unreachable", message: "No answer." }));
  await vi.advanceTimersByTimeAsync(0);
  expect(draft.read().state).toBe("failed");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(named()).toEqual([
    [1, "a"],
    [1, "a"],
  ]);
  sent[1]?.answer(told(2));
  await vi.advanceTimersByTimeAsync(0);
  expect(draft.read()).toMatchObject({ state: "saved", revision: 2, error: null });
});

test("what somebody else saved meanwhile is not written over before somebody says so", async () => {
  const draft = open();
  draft.change(page("mine"));
  void draft.flush();
  sent[0]?.answer(new ApiError({ code: "conflict", message: "Somebody saved it." }));
  await vi.advanceTimersByTimeAsync(0);
  draft.change(page("mine, longer"));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(named()).toEqual([[1, "mine"]]);
  expect(draft.read().state).toBe("clash");
  void draft.overwrite(7);
  await vi.advanceTimersByTimeAsync(0);
  expect(named()[1]).toEqual([7, "mine, longer"]);
});

test("an editor that is closed sends what waits, once", async () => {
  const draft = open();
  draft.change(page("last"));
  draft.close();
  expect(named()).toEqual([[1, "last"]]);
  sent[0]?.answer(new ApiError({ code: "unreachable", message: "No answer." }));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(named()).toHaveLength(1);
});
