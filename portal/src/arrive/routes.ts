import { findBlock } from "@foyer/admission";
import { findRunningAccessCode } from "@foyer/branch-store";
import type { Nas } from "@foyer/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { findDeviceToken, listOtherTokens } from "../grant/device-token.ts";
import { findWayOnlineUnasked, showOnline } from "../grant/online.ts";
import { showBlocked } from "../grant/refusal.ts";
import { type Arrival, comesFromNas, type Reading, readArrival } from "../nas/index.ts";
import { OPENNDS_FAS_PATH } from "../nas/opennds-authmon-routes.ts";
import { isOfGateway } from "../nas/wifidog/adapter.ts";
import { networkOf } from "../network.ts";
import { newContext } from "../page-context.ts";
import { showFirst } from "../pages/first.ts";
import type { Portal } from "../portal.ts";
import { showScanned } from "../sign-in/access-code/routes.ts";
import { isShownToGuest, noteStep } from "../sign-in/counts/register.ts";
import {
  type Answer,
  findDeviceMac,
  findFreshStart,
  forGuests,
  forLookers,
  hrefOf,
  leadOn,
  makeAnswer,
  readVisit,
  type Step,
  showBusy,
  showNotReady,
  showPage,
  speakTo,
  type Visit,
} from "../step.ts";
import { speakToKnown } from "../usual-language.ts";
import { readDescription } from "./described.ts";
import {
  type Evidence,
  findJustRecognised,
  findOnline,
  type Recognised,
  recogniseArrival,
} from "./recognise.ts";

/** A device that joins in the morning and is first looked at after lunch is another's by then. */
const HAND_OFF_SECONDS_MAX = 4 * 60 * 60;

/** Where a NAS leads its guests, whichever path it was given, and the same page once more. */
export function addArrivalRoutes(app: FastifyInstance, portal: Portal): void {
  app.get(
    "/start",
    forLookers(portal, (step) => findWayOnlineUnasked(step) ?? showFirst(step)),
  );
  app.get(
    "/signed-out",
    forGuests(portal, (step) => showAgain(step, "loggedOff")),
  );
  app.get("/logout", (request, reply) =>
    showOwnAddress(readVisit(portal, request, reply), request),
  );
  app.get("/*", (request, reply) => arrive(portal, request, reply));
}

/** The store is looked at once for a whole page, unless somebody has to be asked or something kept. */
function arrive(
  portal: Portal,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply | Promise<FastifyReply> {
  return makeAnswer(portal.store.look(() => readHandOff(portal, request, reply)));
}

function readHandOff(portal: Portal, request: FastifyRequest, reply: FastifyReply): Answer {
  const visit = readVisit(portal, request, reply);
  if (!hasSettings(visit)) return showNotReady(visit);
  const rawUrl = request.raw.url ?? "/";
  const { nas } = visit.settings;
  const reading = readArrival({ rawUrl, remoteAddress: request.ip }, nas);
  return reading.kind === "sealed"
    ? finishLater(visit, request, reading)
    : meetGuest(visit, request, reading);
}

async function finishLater(
  visit: VisitWithSettings,
  request: FastifyRequest,
  sealed: Extract<Reading, { kind: "sealed" }>,
): Promise<FastifyReply> {
  const { portal, remoteAddress } = visit;
  const limitedAs = (await findDeviceMac(visit)) ?? networkOf(remoteAddress);
  const reading = await portal.unsealing.finish(sealed, limitedAs, portal.nasTools);
  if (reading === "too-many") {
    portal.log.warn("more sealed hand-offs at once from one address than a guest has");
    return showBusy(visit);
  }
  if (reading.kind === "sealed") throw new Error("A hand-off that was unsealed is sealed still");
  return makeAnswer(meetGuest(visit, request, reading));
}

type VisitWithSettings = Visit & Pick<Step, "settings">;

const hasSettings = (visit: Visit): visit is VisitWithSettings => visit.settings !== null;

function meetGuest(
  visit: VisitWithSettings,
  request: FastifyRequest,
  reading: Exclude<Reading, { kind: "sealed" }>,
): Answer {
  const { portal, settings } = visit;
  if (reading.kind === "none") {
    if (isLedBack(visit, request.raw.url ?? "/")) return () => showLanding(visit, request);
    return visit.path === "/" ? () => showOwnAddress(visit, request) : showNotFound(visit);
  }
  if (reading.kind === "refused") {
    return refuseArrival(visit, reading.reason);
  }
  if (isOfAnotherDevice(visit, reading)) {
    return refuseArrival(visit, "another address has brought this link");
  }
  const arrival = withoutOldProof(visit, reading);
  const nas = settings.nas.find((each) => each.id === arrival.nasId);
  if (!nas)
    throw new Error(`An arrival was read for NAS ${arrival.nasId}, which is not registered`);
  const came = { visit, request, arrival, nas };
  const listing = portal.deviceLists.findMac(nas, visit.remoteAddress);
  if (listing !== null || arrival.proof === null) return askWhoseDevice(came, listing);
  const evidence = evidenceOf(came, null);
  const recognised = portal.store.read((tx) => findJustRecognised(tx, evidence));
  return recognised ? greet(came, evidence, recognised) : keepAndGreet(came, evidence);
}

/** What is wrong is for whoever looks after the branch; a guest cannot mend it. */
function refuseArrival(visit: Visit, reason: string): ReturnType<typeof showRefused> {
  const { portal, remoteAddress } = visit;
  portal.log.warn({ reason }, "arrival refused");
  portal.doorNotes.noteRefused({ remoteAddress, reason });
  return showRefused(visit);
}

/** An arrival whose NAS is known, and its browser's request. */
type Came = { visit: VisitWithSettings; request: FastifyRequest; arrival: Arrival; nas: Nas };

/** The controller's word, or the box's own neighbour table, tells what the NAS did not vouch for. */
async function askWhoseDevice(
  came: Came,
  listing: Promise<string | null> | null,
): Promise<FastifyReply> {
  const { visit, arrival, nas } = came;
  const { portal, remoteAddress } = visit;
  const listedMac = await listing;
  if (listedMac !== null && listedMac !== arrival.mac) {
    const reason = "the controller lists another device at this address";
    portal.log.warn({ nasId: nas.id, reason }, "arrival refused");
    return showRefused(visit);
  }
  const neighbourMac =
    listedMac ?? (arrival.proof === null ? await portal.findMacOfAddress(remoteAddress) : null);
  const evidence = evidenceOf(came, neighbourMac);
  const recognised = portal.store.read((tx) => findJustRecognised(tx, evidence));
  return recognised ? makeAnswer(greet(came, evidence, recognised)) : keepAndGreet(came, evidence);
}

function evidenceOf({ visit, request, arrival, nas }: Came, neighbourMac: string | null): Evidence {
  const { remoteAddress, settings } = visit;
  const deviceToken = settings && findDeviceToken(request, settings.branch.id);
  const otherTokens = settings ? listOtherTokens(request, settings.branch.id) : [];
  const description = readDescription(request.headers);
  return { arrival, nas, remoteAddress, deviceToken, otherTokens, neighbourMac, description };
}

async function keepAndGreet(came: Came, evidence: Evidence): Promise<FastifyReply> {
  const { portal } = came.visit;
  const keep = () => portal.store.transaction((tx) => recogniseArrival(tx, evidence));
  return makeAnswer(greet(came, evidence, await portal.inTurn(keep)));
}

function greet(
  { visit, request, arrival, nas }: Came,
  { neighbourMac }: Evidence,
  recognised: Recognised,
): Answer {
  const { portal, settings } = visit;
  const { deviceId, proof } = recognised;
  const { state } = arrival;
  const isKnown = recognised.knownGuestId !== null;
  portal.log.info({ nasId: nas.id, deviceId, proof, state, isKnown }, "arrival");
  const context = newContext({
    // Where the guest wanted to go is not asked again, and may be long.
    arrival: { ...arrival, originalUrl: null },
    recognised,
    accessCode: findCodeToFillIn(visit, { nas, recognised }),
    remoteAddress: visit.remoteAddress,
    deviceMac: arrival.proof === null ? neighbourMac : arrival.mac,
    now: visit.now,
  });
  const step = { ...speakTo(visit, request, context), settings, nas, context, field: () => "" };
  const block = findBlock(settings.deviceRules, { mac: arrival.mac, now: visit.now });
  if (block) return showBlocked(speakToKnown(step), block);
  if (state === "asks") noteStep(step, isShownToGuest(request) ? "page" : "seen");
  return showArrival(step);
}

/** A gateway that lets nobody choose where it leads its guests afterwards leads them here. */
function isLedBack({ path, settings }: Visit, rawUrl: string): boolean {
  if (path === OPENNDS_FAS_PATH) return true;
  return /\/portal\/?$/.test(path) && isOfGateway(rawUrl, settings?.nas ?? []);
}

/** The page after access, where it was granted from this address a moment ago. */
function showLanding(visit: Visit, request: FastifyRequest): FastifyReply | Promise<FastifyReply> {
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
async function showOwnAddress(visit: Visit, request: FastifyRequest): Promise<FastifyReply> {
  const { portal, settings, remoteAddress, now } = visit;
  if (!settings) return showNotReady(visit);
  const online = portal.store.read((tx) => findOnline(tx, settings.nas, remoteAddress));
  if (!online) return showScanned(visit, request) ?? showNone(visit);
  const deviceMac = await findDeviceMac(visit);
  const context = newContext({ ...online, remoteAddress, deviceMac, now });
  return showOnline({ ...visit, settings, nas: online.nas, context, field: () => "" });
}

function showArrival(step: Step): Answer {
  const { arrival } = step.context;
  const { doorNotes } = step.portal;
  switch (arrival.state) {
    case "asks":
      doorNotes.note(step.context, { asked: "page", answer: "told" });
      return showFirst(step);
    case "online":
      // It may have a token to keep.
      return () => showOnline(step);
    case "failed":
      doorNotes.note(step.context, {
        ...{ asked: "nas", answer: "refused", reason: "nas-refused" },
      });
      step.portal.log.warn({ nasId: arrival.nasId, failure: arrival.failure }, "NAS refused");
      return showAgain(speakToKnown(step), "failed");
    case "logged-off":
      return showAgain(speakToKnown(step), "loggedOff");
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
  const href = canAsk ? hrefOf(portal, "/start", asking) : findFreshStart([nas], nas.id);
  const view = {
    heading: t(`${how}.title`),
    text: t(`${how}.text`),
    action: { href, label: t(`${how}.again`) },
  };
  const page = { ...step, context: asking };
  return showPage(page, { template: "notice", view, title: view.heading, path: "/start" });
}

/** A sheet that did not open by itself is the commonest fault of all: here it is opened by hand. */
function showNone(visit: Visit): FastifyReply {
  const { t, settings } = visit;
  const view = {
    ...{ heading: t("none.title"), text: t("none.text"), hint: t("scanned.hint") },
    action: { href: findFreshStart(settings?.nas ?? [], null), label: t("scanned.go") },
  };
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
  const { t, settings } = visit;
  const view = {
    ...{ heading: t("notFound.title"), text: t("notFound.text"), hint: t("scanned.hint") },
    action: { href: findFreshStart(settings?.nas ?? [], null), label: t("scanned.go") },
  };
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
