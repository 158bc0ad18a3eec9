import { LocalText } from "@foyer/contract";
import { type Static, Type } from "typebox";
import { Count, Id, oneOf, Time, whose } from "../../platform/shapes.ts";
import { LINK_DAYS_MAX, LINK_DAYS_USUAL, LINK_STATES } from "./rules.ts";

const NullableTime = Type.Union([Time, Type.Null()]);
const Survey = Type.String({ pattern: "^[A-Za-z0-9_-]+$", maxLength: 64 });

export const LinkParams = Type.Object({ id: Id });

export const ChoicesReply = Type.Object({
  branches: Type.Array(
    Type.Object({
      id: Id,
      name: Type.String(),
      surveys: Type.Array(
        Type.Object({
          ...{ id: Type.String(), title: LocalText },
          saleTypes: Type.Array(Type.Object({ id: Type.String(), name: LocalText }), {
            description: "What kinds of sale an answer can be about",
          }),
        }),
      ),
    }),
    { description: "Those that ask something" },
  ),
});
export type ChoicesReply = Static<typeof ChoicesReply>;

export const LinkBody = Type.Object({
  surveyId: Survey,
  branchId: Type.Unsafe<string>({ ...Id, description: "Where it is asked, in its look" }),
  customerId: Type.Optional(
    Type.Unsafe<string>({ ...Id, description: "Whose answer it will be. Absent: nobody's" }),
  ),
  saleTypeId: Type.Optional(
    Type.Unsafe<string>({ ...Survey, description: "What kind of sale the answer is about" }),
  ),
  days: Type.Integer({
    ...{ minimum: 1, maximum: LINK_DAYS_MAX, default: LINK_DAYS_USUAL },
    description: "How long it is good, unless it is answered sooner",
  }),
});
export type LinkBody = Static<typeof LinkBody>;

export const MadeLinkReply = Type.Object({
  id: Id,
  url: Type.String({ description: "Told this once: only by what it is known is kept" }),
  endsAt: Time,
});
export type MadeLinkReply = Static<typeof MadeLinkReply>;

export const LinkReply = Type.Object({
  id: Type.Unsafe<string>({ ...Id, description: "The answer's too, once there is one" }),
  surveyId: Type.String(),
  branchId: Id,
  saleType: Type.Union([LocalText, Type.Null()], {
    description: "What kind of sale the answer is about, by its name. Null: nobody said",
  }),
  ...whose,
  state: oneOf(LINK_STATES),
  madeAt: Time,
  madeByName: Type.Union([Type.String(), Type.Null()], { description: "Null: they have left" }),
  endsAt: Time,
  answeredAt: NullableTime,
});
export type LinkReply = Static<typeof LinkReply>;

export const LinksQuery = Type.Object({
  surveyId: Type.Optional(Survey),
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
});

export const LinksReply = Type.Object({
  links: Type.Array(LinkReply, { description: "The newest first" }),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
  total: Count,
});
export type LinksReply = Static<typeof LinksReply>;
