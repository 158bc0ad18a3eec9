import { type DestinationStream, destination, type Logger, pino } from "pino";

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

/** The server's log: constant messages, ids beside them. `recent` has the newest lines as well. */
export function openLog(level: string, recent?: DestinationStream): Logger {
  const options = { name: "radius", level, redact: { paths: REDACTED, remove: true } };
  if (!recent) return pino(options);
  const usual = destination(1);
  return pino(options, {
    write(line) {
      usual.write(line);
      recent.write(line);
    },
  });
}
