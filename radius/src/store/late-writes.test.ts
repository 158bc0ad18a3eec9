import { pino } from "pino";
import { describe, expect, test, vi } from "vitest";
import { createLateWrites, type TimedWrite } from "./late-writes.ts";

type Answer = (writes: readonly TimedWrite[]) => Promise<void> | null;

const withCode = (code: string) => Object.assign(new Error(code), { code });
const meet = (mac: string) => ({ name: "meetDevice", input: { mac, nasId: "n" } }) as const;
const namesOf = (writes: readonly TimedWrite[]) =>
  writes.map(({ input }) => ("mac" in input ? input.mac : ""));

/** Late writes over a writer that answers as it is told; `seconds` moves clock and timers. */
function open(answer: Answer) {
  vi.useFakeTimers({ now: 0 });
  const lines: { msg: string }[] = [];
  const write = (line: string) => lines.push(JSON.parse(line));
  const kept: TimedWrite[] = [];
  const ask = (_: string, { writes }: { writes: readonly TimedWrite[] }) => {
    const asked = answer(writes);
    asked?.then(
      () => kept.push(...writes),
      () => {},
    );
    return asked;
  };
  const late = createLateWrites({
    writer: { ask: ask as never },
    ...{ clock: () => new Date(), settleMilliseconds: 5000 },
    log: pino({ level: "error" }, { write }),
  });
  const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1000);
  return { late, kept, lines, pass };
}

describe("what follows from decisions", () => {
  test("is kept in the order of the decisions, though the store fails in between", async () => {
    let isFailing = true;
    const { late, kept, pass } = open(() =>
      isFailing ? Promise.reject(withCode("SQLITE_BUSY")) : Promise.resolve(),
    );
    late.add(meet("one"));
    await pass(0.5);
    late.add(meet("two"));
    isFailing = false;
    await pass(0.1);
    // The first is not tried again yet, and nothing overtakes it.
    late.add(meet("three"));
    expect(kept).toEqual([]);
    await pass(1);
    expect(namesOf(kept)).toEqual(["one", "two", "three"]);
    expect(late.count()).toBe(0);
  });

  test("may touch a device while a write about it waits, a ticket's use any, and so may too many", async () => {
    let isFailing = true;
    const { late, pass } = open(() =>
      isFailing ? Promise.reject(withCode("SQLITE_BUSY")) : Promise.resolve(),
    );
    expect(late.mayTouch("one")).toBe(false);
    late.add(meet("one"));
    expect([late.mayTouch("one"), late.mayTouch("two")]).toEqual([true, false]);
    const ticket = { row: 1, username: "ticket", nasId: "n", deviceId: "d", guestId: "g" };
    const input = { ...ticket, method: "click-through" as const, requestKey: "r" };
    late.add({ name: "keepTicketUse", input });
    expect(late.mayTouch("two")).toBe(true);
    isFailing = false;
    await pass(2);
    expect([late.mayTouch("one"), late.mayTouch("two")]).toEqual([false, false]);
    isFailing = true;
    for (let at = 0; at < 100; at++) late.add(meet(`mac ${at}`));
    expect(late.mayTouch("two")).toBe(true);
  });

  test("has the moment of its decision, however late it is kept", async () => {
    let isFailing = true;
    const { late, kept, pass } = open(() =>
      isFailing ? Promise.reject(withCode("SQLITE_FULL")) : Promise.resolve(),
    );
    late.add(meet("one"));
    await pass(600);
    isFailing = false;
    await pass(1);
    expect(kept.map(({ at }) => at)).toEqual([0]);
  });

  test("waits for a thread that is begun anew, or has too much to do", async () => {
    const answers = [() => Promise.reject(withCode("THREAD_ENDED")), () => null];
    const { late, kept, pass } = open(() => answers.shift()?.() ?? Promise.resolve());
    answers.push(() => null);
    late.add(meet("one"));
    await pass(3);
    expect(namesOf(kept)).toEqual(["one"]);
  });

  test("that can never be kept is told of, and costs the others nothing", async () => {
    const { late, kept, lines, pass } = open((writes) =>
      namesOf(writes).includes("bad")
        ? Promise.reject(withCode("SQLITE_CONSTRAINT"))
        : Promise.resolve(),
    );
    for (const mac of ["one", "bad", "two"]) late.add(meet(mac));
    await pass(1);
    expect(namesOf(kept)).toEqual(["one", "two"]);
    expect(lines).toMatchObject([{ write: "meetDevice" }]);
  });

  test("is kept together where it follows within a moment", async () => {
    const batches: string[][] = [];
    const { late, pass } = open(async (writes) => void batches.push(namesOf(writes)));
    for (const mac of ["one", "two"]) late.add(meet(mac));
    await pass(0.001);
    late.add(meet("three"));
    await pass(0.1);
    late.add(meet("four"));
    await pass(0.1);
    expect(batches).toEqual([["one", "two", "three"], ["four"]]);
  });

  test("is asked for before what is asked of the writer next", async () => {
    const asked: string[] = [];
    const { late, pass } = open(async (writes) => void asked.push(...namesOf(writes)));
    late.hurry();
    late.add(meet("one"));
    expect(asked).toEqual([]);
    late.hurry();
    expect(asked).toEqual(["one"]);
    late.add(meet("two"));
    late.hurry();
    await pass(0);
    expect(asked).toEqual(["one", "two"]);
  });

  test("tells when it is kept, and not before", async () => {
    let isFailing = true;
    const { late, pass } = open(() =>
      isFailing ? Promise.reject(withCode("SQLITE_BUSY")) : Promise.resolve(),
    );
    const onKept = vi.fn();
    late.add(meet("one"), onKept);
    await pass(2);
    expect(onKept).not.toHaveBeenCalled();
    isFailing = false;
    await pass(1);
    expect(onKept).toHaveBeenCalledTimes(1);
  });

  test("leaves room to guests: what may as well be forgotten takes a quarter", async () => {
    const { late } = open(() => null);
    for (let at = 0; at < 9000; at++) late.addIfRoom(meet(`${at}`));
    expect(late.count()).toBe(2048);
    for (let at = 0; at < 6144; at++) expect(late.add(meet(`${at}`))).toBe(true);
    expect(late.add(meet("one too many"))).toBe(false);
  });
});

describe("a stop", () => {
  test("waits for what is kept soon", async () => {
    const { late, kept, lines } = open(() => Promise.resolve());
    late.add(meet("one"));
    await late.settle();
    expect(namesOf(kept)).toEqual(["one"]);
    expect(lines).toEqual([]);
  });

  test("gives up what a failing store does not take, says how much, and ends", async () => {
    const { late, lines, pass } = open(() => Promise.reject(withCode("SQLITE_BUSY")));
    late.add(meet("one"));
    late.add(meet("two"));
    const settled = late.settle();
    await pass(5);
    await settled;
    expect(lines).toMatchObject([{ writes: 2 }]);
  });
});
