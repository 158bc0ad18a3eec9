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

/** A box of a newer release may tell one that a cloud does not know yet. */
const Word = Type.String({ pattern: "^[a-z][a-z0-9-]{0,31}$" });

/**
 * What a device's browser says it runs on: a family and a kind of thing (DEVICE_SYSTEMS and
 * DEVICE_FORMS), told again where a later word corrects it. Nothing in it tells one device from another.
 */
export const deviceDescribed = Type.Object({
  deviceId: Id,
  system: Word,
  /** Null: it does not say. */
  form: Type.Union([Word, Type.Null()]),
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

/**
 * A browser of the device was given a secret to be known by, whatever MAC it comes with. Only the
 * secret's SHA-256 is told, in hex: 256 random bits are guessed by nobody.
 */
export const deviceTokenIssued = Type.Object({
  deviceId: Id,
  tokenHash: Type.String({ pattern: "^[0-9a-f]{64}$" }),
});

/** A device that a guest had used before was proved to be here again. */
export const deviceRecognised = Type.Object({
  deviceId: Id,
  guestId: Id,
  nasId: Id,
  proof: DeviceProof,
});
