export type { CloudRole } from "./config.ts";
export { type Cloud, type CloudOptions, startCloud } from "./start.ts";
