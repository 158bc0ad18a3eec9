import type { ChildProcess } from "node:child_process";
import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { takeFreePort } from "./free-port.ts";
import { spawnServer } from "./pinned.ts";
import type { CredentialAt } from "./requests.ts";

const PROGRAM = "/usr/sbin/freeradius";
const SETTINGS = "/etc/freeradius/3.0";
const SQLITE_DRIVER = "/usr/lib/freeradius/rlm_sql_sqlite.so";

/** Whether Debian's FreeRADIUS is here with its default site. */
export function hasFreeradiusSite(): boolean {
  return existsSync(PROGRAM) && existsSync(join(SETTINGS, "sites-enabled/default"));
}

/** Whether it can keep its accounting in SQLite: the Debian package freeradius brings the driver. */
export const hasFreeradiusSqlite = (): boolean => hasFreeradiusSite() && existsSync(SQLITE_DRIVER);

/** SQLite's journal as rlm_sql_sqlite comes, a rollback journal, or a write-ahead log. */
export type Journal = "as-shipped" | "wal";

export type SiteOptions = {
  /** Where a copy of the settings may be changed. */
  folder: string;
  secret: string;
  /** Whom it lets in, known by their passwords in the clear. */
  credentials: readonly ReturnType<CredentialAt>[];
  /** Changes what the site says of EAP. */
  editEap?: (text: string) => string;
  /** Asks the RADIUS server there about what is said inside a tunnel. */
  innerServer?: { portNumber: number; secret: string };
  /** Keeps accounting in a SQLite file of its own. */
  accounting?: Journal;
};

function edit(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, "utf8")));
}

/**
 * Debian's default site as it comes, but for its ports, its secret, whom it knows, and where it
 * writes. Resolves when it listens.
 */
export async function startFreeradiusSite(
  options: SiteOptions,
): Promise<{ child: ChildProcess; authPort: number; acctPort: number }> {
  const { folder, secret, credentials } = options;
  cpSync(SETTINGS, folder, { recursive: true, verbatimSymlinks: true });
  const authPort = await takeFreePort();
  const acctPort = await takeFreePort();
  const others = await Promise.all([1, 2, 3].map(takeFreePort));
  const ports = [authPort, acctPort, ...others];
  edit(join(folder, "radiusd.conf"), (text) =>
    text
      .replace(/^raddbdir = .*$/m, `raddbdir = ${folder}`)
      .replace(/^logdir = .*$/m, `logdir = ${folder}`)
      .replace(/^run_dir = .*$/m, `run_dir = ${folder}`)
      .replace(/^\s*(user|group) = freerad$/gm, ""),
  );
  edit(join(folder, "sites-available/default"), (text) =>
    text.replace(/^(\s*port = )0$/gm, (_, start) => `${start}${ports.shift()}`),
  );
  edit(join(folder, "sites-available/inner-tunnel"), (text) =>
    text.replace("port = 18120", `port = ${ports.shift()}`),
  );
  edit(join(folder, "clients.conf"), (text) => text.replaceAll("testing123", secret));
  if (options.editEap) edit(join(folder, "mods-available/eap"), options.editEap);
  if (options.innerServer) askInside(folder, options.innerServer);
  if (options.accounting) keepAccounting(folder, options.accounting);
  const lines = credentials.map(
    ({ username, password }) => `"${username}" Cleartext-Password := "${password}"\n`,
  );
  edit(join(folder, "mods-config/files/authorize"), (text) => `${lines.join("")}\n${text}`);
  const child = spawnServer([PROGRAM, "-f", "-l", "stdout", "-d", folder]);
  await waitUntilReady(child);
  return { child, authPort, acctPort };
}

/**
 * rlm_sql with SQLite's driver, its queries and its schema as Debian ships them. What its site writes
 * of a record beside it, a file of details and the system's list of log-ins, is left out: in its favour.
 */
function keepAccounting(folder: string, journal: Journal): void {
  edit(join(folder, "mods-available/sql"), (text) =>
    text
      .replace('driver = "rlm_sql_null"', 'driver = "rlm_sql_sqlite"')
      .replace("/tmp/freeradius.db", join(folder, "freeradius.sqlite")),
  );
  symlinkSync("../mods-available/sql", join(folder, "mods-enabled/sql"));
  const site = join(folder, "sites-available/default");
  edit(site, (text) => {
    const start = text.search(/^accounting \{$/m);
    const own = text.slice(start).replace(/^\t(detail|unix)$/gm, "");
    return text.slice(0, start) + own;
  });
  // One thread is its best by far: of several, those that find the file locked answer nothing.
  edit(join(folder, "radiusd.conf"), (text) =>
    text.replace(
      /^\t(start_servers|max_servers|min_spare_servers|max_spare_servers) = \d+$/gm,
      "\t$1 = 1",
    ),
  );
  // Synchronous is FULL with either, as SQLite has it unless it is told otherwise.
  if (journal === "wal")
    edit(
      join(folder, "mods-config/sql/main/sqlite/schema.sql"),
      (text) => `PRAGMA journal_mode = WAL;\n${text}`,
    );
}

function askInside(folder: string, { portNumber, secret }: { portNumber: number; secret: string }) {
  edit(join(folder, "proxy.conf"), (text) =>
    text.concat(`
home_server foyer {
  type = auth
  ipaddr = 127.0.0.1
  port = ${portNumber}
  secret = ${secret}
}
home_server_pool foyer {
  home_server = foyer
}
realm foyer {
  auth_pool = foyer
  nostrip
}
`),
  );
  edit(join(folder, "sites-available/inner-tunnel"), (text) =>
    text.replace("&Proxy-To-Realm := LOCAL", '&Proxy-To-Realm := "foyer"'),
  );
}

function waitUntilReady(child: ChildProcess): Promise<void> {
  let output = "";
  return new Promise((resolve, reject) => {
    child.stdout?.on("data", (chunk) => {
      output += chunk;
      if (output.includes("Ready to process requests")) resolve();
    });
    child.on("exit", () => reject(new Error(`freeradius ended:\n${output.slice(-2000)}`)));
  });
}
