import { findLanding, type OnlineView, sayEnd } from "@foyer/blocks";
import { findGuest, type Guest, listCouponsOf } from "@foyer/branch-store";
import type { FastifyInstance, FastifyReply } from "fastify";
import { findAdvertsHref } from "../adverts/routes.ts";
import { findMemberHref } from "../member/offer.ts";
import { findPageOf, renderAfter } from "../pages/welcome.ts";
import type { Portal } from "../portal.ts";
import { findCodeOwnerId } from "../sign-in/member/give.ts";
import { forGuests, forLookers, type Step, showPage } from "../step.ts";
import { viewCoupon } from "../survey/coupon.ts";
import { TICKET_STYLE, wayToFilesOf } from "../survey/reward.ts";
import { findNewChoice, speakTheirs, whoseIs } from "../usual-language.ts";
import { giveDeviceToken, mayKeepToken } from "./device-token.ts";
import { logOut, offersLogOut } from "./log-out.ts";
import { findSessionOfFlow, listOwnSessions } from "./own-sessions.ts";

/** How long the page stays before it leads on to the branch's own address. */
const LANDING_SECONDS = 5;
/** The same where the page has something to offer, and takes longer to read. */
const LANDING_WITH_OFFER_SECONDS = 15;
/** The same where it asks something: nobody is sent on while they make up their mind. */
const LANDING_WITH_SURVEY_SECONDS = 60;

/** The page after access, and the guest's own way out. */
export function addOnlineRoutes(app: FastifyInstance, portal: Portal): void {
  // A browser that is given a token, or a language chosen here, has the store written: not within a reading.
  const mayKeep = (step: Step) => mayKeepToken(step) || findNewChoice(step) !== null;
  app.get(
    "/online",
    forLookers(portal, (step) => (mayKeep(step) ? () => showOnline(step) : showOnline(step))),
  );
  app.post("/logout", forGuests(portal, logOut));
}

/** "You're online": reached by the NAS's own redirect, or by the address it was given. */
export function showOnline(arrived: Step): FastifyReply {
  const step = keepLogOut(arrived);
  giveDeviceToken(step, step.reply.request);
  findNewChoice(step)?.();
  // The store is looked at once for all that the page says.
  return step.portal.store.read(() => showGuestOnline(step));
}

/**
 * The same for whoever goes back, by their browser's own button, to a page that has led them online. Null:
 * it has not. As a function, since it may have a token to keep.
 */
export function findWayOnline(step: Step): (() => FastifyReply) | null {
  const session = findSessionOfFlow(step);
  if (!session) return null;
  const { arrival } = step.context;
  const context = { ...step.context, arrival: { ...arrival, state: "online" as const } };
  return () => showOnline({ ...step, context });
}

/**
 * The same on the pages that ask for a message: whoever says that they are somebody else, wants another
 * number, or came in because no code went out, may have one all the same.
 */
export function findWayOnlineUnasked(step: Step): (() => FastifyReply) | null {
  const { isSomebodyElse, wantsOtherNumber, codeUnsent } = step.context;
  return isSomebodyElse || wantsOtherNumber || codeUnsent ? null : findWayOnline(step);
}

function showGuestOnline(arrived: Step): FastifyReply {
  const { context, portal, settings } = arrived;
  const guestId = whoseIs(context);
  const guest = guestId === null ? null : portal.store.read((tx) => findGuest(tx, guestId));
  const step = guest ? speakTheirs(arrived, guest) : arrived;
  const { t, language, now } = step;
  const landing = findLanding(settings, findPageOf(step));
  const member = findMemberHref(step, guest);
  const memberCode = findCodeOwnerId(step) !== null;
  const after = renderAfter(step, guest);
  const coupons = guest ? listCoupons(step, guest) : [];
  const files = wayToFilesOf(step);
  const onlineUntil = context.onlineUntil ?? findEnd(step);
  const { timeZone } = settings.branch;
  const view: OnlineView = {
    name: guest?.name ?? null,
    branchName: settings.branch.name,
    until: onlineUntil === null ? null : sayEnd(onlineUntil, { now, language, timeZone }),
    // Whoever typed what ends then has to type again; by what somebody came in is not always known.
    isForGood: context.admitted === null || "endsAt" in context.admitted,
    ...{ blocks: after.html, landing, coupons, files },
    member,
    memberCode,
    logOut: offersLogOut(step),
  };
  const hasOffer = member !== null || memberCode || files !== null || coupons.length > 0;
  const seconds = landingSeconds({ blocks: after.html, hasOffer });
  return showPage(step, {
    template: "online",
    view,
    style: coupons.length > 0 ? `${after.style}\n${TICKET_STYLE}` : after.style,
    title: t("online.title"),
    path: "/online",
    unseen: findAdvertsHref(step, guest?.id ?? null),
    refresh: landing === null ? undefined : { seconds, url: landing.url },
  });
}

/** When the session of somebody ends who was led here by no grant, as by the address they typed. */
function findEnd(step: Step): number | null {
  return listOwnSessions(step).at(-1)?.expectedEndAt?.getTime() ?? null;
}

/** More than these are read by nobody at a till. */
const COUPONS_MAX = 3;

/** What a guest may still use: it is at hand at the till, at this visit and the next. */
function listCoupons(step: Step, guest: Guest) {
  const earned = step.portal.store.read((tx) => listCouponsOf(tx, guest.id));
  return earned.flatMap((each) => viewCoupon(each, step) ?? []).slice(0, COUPONS_MAX);
}

/** Some NAS say where guests log out only as they lead them here; the page keeps it for then. */
function keepLogOut(step: Step): Step {
  const { context, nas, portal, reply } = step;
  const adapter = portal.adapterOf(nas);
  if (!adapter.findLogOut) return step;
  const url = reply.request.raw.url ?? "";
  const query = new URLSearchParams(url.slice(url.indexOf("?") + 1));
  const logOut = adapter.findLogOut(query, nas);
  if (logOut === null) return step;
  const { arrival } = context;
  const handBack = { ...arrival.handBack, logOut };
  return { ...step, context: { ...context, arrival: { ...arrival, handBack } } };
}

function landingSeconds({ blocks, hasOffer }: { blocks: string; hasOffer: boolean }): number {
  if (blocks.includes('class="survey"')) return LANDING_WITH_SURVEY_SECONDS;
  return hasOffer || blocks !== "" ? LANDING_WITH_OFFER_SECONDS : LANDING_SECONDS;
}
