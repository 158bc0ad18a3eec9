import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type BranchReader,
  createBoxTime,
  findBoxCertificate,
  findClockReading,
  findMachineClock,
  findSettings,
  isCertificateGood,
  openBranchReader,
  sealDeviceLink,
} from "@foyer/branch-store";
import type { GatewayNas } from "@foyer/contract";
import { findValue, type Packet } from "@foyer/radius";
import type { GatewayConfig } from "./config.ts";
import { toDashes } from "./filter/network.ts";
import type { Logger } from "./log.ts";
import { type FilterLink, openFilterLink } from "./nas/ask-filter.ts";
import { serveDoor } from "./nas/door.ts";
import { createGateway, type Gateway } from "./nas/gateway.ts";
import { listenForOrders, openRadiusLink } from "./nas/radius-link.ts";
import { serveRedirects } from "./nas/redirect.ts";
import { loadSessions, saveSessions } from "./nas/session-file.ts";
import type { Named } from "./nas/sessions.ts";

/** Radius and the portal are on this box, whatever the branch's own network looks like. */
const LOOPBACK = "127.0.0.1";
const DISCONNECT_PORT = 3799;
const TICK_MS = 500;
const SETTINGS_MS = 2000;
const NAME_MS = 10_000;
const SESSION_FILE = "gateway-sessions.json";
/** The portal looks for it there: portal/src/nas/gateway-door.ts. */
const DOOR_FILE = "gateway.sock";
/** RFC 5176 §3.5: Session Context Not Found. */
const NOT_FOUND = 503;

export type RunningGateway = { close: () => Promise<void> };

/**
 * Starts the gateway, once the branch's settings have one; with other settings it starts anew by
 * itself. Guests who are online stay so while it is not there.
 */
export async function startGateway(config: GatewayConfig, log: Logger): Promise<RunningGateway> {
  const clock = () => new Date();
  const store = openBranchReader({ folder: config.stateFolder, clock });
  let running: { nas: GatewayNas; close: () => Promise<void> } | null = null;
  const follow = async () => {
    const nas = store.read(findSettings)?.nas.find((each) => each.kind === "gateway") ?? null;
    if (JSON.stringify(nas) === JSON.stringify(running?.nas ?? null)) return;
    await running?.close();
    running = null;
    if (nas) running = { nas, close: await runFor(config, { nas, store, log }) };
    log.info({ nasId: nas?.id ?? null }, "the gateway follows the branch's settings");
  };
  const again = repeat(follow, { milliseconds: SETTINGS_MS, log });
  await again.first;
  return {
    close: async () => {
      await again.stop();
      await running?.close();
      store.close();
    },
  };
}

type Run = { nas: GatewayNas; store: BranchReader; log: Logger };
type Closer = () => void | Promise<void>;

/** All of it or nothing: what a part that cannot be begun leaves open would be in the way of the next try. */
async function runFor(config: GatewayConfig, run: Run): Promise<() => Promise<void>> {
  const closers: Closer[] = [];
  const close = async () => {
    for (const each of closers.splice(0).reverse())
      await Promise.resolve()
        .then(each)
        .catch((err: unknown) => run.log.error({ err }, "a part of the gateway does not end"));
  };
  try {
    await openParts(config, run, closers);
    return close;
  } catch (fault) {
    await close();
    throw fault;
  }
}

async function openParts(config: GatewayConfig, { nas, store, log }: Run, closers: Closer[]) {
  const boxTime = boxTimeOf(store);
  const filter = openFilterLink(config.filterSocket);
  closers.push(filter.close);
  const { authPort, acctPort, gatewayIp, portalOrigin } = config;
  const ports = { host: LOOPBACK, authPort, acctPort, secret: nas.radiusSecret };
  const radius = await openRadiusLink({ ...ports, tries: 3, waitSeconds: 2 });
  closers.push(radius.close);
  const file = join(config.stateFolder, SESSION_FILE);
  const gateway = createGateway({
    ...{ filter, radius, log, clock: boxTime },
    identity: {
      nasIdentifier: nas.nasIdentifier,
      address: LOOPBACK,
      calledStationId: macOf(config.guestInterface) ?? nas.nasIdentifier,
    },
    kept: loadSessions(file, new Date()),
    save: (kept) => saveSessions(file, kept, new Date()),
    makeSessionId: () => randomBytes(8).toString("hex"),
    steadyMilliseconds: () => performance.now(),
  });
  const redirects = await serveRedirects({
    ...{ host: gatewayIp, port: config.redirectPort, gateway, portalOrigin, log },
    portalUrlOf: ({ mac, ip }) => {
      const link = sealDeviceLink(nas.redirectSecret, { mac, sessionId: ip, at: boxTime() });
      return `${portalOrigin}/?gateway=${link}`;
    },
  });
  closers.push(redirects.close);
  const port = nas.disconnectPort === undefined ? DISCONNECT_PORT : nas.disconnectPort;
  if (port !== null) closers.push((await takeOrders({ gateway, port, nas, log })).close);
  const door = await serveDoor({ socketPath: join(config.stateFolder, DOOR_FILE), gateway, log });
  closers.push(door.close);
  await gateway.begin();
  closers.push(gateway.save);
  closers.push(keepLooking({ gateway, filter, nas, log }).stop);
  closers.push(tellPublicName(config.stateFolder, { filter, clock: boxTime, log }).stop);
}

/** The walled garden once, and then after the guests. */
function keepLooking(parts: {
  gateway: Gateway;
  filter: FilterLink;
  nas: GatewayNas;
  log: Logger;
}) {
  const { gateway, filter, nas, log } = parts;
  let garden: Promise<void> | null = null;
  const look = async () => {
    garden ??= filter.changeGarden(nas.walledGarden).catch((fault: unknown) => {
      garden = null;
      throw fault;
    });
    await garden;
    await gateway.tick();
  };
  return repeat(look, { milliseconds: TICK_MS, log });
}

/** Told again each time: a packet filter that was started anew has forgotten it. */
function tellPublicName(
  folder: string,
  { filter, clock, log }: { filter: FilterLink; clock: () => Date; log: Logger },
) {
  const tell = async () => {
    const certificate = findBoxCertificate(folder);
    const isGood = certificate !== null && isCertificateGood(certificate, clock());
    await filter.changePublicName(isGood ? certificate.name : null);
  };
  return repeat(tell, { milliseconds: NAME_MS, log });
}

async function takeOrders(parts: { gateway: Gateway; port: number; nas: GatewayNas; log: Logger }) {
  const { gateway, port, nas, log } = parts;
  return await listenForOrders({
    ...{ host: LOOPBACK, port, secret: nas.radiusSecret },
    onFault: (err) => log.error({ err }, "an order could not be obeyed"),
    obey: async (order, packet) => {
      const named = readNamed(packet);
      const isDone =
        order === "disconnect"
          ? await gateway.disconnect(named)
          : await gateway.change(named, packet);
      return isDone ? null : NOT_FOUND;
    },
  });
}

function readNamed(packet: Packet): Named {
  const station = findValue(packet, "Calling-Station-Id");
  return {
    id: findValue(packet, "Acct-Session-Id"),
    username: findValue(packet, "User-Name"),
    mac: station === null ? null : toDashes(station),
    ip: findValue(packet, "Framed-IP-Address"),
  };
}

/** As the portal counts it, whatever the machine's clock is set to. */
function boxTimeOf(store: BranchReader): () => Date {
  const machine = findMachineClock();
  const reading = store.read(findClockReading);
  return machine && reading ? createBoxTime(machine, reading).clock : () => new Date();
}

function macOf(guestInterface: string): string | null {
  try {
    return toDashes(readFileSync(`/sys/class/net/${guestInterface}/address`, "utf8").trim());
  } catch {
    return null;
  }
}

/** Does it, and again so long after it was done, until it is stopped. A fault is told once until it is over. */
function repeat(work: () => Promise<void>, options: { milliseconds: number; log: Logger }) {
  const { milliseconds, log } = options;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let isFaulty = false;
  const once = async () => {
    try {
      await work();
      if (isFaulty) log.info("it works again");
      isFaulty = false;
    } catch (err) {
      if (!isFaulty) log.error({ err }, "the gateway cannot do its work, and goes on trying");
      isFaulty = true;
    }
    if (!isStopped)
      timer = setTimeout(() => {
        last = once();
      }, milliseconds);
  };
  const first = once();
  let last = first;
  return {
    first,
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await last;
    },
  };
}
