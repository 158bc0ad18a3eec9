import { chooseText, readAnswers, renderQuestions, SURVEY_STYLE } from "@foyer/blocks";
import { hasAnsweredSurvey, keepSurveyAnswer } from "@foyer/branch-store";
import {
  type AnswerFaults,
  type BranchSettings,
  chooseSaleType,
  dropUnasked,
  listAsked,
  type Survey,
} from "@foyer/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { findDeviceToken } from "../grant/device-token.ts";
import type { MessageKey } from "../language.ts";
import type { Portal } from "../portal.ts";
import {
  hrefOf,
  readVisit,
  showNotReady,
  showOld,
  showPage,
  speakTo,
  type Visit,
} from "../step.ts";
import {
  beginSurvey,
  findSurvey,
  hashFilesKey,
  openSurvey,
  SURVEY_PATH,
  type SurveyContext,
  sealSurvey,
} from "./form.ts";
import { findRespondent } from "./respondent.ts";
import { keepReward, promiseReward, showReward, wayToFiles } from "./reward.ts";

/** A guest on their way through a survey that the branch still has. */
type Asking = Visit & { settings: BranchSettings; survey: Survey; answering: SurveyContext };

/** A table, or a kind of sale, as links name it. */
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** Surveys: from a page of the Wi-Fi, and by a link that is printed as a QR code. */
export function addSurveyRoutes(app: FastifyInstance, portal: Portal): void {
  app.get<{ Params: { id: string; place?: string } }>(
    `${SURVEY_PATH}/:id/:place?`,
    (request, reply) => openLink(portal, request, reply, request.params),
  );
  app.get(SURVEY_PATH, (request, reply) =>
    goOn(portal, request, reply, (asking) => showStep(asking, {})),
  );
  app.post(SURVEY_PATH, (request, reply) =>
    goOn(portal, request, reply, (asking) => takeStep(asking, request.body)),
  );
}

/** The link opens the survey at once: no sign-in, no terms, no Wi-Fi. */
async function openLink(
  portal: Portal,
  request: FastifyRequest,
  reply: FastifyReply,
  { id, place = "" }: { id: string; place?: string },
): Promise<FastifyReply> {
  const visit = readVisit(portal, request, reply);
  const { settings, remoteAddress, now } = visit;
  if (!settings) return showNotReady(visit);
  const { language: tongue, sale = null } = request.query as { language?: unknown; sale?: unknown };
  const named = [...(place === "" ? [] : [place]), ...(sale === null ? [] : [sale])];
  if (!named.every(isName)) return showNotice(visit, "survey.gone", 404);
  const saleTypeId = isName(sale) ? sale : null;
  const survey = findSurvey(settings, id, saleTypeId);
  if (!survey) return showNotice(visit, "survey.gone", 404);
  const neighbourMac = await portal.findMacOfAddress(remoteAddress);
  const deviceToken = findDeviceToken(request, settings.branch.id);
  const evidence = { remoteAddress, deviceToken, neighbourMac };
  const who = portal.store.read((tx) => findRespondent(tx, settings.nas, evidence));
  const language = settings.branch.languages.find((each) => each === tongue) ?? null;
  const about = { place: place === "" ? null : place, ...(saleTypeId !== null && { saleTypeId }) };
  const answering = beginSurvey(
    survey,
    { by: "link", ...about, ...who, page: null, remoteAddress, language },
    now,
  );
  const asking = { ...visit, settings, survey, answering };
  return findAnswered(asking) ?? showNext(asking);
}

const isName = (named: unknown): named is string => typeof named === "string" && NAME.test(named);

function goOn(
  portal: Portal,
  request: FastifyRequest,
  reply: FastifyReply,
  handle: (asking: Asking) => FastifyReply,
): FastifyReply {
  const asked = readVisit(portal, request, reply);
  const { settings, remoteAddress, now } = asked;
  if (!settings) return showNotReady(asked);
  const sealed =
    (request.body as { s?: unknown } | null)?.s ?? (request.query as { s?: unknown }).s;
  const answering = openSurvey(portal, sealed, { remoteAddress, now });
  if (!answering) return showOld(asked, null);
  const visit = speakTo(asked, request, answering);
  const survey = findSurvey(settings, answering.surveyId, answering.saleTypeId);
  const earned = showReward({ ...visit, settings, answering }, wayBack({ ...visit, answering }));
  if (earned) return earned;
  // Taken off the branch meanwhile: whoever came from the Wi-Fi's page goes on to the Wi-Fi.
  if (!survey) return showNotice(visit, "survey.gone", 404, wayBack({ ...visit, answering }));
  const asking = { ...visit, settings, survey, answering };
  return (
    findAnswered(asking) ?? (isReworded(asking) ? askAnew(asking, request.body) : handle(asking))
  );
}

const isReworded = ({ survey, answering }: Asking) =>
  (survey.version ?? null) !== answering.version;

/** The wording changed meanwhile: all is asked again, with what was answered filled in, this step too. */
function askAnew(asking: Asking, body: unknown): FastifyReply {
  const { survey, answering } = asking;
  const { answers } = readStep(asking, body);
  Object.assign(answering, { version: survey.version ?? null, answers, done: [], step: [] });
  return showNext(asking);
}

/** Somebody who has answered it is never asked again. */
function findAnswered(asking: Asking): FastifyReply | null {
  const { portal, answering } = asking;
  const isAnswered = portal.store.read((tx) => hasAnsweredSurvey(tx, answering));
  if (!isAnswered) return null;
  const back = wayBack(asking);
  return showReward(asking, back) ?? showNotice(asking, "survey.again", 200, back);
}

function readStep({ survey, answering }: Asking, body: unknown) {
  const shown = survey.questions.filter(({ id }) => answering.step.includes(id));
  const form = (body ?? {}) as Record<string, unknown>;
  return readAnswers(shown, form, answering.answers);
}

/** What was answered leads to further questions, or it is the last step and all is kept. */
function takeStep(asking: Asking, body: unknown): FastifyReply {
  const { survey, answering } = asking;
  const { answers, faults } = readStep(asking, body);
  answering.answers = answers;
  if (Object.keys(faults).length > 0) return showStep(asking, faults);
  answering.answers = dropUnasked(survey, answers);
  answering.done = [...answering.done, ...answering.step];
  return showNext(asking);
}

function showNext(asking: Asking): FastifyReply {
  const { survey, answering } = asking;
  const asked = listAsked(survey, answering.answers).map((each) => each.id);
  answering.step = asked.filter((id) => !answering.done.includes(id));
  return answering.step.length > 0 ? showStep(asking, {}) : keep(asking);
}

function showStep(asking: Asking, faults: AnswerFaults): FastifyReply {
  const { survey, answering, settings, language, portal, t } = asking;
  const { languages } = settings.branch;
  const questions = survey.questions.filter(({ id }) => answering.step.includes(id));
  const isFirst = answering.done.length === 0;
  const mayGoOn = answering.done.length + answering.step.length < survey.questions.length;
  const sealed = sealSurvey(portal, answering);
  const state = { answers: answering.answers, faults };
  const view = {
    s: sealed,
    title: chooseText(survey.title, language, languages) ?? "",
    intro: isFirst ? chooseText(survey.intro, language, languages) : null,
    promise: isFirst ? promiseReward(asking) : null,
    blocks: renderQuestions(questions, state, { language, languages }),
    submit: t(mayGoOn ? "survey.next" : "survey.send"),
    skip: wayBack(asking)?.href ?? null,
  };
  const isFaulty = Object.keys(faults).length > 0;
  const path = `${SURVEY_PATH}?s=${sealed}`;
  const status = isFaulty ? 422 : 200;
  const page = { template: "survey", view, style: SURVEY_STYLE, title: view.title, status, path };
  return showPage(asking, page);
}

/** One transaction: that it was answered, and the event that tells what. */
function keep(asking: Asking): FastifyReply {
  const { survey, answering, settings, language, portal, t } = asking;
  const { answerId, surveyId, guestId, deviceId, nasId, by, place, answers, filesKey } = answering;
  const wording = survey.version === undefined ? {} : { surveyVersion: survey.version };
  const files = survey.files && filesKey ? { filesKeyHash: hashFilesKey(filesKey) } : {};
  const saleTypeId = chooseSaleType(survey, answering.saleTypeId ?? null);
  const about = { place, ...(saleTypeId !== null && { saleTypeId }) };
  const who = { answerId, surveyId, ...wording, ...files, guestId, deviceId, nasId, by, ...about };
  const { kind } = portal.store.transaction((tx) => {
    const kept = keepSurveyAnswer(tx, { ...who, language, ...answers });
    if (kept.kind === "kept") keepReward(tx, asking);
    return kept;
  });
  if (kind === "kept") keepWayToFiles(asking);
  portal.log.info({ surveyId, deviceId, by, isKnown: guestId !== null, outcome: kind }, "survey");
  if (kind === "too-many") return showNotice(asking, "survey.many", 429, wayBack(asking));
  const earned = showReward(asking, wayBack(asking));
  if (earned) return earned;
  const thanks = chooseText(survey.thanks, language, settings.branch.languages);
  const heading = t("survey.thanks");
  const more = wayToFiles(asking);
  const view = { heading, text: thanks ?? t("survey.thanksText"), action: wayBack(asking), more };
  return showPage(asking, { template: "notice", view, title: heading, path: "/" });
}

/** Whoever is not online yet is offered it once they are. */
function keepWayToFiles({ answering, survey }: Asking): void {
  const { page, filesKey } = answering;
  answering.isKept = true;
  if (page && filesKey && survey.files) answering.page = { ...page, filesKey };
}

/** Back to the page of the Wi-Fi it was opened on: the one thing left to do there, or being online. */
function wayBack({
  answering,
  portal,
  t,
}: Pick<Asking, "answering" | "portal" | "t">): { href: string; label: string } | null {
  const { page } = answering;
  if (page === null) return null;
  if (page.arrival.state === "online")
    return { href: hrefOf(portal, "/online", page), label: t("survey.back") };
  return { href: hrefOf(portal, "/start", page), label: t("survey.goOn") };
}

function showNotice(
  visit: Visit,
  what: "survey.gone" | "survey.again" | "survey.many",
  status: number,
  action: { href: string; label: string } | null = null,
): FastifyReply {
  const say = (part: "title" | "text") => visit.t(`${what}.${part}` satisfies MessageKey);
  const view = { heading: say("title"), text: say("text"), action };
  return showPage(visit, { template: "notice", view, title: view.heading, status, path: "/" });
}
