/** The eight refusals of Foyer's API, and two that never reached it. */
export type ErrorCode =
  | "invalid"
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "conflict"
  | "busy"
  | "unavailable"
  | "internal"
  | "unreachable"
  | "unreadable";

const CODES_BY_STATUS: Record<number, ErrorCode> = {
  400: "invalid",
  401: "unauthorized",
  403: "forbidden",
  404: "not-found",
  409: "conflict",
  422: "invalid",
  429: "busy",
  503: "unavailable",
};

const SAYABLE_CODES: readonly string[] = [...Object.values(CODES_BY_STATUS), "internal"];

/** Why a call failed. `message` is the server's own English sentence; screens say `code` in words. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ErrorCode;
  readonly field: string | null;
  /** The server wants the six digits of the authenticator app as well. */
  readonly needsCode: boolean;
  /** Seconds to wait before it makes sense to try again; null when the server did not say. */
  readonly retryAfterSeconds: number | null;
  /** What of the query to send in place of its own, by name; null: the server knows of nothing. */
  readonly instead: Readonly<Record<string, string>> | null;

  constructor(options: {
    code: ErrorCode;
    message: string;
    field?: string | null;
    needsCode?: boolean;
    retryAfterSeconds?: number | null;
    instead?: Readonly<Record<string, string>> | null;
    cause?: unknown;
  }) {
    super(options.message, { cause: options.cause });
    this.code = options.code;
    this.field = options.field ?? null;
    this.needsCode = options.needsCode ?? false;
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
    this.instead = options.instead ?? null;
  }
}

const WORTH_RETRYING: readonly ErrorCode[] = ["unreachable", "internal", "busy", "unavailable"];

/** `false` for refusals that will not change by asking again. */
export function isWorthRetrying(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return WORTH_RETRYING.includes(error.code);
}

/** Reads an answer that is not 2xx into an ApiError, whatever its body holds. */
export function readRefusal(status: number, body: unknown, retryAfter: string | null): ApiError {
  const fields = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const seconds = Number(retryAfter);
  return new ApiError({
    code: readCode(status, fields.code),
    message: typeof fields.message === "string" ? fields.message : `The server answered ${status}.`,
    field: typeof fields.field === "string" ? fields.field : null,
    needsCode: fields.needsCode === true,
    retryAfterSeconds: retryAfter !== null && Number.isFinite(seconds) ? seconds : null,
    instead: readWords(fields.instead),
  });
}

function readWords(value: unknown): Record<string, string> | null {
  if (typeof value !== "object" || value === null) return null;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, word]) =>
      typeof word === "string" ? [[name, word]] : [],
    ),
  );
}

function readCode(status: number, code: unknown): ErrorCode {
  if (typeof code === "string" && SAYABLE_CODES.includes(code)) return code as ErrorCode;
  return CODES_BY_STATUS[status] ?? "internal";
}

type Call = { method: string; path: string; body?: unknown; signal?: AbortSignal | undefined };

async function call<Reply>(what: Call): Promise<Reply> {
  const response = await send(what);
  const reply = await readBody(response);
  if (!response.ok) throw readRefusal(response.status, reply, response.headers.get("retry-after"));
  return reply as Reply;
}

async function readText(what: Call): Promise<string> {
  const response = await send(what);
  if (response.ok) return response.text();
  const reply = await readBody(response);
  throw readRefusal(response.status, reply, response.headers.get("retry-after"));
}

async function send({ method, path, body, signal }: Call): Promise<Response> {
  const request: RequestInit = { method, credentials: "same-origin" };
  request.headers = { accept: "application/json" };
  if (signal) request.signal = signal;
  if (body instanceof Blob) {
    request.headers = { ...request.headers, "content-type": "application/octet-stream" };
    request.body = body;
  } else if (body !== undefined) {
    request.headers = { ...request.headers, "content-type": "application/json" };
    request.body = JSON.stringify(body);
  }
  return fetch(`/api/v1${path}`, request).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    throw new ApiError({ code: "unreachable", message: "No answer from the server.", cause });
  });
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!response.ok) return null;
    throw new ApiError({ code: "unreadable", message: "The answer was not JSON.", cause });
  }
}

/** The public JSON API, below /api/v1; a file is sent as its bytes. Rejects with ApiError. The types are the server's promise. */
export const api = {
  get: <Reply>(path: string, signal?: AbortSignal) => call<Reply>({ method: "GET", path, signal }),
  /** What is no JSON: a page to be shown in a frame. */
  getText: (path: string, signal?: AbortSignal) => readText({ method: "GET", path, signal }),
  post: <Reply>(path: string, body?: unknown) => call<Reply>({ method: "POST", path, body }),
  upload: <Reply>(path: string, file: Blob) => call<Reply>({ method: "POST", path, body: file }),
  put: <Reply>(path: string, body?: unknown) => call<Reply>({ method: "PUT", path, body }),
  patch: <Reply>(path: string, body?: unknown) => call<Reply>({ method: "PATCH", path, body }),
  remove: <Reply>(path: string) => call<Reply>({ method: "DELETE", path }),
};

/** `/visits` and its filters as a query string; null and empty ones are left out. */
export function withQuery(path: string, query: Record<string, string | null | undefined>): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value) parameters.set(key, value);
  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}
