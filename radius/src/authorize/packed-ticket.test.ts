import type { Ticket } from "@foyer/branch-store";
import { expect, test } from "vitest";
import { MAC, NAS_ID, POLICY_ID } from "../../test/box.ts";
import type { HolderFacts } from "./facts.ts";
import { packTicket, unpackTicket, unreadHolder } from "./packed-ticket.ts";

const GUEST_ID = "01990000-0000-7000-8000-0000000000a1";
const fresh: Ticket = {
  ...{ row: 7, username: "ticket", password: "the ticket's", nasId: NAS_ID, mac: MAC },
  ...{ deviceId: "d", guestId: GUEST_ID, method: "click-through", policyId: POLICY_ID },
  ...{ issuedAt: new Date(1), expiresAt: new Date(120_001), usedAt: null, endsAt: null },
  accessCodeId: null,
};
const used: Ticket = {
  ...{ ...fresh, method: "access-code", usedAt: new Date(2), endsAt: new Date(3) },
  accessCodeId: "01990000-0000-7000-8000-0000000000b1",
};
const some = (seconds: number) => ({
  ...{ seconds, bytes: seconds * 1000 },
  ...{ uploadBytes: seconds * 400, downloadBytes: seconds * 600 },
});
const counted: HolderFacts = {
  guestId: GUEST_ID,
  standing: { visitNumber: 3, marks: { groups: ["g"], tags: [], tier: "gold" } },
  usage: { visit: some(1), day: some(2), week: some(3), ever: some(4) },
  otherDevices: 2,
};

test.each([fresh, used])(
  "a ticket arrives as it was sent, its holder read or not: %#",
  (ticket) => {
    for (const holder of [unreadHolder(GUEST_ID), counted])
      for (const codeEnd of [null, "code-withdrawn"] as const) {
        const facts = { ticket, holder, codeEnd };
        expect(unpackTicket(structuredClone(packTicket(facts)))).toEqual(facts);
      }
  },
);
