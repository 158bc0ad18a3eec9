import { type Static, Type } from "typebox";
import { Id, IpAddress, Language, VersionNumber } from "../personal.ts";
import { SignInMethod } from "./guest.ts";

/** What a guest can agree to, one by one. Access needs `terms` alone. */
export const ConsentPurpose = Type.Union([
  Type.Literal("terms"),
  Type.Literal("marketing"),
  Type.Literal("profiling"),
  Type.Literal("presence"),
  Type.Literal("ads"),
]);
export type ConsentPurpose = Static<typeof ConsentPurpose>;

/** By what a message may come to a guest who agrees to `marketing`. */
export const MESSAGE_CHANNELS = ["sms", "zalo", "email"] as const;
export const MessageChannel = Type.Union([
  Type.Literal("sms"),
  Type.Literal("zalo"),
  Type.Literal("email"),
]);
export type MessageChannel = Static<typeof MessageChannel>;

/**
 * How a guest said it: with the way in that they took (`returning` is the one tap of a known device), on
 * the page that asks for details, on the one about their data, or by asking to be deleted.
 */
export const ConsentWay = Type.Union([
  ...SignInMethod.anyOf,
  Type.Literal("details"),
  Type.Literal("privacy-page"),
  Type.Literal("deletion"),
]);
export type ConsentWay = Static<typeof ConsentWay>;

const evidence = {
  guestId: Id,
  purpose: ConsentPurpose,
  /**
   * Of `marketing` alone: the one channel that was answered about. Absent: the text named none, and the
   * answer is one for all of MESSAGE_CHANNELS.
   */
  channel: Type.Optional(MessageChannel),
  /** The exact text the guest saw: its version and the SHA-256 of its words. */
  textVersion: VersionNumber,
  textSha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  language: Language,
  /** Where it was said: the guest's own act on a page of the portal. */
  method: Type.Literal("portal"),
  /** By which act there. Absent: a box of a release before told it. */
  way: Type.Optional(ConsentWay),
  nasId: Id,
  deviceId: Id,
  ip: Type.Optional(IpAddress),
};

export const consentGiven = Type.Object({ consentId: Id, ...evidence });

export const consentWithdrawn = Type.Object({ consentId: Id, ...evidence });
