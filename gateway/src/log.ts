import { type DestinationStream, type Logger, pino } from "pino";

export type { Logger };

/** Whatever carries a guest's device, ticket or a secret never reaches a log line. */
const REDACTED = ["mac", "ip", "username", "password", "secret"].flatMap((each) => [
  each,
  `*.${each}`,
]);

const MAC_ADDRESS = /\b[0-9a-f]{2}([:-][0-9a-f]{2}){5}\b/gi;
const IPV4_ADDRESS = /\b\d{1,3}(\.\d{1,3}){3}\b/g;

/** What programs of Debian's say where something goes wrong, without whom it goes wrong for. */
export const withoutGuests = (text: string): string =>
  text.replaceAll(MAC_ADDRESS, "(device)").replaceAll(IPV4_ADDRESS, "(address)");

/** Constant messages, ids beside them. */
export function openLog(name: string, level: string, destination?: DestinationStream): Logger {
  return pino({ name, level, redact: { paths: REDACTED, remove: true } }, destination);
}
