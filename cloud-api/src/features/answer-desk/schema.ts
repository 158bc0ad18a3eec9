import { SCALE_MAX, SURVEY_TEXT_CHARACTERS_MAX, Survey } from "@foyer/contract";
import { type Static, Type } from "typebox";

const Id = Type.String({ format: "uuid" });
const Mark = Type.String({ pattern: "^[A-Za-z0-9_-]+$", maxLength: 64 });
const Language = Type.Union([Type.Literal("vi"), Type.Literal("en"), Type.Literal("fa")]);
const Figure = Type.Integer({ minimum: 0, maximum: SCALE_MAX });

/** Where the guest was when staff asked them. */
export const How = Type.Union([Type.Literal("on-site"), Type.Literal("phone")]);
export type How = Static<typeof How>;

export const DeskReply = Type.Object({
  companyId: Type.String({ description: "Whose surveys these are: staff may work for several" }),
  staff: Type.Object({ id: Type.String(), name: Type.String() }),
  branches: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      languages: Type.Array(Language),
      surveys: Type.Array(Survey),
    }),
    { description: "Those that ask something, with their surveys as they stand" },
  ),
});
export type DeskReply = Static<typeof DeskReply>;

export const TakenBody = Type.Object({
  answerId: Type.String({
    format: "uuid",
    description: "Chosen by the device: sent twice, it is kept once",
  }),
  staffId: Type.String({
    format: "uuid",
    description: "Who filled it in: whoever is signed in by now may be somebody else",
  }),
  surveyId: Mark,
  version: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
  branchId: Id,
  how: How,
  language: Language,
  takenAt: Type.String({ format: "date-time", description: "By the clock of the device" }),
  answers: Type.Object({
    choices: Type.Record(Mark, Type.Array(Mark, { maxItems: 20 })),
    ratings: Type.Record(Mark, Figure),
    scales: Type.Record(Mark, Figure),
    dates: Type.Record(Mark, Type.String({ maxLength: 10 })),
    texts: Type.Record(Mark, Type.String({ maxLength: SURVEY_TEXT_CHARACTERS_MAX })),
  }),
});
export type TakenBody = Static<typeof TakenBody>;

export const TakenReply = Type.Object({
  outcome: Type.Union([Type.Literal("kept"), Type.Literal("kept-before")]),
});
