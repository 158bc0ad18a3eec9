import {
  FileQuestion,
  LocalText,
  RATING_MAX,
  SALE_TYPES_MAX,
  SurveyQuestion,
} from "@foyer/contract";
import { type Static, Type } from "typebox";
import { BRANCH_KINDS } from "../../platform/branch-kinds.ts";
import { narrowing } from "../../platform/narrowing.ts";
import { day, Given, Id, oneOf, Removal, whose, wording } from "../../platform/shapes.ts";
import { NO_SALE_TYPE } from "./rules.ts";

const SurveyId = Type.String({ pattern: "^[A-Za-z0-9_-]+$", maxLength: 64 });
const Day = day("On the calendar of each answer's branch");
const NullableText = Type.Union([Type.String(), Type.Null()]);

const satisfactions = [
  Type.Literal("satisfied"),
  Type.Literal("neutral"),
  Type.Literal("unsatisfied"),
] as const;
export const SatisfactionName = Type.Union([...satisfactions]);

/** Of a kind of sale, as the company has it. */
const SaleTypeId = Type.String({ pattern: "^[A-Za-z0-9_-]+$", maxLength: 64 });
const NullableSaleTypeId = Type.Union([Type.String(), Type.Null()], {
  description: "What kind of sale it is about. Null: nobody said",
});

/** Which answers are meant. */
const asked = {
  surveyId: Type.Optional(SurveyId),
  branchId: Type.Optional(Id),
  brandId: Type.Optional({ ...Id, description: "Without `branchId`: of its branches" }),
  branchKind: Type.Optional(
    oneOf(BRANCH_KINDS, "Without `branchId`: of the branches that are such places now"),
  ),
  customerId: Type.Optional(Id),
  saleTypeId: Type.Optional({
    ...SaleTypeId,
    description: `About this kind of sale; ${NO_SALE_TYPE}: of which nobody said`,
  }),
  from: Type.Optional(Day),
  to: Type.Optional(Day),
  satisfaction: Type.Optional(SatisfactionName),
  search: Type.Optional(
    Type.String({ maxLength: 200, description: "Beginnings of words in what guests wrote" }),
  ),
  questionId: Type.Optional(SurveyId),
  value: Type.Optional(
    Type.String({
      maxLength: 64,
      description: "Given to the question: a rating or an option’s id",
    }),
  ),
  versions: Type.Optional(
    Type.String({
      ...{ pattern: "^\\d{1,9}(,\\d{1,9})*$", maxLength: 2000 },
      description:
        "Given to the question in these versions of the survey, with commas between; 0: in one that nobody knows",
    }),
  ),
  ...narrowing,
};
export const ResultsQuery = Type.Object(asked);
export type ResultsQuery = Static<typeof ResultsQuery>;

export const AnswersQuery = Type.Object({
  ...asked,
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
});

export const AnswersCsvQuery = Type.Object({
  ...asked,
  surveyId: SurveyId,
  language: Type.Optional(Type.Union([Type.Literal("vi"), Type.Literal("en")])),
});

const AnswerFile = Type.Object({
  id: Type.String({ description: "GET /api/v1/survey-files/{fileId} has its bytes" }),
  questionId: Type.String(),
  label: Type.Union([LocalText, Type.Null()], { description: "What it was asked for by" }),
  kind: Type.Union([Type.Literal("jpeg"), Type.Literal("pdf")]),
  byteCount: Type.Integer(),
  width: Type.Union([Type.Integer(), Type.Null()]),
  height: Type.Union([Type.Integer(), Type.Null()]),
  addedAt: Type.String(),
  removed: Removal,
});
export const AnswerFiles = Type.Array(AnswerFile, {
  description: "What the customer sent with it; what staff deleted of it comes last",
});
export type AnswerFile = Static<typeof AnswerFile>;

export const FileParams = Type.Object({ fileId: Id });
export const SharedReply = Type.Object({
  url: Type.String({ description: "Whoever has it sees the file, signed in or not" }),
  expiresAt: Type.String(),
});
export type SharedReply = Static<typeof SharedReply>;

export const AnswersReply = Type.Object({
  total: Type.Integer(),
  nextCursor: NullableText,
  answers: Type.Array(
    Type.Object({
      id: Type.String(),
      surveyId: Type.String(),
      version: Type.Union([Type.Integer(), Type.Null()], {
        description: "Which wording it was given to; null: nobody told",
      }),
      branchId: Type.String(),
      place: NullableText,
      saleTypeId: NullableSaleTypeId,
      ...whose,
      by: Type.Union([Type.Literal("page"), Type.Literal("link"), Type.Literal("staff")]),
      taken: Type.Union(
        [
          Type.Object({
            staffName: NullableText,
            how: Type.Union([Type.Literal("on-site"), Type.Literal("phone")]),
          }),
          Type.Null(),
        ],
        { description: "Filled in by staff: who of them, and where the guest was" },
      ),
      language: Type.String(),
      choices: Type.Record(Type.String(), Type.Array(Type.String())),
      ratings: Type.Record(Type.String(), Type.Integer()),
      scales: Type.Record(Type.String(), Type.Integer(), { description: "From 0 to 10" }),
      score: Type.Union([Type.Number(), Type.Null()], {
        description: "The mean of its ratings, in stars: 0 of 10 counts as one, 10 as five",
      }),
      satisfaction: Type.Union([...satisfactions, Type.Null()]),
      texts: Type.Union([Type.Record(Type.String(), Type.String()), Type.Null()]),
      dates: Type.Union([Type.Record(Type.String(), Type.String()), Type.Null()]),
      given: Type.Array(Given, {
        description: "All of it by question, in the words of the wording it was given to",
      }),
      files: AnswerFiles,
      answeredAt: Type.String(),
    }),
    { description: "The newest first" },
  ),
});
export type AnswersReply = Static<typeof AnswersReply>;
export type Answer = AnswersReply["answers"][number];

const rated = {
  ratings: Type.Integer(),
  satisfied: Type.Integer(),
  unsatisfied: Type.Integer(),
  average: Type.Union([Type.Number(), Type.Null()], { description: "To two decimals" }),
};
const summed = {
  answers: Type.Integer(),
  rated: Type.Integer({ description: "Of them, those that rate something" }),
  satisfied: Type.Integer(),
  unsatisfied: Type.Integer(),
  average: Type.Union([Type.Number(), Type.Null()]),
};
const Label = Type.Union([LocalText, Type.Null()]);
const TakingPart = Type.Object({
  visitors: Type.Integer({ description: "Who were at the branches that ask" }),
  answered: Type.Integer({ description: "Who answered on a page of the Wi-Fi there" }),
});
export const Thresholds = Type.Object({
  satisfiedFrom: Type.Integer({ minimum: 2, maximum: RATING_MAX }),
  lowUpTo: Type.Integer({ minimum: 1, maximum: RATING_MAX - 1 }),
});

const questionKinds = [
  Type.Literal("choice"),
  Type.Literal("rating"),
  Type.Literal("scale"),
  Type.Literal("date"),
  Type.Literal("text"),
] as const;

export const ResultsReply = Type.Object({
  ...summed,
  thresholds: Thresholds,
  takingPart: TakingPart,
  step: Type.Union([Type.Literal("day"), Type.Literal("week"), Type.Literal("month")]),
  series: Type.Array(Type.Object({ day: Type.String(), ...summed }), {
    description: "By the first day of each step in which somebody answered",
  }),
  branches: Type.Array(
    Type.Object({
      branchId: Type.String(),
      ...summed,
      takingPart: Type.Union([TakingPart, Type.Null()]),
    }),
  ),
  saleTypes: Type.Array(
    Type.Object({
      saleTypeId: NullableSaleTypeId,
      name: Type.Union([LocalText, Type.Null()]),
      ...summed,
    }),
    { description: "Side by side, as far as somebody answered about some" },
  ),
  parts: Type.Array(
    Type.Object({
      partId: Type.String(),
      name: Type.String(),
      branchId: Type.Union([Type.String(), Type.Null()], { description: "Null: all of them" }),
      ...rated,
    }),
  ),
  questions: Type.Array(
    Type.Object({
      surveyId: Type.String(),
      questionId: Type.String(),
      kind: Type.Union([...questionKinds]),
      label: Label,
      part: NullableText,
      isFollowUp: Type.Boolean(),
      counts: Type.Array(
        Type.Object({ value: Type.String(), label: Label, ...wording, count: Type.Integer() }),
      ),
      ...rated,
      promoterScore: Type.Union([Type.Integer(), Type.Null()], {
        description:
          "Of a question from 0 to 10, whose satisfied are those of 9 and 10 and whose unsatisfied " +
          "those up to 6: the share of the first less that of the second, from -100 to 100",
      }),
    }),
  ),
});
export type ResultsReply = Static<typeof ResultsReply>;

export const SurveyRulesBody = Type.Object({
  satisfiedFrom: Type.Integer({ minimum: 2, maximum: RATING_MAX }),
  lowUpTo: Type.Integer({ minimum: 1, maximum: RATING_MAX - 1 }),
  caseHours: Type.Integer({ minimum: 1, maximum: 24 * 90 }),
  satisfiedTagId: Type.Union([Id, Type.Null()]),
  unsatisfiedTagId: Type.Union([Id, Type.Null()]),
  parts: Type.Array(
    Type.Object({ id: SurveyId, name: Type.String({ minLength: 1, maxLength: 60 }) }),
    { maxItems: 30, description: "What questions are about: food, service, delivery …" },
  ),
});
export type SurveyRulesBody = Static<typeof SurveyRulesBody>;

/** What guests read and are asked; its id and version are the cloud's. */
export const SurveyWording = Type.Object({
  title: LocalText,
  intro: Type.Optional(LocalText),
  thanks: Type.Optional(LocalText),
  questions: Type.Array(SurveyQuestion, { minItems: 1, maxItems: 20 }),
  files: Type.Optional(Type.Array(FileQuestion, { minItems: 1, maxItems: 3 })),
  saleTypeIds: Type.Optional(
    Type.Array(SaleTypeId, {
      ...{ minItems: 1, maxItems: SALE_TYPES_MAX, uniqueItems: true },
      description: "Asked of these kinds of sale alone. Absent: of all",
    }),
  ),
});
export type SurveyWording = Static<typeof SurveyWording>;

export const SurveyParams = Type.Object({ surveyId: SurveyId });
const BranchIds = Type.Array(Id, {
  ...{ maxItems: 1000, uniqueItems: true, description: "Whose guests are asked" },
});
export const NewSurveyBody = Type.Object({ wording: SurveyWording, branchIds: BranchIds });
export const SurveyBody = Type.Object({
  wording: SurveyWording,
  branchIds: BranchIds,
  readVersion: Type.Union([Type.Integer(), Type.Null()], {
    description: "The version it was made from: another since is a conflict. Null: it had none",
  }),
  readBranchIds: Type.Optional(
    Type.Array(Id, {
      ...{ maxItems: 1000, uniqueItems: true },
      description: "Where it was asked when it was read: others since are a conflict",
    }),
  ),
});
export const SurveyReply = Type.Object({
  id: Type.String(),
  version: Type.Union([Type.Integer(), Type.Null()], {
    description: "Null: it stands in the settings of branches alone",
  }),
  wording: SurveyWording,
  branchIds: Type.Array(Type.String()),
  versions: Type.Array(
    Type.Object({
      version: Type.Integer(),
      wording: SurveyWording,
      madeAt: Type.String(),
      madeBy: NullableText,
      answers: Type.Integer({ description: "Given to this wording" }),
    }),
    { description: "The newest first" },
  ),
});
export type SurveyReply = Static<typeof SurveyReply>;

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

const SaleTypeName = Type.Unsafe<LocalText>({
  ...LocalText,
  description: "In one language at least; no two are the same",
});
export const SaleTypeParams = Type.Object({ saleTypeId: SaleTypeId });
export const NewSaleTypeBody = Type.Object({ name: SaleTypeName });
export const SaleTypeBody = Type.Object({
  name: SaleTypeName,
  isOver: Type.Boolean({ description: "Nobody chooses it any more; its answers keep its name" }),
});
export const SaleTypeReply = Type.Object({ id: Type.String(), ...SaleTypeBody.properties });
export type SaleTypeReply = Static<typeof SaleTypeReply>;
export const SaleTypesReply = Type.Object({ saleTypes: Type.Array(SaleTypeReply) });
export type SaleTypesReply = Static<typeof SaleTypesReply>;

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
export type LinksReply = Static<typeof LinksReply>;
