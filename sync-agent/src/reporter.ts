import {
  findEpoch,
  findSettingsVersion,
  isKeySealed,
  listNasRefusals,
  listNasSights,
  listRefusedArrivals,
  listUnknownSenders,
  type MachineClock,
  refusalsToldUntil,
} from "@foyer/branch-store";
import type { BoxReport } from "@foyer/contract";
import type { ClockKeeper } from "./clock-keeper.ts";
import type { Cloud } from "./cloud.ts";
import type { CloudAnswer } from "./cloud-answer.ts";
import { type Circumstances, createFaultMemory, listFaults } from "./faults.ts";
import type { Link } from "./link.ts";
import { listOwnAddresses } from "./own-addresses.ts";

const rounded = (milliseconds: number | null): number | null =>
  milliseconds === null ? null : Math.round(milliseconds) / 1000;

export type ReporterOptions = Pick<Link, "store" | "cloud" | "clock"> & {
  release: string;
  find: () => Circumstances;
  /** Null: the time comes from the caller, and nobody corrects it. */
  time: { keeper: ClockKeeper; machine: MachineClock } | null;
};

export type Reporter = {
  describe: () => BoxReport;
  /** Tells the cloud how the box is, and takes its word of the time. */
  send: () => Promise<Sent>;
};

/** `corrected`: what was read by the time before is to be read anew. */
export type Sent = { answer: CloudAnswer<unknown>; corrected: boolean };

export function createReporter(options: ReporterOptions): Reporter {
  const { store, cloud, clock, time } = options;
  const faults = createFaultMemory();
  /** Until when the cloud was told of refused log-ins; null: not by this process. */
  let toldUntil: Date | null = null;
  const describe = (): BoxReport => {
    const found = options.find();
    const now = clock();
    faults.note(listFaults(found), now);
    const { events, bytes, bytesMax, oldestAt, fullInDays, thinned, freeBytes } = found.outbox;
    const oldest = oldestAt?.toISOString() ?? null;
    return {
      ...{ release: options.release, epoch: store.read(findEpoch), now: now.toISOString() },
      settingsVersion: store.read(findSettingsVersion),
      outbox: { events, bytes, bytesMax, oldestAt: oldest, fullInDays, thinned },
      clock: {
        machineOffsetSeconds: rounded(found.clock?.machineOffsetMilliseconds ?? null),
        uncertaintySeconds: rounded(found.clock?.uncertaintyMilliseconds ?? null),
      },
      freeBytes,
      ...store.read((tx) => ({
        nas: listNasSights(tx),
        nasRefusals: listNasRefusals(tx, toldUntil),
        unknownSenders: listUnknownSenders(tx),
        refusedArrivals: listRefusedArrivals(tx),
      })),
      addresses: listOwnAddresses(),
      storeKey: isKeySealed(store.folder) ? "sealed" : "open",
      faults: faults.list(),
    };
  };
  const send = async (): Promise<Sent> => {
    const count = () => time?.machine.uptimeMilliseconds() ?? 0;
    const askedAt = count();
    const report = describe();
    const answer = await cloud.reportBox(report);
    const answeredAt = count();
    if (answer.kind === "answered")
      toldUntil = refusalsToldUntil(report.nasRefusals ?? [], new Date(report.now));
    if (answer.kind !== "answered" || !answer.value || !time) return { answer, corrected: false };
    const cloudNow = new Date(answer.value.now);
    return { answer, corrected: time.keeper.learn({ cloudNow, askedAt, answeredAt }) };
  };
  return { describe, send };
}

/**
 * A cloud that is sent nothing before it has told the time: what a clock that woke up in 1970 has stamped
 * would stand in the log for good. What was packed before a correction is packed anew.
 */
export function askTimeFirst(
  cloud: Cloud,
  options: { isTold: () => boolean; send: () => Promise<Sent> },
): Cloud {
  let tellsNoTime = false;
  return {
    ...cloud,
    pushEvents: async (batch) => {
      // Not before the agent stands: what it tells of itself is asked of all its parts.
      await Promise.resolve();
      if (tellsNoTime || options.isTold()) return await cloud.pushEvents(batch);
      const { answer, corrected } = await options.send();
      if (corrected) return { kind: "failed", reason: PACKED_ANEW, neverLeft: true };
      if (options.isTold()) return await cloud.pushEvents(batch);
      const isOlder = answer.kind === "refused" || (answer.kind === "answered" && !answer.value);
      if (!isOlder)
        return answer.kind === "answered"
          ? { kind: "failed", reason: TOLD_TOO_LATE, neverLeft: true }
          : answer;
      const pushed = await cloud.pushEvents(batch);
      // A cloud of an older release takes what it is sent. Whoever takes nothing either is no cloud.
      tellsNoTime = pushed.kind === "answered";
      return pushed;
    },
  };
}

const PACKED_ANEW = "the box's time was put right: what waits is packed anew";
const TOLD_TOO_LATE = "the cloud's answer took too long to say what time it is";
