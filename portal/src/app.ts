import { join } from "node:path";
import { gzipSync } from "node:zlib";
import cookie from "@fastify/cookie";
import formbody from "@fastify/formbody";
import { type BranchStore, findTicket } from "@foyer/branch-store";
import type { Nas } from "@foyer/contract";
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from "fastify";
import type { Dispatcher } from "undici";
import { addAdvertRoutes } from "./adverts/routes.ts";
import { NEW_DEVICES_STRETCH_MS } from "./arrive/keep-device.ts";
import { addArrivalRoutes } from "./arrive/routes.ts";
import { openUnsealing } from "./arrive/unsealing.ts";
import { registerCapture } from "./capture/index.ts";
import { boundConnections } from "./connections.ts";
import { addDetailRoutes } from "./details/routes.ts";
import { openDoorNotes } from "./door-notes.ts";
import { addConnectingRoutes } from "./grant/connecting.ts";
import { openLetIns } from "./grant/let-in.ts";
import { addOnlineRoutes } from "./grant/online.ts";
import { registerViews } from "./layout/render.ts";
import type { Logger } from "./log.ts";
import type { MemberFiles } from "./member/files.ts";
import { addMemberRoutes } from "./member/routes.ts";
import { type Controllers, openControllers } from "./nas/controller/controllers.ts";
import { openDeviceLists } from "./nas/controller/device-lists.ts";
import { watchControllers } from "./nas/controller/watch-regularly.ts";
import { GATEWAY_DOOR_FILE, openGatewayDoor } from "./nas/gateway-door.ts";
import { openHandOffs } from "./nas/hand-offs.ts";
import { adapterOf, type NasAdapter } from "./nas/index.ts";
import { openAuthmon } from "./nas/opennds-authmon.ts";
import { registerOpenndsAuthmon } from "./nas/opennds-authmon-routes.ts";
import { registerOpenndsEvents } from "./nas/opennds-events.ts";
import { addWifidogRoutes } from "./nas/wifidog/routes.ts";
import { type FindMacOfAddress, openNeighbours } from "./network.ts";
import { openOnce } from "./once.ts";
import { CONTEXT_SECONDS } from "./page-context.ts";
import { addLegalRoutes } from "./pages/legal.ts";
import { addOutboxRoutes } from "./pages/outbox.ts";
import { addPictureRoutes } from "./pages/pictures.ts";
import type { Portal } from "./portal.ts";
import { addPrivacyRoutes } from "./privacy/routes.ts";
import { openSeal } from "./sealed.ts";
import { addAccessCodeRoutes } from "./sign-in/access-code/routes.ts";
import { openScannedCodes } from "./sign-in/access-code/scanned.ts";
import { addClickThroughRoutes } from "./sign-in/click-through/routes.ts";
import { tellSignInCounts } from "./sign-in/counts/register.ts";
import { openSignInCounts } from "./sign-in/counts/sign-in-counts.ts";
import { addEmailRoutes } from "./sign-in/email/routes.ts";
import { addMemberCodeRoutes } from "./sign-in/member/routes.ts";
import { openOutbox } from "./sign-in/phone/channels/outbox.ts";
import { openCodeDesk } from "./sign-in/phone/request-code.ts";
import { addPhoneRoutes } from "./sign-in/phone/routes.ts";
import { openMessenger } from "./sign-in/phone/send.ts";
import { addReturningRoutes } from "./sign-in/returning/routes.ts";
import { addRoomRoutes } from "./sign-in/room/routes.ts";
import { openSlowAnswers } from "./sign-in/slow-answer.ts";
import { readVisit, showPage } from "./step.ts";
import { openStoreTurns } from "./store-turn.ts";
import { addSurveyRoutes } from "./survey/routes.ts";
import { openTally } from "./tally.ts";
import type { ClockMark } from "./timed.ts";
import { LANGUAGE_CHOICES_STRETCH_MS } from "./usual-language.ts";

/** More than the longest form a guest sends. */
const BODY_BYTES_MAX = 64 * 1024;
/** A phone at the edge of the Wi-Fi sends a form in less; nobody may hold a connection for longer. */
const REQUEST_SECONDS_MAX = 60;
/** From the grant until the NAS has let the guest in and leads them on. */
const LANDING_SECONDS = 5 * 60;
/** Below this an answer fits one packet anyway. */
const COMPRESS_BYTES_MIN = 1024;

export type PortalOptions = {
  store: BranchStore;
  /** 32 bytes that only this portal knows: see readOrMakeKey. */
  key: Buffer;
  /** What guests' browsers call this portal, without a slash at the end. */
  originOf: () => string;
  /** The same over TLS, while phones believe its certificate; null, or absent: there is none. */
  secureOriginOf?: () => string | null;
  log: Logger;
  clock: () => Date;
  /** The same, but never put right: for how long ago something was. By default the clock itself. */
  steadyClock?: () => Date;
  /** By which reading of the box's time the portal goes; by default none is known. */
  findClockMark?: () => ClockMark | null;
  findMacOfAddress?: FindMacOfAddress;
  memberFiles: MemberFiles;
  /** Where the console channel writes its line; standard output by default. */
  print?: (line: string) => void;
  /** How gateways and controllers are reached, for tests. */
  dispatcher?: Dispatcher;
  /** For tests: what speaks with a NAS in the place of its kind's adapter. */
  adapterOf?: (nas: Nas) => NasAdapter;
  /** For tests: the ways to controllers, with deadlines of their own. */
  controllers?: Controllers;
  /** For tests: how long the answer to a wrong guess is held back; by default as slow-answer.ts has it. */
  wrongAnswerMilliseconds?: number;
  /** The folder that the box's own gateway keeps its socket in; absent: it has none. */
  stateFolder?: string;
};

/** The whole portal as a Fastify app that does not listen yet. */
export async function buildPortal(options: PortalOptions): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: ofNoRequest(options.log),
    // Each decision has a line of its own; a line a request would say less and carry its URL.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_SECONDS_MAX * 1000,
    // Most requests are links and have no body to be read to its end.
    http: { optimizeEmptyRequests: true },
    // What is no URL at all: the guest is told what the portal's own address tells.
    frameworkErrors: (_error, _request, reply) => reply.redirect("/", 302),
    // A sealed context is longer than any path this app has.
    routerOptions: { maxParamLength: 200 },
  });
  boundConnections(app.server);
  // Read where they are asked for: most pages ask for none.
  await app.register(cookie, { hook: false });
  await app.register(formbody);
  takeMissingFormsAsEmpty(app);
  registerViews(app);
  const portal = openPortal(options);
  app.addHook("onClose", () => portal.codeDesk.close());
  app.addHook("onClose", async () => portal.letIns.close());
  app.addHook("onClose", () => portal.nasTools.gatewayDoor.close());
  app.addHook("onClose", async () => portal.doorNotes.close());
  const { signInCounts, findMacOfAddress } = portal;
  registerCapture(app, { ...options, signInCounts, findMacOfAddress });
  registerOpenndsEvents(app, options);
  registerOpenndsAuthmon(app, { store: options.store, authmon: portal.nasTools.authmon });
  watchControllers(app, portal);
  tellSignInCounts(app, portal);
  addAnswerHeaders(app, portal);
  addErrorPages(app, portal);
  app.get("/favicon.ico", (_request, reply) => reply.code(204).send());
  addPhoneRoutes(app, portal);
  addEmailRoutes(app, portal);
  addMemberCodeRoutes(app, portal);
  addRoomRoutes(app, portal);
  addAccessCodeRoutes(app, portal);
  addClickThroughRoutes(app, portal);
  addReturningRoutes(app, portal);
  addDetailRoutes(app, portal);
  addConnectingRoutes(app, portal);
  addOnlineRoutes(app, portal);
  addAdvertRoutes(app, portal);
  addMemberRoutes(app, portal);
  addLegalRoutes(app, portal);
  addPrivacyRoutes(app, portal);
  addOutboxRoutes(app, portal);
  addPictureRoutes(app, portal);
  addSurveyRoutes(app, portal);
  addWifidogRoutes(app, portal);
  addArrivalRoutes(app, portal);
  return app;
}

/**
 * A logger of its own for each request costs as much as a look into the store; and what a factory of
 * ours gives Fastify would check at each one.
 */
function ofNoRequest(log: Logger): FastifyBaseLogger {
  const own: Logger = Object.create(log, { child: { value: () => own } });
  return own as FastifyBaseLogger;
}

function openPortal(options: PortalOptions): Portal {
  const { store, key, originOf, log, clock, memberFiles, dispatcher } = options;
  const steady = options.steadyClock ?? clock;
  const outbox = openOutbox(clock);
  const print = options.print ?? ((line) => process.stdout.write(`${line}\n`));
  const controllers = options.controllers ?? openControllers({ clock: steady });
  const nasTools = {
    ...{ controllers, authmon: openAuthmon(steady) },
    gatewayDoor: openGatewayDoor(join(options.stateFolder ?? "", GATEWAY_DOOR_FILE)),
    isTicketUsed: (username: string) =>
      store.read((tx) => findTicket(tx, username))?.usedAt != null,
  };
  const messenger = openMessenger({ outbox, log, print, ...(dispatcher ? { dispatcher } : {}) });
  return {
    store,
    ...openStoreTurns(store),
    seal: openSeal(key, options.findClockMark),
    clock,
    log,
    originOf,
    findMacOfAddress: options.findMacOfAddress ?? openNeighbours(),
    memberFiles,
    codeDesk: openCodeDesk({ store, messenger, clock, log, originOf }),
    outbox,
    doorNotes: openDoorNotes({ store, clock, log }),
    adapterOf: options.adapterOf ?? adapterOf,
    handBacks: openOnce(steady),
    nasTools,
    deviceLists: openDeviceLists({
      adapterOf: options.adapterOf ?? adapterOf,
      nasTools,
      clock: steady,
    }),
    landings: openOnce(steady, LANDING_SECONDS),
    letIns: openLetIns({ clock, log, dispatcher, nasTools }),
    spentCodes: openOnce(steady),
    rightCodes: openOnce(steady, CONTEXT_SECONDS),
    memberCodes: openOnce(steady),
    // As long as the page that a hand-off leads to may lie open.
    handOffs: openHandOffs(steady, CONTEXT_SECONDS),
    unsealing: openUnsealing(),
    flowTickets: openOnce(steady, CONTEXT_SECONDS),
    flowGuests: openOnce(steady, CONTEXT_SECONDS),
    scannedCodes: openScannedCodes(steady),
    beforeWrongAnswer: openSlowAnswers(options.wrongAnswerMilliseconds),
    signInCounts: openSignInCounts(store, clock),
    countNewDevices: openTally(NEW_DEVICES_STRETCH_MS),
    countLanguageChoices: openTally(LANGUAGE_CHOICES_STRETCH_MS),
  };
}

/** Of a form that was sent without a body nothing comes that could be waited for. */
function takeMissingFormsAsEmpty(app: FastifyInstance): void {
  app.addHook("onRequest", ({ method, headers }, _reply, done) => {
    const hasBody = "content-length" in headers || "transfer-encoding" in headers;
    if (method === "POST" && !hasBody) delete headers["content-type"];
    done();
  });
}

function addAnswerHeaders(app: FastifyInstance, { whenKept }: Portal): void {
  app.addHook("onSend", (request, reply, payload, done) => {
    if (!reply.hasHeader("cache-control")) reply.header("cache-control", "no-store");
    reply.header("referrer-policy", "no-referrer").header("x-content-type-options", "nosniff");
    const sent = zipWhereTaken(request, reply, payload);
    // What a guest is told has happened: the answer to what a turn did waits until it is kept.
    const kept = whenKept();
    if (kept === null) return done(null, sent);
    kept.then(() => done(null, sent), done);
  });
}

function zipWhereTaken(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  const accepts = request.headers["accept-encoding"]?.includes("gzip") ?? false;
  if (!accepts || !isText(reply, payload) || payload.length < COMPRESS_BYTES_MIN) return payload;
  reply.header("content-encoding", "gzip").header("vary", "accept-encoding, accept-language");
  const zipped = gzipSync(payload);
  reply.header("content-length", zipped.length);
  return zipped;
}

/** Pages are sent in UTF-8 already; other bytes are pictures and files that shrink no more. */
function isText(reply: FastifyReply, payload: unknown): payload is string | Buffer {
  if (typeof payload === "string") return true;
  return Buffer.isBuffer(payload) && String(reply.getHeader("content-type")).startsWith("text/");
}

function addErrorPages(app: FastifyInstance, portal: Portal): void {
  app.setNotFoundHandler((request, reply) => {
    const visit = readVisit(portal, request, reply);
    const { t } = visit;
    const view = { heading: t("notFound.title"), text: t("notFound.text") };
    const page = { template: "notice", view, title: view.heading, status: 404, path: "/" };
    return showPage(visit, page);
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) portal.log.error({ err: error, route: request.routeOptions.url }, "failed");
    // Below 500 it was what was sent; above, without settings: it may be the store that failed.
    const isOurs = status >= 500;
    const visit = isOurs
      ? readVisit(portal, request, reply, null)
      : readVisit(portal, request, reply);
    const { t } = visit;
    const view = isOurs
      ? { heading: t("error.title"), text: t("error.text") }
      : { heading: t("unread.title"), text: t("unread.text") };
    return showPage(visit, { template: "notice", view, title: view.heading, status, path: "/" });
  });
}
