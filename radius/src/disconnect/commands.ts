import type { DueDisconnect } from "@foyer/branch-store";
import type { Logger } from "../log.ts";
import type { Counters } from "../server/counters.ts";
import type { NasTable } from "../server/nas-table.ts";
import { type BoxStore, must } from "../store/box-store.ts";
import type { Disconnect } from "./order.ts";

export type CommandRunnerOptions = {
  store: BoxStore;
  disconnect: Disconnect;
  nasTable: () => NasTable;
  counters: Counters;
  log: Logger;
};

export type CommandRunner = {
  /** Begins what is due; what goes on already is not begun twice. */
  runDue: () => Promise<void>;
  /** Resolves when nothing is under way. */
  settle: () => Promise<void>;
};

const FINISHED_KEPT = 1000;

/** Carries out the cloud's guest.disconnect commands on the NAS that speak RADIUS. */
export function createCommandRunner(options: CommandRunnerOptions): CommandRunner {
  const { store, counters, log } = options;
  const underWay = new Map<string, Promise<void>>();
  /** A look that was begun before a command was finished may still find it due. */
  const finished = new Set<string>();
  let isStopping = false;
  const finish = (id: string) => {
    const [oldest] = finished;
    if (finished.size >= FINISHED_KEPT && oldest !== undefined) finished.delete(oldest);
    finished.add(id);
  };
  const run = async (command: DueDisconnect) => {
    try {
      const outcome = await carryOut(options, command);
      // The order stands: for the process that speaks to the device's NAS, or after a restart.
      if (outcome === null) return;
      counters.countDisconnect(outcome);
      await must(store.writer.ask("finishCommand", { id: command.id, outcome }));
      finish(command.id);
      log.info({ commandId: command.id, outcome }, "guest.disconnect carried out");
    } catch (error) {
      log.error({ commandId: command.id, err: error }, "guest.disconnect failed");
    } finally {
      underWay.delete(command.id);
    }
  };
  return {
    runDue: async () => {
      for (const command of await must(store.reader.ask("listDueDisconnects", null))) {
        const { id } = command;
        if (isStopping || underWay.has(id) || finished.has(id)) continue;
        underWay.set(id, run(command));
      }
    },
    settle: async () => {
      isStopping = true;
      await Promise.all(underWay.values());
    },
  };
}

/**
 * The outcome in words, of all the device's sessions: the worst of them counts. Null when none of
 * them is on a NAS of ours, or this server stops.
 */
async function carryOut(
  { store, nasTable, disconnect }: CommandRunnerOptions,
  command: DueDisconnect,
): Promise<string | null> {
  const { deviceId } = command;
  const found = await must(store.reader.ask("findCommandTarget", { deviceId }));
  if (command.expiresAt.getTime() <= found.at.getTime()) return "expired";
  if (found.sessions.length === 0) return "no-session";
  const outcomes: string[] = [];
  for (const session of found.sessions) {
    const known = nasTable().findById(session.nasId);
    if (known) outcomes.push(await disconnect({ ...found, session, known }));
  }
  if (outcomes.length === 0 || outcomes.includes("interrupted")) return null;
  return outcomes.find((outcome) => outcome !== "acknowledged") ?? "acknowledged";
}
