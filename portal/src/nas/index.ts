import type { Nas } from "@foyer/contract";
import type { Arrival, ArrivalRequest, Grant, HandBack, NasAdapter, Reading } from "./adapter.ts";
import { ciscoCwa } from "./cisco-cwa.ts";
import { coova } from "./coova.ts";
import { gateway } from "./gateway.ts";
import { merakiClickThrough } from "./meraki-click-through.ts";
import { omada } from "./omada/adapter.ts";
import { opennds } from "./opennds.ts";
import { ruckusController } from "./ruckus-controller/adapter.ts";
import { ruckusOne } from "./ruckus-controller/ruckus-one.ts";
import { unifi } from "./unifi/adapter.ts";
import { webLogin } from "./web-login/web-login.ts";
import { wifidog } from "./wifidog/adapter.ts";

export {
  type Arrival,
  type ArrivalRequest,
  type Grant,
  type HandBack,
  type LetIn,
  type LetInTools,
  type NasAdapter,
  type NasTools,
  type Reading,
  UNCOUNTED_SESSION_SECONDS,
} from "./adapter.ts";
export { normaliseMac } from "./mac.ts";
export { comesFromNas, isWayBackOpen, loginOriginsOf } from "./trust.ts";

/**
 * Every access controller the portal speaks with. A query goes to the first that recognises it.
 * DrayTek's redirect is like CoovaChilli's but for one name, so the makers' table stands first.
 */
export const adapters: readonly NasAdapter[] = [
  // The controller adds words of its own to radius's address, some of them those of its web log-in.
  ciscoCwa,
  gateway,
  webLogin,
  merakiClickThrough,
  coova,
  opennds,
  omada,
  wifidog,
  ruckusController,
  ruckusOne,
  // Its parameters have the plainest names.
  unifi,
];

const byKind = new Map<Nas["kind"], NasAdapter>(adapters.map((each) => [each.kind, each]));

/** Reads the hand-off of whichever NAS wrote the query. Never throws on what a browser sends. */
export function readArrival(request: ArrivalRequest, nasList: readonly Nas[]): Reading {
  const at = request.rawUrl.indexOf("?");
  if (at < 0) return { kind: "none" };
  const query = new URLSearchParams(request.rawUrl.slice(at + 1));
  const adapter = adapters.find((each) => each.recognises(query));
  return adapter ? adapter.read({ ...request, query }, nasList) : { kind: "none" };
}

/** Whether a NAS leads browsers here; one that only asks RADIUS has no adapter. */
export function isHandOff(nas: Pick<Nas, "kind">): boolean {
  return byKind.has(nas.kind);
}

/** See NasAdapter.handBack. */
export function handBack(arrival: Arrival, nas: Nas, grant: Grant): HandBack {
  return adapterOf(nas).handBack(arrival, nas, grant);
}

/** The adapter of a registered NAS that `isHandOff`; throws for any other. */
export function adapterOf(nas: Pick<Nas, "kind">): NasAdapter {
  const adapter = byKind.get(nas.kind);
  if (!adapter) throw new Error(`No adapter for NAS of kind ${nas.kind}`);
  return adapter;
}
