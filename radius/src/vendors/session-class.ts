import type { Limits } from "@foyer/admission";
import type { Granted } from "@foyer/branch-store";
import type { RawAttribute } from "../protocol/packet.ts";
import { attribute } from "../protocol/values.ts";

const PREFIX = "foyer ";
/** RFC 2865 §5: no value is longer; a longer one was not one attribute of ours. */
const OCTETS_MAX = 253;

/** What a Class of ours says of the session that was granted. */
export type SessionClass = {
  /** Null: no limit, or none that can be read. */
  sessionSeconds: number | null;
  /** Null in the Class of an earlier release. */
  policyId: string | null;
  /** The same. */
  granted: Granted | null;
};

/** The order in which a policy's own limits stand in a Class: an earlier release reads five. */
const LIMITS = [
  "sessionSeconds",
  "idleSeconds",
  "uploadKbps",
  "downloadKbps",
  "sessionBytes",
] as const;
/** A word of its own, in digits that leave room for all others. */
const VOLUMES_OF_ONE_WAY = ["sessionUploadBytes", "sessionDownloadBytes"] as const;
const RADIX = 36;
const NO_WAYS = "-,-";

/**
 * A NAS sends Class back unchanged in its accounting (RFC 2865 §5.25): so what a session was granted
 * is known when it is accounted for, whatever was restarted in between.
 */
export function sessionClass(told: {
  policyId: string;
  limits: Limits;
  granted: Granted;
}): RawAttribute {
  const { limits, endsAt, accessCodeId, credential } = told.granted;
  const words = [
    `session=${told.limits.sessionSeconds ?? "unlimited"}`,
    `policy=${told.policyId}`,
    `own=${LIMITS.map((limit) => limits[limit] ?? "-").join(",")}`,
  ];
  const ways = VOLUMES_OF_ONE_WAY.map((limit) => limits[limit]?.toString(RADIX) ?? "-").join(",");
  if (ways !== NO_WAYS) words.push(`ways=${ways}`);
  if (endsAt !== null) words.push(`until=${Math.floor(endsAt.getTime() / 1000)}`);
  if (accessCodeId !== undefined) words.push(`code=${accessCodeId}`);
  if (credential !== undefined) words.push(`member=${credential}`);
  return attribute("Class", Buffer.from(`${PREFIX}${words.join(" ")}`));
}

const CAPTIVE = `${PREFIX}captive`;

/** Of a device that was let as far as the portal and no further. */
export function captiveClass(): RawAttribute {
  return attribute("Class", Buffer.from(CAPTIVE));
}

export const isCaptiveClass = (octets: Buffer): boolean => octets.toString("latin1") === CAPTIVE;

/** Reads a Class; null for one that is not ours. What it does not know in ours it passes over. */
export function readSessionClass(octets: Buffer): SessionClass | null {
  if (octets.length > OCTETS_MAX) return null;
  const text = octets.toString("latin1");
  if (!text.startsWith(`${PREFIX}session=`)) return null;
  const words = text.slice(PREFIX.length).split(" ");
  const find = (pattern: RegExp) =>
    words.map((word) => pattern.exec(word)?.[1]).find((value) => value !== undefined) ?? null;
  const seconds = find(/^session=(\d{1,10})$/);
  return {
    sessionSeconds: seconds === null ? null : Number(seconds),
    policyId: find(/^policy=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i),
    granted: readGranted({
      own: find(/^own=((?:(?:\d{1,16}|-)(?:,(?!$)|$)){5})$/),
      ways: find(/^ways=((?:[0-9a-z]{1,11}|-),(?:[0-9a-z]{1,11}|-))$/),
      until: find(/^until=(\d{1,11})$/),
      code: find(/^code=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i),
      member: find(/^member=([\w-]{16})$/),
    }),
  };
}

type GrantedWords = Record<"own" | "ways" | "until" | "code" | "member", string | null>;

function readGranted({ own, ways, until, code, member }: GrantedWords): Granted | null {
  if (own === null) return null;
  const [sessionSeconds, idleSeconds, uploadKbps, downloadKbps, sessionBytes] = own
    .split(",")
    .map((value) => (value === "-" ? null : Number(value)));
  const [sessionUploadBytes, sessionDownloadBytes] = (ways ?? NO_WAYS)
    .split(",")
    .map((value) => (value === "-" ? null : Number.parseInt(value, RADIX)));
  const limits = {
    sessionSeconds: sessionSeconds ?? null,
    idleSeconds: idleSeconds ?? null,
    uploadKbps: uploadKbps ?? null,
    downloadKbps: downloadKbps ?? null,
    sessionBytes: sessionBytes ?? null,
    sessionUploadBytes: sessionUploadBytes ?? null,
    sessionDownloadBytes: sessionDownloadBytes ?? null,
  };
  const endsAt = until === null ? null : new Date(Number(until) * 1000);
  const by = {
    ...(code !== null && { accessCodeId: code }),
    ...(member !== null && { credential: member }),
  };
  return { limits, endsAt, ...by };
}
