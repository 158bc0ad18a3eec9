import { TICKET_SECONDS, type Ticket } from "@foyer/branch-store";

/** In all, at some 700 octets each: 12 MiB at the most. A branch has a few in two minutes. */
export const KNOWN_TICKETS_MAX = 16_384;
/** No ticket lives longer, and half of them are forgotten at once. */
const GENERATION_MS = TICKET_SECONDS * 1000;

/** Tickets that were issued one after the other, and are forgotten together. */
type Generation = {
  byUsername: Map<string, Ticket>;
  /** The last ticket of each device. */
  byDevice: Map<string, Ticket>;
  startedAt: number;
};

/**
 * Tickets that were issued of late, known before their NAS asks. Who asks with one that is not here
 * is looked up, so what is forgotten costs nothing but that.
 */
export type KnownTickets = {
  find: (username: string) => Ticket | null;
  keep: (tickets: readonly Ticket[], now: Date) => void;
  /** Something has changed about these devices, or about any: their tickets may be gone. */
  mistrust: (deviceIds: readonly string[] | null) => void;
};

export function createKnownTickets(): KnownTickets {
  let [fresh, old] = [beginAt(0), beginAt(0)];
  const beginAnew = (now: number) => {
    [fresh, old] = [beginAt(now), fresh];
  };
  return {
    find: (username) => fresh.byUsername.get(username) ?? old.byUsername.get(username) ?? null,
    keep: (tickets, now) => {
      if (Math.abs(now.getTime() - fresh.startedAt) > GENERATION_MS) beginAnew(now.getTime());
      for (const ticket of tickets) {
        if (fresh.byUsername.size >= KNOWN_TICKETS_MAX / 2) beginAnew(now.getTime());
        forgetDevice(fresh, ticket.deviceId);
        forgetDevice(old, ticket.deviceId);
        fresh.byUsername.set(ticket.username, ticket);
        fresh.byDevice.set(ticket.deviceId, ticket);
      }
    },
    mistrust: (deviceIds) => {
      if (deviceIds === null) [fresh, old] = [beginAt(0), beginAt(0)];
      for (const deviceId of deviceIds ?? [])
        for (const generation of [fresh, old]) forgetDevice(generation, deviceId);
    },
  };
}

const beginAt = (startedAt: number): Generation => ({
  ...{ byUsername: new Map(), byDevice: new Map(), startedAt },
});

function forgetDevice({ byUsername, byDevice }: Generation, deviceId: string): void {
  const ticket = byDevice.get(deviceId);
  if (!ticket) return;
  byDevice.delete(deviceId);
  byUsername.delete(ticket.username);
}
