import type { BranchStore } from "@foyer/branch-store";
import type { Logger } from "pino";
import type { Cloud, CloudAnswer } from "./cloud.ts";
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
};

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
export function noteAnswer(link: Link, status: LinkStatus, direction: "push" | "pull"): void {
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
  options: { direction: "push" | "pull"; failure: Failure },
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
