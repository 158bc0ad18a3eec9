import type { PostgresPool, PostgresPoolClient } from "kysely";
import type { Pool, PoolClient, QueryConfig, QueryResult } from "pg";
import { throwAsAway } from "./database-away.ts";

const BEGIN = /^(begin|start transaction)\b/;
const END = /^(commit|rollback)$/;
const KEPT_PLAN = /^\/\* plan ([a-z-]+) \*\//;

/** What a statement begins with of which a connection is to keep the plan. */
export const markPlan = (name: string): string => `/* plan ${name} */`;

/** As the driver takes it: a name has it send the text once for each connection. */
function toQuery(text: string, parameters: readonly unknown[]): QueryConfig {
  const [, name] = KEPT_PLAN.exec(text) ?? [];
  return { ...(name ? { name } : {}), text, values: [...parameters] };
}

/**
 * A pool whose transactions begin with their first statement, in the same message where that has no
 * parameters: entering a tenant is such a one, so that each request waits for the database once less.
 * A transaction that ends without a statement never was one. Throws `DatabaseAway` where nobody answers.
 */
export function holdBegins(pool: Pool): PostgresPool {
  // The same for the same connection: what is remembered of a connection is found by it.
  const wrapped = new WeakMap<PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    end: () => pool.end(),
    connect: async () => {
      const client = await pool.connect().catch(throwAsAway);
      const known = wrapped.get(client) ?? wrap(client);
      wrapped.set(client, known);
      return known;
    },
  };
}

function wrap(client: PoolClient): PostgresPoolClient {
  let held: string | null = null;
  const ask = async (text: string, parameters: readonly unknown[]): Promise<QueryResult> => {
    if (BEGIN.test(text)) {
      held = text;
      return { ...NOTHING, command: "BEGIN" };
    }
    const begin = held;
    held = null;
    if (begin === null) return client.query(toQuery(text, parameters));
    if (END.test(text)) return { ...NOTHING, command: text.toUpperCase() };
    if (parameters.length > 0) {
      await client.query(begin);
      return client.query(toQuery(text, parameters));
    }
    // Without parameters the simple protocol takes both (PostgreSQL §55.2.2.1), and answers each.
    const answers = (await client.query(`${begin};${text}`)) as unknown as QueryResult[];
    const last = answers.at(-1);
    if (!last) throw new Error("The database answered less than it was asked.");
    return last;
  };
  const query = (text: string, parameters: readonly unknown[]) =>
    ask(text, parameters).catch(throwAsAway);
  return {
    query: query as unknown as PostgresPoolClient["query"],
    release: (destroy?: boolean) => {
      held = null;
      client.release(destroy);
    },
    ...("processID" in client ? { processID: client.processID as number } : {}),
  };
}

const NOTHING = { rows: [], rowCount: 0, oid: 0, fields: [] };
