import { type Logger, pino } from "pino";

export type { Logger };

/** Whatever carries a guest's device, ticket or a NAS's secret never reaches a log line. */
const REDACTED = [
  "mac",
  "ip",
  "userName",
  "username",
  "password",
  "secret",
  "radiusSecret",
].flatMap((each) => [each, `*.${each}`]);

/** The server's log: constant messages, ids beside them. */
export function openLog(level: string): Logger {
  return pino({ name: "radius", level, redact: { paths: REDACTED, remove: true } });
}
