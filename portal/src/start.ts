import {
  type BoxTime,
  type BranchStore,
  createBoxTime,
  findMachineClock,
  keepRecentLines,
  type MachineClock,
  openBranchStore,
  openStoreInBoxTime,
  readBoxIdentity,
} from "@foyer/branch-store";
import type { Dispatcher } from "undici";
import { buildPortal } from "./app.ts";
import type { LogLevel } from "./config.ts";
import { type Logger, openLog, teeTo } from "./log.ts";
import { openMemberFiles } from "./member/files.ts";
import type { SigningFiles } from "./member/sign-profile.ts";
import type { FindMacOfAddress } from "./network.ts";
import { readOrMakeKey } from "./sealed.ts";
import { watchSecureOrigin } from "./secure-origin.ts";
import type { ClockMark } from "./timed.ts";
import { listenSecurely, type TlsOptions } from "./tls.ts";

export type StartOptions = {
  /** The box's state folder: box.json, the store, the portal's key. */
  stateFolder: string;
  /** The store, when the caller has it open already; then the caller closes it. */
  store?: BranchStore;
  host: string;
  /** 0 takes a free one. */
  port: number;
  /** What guests' browsers call the portal; by default the address it listens at. */
  origin?: string;
  logLevel?: LogLevel;
  /** With what devices' profiles are signed; null, the default: they are not. */
  profileSigning?: SigningFiles | null;
  /** The certificate that venue IT gave radius; null, the default: radius has made its own. */
  radiusCertificateFile?: string | null;
  /** Where it serves https beside http; null, the default: nowhere. */
  tls?: TlsOptions | null;
  log?: Logger;
  /** Instead of the box's own time. */
  clock?: () => Date;
  /** Instead of this machine's clocks. */
  machine?: MachineClock;
  findMacOfAddress?: FindMacOfAddress;
  print?: (line: string) => void;
  dispatcher?: Dispatcher;
};

export type RunningPortal = {
  /** What guests' browsers call it. */
  origin: string;
  close(): Promise<void>;
};

/** Starts a portal that serves, on a box with branch settings or still without. */
export async function startPortal(options: StartOptions): Promise<RunningPortal> {
  const { stateFolder, host, port } = options;
  const { store, clock, ...time } = openTimedStore(options);
  const recent = options.log ? null : keepRecentLines(stateFolder, "portal");
  const log = options.log ?? openLog(options.logLevel ?? "info", recent && teeTo(recent));
  const memberFiles = openMemberFiles({
    stateFolder,
    certificateFile: options.radiusCertificateFile ?? null,
    signing: options.profileSigning ?? null,
  });
  if (memberFiles.signer && memberFiles.signer.expiresAt <= clock())
    log.error("the certificate that signs profiles has expired: renew it and start anew");
  // The port is known only once it listens; pages say the origin from then on.
  const origin = { url: options.origin ?? "" };
  const secureOrigin = watchSecureOrigin({ stateFolder, tls: options.tls ?? null, clock, log });
  const app = await buildPortal({
    ...options,
    ...time,
    store,
    key: readOrMakeKey(stateFolder),
    originOf: () => origin.url,
    secureOriginOf: () => secureOrigin.find(),
    log,
    clock,
    memberFiles,
  });
  const address = await app.listen({ host, port }).catch(async (cause: NodeJS.ErrnoException) => {
    await app.close();
    if (!options.store) store.close();
    throw new Error(describeListenFault(cause, { host, port }), { cause });
  });
  const secure = options.tls
    ? await listenSecurely(app, { ...options.tls, host, log }).catch(async (fault: Error) => {
        await app.close();
        if (!options.store) store.close();
        throw fault;
      })
    : null;
  origin.url ||= address;
  log.info({ origin: origin.url }, "portal listens");
  return {
    origin: origin.url,
    async close() {
      secure?.close();
      await app.close();
      if (!options.store) store.close();
    },
  };
}

export type TimedStore = {
  store: BranchStore;
  clock: () => Date;
  steadyClock?: () => Date;
  findClockMark?: () => ClockMark;
};

/** The store in the box's own time, unless the caller has brought either. */
export function openTimedStore(
  options: Pick<StartOptions, "stateFolder" | "store" | "clock" | "machine">,
): TimedStore {
  const { stateFolder: folder, clock = () => new Date() } = options;
  if (options.store) return { store: options.store, clock };
  const identity = readBoxIdentity(folder);
  const machine = options.clock ? null : (options.machine ?? findMachineClock());
  if (!machine) return { store: openBranchStore({ folder, identity, clock }), clock };
  const { store, time } = openStoreInBoxTime({ folder, identity, machine });
  return {
    store,
    clock: time.clock,
    steadyClock: createBoxTime(machine, time.reading()).clock,
    findClockMark: () => markOf(time),
  };
}

function markOf({ clock, reading }: BoxTime): ClockMark {
  // Asked first: it takes the newest reading.
  clock();
  const { bootId, at, uptimeMs } = reading();
  return { bootId, offsetMilliseconds: at - uptimeMs };
}

function describeListenFault(
  cause: NodeJS.ErrnoException,
  { host, port }: { host: string; port: number },
): string {
  if (cause.code === "EADDRINUSE")
    return `TCP port ${port} on ${host} is taken: stop what uses it, or set FOYER_PORTAL_PORT`;
  if (cause.code === "EADDRNOTAVAIL" || cause.code === "ENOTFOUND")
    return `${host} is no address of this machine: set FOYER_PORTAL_HOST to one, or leave it out`;
  return `TCP port ${port} on ${host} cannot be opened (${cause.message})`;
}
