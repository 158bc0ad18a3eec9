import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { ACCESS_CODES_MAX, AccessCode } from "./access-codes.ts";
import { AdvertTags } from "./advert-tags.ts";
import { Brand } from "./brand.ts";
import { CodeWay } from "./code-answers.ts";
import { CouponSettings } from "./coupons.ts";
import { AllowedDestinations } from "./destinations.ts";
import { DEVICE_RULES_MAX, DeviceRule } from "./device-rules.ts";
import { ConsentPurpose } from "./events/consent.ts";
import { DetailsSettings } from "./guest-fields.ts";
import { KNOWN_GUESTS_BOUND, MarkId } from "./known-guests.ts";
import { LocalText } from "./local-text.ts";
import { MarketingText } from "./marketing-text.ts";
import { findFaultOfKind } from "./nas-fault.ts";
import { Nas } from "./nas-settings.ts";
import { Greet, PageSettings } from "./page-settings.ts";
import { Id, Language, Url } from "./personal.ts";
import { Retention } from "./retention.ts";
import { ROOM_STAYS_MAX, RoomStay } from "./room-stays.ts";
import { findGatewayFault, findSettingsFault } from "./settings-faults.ts";
import { Survey } from "./surveys.ts";
import { listWaysIn, WAYS_IN, WayIn } from "./ways-in.ts";
import { WeeklyHours } from "./weekly-hours.ts";

/** A volume; null or absent is no limit. A box of an earlier release passes over those it does not know. */
const VolumeOfOneWay = Type.Optional(
  Type.Union([Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), Type.Null()]),
);

/** What a guest may use up in a period, over all their sessions and devices. Null is no limit. */
export const Quota = Type.Object({
  /** A visit, a day or week (from Monday) on the branch's calendar, or all time. */
  per: Type.Union([
    Type.Literal("visit"),
    Type.Literal("day"),
    Type.Literal("week"),
    Type.Literal("ever"),
  ]),
  seconds: Type.Union([Type.Integer({ minimum: 60 }), Type.Null()]),
  /** Upload and download together. */
  bytes: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
  /** What the guest sends. */
  uploadBytes: VolumeOfOneWay,
  /** What the guest receives. */
  downloadBytes: VolumeOfOneWay,
});
export type Quota = Static<typeof Quota>;

/** Who may go online for how long. Null is no limit. The first policy whose `when` fits is taken. */
export const AccessPolicy = Type.Object({
  id: Id,
  name: Type.String({ maxLength: 100 }),
  when: Type.Object({
    /** Empty: any method. */
    methods: Type.Array(Type.String({ maxLength: 32 })),
    /** The visit this log-in belongs to, counting from 1. */
    visitNumberMin: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
    /** The last visit it fits, that one with it. Absent or null: no last one. */
    visitNumberMax: Type.Optional(Type.Union([Type.Integer({ minimum: 1 }), Type.Null()])),
    /** Guests with any of these customer groups, tags or tiers. Absent or empty: everybody. */
    groups: Type.Optional(Type.Array(MarkId, { maxItems: 50 })),
    tags: Type.Optional(Type.Array(MarkId, { maxItems: 50 })),
    tiers: Type.Optional(Type.Array(MarkId, { maxItems: 50 })),
  }),
  sessionSeconds: Type.Union([Type.Integer({ minimum: 60 }), Type.Null()]),
  idleSeconds: Type.Union([Type.Integer({ minimum: 60 }), Type.Null()]),
  uploadKbps: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
  downloadKbps: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
  /** Upload and download together, per session. */
  sessionBytes: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
  /** What the guest sends, and what they receive, per session. */
  sessionUploadBytes: VolumeOfOneWay,
  sessionDownloadBytes: VolumeOfOneWay,
  /** What a reconnect does not give back. Absent: none. */
  quotas: Type.Optional(Type.Array(Quota, { maxItems: 8 })),
  /** Absent or empty: at all hours. */
  allowedHours: Type.Optional(Type.Array(WeeklyHours, { maxItems: 50 })),
  /** How many devices of one guest may be online at once. Absent: any number. */
  devicesMax: Type.Optional(Type.Integer({ minimum: 1 })),
  /** Nobody gets this policy from then on. Absent: it stays. */
  validUntil: Type.Optional(Type.String({ format: "date-time" })),
});
export type AccessPolicy = Static<typeof AccessPolicy>;

export const LegalText = Type.Object({
  purpose: ConsentPurpose,
  version: Type.Integer({ minimum: 1 }),
  /** One line beside the box to tick. */
  label: LocalText,
  /** The whole text, on a page of its own. */
  body: LocalText,
});
export type LegalText = Static<typeof LegalText>;

/**
 * A message gateway the box calls by itself; {{phone}}, {{text}}, {{code}} and {{reference}}, which names the
 * message, are filled in, escaped.
 */
export const HttpGateway = Type.Object({
  kind: Type.Literal("http-gateway"),
  method: Type.Union([Type.Literal("GET"), Type.Literal("POST"), Type.Literal("PUT")]),
  url: Url,
  headers: Type.Record(Type.String({ maxLength: 100 }), Type.String({ maxLength: 1000 })),
  /** Null: no body. Values are escaped for JSON or for a form by the content-type header. */
  bodyTemplate: Type.Union([Type.String({ maxLength: 4000 }), Type.Null()]),
  /** Success is this status class and, where given, this text in the answer. */
  success: Type.Object({
    statusMin: Type.Integer({ minimum: 200, maximum: 599 }),
    statusMax: Type.Integer({ minimum: 200, maximum: 599 }),
    bodyIncludes: Type.Union([Type.String({ maxLength: 200 }), Type.Null()]),
  }),
  timeoutSeconds: Type.Integer({ minimum: 1, maximum: 30 }),
});
export type HttpGateway = Static<typeof HttpGateway>;

/** Senders that staff set up in the cloud, tried in this order, each for so long. */
export const CloudChannel = Type.Object({
  kind: Type.Literal("cloud"),
  steps: Type.Array(
    Type.Object({
      senderId: Id,
      timeoutSeconds: Type.Integer({ minimum: 1, maximum: 60 }),
      /** What its guests call it: they are told before. Absent in lists of a release before. */
      way: Type.Optional(CodeWay),
    }),
    { minItems: 1, maxItems: 5 },
  ),
});
export type CloudChannel = Static<typeof CloudChannel>;

/** How a code reaches the guest. `outbox` shows it on a page of the box, for demonstrations. */
export const CodeChannel = Type.Union([
  Type.Object({ kind: Type.Literal("outbox") }),
  Type.Object({ kind: Type.Literal("console") }),
  HttpGateway,
  CloudChannel,
]);
export type CodeChannel = Static<typeof CodeChannel>;

/** Gateways of the box's own take numbers alone. */
export const carriesEmail = ({ kind }: CodeChannel): boolean => kind !== "http-gateway";

export const SignInSettings = Type.Object({
  phone: Type.Object({
    enabled: Type.Boolean(),
    /** Tried in this order until one takes the message. */
    channels: Type.Array(CodeChannel),
    codeSeconds: Type.Integer({ minimum: 60, maximum: 900 }),
    triesMax: Type.Integer({ minimum: 1, maximum: 10 }),
    resendAfterSeconds: Type.Integer({ minimum: 10, maximum: 600 }),
    resendsMax: Type.Integer({ minimum: 0, maximum: 10 }),
    /**
     * Numbers are given to new people: after so long without a word of whoever has it, a strange
     * device is asked whether it is still them. Absent: 180 days; 0: it is never asked.
     */
    askHolderAfterDays: Type.Optional(Type.Integer({ minimum: 0, maximum: 3650 })),
    /** Against code pumping: messages within an hour, sliding. */
    messagesPerPhoneHour: Type.Integer({ minimum: 1 }),
    messagesPerDeviceHour: Type.Integer({ minimum: 1 }),
    messagesPerBranchHour: Type.Integer({ minimum: 1 }),
    /** From one address of the guests' network, and to numbers alike but for their last four digits. */
    messagesPerAddressHour: Type.Optional(Type.Integer({ minimum: 1 })),
    messagesPerPrefixHour: Type.Optional(Type.Integer({ minimum: 1 })),
    /** What the branch may spend on a day of its calendar. Absent: as much as the limits above allow. */
    messagesPerBranchDay: Type.Optional(Type.Integer({ minimum: 1 })),
    /** ISO 3166-1 countries whose numbers are taken beside the branch's own. Absent: none. */
    numbersFrom: Type.Optional(
      Type.Array(Type.String({ pattern: "^[A-Z]{2}$" }), { maxItems: 250 }),
    ),
  }),
  /** By a code sent to an e-mail address, by the channels and within the limits of `phone`. Absent: off. */
  email: Type.Optional(Type.Object({ enabled: Type.Boolean() })),
  /** By a number and the code that its member was given when they proved it, at any branch. Absent: off. */
  member: Type.Optional(Type.Object({ enabled: Type.Boolean() })),
  /** By a room's number and the name it is booked under; see roomStays. Absent: off. */
  room: Type.Optional(Type.Object({ enabled: Type.Boolean() })),
  /** By a code on paper; see accessCodes. Absent: off. */
  accessCode: Type.Optional(Type.Object({ enabled: Type.Boolean() })),
  /** On without a code: always offered, only when no code can be sent (plan B), or never. */
  clickThrough: Type.Union([Type.Literal("always"), Type.Literal("plan-b"), Type.Literal("off")]),
  /** Which of the ways that are on is offered first, and which next. Absent: see WAYS_IN. */
  order: Type.Optional(Type.Array(WayIn, { maxItems: WAYS_IN.length, uniqueItems: true })),
  /** When a returning device meets a page again, where the page itself does not say. */
  greet: Greet,
  /** How long a device is known again after its last visit; shorter for made-up MACs. */
  recogniseDays: Type.Integer({ minimum: 0, maximum: 730 }),
  recogniseRandomisedDays: Type.Integer({ minimum: 0, maximum: 730 }),
  /** What guests are asked about themselves. Absent: newcomers, for name, email and birthday. */
  details: Type.Optional(DetailsSettings),
  /** After access the browser goes here; null: it stays on the page "you are online". */
  landingUrl: Type.Union([Url, Type.Null()]),
});
export type SignInSettings = Static<typeof SignInSettings>;

/** How a guest's device comes in by itself: a credential of its own on a secure SSID. */
export const MemberWifi = Type.Object({
  /** False: no device is given one; those it gave out go on opening the SSID. */
  enabled: Type.Boolean(),
  /** The secure SSID, as the access points send it: 1 to 32 octets of UTF-8. */
  ssid: Type.String({ minLength: 1, maxLength: 32, pattern: "^[^\\x00-\\x1f\\x7f]+$" }),
  /** The NAI realm, and the domain name a Passpoint access point is known by: lower-case. */
  domain: Type.String({
    pattern: "^([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z]([a-z0-9-]*[a-z0-9])?$",
    maxLength: 200,
  }),
  /** What phones call the network in their settings. Absent: the brand's name. */
  friendlyName: Type.Optional(LocalText),
  innerMethod: Type.Union([Type.Literal("mschapv2"), Type.Literal("pap")]),
});
export type MemberWifi = Static<typeof MemberWifi>;

/** Everything the cloud tells a box, as one document. The box applies it whole or not at all. */
export const BranchSettings = Type.Object({
  /** Rises with each change; a box never goes back. */
  version: Type.Integer({ minimum: 1 }),
  tenantId: Id,
  branch: Type.Object({
    id: Id,
    name: Type.String({ minLength: 1, maxLength: 100, pattern: "\\S" }),
    /** IANA, such as Asia/Ho_Chi_Minh. */
    timeZone: Type.String({ maxLength: 64 }),
    /** ISO 3166-1 alpha-2: how a phone number without a country code is read. */
    country: Type.String({ pattern: "^[A-Z]{2}$" }),
    /** The first is the one shown when the browser asks for none of them. */
    languages: Type.Array(Language, { minItems: 1 }),
    visitGapMinutes: Type.Integer({ minimum: 1, maximum: 1440 }),
  }),
  brand: Brand,
  nas: Type.Array(Nas),
  signIn: SignInSettings,
  policies: Type.Array(AccessPolicy, { minItems: 1 }),
  pages: Type.Array(PageSettings),
  /** What pages and printed links ask guests. Absent: nothing. */
  surveys: Type.Optional(Type.Array(Survey, { maxItems: 50 })),
  /** The tenant's list of where guests may be sent. Absent: from before there was one. */
  allowedDestinations: Type.Optional(AllowedDestinations),
  legalTexts: Type.Array(LegalText),
  /** Asked in the place of a text for `marketing` among legalTexts. Absent: that one is, if any. */
  marketingText: Type.Optional(MarketingText),
  /** Absent: the branch has no secure SSID for its guests. */
  memberWifi: Type.Optional(MemberWifi),
  /** Who has which room. Absent: nobody. */
  roomStays: Type.Optional(Type.Array(RoomStay, { maxItems: ROOM_STAYS_MAX })),
  /** How many of the tenant's guests its boxes know, those seen last. Absent: KNOWN_GUESTS_DEFAULT. */
  knownGuestsMax: Type.Optional(Type.Integer({ minimum: 0, maximum: KNOWN_GUESTS_BOUND })),
  /** What accessCode takes. Absent: none. */
  accessCodes: Type.Optional(Type.Array(AccessCode, { maxItems: ACCESS_CODES_MAX })),
  /** Devices that staff block or allow. Absent: none. */
  deviceRules: Type.Optional(Type.Array(DeviceRule, { maxItems: DEVICE_RULES_MAX })),
  /** Absent: the box gives none. */
  coupons: Type.Optional(CouponSettings),
  /** What loads after access for guests who agreed to `ads`. Absent: nothing does. */
  advertTags: Type.Optional(AdvertTags),
  /** Where files are asked for in the cloud, behind a / the key of an answer. Absent: no survey asks for any. */
  surveyFilesUrl: Type.Optional(Url),
  /** How long the box keeps what. Absent: STANDARD_RETENTION. */
  retention: Type.Optional(Retention),
});
export type BranchSettings = Static<typeof BranchSettings>;

const compiled = Compile(BranchSettings);
const compiledGateway = Compile(HttpGateway);

/** Whether a box takes it in its settings. */
export const isHttpGateway = (value: unknown): value is HttpGateway =>
  compiledGateway.Check(value) && findGatewayFault(value) === null;

export type ReadSettings =
  | { kind: "settings"; settings: BranchSettings }
  | { kind: "invalid"; reason: string };

/** Checks a settings document; the reason says where and what. Never throws. */
export function readBranchSettings(value: unknown): ReadSettings {
  if (!compiled.Check(value)) {
    const [fault] = compiled.Errors(value);
    const ofKind = findFaultOfKind(value, fault?.instancePath ?? "");
    const reason = ofKind ?? `${fault?.instancePath || "/"} ${fault?.message}`;
    return { kind: "invalid", reason };
  }
  const reason = findContradiction(value) ?? findSettingsFault(value);
  return reason ? { kind: "invalid", reason } : { kind: "settings", settings: value };
}

/** What a schema cannot say. */
function findContradiction(settings: BranchSettings): string | null {
  const { branch, legalTexts, signIn, nas } = settings;
  if (!isTimeZone(branch.timeZone))
    return `/branch/timeZone ${branch.timeZone} is not an IANA time zone`;
  if (!legalTexts.some((text) => text.purpose === "terms"))
    return "/legalTexts has no text for the purpose terms";
  if (signIn.phone.enabled && signIn.phone.channels.length === 0)
    return "/signIn/phone/channels is empty though sign-in by phone is enabled";
  if (signIn.email?.enabled && !signIn.phone.channels.some(carriesEmail))
    return "/signIn/email is enabled though no channel of /signIn/phone/channels carries e-mail";
  if (listWaysIn(settings).length === 0)
    return "/signIn leaves no way in: enable phone or accessCode, or set clickThrough to always";
  const empty = settings.policies.findIndex(({ when }) => isEmptyRange(when));
  if (empty >= 0)
    return `/policies/${empty}/when/visitNumberMax is below visitNumberMin: it would fit nobody`;
  const ids = new Set(nas.map((each) => each.id));
  if (ids.size !== nas.length) return "/nas has two entries with one id";
  const names = nas.flatMap((each) => ("radsecName" in each && each.radsecName) || []);
  const isTwice = new Set(names.map((name) => name.toLowerCase())).size !== names.length;
  if (isTwice) return "/nas has two entries with one radsecName";
  return findMemberContradiction(settings) ?? findCodeContradiction(settings);
}

/** IEEE 802.11-2020 §9.4.2.2. */
const SSID_OCTETS_MAX = 32;

function findMemberContradiction({ memberWifi, signIn, nas }: BranchSettings): string | null {
  if (!memberWifi) return null;
  const { enabled, ssid, friendlyName } = memberWifi;
  if (new TextEncoder().encode(ssid).length > SSID_OCTETS_MAX)
    return `/memberWifi/ssid is longer than ${SSID_OCTETS_MAX} octets`;
  if (friendlyName && !Object.values(friendlyName).some((words) => words.trim() !== ""))
    return "/memberWifi/friendlyName says nothing in any language: leave it out";
  if (!enabled) return null;
  if (!signIn.phone.enabled)
    return "/memberWifi is enabled though sign-in by phone is not: nobody's number is ever verified";
  if (!nas.some((each) => "radiusSecret" in each))
    return "/memberWifi is enabled though no entry of /nas speaks RADIUS: nobody could ask";
  return null;
}

function isEmptyRange({ visitNumberMin, visitNumberMax }: AccessPolicy["when"]): boolean {
  return (visitNumberMax ?? Number.POSITIVE_INFINITY) < (visitNumberMin ?? 1);
}

/** Says which entry is wrong, never the code: a reason ends up in logs. */
function findCodeContradiction({ accessCodes = [], policies }: BranchSettings): string | null {
  const policyIds = new Set(policies.map((each) => each.id));
  const [ids, codes] = [new Set<string>(), new Set<string>()];
  for (const [index, { id, code, policyId, validFrom, validUntil }] of accessCodes.entries()) {
    const place = `/accessCodes/${index}`;
    if (ids.has(id)) return `${place}/id is the id of an earlier code`;
    if (codes.has(code)) return `${place}/code is the same as an earlier one`;
    if (policyId !== null && !policyIds.has(policyId))
      return `${place}/policyId ${policyId} is no policy of the branch`;
    if (
      validFrom !== null &&
      validUntil !== null &&
      Date.parse(validFrom) >= Date.parse(validUntil)
    )
      return `${place}/validUntil is not after validFrom`;
    ids.add(id);
    codes.add(code);
  }
  return null;
}

/**
 * JavaScript reads offsets and abbreviations too, and PostgreSQL reads them otherwise: +07:00 as
 * seven hours west, CET as never summer, -0330 not at all.
 */
export function isTimeZone(name: string): boolean {
  if (name !== "UTC" && !/^[A-Za-z_]+\//.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
