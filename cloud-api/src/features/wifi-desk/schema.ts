import { CredentialEnd, DoorNote } from "@foyer/contract";
import { type Static, Type } from "typebox";
import { Count, Id, Time } from "../../platform/shapes.ts";

const MaybeText = Type.Union([Type.String(), Type.Null()]);
const MaybeId = Type.Union([Id, Type.Null()]);
const MaybeTime = Type.Union([Time, Type.Null()]);

export const BranchParams = Type.Object({ id: Id });
export const CustomerParams = Type.Object({ id: Id });
export const MemberKeyParams = Type.Object({ id: Id, keyId: Id });
export const SessionParams = Type.Object({ id: Id, sessionId: Id });
export const RuleParams = Type.Object({ id: Id, ruleId: Id });
export const TraceParams = Type.Object({ id: Id, traceId: Id });

const SentOffState = Type.Union([
  Type.Literal("asked"),
  Type.Literal("done"),
  Type.Literal("gone"),
  Type.Literal("refused"),
  Type.Literal("no-answer"),
]);

export const OnlineSession = Type.Object({
  id: Id,
  customerId: MaybeId,
  name: Type.Union([Type.String(), Type.Null()], {
    description: "Null: nobody knows them, or whoever asks may not see customers",
  }),
  phone: MaybeText,
  deviceId: Id,
  mac: MaybeText,
  randomised: Type.Boolean({ description: "The device has made its address up" }),
  nasId: MaybeId,
  nasName: MaybeText,
  startedAt: Time,
  endedAt: Type.Union([Time, Type.Null()], { description: "Null: it goes on" }),
  cause: MaybeText,
  toldAt: Type.Union([Time], { description: "When the box last spoke of it" }),
  uploadBytes: Count,
  downloadBytes: Count,
  policyId: MaybeId,
  policyName: MaybeText,
  secondsLeft: Type.Union([Count, Type.Null()], {
    description: "Of the policy's limit on a session; null: it has none",
  }),
  bytesLeft: Type.Union([Count, Type.Null()], {
    description:
      "Of the policy's limit on what a session carries both ways together; null: it has none",
  }),
  uploadBytesLeft: Type.Union([Count, Type.Null()], {
    description:
      "Of its limit on what the guest sends, beside the one on both ways; null: it has none",
  }),
  downloadBytesLeft: Type.Union([Count, Type.Null()], {
    description: "Of its limit on what the guest receives; null: it has none",
  }),
  rule: Type.Union([Type.Literal("block"), Type.Literal("allow"), Type.Null()]),
  sentOff: Type.Union([
    Type.Object({ state: SentOffState, outcome: MaybeText, orderedAt: Time }),
    Type.Null(),
  ]),
});
export type OnlineSession = Static<typeof OnlineSession>;

export const OnlineReply = Type.Object({
  sessions: Type.Array(OnlineSession, {
    description: "Those that go on, and those that were just sent off; the newest first",
  }),
  seesNames: Type.Boolean({ description: "Whether whoever asks may see who the guests are" }),
  nextCursor: Type.Null(),
  total: Count,
});

const RuleKind = Type.Union([Type.Literal("block"), Type.Literal("allow")]);

export const DeviceRuleReply = Type.Object({
  id: Id,
  mac: Type.String(),
  randomised: Type.Boolean(),
  kind: RuleKind,
  policyId: MaybeId,
  policyName: MaybeText,
  reason: Type.String(),
  until: MaybeTime,
  createdAt: Time,
  createdBy: MaybeText,
  isInForce: Type.Boolean(),
  endedAt: MaybeTime,
});
export type DeviceRuleReply = Static<typeof DeviceRuleReply>;

export const DeviceRulesReply = Type.Object({
  rules: Type.Array(DeviceRuleReply, { description: "Those in force first, the newest first" }),
  policies: Type.Array(Type.Object({ id: Id, name: Type.String() })),
  nextCursor: Type.Null(),
  total: Count,
});

export const REASON_CHARACTERS_MAX = 200;

export const NewDeviceRuleBody = Type.Object({
  mac: Type.String({ minLength: 12, maxLength: 40, description: "However it is written" }),
  kind: RuleKind,
  policyId: Type.Optional(MaybeId),
  reason: Type.String({ minLength: 1, maxLength: REASON_CHARACTERS_MAX, pattern: "\\S" }),
  until: MaybeTime,
});
export type NewDeviceRuleBody = Static<typeof NewDeviceRuleBody>;

export const NewTraceBody = Type.Object({
  of: Type.String({
    minLength: 3,
    maxLength: 40,
    description:
      "A MAC, however it is written, or a phone number as people of the country write it",
  }),
});

export const NewTraceReply = Type.Object({
  id: Id,
  of: Type.Union([Type.Literal("mac"), Type.Literal("phone")]),
  value: Type.String({ description: "As it was understood" }),
});
export type NewTraceReply = Static<typeof NewTraceReply>;

export const TraceReply = Type.Object({
  boxes: Type.Array(
    Type.Object({
      boxId: Id,
      boxName: Type.String(),
      state: Type.Union([
        Type.Literal("asked"),
        Type.Literal("answered"),
        Type.Literal("no-answer"),
        Type.Literal("too-old"),
      ]),
      since: MaybeTime,
    }),
  ),
  notes: Type.Array(
    Type.Object({
      ...DoorNote.properties,
      nasName: MaybeText,
      policyName: MaybeText,
      randomised: Type.Boolean(),
    }),
    { description: "Of all boxes, the oldest first" },
  ),
});
export type TraceReply = Static<typeof TraceReply>;
export type TraceNote = TraceReply["notes"][number];

export const NasParams = Type.Object({ id: Id, nasId: Id });

const StepSchema = Type.Object({
  name: Type.Union([
    Type.Literal("told"),
    Type.Literal("heard"),
    Type.Literal("secret"),
    Type.Literal("redirect"),
    Type.Literal("let-in"),
    Type.Literal("accounting"),
  ]),
  state: Type.Union([Type.Literal("done"), Type.Literal("waiting"), Type.Literal("wrong")]),
  at: MaybeTime,
});

export const NasHealthReply = Type.Object({
  accessPoints: Type.Array(
    Type.Object({
      id: Id,
      name: Type.String(),
      kind: Type.String(),
      source: Type.String(),
      lastSeenAt: Type.Union([Time, Type.Null()], { description: "Within three days" }),
      steps: Type.Array(StepSchema),
      refusals: Type.Array(Type.Object({ reason: Type.String(), count: Count, lastAt: Time })),
    }),
  ),
  unknownSenders: Type.Array(Type.Object({ address: Type.String(), count: Count, lastAt: Time }), {
    description: "Who asks RADIUS though the settings know no access controller there",
  }),
  refusedArrivals: Type.Array(Type.Object({ words: Type.String(), count: Count, lastAt: Time }), {
    description:
      "Why guests whom an access controller led to the portal were not taken, in English",
  }),
  boxes: Type.Array(
    Type.Object({
      id: Id,
      name: Type.String(),
      addresses: Type.Array(Type.String()),
      tellsOfNas: Type.Boolean({ description: "False: never heard, or of an older release" }),
      reportedAt: MaybeTime,
    }),
  ),
  nextCursor: Type.Null(),
  total: Count,
});

export const NasSetupReply = Type.Object({
  guide: Type.String({ description: "The folder of deploy/nas whose guide says the rest" }),
  steps: Type.String({
    description: "Whose three steps it is set up by: a guide may be of several",
  }),
  texts: Type.Array(Type.Object({ name: Type.String(), text: Type.String() })),
  showsSecrets: Type.Boolean({ description: "Whether whoever asks may change the branch" }),
});

const KeyState = Type.Union([
  Type.Literal("open"),
  Type.Literal("ending"),
  Type.Literal("unheard"),
  Type.Literal("unable"),
  Type.Literal("ended"),
]);

const KeyEnd = Type.Union([CredentialEnd, Type.Literal("box-removed"), Type.Null()]);

export const MemberKeyReply = Type.Object({
  id: Id,
  deviceId: Id,
  mac: MaybeText,
  randomised: Type.Boolean({ description: "The device has made its address up" }),
  branchId: Id,
  branchName: Type.String(),
  issuedAt: Time,
  state: Type.Union([KeyState], {
    description:
      "`ending`: asked for, and its box has not said. `unheard`: its box did not hear of it in time; `unable`: its " +
      "release cannot. In all but `ended` it opens the member Wi-Fi",
  }),
  endedAt: MaybeTime,
  endedBy: Type.Union([KeyEnd], { description: "Null: it has not ended, or the box did not say" }),
  orderedAt: Type.Union([Time, Type.Null()], { description: "When staff asked for its end last" }),
  orderedBy: MaybeText,
});
export type MemberKeyReply = Static<typeof MemberKeyReply>;

export const MemberKeysReply = Type.Object({
  keys: Type.Array(MemberKeyReply, { description: "The newest first" }),
  nextCursor: Type.Null(),
  total: Count,
});
