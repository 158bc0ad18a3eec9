import { openDeviceLink } from "@foyer/branch-store";
import type { CiscoCwaNas, Nas } from "@foyer/contract";
import type { ArrivalRequest, NasAdapter, Reading } from "./adapter.ts";
import { checkCameBy, plainAddress } from "./trust.ts";

/**
 * Cisco WLC with central web authentication: radius answers its question about a device with the
 * portal's address and what it knows of the device, sealed. The ticket of whoever has signed in is what
 * radius has the controller ask again for (radius/src/disconnect/reauthenticate.ts).
 */
export const ciscoCwa: NasAdapter = {
  kind: "cisco-cwa",
  accounting: "radius",
  recognises: (query) => query.has("cwa"),
  read,
  canHandBack: ({ state }) => state === "asks",
  handBack(arrival, nas) {
    checkCameBy(nas, arrival);
    return { kind: "wait" };
  },
  // Used, it has let the device in: nobody but radius says so.
  letIn: async (_arrival, _nas, { username }, { isTicketUsed }) =>
    isTicketUsed(username) ? { kind: "in" } : { kind: "not-yet" },
  // Neither the browser nor the portal can tell the controller.
  logOutUrl: () => null,
  // RADIUS accounting brings the session under the controller's own id.
  sessionIdOf: () => null,
};

/** `?cwa=<sealed>`, and whatever the controller has put behind it: that is anybody's. */
function read(request: ArrivalRequest, nasList: readonly Nas[]): Reading {
  const query = new URLSearchParams(request.rawUrl.slice(request.rawUrl.indexOf("?") + 1));
  const text = query.get("cwa") ?? "";
  for (const nas of nasList.filter((each): each is CiscoCwaNas => each.kind === "cisco-cwa")) {
    const link = openDeviceLink(nas.redirectSecret, text);
    if (!link) continue;
    const { mac, at } = link;
    return {
      kind: "arrival",
      arrival: {
        nasId: nas.id,
        nasKind: nas.kind,
        mac,
        // RADIUS was asked before the device had one.
        ip: plainAddress(request.remoteAddress),
        proof: "signed-hand-off",
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
    reason: "no NAS of kind cisco-cwa is registered that this link was sealed for",
  };
}
