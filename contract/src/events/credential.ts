import { type Static, Type } from "typebox";
import { Id } from "../personal.ts";

/** A guest's device was given a credential of its own for the secure SSID; what it is stays here. */
export const credentialIssued = Type.Object({ deviceId: Id, guestId: Id });

/**
 * Whose doing it is that a credential opens nothing any more: its guest's own, staff's, that of a new one
 * for the same device, of somebody else who signed in on the device, or of its guest being forgotten.
 */
export const CredentialEnd = Type.Union([
  Type.Literal("guest"),
  Type.Literal("staff"),
  Type.Literal("replaced"),
  Type.Literal("other-guest"),
  Type.Literal("forgotten"),
]);
export type CredentialEnd = Static<typeof CredentialEnd>;

/** The credential of a guest's device opens nothing any more. */
export const credentialRevoked = Type.Object({
  deviceId: Id,
  guestId: Id,
  /** Absent: of a release that did not say. */
  by: Type.Optional(CredentialEnd),
});
