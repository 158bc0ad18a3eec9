import { isIP } from "node:net";

export type RadiusConfig = Readonly<{
  folder: string;
  host: string;
  authPort: number;
  acctPort: number;
  logLevel: string;
}>;

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"];
/** RFC 2865 §3 and RFC 2866 §3. */
const AUTH_PORT = "1812";
const ACCT_PORT = "1813";

/** Reads the environment; throws one error that names every fault. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): RadiusConfig {
  const faults: string[] = [];
  const port = (name: string, fallback: string): number => {
    const text = env[name] ?? fallback;
    if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text);
    faults.push(`${name} is not a port number (0 to 65535)`);
    return 0;
  };
  const folder = env.FOYER_STATE_FOLDER ?? "";
  if (folder === "") faults.push("FOYER_STATE_FOLDER is not set: the folder that holds box.json");
  const host = env.FOYER_RADIUS_HOST ?? "0.0.0.0";
  if (isIP(host) === 0) faults.push("FOYER_RADIUS_HOST is not an IPv4 or IPv6 address");
  const logLevel = env.FOYER_LOG_LEVEL ?? "info";
  if (!LOG_LEVELS.includes(logLevel))
    faults.push(`FOYER_LOG_LEVEL is not one of ${LOG_LEVELS.join(", ")}`);
  const authPort = port("FOYER_RADIUS_AUTH_PORT", AUTH_PORT);
  const acctPort = port("FOYER_RADIUS_ACCT_PORT", ACCT_PORT);
  if (authPort !== 0 && authPort === acctPort)
    faults.push("FOYER_RADIUS_AUTH_PORT and FOYER_RADIUS_ACCT_PORT are the same port");
  if (faults.length > 0) throw new Error(`The configuration is wrong:\n- ${faults.join("\n- ")}`);
  return Object.freeze({ folder, host, authPort, acctPort, logLevel });
}
