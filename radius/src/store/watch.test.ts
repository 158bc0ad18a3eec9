import { describe, expect, test } from "vitest";
import { watchThread } from "./watch.ts";
import type { Writes } from "./writes.ts";

describe("a thread of the store that is watched", () => {
  const open = () => {
    let now = Date.parse("2026-03-01T02:00:00.000Z");
    let code: string | null = null;
    const ask = () =>
      code === null
        ? Promise.resolve(undefined as never)
        : Promise.reject(Object.assign(new Error(code), { code }));
    const writer = watchThread<Writes>({ ask }, () => new Date(now));
    const write = (fault: string | null) => {
      code = fault;
      return writer.ask("finishCommand", { id: "", outcome: "" })?.catch(() => {});
    };
    const advance = (seconds: number) => {
      now += seconds * 1000;
    };
    return { writer, write, advance };
  };

  test("tells its trouble from the first failure, though something is kept between", async () => {
    const { writer, write, advance } = open();
    expect(writer.findTrouble()).toBeNull();
    await write("SQLITE_FULL");
    const trouble = { code: "SQLITE_FULL", since: "2026-03-01T02:00:00.000Z" };
    advance(30);
    await write(null);
    await write("SQLITE_FULL");
    expect(writer.findTrouble()).toEqual(trouble);
    advance(600);
    expect(writer.findTrouble()).toEqual(trouble);
    await write(null);
    expect(writer.findTrouble()).toBeNull();
  });

  test("is not in trouble when one work breaks a constraint", async () => {
    const { writer, write } = open();
    await write("SQLITE_CONSTRAINT_UNIQUE");
    expect(writer.findTrouble()).toBeNull();
  });
});
