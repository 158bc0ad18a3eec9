import type { GatewayNas } from "@foyer/contract";
import type { NasAdapter } from "./adapter.ts";
import { readDeviceLink } from "./device-link.ts";
import { checkCameBy, comesFromGuest } from "./trust.ts";

/**
 * `?gateway=<sealed>`: the device and its address. The gateway lets nobody send from an address that is
 * another device's, so the link proves it to whoever brings it from there.
 */
const read: NasAdapter["read"] = (request, nasList) =>
  readDeviceLink<GatewayNas>(request, nasList, {
    ...{ kind: "gateway", parameter: "gateway" },
    place: ({ sessionId: ip }, nas) => ({
      ip,
      proof: comesFromGuest(nas, ip, request.remoteAddress) ? "signed-hand-off" : null,
    }),
  });

/**
 * The box's own gateway: it leads a guest here with the device sealed in the address, and is handed the
 * ticket on the box itself. It asks radius, and accounts, as any NAS does.
 */
export const gateway: NasAdapter = {
  kind: "gateway",
  accounting: "radius",
  recognises: (query) => query.has("gateway"),
  read,
  canHandBack: ({ state }) => state === "asks",
  handBack(arrival, nas) {
    checkCameBy(nas, arrival);
    return { kind: "wait" };
  },
  letIn: ({ mac }, _nas, { username, password }, { gatewayDoor, signal }) =>
    gatewayDoor.signIn({ mac, username, password }, signal),
  logOutUrl: () => null,
  putOut: ({ mac }, _nas, { gatewayDoor }) => gatewayDoor.logOut(mac),
  // RADIUS accounting brings the session under the gateway's own id.
  sessionIdOf: () => null,
};
