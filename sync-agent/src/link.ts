import type { BranchStore } from "@foyer/branch-store";
import type { Logger } from "pino";
import type { Cloud } from "./cloud.ts";
import type { CloudAnswer } from "./cloud-answer.ts";
import type { RightOfWay } from "./right-of-way.ts";
import { chooseRetryDelay } from "./schedule.ts";
import { rest } from "./wait.ts";

/** What both directions need. */
export type Link = {
  store: BranchStore;
  cloud: Cloud;
  logger: Logger;
  random: () => number;
  clock: () => Date;
  /** Aborted when the agent closes. */
  signal: AbortSignal;
  /** Held while it is read what may overtake a backlog. */
  way: RightOfWay;
};

export type Direction = "push" | "pull" | "ask" | "commands" | "certificate" | "upgrade";

export type LinkState = "starting" | "connected" | "unauthorized" | "busy" | "unreachable";

export type LinkStatus = {
  state: LinkState;
  /** Failures since the last answer. */
  failures: number;
  /** The last failure in words; null once the cloud has answered again. */
  reason: string | null;
  lastAnswerAt: Date | null;
};

export type Failure = Exclude<CloudAnswer<unknown>, { kind: "answered" }>;

export function newLinkStatus(): LinkStatus {
  return { state: "starting", failures: 0, reason: null, lastAnswerAt: null };
}

/** Notes that the cloud answered; says so in the log when it had not before. */
export function noteAnswer(link: Link, status: LinkStatus, direction: Direction): void {
  if (status.state !== "connected")
    link.logger.info({ direction, failures: status.failures }, "the cloud answers");
  status.state = "connected";
  status.failures = 0;
  status.reason = null;
  status.lastAnswerAt = link.clock();
}

/** Notes a failure, says it plainly where a person must act, and waits until the next try is due. */
export async function noteFailureAndRest(
  link: Link,
  status: LinkStatus,
  options: { direction: Direction; failure: Failure },
): Promise<void> {
  const { direction, failure } = options;
  const before = status.state;
  status.failures += 1;
  status.state = stateOf(failure);
  status.reason = describe(failure);
  const delay = chooseRetryDelay({
    failures: status.failures,
    jitter: link.random(),
    retryAfterSeconds: failure.kind === "busy" ? failure.retryAfterSeconds : null,
    unauthorized: failure.kind === "unauthorized",
  });
  const fields = { direction, failures: status.failures, reason: status.reason, delay };
  if (failure.kind !== "unauthorized") link.logger.warn(fields, "the cloud was not reached");
  else if (before === "unauthorized") link.logger.warn(fields, "the key is still refused");
  else
    link.logger.error(
      fields,
      "the cloud refuses this box's key: the box was removed or replaced there; enrol it again",
    );
  await rest(delay, link.signal);
}

/**
 * A full or failing disk, and a lock held for too long, pass or are mended while the agent runs:
 * SQLite's result codes SQLITE_BUSY, _FULL, _IOERR and _READONLY, with what they extend to.
 */
const PASSING_STORE_ERROR = /^SQLITE_(BUSY|FULL|IOERR|READONLY)/;

/** The code of such an error, or null for any other: that one is a bug of ours and ends the agent. */
export function findStoreTrouble(error: unknown): string | null {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "string" && PASSING_STORE_ERROR.test(code) ? code : null;
}

/** One step of a direction; trouble with the store is waited out as trouble with the cloud is. */
export async function tryStep(
  link: Link,
  { direction, status }: { direction: Direction; status: LinkStatus },
  step: () => Promise<void>,
): Promise<void> {
  try {
    await step();
  } catch (error) {
    const code = findStoreTrouble(error);
    if (code === null) throw error;
    link.logger.error({ direction, code }, "the store fails: look at the disk of this box");
    const failure = { kind: "failed", reason: `the store fails: ${code}` } as const;
    await noteFailureAndRest(link, status, { direction, failure });
  }
}

function stateOf(failure: Failure): LinkState {
  if (failure.kind === "unauthorized") return "unauthorized";
  return failure.kind === "busy" ? "busy" : "unreachable";
}

function describe(failure: Failure): string {
  switch (failure.kind) {
    case "unauthorized":
      return "the cloud refuses this box's key";
    case "too-large":
      return "the cloud finds the batch too large";
    case "busy":
      return "the cloud is busy";
    case "refused":
    case "failed":
      return failure.reason;
  }
}
