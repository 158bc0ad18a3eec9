import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { MAC, NAS_ID, startTestBox } from "../../test/box.ts";
import { openTestNas } from "../../test/nas.ts";
import { codes } from "../protocol/dictionary.ts";
import { createRejectDelay } from "./reject-delay.ts";

const stranger = { userName: "nobody", password: "x", mac: MAC };
/** A timer of Node may fire a millisecond early. */
const TIMER_MS = 2;

describe("an Access-Reject is kept back", () => {
  test("for as long as is set, from the request's arrival", async () => {
    const box = await startTestBox({ rejectDelayMilliseconds: 300 });
    const nas = await openTestNas();
    const askedAt = performance.now();
    const reply = await nas.exchange(box.authPort, nas.pap(stranger));
    expect(reply?.code).toBe(codes.accessReject);
    expect(performance.now() - askedAt).toBeGreaterThanOrEqual(300 - TIMER_MS);
  });

  test("for a second unless it is set", async () => {
    const box = await startTestBox({ rejectDelayMilliseconds: undefined as never });
    const nas = await openTestNas();
    const askedAt = performance.now();
    const reply = await nas.exchange(box.authPort, nas.pap(stranger));
    expect(reply?.code).toBe(codes.accessReject);
    expect(performance.now() - askedAt).toBeGreaterThanOrEqual(1000 - TIMER_MS);
  });

  test("while who is let in does not wait, nor accounting, nor the next request", async () => {
    const box = await startTestBox({ rejectDelayMilliseconds: 60_000 });
    const nas = await openTestNas();
    const { username: userName, password } = box.issueTicketFor();
    void nas.exchange(box.authPort, nas.pap({ ...stranger, identifier: 250 }), 100);
    const reply = await nas.exchange(box.authPort, nas.pap({ userName, password, mac: MAC }));
    expect(reply?.code).toBe(codes.accessAccept);
  });

  test("RFC 5080 §2.2.2: retransmissions during the delay start no second handling", async () => {
    const box = await startTestBox({ rejectDelayMilliseconds: 2000 });
    const nas = await openTestNas();
    const bytes = nas.pap(stranger);
    expect(await nas.exchange(box.authPort, bytes, 50)).toBeNull();
    expect(await nas.exchange(box.authPort, bytes, 50)).toBeNull();
    const reply = await nas.exchange(box.authPort, bytes);
    expect(box.health().nas[NAS_ID]).toMatchObject({
      ...{ requests: 1, rejects: { "ticket-unknown": 1 }, drops: { "still-working": 2 } },
    });
    const again = await nas.exchange(box.authPort, bytes);
    expect(again?.bytes).toEqual(reply?.bytes);
    expect(box.health().nas[NAS_ID]).toMatchObject({ requests: 1, retransmits: 1 });
  });

  test("no longer than the server runs: what waits is told when it stops", async () => {
    const box = await startTestBox({ rejectDelayMilliseconds: 60_000 });
    const nas = await openTestNas();
    const answer = nas.exchange(box.authPort, nas.pap(stranger));
    while (!box.health().nas[NAS_ID]?.rejects["ticket-unknown"]) await sleep(5);
    await box.close();
    expect((await answer)?.code).toBe(codes.accessReject);
  });
});

describe("what waits is bounded", () => {
  test("beyond 1,024 a reject is sent at once", () => {
    const delay = createRejectDelay(60_000);
    const sent: number[] = [];
    for (let at = 0; at < 1030; at++) delay.hold(performance.now(), () => sent.push(at));
    expect(sent).toEqual([1024, 1025, 1026, 1027, 1028, 1029]);
    delay.close();
    expect(sent.toSorted((left, right) => left - right)).toEqual(
      Array.from({ length: 1030 }, (_, at) => at),
    );
  });

  test("what was decided late is not kept back twice, and after the end nothing is", () => {
    const delay = createRejectDelay(1000);
    const sent: string[] = [];
    delay.hold(performance.now() - 1001, () => sent.push("late"));
    delay.close();
    delay.hold(performance.now(), () => sent.push("closed"));
    expect(sent).toEqual(["late", "closed"]);
  });
});
