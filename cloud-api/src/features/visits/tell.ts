import type { BoxEvent } from "../../platform/events.ts";
import {
  type Book,
  giveGuest,
  nameDevice,
  nameGuest,
  tellEnd,
  tellSession,
  tellStart,
} from "./book.ts";
import type { SessionWord } from "./fold.ts";
import { clampUsage } from "./rules.ts";

type VisitEvent = BoxEvent<"visit.started"> | BoxEvent<"visit.ended">;
type SessionEvent =
  | BoxEvent<"session.started">
  | BoxEvent<"session.updated">
  | BoxEvent<"session.ended">;
type GuestEvent = BoxEvent<"guest.verified"> | BoxEvent<"guest.recognised">;
/** What the log tells of visits one by one. */
export type Told = VisitEvent | SessionEvent | GuestEvent | BoxEvent<"device.recognised">;

// A box may write an id in capitals; the database gives it in small letters.
const idOf = (id: string): string => id.toLowerCase();

/** Tells a book one event of the log. */
export function tell(book: Book, event: Told): void {
  const { position } = event;
  switch (event.type) {
    case "visit.started":
      tellStart(book, { ...placeOf(event), source: event.payload.source }, position);
      break;
    case "visit.ended": {
      const { endedAt, sessions } = event.payload;
      const end = { endedAt: new Date(endedAt), usage: clampUsage(event.payload), sessions };
      tellEnd(book, { ...placeOf(event), ...end, word: event.origin }, position);
      break;
    }
    case "session.started": {
      const { visitId, guestId } = event.payload;
      tellSession(book, readWord(event));
      if (guestId) nameGuest(book, { visitId: idOf(visitId), guestId: idOf(guestId), position });
      break;
    }
    case "session.updated":
    case "session.ended":
      tellSession(book, readWord(event));
      break;
    case "device.recognised": {
      const { deviceId, guestId } = event.payload;
      nameDevice(book, { deviceId: idOf(deviceId), guestId: idOf(guestId), position });
      break;
    }
    case "guest.verified":
    case "guest.recognised":
      giveGuest(book, { guestId: idOf(event.payload.guestId), position });
      break;
  }
}

function placeOf(event: VisitEvent) {
  const { visitId, deviceId, guestId, startedAt } = event.payload;
  return {
    visitId: idOf(visitId),
    branchId: event.branchId,
    boxId: event.origin.boxId,
    deviceId: idOf(deviceId),
    guestId: guestId === null ? null : idOf(guestId),
    startedAt: new Date(startedAt),
    at: event.occurredAt,
  };
}

function readWord(event: SessionEvent): SessionWord {
  const { sessionId, visitId, policyId = null } = event.payload;
  const ids = { sessionId: idOf(sessionId), visitId: idOf(visitId), policyId };
  const said = { ...ids, branchId: event.branchId, at: event.occurredAt, word: event.origin };
  switch (event.type) {
    case "session.started": {
      const { nasId, deviceId } = event.payload;
      return { ...said, says: "started", nasId, deviceId };
    }
    case "session.updated":
      return { ...said, says: "updated", usage: clampUsage(event.payload) };
    case "session.ended": {
      const { cause } = event.payload;
      const startedAt = new Date(event.payload.startedAt);
      const endedAt = new Date(Math.max(Date.parse(event.payload.endedAt), startedAt.getTime()));
      const end = { startedAt, endedAt, cause, usage: clampUsage(event.payload) };
      return { ...said, says: "ended", ...end };
    }
  }
}
