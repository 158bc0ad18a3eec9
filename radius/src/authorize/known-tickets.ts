import { nameToldTicket, readToldTicket, TICKET_SECONDS, type Ticket } from "@foyer/branch-store";

/** In all, at some 500 octets each: 8 MiB at the most. A branch has a few in two minutes. */
export const KNOWN_TICKETS_MAX = 16_384;
/** No ticket lives longer, and half of them are forgotten at once. */
const GENERATION_MS = TICKET_SECONDS * 1000;
/** Looks at a ticket for a device of its own; where it takes more, all tickets are forgotten. */
const LOOKS_MAX = 20_000;

/** By name, as they were told: most are used once, and are not read before. */
type Generation = { lines: Map<string, string>; startedAt: number };

/**
 * Tickets that were issued of late, known before their NAS asks. Who asks with one that is not here
 * is looked up, so what is forgotten costs nothing but that.
 */
export type KnownTickets = {
  find: (username: string) => Ticket | null;
  /** What `tellWaitingTickets` told. */
  keep: (told: string, now: Date) => void;
  /** Something has changed about these devices, or about any: their tickets may be gone. */
  mistrust: (deviceIds: readonly string[] | null) => void;
  /** Its use is on the disk, where it is looked up from now on. */
  forget: (username: string) => void;
};

export function createKnownTickets(): KnownTickets {
  let [fresh, old] = [beginAt(0), beginAt(0)];
  const beginAnew = (now: number) => {
    [fresh, old] = [beginAt(now), fresh];
  };
  return {
    find: (username) => {
      const line = fresh.lines.get(username) ?? old.lines.get(username);
      return line === undefined ? null : readToldTicket(line, username);
    },
    keep: (told, now) => {
      if (Math.abs(now.getTime() - fresh.startedAt) > GENERATION_MS) beginAnew(now.getTime());
      for (const line of told.split("\n")) {
        if (fresh.lines.size >= KNOWN_TICKETS_MAX / 2) beginAnew(now.getTime());
        fresh.lines.set(nameToldTicket(line), line);
      }
    },
    mistrust: (deviceIds) => {
      const count = fresh.lines.size + old.lines.size;
      if (deviceIds === null || count * deviceIds.length > LOOKS_MAX)
        [fresh, old] = [beginAt(0), beginAt(0)];
      else for (const { lines } of [fresh, old]) forgetDevices(lines, deviceIds);
    },
    forget: (username) => {
      for (const { lines } of [fresh, old]) lines.delete(username);
    },
  };
}

const beginAt = (startedAt: number): Generation => ({ lines: new Map(), startedAt });

function forgetDevices(lines: Map<string, string>, deviceIds: readonly string[]): void {
  for (const [username, line] of lines)
    if (deviceIds.some((deviceId) => line.includes(deviceId))) lines.delete(username);
}
