import type {
  ReleaseAnnouncement,
  UpgradeCall,
  UpgradeOffer,
  UpgradeOutcome,
} from "@foyer/contract";
import type { CloudAnswer } from "./cloud-answer.ts";
import {
  type Link,
  type LinkStatus,
  newLinkStatus,
  noteAnswer,
  noteFailureAndRest,
} from "./link.ts";
import { openReleaseShelf, type ReleaseShelf } from "./release-shelf.ts";
import { ASK_MS, chooseUpgradeWait, hasRoom } from "./upgrade-rules.ts";
import { rest } from "./wait.ts";

/** Whoever has just started has more urgent things to say. */
const FIRST_MS = 20_000;
/** How soon what root says is told. */
const LOOK_MS = 5000;
const DISK_MS = 10 * 60_000;

export type Upgrading = {
  stateFolder: string;
  /** The release that runs. */
  release: string;
  /** Null: none is made for such a machine. */
  architecture: UpgradeCall["architecture"] | null;
  /** Instead of all waits but those for a quiet time. */
  waitMilliseconds?: number;
};

export type UpgradeKeeper = {
  done: Promise<void>;
  /** Asks at once, in the place of at the next look: `begun` where a release is offered, which is fetched then. */
  lookNow: () => Promise<CloudAnswer<"begun" | "up-to-date">>;
};

type Keeping = Upgrading & {
  architecture: UpgradeCall["architecture"];
  shelf: ReleaseShelf;
  status: LinkStatus;
  /** Of the tarball's way: each question that is answered would begin the other's waits anew. */
  fetching: LinkStatus;
  jitter: number;
  /** What this process found of a release, where it is not for root to say. */
  refused: UpgradeOutcome | null;
  /** Something is offered that no look has seen yet. */
  isCalled: boolean;
};

/**
 * Fetches the release that the cloud offers and asks root for it in a quiet hour, until the signal. Null:
 * none is made for such a machine.
 */
export function keepUpgraded(link: Link, upgrading: Upgrading): UpgradeKeeper | null {
  const { architecture, release } = upgrading;
  if (architecture === null) return null;
  const keeping = beginKeeping(link, { ...upgrading, architecture });
  return {
    done: runUpgrades(link, keeping),
    lookNow: async () => {
      const answer = await link.cloud.askUpgrade({ release, architecture, outcome: null });
      if (answer.kind !== "answered") return answer;
      keeping.isCalled = (answer.value?.offer ?? null) !== null;
      return { kind: "answered", value: keeping.isCalled ? "begun" : "up-to-date" };
    },
  };
}

type Made = Upgrading & Pick<Keeping, "architecture">;

function beginKeeping(link: Link, upgrading: Made): Keeping {
  const shelf = openReleaseShelf(upgrading.stateFolder);
  const [jitter, statuses] = [
    link.random(),
    { status: newLinkStatus(), fetching: newLinkStatus() },
  ];
  return { ...upgrading, ...statuses, shelf, jitter, refused: null, isCalled: false };
}

async function runUpgrades(link: Link, keeping: Keeping): Promise<void> {
  const { waitMilliseconds, jitter } = keeping;
  await restUntilTold(link, keeping, waitMilliseconds ?? FIRST_MS * (1 + jitter));
  while (!link.signal.aborted) {
    const milliseconds = await lookOnce(link, keeping).catch((error: unknown) => {
      // node:fs has a code for what the disk refuses; anything else is a bug of ours.
      const code = error instanceof Error && "code" in error ? error.code : null;
      if (typeof code !== "string" || !code.startsWith("E")) throw error;
      link.logger.error({ code }, "the release was not written: look at the disk of this box");
      return DISK_MS;
    });
    await restUntilTold(link, keeping, waitMilliseconds ?? milliseconds);
  }
}

/** Rests, but not once root has said what became of a release, or somebody wants one. */
async function restUntilTold(link: Link, keeping: Keeping, milliseconds: number): Promise<void> {
  let left = milliseconds;
  while (left > 0 && !link.signal.aborted && !keeping.shelf.hasOutcome() && !keeping.isCalled) {
    const step = Math.min(left, LOOK_MS);
    await rest(step, link.signal);
    left -= step;
  }
  keeping.isCalled = false;
}

/** For how many milliseconds there is nothing to do then. */
async function lookOnce(link: Link, keeping: Keeping): Promise<number> {
  const { shelf, release, architecture, status } = keeping;
  const outcome = shelf.takeOutcome() ?? keeping.refused;
  const answer = await link.cloud.askUpgrade({ release, architecture, outcome });
  if (link.signal.aborted) return 0;
  if (answer.kind !== "answered") return await noteFailure(link, status, answer);
  noteAnswer(link, status, "upgrade");
  shelf.dropTaken();
  keeping.refused = null;
  // Root comes at once, unless something is wrong there: nothing is to be had by asking more often.
  if (shelf.isOrdered()) return ASK_MS;
  const offer = answer.value?.offer ?? null;
  if (offer !== null) return await takeOffer(link, keeping, offer);
  shelf.clear();
  return ASK_MS;
}

async function noteFailure(
  link: Link,
  status: LinkStatus,
  failure: Exclude<CloudAnswer<unknown>, { kind: "answered" }>,
): Promise<number> {
  await noteFailureAndRest(link, status, { direction: "upgrade", failure });
  return 0;
}

async function takeOffer(link: Link, keeping: Keeping, offer: UpgradeOffer): Promise<number> {
  const { shelf, jitter, fetching } = keeping;
  const { announcement, quiet } = offer;
  const { sha256, bytes, version } = announcement;
  if (!hasRoom({ freeBytes: shelf.freeBytes(), bytes, fetchedBytes: shelf.countBytes(sha256) })) {
    keeping.refused = { version, sha256, kind: "refused", reason: "no-room" };
    return LOOK_MS;
  }
  const failure = await fetchRest(link, shelf, announcement);
  if (link.signal.aborted) return 0;
  if (failure !== null) return await noteFailure(link, fetching, failure);
  noteAnswer(link, fetching, "upgrade");
  const wait = chooseUpgradeWait(quiet, { now: link.clock(), jitter });
  if (wait === null || wait > 0) return Math.min(wait ?? ASK_MS, ASK_MS);
  if (!(await shelf.isWhole(announcement))) {
    link.logger.error({ version }, "what came is not the release that was announced");
    return ASK_MS;
  }
  link.logger.info({ version }, "root is asked for the release that the cloud offers");
  shelf.order(announcement);
  return ASK_MS;
}

/** Null: all of it is here. What is longer than it was announced to be is not read to its end. */
async function fetchRest(
  { cloud }: Link,
  shelf: ReleaseShelf,
  { sha256, bytes }: ReleaseAnnouncement,
): Promise<Exclude<CloudAnswer<unknown>, { kind: "answered" }> | null> {
  const from = shelf.countBytes(sha256);
  if (from >= bytes) return null;
  const answer = await cloud.fetchRelease({
    ...{ hash: sha256, from, bytesMax: bytes },
    take: (chunk) => shelf.append(sha256, chunk),
    restart: () => shelf.drop(sha256),
  });
  if (answer.kind !== "answered") return answer;
  const isShort = shelf.countBytes(sha256) < bytes;
  return isShort ? { kind: "failed", reason: "the release came in part" } : null;
}

/** Of which kind releases for this machine are; null: of none. */
export function findArchitecture(architecture: string): Upgrading["architecture"] {
  return architecture === "x64" || architecture === "arm64" ? architecture : null;
}
