import type { Ticket } from "@foyer/branch-store";
import { expect, test } from "vitest";
import { MAC, NAS_ID, POLICY_ID } from "../../test/box.ts";
import { unreadHolder } from "./packed-ticket.ts";
import { createSpentTickets } from "./spent-tickets.ts";

/** What may wait for the disk: see late-writes.ts. */
const WRITES_WAITING_MAX = 8192;

/** When a ticket that the store takes for unused was used, as far as is remembered. */
function findUse(spent: ReturnType<typeof createSpentTickets>, username: string): number | null {
  const ticket: Ticket = {
    ...{ row: 1, username, password: "p", nasId: NAS_ID, mac: MAC, deviceId: "d", guestId: "g" },
    ...{ method: "click-through", policyId: POLICY_ID, issuedAt: new Date(0) },
    ...{ expiresAt: new Date(120_000), usedAt: null, endsAt: null, accessCodeId: null },
  };
  const facts = spent.correct({ ticket, holder: unreadHolder("g"), codeEnd: null });
  return facts.ticket.usedAt?.getTime() ?? null;
}

test("a use is remembered for as long as its ticket could be used again", () => {
  const spent = createSpentTickets();
  spent.spend("first", new Date(0));
  for (let at = 1; at <= 120; at++) spent.spend(`ticket-${at}`, new Date(at * 1000));
  expect(findUse(spent, "first")).toBe(0);
});

test("a use that may wait for the disk still is not forgotten in a flood of log-ins", () => {
  const spent = createSpentTickets();
  for (let at = 0; at < 30_000; at++) {
    spent.spend(`ticket-${at}`, new Date(at / 100));
    const first = at - WRITES_WAITING_MAX;
    if (first >= 0 && at % 97 === 0) expect(findUse(spent, `ticket-${first}`)).not.toBeNull();
  }
  expect(findUse(spent, "ticket-0")).toBeNull();
});

test("what is older than any ticket lives makes room", () => {
  const spent = createSpentTickets();
  spent.spend("first", new Date(0));
  spent.spend("later", new Date(241_000));
  expect(findUse(spent, "first")).toBeNull();
  expect(findUse(spent, "later")).toBe(241_000);
});
