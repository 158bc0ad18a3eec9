import { type Static, Type } from "typebox";
import { Id, Mac } from "../personal.ts";

/** A device came to the branch's network for the first time, or for the first time in this visit. */
export const deviceSeen = Type.Object({
  deviceId: Id,
  mac: Mac,
  /** The locally administered bit: the phone made this address up (IEEE 802c). */
  randomised: Type.Boolean(),
  nasId: Id,
  by: Type.Union([Type.Literal("portal"), Type.Literal("radius")]),
});

/** How the box knew that the device is the one it claims to be. A MAC in a URL proves nothing. */
export const DeviceProof = Type.Union([
  Type.Literal("signed-hand-off"),
  Type.Literal("device-token"),
  Type.Literal("network"),
  Type.Literal("radius"),
  Type.Literal("code"),
]);
export type DeviceProof = Static<typeof DeviceProof>;

/** A device that a guest had used before was proved to be here again. */
export const deviceRecognised = Type.Object({
  deviceId: Id,
  guestId: Id,
  nasId: Id,
  proof: DeviceProof,
});
