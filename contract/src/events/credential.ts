import { Type } from "typebox";
import { Id } from "../personal.ts";

/** A guest's device was given a credential of its own for the secure SSID; what it is stays here. */
export const credentialIssued = Type.Object({ deviceId: Id, guestId: Id });

/** The credential of a guest's device opens nothing any more: taken back, or replaced by a new one. */
export const credentialRevoked = Type.Object({ deviceId: Id, guestId: Id });
