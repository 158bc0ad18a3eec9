export {
  type SyncAgent,
  type SyncAgentOptions,
  type SyncAgentStatus,
  startSyncAgent,
} from "./agent.ts";
