import { ReleaseAnnouncement } from "@foyer/contract";
import { type Static, Type } from "typebox";

export const Ring = Type.Union([Type.Literal("early"), Type.Literal("most"), Type.Literal("last")]);
export type Ring = Static<typeof Ring>;

const Moment = Type.Union([Type.String(), Type.Null()]);
const OutcomeKind = Type.Union([
  Type.Literal("upgraded"),
  Type.Literal("rolled-back"),
  Type.Literal("refused"),
]);

export const ReleaseParams = Type.Object({ sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }) });
export const PartParams = Type.Object({
  sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  part: Type.Integer({ minimum: 0, maximum: 511 }),
});

export const ADVANCE_HOURS_MAX = 336;
export const HALT_BOXES_MIN = 2;
export const HALT_BOXES_MAX = 1000;

export const RolloutRule = Type.Object({
  advanceHours: Type.Union(
    [Type.Integer({ minimum: 1, maximum: ADVANCE_HOURS_MAX }), Type.Null()],
    {
      description:
        "The next ring is offered it by itself once all boxes have been well for so long; null: by hand alone",
    },
  ),
  haltBoxes: Type.Integer({
    minimum: HALT_BOXES_MIN,
    maximum: HALT_BOXES_MAX,
    description: "So many boxes of a ring that went back halt it for all",
  }),
  haltPercent: Type.Integer({
    minimum: 0,
    maximum: 100,
    description: "Where they are more than this part of the ring's boxes as well",
  }),
});
export type RolloutRule = Static<typeof RolloutRule>;

export const RolloutBox = Type.Object({
  boxId: Type.String(),
  tenant: Type.Union([Type.String(), Type.Null()], { description: "The company's name" }),
  reason: Type.Union([Type.String(), Type.Null()]),
  askedAt: Type.String(),
});
export type RolloutBox = Static<typeof RolloutBox>;

export const Standing = Type.Union([
  Type.Literal("well"),
  Type.Literal("waits"),
  Type.Literal("late"),
  Type.Literal("troubled"),
  Type.Literal("unheard"),
  Type.Literal("silent-since"),
  Type.Literal("silent-before"),
  Type.Literal("rolled-back"),
  Type.Literal("refused"),
]);
export type Standing = Static<typeof Standing>;
export const StandingCount = Type.Object({
  standing: Standing,
  boxes: Type.Integer(),
  examples: Type.Array(RolloutBox, { description: "Twenty at most" }),
});
export type StandingCount = Static<typeof StandingCount>;

export const NextStep = Type.Union([
  Type.Object({
    kind: Type.Union([
      Type.Literal("by-hand"),
      Type.Literal("over"),
      Type.Literal("halted"),
      Type.Literal("superseded"),
    ]),
  }),
  Type.Object({ kind: Type.Literal("at"), at: Type.String() }),
  Type.Object({
    kind: Type.Literal("waits"),
    for: Type.Array(Standing, { description: "None: no box is well with it yet" }),
  }),
]);
export type NextStep = Static<typeof NextStep>;

export const RolloutStep = Type.Object({
  at: Type.String(),
  deed: Type.Union([
    Type.Literal("start"),
    Type.Literal("next"),
    Type.Literal("back"),
    Type.Literal("halt"),
    Type.Literal("resume"),
    Type.Literal("rule"),
  ]),
  stage: Type.Union([Ring, Type.Null()], {
    description: "Null: its rule was set before it was offered to anybody",
  }),
  by: Type.Union([Type.Literal("person"), Type.Literal("clock"), Type.Literal("boxes")]),
  name: Type.Union([Type.String(), Type.Null()], { description: "The person's" }),
  words: Type.Union([Type.String(), Type.Null()], { description: "The person's own" }),
  grounds: Type.Union([
    Type.Object({
      boxes: Type.Integer(),
      of: Type.Integer({ description: "The boxes of the ring that were heard of" }),
      examples: Type.Array(RolloutBox),
    }),
    Type.Null(),
  ]),
  ruled: Type.Union([Type.Object({ from: RolloutRule, to: RolloutRule }), Type.Null()], {
    description: "Of a rule that was changed: how it was, and how it is since",
  }),
});
export type RolloutStep = Static<typeof RolloutStep>;

export const OperatedRelease = Type.Object({
  announcement: ReleaseAnnouncement,
  addedAt: Type.String(),
  partsHeld: Type.Integer(),
  partsWanted: Type.Integer({ description: "Of 1 MiB each, but the last" }),
  stage: Type.Union([Ring, Type.Null()], {
    description: "Offered to this ring and those before it; null: to nobody yet",
  }),
  stagedAt: Moment,
  haltedReason: Type.Union([Type.String(), Type.Null()], {
    description: "Why it is offered no further; null: it is",
  }),
  upgraded: Type.Integer(),
  rolledBack: Type.Integer(),
  refused: Type.Integer(),
  lastReason: Type.Union([Type.String(), Type.Null()]),
  failures: Type.Array(
    Type.Object({
      boxId: Type.String(),
      tenant: Type.String({ description: "The company's name" }),
      outcome: Type.Union([Type.Literal("rolled-back"), Type.Literal("refused")]),
      reason: Type.Union([Type.String(), Type.Null()]),
      at: Type.String(),
    }),
    { description: "Of the last 200 of all releases, the last first" },
  ),
  rule: RolloutRule,
  next: NextStep,
  standings: Type.Array(StandingCount, {
    description: "How the boxes stand that it is offered to, and no newer one",
  }),
  steps: Type.Array(RolloutStep, {
    description: "What was done with it: of the last 200 of all releases, the last first",
  }),
});
export type OperatedRelease = Static<typeof OperatedRelease>;
export const OperatedReleases = Type.Object({
  releases: Type.Array(OperatedRelease, { description: "The newest first" }),
});
export type OperatedReleases = Static<typeof OperatedReleases>;
export const RunningReleases = Type.Object({
  running: Type.Array(Type.Object({ release: Type.String(), boxes: Type.Integer() }), {
    description: "How many boxes said last that they run which, the most first",
  }),
});
export type RunningReleases = Static<typeof RunningReleases>;

export const Rollout = Type.Object({
  stage: Ring,
  haltedReason: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description:
        "Offers it no further than it is. Absent: it is offered, also to boxes where it went wrong",
    }),
  ),
  seen: Type.Optional(
    Type.Object(
      { stage: Type.Union([Ring, Type.Null()]), isHalted: Type.Boolean() },
      { description: "How whoever asks saw it: where it is otherwise meanwhile, it is refused" },
    ),
  ),
});

export type RolloutAsked = Static<typeof Rollout>;

export const BoxParams = Type.Object({ boxId: Type.String({ format: "uuid" }) });
export const RingChoice = Type.Object({ ring: Ring });
export const BoxUpgrade = Type.Object({
  ring: Ring,
  release: Type.Union([Type.String(), Type.Null()], { description: "As the box said last" }),
  askedAt: Moment,
  offered: Type.Union([Type.String(), Type.Null()], {
    description: "The version that it is offered now; null: none",
  }),
  quiet: Type.Union([Type.Object({ from: Type.String(), until: Type.String() }), Type.Null()], {
    description: "The next stretch in which it may be switched to a release",
  }),
  timeZone: Type.String({ description: "The branch's" }),
  last: Type.Union([
    Type.Object({
      version: Type.String(),
      outcome: OutcomeKind,
      reason: Type.Union([Type.String(), Type.Null()]),
      at: Type.String(),
    }),
    Type.Null(),
  ]),
});
export type BoxUpgrade = Static<typeof BoxUpgrade>;
