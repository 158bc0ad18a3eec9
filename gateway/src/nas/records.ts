import { attribute, findValue, type Packet, type RawAttribute, statusTypes } from "@foyer/radius";

const INTERIM_SECONDS = 60;
const UINT32 = 2 ** 32;

/** Why a session ended, in RADIUS's numbers (RFC 2866 §5.10). */
export const causes = {
  ...{ userRequest: 1, lostCarrier: 2, idleTimeout: 4, sessionTimeout: 5, adminReset: 6 },
  nasReboot: 11,
} as const;

/** What the RADIUS server allowed; null is no limit. */
export type SessionLimits = {
  /** From the session's start. */
  sessionSeconds: number | null;
  /** Without anything from the guest. */
  idleSeconds: number | null;
  totalBytes: number | null;
  /** What the guest sends, and what they receive; absent in a session kept by an earlier release. */
  uploadBytes?: number | null;
  downloadBytes?: number | null;
  uploadKbps: number | null;
  downloadKbps: number | null;
};

/** What accounting says of a session. */
export type AccountedSession = {
  /** Acct-Session-Id. */
  id: string;
  username: string;
  startedAt: Date;
  /** Class of the Access-Accept, echoed in accounting (RFC 2865 §5.25). */
  className: Buffer | null;
  uploadBytes: number;
  downloadBytes: number;
};

/** Who the access controller says it is, in every packet. */
export type NasIdentity = { nasIdentifier: string; address: string; calledStationId: string };

/** The limits of an Access-Accept or a CoA-Request that this access controller keeps; null: not said. */
export function readLimits(packet: Packet): SessionLimits {
  return {
    sessionSeconds: findValue(packet, "Session-Timeout"),
    idleSeconds: findValue(packet, "Idle-Timeout"),
    totalBytes: readVolume(packet, "ChilliSpot-Max-Total-Octets", "ChilliSpot-Max-Total-Gigawords"),
    // Input is what comes in from the guest.
    uploadBytes: readVolume(
      packet,
      "ChilliSpot-Max-Input-Octets",
      "ChilliSpot-Max-Input-Gigawords",
    ),
    downloadBytes: readVolume(
      packet,
      "ChilliSpot-Max-Output-Octets",
      "ChilliSpot-Max-Output-Gigawords",
    ),
    // CoovaChilli reads WISPr's rates, in bit/s, before its own.
    uploadKbps:
      inKilobits(findValue(packet, "WISPr-Bandwidth-Max-Up")) ??
      findValue(packet, "ChilliSpot-Bandwidth-Max-Up"),
    downloadKbps:
      inKilobits(findValue(packet, "WISPr-Bandwidth-Max-Down")) ??
      findValue(packet, "ChilliSpot-Bandwidth-Max-Down"),
  };
}

function readVolume(
  packet: Packet,
  octetsName: `ChilliSpot-Max-${"Total" | "Input" | "Output"}-Octets`,
  gigawordsName: `ChilliSpot-Max-${"Total" | "Input" | "Output"}-Gigawords`,
): number | null {
  const octets = findValue(packet, octetsName);
  return octets === null ? null : octets + (findValue(packet, gigawordsName) ?? 0) * UINT32;
}

const inKilobits = (bits: number | null) => bits && bits / 1000;

/** Whether all is sent and received that may be. */
export function isVolumeUsedUp(
  { uploadBytes, downloadBytes }: Pick<AccountedSession, "uploadBytes" | "downloadBytes">,
  limits: SessionLimits,
): boolean {
  const isOver = (bytes: number, limit: number | null = null) => limit !== null && bytes >= limit;
  return (
    isOver(uploadBytes + downloadBytes, limits.totalBytes) ||
    isOver(uploadBytes, limits.uploadBytes) ||
    isOver(downloadBytes, limits.downloadBytes)
  );
}

/** Limits with those in their place that a change names; the others stay. */
export function changeLimits(before: SessionLimits, change: SessionLimits): SessionLimits {
  return {
    sessionSeconds: change.sessionSeconds ?? before.sessionSeconds,
    idleSeconds: change.idleSeconds ?? before.idleSeconds,
    totalBytes: change.totalBytes ?? before.totalBytes,
    uploadBytes: change.uploadBytes ?? before.uploadBytes ?? null,
    downloadBytes: change.downloadBytes ?? before.downloadBytes ?? null,
    uploadKbps: change.uploadKbps ?? before.uploadKbps,
    downloadKbps: change.downloadKbps ?? before.downloadKbps,
  };
}

/** How often usage is told while a session lasts (RFC 2869 §5.16). */
export function readInterimSeconds(accept: Packet): number {
  return findValue(accept, "Acct-Interim-Interval") ?? INTERIM_SECONDS;
}

/** What stands in every packet about a station, as CoovaChilli writes it. */
export function describeStation(
  identity: NasIdentity,
  station: { mac: string; ip: string },
): RawAttribute[] {
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
export function describeSession(session: AccountedSession, usage: Usage): RawAttribute[] {
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
