import { LocalText, SurveyQuestion } from "@foyer/contract";
import { type Static, Type } from "typebox";

const Id = Type.String({ format: "uuid" });
const SurveyId = Type.String({ pattern: "^[A-Za-z0-9_-]+$", maxLength: 64 });
const Day = Type.String({ format: "date", description: "On the calendar of each answer's branch" });
const NullableText = Type.Union([Type.String(), Type.Null()]);

export const AnswersQuery = Type.Object({
  surveyId: SurveyId,
  branchId: Type.Optional(Id),
  customerId: Type.Optional(Id),
  from: Type.Optional(Day),
  to: Type.Optional(Day),
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
});

export const AnswersReply = Type.Object({
  total: Type.Integer(),
  counts: Type.Array(
    Type.Object({
      questionId: Type.String(),
      value: Type.String({ description: "The id of an option, or a rating" }),
      count: Type.Integer(),
    }),
  ),
  answers: Type.Array(
    Type.Object({
      id: Type.String(),
      branchId: Type.String(),
      place: NullableText,
      customerId: NullableText,
      customerName: NullableText,
      by: Type.Union([Type.Literal("page"), Type.Literal("link")]),
      language: Type.String(),
      choices: Type.Record(Type.String(), Type.Array(Type.String())),
      ratings: Type.Record(Type.String(), Type.Integer()),
      texts: Type.Union([Type.Record(Type.String(), Type.String()), Type.Null()]),
      answeredAt: Type.String(),
    }),
    { description: "The newest first" },
  ),
});
export type AnswersReply = Static<typeof AnswersReply>;

export const SurveysReply = Type.Object({
  surveys: Type.Array(
    Type.Object({
      id: Type.String(),
      title: Type.Union([LocalText, Type.Null()], {
        description: "Null: no branch asks it any more",
      }),
      questions: Type.Array(SurveyQuestion),
      branchNames: Type.Array(Type.String(), { description: "Whose guests are asked now" }),
      answers: Type.Integer(),
      lastAnsweredAt: NullableText,
    }),
    { description: "Those that branches ask, then those that were asked" },
  ),
});
export type SurveysReply = Static<typeof SurveysReply>;

export const LinkParams = Type.Object({ id: Id });
export const LinksReply = Type.Object({
  links: Type.Array(
    Type.Object({
      surveyId: Type.String(),
      url: Type.Union([Type.String(), Type.Null()], {
        description:
          "To be printed as a QR code; a table's own ends in / and its name. Null: nobody knows the portal's address",
      }),
    }),
  ),
});
