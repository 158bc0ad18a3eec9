import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { ConsentPurpose } from "./events/consent.ts";
import { Id, Language } from "./personal.ts";
import { findSettingsFault } from "./settings-faults.ts";

/** Words in each language the branch speaks; a missing one falls back to the branch's first. */
export const LocalText = Type.Partial(
  Type.Object({ vi: Type.String({ maxLength: 4000 }), en: Type.String({ maxLength: 4000 }) }),
);
export type LocalText = Static<typeof LocalText>;

const Secret = Type.String({ minLength: 8, maxLength: 128 });
const Url = Type.String({ pattern: "^https?://", maxLength: 500 });

const nasCommon = {
  id: Id,
  name: Type.String({ maxLength: 100 }),
  /** Where its RADIUS packets come from: an address or CIDR, v4 or v6. The longest prefix wins. */
  source: Type.String({ maxLength: 64 }),
};

export const CoovaNas = Type.Object({
  ...nasCommon,
  kind: Type.Literal("coova"),
  radiusSecret: Secret,
  /** Empty when the NAS has no uamsecret; then its redirects are unsigned and prove nothing. */
  uamSecret: Type.String({ maxLength: 128 }),
  /** The uamserver URL exactly as configured on the NAS: what its `md` is computed over. */
  uamServer: Url,
  /** The origins the browser may be handed back to, such as http://10.1.0.1:3990. */
  loginOrigins: Type.Array(Url, { minItems: 1 }),
  /** NAS-Identifier, called `nasid` in the redirect. */
  nasIdentifier: Type.String({ maxLength: 253 }),
  handBack: Type.Union([Type.Literal("chap"), Type.Literal("pap")]),
  /** Where it listens for Disconnect-Request (RFC 5176); null when it does not. */
  disconnectPort: Type.Union([Type.Integer({ minimum: 1, maximum: 65535 }), Type.Null()]),
  /**
   * Whether its log-ins must carry Message-Authenticator. Absent or auto: once it was seen to send
   * one, which only a NAS with a single address can be.
   */
  messageAuthenticator: Type.Optional(
    Type.Union([Type.Literal("yes"), Type.Literal("no"), Type.Literal("auto")]),
  ),
  /** The DNS name or common name of its certificate, where it speaks RadSec (RFC 6614). */
  radsecName: Type.Optional(Type.String({ minLength: 1, maxLength: 253 })),
});

export const OpenndsNas = Type.Object({
  ...nasCommon,
  kind: Type.Literal("opennds"),
  /** 12 hex digits, lower case, as `gatewaymac` says it. The gateway's name is not stable. */
  gatewayMac: Type.String({ pattern: "^[0-9a-f]{12}$" }),
  fasLevel: Type.Union([Type.Literal(1), Type.Literal(2)]),
  fasKey: Secret,
  loginOrigins: Type.Array(Url, { minItems: 1 }),
});

/** An access controller of the branch. */
export const Nas = Type.Union([CoovaNas, OpenndsNas]);
export type CoovaNas = Static<typeof CoovaNas>;
export type OpenndsNas = Static<typeof OpenndsNas>;
export type Nas = Static<typeof Nas>;

const TimeOfDay = Type.String({ pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$" });

/** Hours of the week on the branch's clock. `to` is not in it; not after `from`, it is the next day's. */
export const WeeklyHours = Type.Object({
  /** ISO 8601: 1 is Monday, 7 is Sunday; the day on which the hours begin. */
  days: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { minItems: 1, maxItems: 7 }),
  from: TimeOfDay,
  to: TimeOfDay,
});
export type WeeklyHours = Static<typeof WeeklyHours>;

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
  }),
  sessionSeconds: Type.Union([Type.Integer({ minimum: 60 }), Type.Null()]),
  idleSeconds: Type.Union([Type.Integer({ minimum: 60 }), Type.Null()]),
  uploadKbps: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
  downloadKbps: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
  /** Upload and download together, per session. */
  sessionBytes: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
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

/** One piece of a page; `kind` names a folder of the package blocks, which knows its own fields. */
export const BlockSettings = Type.Object({
  kind: Type.String({ pattern: "^[a-z]+(-[a-z]+)*$", maxLength: 32 }),
  fields: Type.Record(Type.String(), Type.Unknown()),
});
export type BlockSettings = Static<typeof BlockSettings>;

/** A welcome page. Pages are tried in order and the first whose `when` fits is shown. */
export const PageSettings = Type.Object({
  id: Id,
  name: Type.String({ maxLength: 100 }),
  version: Type.Integer({ minimum: 1 }),
  when: Type.Object({
    guests: Type.Union([
      Type.Literal("any"),
      Type.Literal("first-visit"),
      Type.Literal("returning"),
    ]),
    visitNumbers: Type.Array(Type.Integer({ minimum: 1 })),
  }),
  blocks: Type.Array(BlockSettings, { maxItems: 30 }),
});
export type PageSettings = Static<typeof PageSettings>;

export const LegalText = Type.Object({
  purpose: ConsentPurpose,
  version: Type.Integer({ minimum: 1 }),
  /** One line beside the box to tick. */
  label: LocalText,
  /** The whole text, on a page of its own. */
  body: LocalText,
});
export type LegalText = Static<typeof LegalText>;

/** A message gateway the box calls by itself; {{phone}} and {{text}} are filled in, escaped. */
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

/** How a code reaches the guest. `outbox` shows it on a page of the box, for demonstrations. */
export const CodeChannel = Type.Union([
  Type.Object({ kind: Type.Literal("outbox") }),
  Type.Object({ kind: Type.Literal("console") }),
  HttpGateway,
]);
export type CodeChannel = Static<typeof CodeChannel>;

export const SignInSettings = Type.Object({
  phone: Type.Object({
    enabled: Type.Boolean(),
    /** Tried in this order until one takes the message. */
    channels: Type.Array(CodeChannel),
    codeSeconds: Type.Integer({ minimum: 60, maximum: 900 }),
    triesMax: Type.Integer({ minimum: 1, maximum: 10 }),
    resendAfterSeconds: Type.Integer({ minimum: 10, maximum: 600 }),
    resendsMax: Type.Integer({ minimum: 0, maximum: 10 }),
    /** Against code pumping: messages within an hour, sliding. */
    messagesPerPhoneHour: Type.Integer({ minimum: 1 }),
    messagesPerDeviceHour: Type.Integer({ minimum: 1 }),
    messagesPerBranchHour: Type.Integer({ minimum: 1 }),
  }),
  /** On without a code: always offered, only when no code can be sent (plan B), or never. */
  clickThrough: Type.Union([Type.Literal("always"), Type.Literal("plan-b"), Type.Literal("off")]),
  /** When a returning device meets a page again: at each new visit, once a day, or never. */
  greet: Type.Union([
    Type.Literal("each-visit"),
    Type.Literal("once-a-day"),
    Type.Literal("never"),
  ]),
  /** How long a device is known again after its last visit; shorter for made-up MACs. */
  recogniseDays: Type.Integer({ minimum: 0, maximum: 730 }),
  recogniseRandomisedDays: Type.Integer({ minimum: 0, maximum: 730 }),
  /** After access the browser goes here; null: it stays on the page "you are online". */
  landingUrl: Type.Union([Url, Type.Null()]),
});
export type SignInSettings = Static<typeof SignInSettings>;

export const Brand = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 100, pattern: "\\S" }),
  /** #rrggbb: buttons and links; the portal picks readable ink for it. */
  accentColour: Type.String({ pattern: "^#[0-9a-fA-F]{6}$" }),
  /** An inline SVG or PNG data: URL, or null for the name in letters. */
  logo: Type.Union([
    Type.String({ pattern: "^data:image/(svg\\+xml|png|webp);base64,", maxLength: 8192 }),
    Type.Null(),
  ]),
});

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
  legalTexts: Type.Array(LegalText),
});
export type BranchSettings = Static<typeof BranchSettings>;

const compiled = Compile(BranchSettings);

export type ReadSettings =
  | { kind: "settings"; settings: BranchSettings }
  | { kind: "invalid"; reason: string };

/** Checks a settings document; the reason says where and what. Never throws. */
export function readBranchSettings(value: unknown): ReadSettings {
  if (!compiled.Check(value)) {
    const [fault] = compiled.Errors(value);
    return { kind: "invalid", reason: `${fault?.instancePath || "/"} ${fault?.message}` };
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
  if (!signIn.phone.enabled && signIn.clickThrough !== "always")
    return "/signIn leaves no way in: enable phone, or set clickThrough to always";
  const ids = new Set(nas.map((each) => each.id));
  if (ids.size !== nas.length) return "/nas has two entries with one id";
  const names = nas.flatMap((each) => ("radsecName" in each && each.radsecName) || []);
  const isTwice = new Set(names.map((name) => name.toLowerCase())).size !== names.length;
  return isTwice ? "/nas has two entries with one radsecName" : null;
}

/**
 * JavaScript reads offsets and abbreviations too, and PostgreSQL reads them otherwise: +07:00 as
 * seven hours west, CET as never summer, -0330 not at all.
 */
function isTimeZone(name: string): boolean {
  if (name !== "UTC" && !/^[A-Za-z_]+\//.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
