import type { CodeAnswer, EventEnvelope } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import { MAC, NAS, openTestStore, PHONE, type TestStore } from "../test/store.ts";
import {
  acknowledge,
  applyCodeAnswers,
  claimCodeRequest,
  countCodeMessages,
  createCode,
  findCodeRequest,
  findEpoch,
  findPullPosition,
  giveCodeRequestUp,
  handOverEvents,
  listUntouchedRequests,
  noteBudgetReached,
  openBranchStore,
  requestCodeMessage,
  takeBackRequests,
  useCode,
} from "./index.ts";

const CODE = "493027";

function open() {
  const store = openTestStore();
  const codeId = makeCode(store);
  return { store, codeId, request: ask(store, codeId) };
}

function makeCode(store: TestStore): string {
  const code = { nasId: NAS, mac: MAC, contact: { kind: "phone", value: PHONE } } as const;
  return store.transaction((tx) =>
    createCode(tx, { ...code, language: "vi", secret: "S", codeSeconds: 300, terms: null }),
  ).id;
}

const ask = (store: TestStore, codeId: string) =>
  store.transaction((tx) =>
    requestCodeMessage(tx, { codeId, code: CODE, host: null, address: "10.0.0.6" }),
  );

const asked = (store: TestStore) => store.listEvents("code.requested");
const handOver = (store: TestStore): EventEnvelope[] =>
  store.transaction((tx) => handOverEvents(tx, asked(store)));
const stateOf = (store: TestStore, codeId: string) =>
  store.read((tx) => findCodeRequest(tx, codeId))?.state;
const countTaken = (store: TestStore) =>
  store.read((tx) => countCodeMessages(tx, { since: new Date(0) }));
const answer = (messageId: string, change: Partial<CodeAnswer>): CodeAnswer => ({
  ...{ messageId, position: 1, state: "sent", by: "sms", failure: null },
  ...change,
});

describe("a code that the cloud is asked to send", () => {
  test("is an event with its digits and the rest of its life, and counts as a message", () => {
    const { store, request } = open();
    const [event] = asked(store);
    expect(event).toMatchObject({
      version: 2,
      payload: {
        channel: "cloud",
        contact: { kind: "phone", value: PHONE },
        message: { id: request.messageId, code: CODE, secondsLeft: 300, host: null },
      },
    });
    expect(countTaken(store)).toEqual({ taken: 1, attempts: 1 });
  });

  test("is handed over with what is left of its life just then", () => {
    const { store } = open();
    store.advance(120);
    expect(handOver(store)[0]?.payload.message).toMatchObject({ secondsLeft: 180 });
    store.advance(60);
    expect(handOver(store)[0]?.payload.message).toMatchObject({ secondsLeft: 120 });
  });

  test("belongs to the portal that claims it before the agent begins, and goes without its digits then", () => {
    const { store, codeId, request } = open();
    expect(store.transaction((tx) => claimCodeRequest(tx, request.messageId))).toBe(true);
    const [event] = handOver(store);
    expect(event?.payload).toMatchObject({ channel: "none" });
    expect(JSON.stringify(event)).not.toContain(CODE);
    expect(stateOf(store, codeId)).toBe("claimed");
    expect(countTaken(store)).toEqual({ taken: 0, attempts: 1 });
  });

  test("belongs to the agent that begins before the portal claims it", () => {
    const { store, codeId, request } = open();
    handOver(store);
    expect(store.transaction((tx) => claimCodeRequest(tx, request.messageId))).toBe(false);
    expect(stateOf(store, codeId)).toBe("pushed");
  });

  test("has one owner whatever two processes do at the same moment", () => {
    for (let turn = 0; turn < 20; turn += 1) {
      const { store, request } = open();
      const identity = store.transaction((tx) => tx.identity);
      const clock = () => store.read((tx) => tx.now);
      const agent = openBranchStore({ folder: store.folder, identity, clock });
      const events = asked(store);
      const claim = () => store.transaction((tx) => claimCodeRequest(tx, request.messageId));
      // The agent has read the event before; what counts is who writes first.
      const push = () => agent.transaction((tx) => handOverEvents(tx, events));
      const [isClaimed, pushed] = turn % 2 === 0 ? [claim(), push()] : swap(push(), claim());
      expect(pushed[0]?.payload.message !== undefined).toBe(!isClaimed);
      agent.close();
    }
  });

  test("is the agent's still after a power cut in between, and is handed over again while it lives", () => {
    const { store, request } = open();
    handOver(store);
    const identity = store.transaction((tx) => tx.identity);
    const clock = () => store.read((tx) => tx.now);
    const restarted = openBranchStore({ folder: store.folder, identity, clock });
    expect(restarted.transaction((tx) => claimCodeRequest(tx, request.messageId))).toBe(false);
    restarted.close();
    expect(handOver(store)[0]?.payload.message).toMatchObject({ id: request.messageId });
  });

  test("may be claimed again where no octet left the box", () => {
    const { store, request } = open();
    const seqs = asked(store).map(({ seq }) => seq);
    const untouched = store.read((tx) => listUntouchedRequests(tx, seqs));
    expect(untouched).toEqual(seqs);
    handOver(store);
    expect(store.read((tx) => listUntouchedRequests(tx, seqs))).toEqual([]);
    store.transaction((tx) => takeBackRequests(tx, untouched));
    expect(store.transaction((tx) => claimCodeRequest(tx, request.messageId))).toBe(true);
  });

  test.each([
    ["whose life is over", (store: TestStore) => store.advance(300)],
    ["of an hour to come, for the clock was put back", (store: TestStore) => store.advance(-3600)],
    ["that the clock jumped past", (store: TestStore) => store.advance(3600)],
    ["that a newer one has voided", (store: TestStore) => void makeCode(store)],
    [
      "that was typed meanwhile",
      (store: TestStore, codeId: string) => void store.transaction((tx) => useCode(tx, codeId)),
    ],
  ])("one %s is handed over without its digits, and surely was not sent", (_what, happen) => {
    const { store, codeId } = open();
    happen(store, codeId);
    expect(JSON.stringify(handOver(store))).not.toContain(CODE);
    expect(stateOf(store, codeId)).toBe("failed");
  });

  test("asked for anew takes the message out of the request before, which the cloud may not hold yet", () => {
    const { store, codeId, request } = open();
    handOver(store);
    const second = ask(store, codeId);
    const messages = handOver(store).map(({ payload }) => payload.message);
    expect(messages).toEqual([undefined, expect.objectContaining({ id: second.messageId })]);
    expect(second.messageId).not.toBe(request.messageId);
  });
});

describe("what the cloud says of a code", () => {
  test("is kept by its position: an older word changes nothing, and a late one is the truth", () => {
    const { store, codeId, request } = open();
    const { messageId } = request;
    handOver(store);
    const apply = (...answers: CodeAnswer[]) =>
      store.transaction((tx) => applyCodeAnswers(tx, answers));
    apply(answer(messageId, { position: 1, state: "sending", by: "zalo" }));
    expect(store.read((tx) => findCodeRequest(tx, codeId))).toMatchObject({
      state: "sending",
      way: "zalo",
    });
    store.transaction((tx) => giveCodeRequestUp(tx, messageId));
    expect(stateOf(store, codeId)).toBe("unknown");
    apply(answer(messageId, { position: 3 }), answer(messageId, { position: 2, state: "failed" }));
    expect(stateOf(store, codeId)).toBe("sent");
    expect(store.read(findPullPosition).codes).toBe(3);
  });

  test("that it surely was not sent makes it an attempt and no message", () => {
    const { store, request } = open();
    handOver(store);
    const failed = answer(request.messageId, { state: "failed", by: null, failure: "recipient" });
    store.transaction((tx) => applyCodeAnswers(tx, [failed, failed]));
    expect(countTaken(store)).toEqual({ taken: 0, attempts: 1 });
  });

  test("of one that the portal took back changes nothing, nor of one nobody knows", () => {
    const { store, codeId, request } = open();
    store.transaction((tx) => claimCodeRequest(tx, request.messageId));
    store.transaction((tx) =>
      applyCodeAnswers(tx, [answer(request.messageId, {}), answer(codeId, { position: 2 })]),
    );
    expect(stateOf(store, codeId)).toBe("claimed");
  });

  test("comes though its event was acknowledged and forgotten", () => {
    const { store, codeId, request } = open();
    const [event] = handOver(store);
    const seq = event?.seq ?? 0;
    store.transaction((tx) =>
      acknowledge(tx, { epoch: findEpoch(tx), ranges: [{ from: seq, to: seq }] }),
    );
    store.transaction((tx) => applyCodeAnswers(tx, [answer(request.messageId, {})]));
    expect(stateOf(store, codeId)).toBe("sent");
  });
});

test("messages are counted by the address that asked and by the block a number is of", () => {
  const { store } = open();
  const since = new Date(0);
  const count = (of: Omit<Parameters<typeof countCodeMessages>[1], "since">) =>
    store.read((tx) => countCodeMessages(tx, { ...of, since }).taken);
  expect([count({ source: "10.0.0.6" }), count({ source: "10.0.0.7" })]).toEqual([1, 0]);
  const prefix = (start: string, length = PHONE.length) => count({ prefix: { start, length } });
  expect([prefix("+8490000"), prefix("+8490001"), prefix("+8490000", 11)]).toEqual([1, 0, 0]);
});

test("a budget that is used up is told once a day", () => {
  const store = openTestStore();
  for (const day of ["2026-03-01", "2026-03-01", "2026-03-02"])
    store.transaction((tx) => noteBudgetReached(tx, { day, messagesMax: 3 }));
  const days = store.listEvents("code.budget-reached").map(({ payload }) => payload.day);
  expect(days).toEqual(["2026-03-01", "2026-03-02"]);
});

const swap = <A, B>(a: A, b: B): [B, A] => [b, a];
