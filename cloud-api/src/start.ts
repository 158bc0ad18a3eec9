import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { isIPv6 } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { buildApp } from "./app.ts";
import type { CloudRole } from "./config.ts";
import type { Context, Feature, Hooks } from "./feature.ts";
import { offerFirstSignIn } from "./features/access/index.ts";
import { features } from "./features.ts";
import type { CertificateSettings } from "./platform/certificate-settings.ts";
import { type Clock, systemClock } from "./platform/clock.ts";
import { type Cluster, startCluster } from "./platform/cluster.ts";
import { DatabaseAway } from "./platform/database-away.ts";
import { type Database, openDatabase } from "./platform/db.ts";
import { startFollowing } from "./platform/follow.ts";
import { startWorker } from "./platform/jobs.ts";
import { openLive } from "./platform/live.ts";
import { type LogLevel, openLog } from "./platform/log.ts";
import { type MailConfig, openMailer } from "./platform/mailer.ts";
import { openOutbound } from "./platform/outbound.ts";
import type { RecordNames } from "./platform/record-names.ts";
import { declarePermission, type Permissions } from "./platform/rights.ts";
import { withClient } from "./platform/roles.ts";
import { openSealing } from "./platform/sealing.ts";
import { openScanner, type ScannerAddress } from "./platform/virus-scan.ts";
import { openVitals } from "./platform/vitals.ts";
import { openWorkerPort } from "./platform/worker-port.ts";
import { prepareDatabase } from "./prepare.ts";
import { openProvisioning, type Provisioning } from "./provision.ts";

export type CloudOptions = {
  host: string;
  /** 0: any free port. */
  port: number;
  /** A socket that listens already; absent or null: host and port count. */
  listenDescriptor?: number | null;
  /** Where a worker alone tells how it is; absent: nowhere. */
  workerHost?: string;
  workerPort?: number | null;
  /** How long it serves on once it is told to end. Absent: it begins to end at once. */
  drainSeconds?: number;
  /** Where browsers and boxes reach this cloud; null, or one with port 0: where it listens. */
  origin: string | null;
  dataFolder: string;
  databaseUrl?: string | null;
  role: CloudRole;
  selfSignUp: boolean;
  logLevel: LogLevel;
  trustedProxies?: readonly string[];
  /** Whether senders may be at private addresses. Absent: they may not. */
  privateGateways?: boolean;
  /** By what staff are written to; null or absent: nobody is. */
  mail?: MailConfig | null;
  /** From whom it gets certificates for boxes; null or absent: it gets none. */
  certificates?: CertificateSettings | null;
  /** By whose other half releases of the box are announced, PEM; null or absent: it takes none. */
  releaseKey?: string | null;
  /** clamd, which looks at files from customers; null or absent: none does. */
  scanner?: ScannerAddress | null;
  clock?: Clock;
  /** Absent: where `pnpm build` puts the staff app. */
  appFolder?: string;
};

export type Cloud = {
  origin: string;
  /** Where the operator makes the first account, once; null when somebody has one already. */
  firstSignInUrl: string | null;
  /** For installers: what has to be there before anybody can sign in. */
  provisioning: Provisioning;
  /** Where a worker alone tells how it is. */
  workerPort: number | null;
  close: () => Promise<void>;
};

const DATABASE = "foyer";
/** A minute: PostgreSQL that was killed is back within seconds. */
const AWAY_TRIES = 240;
const AWAY_REST_MS = 250;
const APP_FOLDER = join(import.meta.dirname, "..", "dist", "app");

/** Starts the cloud: its database, the web server and the worker, as its role says. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const log = openLog(options.logLevel);
  // What was started last ends first, and also when a later step fails.
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (let next = closers.pop(); next; next = closers.pop()) await next();
  };
  try {
    return await startParts(options, { log, closers, close });
  } catch (error) {
    await close();
    throw error;
  }
}

type Parts = {
  log: Logger;
  closers: (() => Promise<unknown>)[];
  close: () => Promise<void>;
};

async function startParts(options: CloudOptions, { log, closers, close }: Parts): Promise<Cloud> {
  const clock = options.clock ?? systemClock;
  const administrator = await findDatabase(options, closers, log);
  const urls = await prepareDatabase({ ...administrator, features, log }).catch(
    (error: unknown) => {
      throw options.databaseUrl ? explainDatabase(error) : error;
    },
  );
  const database = await openDatabase({ url: urls.app, scopedUrl: urls.scoped, clock, log });
  closers.push(database.close);
  const sealing = await openSealing(options.dataFolder);
  const vitals = openVitals({ database });
  closers.push(async () => vitals.close());
  const live = openLive({ database, log });
  closers.push(live.close);
  const metricsToken = await readSecret(options.dataFolder, "metrics-token");
  let origin = options.origin ?? "";
  const mail = options.mail ?? null;
  const certificates = options.certificates ?? null;
  if (options.role !== "web") {
    const following = await startFollowing({ database, followers: features, live, log });
    closers.push(following.close);
    const jobs = features.flatMap((feature) => (feature.jobs ? [feature.jobs] : []));
    const outbound = openOutbound({ allowPrivate: options.privateGateways ?? false });
    const worker = await startWorker({
      ...{ url: urls.jobs, jobs, database, log, clock, sealing, outbound },
      ...{ mailer: mail && openMailer(mail), certificates, origin: () => origin },
      ...{ hooks: collectHooks(features), permissions: collectPermissions(features) },
    });
    closers.push(worker.close);
    vitals.countJobsBy(worker.count);
  }
  const context: Context = {
    database,
    clock,
    live,
    origin: () => origin,
    selfSignUp: options.selfSignUp,
    permissions: collectPermissions(features),
    hooks: collectHooks(features),
    names: collectNames(features),
    followers: features,
    sealing,
    privateGateways: options.privateGateways ?? false,
    certificates,
    releaseKey: options.releaseKey ?? null,
    scanFile: options.scanner ? openScanner(options.scanner) : null,
    sendsMail: mail !== null,
    release: await readRelease(),
    vitals,
    metricsToken,
  };
  const provisioning = openProvisioning(database, context.origin);
  if (options.role === "worker") {
    const { workerHost: host = "127.0.0.1", workerPort: port = null } = options;
    const told = await openWorkerPort({ host, port, vitals, metricsToken, log });
    closers.push(told.close);
    log.info({ role: options.role }, "cloud started");
    return { origin, firstSignInUrl: null, provisioning, workerPort: told.port, close };
  }
  const port = await serveWeb(options, { context, log, closers });
  origin = findOrigin(options, port);
  log.info({ origin, role: options.role }, "cloud started");
  const firstSignInUrl = await findFirstSignInUrl(database, origin);
  return { origin, firstSignInUrl, provisioning, workerPort: null, close };
}

/** The port it listens at. */
async function serveWeb(
  options: CloudOptions,
  { context, log, closers }: Omit<Parts, "close"> & { context: Context },
): Promise<number> {
  const app = await buildApp({
    features,
    context,
    log,
    trustedProxies: options.trustedProxies ?? [],
    appFolder: options.appFolder ?? APP_FOLDER,
  });
  closers.push(() => app.close());
  await app.listen(listenTo(options)).catch((error: unknown) => {
    throw explainListen(error, options);
  });
  closers.push(async () => {
    context.vitals.beginDrain();
    await new Promise((resolve) => setTimeout(resolve, (options.drainSeconds ?? 0) * 1000));
  });
  const address = app.server.address();
  return typeof address === "object" && address ? address.port : options.port;
}

/** Node.js takes the descriptor before host and port. */
function listenTo({ host, port, listenDescriptor }: CloudOptions) {
  const socket = listenDescriptor == null ? {} : { fd: listenDescriptor };
  return { host: listenDescriptor == null ? host : "127.0.0.1", port, ...socket };
}

type Administrator = { administratorUrl: string; secret: string | null };

/** The server of DATABASE_URL, or the embedded one with its database made. */
export async function findDatabase(
  { databaseUrl, dataFolder }: Pick<CloudOptions, "databaseUrl" | "dataFolder">,
  closers: (() => Promise<unknown>)[],
  log?: Logger,
): Promise<Administrator> {
  await mkdir(dataFolder, { recursive: true });
  if (databaseUrl)
    return {
      administratorUrl: databaseUrl,
      secret: await readSecret(dataFolder, "database-secret"),
    };
  const onCrash = (lastWords: string) =>
    log?.error(
      { lastWords: ofServer(lastWords) },
      "PostgreSQL ended by itself: it is started again",
    );
  const cluster: Cluster = await startCluster({ folder: dataFolder, onCrash });
  closers.push(cluster.close);
  await withClient(cluster.urlOf("postgres"), async (client) => {
    const found = await client.query("select from pg_database where datname = $1", [DATABASE]);
    if (found.rowCount === 0) await client.query(`create database ${DATABASE}`);
  });
  // Only this process reaches the socket, so the embedded server trusts it.
  return { administratorUrl: cluster.urlOf(DATABASE), secret: null };
}

/** What the server says of itself. Beside an error stand values that somebody sent. */
function ofServer(lastWords: string): string[] {
  return lastWords.split("\n").filter((line) => /\b(LOG|FATAL|PANIC): /.test(line));
}

/**
 * A secret of the data folder, generated at the first start: what the database passwords of Foyer's
 * roles are made from, or what Prometheus shows. Several processes share the file.
 */
async function readSecret(dataFolder: string, name: string): Promise<string> {
  const path = join(dataFolder, name);
  if (!existsSync(path))
    await writeFile(path, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== "EEXIST") throw error;
      },
    );
  return (await readFile(path, "utf8")).trim();
}

/** The address is not repeated: it may hold a password. */
function explainDatabase(error: unknown): Error {
  // A host with several addresses fails with an error for each, and no words of its own.
  const [first] = error instanceof AggregateError ? error.errors : [error];
  const words = first instanceof Error ? first.message : String(first);
  return new Error(`The database of DATABASE_URL cannot be used: ${words}`, { cause: error });
}

function explainListen(error: unknown, { host, port }: CloudOptions): unknown {
  const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  if (!isTaken) return error;
  const message = `Port ${port} of ${host} is taken. Stop what listens there, or set FOYER_CLOUD_PORT.`;
  return new Error(message, { cause: error });
}

async function readRelease(): Promise<string> {
  const text = await readFile(join(import.meta.dirname, "..", "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

function findOrigin({ origin, host }: CloudOptions, port: number): string {
  if (origin && new URL(origin).port !== "0") return new URL(origin).origin;
  const { protocol = "http:", hostname = "" } = origin ? new URL(origin) : {};
  const own = host === "0.0.0.0" || host === "::" ? "localhost" : host;
  const name = hostname || (isIPv6(own) ? `[${own}]` : own);
  return `${protocol}//${name}:${port}`;
}

/** Waits for a database that goes away meanwhile: the cloud serves by now, and goes on. */
async function findFirstSignInUrl(database: Database, origin: string): Promise<string | null> {
  for (let tries = 0; ; tries += 1) {
    try {
      const token = await database.inDirectory(offerFirstSignIn);
      return token && `${origin}/first-sign-in?token=${token}`;
    } catch (error) {
      if (!(error instanceof DatabaseAway) || tries === AWAY_TRIES) throw error;
      await sleep(AWAY_REST_MS);
    }
  }
}

export function collectPermissions(list: readonly Feature[]): Permissions {
  const declared = list.flatMap((feature) => Object.entries(feature.permissions ?? {}));
  return new Map(declared.map(([name, permission]) => [name, declarePermission(permission)]));
}

export function collectNames(list: readonly Feature[]): RecordNames[] {
  return list.flatMap(({ names }) => (names ? [names] : []));
}

export function collectHooks(list: readonly Feature[]): Hooks {
  return Object.assign({}, ...list.map((feature) => feature.hooks ?? {}));
}
