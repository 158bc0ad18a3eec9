import { sqlStateOf } from "./roles.ts";

/**
 * The database does not answer: nobody listens, it starts or shuts down, it takes no more connections, or
 * the connection broke. Whether a change that was under way was committed is not known then.
 */
export class DatabaseAway extends Error {
  override readonly name = "DatabaseAway";

  constructor(cause: unknown) {
    super("The database does not answer.", { cause });
  }
}

/** PostgreSQL appendix A: connection exceptions, too many connections, shut down, crashed, starting. */
const AWAY_STATES = /^(08...|53300|57P0[123])$/;
/** How the driver says that a connection ended; it has no code for it. */
const ENDED = /^Connection terminated|is not queryable$|^timeout exceeded when trying to connect$/;

/** Throws what a connection to the database failed with: as `DatabaseAway` where it is that. */
export function throwAsAway(error: unknown): never {
  throw isAway(error) ? new DatabaseAway(error) : error;
}

function isAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // Of Node's: refused, reset, no such host or socket. Only the socket of this connection tells so here.
  return AWAY_STATES.test(sqlStateOf(error)) || "syscall" in error || ENDED.test(error.message);
}
