/** What a store thread can do, by name: each takes a hold on the store and what was asked. */
export type Works = Record<string, (tx: never, input: never) => unknown>;
export type InputOf<W extends Works, N extends keyof W> = Parameters<W[N]>[1];
export type OutputOf<W extends Works, N extends keyof W> = ReturnType<W[N]>;

/** One thing asked of a thread. Everything here is copied between threads. */
export type Call = {
  name: string;
  input: unknown;
  /** The moment it is asked at, in milliseconds: its transaction's now. */
  at: number;
  /** By which reading of the box's time: what that is ahead of the machine's count. Null: by none. */
  offset: number | null;
};

export type Reply =
  | { kind: "done"; result: unknown }
  | { kind: "failed"; message: string; code: string | null };

/** What a thread is opened with. */
export type ThreadData = { stateFolder: string; at: number };

export type ToThread = { kind: "calls"; calls: Call[] } | { kind: "close" };
export type FromThread<News> =
  | { kind: "ready" }
  | { kind: "replies"; replies: Reply[] }
  | { kind: "news"; news: News };

/** SQLite's own trouble (busy, full, read-only, I/O); a broken constraint is one call's fault. */
export function isStoreFailure(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return (
    typeof code === "string" && code.startsWith("SQLITE_") && !code.startsWith("SQLITE_CONSTRAINT")
  );
}

/** The code of an error by which a thread has ended before it answered. */
export const THREAD_ENDED = "THREAD_ENDED";

/** Whether the same may be kept a little later: the store fails, or its thread is begun anew. */
export function isWorthRetrying(error: unknown): boolean {
  return isStoreFailure(error) || (error as { code?: unknown } | null)?.code === THREAD_ENDED;
}

/** An error as it travels: a copy of one would lose SQLite's code. */
export function toReply(error: unknown): Reply {
  const { message = String(error), code = null } = error as { message?: string; code?: string };
  return { kind: "failed", message, code };
}
