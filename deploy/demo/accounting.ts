import { attribute, findValue, type Packet, type RawAttribute, statusTypes } from "@foyer/radius";
import type { Session, SessionLimits, Station } from "./stations.ts";

const INTERIM_SECONDS = 60;
const UINT32 = 2 ** 32;

/** Who the access controller says it is, in every packet. */
export type NasIdentity = { nasIdentifier: string; address: string; calledStationId: string };

/** The limits of an Access-Accept that this access controller keeps. */
export function readLimits(accept: Packet): SessionLimits {
  return {
    sessionSeconds: findValue(accept, "Session-Timeout"),
    totalBytes: findValue(accept, "ChilliSpot-Max-Total-Octets"),
  };
}

/** How often usage is told while a session lasts (RFC 2869 §5.16). */
export function readInterimSeconds(accept: Packet): number {
  return findValue(accept, "Acct-Interim-Interval") ?? INTERIM_SECONDS;
}

/** What stands in every packet about a station, as CoovaChilli writes it. */
export function describeStation(identity: NasIdentity, station: Station): RawAttribute[] {
  return [
    attribute("Framed-IP-Address", station.ip),
    attribute("Calling-Station-Id", station.mac),
    attribute("Called-Station-Id", identity.calledStationId),
    attribute("NAS-Identifier", identity.nasIdentifier),
    attribute("NAS-IP-Address", identity.address),
    attribute("NAS-Port-Type", 19),
    attribute("NAS-Port", 1),
  ];
}

/** Accounting-On and Accounting-Off: the access controller has come up, or goes down. */
export function describeNas(identity: NasIdentity, status: "on" | "off"): RawAttribute[] {
  return [
    attribute("Acct-Status-Type", statusTypes[status]),
    attribute("NAS-Identifier", identity.nasIdentifier),
    attribute("NAS-IP-Address", identity.address),
    attribute("Acct-Session-Id", "0"),
  ];
}

export type Usage = {
  status: "start" | "interim" | "stop";
  now: Date;
  /** Why it ended; with `stop` alone. */
  cause?: number;
};

/** One accounting record of a session. Counters are cumulative (RFC 2869 §2.1). */
export function describeSession(session: Session, usage: Usage): RawAttribute[] {
  const records = [
    attribute("Acct-Status-Type", statusTypes[usage.status]),
    attribute("Acct-Session-Id", session.id),
    attribute("User-Name", session.username),
    attribute("Event-Timestamp", usage.now),
  ];
  if (session.className) records.push(attribute("Class", session.className));
  if (usage.status === "start") return records;
  const seconds = Math.floor((usage.now.getTime() - session.startedAt.getTime()) / 1000);
  records.push(
    attribute("Acct-Session-Time", Math.max(0, seconds)),
    // RFC 2866 §5.3: input is what comes from the guest.
    attribute("Acct-Input-Octets", session.uploadBytes % UINT32),
    attribute("Acct-Output-Octets", session.downloadBytes % UINT32),
    attribute("Acct-Input-Gigawords", Math.floor(session.uploadBytes / UINT32)),
    attribute("Acct-Output-Gigawords", Math.floor(session.downloadBytes / UINT32)),
  );
  if (usage.cause !== undefined) records.push(attribute("Acct-Terminate-Cause", usage.cause));
  return records;
}
