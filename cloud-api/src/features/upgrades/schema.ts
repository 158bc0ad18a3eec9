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
      description: "Offers it no further. Absent: it is offered, also to boxes where it went wrong",
    }),
  ),
});

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
