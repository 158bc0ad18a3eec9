import { findRunningAccessCode } from "@foyer/branch-store";
import type { Nas } from "@foyer/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { findDeviceToken } from "../grant/device-token.ts";
import { showOnline } from "../grant/online.ts";
import {
  type Arrival,
  comesFromNas,
  loginOriginsOf,
  type Reading,
  readArrival,
} from "../nas/index.ts";
import { OPENNDS_FAS_PATH } from "../nas/opennds-authmon-routes.ts";
import { isOfGateway } from "../nas/wifidog/adapter.ts";
import { newContext, type PageContext } from "../page-context.ts";
import { showFirst } from "../pages/first.ts";
import type { Portal } from "../portal.ts";
import { showScanned } from "../sign-in/access-code/routes.ts";
import {
  forGuests,
  hrefOf,
  leadOn,
  readVisit,
  type Step,
  showNotReady,
  showPage,
  type Visit,
} from "../step.ts";
import { findJustRecognised, findOnline, type Recognised, recogniseArrival } from "./recognise.ts";

/** A device that joins in the morning and is first looked at after lunch is another's by then. */
const HAND_OFF_SECONDS_MAX = 4 * 60 * 60;

/** Where a NAS leads its guests, whichever path it was given, and the same page once more. */
export function addArrivalRoutes(app: FastifyInstance, portal: Portal): void {
  app.get("/start", forGuests(portal, showFirst));
  app.get(
    "/signed-out",
    forGuests(portal, (step) => showAgain(step, "loggedOff")),
  );
  app.get("/logout", (request, reply) =>
    showOwnAddress(readVisit(portal, request, reply), request),
  );
  app.get("/*", (request, reply) => arrive(portal, request, reply));
}

async function arrive(
  portal: Portal,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const visit = readVisit(portal, request, reply);
  const { settings } = visit;
  if (!settings) return showNotReady(visit);
  const rawUrl = request.raw.url ?? "/";
  const asked = readArrival({ rawUrl, remoteAddress: request.ip }, settings.nas);
  const reading =
    asked.kind === "sealed"
      ? await portal.unsealing.finish(asked, visit.remoteAddress, portal.nasTools)
      : asked;
  if (reading === "too-many") return showBusy(visit);
  if (reading.kind === "sealed") throw new Error("A hand-off that was unsealed is sealed still");
  if (reading.kind === "none") {
    if (isLedBack(visit, rawUrl)) return showLanding(visit, request);
    return visit.path === "/" ? showOwnAddress(visit, request) : showNotFound(visit);
  }
  if (reading.kind === "refused") {
    portal.log.warn({ reason: reading.reason }, "arrival refused");
    return showRefused(visit);
  }
  if (isOfAnotherDevice(visit, reading)) {
    portal.log.warn({ reason: "another address has brought this link" }, "arrival refused");
    return showRefused(visit);
  }
  const arrival = withoutOldProof(visit, reading);
  const nas = settings.nas.find((each) => each.id === arrival.nasId);
  if (!nas)
    throw new Error(`An arrival was read for NAS ${arrival.nasId}, which is not registered`);
  const listedMac = await portal.deviceLists.findMac(nas, visit.remoteAddress);
  if (listedMac !== null && listedMac !== arrival.mac) {
    const reason = "the controller lists another device at this address";
    portal.log.warn({ nasId: nas.id, reason }, "arrival refused");
    return showRefused(visit);
  }
  const context = await beginContext(visit, request, { arrival, nas, listedMac });
  const step: Step = { ...visit, settings, nas, context, field: () => "" };
  return showArrival(step);
}

/** A gateway that lets nobody choose where it leads its guests afterwards leads them here. */
function isLedBack({ path, settings }: Visit, rawUrl: string): boolean {
  if (path === OPENNDS_FAS_PATH) return true;
  return /\/portal\/?$/.test(path) && isOfGateway(rawUrl, settings?.nas ?? []);
}

/** The page after access, where it was granted from this address a moment ago. */
function showLanding(visit: Visit, request: FastifyRequest): FastifyReply {
  const { portal, settings, remoteAddress } = visit;
  const landing = (settings?.nas ?? [])
    .map(({ id }) => portal.landings.find(`${id}/${remoteAddress}`))
    .find((each) => each !== null);
  if (landing) return leadOn(visit, landing);
  const isShared = (settings?.nas ?? []).some((nas) => comesFromNas(nas, remoteAddress));
  return isShared ? showOnlineToAny(visit) : showOwnAddress(visit, request);
}

/** Behind a NAS that translates addresses nobody can say which of its guests was led back. */
function showOnlineToAny(visit: Visit): FastifyReply {
  const { t, settings } = visit;
  const heading = t("online.title");
  const text = t("online.lead", { branch: settings?.branch.name ?? "" });
  const view = { heading, text };
  return showPage(visit, { template: "notice", view, title: heading, path: "/" });
}

/**
 * A NAS that vouches for a device lets in that device, whoever signs in with its link: it would be
 * somebody else's afterwards. From elsewhere the link is good for nothing.
 */
function isOfAnotherDevice(
  { portal, remoteAddress }: Visit,
  { handOffId, vouchedAt }: Extract<Reading, { kind: "arrival" }>,
): boolean {
  if (!vouchedAt || handOffId === null) return false;
  return portal.handOffs.isOthers(handOffId, remoteAddress);
}

/** A hand-off proves a device for a while: later it is a link that somebody kept. */
function withoutOldProof(
  { portal, now, remoteAddress }: Visit,
  { arrival, handOffId, vouchedAt, parts }: Extract<Reading, { kind: "arrival" }>,
): Arrival {
  if (arrival.proof === null) return arrival;
  const withoutProof = { ...arrival, proof: null };
  // A moment still to come is of a clock that was put back since.
  const age = vouchedAt ? Math.abs(now.getTime() - vouchedAt.getTime()) : 0;
  if (age > HAND_OFF_SECONDS_MAX * 1000) return withoutProof;
  if (parts && !portal.handOffs.areTogether(parts)) return withoutProof;
  if (handOffId === null) return arrival;
  return portal.handOffs.isFresh(handOffId, remoteAddress) ? arrival : withoutProof;
}

async function beginContext(
  visit: Visit,
  request: FastifyRequest,
  { arrival, nas, listedMac }: { arrival: Arrival; nas: Nas; listedMac: string | null },
): Promise<PageContext> {
  const { portal, now, remoteAddress } = visit;
  const neighbourMac =
    listedMac ?? (arrival.proof === null ? await portal.findMacOfAddress(remoteAddress) : null);
  const deviceToken = visit.settings && findDeviceToken(request, visit.settings.branch.id);
  const evidence = { arrival, nas, remoteAddress, deviceToken, neighbourMac };
  const recognised =
    portal.store.read((tx) => findJustRecognised(tx, evidence)) ??
    (await portal.inTurn(() => portal.store.transaction((tx) => recogniseArrival(tx, evidence))));
  const { deviceId, proof } = recognised;
  const { state } = arrival;
  const isKnown = recognised.knownGuestId !== null;
  portal.log.info({ nasId: nas.id, deviceId, proof, state, isKnown }, "arrival");
  return newContext({
    // Where the guest wanted to go is not asked again, and may be long.
    arrival: { ...arrival, originalUrl: null },
    recognised,
    accessCode: findCodeToFillIn(visit, { nas, recognised }),
    remoteAddress,
    now,
  });
}

/** A code that was scanned a moment ago, or the one by which a proved device has minutes left. */
function findCodeToFillIn(
  { portal, settings, remoteAddress }: Visit,
  { nas, recognised }: { nas: Nas; recognised: Recognised },
): string | null {
  // Behind a NAS that translates addresses all guests have one.
  const scanned = comesFromNas(nas, remoteAddress) ? null : portal.scannedCodes.find(remoteAddress);
  const codes = settings?.accessCodes ?? [];
  if (scanned !== null || recognised.proof === null || codes.length === 0) return scanned;
  const running = portal.store.read((tx) => findRunningAccessCode(tx, recognised.deviceId));
  return codes.find((each) => each.id === running?.codeId)?.code ?? null;
}

/**
 * The portal opened by hand, or by the link an operating system keeps: whoever is online from this
 * address sees that they are, and the way out; anybody else has to join the Wi-Fi first.
 */
function showOwnAddress(visit: Visit, request: FastifyRequest): FastifyReply {
  const { portal, settings, remoteAddress, now } = visit;
  if (!settings) return showNotReady(visit);
  const online = portal.store.read((tx) => findOnline(tx, settings.nas, remoteAddress));
  if (!online) return showScanned(visit, request) ?? showNone(visit);
  const context = newContext({ ...online, remoteAddress, now });
  return showOnline({ ...visit, settings, nas: online.nas, context, field: () => "" });
}

function showArrival(step: Step): FastifyReply | Promise<FastifyReply> {
  const { arrival } = step.context;
  switch (arrival.state) {
    case "asks":
      return showFirst(step);
    case "online":
      return showOnline(step);
    case "failed":
      step.portal.log.warn({ nasId: arrival.nasId, failure: arrival.failure }, "NAS refused");
      return showAgain(step, "failed");
    case "logged-off":
      return showAgain(step, "loggedOff");
    default:
      return assertNever(arrival.state);
  }
}

/** The NAS did not let the guest in, or has let go of them: one tap begins anew. */
function showAgain(step: Step, how: "failed" | "loggedOff"): FastifyReply {
  const { t, portal, context, nas } = step;
  const asking = { ...context, arrival: { ...context.arrival, state: "asks" as const } };
  const canAsk = portal.adapterOf(nas).canHandBack(asking.arrival);
  // Where there is nothing to answer yet, the NAS leads here again with a fresh question.
  const href = canAsk ? hrefOf(portal, "/start", asking) : (loginOriginsOf(nas)[0] ?? "/");
  const view = {
    heading: t(`${how}.title`),
    text: t(`${how}.text`),
    action: { href, label: t(`${how}.again`) },
  };
  const page = { ...step, context: asking };
  return showPage(page, { template: "notice", view, title: view.heading, path: "/start" });
}

/** Somebody asks for more at once than any guest does: the others must not wait behind them. */
function showBusy(visit: Visit): FastifyReply {
  const { t, portal } = visit;
  portal.log.warn("more sealed hand-offs at once from one address than a guest has");
  const view = { heading: t("error.title"), text: t("error.text") };
  return showPage(visit, { template: "notice", view, title: view.heading, status: 503, path: "/" });
}

function showNone(visit: Visit): FastifyReply {
  const { t } = visit;
  const view = { heading: t("none.title"), text: t("none.text") };
  return showPage(visit, { template: "notice", view, title: view.heading });
}

function showRefused(visit: Visit): FastifyReply {
  const { t } = visit;
  const view = { heading: t("refused.title"), text: t("refused.text") };
  return showPage(visit, {
    template: "notice",
    view,
    title: view.heading,
    status: 403,
    path: "/",
  });
}

function showNotFound(visit: Visit): FastifyReply {
  const { t } = visit;
  const view = { heading: t("notFound.title"), text: t("notFound.text") };
  return showPage(visit, {
    template: "notice",
    view,
    title: view.heading,
    status: 404,
    path: "/",
  });
}

function assertNever(state: never): never {
  throw new Error(`unknown state of an arrival: ${state}`);
}
