import { describe, expect, test } from "vitest";
import { MAC, NAS_ID, OTHER_MAC, POLICY_ID } from "../../test/box.ts";
import type { Verdict } from "./authorizer.ts";
import { type CodeAsk, createRecentCodes } from "./recent-codes.ts";

const NOW = Date.parse("2026-03-01T02:00:00.000Z");

/** Answers that are told by hand; `asked` counts how often the store was. */
function openDesk() {
  const recent = createRecentCodes();
  const desk = { asked: 0, says: acceptFor(1800) as Verdict | Error };
  const ask = (seconds: number, change: Partial<CodeAsk> = {}) => {
    const named = { nasId: NAS_ID, mac: MAC, code: "ABCD2345", settingsVersion: 3 };
    return recent.answer({ ...named, at: new Date(NOW + seconds * 1000), ...change }, async () => {
      desk.asked += 1;
      if (desk.says instanceof Error) throw desk.says;
      return desk.says;
    });
  };
  return { desk, ask };
}

function acceptFor(sessionSeconds: number | null): Verdict {
  const limits = {
    ...{ sessionSeconds, idleSeconds: null, uploadKbps: null, downloadKbps: null },
    sessionBytes: null,
    ...{ sessionUploadBytes: null, sessionDownloadBytes: null },
  };
  const granted = { limits, endsAt: null };
  return { kind: "accept", policyId: POLICY_ID, limits, granted };
}

const secondsOf = (verdict: Verdict) => verdict.kind === "accept" && verdict.limits.sessionSeconds;

describe("an answer to a code", () => {
  test("is good for 30 seconds, less the time gone by, and not a second longer", async () => {
    const { desk, ask } = openDesk();
    expect(secondsOf(await ask(0))).toBe(1800);
    expect(secondsOf(await ask(29.5))).toBe(1770);
    expect(secondsOf(await ask(30))).toBe(1770);
    expect(desk.asked).toBe(1);
    await ask(31);
    expect(desk.asked).toBe(2);
  });

  test("is asked for anew where none of its time is left, or the clock has jumped", async () => {
    const { desk, ask } = openDesk();
    desk.says = acceptFor(10);
    await ask(0);
    await ask(10);
    expect(desk.asked).toBe(2);
    await ask(-3600);
    expect(desk.asked).toBe(3);
    desk.says = acceptFor(null);
    await ask(7200);
    expect(secondsOf(await ask(7210))).toBeNull();
    expect(desk.asked).toBe(4);
  });

  test("is nobody else's: another NAS, device, code or settings are asked about", async () => {
    const { desk, ask } = openDesk();
    const others = [
      { nasId: "other" },
      { mac: OTHER_MAC },
      { code: "EFGH" },
      { settingsVersion: 4 },
    ];
    await ask(0);
    for (const other of others) await ask(0, other);
    expect(desk.asked).toBe(5);
  });

  test("is kept where it is no, and not where the store did not say it", async () => {
    const { desk, ask } = openDesk();
    desk.says = { kind: "too-busy" };
    await ask(0);
    desk.says = { kind: "reject", reason: "store-failed" };
    await ask(1);
    desk.says = new Error("a bug");
    await expect(ask(2)).rejects.toThrow("a bug");
    desk.says = { kind: "reject", reason: "code-unknown" };
    await ask(3);
    expect(desk.asked).toBe(4);
    expect(await ask(4)).toEqual(desk.says);
    expect(desk.asked).toBe(4);
  });
});
