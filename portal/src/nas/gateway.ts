import { openDeviceLink } from "@foyer/branch-store";
import type { GatewayNas, Nas } from "@foyer/contract";
import type { ArrivalRequest, NasAdapter, Reading } from "./adapter.ts";
import { checkCameBy, comesFromGuest } from "./trust.ts";

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

/**
 * `?gateway=<sealed>`: the device and its address. The gateway lets nobody send from an address that is
 * another device's, so the link proves it to whoever brings it from there.
 */
function read(request: ArrivalRequest, nasList: readonly Nas[]): Reading {
  const query = new URLSearchParams(request.rawUrl.slice(request.rawUrl.indexOf("?") + 1));
  const text = query.get("gateway") ?? "";
  for (const nas of nasList.filter((each): each is GatewayNas => each.kind === "gateway")) {
    const link = openDeviceLink(nas.redirectSecret, text);
    if (!link) continue;
    const { mac, sessionId: ip, at } = link;
    const isOwn = comesFromGuest(nas, ip, request.remoteAddress);
    return {
      kind: "arrival",
      arrival: {
        nasId: nas.id,
        nasKind: nas.kind,
        ...{ mac, ip },
        proof: isOwn ? "signed-hand-off" : null,
        state: "asks",
        failure: null,
        originalUrl: null,
        handBack: {},
      },
      handOffId: `${nas.id}/${text}`,
      vouchedAt: at,
    };
  }
  return {
    kind: "refused",
    reason: "no NAS of kind gateway is registered that this link was sealed for",
  };
}
