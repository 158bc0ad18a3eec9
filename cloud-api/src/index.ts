export type { CloudRole } from "./config.ts";
export type { NewPlace, Place, Provisioning } from "./provision.ts";
export { type Cloud, type CloudOptions, startCloud } from "./start.ts";
