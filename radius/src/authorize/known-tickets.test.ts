import { TICKET_SECONDS } from "@foyer/branch-store";
import { describe, expect, test } from "vitest";
import { createKnownTickets, KNOWN_TICKETS_MAX } from "./known-tickets.ts";

const NOW = new Date("2026-03-01T02:00:00.000Z");
/** As the store tells of it: see `tellWaitingTickets`. */
const lineOf = (username: string) =>
  JSON.stringify([username, "p", "n", `device of ${username}`, "g", "m", "x", "y", 1, 2, null]);

const known = (...usernames: string[]) => {
  const tickets = createKnownTickets();
  tickets.keep(usernames.map(lineOf).join("\n"), NOW);
  const list = () => usernames.filter((each) => tickets.find(each)?.username === each);
  return { ...tickets, list };
};

describe("tickets in memory", () => {
  test("are found by their name until something has changed about their device, or about any", () => {
    const tickets = known("one", "two", "three");
    expect(tickets.list()).toEqual(["one", "two", "three"]);
    tickets.mistrust(["device of one", "another's"]);
    expect(tickets.list()).toEqual(["two", "three"]);
    tickets.mistrust([]);
    expect(tickets.list()).toEqual(["two", "three"]);
    tickets.mistrust(null);
    expect(tickets.list()).toEqual([]);
  });

  test("are forgotten all together where too many devices have changed to look for each", () => {
    const tickets = known("one", "two");
    tickets.mistrust(Array.from({ length: 10_001 }, (_, at) => `device ${at}`));
    expect(tickets.list()).toEqual([]);
  });

  test("are forgotten once none of their time is good, whatever the clock does", () => {
    for (const direction of [1, -1]) {
      const tickets = known("first");
      const later = (lives: number) =>
        new Date(NOW.getTime() + direction * lives * (TICKET_SECONDS + 1) * 1000);
      tickets.keep(lineOf("second"), later(1));
      expect(tickets.find("first")).not.toBeNull();
      tickets.keep(lineOf("third"), later(2));
      expect(tickets.find("first")).toBeNull();
      expect(tickets.find("second")).not.toBeNull();
    }
  });

  test("are so many at the most, and those that came first make room", () => {
    const all = Array.from({ length: 2 * KNOWN_TICKETS_MAX }, (_, at) => `t-${at}`);
    const found = known(...all).list();
    expect(found.length).toBeLessThanOrEqual(KNOWN_TICKETS_MAX);
    expect(found.length).toBeGreaterThanOrEqual(KNOWN_TICKETS_MAX / 2);
    expect(found.at(-1)).toBe(all.at(-1));
  });
});
