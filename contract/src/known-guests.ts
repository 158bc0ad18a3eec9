import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { BoxCommand } from "./box-commands.ts";
import { CodeAnswer } from "./code-answers.ts";
import { CouponNews } from "./coupon-news.ts";
import { ConsentPurpose, MessageChannel } from "./events/consent.ts";
import { FieldKey } from "./guest-fields.ts";
import { MemberCode } from "./member-codes.ts";
import { Id, Language, Timestamp } from "./personal.ts";
import { SealingKey } from "./sealed-fields.ts";
import { SettingsParts } from "./told-parts.ts";

/** What names a customer group, a tag or a tier: an id or a slug, never its words. */
export const MarkId = Type.String({ pattern: "^[A-Za-z0-9_-]+$", maxLength: 64 });

/** What staff or rules have marked a guest with; access policies are chosen by it. */
export type GuestMarks = {
  groups: readonly string[];
  tags: readonly string[];
  tier: string | null;
};

const KeyedHash = Type.String({ pattern: "^[0-9a-f]{64}$" });
/** More addresses than anybody signs in by. */
export const KNOWN_EMAILS_MAX = 10;
/** More numbers than anybody signs in by, beside the first. */
export const KNOWN_PHONES_MAX = 10;
/** The newest browsers of a guest, and no more, are told. */
export const KNOWN_TOKENS_MAX = 5;
/** How many guests a box holds where its branch's settings do not say. */
export const KNOWN_GUESTS_DEFAULT = 200_000;
/** What a settings document may ask for: some 850 MB on the box. */
export const KNOWN_GUESTS_BOUND = 2_000_000;
/** The newest devices of a guest, and no more, are told. */
export const KNOWN_DEVICES_MAX = 5;
/** Asked as the page of guests by a box that takes a fill page by page and has begun none. */
export const FILL_START = "start";

/** A device that was proved to be a guest's, at whichever branch. */
export const KnownDevice = Type.Object({
  /** HMAC-SHA-256 under KnownGuests.key of the MAC, written AA-BB-CC-DD-EE-FF; hex. */
  macHash: KeyedHash,
  /** The phone made the MAC up: it is believed for fewer days. */
  randomised: Type.Boolean(),
  /** The last day on which it was proved, in UTC. */
  provedOn: Type.String({ pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }),
});
export type KnownDevice = Static<typeof KnownDevice>;

/** A secret that a browser was given at whichever branch: its guest is known by it whatever the MAC. */
export const KnownToken = Type.Object({
  /** HMAC-SHA-256 under KnownGuests.key of the secret's SHA-256 in hex; hex. */
  tokenHash: KeyedHash,
  /** The last day on which its device was proved, in UTC. */
  provedOn: Type.String({ pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }),
});
export type KnownToken = Static<typeof KnownToken>;

/** A consent that was taken back, when: an answer given after that stands. */
export const TakenBack = Type.Object({
  purpose: ConsentPurpose,
  /** Of `marketing`: the channel. Absent: all of them, and of every other purpose. */
  channel: Type.Optional(MessageChannel),
  at: Timestamp,
});
export type TakenBack = Static<typeof TakenBack>;

/** A guest whom the brand of the box knows, for greeting on a box that has not met them yet. */
export const KnownGuest = Type.Object({
  /** The cloud's customer id. */
  customerId: Id,
  /**
   * HMAC-SHA-256 of the E.164 number under KnownGuests.key, hex. Of the first verified e-mail address
   * where they have no number: an older box, which asks for it, finds nobody by that.
   */
  phoneHash: KeyedHash,
  /** The same of each further number they verified. Absent: none. */
  phoneHashes: Type.Optional(Type.Array(KeyedHash, { maxItems: KNOWN_PHONES_MAX })),
  /** The same of each e-mail address they verified, in lower case. Absent: none. */
  emailHashes: Type.Optional(Type.Array(KeyedHash, { maxItems: KNOWN_EMAILS_MAX })),
  /** The ids that boxes gave this customer; this box's own are among them. */
  guestIds: Type.Array(Id),
  name: Type.Union([Type.String({ maxLength: 100, personal: true }), Type.Null()]),
  language: Type.Union([Language, Type.Null()]),
  /** Visits to this branch, counted by the cloud as of KnownGuests.countedThrough. */
  visits: Type.Integer({ minimum: 0 }),
  /** Visits to all branches of the tenant, as of the same; absent: not told. */
  tenantVisits: Type.Optional(Type.Integer({ minimum: 0 })),
  /**
   * Customer groups and tags by id, the guest's own group first and those it stands in after it; absent:
   * none. A box never learns what they are called. */
  groups: Type.Optional(Type.Array(MarkId, { maxItems: 50 })),
  tags: Type.Optional(Type.Array(MarkId, { maxItems: 200 })),
  /** Absent or null: in no tier. */
  tier: Type.Optional(Type.Union([MarkId, Type.Null()])),
  /** The last day on which the cloud heard of them, in UTC. Absent: not told. */
  lastSeenOn: Type.Optional(Type.String({ pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" })),
  /** Which fields of theirs are filled, never with what. Absent: not told. */
  filledFields: Type.Optional(Type.Array(FieldKey, { maxItems: 100 })),
  /** The newest one they were given at any branch. Absent: none. */
  memberCode: Type.Optional(MemberCode),
  /** MM-DD: the year is nobody's business at a greeting. Absent or null: not told. */
  birthday: Type.Optional(
    Type.Union([Type.String({ pattern: "^[0-9]{2}-[0-9]{2}$", personal: true }), Type.Null()]),
  ),
  /** What they agree to now. Absent: not told. */
  consents: Type.Optional(Type.Array(ConsentPurpose, { maxItems: 10 })),
  /**
   * What they took back elsewhere than on a box's page: on their own page, by telling staff, or since two
   * records became one. It ends what they said before it on this box. Absent: nothing.
   */
  takenBack: Type.Optional(Type.Array(TakenBack, { maxItems: 20 })),
  /** Told of those who agreed to `profiling` alone. Absent: none. */
  devices: Type.Optional(Type.Array(KnownDevice, { maxItems: KNOWN_DEVICES_MAX })),
  /** Told of those who agreed to `profiling` alone. Absent: none. */
  tokens: Type.Optional(Type.Array(KnownToken, { maxItems: KNOWN_TOKENS_MAX })),
});
export type KnownGuest = Static<typeof KnownGuest>;

/** The known guests that changed since the position the box asked from. */
export const KnownGuests = Type.Object({
  /** The tenant's log position these records stand at: what the box asks from next time. */
  position: Type.Integer({ minimum: 0 }),
  /**
   * The event at `position`. The box says it with the position it asks from, so that a cloud which was restored
   * from a back-up, and has another event there by now, tells all anew. Absent: that event is kept no more.
   */
  mark: Type.Optional(Id),
  /** The log position the visit numbers stand at, where more was counted by then. Absent: `position`. */
  countedPosition: Type.Optional(Type.Integer({ minimum: 0 })),
  /** True: forget all held before. False: a delta. */
  complete: Type.Boolean(),
  /** 32 random bytes of this branch, base64. */
  key: Type.String({ minLength: 44, maxLength: 44 }),
  guests: Type.Array(KnownGuest),
  /**
   * One page of a fill, the guests seen last first, which is `complete` as a whole. What the box held
   * before goes with the last page. Absent: all there is at once, or a delta.
   */
  fill: Type.Optional(
    Type.Object({
      first: Type.Boolean(),
      /** What the next page is asked for with; null: this is the last one. */
      next: Type.Union([Type.String({ maxLength: 200 }), Type.Null()]),
    }),
  ),
  /**
   * Customers to forget: they were forgotten, their record is not to be used, no number and no address is
   * theirs any more, or the branch's brand knows them no more.
   */
  removed: Type.Array(Id),
  /**
   * Guests of this branch whom the cloud has forgotten, wherever they asked for it: the box forgets
   * them too, and the cloud's word about their numbers is news from here on. Absent: none.
   */
  erasedGuestIds: Type.Optional(Type.Array(Id)),
  /** The seq of this box's epoch through which the visit numbers have counted its events. */
  countedThrough: Type.Union([
    Type.Object({ epoch: Id, seq: Type.Integer({ minimum: 0 }) }),
    Type.Null(),
  ]),
});
export type KnownGuests = Static<typeof KnownGuests>;

/** To send a guest off, from a cloud of the release before: one list for each branch. */
export const Command = Type.Object({
  id: Id,
  /** Rises with each command of a branch: what the box asks from next time. */
  position: Type.Integer({ minimum: 1 }),
  kind: Type.Literal("guest.disconnect"),
  deviceId: Id,
  /** An order that comes too late is not carried out. */
  expiresAt: Type.String({ format: "date-time" }),
});
export type Command = Static<typeof Command>;

/**
 * The answer to a pull. A part that has not changed is null or empty. `settings` is left unchecked
 * here, so that settings that do not parse cannot hold back commands: see readBranchSettings.
 */
export const PullReply = Type.Object({
  settings: Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()]),
  /** In the place of `settings`, to a box that says which parts it holds. Absent: nothing new. */
  settingsParts: Type.Optional(SettingsParts),
  knownGuests: Type.Union([KnownGuests, Type.Null()]),
  /** Always empty, but from a cloud of the release before. */
  commands: Type.Array(Command),
  /** What the cloud asks this box to do; told only to one that asks for them. Absent: none. */
  boxCommands: Type.Optional(Type.Array(BoxCommand)),
  /** What became of codes the cloud was asked to send. Absent: nothing new. */
  codeAnswers: Type.Optional(Type.Array(CodeAnswer)),
  /** To a box that says which of them it holds: what it may give, and what of it is used. Absent: no news. */
  coupons: Type.Optional(Type.Array(CouponNews)),
  /** To a box that says which it holds, where that is not the newest. Absent: nothing new. */
  sealingKey: Type.Optional(SealingKey),
});
export type PullReply = Static<typeof PullReply>;

const compiled = Compile(PullReply);

export type ReadPull = { kind: "pull"; reply: PullReply } | { kind: "invalid"; reason: string };

/** Checks a pull's answer; the reason says where and what. Never throws. */
export function readPullReply(value: unknown): ReadPull {
  if (compiled.Check(value)) return { kind: "pull", reply: value };
  const [fault] = compiled.Errors(value);
  return { kind: "invalid", reason: `${fault?.instancePath || "/"} ${fault?.message}` };
}
