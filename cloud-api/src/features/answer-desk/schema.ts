import {
  LocalText,
  SCALE_MAX,
  SURVEY_TEXT_CHARACTERS_MAX,
  Survey,
  Timestamp,
} from "@foyer/contract";
import { type Static, Type } from "typebox";
import { Id } from "../../platform/shapes.ts";

const Mark = Type.String({ pattern: "^[A-Za-z0-9_-]+$", maxLength: 64 });
const Language = Type.Union([Type.Literal("vi"), Type.Literal("en"), Type.Literal("fa")]);
const Figure = Type.Integer({ minimum: 0, maximum: SCALE_MAX });

/** Where the guest was when staff asked them. */
export const How = Type.Union([Type.Literal("on-site"), Type.Literal("phone")]);
export type How = Static<typeof How>;

export const DeskReply = Type.Object({
  companyId: Type.String({ description: "Whose surveys these are: staff may work for several" }),
  staff: Type.Object({ id: Type.String(), name: Type.String() }),
  mayTie: Type.Boolean({ description: "Whether they may see customers, and so say whose it is" }),
  saleTypes: Type.Array(Type.Object({ id: Type.String(), name: LocalText }), {
    description: "What kinds of sale an answer can be about",
  }),
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

const Phone = Type.String({
  ...{ minLength: 1, maxLength: 40 },
  description: "As people of the branch's country write it",
});

export const CustomerCheckBody = Type.Object({ branchId: Id, phone: Phone });

const whoseStates = [
  Type.Literal("unknown"),
  Type.Literal("not-a-number"),
  Type.Literal("several"),
  Type.Literal("restricted"),
] as const;
/** Whose a number is: a customer whom whoever asks may see, or why nobody is. */
export const CustomerCheckReply = Type.Union([
  Type.Object({ state: Type.Literal("found"), name: Type.Union([Type.String(), Type.Null()]) }),
  Type.Object({
    state: Type.Union([...whoseStates], {
      description:
        "Nobody in reach; no number; several claim it and none has proved it; somebody who asked that what is known of them be left alone",
    }),
  }),
]);
export type CustomerCheckReply = Static<typeof CustomerCheckReply>;

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
  saleTypeId: Type.Optional(
    Type.Unsafe<string>({ ...Mark, description: "What kind of sale it is about" }),
  ),
  language: Language,
  phone: Type.Optional(
    Type.String({
      ...Phone,
      description:
        "Of the guest, where they say who they are: the answer is the customer's whose it is",
    }),
  ),
  takenAt: { ...Timestamp, description: "By the clock of the device" },
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
  whose: Type.Union(
    [Type.Literal("customer"), ...whoseStates, Type.Literal("not-allowed"), Type.Null()],
    {
      description: "Whether the phone told whose it is; kept without a name else. Null: none came",
    },
  ),
  coupon: Type.Union(
    [
      Type.Object({
        ...{ name: LocalText, offer: LocalText, code: Type.String(), redeemPath: Type.String() },
        validUntil: Type.String({ format: "date-time", description: "The last moment" }),
      }),
      Type.Null(),
    ],
    { description: "What the customer gets for it, once" },
  ),
});
export type TakenReply = Static<typeof TakenReply>;

export const FileQuery = Type.Object({
  answerId: Type.String({ format: "uuid", description: "Of an answer that was told before" }),
  question: Mark,
});
export type FileQuery = Static<typeof FileQuery>;

const fileFaults = [
  ...[Type.Literal("too-heavy"), Type.Literal("no-picture"), Type.Literal("no-file")],
  ...[Type.Literal("broken"), Type.Literal("too-large"), Type.Literal("something-else")],
  ...[Type.Literal("pdf-broken"), Type.Literal("pdf-acts"), Type.Literal("pdf-something-else")],
  ...[Type.Literal("pdf-closed"), Type.Literal("virus")],
  ...[Type.Literal("full"), Type.Literal("no-room")],
] as const;
/** Why a file is not taken, whoever sends it and however often; of no-room as long as there is none. */
export const FileFault = Type.Union([...fileFaults]);
export type FileFault = Static<typeof FileFault>;

export const FileReply = Type.Object({
  outcome: Type.Union([Type.Literal("kept"), Type.Literal("kept-before"), Type.Literal("refused")]),
  fault: Type.Union([FileFault, Type.Null()], {
    description:
      "Why it was refused: heavier than the question takes; no picture, or neither a picture nor a PDF; broken; too many pixels; something else besides; what of a PDF is; what a scanner warns of; as many as the question takes; all that the company keeps",
  }),
});
export type FileReply = Static<typeof FileReply>;
