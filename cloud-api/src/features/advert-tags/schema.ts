import { type Static, Type } from "typebox";

const Id = Type.String({ format: "uuid" });
const Time = Type.String({ format: "date-time", description: "ISO 8601, UTC" });
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
  lastWeek: Type.Object({
    waiting: Type.Integer(),
    sent: Type.Integer(),
    leftOut: Type.Integer(),
  }),
});
export type AdvertTagsReply = Static<typeof AdvertTagsReply>;

export const AdvertEventsQuery = Type.Object({
  after: Type.Optional(Type.String({ maxLength: 100, description: "`next` of the page before" })),
});

const State = Type.Union([Type.Literal("waiting"), Type.Literal("sent"), Type.Literal("left-out")]);
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
  next: Type.Union([Type.String(), Type.Null()]),
});
export type AdvertEventsReply = Static<typeof AdvertEventsReply>;
