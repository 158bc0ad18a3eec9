import type { Nas } from "@foyer/contract";
import type { Arrival, HandOffRequest, NasAdapter, Reading } from "../adapter.ts";
import { normaliseMac } from "../mac.ts";
import { findLoginOrigin, getLoginOrigin } from "../trust.ts";

/**
 * Ruijie, Reyee and other gateways that speak WiFiDog: the browser brings the gateway a token, and the
 * gateway asks us whether it holds (gateway.ts).
 */
export const wifidog: NasAdapter = {
  kind: "wifidog",
  accounting: "portal",
  recognises: (query) => query.has("gw_id") && query.has("gw_address"),
  read,
  canHandBack: ({ state, handBack }) => state === "asks" && handBack.origin !== null,
  handBack(arrival, nas, { username }) {
    const origin = getLoginOrigin(nas, arrival);
    // The ticket is the token: random, for this NAS and MAC, good once and for two minutes.
    const token = encodeURIComponent(username);
    return { kind: "redirect", url: `${origin}/wifidog/auth?token=${token}` };
  },
  // The gateway hears of it with its next heartbeat.
  logOutUrl: () => null,
  putOut: async () => ({ kind: "done" }),
  // The gateway's question begins the session, under the token.
  sessionIdOf: ({ handBack }) => handBack.sessionId ?? null,
};

/** `/login/?gw_id&gw_sn&gw_address&gw_port&ip&mac&apmac&ssid&url&vlanid`: nothing of it is signed. */
function read(request: HandOffRequest, nasList: readonly Nas[]): Reading {
  const { query } = request;
  const nas = findGateway(query, nasList);
  if (!nas) return refuse("no NAS of kind wifidog is registered under this gw_id");
  const origin = `http://${query.get("gw_address")}:${query.get("gw_port")}`;
  if (findLoginOrigin(nas, origin) === null)
    return refuse("gw_address and gw_port are not among the NAS's login origins");
  const mac = normaliseMac(query.get("mac") ?? "");
  if (mac === null) return refuse("mac is not a MAC address");
  const arrival: Arrival = {
    nasId: nas.id,
    nasKind: "wifidog",
    mac,
    ip: query.get("ip"),
    proof: null,
    state: "asks",
    failure: null,
    originalUrl: query.get("url") || null,
    handBack: { origin },
  };
  return { kind: "arrival", arrival, handOffId: null };
}

/** By gw_id; where gw_sn is said as well, both are the gateway's. */
export function findGateway(query: URLSearchParams, nasList: readonly Nas[]) {
  const names = [query.get("gw_id"), query.get("gw_sn")].filter((each) => each !== null);
  const known = nasList.filter((each) => each.kind === "wifidog");
  const found = known.find((each) => names.includes(each.gatewayId));
  return found && names.every((each) => each === found.gatewayId) ? found : null;
}

/** Whether a query names a registered gateway, as where it leads browsers after access. */
export function isOfGateway(rawUrl: string, nasList: readonly Nas[]): boolean {
  const query = new URLSearchParams(rawUrl.slice(rawUrl.indexOf("?") + 1));
  return findGateway(query, nasList) !== null;
}

function refuse(reason: string): Reading {
  return { kind: "refused", reason };
}
