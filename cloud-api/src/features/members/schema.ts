import { type Static, Type } from "typebox";
import { Count, Id, Time } from "../../platform/shapes.ts";

const TimeOrNull = Type.Union([Time, Type.Null()]);
const NameOrNull = Type.Union([Type.String(), Type.Null()]);

const toldBy = {
  unnamed: Type.Union(
    [
      Type.Object({
        phoneEnd: Type.Union([Type.String(), Type.Null()], {
          description: "The last four digits, for whoever may open the customer's record",
        }),
        seenAt: Type.Union([Time, Type.Null()], { description: "When they first came" }),
        branchName: Type.Union([Type.String(), Type.Null()], {
          description: "Where that was, of the branches in reach",
        }),
      }),
      Type.Null(),
    ],
    { description: "What somebody without a name is told apart by; null: they have one" },
  ),
};
export type Unnamed = Static<(typeof toldBy)["unnamed"]>;

const paging = {
  search: Type.Optional(
    Type.String({ maxLength: 200, description: "Beginnings of words, or of a number" }),
  ),
  cursor: Type.Optional(
    Type.String({ maxLength: 200, description: "nextCursor of the page before" }),
  ),
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
};
const page = {
  nextCursor: Type.Union([Type.String(), Type.Null()]),
  total: Count,
  isTotalExact: Type.Boolean({ description: "False: there are at least so many" }),
  maySearch: Type.Boolean({
    description: "Whether the caller may search here: who may open the record of everybody listed",
  }),
};

export const MembersQuery = Type.Object({
  ...paging,
  tierId: Type.Optional({ ...Id, description: "Only those who have this tier" }),
});
export const MembersReply = Type.Object({
  members: Type.Array(
    Type.Object({
      id: Id,
      name: NameOrNull,
      ...toldBy,
      tier: Type.Union([Type.Object({ id: Id, name: Type.String() }), Type.Null()]),
      points: Type.Union([Count, Type.Null()], {
        description: "For visits at all brands together; null: they never came",
      }),
      visits: { ...Count, description: "At all brands" },
      lastVisitAt: TimeOrNull,
    }),
    { description: "Who was heard of last comes first" },
  ),
  ...page,
});
export type MembersReply = Static<typeof MembersReply>;

export const BrandParams = Type.Object({ brandId: Id });
export const BrandCustomersQuery = Type.Object(paging);
export const BrandCustomersReply = Type.Object({
  customers: Type.Array(
    Type.Object({
      id: Id,
      name: NameOrNull,
      ...toldBy,
      visits: { ...Count, description: "At the branches that are of the brand today" },
      firstVisitAt: TimeOrNull,
      lastVisitAt: TimeOrNull,
      minutes: Type.Union([Count, Type.Null()], {
        description: "How long a visit there lasts on average; null: none has ended",
      }),
    }),
    { description: "Who was heard of last comes first" },
  ),
  ...page,
});
export type BrandCustomersReply = Static<typeof BrandCustomersReply>;

export const BrandsReply = Type.Object({
  brands: Type.Array(
    Type.Object({
      id: Id,
      name: Type.String(),
      branches: { ...Count, description: "Of the brand, and in the caller's reach" },
    }),
    { description: "By name; those without a branch in reach are left out" },
  ),
});
export type BrandsReply = Static<typeof BrandsReply>;
