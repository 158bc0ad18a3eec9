import type { Counts } from "./counters.ts";
import type { Lease } from "./leases.ts";
import type { Rates } from "./network.ts";

/**
 * All that may be asked of the packet filter, one JSON object a line, answered by one line in the same
 * order. It has more rights than anybody else on the box, so this list is all it does. It is checked by
 * hand: what runs with those rights loads no code but ours.
 */
export type FilterRequest =
  /** Lets a device in, or tells new rates of one that is. */
  | ({ op: "authorise"; mac: string } & Rates)
  /** Puts a device out, at once. */
  | { op: "end"; mac: string }
  /** Who has an address, and who is let in. */
  | { op: "list" }
  | { op: "counters" }
  /** The names that may be reached before anybody is let in. */
  | { op: "walled-garden"; names: readonly string[] }
  /** The box's public name, which phones believe just now; null: it has none. */
  | { op: "public-name"; name: string | null };

export type FilterAnswer =
  | { ok: true }
  | { ok: true; counts: Counts | null }
  | { ok: true; leases: readonly Lease[]; admitted: readonly ({ mac: string } & Rates)[] }
  | { ok: true; counters: readonly ({ mac: string } & Counts)[] }
  | { ok: false; code: "invalid" | "internal"; reason: string };

/** Ten gigabits: tc's own bound is higher, and no guest's is. */
const RATE_KBPS_MAX = 10_000_000;
export const GARDEN_NAMES_MAX = 500;
/** Room for a whole walled garden of the longest names. */
export const LINE_BYTES_MAX = 160_000;

const MAC = /^[0-9A-F]{2}(-[0-9A-F]{2}){5}$/;
/** RFC 1035 §2.3.1, with the digits of RFC 1123 §2.1: nothing that dnsmasq's file reads as more. */
const NAME =
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/;

const FIELDS: Record<FilterRequest["op"], readonly string[]> = {
  authorise: ["mac", "uploadKbps", "downloadKbps"],
  end: ["mac"],
  list: [],
  counters: [],
  "walled-garden": ["names"],
  "public-name": ["name"],
};

export type ReadRequest =
  | { kind: "request"; request: FilterRequest }
  | { kind: "refused"; reason: string };

/** Reads one line. What has a field too many, or one that is not as it should be, is not done at all. */
export function readRequest(line: string): ReadRequest {
  let told: unknown;
  try {
    told = JSON.parse(line);
  } catch {
    return refuse("it is not JSON");
  }
  if (typeof told !== "object" || told === null || Array.isArray(told))
    return refuse("it is no object");
  const { op, ...fields } = told as Record<string, unknown>;
  if (typeof op !== "string" || !Object.hasOwn(FIELDS, op))
    return refuse("op is none of those known");
  const wanted = FIELDS[op as FilterRequest["op"]];
  const strange = Object.keys(fields).find((name) => !wanted.includes(name));
  if (strange !== undefined) return refuse("it has a field that is not known");
  return readFields(op as FilterRequest["op"], fields);
}

function readFields(op: FilterRequest["op"], fields: Record<string, unknown>): ReadRequest {
  const mac = readMac(fields.mac);
  switch (op) {
    case "list":
    case "counters":
      return accept({ op });
    case "end":
      return mac === null ? refuse("mac is no MAC address") : accept({ op, mac });
    case "authorise": {
      const [uploadKbps, downloadKbps] = [
        readRate(fields.uploadKbps),
        readRate(fields.downloadKbps),
      ];
      if (mac === null) return refuse("mac is no MAC address of one device");
      if (uploadKbps === undefined || downloadKbps === undefined)
        return refuse("a rate is neither a whole number of kbit/s nor null");
      return accept({ op, mac, uploadKbps, downloadKbps });
    }
    case "walled-garden": {
      const names = readGarden(fields.names);
      return names ? accept({ op, names }) : refuse("names holds what is no name, or too many");
    }
    case "public-name": {
      const { name } = fields;
      const isName = name === null || (typeof name === "string" && NAME.test(name));
      return isName ? accept({ op, name }) : refuse("name is neither a name nor null");
    }
  }
}

/** Null: it is none, or one that no single device has (IEEE 802: the group bit). */
export function readMac(value: unknown): string | null {
  if (typeof value !== "string" || !MAC.test(value)) return null;
  const isGroup = (Number.parseInt(value.slice(0, 2), 16) & 1) === 1;
  return isGroup || value === "00-00-00-00-00-00" ? null : value;
}

/** Undefined: it is none. */
export function readRate(value: unknown): number | null | undefined {
  if (value === null) return null;
  const isRate = Number.isInteger(value) && Number(value) >= 1 && Number(value) <= RATE_KBPS_MAX;
  return isRate ? (value as number) : undefined;
}

/** Null: they are none, or one of them is not. */
export function readGarden(value: unknown): string[] | null {
  if (!Array.isArray(value) || value.length > GARDEN_NAMES_MAX) return null;
  return value.every((each) => typeof each === "string" && NAME.test(each))
    ? [...new Set(value as string[])]
    : null;
}

const accept = (request: FilterRequest): ReadRequest => ({ kind: "request", request });
const refuse = (reason: string): ReadRequest => ({ kind: "refused", reason });
