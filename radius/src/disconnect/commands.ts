import {
  type BranchStore,
  type DueCommand,
  findDevice,
  finishCommand,
  listDueCommands,
  listOpenSessionsOfDevice,
} from "@foyer/branch-store";
import type { Logger } from "../log.ts";
import type { Counters } from "../server/counters.ts";
import type { NasTable } from "../server/nas-table.ts";
import type { Disconnect } from "./order.ts";

export type CommandRunnerOptions = {
  store: BranchStore;
  disconnect: Disconnect;
  nasTable: () => NasTable;
  counters: Counters;
  log: Logger;
};

export type CommandRunner = {
  /** Begins what is due; what goes on already is not begun twice. */
  runDue: () => void;
  /** Resolves when nothing is under way. */
  settle: () => Promise<void>;
};

/** Carries out the cloud's guest.disconnect commands on the NAS that speak RADIUS. */
export function createCommandRunner(options: CommandRunnerOptions): CommandRunner {
  const underWay = new Map<string, Promise<void>>();
  const run = async (command: DueCommand) => {
    try {
      const outcome = await carryOut(options, command);
      // The order stands: for the process that speaks to the device's NAS, or after a restart.
      if (outcome === null) return;
      options.counters.countDisconnect(outcome);
      options.store.transaction((tx) => finishCommand(tx, { id: command.id, outcome }));
      options.log.info({ commandId: command.id, outcome }, "guest.disconnect carried out");
    } catch (error) {
      options.log.error({ commandId: command.id, err: error }, "guest.disconnect failed");
    } finally {
      underWay.delete(command.id);
    }
  };
  return {
    runDue: () => {
      for (const command of options.store.read(listDueCommands))
        if (!underWay.has(command.id)) underWay.set(command.id, run(command));
    },
    settle: async () => {
      await Promise.all(underWay.values());
    },
  };
}

/**
 * The outcome in words, of all the device's sessions: the worst of them counts. Null when none of
 * them is on a NAS of ours, or this server stops.
 */
async function carryOut(
  options: CommandRunnerOptions,
  command: DueCommand,
): Promise<string | null> {
  const { store } = options;
  const found = store.read((tx) => ({
    isLate: command.expiresAt.getTime() <= tx.now.getTime(),
    at: tx.now,
    mac: findDevice(tx, command.deviceId)?.mac ?? null,
    sessions: listOpenSessionsOfDevice(tx, command.deviceId),
  }));
  if (found.isLate) return "expired";
  if (found.sessions.length === 0) return "no-session";
  const outcomes: string[] = [];
  for (const session of found.sessions) {
    const known = options.nasTable().findById(session.nasId);
    if (known) outcomes.push(await options.disconnect({ ...found, session, known }));
  }
  if (outcomes.length === 0 || outcomes.includes("interrupted")) return null;
  return outcomes.find((outcome) => outcome !== "acknowledged") ?? "acknowledged";
}
