import { type Static, Type } from "typebox";
import { Id, Time } from "../../platform/shapes.ts";

const NullableText = Type.Union([Type.String(), Type.Null()]);
const typed = (description: string) =>
  Type.Union([Type.String({ maxLength: 100 }), Type.Null()], { description });

export const AdvertTagsBody = Type.Object({
  metaPixelId: typed("10 to 20 digits; null or empty: no pixel"),
  googleTagId: typed("G-, GT- or AW-; null or empty: no tag"),
  brandIds: Type.Array(Id, { maxItems: 1000, description: "On whose pages the tags load" }),
});
export type AdvertTagsBody = Static<typeof AdvertTagsBody>;

export const AdvertTagsReply = Type.Object({
  metaPixelId: NullableText,
  googleTagId: NullableText,
  brands: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      isOn: Type.Boolean(),
      branches: Type.Integer(),
      asking: Type.Integer({ description: "So many of them ask guests for the ads consent" }),
    }),
  ),
  meta: Type.Object(
    {
      hasToken: Type.Boolean({ description: "Without one nothing is sent by the cloud" }),
      apiUrl: Type.String(),
      fault: Type.Union([
        Type.Literal("token"),
        Type.Literal("address"),
        Type.Literal("unreachable"),
        Type.Null(),
      ]),
      faultAt: Type.Union([Time, Type.Null()]),
    },
    { description: "How the cloud's copy reaches Meta's Conversions API" },
  ),
  lastWeek: Type.Object({
    waiting: Type.Integer(),
    sent: Type.Integer(),
    leftOut: Type.Integer(),
  }),
});
export type AdvertTagsReply = Static<typeof AdvertTagsReply>;

const State = Type.Union([Type.Literal("waiting"), Type.Literal("sent"), Type.Literal("left-out")]);
export const AdvertEventsQuery = Type.Object({
  state: Type.Optional(State),
  days: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 400, description: "The last; absent: 7" }),
  ),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
  cursor: Type.Optional(Type.String({ maxLength: 100, description: "`nextCursor` of a page" })),
});

export const AdvertEventsReply = Type.Object({
  events: Type.Array(
    Type.Object({
      id: Type.String({ description: "The browser's copy has the same" }),
      name: Type.String(),
      branchId: Type.String(),
      branchName: NullableText,
      visitId: Type.String(),
      occurredAt: Time,
      metaPixelId: NullableText,
      googleTagId: NullableText,
      textVersion: Type.Integer({ description: "Of the words that the guest agreed to" }),
      state: State,
      reason: NullableText,
      sentAt: Type.Union([Time, Type.Null()]),
    }),
    { description: "The newest first" },
  ),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
  total: Type.Integer(),
});
export type AdvertEventsReply = Static<typeof AdvertEventsReply>;

export const MetaAccessBody = Type.Object({
  token: Type.Optional(
    Type.Union(
      [Type.String({ minLength: 20, maxLength: 1000, pattern: "^[!-~]+$" }), Type.Null()],
      {
        description: "Absent: as before; null: none, so that nothing is sent",
      },
    ),
  ),
  apiUrl: Type.Optional(
    Type.String({
      maxLength: 200,
      description: "With the version; a new one asks for the token anew",
    }),
  ),
});
export type MetaAccessBody = Static<typeof MetaAccessBody>;
