import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import {
  causes,
  changeLimits,
  describeNas,
  describeSession,
  describeStation,
  isVolumeUsedUp,
  listenForOrders,
  type NasIdentity,
  type OrderKind,
  openRadiusLink,
  type RadiusLinkOptions,
  readInterimSeconds,
  readLimits,
} from "@foyer/gateway";
import {
  attribute,
  codes,
  findValue,
  type Packet,
  type RawAttribute,
  serviceTypes,
} from "@foyer/radius";
import { awayPage, internetPage } from "./internet-page.ts";
import {
  isMac,
  makeChallenge,
  makeRandomMac,
  makeSessionId,
  openStations,
  type Session,
  type Station,
} from "./stations.ts";
import { readCredentials, signRedirect } from "./uam.ts";

export type AccessPointOptions = {
  host: string;
  /** 0 takes any free one; see `origin` of what is returned. */
  port: number;
  /** Where Disconnect-Requests and CoA-Requests arrive; 0 takes any free one. */
  disconnectPort: number;
  name: string;
  nasIdentifier: string;
  radius: Omit<RadiusLinkOptions, "host">;
  /** The portal's address as it would be typed into a real controller. */
  uamServer: string;
  uamSecret: string;
  /** Says what happens, one line each. */
  say: (line: string) => void;
};

export type AccessPoint = {
  origin: string;
  disconnectPort: number;
  /** Sessions now. */
  countOnline: () => number;
  /** Ends every session, says Accounting-Off and stops listening. */
  close: () => Promise<void>;
};

/** What the handlers of one access point work on. */
type Air = {
  options: AccessPointOptions;
  origin: string;
  identity: NasIdentity;
  stations: ReturnType<typeof openStations>;
  link: Awaited<ReturnType<typeof openRadiusLink>>;
};

/** What stands in for the radio: the browser carries its MAC address in this cookie. */
export const STATION_COOKIE = "foyer-demo-mac";
const CALLED_STATION = "02-F0-0E-00-00-01";
const PAGE_KILOBYTES_MAX = 4096;

/**
 * A simulated access controller. It speaks the UAM protocol of CoovaChilli to browsers and RADIUS
 * to the box; only the radio and the packet filter are left out. A page of its own is the internet.
 */
export async function startAccessPoint(options: AccessPointOptions): Promise<AccessPoint> {
  const { host, nasIdentifier, radius } = options;
  const link = await openRadiusLink({ host, ...radius });
  const server = createServer();
  server.listen(options.port, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const identity = {
    nasIdentifier,
    address: host,
    calledStationId: `${CALLED_STATION}:${options.name}`,
  };
  const air: Air = {
    options,
    origin: `http://${host}:${port}`,
    identity,
    stations: openStations(),
    link,
  };
  server.on("request", (request, response) => {
    answer(air, request, response).catch((error: unknown) => {
      options.say(`access point: ${error instanceof Error ? error.message : String(error)}`);
      response.writeHead(500).end("The simulated access point failed; its terminal says why.");
    });
  });
  const orders = await listenForOrders({
    host,
    port: options.disconnectPort,
    secret: radius.secret,
    obey: (order, request) => obey(air, order, request),
  });
  await link.sendAccounting(describeNas(identity, "on"));
  return {
    origin: air.origin,
    disconnectPort: orders.port,
    countOnline: () => air.stations.list().filter((each) => each.session).length,
    close: async () => {
      server.close();
      server.closeAllConnections();
      const stations = air.stations.list();
      await Promise.all(stations.map((each) => endSession(air, each, causes.nasReboot)));
      await link.sendAccounting(describeNas(identity, "off"));
      orders.close();
      link.close();
    },
  };
}

async function answer(air: Air, request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? "/", air.origin);
  const station = findStation(air, request, response);
  switch (url.pathname) {
    case "/logon":
      return redirect(response, await logOn(air, station, url.searchParams));
    case "/logoff":
      await endSession(air, station, causes.userRequest);
      return redirect(response, portalUrl(air, station, { res: "logoff" }));
    case "/prelogin":
      station.challenge = makeChallenge();
      return redirect(response, portalUrl(air, station, { res: "notyet" }));
    case "/leave":
      await endSession(air, station, causes.userRequest);
      station.wasMacTried = false;
      return show(response, awayPage({ name: air.options.name, station }));
    case "/new-mac":
      setStationCookie(response, makeRandomMac());
      return redirect(response, air.origin);
    case "/favicon.ico":
      return response.writeHead(404).end();
    default:
      return surf(air, station, request, response);
  }
}

/** Anything else is the internet: let through when online, led to the portal when not. */
async function surf(
  air: Air,
  station: Station,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const url = new URL(request.url ?? "/", air.origin);
  if (!station.session && !station.wasMacTried) await logOnByMac(air, station);
  const { session } = station;
  if (!session)
    return redirect(response, portalUrl(air, station, { res: "notyet", userurl: url.href }));
  const kilobytes = Math.min(Number(url.searchParams.get("kilobytes")) || 0, PAGE_KILOBYTES_MAX);
  session.uploadBytes += request.rawHeaders.join(": ").length;
  const page = internetPage({
    name: air.options.name,
    station,
    session,
    kilobytes,
    now: new Date(),
  });
  session.downloadBytes += Buffer.byteLength(page);
  await wait(secondsOnAir(page, session.limits) * 1000);
  show(response, page);
  const isOver = isVolumeUsedUp(session, session.limits);
  // Ended while the page was on its way, it may have been followed by another.
  if (isOver && station.session === session) await endSession(air, station, causes.sessionTimeout);
}

/** What stands in for the shaper: a page comes as late as its last bit would. */
function secondsOnAir(page: string, { downloadKbps }: Session["limits"]): number {
  return downloadKbps === null ? 0 : (Buffer.byteLength(page) * 8) / (downloadKbps * 1000);
}

function findStation(
  { stations }: Air,
  request: IncomingMessage,
  response: ServerResponse,
): Station {
  const cookie = new RegExp(`(?:^|; *)${STATION_COOKIE}=([^;]*)`).exec(
    request.headers.cookie ?? "",
  );
  const mac = cookie?.[1] ?? "";
  if (isMac(mac)) return stations.findOrAdmit(mac);
  const made = makeRandomMac();
  setStationCookie(response, made);
  return stations.findOrAdmit(made);
}

function setStationCookie(response: ServerResponse, mac: string) {
  response.setHeader("set-cookie", `${STATION_COOKIE}=${mac}; Path=/; HttpOnly; Max-Age=31536000`);
}

function show(response: ServerResponse, page: string) {
  response.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
  });
  response.end(page);
}

function redirect(response: ServerResponse, location: string) {
  response.writeHead(302, { location, "cache-control": "no-store" }).end();
}

type Told = { res: string; userurl?: string; reason?: string; reply?: string };

/** Where the portal is told how things stand with this station. */
function portalUrl({ options, origin, identity }: Air, station: Station, told: Told): string {
  const { hostname, port } = new URL(origin);
  const parameters: [string, string | undefined][] = [
    ["res", told.res],
    ["reason", told.reason],
    ["uamip", hostname],
    ["uamport", port],
    ["challenge", station.challenge],
    ["called", CALLED_STATION],
    ["uid", station.session?.username],
    ["mac", station.mac],
    ["ip", station.ip],
    ["reply", told.reply],
    ["ssid", options.name],
    ["nasid", identity.nasIdentifier],
    ["sessionid", station.session?.id ?? station.nextSessionId],
    ["userurl", told.userurl],
  ];
  const said = parameters.filter((each): each is [string, string] => each[1] !== undefined);
  return signRedirect(options.uamServer, said, options.uamSecret);
}

/** The browser brings what the portal gave it; RADIUS decides. Says where the browser goes next. */
async function logOn(air: Air, station: Station, query: URLSearchParams): Promise<string> {
  const userurl = query.get("userurl") ?? air.origin;
  if (station.session) return portalUrl(air, station, { res: "already", userurl });
  const given = readCredentials(query, station.challenge, air.options.uamSecret);
  if (given.kind === "faulty")
    return portalUrl(air, station, {
      res: "failed",
      reason: "other",
      reply: given.reason,
      userurl,
    });
  const chap =
    given.kind === "chap"
      ? [attribute("CHAP-Password", given.answer), attribute("CHAP-Challenge", given.challenge)]
      : [];
  const outcome = await askForAccess(air, station, {
    username: given.username,
    password: given.kind === "pap" ? given.password : null,
    attributes: [...chap, attribute("Service-Type", serviceTypes.login)],
  });
  station.challenge = makeChallenge();
  if (outcome.kind === "accepted") {
    return outcome.redirection ?? portalUrl(air, station, { res: "success", userurl });
  }
  const { reason, reply } = outcome;
  return portalUrl(air, station, { res: "failed", reason, userurl, ...(reply ? { reply } : {}) });
}

/** CoovaChilli's macauth: a device that is known may be let in without seeing a page. */
async function logOnByMac(air: Air, station: Station): Promise<void> {
  station.wasMacTried = true;
  await askForAccess(air, station, {
    username: station.mac,
    password: Buffer.from(station.mac),
    attributes: [attribute("Service-Type", serviceTypes.framed)],
  });
}

type Outcome =
  | { kind: "accepted"; redirection: string | null }
  | { kind: "refused"; reason: "reject" | "timeout"; reply: string | null };

type LogOn = { username: string; password: Uint8Array | null; attributes: readonly RawAttribute[] };

async function askForAccess(air: Air, station: Station, logOn: LogOn): Promise<Outcome> {
  const attributes = [
    attribute("User-Name", logOn.username),
    ...logOn.attributes,
    attribute("Acct-Session-Id", station.nextSessionId),
    ...describeStation(air.identity, station),
  ];
  const reply = await air.link.askAccess(attributes, logOn.password);
  if (!reply) return { kind: "refused", reason: "timeout", reply: null };
  if (reply.code !== codes.accessAccept)
    return { kind: "refused", reason: "reject", reply: findValue(reply, "Reply-Message") };
  await beginSession(air, station, logOn.username, reply);
  return { kind: "accepted", redirection: findValue(reply, "WISPr-Redirection-URL") };
}

async function beginSession(air: Air, station: Station, username: string, accept: Packet) {
  const session: Session = {
    id: station.nextSessionId,
    username,
    byMac: username === station.mac,
    startedAt: new Date(),
    limits: readLimits(accept),
    className: findValue(accept, "Class"),
    interimSeconds: readInterimSeconds(accept),
    uploadBytes: 0,
    downloadBytes: 0,
    interimTimer: null,
    endTimer: null,
  };
  station.session = session;
  station.nextSessionId = makeSessionId();
  const tell = () => account(air, station, session, { status: "interim", now: new Date() });
  session.interimTimer = setInterval(tell, session.interimSeconds * 1000);
  timeSession(air, station, session);
  await account(air, station, session, { status: "start", now: new Date() });
  air.options.say(`${station.mac} is online`);
}

/** The end counts from the session's start, also where it is told anew (RFC 2865 §5.27). */
function timeSession(air: Air, station: Station, session: Session): void {
  clearTimeout(session.endTimer ?? undefined);
  const { sessionSeconds } = session.limits;
  if (sessionSeconds === null) return;
  const left = session.startedAt.getTime() + sessionSeconds * 1000 - Date.now();
  const end = () => void endSession(air, station, causes.sessionTimeout);
  session.endTimer = setTimeout(end, Math.max(0, left));
}

async function endSession(air: Air, station: Station, cause: number): Promise<void> {
  const { session } = station;
  if (!session) return;
  station.session = null;
  clearInterval(session.interimTimer ?? undefined);
  clearTimeout(session.endTimer ?? undefined);
  await account(air, station, session, { status: "stop", now: new Date(), cause });
  air.options.say(`${station.mac} has left`);
}

async function account(
  air: Air,
  station: Station,
  session: Session,
  usage: Parameters<typeof describeSession>[1],
): Promise<void> {
  await air.link.sendAccounting([
    ...describeSession(session, usage),
    ...describeStation(air.identity, station),
  ]);
}

/** RFC 5176 §3.5: Session Context Not Found, and Missing Attribute. */
const errorCauses = { noSession: 503, nothingToDo: 402 } as const;

/** Does what it is told with each session that is named; an Error-Cause says why it does nothing. */
function obey(air: Air, order: OrderKind, request: Packet): number | null {
  const named = findNamed(air, request);
  if (named.length === 0) return errorCauses.noSession;
  if (order === "disconnect") {
    for (const { station } of named) void endSession(air, station, causes.adminReset);
    return null;
  }
  const change = readLimits(request);
  if (Object.values(change).every((limit) => limit === null)) return errorCauses.nothingToDo;
  for (const { station, session } of named) {
    session.limits = changeLimits(session.limits, change);
    timeSession(air, station, session);
    air.options.say(`${station.mac} is held to other limits`);
  }
  return null;
}

/** RFC 5176 §3: the session is named by its id, by the station, or by both. */
function findNamed({ stations }: Air, request: Packet): { station: Station; session: Session }[] {
  const id = findValue(request, "Acct-Session-Id");
  const mac = findValue(request, "Calling-Station-Id");
  if (id === null && mac === null) return [];
  return stations.list().flatMap((station) => {
    const { session } = station;
    if (!session || (id !== null && session.id !== id)) return [];
    return mac === null || station.mac === mac.toUpperCase() ? [{ station, session }] : [];
  });
}
