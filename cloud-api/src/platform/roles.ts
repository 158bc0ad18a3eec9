import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import { Client } from "pg";

/** Where each of the program's roles finds the database. */
export type DatabaseUrls = { owner: string; jobs: string; app: string; scoped: string };

export type PrepareOptions = {
  /** The administrator's: may make roles, among them one with BYPASSRLS. */
  administratorUrl: string;
  /** What the roles' passwords are made from; null where the server trusts its socket. */
  secret: string | null;
};

const ROLES = {
  foyer_owner: "login nosuperuser nocreatedb nocreaterole bypassrls",
  foyer_jobs: "login nosuperuser nocreatedb nocreaterole nobypassrls",
  foyer_app: "login nosuperuser nocreatedb nocreaterole nobypassrls",
  foyer_scoped: "login nosuperuser nocreatedb nocreaterole nobypassrls",
} as const;
type Role = keyof typeof ROLES;

/** Which errors of PostgreSQL pass by themselves, and how often and after how long to try again. */
export type Retries = {
  states: ReadonlySet<string>;
  triesMax: number;
  pauseMs: (tries: number) => number;
};

/** Two processes that start at once trip over each other's catalogue rows; one of them waits. */
const RACES: Retries = {
  states: new Set(["23505", "42710", "42P06", "42P07", "XX000", "40001", "40P01"]),
  triesMax: 20,
  pauseMs: (tries) => 20 * tries,
};

/**
 * Makes the four roles, their schemas and their rights, and says where each connects. `foyer_owner`
 * migrates, `foyer_jobs` runs the worker and owns its schema alone, `foyer_app` serves, and
 * `foyer_scoped` does it for those whose rights reach some branches alone.
 */
export async function prepareRoles(options: PrepareOptions): Promise<DatabaseUrls> {
  await retryRaces(() =>
    withClient(options.administratorUrl, (client) => makeRoles(client, options.secret)),
  );
  const urlOf = (role: Role) => {
    const url = new URL(options.administratorUrl);
    url.username = role;
    url.password = options.secret ? passwordOf(options.secret, role) : "";
    return url.href;
  };
  return {
    owner: urlOf("foyer_owner"),
    jobs: urlOf("foyer_jobs"),
    app: urlOf("foyer_app"),
    scoped: urlOf("foyer_scoped"),
  };
}

/** Repeats what trips over another process that prepares the same database. */
export const retryRaces = <T>(work: () => Promise<T>): Promise<T> => retry(RACES, work);

export async function retry<T>(
  { states, triesMax, pauseMs }: Retries,
  work: () => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!states.has(sqlStateOf(error)) || tries === triesMax) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs(tries)));
    }
  }
}

async function makeRoles(client: Client, secret: string | null): Promise<void> {
  for (const role of Object.keys(ROLES) as Role[]) await makeRole(client, role, secret);
  const { rows } = await client.query<{ name: string }>("select current_database() as name");
  const database = client.escapeIdentifier(rows[0]?.name ?? "");
  const statements = [
    `grant connect on database ${database} to foyer_owner, foyer_jobs, foyer_app, foyer_scoped`,
    "revoke create on schema public from public",
    "grant usage, create on schema public to foyer_owner",
    "grant usage on schema public to foyer_jobs, foyer_app",
    // It may do what foyer_app may, and more policies bind it.
    "grant foyer_app to foyer_scoped",
    // The administrator need not be a superuser: it then has to be a member to give a schema away.
    "grant foyer_owner, foyer_jobs to current_user",
    "create schema if not exists directory authorization foyer_owner",
    "create schema if not exists graphile_worker authorization foyer_jobs",
    "grant usage on schema directory to foyer_app",
    "grant usage on schema graphile_worker to foyer_app",
  ];
  for (const statement of statements) await client.query(statement);
}

async function makeRole(client: Client, role: Role, secret: string | null): Promise<void> {
  const found = await client.query("select from pg_roles where rolname = $1", [role]);
  if (found.rowCount === 0) await client.query(`create role ${role} ${ROLES[role]}`);
  if (secret === null) return;
  const verifier = client.escapeLiteral(scramVerifier(passwordOf(secret, role)));
  await client.query(`alter role ${role} password ${verifier}`);
}

function passwordOf(secret: string, role: Role): string {
  return createHmac("sha256", secret).update(`database role ${role}`).digest("base64url");
}

/** RFC 5803: the server gets a verifier, so that no password can land in its log. */
function scramVerifier(password: string): string {
  const iterations = 4096;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, iterations, 32, "sha256");
  const keyOf = (name: string) => createHmac("sha256", salted).update(name).digest();
  const stored = createHash("sha256").update(keyOf("Client Key")).digest("base64");
  const server = keyOf("Server Key").toString("base64");
  return `SCRAM-SHA-256$${iterations}:${salt.toString("base64")}$${stored}:${server}`;
}

type RoleFacts = {
  role: string;
  superuser: boolean;
  bypasses: boolean;
  owns: boolean;
  switched: boolean;
};

/**
 * Throws unless row-level security binds the role of this address. A superuser, a role with
 * BYPASSRLS, an owner of tables, and one that may become any of these, read through every policy.
 */
export async function refuseUnboundRole(url: string): Promise<void> {
  const facts = await withClient(url, async (client) => {
    const { rows } = await client.query<RoleFacts>(`
      select current_user::text as role, current_user <> session_user as switched,
        bool_or(reachable.rolsuper) as superuser, bool_or(reachable.rolbypassrls) as bypasses,
        exists (
          select from pg_class as class join pg_namespace as space on space.oid = class.relnamespace
          where space.nspname in ('public', 'directory') and class.relkind in ('r', 'p', 'v', 'm')
            and pg_has_role(current_user, class.relowner, 'member')
        ) as owns
      from pg_roles as reachable where pg_has_role(current_user, reachable.oid, 'member')`);
    return rows[0];
  });
  if (!facts) throw new Error("The serving role of the database could not be read.");
  const faults = [
    facts.superuser && "is, or may become, a superuser",
    facts.bypasses && "has, or may take, BYPASSRLS",
    facts.owns && "owns tables of Foyer",
    facts.switched && "was switched to after log-in",
  ].filter((fault) => fault !== false);
  if (faults.length > 0)
    throw new Error(
      `The database role ${facts.role} must not serve: it ${faults.join(", ")}. Row-level security would not bind it; serve as foyer_app.`,
    );
}

/** The five characters that name an error of PostgreSQL, or "" for any other error. */
export function sqlStateOf(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : "";
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : "";
}

/** Connects, works and disconnects. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  client.on("error", () => {
    // The query that was under way rejects with the same error; here it has nowhere to go.
  });
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end();
  }
}
