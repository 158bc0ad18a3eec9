export { buildPortal, type PortalOptions } from "./app.ts";
export { type PortalConfig, readConfig } from "./config.ts";
export { type RunningPortal, type StartOptions, startPortal } from "./start.ts";
export type { TlsOptions } from "./tls.ts";
