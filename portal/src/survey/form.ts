import { createHash, randomUUID } from "node:crypto";
import { findQuickQuestion, type SurveyForm } from "@foyer/blocks";
import { findDevice, hasAnsweredSurvey, mayEarn } from "@foyer/branch-store";
import {
  type Answers,
  type BranchSettings,
  findReward,
  isForSaleType,
  type Language,
  NO_ANSWERS,
  type Survey,
} from "@foyer/contract";
import { CONTEXT_SECONDS, type PageContext } from "../page-context.ts";
import type { Portal } from "../portal.ts";
import { takeRandomBytes } from "../random.ts";
import type { Step } from "../step.ts";

/** As many that nobody comes upon one. */
const FILES_KEY_BYTES = 24;

/** Where answers are posted to. */
export const SURVEY_PATH = "/survey";

/** All that the portal knows between the steps of a survey. It travels with the form, sealed. */
export type SurveyContext = {
  kind: "survey";
  /** One filling in: sent twice, it is kept once. */
  answerId: string;
  /** Whoever has it may add files to the answer. Absent on a page that lay open during an upgrade. */
  filesKey?: string;
  /** The answer was kept: the key opens something. */
  isKept?: true;
  surveyId: string;
  /** The wording that its questions were asked in; null: the settings say none. */
  version: number | null;
  by: "page" | "link";
  /** The table or spot that the link was printed for. */
  place: string | null;
  /** The kind of sale that the link was printed for. Absent: none, or it lay open during an upgrade. */
  saleTypeId?: string;
  guestId: string | null;
  deviceId: string | null;
  nasId: string | null;
  /** Milliseconds since 1970. */
  issuedAt: number;
  remoteAddress: string;
  /** Chosen by the guest; null: what the browser asks for. */
  language: Language | null;
  answers: Answers;
  /** The questions of steps that are over, and those of the step on the page. */
  done: string[];
  step: string[];
  /** The way back to the Wi-Fi's page it was opened on; null: it was opened by its link. */
  page: PageContext | null;
};

export type Respondent = Pick<
  SurveyContext,
  | "by"
  | "place"
  | "saleTypeId"
  | "guestId"
  | "deviceId"
  | "nasId"
  | "page"
  | "remoteAddress"
  | "language"
>;

/** A survey at its beginning. */
export function beginSurvey(survey: Survey, respondent: Respondent, now: Date): SurveyContext {
  return {
    ...{ kind: "survey", answerId: randomUUID(), surveyId: survey.id, ...respondent },
    ...(survey.files && { filesKey: takeRandomBytes(FILES_KEY_BYTES).toString("base64url") }),
    version: survey.version ?? null,
    ...{ issuedAt: now.getTime(), answers: NO_ANSWERS, done: [], step: [] },
  };
}

/** What the cloud knows the key of an answer's files by. */
export const hashFilesKey = (key: string): string =>
  createHash("sha256").update(key).digest("base64url");

/** How a guest who is known answers a survey from a page of the Wi-Fi; null: not, or not again. */
export function findSurveyForm(
  step: Step,
  { surveyId, guestId }: { surveyId: string; guestId: string },
): SurveyForm | null {
  const { settings, portal, context, now } = step;
  const survey = findSurvey(settings, surveyId);
  if (!survey) return null;
  const { remoteAddress, arrival } = context;
  const language = context.language ?? context.askedLanguage ?? context.usualLanguage ?? null;
  const device = portal.store.read((tx) =>
    hasAnsweredSurvey(tx, { surveyId, guestId, deviceId: null })
      ? "answered"
      : findDevice(tx, context.deviceId),
  );
  if (device === "answered") return null;
  const begun = beginSurvey(
    survey,
    {
      ...{ by: "page", place: null, guestId, deviceId: device?.id ?? null },
      ...{ nasId: arrival.nasId, page: context, remoteAddress, language },
    },
    now,
  );
  const quick = findQuickQuestion(survey);
  if (quick) begun.step = [quick.id];
  const isRewarded = portal.store.read((tx) => mayEarn(tx, begun));
  const offer = isRewarded ? findReward(settings.coupons, surveyId)?.offer : null;
  return { survey, action: SURVEY_PATH, sealed: sealSurvey(portal, begun), offer: offer ?? null };
}

/** Null: the branch does not ask it, or not of this kind of sale. */
export function findSurvey(
  { surveys = [] }: BranchSettings,
  surveyId: string,
  saleTypeId: string | null = null,
): Survey | null {
  const survey = surveys.find((each) => each.id === surveyId);
  return survey && isForSaleType(survey, saleTypeId) ? survey : null;
}

export function sealSurvey({ seal }: Portal, survey: SurveyContext): string {
  return seal.seal(JSON.stringify(survey));
}

/** Null when it is not ours, was sealed elsewhere or lay open for too long. */
export function openSurvey(
  portal: Portal,
  text: unknown,
  { remoteAddress, now }: { remoteAddress: string; now: Date },
): SurveyContext | null {
  const opened = typeof text === "string" ? portal.seal.open(text) : null;
  if (opened === null) return null;
  // Authenticated by the seal: nobody but this portal made it, so its shape is one of ours.
  const found: SurveyContext = JSON.parse(opened.json);
  if (found.kind !== "survey") return null;
  const survey = {
    ...found,
    // A page that lay open while the box was upgraded knows fewer kinds of answers.
    answers: { ...NO_ANSWERS, ...found.answers },
    issuedAt: found.issuedAt + opened.movedMilliseconds,
  };
  const age = now.getTime() - survey.issuedAt;
  const isYoung = age >= 0 && age <= CONTEXT_SECONDS * 1000;
  return survey.remoteAddress === remoteAddress && isYoung ? survey : null;
}
