import { describe, expect, test } from "vitest";
import { MAC_ONE } from "../../test/guest-network.ts";
import { causes } from "./records.ts";
import { readSessions } from "./session-file.ts";
import { count, findNamed, type GatewaySession, IDLE_SECONDS, judge, pass } from "./sessions.ts";

const UNLIMITED = {
  ...{ sessionSeconds: null, idleSeconds: null, totalBytes: null },
  ...{ uploadKbps: null, downloadKbps: null },
};
const session: GatewaySession = {
  ...{ id: "a1", mac: MAC_ONE, ip: "10.42.0.11", username: "t-1", className: null },
  ...{ limits: UNLIMITED, interimSeconds: 600, elapsedSeconds: 0, idleSeconds: 0 },
  ...{ sinceInterimSeconds: 0, uploadBytes: 0, downloadBytes: 0 },
};
const limited = (limits: Partial<typeof UNLIMITED>) =>
  ({ ...session, limits: { ...UNLIMITED, ...limits } }) as GatewaySession;

describe("a session", () => {
  test("ends when its time is over, to the second", () => {
    const hour = limited({ sessionSeconds: 3600 as never, idleSeconds: 9999 as never });
    expect(judge(pass(hour, 3599))).not.toMatchObject({ kind: "end" });
    expect(judge(pass(hour, 3600))).toEqual({ kind: "end", cause: causes.sessionTimeout });
  });

  test("ends when what was sent and received together is what it may", () => {
    const mega = limited({ totalBytes: 1000 as never });
    expect(judge(count(mega, { uploadBytes: 400, downloadBytes: 599 }))).toBeNull();
    expect(judge(count(mega, { uploadBytes: 400, downloadBytes: 600 }))).toMatchObject({
      kind: "end",
    });
  });

  test("ends when one way alone has had what it may, whatever goes the other", () => {
    const up = { ...session, limits: { ...UNLIMITED, uploadBytes: 1000 } };
    const down = { ...session, limits: { ...UNLIMITED, downloadBytes: 1000 } };
    const sent = { uploadBytes: 1000, downloadBytes: 999 };
    expect(judge(count(up, sent))).toMatchObject({ kind: "end" });
    expect(judge(count(down, sent))).toBeNull();
    expect(judge(count(down, { ...sent, downloadBytes: 1000 }))).toMatchObject({ kind: "end" });
    expect(judge(count(up, { uploadBytes: 999, downloadBytes: 5000 }))).toBeNull();
  });

  test("ends when the guest has sent nothing for as long as it may be, or as long as is usual", () => {
    const idle = { kind: "end", cause: causes.idleTimeout };
    expect(judge(pass(limited({ idleSeconds: 60 as never }), 60))).toEqual(idle);
    expect(judge(pass(session, IDLE_SECONDS))).toEqual(idle);
    // What is only sent to a guest who has left keeps nobody here.
    const received = count(pass(session, 1700), { uploadBytes: 0, downloadBytes: 9 });
    expect(received.idleSeconds).toBe(1700);
    expect(count(received, { uploadBytes: 1, downloadBytes: 9 }).idleSeconds).toBe(0);
  });

  test("is told of at its interval, and its counters never go back", () => {
    expect(judge(pass(session, 599))).toBeNull();
    expect(judge(pass(session, 600))).toEqual({ kind: "interim" });
    const told = count(session, { uploadBytes: 50, downloadBytes: 70 });
    expect(count(told, { uploadBytes: 10, downloadBytes: 80 })).toMatchObject({
      uploadBytes: 50,
      downloadBytes: 80,
    });
  });

  test("is named by all that an order says, and by nothing where it says nothing", () => {
    const nothing = { id: null, username: null, mac: null, ip: null };
    expect(findNamed([session], nothing)).toBeNull();
    expect(findNamed([session], { ...nothing, mac: MAC_ONE })).toBe(session);
    expect(findNamed([session], { ...nothing, mac: MAC_ONE, id: "a2" })).toBeNull();
    expect(findNamed([session], { ...nothing, id: "a1", ip: "10.42.0.11", username: "t-1" })).toBe(
      session,
    );
  });

  test("goes on after a power cut, older by the time that was slept", () => {
    const kept = { version: 1, savedAt: 1_000_000, sessions: [session], untold: [] };
    const after = (ms: number) => readSessions(JSON.stringify(kept), new Date(1_000_000 + ms));
    expect(after(90_000)?.sessions[0]).toMatchObject({ elapsedSeconds: 90, idleSeconds: 90 });
    // A machine without a battery wakes in the past: nothing is known of how long it slept.
    expect(after(-86_400_000)?.sessions[0]).toMatchObject({ elapsedSeconds: 0 });
    expect(readSessions('{"version":1,"sess', new Date())).toBeNull();
    expect(readSessions('{"version":9}', new Date())).toBeNull();
  });
});
