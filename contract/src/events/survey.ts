import { Type } from "typebox";
import { MarkId } from "../known-guests.ts";
import { Day, Id, Language } from "../personal.ts";
import { RATING_MAX, SCALE_MAX, SURVEY_TEXT_CHARACTERS_MAX } from "../surveys.ts";

const Nullable = Type.Union([Id, Type.Null()]);

/** A survey was answered, whole. `guestId` is null where nobody knows whose device it was. */
export const surveyAnswered = Type.Object({
  answerId: Id,
  surveyId: MarkId,
  /** Which wording was answered; absent where the branch's settings say none. */
  surveyVersion: Type.Optional(Type.Integer({ minimum: 1 })),
  guestId: Nullable,
  deviceId: Nullable,
  /** Null where it was opened without the Wi-Fi's way in. */
  nasId: Nullable,
  by: Type.Union([Type.Literal("page"), Type.Literal("link"), Type.Literal("staff")]),
  /**
   * SHA-256, base64url, of the key that whoever answered adds files by. Absent: no files are asked
   * for. The key itself is shown to nobody else.
   */
  filesKeyHash: Type.Optional(Type.String({ pattern: "^[A-Za-z0-9_-]{43}$" })),
  /** Of one that staff filled in: who of them, and where the guest was. Told by the cloud itself. */
  taken: Type.Optional(
    Type.Object({
      staffId: Id,
      how: Type.Union([Type.Literal("on-site"), Type.Literal("phone")]),
    }),
  ),
  /** The table or spot that the link was printed for; null: the branch as a whole. */
  place: Type.Union([MarkId, Type.Null()]),
  /** What kind of sale it is about, by an id of the cloud's; absent: nobody said. */
  saleTypeId: Type.Optional(MarkId),
  language: Language,
  /** By question: the ids of what was chosen, and a number from 1. */
  choices: Type.Record(MarkId, Type.Array(MarkId, { maxItems: 20 })),
  ratings: Type.Record(MarkId, Type.Integer({ minimum: 1, maximum: RATING_MAX })),
  /** By question, from 0; absent where a box is older than such questions. */
  scales: Type.Optional(Type.Record(MarkId, Type.Integer({ minimum: 0, maximum: SCALE_MAX }))),
  /** By question. People write names and numbers into a text. */
  texts: Type.Record(MarkId, Type.String({ maxLength: SURVEY_TEXT_CHARACTERS_MAX }), {
    personal: true,
  }),
  /** By question. A day may be a birthday. */
  dates: Type.Optional(Type.Record(MarkId, Day, { personal: true })),
});
