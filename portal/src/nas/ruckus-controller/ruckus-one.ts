import type { Nas, RuckusOneNas } from "@foyer/contract";
import type { NasAdapter } from "../adapter.ts";
import { letInOf } from "../controller/outcome.ts";
import { guestOf, read, ruckusController } from "./adapter.ts";

/**
 * RUCKUS One without RADIUS: it lets in whom the box names, until its network's own time is over. It
 * takes no limits and accounts for nothing, so the portal opens the session.
 */
export const ruckusOne: NasAdapter = {
  kind: "ruckus-one",
  accounting: "portal",
  // Its redirect is that of RUCKUS One with RADIUS, whose adapter reads for both.
  recognises: () => false,
  read,
  canHandBack: ruckusController.canHandBack,
  handBack: ruckusController.handBack,
  async letIn(arrival, nas, _grant, { controllers }) {
    return letInOf(await controllers.ruckus(ruckusOneOf(nas)).authorise(guestOf(arrival)));
  },
  logOutUrl: () => null,
  putOut: (guest, nas, { controllers }) =>
    controllers.ruckus(ruckusOneOf(nas)).logOut(guestOf(guest)),
  sessionIdOf: ({ handBack }, flowId) => handBack.sessionId ?? flowId,
};

function ruckusOneOf(nas: Nas): RuckusOneNas {
  if (nas.kind !== "ruckus-one")
    throw new Error(`NAS ${nas.id} is of kind ${nas.kind}, not ruckus-one`);
  return nas;
}
