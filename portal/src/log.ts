import { type DestinationStream, destination, type Logger, pino } from "pino";
import type { LogLevel } from "./config.ts";

export type { Logger };

/** Whatever carries a guest's number, name, code or device never reaches a log line. */
const REDACTED = [
  "phone",
  "contact",
  "link",
  "room",
  "roomName",
  "code",
  "memberCode",
  "mac",
  "ip",
  "name",
  "email",
  "text",
  "secret",
  "password",
  "username",
  "token",
  "url",
  "remoteAddress",
].flatMap((each) => [each, `*.${each}`]);

/** To where logs go, and to one more place. */
export function teeTo(other: DestinationStream): DestinationStream {
  const usual = destination(1);
  return {
    write(line) {
      usual.write(line);
      other.write(line);
    },
  };
}

/** The portal's log. Requests are logged by route, never by URL: a NAS writes MACs into URLs. */
export function openLog(level: LogLevel, destination?: DestinationStream | null): Logger {
  const options = {
    base: { process: "portal" },
    level,
    redact: { paths: REDACTED, remove: true },
    serializers: {
      req: (request: { method?: string; routeOptions?: { url?: string } }) => ({
        method: request.method,
        route: request.routeOptions?.url,
      }),
      // A stack says where; a message may quote what a guest typed.
      err: (error: Error & { code?: string }) => ({
        type: error.name,
        reason: error.code,
        stack: error.stack?.split("\n").filter((line) => /^\s+at /.test(line)),
      }),
    },
  };
  return destination ? pino(options, destination) : pino(options);
}
