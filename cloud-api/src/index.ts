export type { CloudRole } from "./config.ts";
export type { Enrolment, NewPlace, Provisioning } from "./provision.ts";
export { type Cloud, type CloudOptions, startCloud } from "./start.ts";
