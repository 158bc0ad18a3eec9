import { type Grant, UNCOUNTED_SESSION_SECONDS } from "../adapter.ts";

/** Who is let in, how long and how fast. Null is no limit. */
export type UnifiGrant = {
  /** AA-BB-CC-DD-EE-FF. */
  mac: string;
  /** The access point the guest is at, where the redirect named it. */
  apMac: string | null;
  minutes: number;
  uploadKbps: number | null;
  downloadKbps: number | null;
  megabytes: number | null;
};

/** What the Integration API takes (its documents): anything else is answered with 400. */
const MINUTES_MAX = 1_000_000;
const MEGABYTES_MAX = 1_048_576;
const KBPS_MIN = 2;
const KBPS_MAX = 100_000;
const BYTES_A_MEGABYTE = 1024 * 1024;

/** Whole minutes and megabytes, rounded up: nobody gets less than was granted. */
export function writeLimits(limits: Grant["limits"]): Omit<UnifiGrant, "mac" | "apMac"> {
  const { sessionSeconds, uploadKbps, downloadKbps, sessionBytes } = limits ?? {};
  const within = (value: number | null | undefined, min: number, max: number) =>
    value ? Math.min(Math.max(Math.ceil(value), min), max) : null;
  return {
    // Unsaid, the console would take a time of its own.
    minutes: within((sessionSeconds ?? UNCOUNTED_SESSION_SECONDS) / 60, 1, MINUTES_MAX) ?? 1,
    // Above the most it can say there is no limit worth the name.
    uploadKbps: within(uploadKbps, KBPS_MIN, KBPS_MAX),
    downloadKbps: within(downloadKbps, KBPS_MIN, KBPS_MAX),
    megabytes: within(sessionBytes && sessionBytes / BYTES_A_MEGABYTE, 1, MEGABYTES_MAX),
  };
}
