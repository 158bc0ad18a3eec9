import type { CiscoCwaNas } from "@foyer/contract";
import type { NasAdapter } from "./adapter.ts";
import { readDeviceLink } from "./device-link.ts";
import { checkCameBy, plainAddress } from "./trust.ts";

/** `?cwa=<sealed>`, and whatever the controller has put behind it. */
const read: NasAdapter["read"] = (request, nasList) =>
  readDeviceLink<CiscoCwaNas>(request, nasList, {
    ...{ kind: "cisco-cwa", parameter: "cwa" },
    // RADIUS was asked before the device had an address.
    place: () => ({ ip: plainAddress(request.remoteAddress), proof: "signed-hand-off" }),
  });

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
