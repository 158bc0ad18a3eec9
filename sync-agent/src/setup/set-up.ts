import { type SyncAgent, startSyncAgent } from "../agent.ts";
import { readConfig } from "../config.ts";
import { type EnrolOptions, enrolFolder } from "../enrol.ts";
import { sealStoreKey } from "../store-key.ts";
import type { Progress } from "./page.ts";

/** By then the uplink has no haste: the services go on by themselves. */
const SETTINGS_SECONDS_MAX = 120;

export type SetUp = {
  /** Null: the box is a branch's now, and its settings are on their way. Else why not, in words. */
  begin: (typed: EnrolOptions) => Promise<string | null | "busy">;
  /** Null: nothing was begun. */
  progress: () => { hasSettings: boolean; isSlow: boolean } | null;
  close: () => Promise<void>;
};

/** Makes this machine the box of a code, and lets the agent bring its settings. */
export function openSetUp({
  stateFolder,
  clock,
}: {
  stateFolder: string;
  clock: () => Date;
}): SetUp {
  let isAsking = false;
  let agent: SyncAgent | null = null;
  let begunAt: Date | null = null;
  return {
    begin: async (typed) => {
      if (isAsking || begunAt) return "busy";
      isAsking = true;
      try {
        const enrolled = await enrolFolder(stateFolder, typed);
        if (enrolled.kind === "refused") return enrolled.reason;
        begunAt = clock();
        agent = await startAgent(stateFolder);
        return null;
      } finally {
        isAsking = false;
      }
    },
    progress: () => {
      if (!begunAt) return null;
      if (!agent) return { hasSettings: false, isSlow: !isAsking };
      const goneSeconds = (clock().getTime() - begunAt.getTime()) / 1000;
      const hasSettings = agent.status().pull.settingsVersion > 0;
      return { hasSettings, isSlow: !hasSettings && goneSeconds > SETTINGS_SECONDS_MAX };
    },
    close: async () => {
      await agent?.close();
    },
  };
}

/** Null: it could not be started. The machine is a box all the same, and its services say why. */
async function startAgent(stateFolder: string): Promise<SyncAgent | null> {
  try {
    sealStoreKey(stateFolder);
    const read = readConfig({ FOYER_STATE_FOLDER: stateFolder, FOYER_SYNC_STATUS_PORT: "0" });
    if (read.kind === "config")
      return await startSyncAgent({ ...read.config, keyFolder: stateFolder });
    for (const fault of read.faults) console.error(`setup: ${fault}`);
  } catch (error) {
    console.error(`setup: ${error instanceof Error ? error.message : String(error)}`);
  }
  return null;
}

export function listProgress(found: { hasSettings: boolean } | null): Progress["steps"] {
  const isBegun = found !== null;
  return [
    { key: "step-number", isDone: isBegun },
    { key: "step-key", isDone: isBegun },
    { key: "step-enrolled", isDone: isBegun },
    { key: "step-settings", isDone: found?.hasSettings ?? false },
  ];
}
