import {
  type HoursFields,
  isWholeHours,
  readHours,
  writeHours,
} from "../../../shell/weekly-hours.ts";
import type { Policy } from "../schema.ts";
import { readLastDay, writeLastDay } from "./days.ts";

export const PERIODS = ["session", "visit", "day", "week", "ever"] as const;
export type Period = (typeof PERIODS)[number];
export const METHODS = [
  "phone-code",
  "member-code",
  "email-code",
  "room",
  "click-through",
  "returning",
] as const;

const QUOTA_PERIODS = ["visit", "day", "week", "ever"] as const;
const BYTES_PER_MB = 1_000_000;
/** Both ways together, and each by itself: as the form has them, a quota and a policy for a session. */
const VOLUMES = [
  { amounts: "megabytes", ofQuota: "bytes", ofSession: "sessionBytes" },
  { amounts: "megabytesDown", ofQuota: "downloadBytes", ofSession: "sessionDownloadBytes" },
  { amounts: "megabytesUp", ofQuota: "uploadBytes", ofSession: "sessionUploadBytes" },
] as const;
export type VolumeAmounts = (typeof VOLUMES)[number]["amounts"];

/** A number as it stands in its input: empty is no limit. */
export type Amount = number | string;

/** A policy as staff see it: minutes, megabytes, Mbit/s and days. */
export type PolicyFields = {
  name: string;
  methods: string[];
  visitFrom: Amount;
  visitTo: Amount;
  groups: string[];
  tags: string[];
  tiers: string[];
  minutes: Record<Period, Amount>;
  /** Up and down together. */
  megabytes: Record<Period, Amount>;
  megabytesDown: Record<Period, Amount>;
  megabytesUp: Record<Period, Amount>;
  down: Amount;
  up: Amount;
  devices: Amount;
  idleMinutes: Amount;
  hours: HoursFields[];
  /** YYYY-MM-DD on the branch's calendar, or empty. */
  lastDay: string;
};

const empty = (): Record<Period, Amount> => ({
  session: "",
  visit: "",
  day: "",
  week: "",
  ever: "",
});

/** What a new policy begins with: everybody, two hours a session. */
export function startFields(): PolicyFields {
  return {
    ...{ name: "", methods: [], visitFrom: "", visitTo: "", groups: [], tags: [], tiers: [] },
    minutes: { ...empty(), session: 120 },
    ...{ megabytes: empty(), megabytesDown: empty(), megabytesUp: empty() },
    ...{ down: 20, up: 5, devices: "", idleMinutes: 30, hours: [], lastDay: "" },
  };
}

export function readPolicy(policy: Policy, timeZone: string): PolicyFields {
  const { when, quotas = [], allowedHours = [], validUntil } = policy;
  const minutes = { ...empty(), session: divide(policy.sessionSeconds, 60) };
  const volumes = { megabytes: empty(), megabytesDown: empty(), megabytesUp: empty() };
  for (const { amounts, ofQuota, ofSession } of VOLUMES) {
    volumes[amounts].session = divide(policy[ofSession] ?? null, BYTES_PER_MB);
    // Two of one period: the lower one is what counts.
    for (const { per, [ofQuota]: bytes = null } of quotas)
      volumes[amounts][per] = lower(volumes[amounts][per], divide(bytes, BYTES_PER_MB));
  }
  for (const { per, seconds } of quotas) minutes[per] = lower(minutes[per], divide(seconds, 60));
  return {
    name: policy.name,
    methods: when.methods,
    visitFrom: when.visitNumberMin ?? "",
    visitTo: when.visitNumberMax ?? "",
    groups: when.groups ?? [],
    tags: when.tags ?? [],
    tiers: when.tiers ?? [],
    minutes,
    ...volumes,
    down: divide(policy.downloadKbps, 1000),
    up: divide(policy.uploadKbps, 1000),
    devices: policy.devicesMax ?? "",
    idleMinutes: divide(policy.idleSeconds, 60),
    hours: readHours(allowedHours),
    lastDay: validUntil === undefined ? "" : readLastDay(validUntil, timeZone),
  };
}

export function writePolicy(
  fields: PolicyFields,
  { id, before, timeZone }: { id: string; before: Policy | null; timeZone: string },
): Policy {
  const { minutes, megabytes, hours, lastDay } = fields;
  const quotas = QUOTA_PERIODS.map((per) => writeQuota(fields, per)).filter(isAnyLimit);
  const devices = multiply(fields.devices, 1);
  return {
    id,
    name: fields.name.trim(),
    when: {
      methods: fields.methods,
      visitNumberMin: multiply(fields.visitFrom, 1),
      visitNumberMax: multiply(fields.visitTo, 1),
      groups: fields.groups,
      tags: fields.tags,
      tiers: fields.tiers,
    },
    sessionSeconds: multiply(minutes.session, 60),
    idleSeconds: multiply(fields.idleMinutes, 60),
    uploadKbps: multiply(fields.up, 1000),
    downloadKbps: multiply(fields.down, 1000),
    sessionBytes: multiply(megabytes.session, BYTES_PER_MB),
    ...ifSet("sessionUploadBytes", fields.megabytesUp.session),
    ...ifSet("sessionDownloadBytes", fields.megabytesDown.session),
    ...(quotas.length > 0 ? { quotas } : {}),
    ...(hours.length > 0 ? { allowedHours: writeHours(hours) } : {}),
    ...(devices === null ? {} : { devicesMax: devices }),
    ...(lastDay === "" ? {} : { validUntil: keepEnd(lastDay, before, timeZone) }),
  };
}

type Quota = NonNullable<Policy["quotas"]>[number];

const writeQuota = (fields: PolicyFields, per: Quota["per"]): Quota => ({
  per,
  seconds: multiply(fields.minutes[per], 60),
  bytes: multiply(fields.megabytes[per], BYTES_PER_MB),
  ...ifSet("uploadBytes", fields.megabytesUp[per]),
  ...ifSet("downloadBytes", fields.megabytesDown[per]),
});

const isAnyLimit = ({ per: _, ...limits }: Quota): boolean =>
  Object.values(limits).some((limit) => limit !== null);

/** Megabytes of one way in bytes, where there are any. */
const ifSet = <Name extends string>(name: Name, megabytes: Amount) => {
  const bytes = multiply(megabytes, BYTES_PER_MB);
  return (bytes === null ? {} : { [name]: bytes }) as { [N in Name]?: number };
};

/** Whether a policy holds one way of traffic by itself to anything. */
export const hasOneWay = ({ megabytesUp, megabytesDown }: PolicyFields): boolean =>
  PERIODS.some((period) => megabytesUp[period] !== "" || megabytesDown[period] !== "");

/** An end within a day stays as it was, unless another day was chosen. */
function keepEnd(lastDay: string, before: Policy | null, timeZone: string): string {
  const end = before?.validUntil;
  if (end !== undefined && readLastDay(end, timeZone) === lastDay) return end;
  return writeLastDay(lastDay, timeZone);
}

/** What is wrong with the form, by input; the words are keys of the texts. */
export type Faults = Partial<
  Record<string, "fault-name" | "fault-visits" | AmountFault | "fault-hours">
>;
type AmountFault = "fault-time" | "fault-amount" | "fault-whole";

export function listFaults(fields: PolicyFields): Faults {
  const faults: Faults = {};
  const check = (input: string, value: Amount, fault: AmountFault) => {
    const isRight =
      fault === "fault-amount"
        ? Number(value) >= 0.001
        : Number(value) >= 1 && (fault === "fault-time" || Number.isInteger(Number(value)));
    if (value !== "" && !isRight) faults[input] = fault;
  };
  if (fields.name.trim() === "") faults.name = "fault-name";
  check("visitFrom", fields.visitFrom, "fault-whole");
  check("visitTo", fields.visitTo, "fault-whole");
  if (fields.visitTo !== "" && Number(fields.visitTo) < Number(fields.visitFrom || 1))
    faults.visitTo = "fault-visits";
  for (const period of PERIODS) {
    check(`minutes-${period}`, fields.minutes[period], "fault-time");
    for (const { amounts } of VOLUMES)
      check(`${amounts}-${period}`, fields[amounts][period], "fault-amount");
  }
  check("idleMinutes", fields.idleMinutes, "fault-time");
  check("down", fields.down, "fault-amount");
  check("up", fields.up, "fault-amount");
  check("devices", fields.devices, "fault-whole");
  for (const [index, hours] of fields.hours.entries())
    if (!isWholeHours(hours)) faults[`hours-${index}`] = "fault-hours";
  return faults;
}

function divide(value: number | null, by: number): Amount {
  return value === null ? "" : value / by;
}

function multiply(value: Amount, by: number): number | null {
  return value === "" ? null : Math.round(Number(value) * by);
}

function lower(one: Amount, other: Amount): Amount {
  if (one === "" || other === "") return one === "" ? other : one;
  return Math.min(Number(one), Number(other));
}
