import type { MerakiClickThroughNas, Nas } from "@foyer/contract";
import type { Arrival, Grant, HandBack, HandOffRequest, NasAdapter, Reading } from "./adapter.ts";
import { decodeIfWhole } from "./decode.ts";
import { normaliseMac } from "./mac.ts";
import { findLoginOrigin, getLoginOrigin } from "./trust.ts";

/**
 * Cisco Meraki with a click-through splash page (developer.cisco.com/meraki/captive-portal-api). The
 * grant is a link without a secret: the branch that sets this kind says that its SSID may do with that.
 */
export const merakiClickThrough: NasAdapter = {
  kind: "meraki-click-through",
  // It asks no RADIUS, and tells nobody how a session goes.
  accounting: "portal",
  recognises: (query) => query.has("base_grant_url"),
  read,
  canHandBack: ({ state, handBack }) => state === "asks" && Boolean(handBack.target),
  handBack,
  logOutUrl(arrival, nas) {
    getLoginOrigin(nas, arrival);
    return null;
  },
  sessionIdOf: (arrival, flowId) => arrival.handBack.hid ?? flowId,
};

function read(request: HandOffRequest, nasList: readonly Nas[]): Reading {
  const { query } = request;
  const known = nasList.filter((each) => each.kind === "meraki-click-through");
  if (known.length === 0) return refuse("no NAS of kind meraki-click-through is registered");
  const written = query.get("base_grant_url") ?? "";
  const target = /^https?%3a/i.test(written) ? decodeIfWhole(written) : written;
  const url = URL.parse(target);
  const nas = known.find((each) => findLoginOrigin(each, target) !== null);
  if (!nas || !url || url.username !== "" || url.password !== "")
    return refuse("base_grant_url is not among the NAS's login origins");
  const mac = normaliseMac((query.get("client_mac") ?? "").replaceAll(/%3a/gi, ":"));
  if (mac === null) return refuse("client_mac is not a MAC address");
  const arrival: Arrival = {
    nasId: nas.id,
    nasKind: nas.kind,
    mac,
    ip: query.get("client_ip") || null,
    proof: null,
    state: "asks",
    failure: null,
    originalUrl: query.get("user_continue_url") || null,
    handBack: { origin: url.origin, target: url.href },
  };
  return { kind: "arrival", arrival, handOffId: null };
}

function handBack(arrival: Arrival, nas: Nas, grant: Grant): HandBack {
  const origin = getLoginOrigin(nas, arrival);
  const { target } = arrival.handBack;
  if (nas.kind !== "meraki-click-through" || !target || arrival.state !== "asks")
    throw new Error("This arrival does not ask for a click-through");
  const url = new URL(target);
  if (url.origin !== origin) throw new Error(`The grant does not go to ${origin}`);
  url.searchParams.set("continue_url", grant.landingUrl);
  const seconds = findDuration(nas, grant);
  if (seconds !== null) url.searchParams.set("duration", String(seconds));
  return { kind: "redirect", url: url.href };
}

function findDuration({ tellsDuration }: MerakiClickThroughNas, { limits }: Grant): number | null {
  return tellsDuration ? (limits?.sessionSeconds ?? null) : null;
}

function refuse(reason: string): Reading {
  return { kind: "refused", reason };
}
