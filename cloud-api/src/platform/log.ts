import { type DestinationStream, type Logger, type LoggerOptions, pino } from "pino";

/** Nothing that names a person, and no secret, reaches a log line, whoever writes it. */
const REDACTED = ["phone", "email", "name", "password", "code", "token", "secret", "boxKey"];

export type LogLevel = "silent" | "error" | "warn" | "info" | "debug";

/** JSON lines, to standard output unless told otherwise. */
export function openLog(level: LogLevel, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    redact: {
      paths: [
        ...REDACTED.flatMap((field) => [field, `*.${field}`]),
        "req.headers.authorization",
        "req.headers.cookie",
      ],
      remove: true,
    },
    serializers: {
      // The detail of a database error quotes the values of its row.
      err: ({ name: type, message, stack, code: state }: Error & { code?: string }) => ({
        type,
        message,
        stack,
        state,
      }),
      req: (request: { method: string; routeOptions?: { url?: string } }) => ({
        method: request.method,
        // The route, not the path: a path may hold a one-time token.
        route: request.routeOptions?.url,
      }),
    },
  };
  return destination ? pino(options, destination) : pino(options);
}
