export { type Carried, type CloudPlace, dumpCloud, loadCloud, moveToServer } from "./carry.ts";
export { type CloudConfig, type CloudRole, readConfig } from "./config.ts";
export { type OperatorChange, setOperator } from "./operator.ts";
export type { CertificateSettings } from "./platform/certificate-settings.ts";
export type { NewPlace, Place, Provisioning } from "./provision.ts";
export { runCloud } from "./run.ts";
export { type Cloud, type CloudOptions, startCloud } from "./start.ts";
