import { type Logger, pino } from "pino";

/** Nothing that names a person, and no secret, reaches a log line, whoever writes it. */
const REDACTED = ["phone", "email", "name", "password", "code", "token", "secret", "boxKey"];

export type LogLevel = "silent" | "error" | "warn" | "info" | "debug";

export function openLog(level: LogLevel): Logger {
  return pino({
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
      err: ({ name, message, stack, code }: Error & { code?: string }) => ({
        name,
        message,
        stack,
        code,
      }),
      req: (request: { method: string; routeOptions?: { url?: string } }) => ({
        method: request.method,
        // The route, not the path: a path may hold a one-time token.
        route: request.routeOptions?.url,
      }),
    },
  });
}
