import { type Static, Type } from "typebox";
import { EMAIL_CHARACTERS_MAX } from "../email.ts";
import { OWN_VALUE_CHARACTERS_MAX, OwnFieldKey } from "../guest-fields.ts";
import { Id, Language, Phone, personalText, VersionNumber } from "../personal.ts";
import { DeviceProof } from "./device.ts";

/** How a guest got in. */
export const SignInMethod = Type.Union([
  Type.Literal("phone-code"),
  Type.Literal("email-code"),
  Type.Literal("member-code"),
  Type.Literal("room"),
  Type.Literal("access-code"),
  Type.Literal("click-through"),
  Type.Literal("returning"),
]);
export type SignInMethod = Static<typeof SignInMethod>;

/** The details a guest hands over of their own will. */
export const GuestDetails = Type.Object({
  name: Type.Optional(personalText(100)),
  email: Type.Optional(personalText(EMAIL_CHARACTERS_MAX)),
  /** YYYY-MM-DD, or --MM-DD where the guest keeps the year to themselves (ISO 8601:2000 §5.2.1.3). */
  birthday: Type.Optional(
    Type.String({ pattern: "^([0-9]{4}|-)-[0-9]{2}-[0-9]{2}$", personal: true }),
  ),
  /** Fields of the tenant's own: key → value as text. */
  own: Type.Optional(
    Type.Record(OwnFieldKey, Type.String({ maxLength: OWN_VALUE_CHARACTERS_MAX }), {
      personal: true,
      additionalProperties: false,
      maxProperties: 50,
    }),
  ),
});
export type GuestDetails = Static<typeof GuestDetails>;

/** A person became known at this branch, or told more about themselves. */
export const guestRegistered = Type.Object({
  guestId: Id,
  deviceId: Id,
  nasId: Id,
  language: Language,
  details: GuestDetails,
  /** The version of the terms the details were given under; null where the branch has none. */
  termsVersion: Type.Union([VersionNumber, Type.Null()]),
});

/** The guest proved that an identifier is theirs: a number or an e-mail address, one of the two. */
export const guestVerified = Type.Object({
  guestId: Id,
  deviceId: Id,
  phone: Type.Optional(Phone),
  /** In lower case. */
  email: Type.Optional(personalText(EMAIL_CHARACTERS_MAX)),
  /** A code that was sent to it, or the code that its member was given when they had proved it. */
  method: Type.Union([Type.Literal("code"), Type.Literal("member-code")]),
  /** The number was somebody else's before, and they are another person: absent where it was not. */
  newHolder: Type.Optional(Type.Literal(true)),
});

/**
 * A box met a person for the first time, on a device that the cloud had told it to be a customer's: they
 * are a guest here from now on, and that customer's.
 */
export const guestRecognised = Type.Object({
  guestId: Id,
  deviceId: Id,
  nasId: Id,
  /** The cloud's own id, as KnownGuest has it. */
  customerId: Id,
  proof: DeviceProof,
});

/** A guest was let online: the grant, whatever the NAS then makes of it. */
export const guestConnected = Type.Object({
  guestId: Id,
  deviceId: Id,
  nasId: Id,
  method: SignInMethod,
  policyId: Id,
});
