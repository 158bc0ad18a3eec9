import type { SessionReport } from "@foyer/branch-store";
import { parseMac } from "../authorize/mac.ts";
import { statusTypes, terminateCauses } from "../protocol/dictionary.ts";
import type { Packet } from "../protocol/packet.ts";
import { findValue, hasAttribute, listOctets } from "../protocol/values.ts";
import { isCaptiveClass, readSessionClass } from "../vendors/session-class.ts";
import { joinGigawords } from "../vendors/vendor.ts";

/** A week: a delay beyond it is a NAS's mistake. */
const DELAY_SECONDS_MAX = 7 * 24 * 60 * 60;
/** A year: an access point that began in 1970 and then learnt the time counts half a century. */
const SESSION_SECONDS_MAX = 366 * 24 * 60 * 60;
/** 1 PiB: a counter beyond it ran below zero. What the store adds up must stay an exact integer. */
const SESSION_BYTES_MAX = 2 ** 50;

/** What an Accounting-Request says, read. */
export type AccountingRecord =
  | { kind: "start" | "interim"; report: SessionReport }
  | { kind: "stop"; report: SessionReport; cause: string }
  /** With the address of an access point that is one of many behind a NAS's source. */
  | { kind: "on" | "off"; at: Date; nasAddress?: string };

/** Why there is nothing to store though the request is valid. */
export type PassOverReason = "no-session-id" | "no-device" | "other-status-type" | "captive";

export type ReadRecord =
  | { kind: "record"; record: AccountingRecord }
  | { kind: "passed-over"; reason: PassOverReason };

export type RecordArrival = {
  nasId: string;
  /** Where it came from. */
  nasAddress: string;
  /** Whether the NAS is a network of access points, each with an address of its own. */
  isNetwork: boolean;
  /** By the box's own clock. */
  arrivedAt: Date;
};

/** Reads an Accounting-Request. */
export function readRecord(packet: Packet, arrival: RecordArrival): ReadRecord {
  const status = findValue(packet, "Acct-Status-Type");
  switch (status) {
    case statusTypes.on:
      return { kind: "record", record: { kind: "on", ...readReboot(packet, arrival) } };
    case statusTypes.off:
      return { kind: "record", record: { kind: "off", ...readReboot(packet, arrival) } };
    case statusTypes.start:
    case statusTypes.interim:
    case statusTypes.stop:
      return readSession(packet, status, arrival);
    default:
      return { kind: "passed-over", reason: "other-status-type" };
  }
}

/** RFC 2866 §5.1: it tells of the machine that sends it, and of no other behind the same NAS. */
function readReboot(packet: Packet, { arrivedAt, isNetwork, nasAddress }: RecordArrival) {
  return { at: momentOf(packet, arrivedAt), ...(isNetwork && { nasAddress }) };
}

function readSession(
  packet: Packet,
  status: number,
  { nasId, nasAddress, arrivedAt }: RecordArrival,
): ReadRecord {
  // RFC 2866 §5.5: unique per NAS only, and many a NAS begins again after a reboot; the store
  // therefore knows a session by NAS, id and device.
  const acctSessionId = findValue(packet, "Acct-Session-Id");
  if (!acctSessionId) return { kind: "passed-over", reason: "no-session-id" };
  const mac = findMac(packet);
  if (!mac) return { kind: "passed-over", reason: "no-device" };
  if (isCaptive(packet)) return { kind: "passed-over", reason: "captive" };
  const at = momentOf(packet, arrivedAt);
  const mayBeLate = !hasAttribute(packet, "Acct-Delay-Time");
  const report: SessionReport = { nasId, nasAddress, acctSessionId, mac, at, mayBeLate };
  const ip = findValue(packet, "Framed-IP-Address") ?? findValue(packet, "Framed-IPv6-Address");
  if (ip !== null) report.ip = ip;
  const userName = findValue(packet, "User-Name");
  if (userName !== null) report.userName = userName;
  if (status === statusTypes.start) {
    addGranted(packet, report);
    return { kind: "record", record: { kind: "start", report } };
  }
  addUsage(packet, report);
  addGranted(packet, report);
  if (status === statusTypes.interim)
    return { kind: "record", record: { kind: "interim", report } };
  const number = findValue(packet, "Acct-Terminate-Cause");
  const cause = number === null ? "Unknown" : (terminateCauses[number] ?? `Cause-${number}`);
  return { kind: "record", record: { kind: "stop", report, cause } };
}

/** Of a device that is led to the portal still, which some NAS account for already: it is not online. */
function isCaptive(packet: Packet): boolean {
  const classes = listOctets(packet, "Class");
  return classes.some(isCaptiveClass) && !classes.some((each) => readSessionClass(each) !== null);
}

function findMac(packet: Packet): string | null {
  const station = findValue(packet, "Calling-Station-Id");
  const mac = station === null ? null : parseMac(station);
  return mac ?? parseMac(findValue(packet, "User-Name") ?? "");
}

/**
 * When it happened by the box's clock: arrival less Acct-Delay-Time (RFC 2866 §5.2). The NAS's own
 * Event-Timestamp is not used, for an access point without a battery wakes up in 1970.
 */
function momentOf(packet: Packet, arrivedAt: Date): Date {
  const delay = findValue(packet, "Acct-Delay-Time") ?? 0;
  return new Date(arrivedAt.getTime() - Math.min(delay, DELAY_SECONDS_MAX) * 1000);
}

/**
 * Input is what the NAS received from the guest (RFC 2866 §5.3): the guest's upload. A figure that
 * no session can have is passed over, and what was known of it stands.
 */
function addUsage(packet: Packet, report: SessionReport): void {
  const connectedSeconds = findValue(packet, "Acct-Session-Time");
  if (connectedSeconds !== null && connectedSeconds <= SESSION_SECONDS_MAX)
    report.connectedSeconds = connectedSeconds;
  const upload = readBytes(packet, "Acct-Input-Octets", "Acct-Input-Gigawords");
  if (upload !== null) report.uploadBytes = upload;
  const download = readBytes(packet, "Acct-Output-Octets", "Acct-Output-Gigawords");
  if (download !== null) report.downloadBytes = download;
}

function readBytes(
  packet: Packet,
  octetsName: "Acct-Input-Octets" | "Acct-Output-Octets",
  wrapsName: "Acct-Input-Gigawords" | "Acct-Output-Gigawords",
): number | null {
  const octets = findValue(packet, octetsName);
  if (octets === null) return null;
  const bytes = joinGigawords(octets, findValue(packet, wrapsName) ?? 0);
  return bytes <= SESSION_BYTES_MAX ? bytes : null;
}

/** What this session was given comes back in Class; its time counts from the session's start. */
function addGranted(packet: Packet, report: SessionReport): void {
  const classes = listOctets(packet, "Class").map(readSessionClass);
  const policyId = classes.find((each) => each?.policyId)?.policyId;
  if (policyId) report.policyId = policyId;
  const granted = classes.find((each) => each?.granted)?.granted;
  if (granted) report.granted = granted;
  const seconds = classes.find((each) => each && each.sessionSeconds !== null)?.sessionSeconds;
  if (seconds === undefined || seconds === null) return;
  const startedAt = report.at.getTime() - (report.connectedSeconds ?? 0) * 1000;
  report.expectedEndAt = new Date(startedAt + seconds * 1000);
}
