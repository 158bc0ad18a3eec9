import { pino } from "pino";
import { describe, expect, onTestFinished, test } from "vitest";
import { createCallQueue } from "./call-queue.ts";
import type { Call } from "./calls.ts";
import { openThread } from "./thread.ts";

type Faulty = {
  echo: (tx: never, input: string) => string;
  fail: (tx: never, input: null) => void;
  end: (tx: never, input: null) => void;
};

async function openFaulty() {
  const thread = await openThread<Faulty>({
    script: new URL("../../test/faulty-thread.ts", import.meta.url),
    ...{ stateFolder: "", clock: () => new Date(0), waitingMax: 3 },
    log: pino({ level: "silent" }),
  });
  onTestFinished(thread.close);
  return thread;
}

describe("a thread of the store", () => {
  test("answers, and hands SQLite's own code over with a failure", async () => {
    const thread = await openFaulty();
    expect(await thread.ask("echo", "a")).toBe("a");
    await expect(thread.ask("fail", null)).rejects.toMatchObject({
      ...{ message: "database is full", code: "SQLITE_FULL" },
    });
  });

  test("that ends by a fault fails what was under way and is begun anew for what waits", async () => {
    const thread = await openFaulty();
    const ended = expect(thread.ask("end", null)).rejects.toThrow("the thread of the store ended");
    await new Promise((resolve) => setImmediate(resolve));
    const later = thread.ask("echo", "still here");
    await ended;
    expect(await later).toBe("still here");
  });

  test("that ended is closed at once, and what waits for it fails", async () => {
    const thread = await openFaulty();
    const ended = expect(thread.ask("end", null)).rejects.toMatchObject({ code: "THREAD_ENDED" });
    await ended;
    const waiting = expect(thread.ask("echo", "a")).rejects.toMatchObject({ code: "THREAD_ENDED" });
    await thread.close();
    await waiting;
  });

  test("that cannot be begun rejects with why", async () => {
    const options = { stateFolder: "", clock: () => new Date(0), waitingMax: 3 };
    const script = new URL("./nowhere.ts", import.meta.url);
    const opening = openThread({ ...options, script, log: pino({ level: "silent" }) });
    await expect(opening).rejects.toThrow("nowhere.ts");
  });
});

describe("the calls to a thread", () => {
  const call = (name: string): Call => ({ name, input: null, at: 0, offset: null });
  const done = (count: number) =>
    Array.from({ length: count }, () => ({ kind: "done", result: null }) as const);
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  test("of one turn are one batch, and those made meanwhile are the next", async () => {
    const queue = createCallQueue(10);
    const batches: string[][] = [];
    queue.attach((calls) => batches.push(calls.map(({ name }) => name)));
    queue.ask(call("a"));
    queue.ask(call("b"));
    await turn();
    queue.ask(call("c"));
    await turn();
    expect(batches).toEqual([["a", "b"]]);
    queue.settle(done(2));
    expect(batches).toEqual([["a", "b"], ["c"]]);
  });

  test("are turned away when too many wait, the newest first", async () => {
    const queue = createCallQueue(3);
    const taken = [1, 2, 3, 4].map((each) => queue.ask(call(`${each}`)) !== null);
    expect(taken).toEqual([true, true, true, false]);
  });

  test("of a storm go out in bounded batches, in order, none lost", async () => {
    const queue = createCallQueue(5000);
    const sizes: number[] = [];
    queue.attach((calls) => {
      sizes.push(calls.length);
      setImmediate(() => queue.settle(done(calls.length)));
    });
    const asked = Array.from({ length: 1000 }, (_, at) => queue.ask(call(`${at}`)));
    await queue.whenIdle();
    await Promise.all(asked);
    expect(sizes).toEqual([256, 256, 256, 232]);
  });
});
