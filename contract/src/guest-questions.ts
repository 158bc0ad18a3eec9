import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { EMAIL_CHARACTERS_MAX } from "./email.ts";
import { KnownGuest } from "./known-guests.ts";
import { Mac, Phone, personalText } from "./personal.ts";

/** More at once than stand before the pages of a branch within a second. */
export const GUEST_QUESTIONS_MAX = 50;

/** Somebody whom a box does not know: by the number or the address they typed, or by a device that was proved. */
export const GuestQuestion = Type.Union([
  Type.Object({ phone: Phone }, { additionalProperties: false }),
  /** In lower case. A cloud of an older release refuses questions with one of these. */
  Type.Object({ email: personalText(EMAIL_CHARACTERS_MAX) }, { additionalProperties: false }),
  Type.Object({ mac: Mac }, { additionalProperties: false }),
]);
export type GuestQuestion = Static<typeof GuestQuestion>;

export const GuestQuestions = Type.Object({
  questions: Type.Array(GuestQuestion, { minItems: 1, maxItems: GUEST_QUESTIONS_MAX }),
});
export type GuestQuestions = Static<typeof GuestQuestions>;

/** Those of them whom the cloud knows. Who is not among them is new to the tenant. */
export const GuestAnswers = Type.Object({
  /** KnownGuests.key. */
  key: Type.String({ minLength: 44, maxLength: 44 }),
  /** The tenant's log position that the visit numbers stand at. */
  position: Type.Integer({ minimum: 0 }),
  guests: Type.Array(KnownGuest, { maxItems: GUEST_QUESTIONS_MAX }),
});
export type GuestAnswers = Static<typeof GuestAnswers>;

const compiled = Compile(GuestAnswers);

/** Null for anything but answers. */
export function readGuestAnswers(value: unknown): GuestAnswers | null {
  return compiled.Check(value) ? value : null;
}
