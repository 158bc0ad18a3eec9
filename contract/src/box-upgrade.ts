import { type Static, Type } from "typebox";
import { Compile } from "typebox/compile";
import { orNull } from "./or-null.ts";
import { Timestamp } from "./personal.ts";

/** A tarball of a box has some 60 MB; what is much longer is none. */
export const RELEASE_BYTES_MAX = 512 * 1024 * 1024;

const Version = Type.String({ pattern: "^[0-9][0-9A-Za-z.+-]{0,31}$" });
export const ReleaseArchitecture = Type.Union([Type.Literal("x64"), Type.Literal("arm64")]);

/** What whoever makes releases says of one, and signs: see writeSignedText. */
export const ReleaseAnnouncement = Type.Object({
  version: Version,
  architecture: ReleaseArchitecture,
  /** Of the tarball. */
  bytes: Type.Integer({ minimum: 1, maximum: RELEASE_BYTES_MAX }),
  sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  /** When it was signed: no box goes to one from before the one it took last. */
  signedAt: Timestamp,
  /** Ed25519 (RFC 8032), base64. */
  signature: Type.String({ pattern: "^[A-Za-z0-9+/]{86}==$" }),
});
export type ReleaseAnnouncement = Static<typeof ReleaseAnnouncement>;

/** What is signed of an announcement. Its first line says what it is, so that it is taken for nothing else. */
export function writeSignedText(announcement: Omit<ReleaseAnnouncement, "signature">): string {
  const { version, architecture, bytes, sha256, signedAt } = announcement;
  return ["foyer box release", version, architecture, bytes, sha256, signedAt, ""].join("\n");
}

/** What became of a release that a box was offered. */
export const UpgradeOutcome = Type.Object({
  version: Version,
  /** Of the tarball that it was about. */
  sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }),
  /** `refused`: it was never switched to. */
  kind: Type.Union([
    Type.Literal("upgraded"),
    Type.Literal("rolled-back"),
    Type.Literal("refused"),
  ]),
  /** A word or two, in English; null: there is nothing to say. */
  reason: orNull(Type.String({ maxLength: 200 })),
});
export type UpgradeOutcome = Static<typeof UpgradeOutcome>;

/** What a box says when it asks for a release. */
export const UpgradeCall = Type.Object({
  /** The one that runs. */
  release: Type.String({ maxLength: 32 }),
  architecture: ReleaseArchitecture,
  /** Null: nothing has become of one since it was last told. */
  outcome: orNull(UpgradeOutcome),
});
export type UpgradeCall = Static<typeof UpgradeCall>;

/** How many stretches are told at most. */
export const QUIET_STRETCHES_MAX = 20;

export const UpgradeReply = Type.Object({
  /** Null: it has what it is to have. */
  offer: orNull(
    Type.Object({
      announcement: ReleaseAnnouncement,
      /** When it may be switched to, the earliest first: moments, since a box keeps no calendar. */
      quiet: Type.Array(Type.Object({ from: Timestamp, until: Timestamp }), {
        maxItems: QUIET_STRETCHES_MAX,
      }),
    }),
  ),
});
export type UpgradeReply = Static<typeof UpgradeReply>;
export type UpgradeOffer = NonNullable<UpgradeReply["offer"]>;

const compiledReply = Compile(UpgradeReply);
const compiledAnnouncement = Compile(ReleaseAnnouncement);
const compiledOutcome = Compile(UpgradeOutcome);

/** Null: not the cloud's answer. */
export function readUpgradeReply(value: unknown): UpgradeReply | null {
  return compiledReply.Check(value) ? value : null;
}

/** Null: no announcement. Whether it is signed is another question. */
export function readAnnouncement(value: unknown): ReleaseAnnouncement | null {
  return compiledAnnouncement.Check(value) ? value : null;
}

/** Null: none. */
export function readUpgradeOutcome(value: unknown): UpgradeOutcome | null {
  return compiledOutcome.Check(value) ? value : null;
}

/** Below the state folder: what the box's own user and root hand to each other. */
export const UPGRADE_FOLDER = "upgrade";
/** The tarball, whole. */
export const FETCHED_FILE = "release.tar.gz";
/** The announcement of that tarball: it being there asks root to upgrade. */
export const ORDER_FILE = "order.json";
/** What root says has become of it. */
export const OUTCOME_FILE = "outcome.json";
