import { expect, test } from "vitest";
import { DatabaseAway } from "../../platform/database-away.ts";
import { openTurns } from "./turns.ts";

type Question = { tenant: string; name: string };

/** Answers when it is told to; what was asked is kept, turn by turn. */
function open({ questionsMax = 10, turnsMax = 1 } = {}) {
  const turns: { tenantId: string; names: string[]; go: (error?: Error) => void }[] = [];
  const ask = openTurns<Question, string>({
    tenantOf: ({ tenant }) => tenant,
    nameOf: ({ name }) => name,
    ...{ questionsMax, turnsMax },
    answer: (tenantId, questions) =>
      new Promise((resolve, reject) => {
        const names = questions.map(({ name }) => name);
        const go = (error?: Error) =>
          error ? reject(error) : resolve(names.map((name) => `to ${name}`));
        turns.push({ tenantId, names, go });
      }),
  });
  return { turns, ask: (name: string, tenant = "one") => ask({ tenant, name }) };
}

const settle = async () => {
  for (let round = 0; round < 3; round += 1) await new Promise(setImmediate);
};

test("those who ask at once are answered together, and who comes meanwhile in the next turn", async () => {
  const { turns, ask } = open();
  const first = [ask("a"), ask("b")];
  await settle();
  const late = [ask("c"), ask("d")];
  await settle();
  expect(turns.map(({ names }) => names)).toEqual([["a", "b"]]);
  turns[0]?.go();
  expect(await Promise.all(first)).toEqual(["to a", "to b"]);
  await settle();
  expect(turns[1]?.names).toEqual(["c", "d"]);
  turns[1]?.go();
  expect(await Promise.all(late)).toEqual(["to c", "to d"]);
});

test("a turn takes so many and no name twice; tenants do not wait for each other", async () => {
  const { turns, ask } = open({ questionsMax: 2 });
  const asked = [ask("a"), ask("a"), ask("b"), ask("c"), ask("z", "other")];
  await settle();
  expect(turns.map(({ tenantId, names }) => [tenantId, names])).toEqual([
    ["one", ["a", "b"]],
    ["other", ["z"]],
  ]);
  for (const { go } of turns) go();
  await settle();
  expect(turns[2]?.names).toEqual(["a", "c"]);
  turns[2]?.go();
  await Promise.all(asked);
});

test("a turn that fails fails for its own, and the next goes on", async () => {
  const { turns, ask } = open({ questionsMax: 1 });
  const lost = expect(ask("a")).rejects.toThrow("away");
  const found = ask("b");
  await settle();
  turns[0]?.go(new Error("away"));
  await lost;
  await settle();
  turns[1]?.go();
  expect(await found).toBe("to b");
  const again = ask("c");
  await settle();
  turns[2]?.go();
  expect(await again).toBe("to c");
});

/** Answers all but those of some names; what was asked is kept, turn by turn. */
function openAllBut(failing: readonly string[], fault = (name: string) => new Error(name)) {
  const turns: string[][] = [];
  const ask = openTurns<Question, string>({
    tenantOf: ({ tenant }) => tenant,
    nameOf: ({ name }) => name,
    ...{ questionsMax: 100, turnsMax: 1 },
    answer: async (_, questions) => {
      const names = questions.map(({ name }) => name);
      turns.push(names);
      const bad = names.find((name) => failing.includes(name));
      if (bad !== undefined) throw fault(bad);
      return names.map((name) => `to ${name}`);
    },
  });
  const askAll = (names: readonly string[]) =>
    Promise.allSettled(names.map((name) => ask({ tenant: "one", name })));
  return { turns, askAll };
}

test("whoever cannot be answered takes nobody else of the turn along", async () => {
  const { turns, askAll } = openAllBut(["b"]);
  expect(await askAll(["a", "b", "c"])).toEqual([
    { status: "fulfilled", value: "to a" },
    { status: "rejected", reason: new Error("b") },
    { status: "fulfilled", value: "to c" },
  ]);
  // Together, and then each alone, once.
  expect(turns).toEqual([["a", "b", "c"], ["a"], ["b"], ["c"]]);
});

test("what fails for everybody is not tried with each", async () => {
  const names = Array.from({ length: 50 }, (_, at) => `box ${at}`);
  const storm = openAllBut(names);
  const all = await storm.askAll(names);
  expect(all.every(({ status }) => status === "rejected")).toBe(true);
  expect(storm.turns).toHaveLength(11);
  const away = openAllBut(["box 0"], (name) => new DatabaseAway(new Error(name)));
  expect((await away.askAll(names)).every(({ status }) => status === "rejected")).toBe(true);
  expect(away.turns).toHaveLength(1);
});

test("two turns of a tenant are under way at once where that is asked for", async () => {
  const { turns, ask } = open({ questionsMax: 1, turnsMax: 2 });
  const asked = [ask("a"), ask("b"), ask("c")];
  await settle();
  expect(turns.map(({ names }) => names)).toEqual([["a"], ["b"]]);
  for (const { go } of turns) go();
  await settle();
  turns[2]?.go();
  expect(await Promise.all(asked)).toHaveLength(3);
});
