import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { Routes } from "../feature.ts";
import { DatabaseAway } from "./database-away.ts";
import { sqlStateOf } from "./roles.ts";

/** Why a request was not done. The one place that knows their HTTP status is below. */
export type ErrorCode =
  | "invalid"
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "conflict"
  | "busy"
  | "unavailable"
  | "internal";

const STATUS: Record<ErrorCode, number> = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  "not-found": 404,
  conflict: 409,
  busy: 429,
  unavailable: 503,
  internal: 500,
};

export const ErrorReply = Type.Object({
  code: Type.Union(
    (Object.keys(STATUS) as ErrorCode[]).map((code) => Type.Literal(code)),
    { description: "Which of the eight ways a request can fail" },
  ),
  message: Type.String({ description: "What went wrong, which thing, and what to do now" }),
  field: Type.Optional(Type.String({ description: "The field at fault, as a JSON pointer" })),
  needsCode: Type.Optional(
    Type.Boolean({ description: "The password was right; send a one-time code as well" }),
  ),
  instead: Type.Optional(
    Type.Record(Type.String(), Type.String(), {
      description: "Of the query, by their names: with these in place of its own it is answered",
    }),
  ),
});

type RefusalDetails = {
  field?: string;
  needsCode?: boolean;
  retryAfterSeconds?: number;
  instead?: Readonly<Record<string, string>>;
};
type Refusal = Error & { refusal: RefusalDetails & { code: ErrorCode } };

/** What a route throws to answer with a refusal: `throw refuse("not-found", "…")`. */
export function refuse(code: ErrorCode, message: string, details: RefusalDetails = {}): Refusal {
  return Object.assign(new Error(message), { refusal: { code, ...details } });
}

export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && "refusal" in error;
}

type Fault = { code: ErrorCode; message: string } & RefusalDetails;

/** Until a database that restarts is back, mostly. */
const AWAY_SECONDS = 5;

/** Answers every error with one of the eight codes. Only `internal` is logged as an error. */
export function mapErrors(app: Routes): void {
  app.setErrorHandler(answerError);
}

/** Of the addresses that no route can be found for, Fastify tells nobody but `frameworkErrors`. */
export function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const { code, message, retryAfterSeconds, ...details } = toFault(error);
  if (code === "internal") request.log.error({ err: error }, "request failed");
  if (code === "unavailable") request.log.warn({ err: error }, "request without a database");
  if (retryAfterSeconds) reply.header("retry-after", retryAfterSeconds);
  return reply.code(STATUS[code]).send({ code, message, ...details });
}

function toFault(error: FastifyError): Fault {
  if (isRefusal(error)) return { message: error.message, ...error.refusal };
  if (error instanceof DatabaseAway)
    return {
      code: "unavailable",
      message: "The database does not answer just now. Look what was kept, and try again.",
      retryAfterSeconds: AWAY_SECONDS,
    };
  if (error.validation) {
    const [first] = error.validation;
    return { code: "invalid", message: error.message, field: first?.instancePath || "/" };
  }
  const state = sqlStateOf(error);
  if (state === "40001" || state === "40P01")
    return { code: "busy", message: "Somebody else changed the same thing. Try again." };
  // A policy kept a row of another branch from being written.
  if (state === "42501" && error.message.includes("row-level security policy"))
    return { code: "forbidden", message: "This lies outside the branches that your role covers." };
  // PostgreSQL's text holds every character but NUL, which no name and no search has.
  if (state === "22021")
    return { code: "invalid", message: "A text holds a character that cannot be kept: NUL." };
  const { statusCode = 500 } = error;
  if (statusCode === 429)
    return { code: "busy", message: "Too many requests. Wait a minute and try again." };
  if (statusCode === 401) return { code: "unauthorized", message: error.message };
  if (statusCode === 403) return { code: "forbidden", message: error.message };
  if (statusCode === 404) return { code: "not-found", message: error.message };
  // Bodies that are too large, of another type, or not JSON.
  if (statusCode >= 400 && statusCode < 500) return { code: "invalid", message: error.message };
  return {
    code: "internal",
    message: "Something went wrong here. It was written down; try again.",
  };
}
