import { TICKET_SECONDS, type Ticket } from "@foyer/branch-store";
import { describe, expect, test } from "vitest";
import { MAC, NAS_ID, POLICY_ID } from "../../test/box.ts";
import { createKnownTickets, KNOWN_TICKETS_MAX } from "./known-tickets.ts";

const NOW = new Date("2026-03-01T02:00:00.000Z");
const ticket = (username: string, deviceId = `device of ${username}`): Ticket => ({
  ...{ username, password: "p", nasId: NAS_ID, mac: MAC, deviceId, guestId: "g" },
  ...{ method: "click-through", policyId: POLICY_ID, issuedAt: NOW, expiresAt: NOW },
  ...{ usedAt: null, endsAt: null, accessCodeId: null },
});

describe("tickets in memory", () => {
  test("are found by their name until something has changed about their device, or about any", () => {
    const tickets = createKnownTickets();
    const [one, two, three] = [ticket("one"), ticket("two"), ticket("three")];
    tickets.keep([one, two, three], NOW);
    tickets.mistrust([one.deviceId, "another's"]);
    expect([one, two, three].map(({ username }) => tickets.find(username))).toEqual([
      ...[null, two, three],
    ]);
    tickets.mistrust(null);
    expect(tickets.find("two")).toBeNull();
  });

  test("are one a device, the last one", () => {
    const tickets = createKnownTickets();
    const last = ticket("last", "d");
    tickets.keep([ticket("first", "d"), last], NOW);
    expect([tickets.find("first"), tickets.find("last")]).toEqual([null, last]);
    tickets.mistrust(["d"]);
    expect(tickets.find("last")).toBeNull();
  });

  test("are forgotten once none of their time is good, whatever the clock does", () => {
    for (const direction of [1, -1]) {
      const tickets = createKnownTickets();
      const later = (lives: number) =>
        new Date(NOW.getTime() + direction * lives * (TICKET_SECONDS + 1) * 1000);
      tickets.keep([ticket("first")], NOW);
      tickets.keep([ticket("second")], later(1));
      expect(tickets.find("first")).not.toBeNull();
      tickets.keep([ticket("third")], later(2));
      expect(tickets.find("first")).toBeNull();
      expect(tickets.find("second")).not.toBeNull();
    }
  });

  test("are so many at the most, and those that came first make room", () => {
    const tickets = createKnownTickets();
    const all = Array.from({ length: 2 * KNOWN_TICKETS_MAX }, (_, at) => ticket(`t-${at}`));
    tickets.keep(all, NOW);
    const found = all.filter(({ username }) => tickets.find(username));
    expect(found.length).toBeLessThanOrEqual(KNOWN_TICKETS_MAX);
    expect(found.length).toBeGreaterThanOrEqual(KNOWN_TICKETS_MAX / 2);
    expect(found.at(-1)).toBe(all.at(-1));
  });
});
