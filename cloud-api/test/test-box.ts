import { randomUUID } from "node:crypto";
import {
  type EventEnvelope,
  type EventPayload,
  type EventType,
  findNewestVersion,
} from "@foyer/contract";
import { uuidv7 } from "uuidv7";

export type TestBoxIdentity = { tenantId: string; branchId: string; boxId: string };

/** Writes events as a box's store would, without a store: in order, without gaps. */
export type TestBox = TestBoxIdentity & {
  epoch: string;
  write: <T extends EventType>(type: T, payload: EventPayload<T>, at?: Date) => EventEnvelope;
  /** A whole sign-in by phone, as the portal writes it. Gives its events and the guest's ids. */
  signIn: (guest: {
    phone: string;
    name?: string;
    guestId?: string;
    deviceId?: string;
    mac?: string;
    at?: Date;
  }) => { events: EventEnvelope[]; guestId: string; deviceId: string };
  /** A visit with one session, from its start to its end; without an end where `endedAt` is null. */
  visit: (visit: {
    guestId: string | null;
    deviceId: string;
    startedAt: Date;
    endedAt: Date | null;
    visitId?: string;
  }) => { events: EventEnvelope[]; visitId: string; sessionId: string };
};

export const NAS_ID = "01990000-0000-7000-8000-0000000000aa";

export function makeTestBox(identity: Partial<TestBoxIdentity> & { tenantId: string }): TestBox {
  const box = { branchId: uuidv7(), boxId: uuidv7(), epoch: uuidv7(), ...identity };
  let seq = 0;
  const write: TestBox["write"] = (type, payload, at = new Date()) => {
    seq += 1;
    const occurredAt = at.toISOString();
    return {
      id: uuidv7(),
      type,
      version: findNewestVersion(type),
      ...box,
      seq,
      occurredAt,
      payload,
    };
  };
  return {
    ...box,
    write,
    signIn: ({ phone, name, at, mac = randomMac(), ...ids }) => {
      const { guestId = uuidv7(), deviceId = uuidv7() } = ids;
      const details = name === undefined ? {} : { name };
      const place = { guestId, deviceId, nasId: NAS_ID };
      const events = [
        write("device.seen", { deviceId, mac, randomised: false, nasId: NAS_ID, by: "portal" }, at),
        write("guest.registered", { ...place, language: "vi", details, termsVersion: 1 }, at),
        write("guest.verified", { guestId, deviceId, phone, method: "code" }, at),
      ];
      return { events, guestId, deviceId };
    },
    visit: ({ guestId, deviceId, startedAt, endedAt, visitId = uuidv7() }) => {
      const sessionId = uuidv7();
      const arrival = { visitId, deviceId, guestId };
      const from = startedAt.toISOString();
      const events = [
        write("visit.started", { ...arrival, source: "wifi", startedAt: from }, startedAt),
        write("session.started", { ...arrival, sessionId, nasId: NAS_ID }, startedAt),
      ];
      if (endedAt === null) return { events, visitId, sessionId };
      const to = endedAt.toISOString();
      const connectedSeconds = (endedAt.getTime() - startedAt.getTime()) / 1000;
      const usage = { connectedSeconds, uploadBytes: 1000, downloadBytes: 20_000 };
      const span = { startedAt: from, endedAt: to };
      const left = { sessionId, visitId, ...span, cause: "User-Request", ...usage };
      events.push(write("session.ended", left, endedAt));
      events.push(write("visit.ended", { ...arrival, ...span, sessions: 1, ...usage }, endedAt));
      return { events, visitId, sessionId };
    },
  };
}

/** A universally administered address that nobody else in this run has. */
function randomMac(): string {
  const hex = randomUUID().replaceAll("-", "").slice(0, 10).toUpperCase();
  return ["00", ...(hex.match(/../g) ?? [])].join("-");
}
