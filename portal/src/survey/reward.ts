import { COUPON_STYLE, chooseText, sayPromise } from "@foyer/blocks";
import {
  type EarnedCoupon,
  earnCoupon,
  findCouponOfAnswer,
  findCouponOfSurvey,
  mayEarn,
  type Transaction,
} from "@foyer/branch-store";
import { type BranchSettings, findReward } from "@foyer/contract";
import type { FastifyReply } from "fastify";
import { type Step, showPage, type Visit } from "../step.ts";
import { viewCoupon } from "./coupon.ts";
import { findSurvey, SURVEY_PATH, type SurveyContext, sealSurvey } from "./form.ts";

type Answering = Visit & { settings: BranchSettings; answering: SurveyContext };
type WayBack = { href: string; label: string } | null;

/** How often a page looks for a coupon that is on its way. */
const LOOK_AGAIN_SECONDS = 15;

/** What the survey is answered for, in words; null: for nothing, or not by whoever this is. */
export function promiseReward({ portal, settings, answering, language }: Answering): string | null {
  const offer = findReward(settings.coupons, answering.surveyId)?.offer ?? null;
  if (!offer || !portal.store.read((tx) => mayEarn(tx, answering))) return null;
  return sayPromise(offer, { language, languages: settings.branch.languages });
}

/**
 * To the page of the cloud that takes files for the answer; null: none are asked for, or whoever it is
 * is not online yet.
 */
export function wayToFiles({ settings, answering, t }: Answering): WayBack {
  const { filesKey, isKept, surveyId, page } = answering;
  const { surveyFilesUrl } = settings;
  const isOffline = page !== null && page.arrival.state !== "online";
  const isAsked = isKept && findSurvey(settings, surveyId)?.files;
  if (!filesKey || !surveyFilesUrl || isOffline || !isAsked) return null;
  return { href: `${surveyFilesUrl}/${filesKey}`, label: t("survey.files") };
}

/** The same for whoever answered on their way online, and is now. */
export function wayToFilesOf({ settings, context, t }: Step): WayBack {
  const { surveyFilesUrl } = settings;
  const { filesKey } = context;
  if (!filesKey || !surveyFilesUrl) return null;
  return { href: `${surveyFilesUrl}/${filesKey}`, label: t("survey.files") };
}

/** In the transaction that keeps the answer. */
export function keepReward(tx: Transaction, { settings, answering }: Answering): void {
  const { answerId, surveyId, guestId, deviceId } = answering;
  const kind = findReward(settings.coupons, surveyId);
  if (kind) earnCoupon(tx, { answerId, surveyId, kind, guestId, deviceId });
}

/**
 * The page of what the survey earned: with the coupon, or with word that it comes. Null where there is
 * none, it is over or it was used.
 */
export function showReward(asking: Answering, action: WayBack): FastifyReply | null {
  const { portal, answering, settings, language, t } = asking;
  const earned = portal.store.read(
    (tx) => findCouponOfAnswer(tx, answering.answerId) ?? findCouponOfSurvey(tx, answering),
  );
  if (!earned) return null;
  const coupon = viewCoupon(earned, asking);
  if (!coupon && !isOnItsWay(earned, asking)) return null;
  const survey = findSurvey(settings, answering.surveyId);
  const thanks = chooseText(survey?.thanks, language, settings.branch.languages);
  const path = `${SURVEY_PATH}?s=${sealSurvey(portal, answering)}`;
  const heading = t("survey.thanks");
  const view = {
    heading,
    text: thanks ?? t("survey.thanksText"),
    coupon,
    action,
    more: wayToFiles(asking),
  };
  const refresh = coupon ? undefined : { seconds: LOOK_AGAIN_SECONDS, url: path };
  const page = { template: "thanks", view, style: TICKET_STYLE, title: heading, path };
  return showPage(asking, { ...page, refresh });
}

/** Nobody waits for what is given no more. */
function isOnItsWay({ given, kind }: EarnedCoupon, { settings: { coupons } }: Answering): boolean {
  return given === null && (coupons?.kinds.some(({ id }) => id === kind.id) ?? false);
}

/** A page's own coupon with the code as squares, on white in the dark as well. */
export const TICKET_STYLE = `${COUPON_STYLE}
.coupon .qr{display:block;width:11rem;max-width:100%;margin:1rem auto;border-radius:.5rem}`;
