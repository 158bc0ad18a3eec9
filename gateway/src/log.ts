import { type DestinationStream, type Logger, pino } from "pino";

export type { Logger };

/** Whatever carries a guest's device, ticket or a secret never reaches a log line. */
const REDACTED = ["mac", "ip", "username", "password", "secret"].flatMap((each) => [
  each,
  `*.${each}`,
]);

/** Constant messages, ids beside them. */
export function openLog(name: string, level: string, destination?: DestinationStream): Logger {
  return pino({ name, level, redact: { paths: REDACTED, remove: true } }, destination);
}
