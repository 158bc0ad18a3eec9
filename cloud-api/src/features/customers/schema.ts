import { DEVICE_FORMS, DEVICE_SYSTEMS, orNull } from "@foyer/contract";
import { type Static, Type } from "typebox";
import { Id, oneOf, Time } from "../../platform/shapes.ts";
import { FieldSource } from "./edit-schema.ts";
import { COLUMN, COLUMNS_MAX, FIRST_SORT, SORTS } from "./list-rules.ts";
import { RequestReply } from "./request-schema.ts";

export * from "./edit-schema.ts";
export * from "./merge-schema.ts";
export * from "./request-schema.ts";

const nullable = <T extends ReturnType<typeof Type.String>>(schema: T) =>
  Type.Union([schema, Type.Null()]);

const TREE_TEXT_MAX = 6000;
const SortName = Type.Unsafe<(typeof SORTS)[number]>({
  ...{ type: "string", enum: [...SORTS], default: FIRST_SORT },
  description: "What the list is sorted by; - before it: from the highest",
});

/** How somebody of the staff sees the list. */
export const ColumnsBody = Type.Object(
  {
    columns: Type.Array(Type.String({ pattern: COLUMN }), {
      maxItems: COLUMNS_MAX,
      uniqueItems: true,
    }),
    sort: SortName,
  },
  { additionalProperties: false },
);
export type ColumnsBody = Static<typeof ColumnsBody>;

export const CustomerListQuery = Type.Object({
  search: Type.Optional(
    Type.String({
      maxLength: 200,
      description:
        "Beginnings of words of name or address, or the beginning or end of the phone number",
    }),
  ),
  markId: Type.Optional(
    Type.String({ format: "uuid", description: "Only those with this customer group or tag" }),
  ),
  segmentId: Type.Optional(
    Type.String({ format: "uuid", description: "Only those who are in this segment now" }),
  ),
  tree: Type.Optional(
    Type.String({
      maxLength: TREE_TEXT_MAX,
      description: "Only those who fit these conditions: a segment's tree as JSON",
    }),
  ),
  columns: Type.Optional(
    Type.String({
      maxLength: 1000,
      description:
        "Columns with commas between them: own.<key>, group, tier, tags and consents are told only if asked for",
    }),
  ),
  sort: Type.Optional(SortName),
  cursor: Type.Optional(
    Type.String({ maxLength: 200, description: "nextCursor of the page before" }),
  ),
  limit: Type.Integer({ minimum: 1, maximum: 100, default: 50 }),
});

export const ExportQuery = Type.Object({
  search: CustomerListQuery.properties.search,
  markId: CustomerListQuery.properties.markId,
  segmentId: CustomerListQuery.properties.segmentId,
  tree: CustomerListQuery.properties.tree,
  ids: Type.Optional(
    Type.String({
      maxLength: 3700,
      pattern: "^[0-9a-f-]{36}(,[0-9a-f-]{36}){0,99}$",
      description: "Only these of them: at most a hundred ids with commas between them",
    }),
  ),
  columns: Type.Optional(
    Type.String({
      maxLength: 4000,
      description:
        "What it holds, in this order, with commas between: keys that /customer-export-columns offers. Absent: the usual ones",
    }),
  ),
  language: Type.Union([Type.Literal("vi"), Type.Literal("en")], { default: "vi" }),
});

const ExportColumnKey = Type.String({ minLength: 1, maxLength: 60 });

export const ExportColumnsBody = Type.Object(
  {
    columns: Type.Array(ExportColumnKey, { minItems: 1, maxItems: 200, uniqueItems: true }),
  },
  { additionalProperties: false },
);
export type ExportColumnsBody = Static<typeof ExportColumnsBody>;

export const ExportColumnsReply = Type.Object({
  columns: Type.Array(Type.String(), {
    description: "Those the caller took last, as far as they are offered; else the usual ones",
  }),
  usual: Type.Array(Type.String(), { description: "Those of a file of which nothing was said" }),
  offered: Type.Array(
    Type.Object({
      key: Type.String(),
      header: Type.Object(
        { vi: Type.String(), en: Type.String() },
        { description: "What heads the column in a file" },
      ),
    }),
    { description: "What the caller may take, in the usual order" },
  ),
});
export type ExportColumnsReply = Static<typeof ExportColumnsReply>;

export const ExportListReply = Type.Object({
  exports: Type.Array(
    Type.Object({
      id: Id,
      staffId: Id,
      staffName: nullable(Type.String({ description: "Null: they have left" })),
      at: Time,
      search: nullable(Type.String()),
      markId: nullable(Id),
      segmentId: nullable(Id),
      narrowed: Type.Union([Type.Object({}, { additionalProperties: true }), Type.Null()], {
        description:
          "Conditions (tree) and chosen customers (ids) it was narrowed by besides; or what a report was asked for whose customers (report) or visits (visits) it holds",
      }),
      customers: Type.Union([Type.Integer(), Type.Null()], {
        description: "How many are in the file; null: it broke off",
      }),
      columns: Type.Union([Type.Array(Type.String()), Type.Null()], {
        description: "What it holds of each; null: as the report has them, or not known",
      }),
    }),
    { description: "The newest first" },
  ),
});
export type ExportListReply = Static<typeof ExportListReply>;

export const CustomerParams = Type.Object({ id: Id });

const NamedMark = Type.Object({ id: Id, name: Type.String() });
const markOrNull = Type.Union([NamedMark, Type.Null()]);

export const CustomerItem = Type.Object({
  id: Id,
  name: nullable(Type.String()),
  phone: nullable(Type.String({ description: "E.164" })),
  email: nullable(Type.String()),
  birthday: nullable(Type.String({ description: "YYYY-MM-DD, or --MM-DD without the year" })),
  language: nullable(Type.String()),
  own: Type.Optional(
    Type.Record(Type.String(), Type.String(), { description: "Fields of the company's own" }),
  ),
  marks: Type.Optional(
    Type.Object({ group: markOrNull, tier: markOrNull, tags: Type.Array(NamedMark) }),
  ),
  consents: Type.Optional(
    Type.Record(Type.String(), Type.Boolean(), {
      description: "Purpose → whether their last word was to agree",
    }),
  ),
  visits: Type.Integer({ description: "At all branches" }),
  firstSeenAt: Time,
  lastVisitAt: nullable(Time),
  sourceBranchId: nullable(Id),
  sourceBranchName: nullable(Type.String({ description: "Where they joined" })),
});

export const CustomerListReply = Type.Object({
  customers: Type.Array(CustomerItem, { description: "In the order that was asked for" }),
  nextCursor: nullable(Type.String()),
  total: Type.Integer({
    description: "How many there are on all pages; at least so many where it is not exact",
  }),
  isTotalExact: Type.Boolean({ description: "False: there are more than were counted" }),
});

export type CustomerListReply = Static<typeof CustomerListReply>;

const Field = Type.Object({
  field: Type.String({
    description: "name, phone, email, birthday or language; own.<key> for one of the tenant's own",
  }),
  label: Type.Union([Type.Record(Type.String(), Type.String()), Type.Null()], {
    description: "What the branch where it was given calls an own field, by language",
  }),
  value: Type.String(),
  ...FieldSource,
});

const Device = Type.Object({
  id: Id,
  mac: nullable(Type.String()),
  randomised: Type.Boolean({ description: "The phone made this address up" }),
  system: orNull(oneOf(DEVICE_SYSTEMS, "What it runs, as its browser says; null: not known")),
  form: orNull(oneOf(DEVICE_FORMS, "What it is, as its browser says; null: not known")),
  firstSeenAt: Time,
  lastSeenAt: Time,
});

const Consent = Type.Object({
  purpose: Type.String(),
  channel: nullable(
    Type.String({
      description: "Of marketing: sms, zalo or email; null, all of them with one answer",
    }),
  ),
  given: Type.Boolean({ description: "False: taken back" }),
  at: Time,
  textVersion: Type.Integer(),
  language: Type.String(),
  method: Type.String({
    description:
      "How it was said. On the Wi-Fi's pages: phone-code, email-code, member-code, room, access-code, " +
      "click-through or returning (one tap), with that way in; details, privacy-page or deletion, " +
      "by those pages; portal, told by a box that did not say. Elsewhere: own-page, staff, or merge",
  }),
  branchId: Id,
  branchName: nullable(Type.String()),
  nasId: nullable({ ...Id, description: "The access controller; null, not on the Wi-Fi's pages" }),
});

export const TakeBackBody = Type.Object({
  purpose: Type.Union(
    (["marketing", "profiling", "presence", "ads"] as const).map((each) => Type.Literal(each)),
  ),
  channel: Type.Union(
    [...(["sms", "zalo", "email"] as const).map((each) => Type.Literal(each)), Type.Null()],
    { description: "Of marketing; null: every one that they agreed to" },
  ),
});

export const RequestParams = Type.Object({ id: Id, requestId: Id });

export const CustomerReply = Type.Object({
  id: Id,
  kind: Type.Union([Type.Literal("person"), Type.Literal("company")]),
  mergedInto: nullable({ ...Id, description: "The record that this one is part of now" }),
  name: nullable(Type.String()),
  phone: nullable(Type.String()),
  restrictedAt: nullable({
    ...Time,
    description: "Since when their record is kept and not used, as they asked",
  }),
  proved: Type.Array(Type.String(), {
    description: "Numbers and addresses that they have shown to be theirs",
  }),
  email: nullable(Type.String()),
  birthday: nullable(Type.String({ description: "YYYY-MM-DD, or --MM-DD without the year" })),
  language: nullable(Type.String()),
  source: Type.Object({ branchId: Id, branchName: nullable(Type.String()), at: Time }),
  visits: Type.Integer(),
  lastVisitAt: nullable(Time),
  daysSinceLastVisit: Type.Union([Type.Integer(), Type.Null()], {
    description: "Midnights since, on the clock of the branch they joined at",
  }),
  fields: Type.Array(Field),
  devices: Type.Array(Device),
  consents: Type.Array(Consent, { description: "Every act, the newest first" }),
  requests: Type.Array(RequestReply, {
    description: "What they asked for, the newest first",
  }),
});
export type CustomerReply = Static<typeof CustomerReply>;

const HistoryLine = Type.Object({
  kind: Type.String({
    description: "visit, sign-in, survey, case, mark, merge, wifi-key or coupon",
  }),
  what: Type.String({ description: "What it is, such as a question, in their language" }),
  value: nullable(Type.String({ description: "What they said to it, or what they were given" })),
  at: Time,
  endedAt: nullable({ ...Time, description: "When a visit ended, or a coupon was used" }),
  branchName: nullable(Type.String()),
});
/** All that is kept of a customer, to be handed over to them. */
export const CopyReply = Type.Object({
  ...CustomerReply.properties,
  earlier: Type.Array(Field, { description: "What fields said before, the newest first" }),
  history: Type.Array(HistoryLine, { description: "What was of them, the newest first" }),
});
export type CopyReply = Static<typeof CopyReply>;
