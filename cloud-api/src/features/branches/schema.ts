import { BOX_COMMAND_KINDS, BranchSettings, type MarketingText } from "@foyer/contract";
import { type Static, type TProperties, Type } from "typebox";
import { BRANCH_KINDS } from "../../platform/branch-kinds.ts";
import { Id, oneOf } from "../../platform/shapes.ts";

export {
  type AskedText,
  KNOWN_GUESTS_BOUND,
  KNOWN_GUESTS_DEFAULT,
  listAskedTexts,
  MESSAGE_CHANNELS,
  type MessageChannel,
  splitAskedTexts,
} from "@foyer/contract";
export { BRANCH_KINDS } from "../../platform/branch-kinds.ts";
export { CURRENCIES, currencyOf, moveCurrency } from "./currencies.ts";

const Name = Type.String({ minLength: 1, maxLength: 100, pattern: "\\S" });
const Country = Type.String({
  pattern: "^[A-Z]{2}$",
  description: "ISO 3166-1: how a phone number without a country code is read",
});
const TimeZone = Type.String({
  minLength: 1,
  maxLength: 64,
  description: "IANA, such as Asia/Ho_Chi_Minh",
});
const Currency = Type.String({
  pattern: "^[A-Z]{3}$",
  description: "ISO 4217: what prices are written in. A new branch has its country's",
});

const Kind = Type.Union([oneOf(BRANCH_KINDS), Type.Null()], {
  description: "What sort of place it is; null where nobody has said",
});

const LanguageSchema = Type.Union([Type.Literal("vi"), Type.Literal("en"), Type.Literal("fa")]);
const Languages = Type.Array(LanguageSchema, {
  minItems: 1,
  maxItems: 3,
  uniqueItems: true,
  description: "The first is shown when a browser asks for none of them",
});
const NullableText = Type.Union([Type.String(), Type.Null()]);

export const BoxReply = Type.Object({
  id: Type.String(),
  name: Type.String(),
  createdAt: Type.String(),
  enrolledAt: Type.Union([Type.String(), Type.Null()], {
    description: "Null while its code waits for it",
  }),
  lastContactAt: NullableText,
  release: NullableText,
  settingsVersion: Type.Integer({ description: "In force on the box; 0 before the first" }),
  settingsFault: Type.Union([Type.String(), Type.Null()], {
    description: "Why the box refused newer settings",
  }),
  openVisits: Type.Integer(),
  missingEvents: Type.Integer({
    description: "Sent for good, by the box's own word, and never come; see GET /api/v1/box-alarms",
  }),
  missingSince: NullableText,
  hasTwin: Type.Boolean({ description: "Two stores speak under this box's name" }),
});
export type BoxReply = Static<typeof BoxReply>;

export const BranchReply = Type.Object({
  id: Type.String(),
  brandId: NullableText,
  name: Type.String(),
  timeZone: Type.String(),
  country: Type.String(),
  currency: Type.String({ description: "ISO 4217: what prices are written in" }),
  kind: Kind,
  languages: Type.Array(LanguageSchema),
  settingsVersion: Type.Integer(),
  codesRefusedAt: Type.Union([Type.String(), Type.Null()], {
    description:
      "When a sign-in code was refused today since the day's budget is used up; see GET /api/v1/branches/{id}/code-channels",
  }),
  boxes: Type.Array(BoxReply),
});
export type BranchReply = Static<typeof BranchReply>;

export const BranchesReply = Type.Object({
  branches: Type.Array(BranchReply),
  nextCursor: Type.Null(),
  total: Type.Integer(),
});

const BranchNameReply = Type.Pick(BranchReply, [
  ...(["id", "brandId", "name", "timeZone", "kind", "languages"] as const),
]);
export type BranchNameReply = Static<typeof BranchNameReply>;

export const BranchNamesReply = Type.Object({
  branches: Type.Array(BranchNameReply),
  nextCursor: Type.Null(),
  total: Type.Integer(),
});

export const NewBranchBody = Type.Object({
  name: Name,
  timeZone: TimeZone,
  country: Country,
  currency: Type.Optional(Currency),
  kind: Type.Optional(Kind),
  languages: Languages,
});
export type NewBranchBody = Static<typeof NewBranchBody>;
export const BranchBody = Type.Partial(NewBranchBody);

export const BrandParams = Type.Object({ brandId: Id });
export const BrandBranchesBody = Type.Object({
  branchIds: Type.Array(Id, { minItems: 1, maxItems: 1000, uniqueItems: true }),
});

export const BranchParams = Type.Object({ id: Id });
export const BoxParams = Type.Object({ id: Id, boxId: Id });

export const CommandParams = Type.Object({ id: Id, boxId: Id, commandId: Id });

const BoxCommandKind = Type.Union(BOX_COMMAND_KINDS.map((kind) => Type.Literal(kind)));

export const NewCommandBody = Type.Object({
  kind: BoxCommandKind,
  deviceId: Type.Optional(Id),
});
export const NewCommandReply = Type.Object({ id: Type.String() });

export const CommandReply = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  createdAt: Type.String(),
  expiresAt: Type.String({ description: "Afterwards the box does not carry it out any more" }),
  state: Type.Union([Type.Literal("waiting"), Type.Literal("answered"), Type.Literal("no-answer")]),
  outcome: Type.Union([Type.String(), Type.Null()], {
    description: "What the box says became of it: done, not-supported, expired, acknowledged …",
  }),
  finishedAt: NullableText,
  hasLog: Type.Boolean(),
});
export type CommandReply = Static<typeof CommandReply>;
export const CommandsReply = Type.Object({ commands: Type.Array(CommandReply) });

export const NewBoxBody = Type.Object({ name: Name });
export const BoxOfferReply = Type.Object({
  cloudUrl: Type.String({ description: "What the box asks" }),
  enrolmentCode: Type.String({ description: "Shown this once; only its hash is kept" }),
  expiresAt: Type.String(),
});
export const AddedBoxReply = Type.Object({ box: BoxReply, offer: BoxOfferReply });

const {
  version: _version,
  tenantId: _tenantId,
  accessCodes: _accessCodes,
  deviceRules: _deviceRules,
  allowedDestinations: _allowedDestinations,
  retention: _retention,
  coupons: _coupons,
  advertTags: _advertTags,
  surveyFilesUrl: _surveyFilesUrl,
  branch,
  ...others
} = BranchSettings.properties;
/**
 * What a box is told of its branch, and what staff alone know of it. Absent in a new document, that stays, but
 * for a country's currency, which a move leaves behind.
 */
const editable = {
  branch: Type.Object({
    ...branch.properties,
    currency: Type.Optional(Currency),
    kind: Type.Optional(Kind),
  }),
  ...others,
};
/**
 * The document staff edit: what the cloud tells a box, but for its version and its tenant, for access
 * codes, coupons, advert tags and days, which other features keep, and for the list of destinations, which is the tenant's.
 */
export const BranchDocument = Type.Object(editable satisfies TProperties);
export type BranchDocument = Static<typeof BranchDocument>;

const ReadVersion = Type.Integer({ minimum: 1 });
/** The document with the version it stands at. */
export const SettingsReply = Type.Object({
  version: ReadVersion,
  ...(editable satisfies TProperties),
});
export type SettingsReply = Static<typeof SettingsReply>;
/** Saving an edit of a version that stands no more is a conflict; without a version, it is not. */
export const SettingsBody = Type.Object({
  version: Type.Optional(ReadVersion),
  ...(editable satisfies TProperties),
});

export const SavedReply = Type.Object({ version: Type.Integer() });

/** What a branch that says nothing of it asks guests about: Zalo is Vietnam's. */
export function firstChannels(country: string): MarketingText["channels"] {
  return country === "VN" ? ["sms", "zalo", "email"] : ["sms", "email"];
}
