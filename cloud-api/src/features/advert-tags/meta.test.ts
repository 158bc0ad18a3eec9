import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { OutboundAnswer } from "../../platform/outbound.ts";
import { judgeMetaAnswer, restUntil, writeMetaBody } from "./meta.ts";

const NOW = new Date("2026-03-01T02:00:00.500Z");
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const answered = (status: number, body: unknown): OutboundAnswer => ({
  ...{ kind: "answered", status, headers: {} },
  text: typeof body === "string" ? body : JSON.stringify(body),
});
const fault = (code: number) => ({ error: { message: "No.", code } });

test("a visit is written as the Conversions API documents it: seconds, the shared id, hashes of what was normalised", () => {
  const event = {
    ...{ id: "a".repeat(22), name: "GuestVisit", occurredAt: new Date("2026-03-01T01:00:00Z") },
    ...{ phone: "+84912345678", email: " Lan@Example.COM " },
  };
  const nobody = { ...event, id: "b".repeat(22), email: null, occurredAt: new Date("2026-03-02") };
  expect(JSON.parse(writeMetaBody([event, nobody], NOW))).toEqual({
    data: [
      {
        ...{ event_name: "GuestVisit", event_time: 1772326800, event_id: "a".repeat(22) },
        action_source: "physical_store",
        user_data: { em: [sha256("lan@example.com")], ph: [sha256("84912345678")] },
      },
      {
        // From a clock that was ahead: as of now.
        ...{ event_name: "GuestVisit", event_time: 1772330400, event_id: "b".repeat(22) },
        action_source: "physical_store",
        user_data: { ph: [sha256("84912345678")] },
      },
    ],
  });
});

test.each<[string, OutboundAnswer, object]>([
  ["all of it was received", answered(200, { events_received: 2 }), { kind: "taken" }],
  ["only a part was", answered(200, { events_received: 1 }), { kind: "later" }],
  ["somebody else answers", answered(200, "<html>"), { kind: "later" }],
  ["the token is no good", answered(400, fault(190)), { kind: "later", fault: "token" }],
  ["the token may not", answered(403, fault(200)), { kind: "later", fault: "token" }],
  ["it is too often", answered(400, fault(80004)), { kind: "later", fault: "unreachable" }],
  ["Meta is down", answered(503, "no"), { kind: "later", fault: "unreachable" }],
  ["there is no such place", answered(404, "no"), { kind: "later", fault: "address" }],
  ["one of them is no good", answered(400, fault(100)), { kind: "refused" }],
  ["it broke off", { kind: "lost", reason: "x" }, { kind: "later", fault: "unreachable" }],
  ["it is a private address", { kind: "forbidden", reason: "x" }, { fault: "address" }],
])("where %s it is judged so", (_, answer, verdict) => {
  expect(judgeMetaAnswer(answer, 2)).toMatchObject(verdict);
});

test("each failure in a row waits twice as long, and none more than an hour", () => {
  const minutes = [1, 2, 3, 7, 50].map(
    (failures) => (restUntil(failures, NOW).getTime() - NOW.getTime()) / 60_000,
  );
  expect(minutes).toEqual([1, 2, 4, 60, 60]);
});
