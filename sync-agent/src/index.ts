export {
  type SyncAgent,
  type SyncAgentOptions,
  type SyncAgentStatus,
  startSyncAgent,
} from "./agent.ts";
export { makeBoxKey, readBoxKey } from "./box-key.ts";
export { CERTIFICATE_REQUEST_FILE } from "./certificate.ts";
export { makeRequest } from "./certificate-request.ts";
export { openCloud } from "./cloud.ts";
export { readConfig } from "./config.ts";
export { askForIdentity, type Enrolled, enrolFolder } from "./enrol.ts";
export { writeMetrics } from "./metrics.ts";
