import type { OmadaNas } from "@foyer/contract";
import { type Grant, UNCOUNTED_SESSION_SECONDS } from "../adapter.ts";

/**
 * What the redirect said of the guest, letter for letter: the controller looks for the very strings
 * that it wrote. Through an access point, or through a gateway for wired guests and VLANs.
 */
export type OmadaPlace = {
  clientMac: string;
  site: string;
  /** Absent: the redirect named none, or what is no address. */
  clientIp?: string;
} & (
  | { kind: "access-point"; apMac: string; ssidName: string; radioId: string }
  | { kind: "gateway"; gatewayMac: string; vid: string }
);

/** An external portal server's own kind of log-in (FAQ 3231 and 2907). */
const AUTH_TYPE = 4;

/** The body of extPortal/auth. */
export function writeAuth(
  place: OmadaPlace,
  limits: Grant["limits"],
  timeUnit: OmadaNas["timeUnit"],
): object {
  const { kind, ...told } = place;
  // It takes no guest without an end.
  const seconds = limits?.sessionSeconds ?? UNCOUNTED_SESSION_SECONDS;
  const time = seconds * (timeUnit === "microseconds" ? 1_000_000 : 1_000);
  // Where it names the guest's address it wants that back, and 6.2.10 and later this too (document 132060).
  const asked = place.clientIp === undefined ? {} : { originUrl: "" };
  return { ...told, ...asked, time, authType: AUTH_TYPE };
}
