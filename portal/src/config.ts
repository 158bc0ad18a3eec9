import { resolve } from "node:path";

export type PortalConfig = {
  stateFolder: string;
  host: string;
  port: number;
  /** What guests' browsers call the portal, without a slash at the end. */
  origin: string;
  logLevel: LogLevel;
};

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type ReadConfig =
  | { kind: "config"; config: PortalConfig }
  | { kind: "invalid"; faults: string[] };

/** Reads the environment once; all that is wrong with it is told together. */
export function readConfig(
  environment: Record<string, string | undefined> = process.env,
): ReadConfig {
  const faults: string[] = [];
  const stateFolder = environment.FOYER_STATE_FOLDER ?? "";
  if (stateFolder === "") faults.push("FOYER_STATE_FOLDER is not set: the box's state folder");
  const host = environment.FOYER_PORTAL_HOST ?? "0.0.0.0";
  const port = Number(environment.FOYER_PORTAL_PORT ?? "8080");
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    faults.push(`FOYER_PORTAL_PORT is not a port: ${environment.FOYER_PORTAL_PORT}`);
  const origin = environment.FOYER_PORTAL_ORIGIN ?? "";
  if (!isOrigin(origin))
    faults.push(
      "FOYER_PORTAL_ORIGIN is not an origin such as http://10.1.0.2:8080: what guests' browsers call the portal",
    );
  const logLevel = LOG_LEVELS.find((each) => each === (environment.FOYER_LOG_LEVEL ?? "info"));
  if (!logLevel) faults.push(`FOYER_LOG_LEVEL is not one of ${LOG_LEVELS.join(", ")}`);
  if (faults.length > 0 || !logLevel) return { kind: "invalid", faults };
  const config = { stateFolder: resolve(stateFolder), host, port, origin, logLevel };
  return { kind: "config", config: Object.freeze(config) };
}

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text;
}
