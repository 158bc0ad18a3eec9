import { isIPv6 } from "node:net";
import type { Onward } from "@foyer/blocks";
import { findSettings } from "@foyer/branch-store";
import type { BranchSettings, Language, Nas } from "@foyer/contract";
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from "fastify";
import { readDescription } from "./arrive/described.ts";
import { keepDevice } from "./arrive/keep-device.ts";
import { CAPTIVE_DOOR_PATH } from "./capture/index.ts";
import { chooseLanguage, type Translate, toPlainDigits, translatorOf } from "./language.ts";
import { frameValues } from "./layout/render.ts";
import { type Sheet, sheetOf } from "./layout/sheet.ts";
import { isHandOff, isWayBackOpen, loginOriginsOf } from "./nas/index.ts";
import { openContext, type PageContext, sealContext } from "./page-context.ts";
import { withoutGuestOfBefore } from "./passed-on.ts";
import type { Portal } from "./portal.ts";

/** A request from a browser, before anything is known of its guest. */
export type Visit = {
  portal: Portal;
  reply: FastifyReply;
  settings: BranchSettings | null;
  language: Language;
  t: Translate;
  now: Date;
  remoteAddress: string;
  /** The path of this page, without its query. */
  path: string;
};

/** A request of a guest who arrived properly and whose page still holds. */
export type Step = Visit & {
  settings: BranchSettings;
  nas: Nas;
  context: PageContext;
  /** A field of the form that was sent, trimmed; empty when it was not. */
  field: (name: string) => string;
};

const FIELD_CHARACTERS_MAX = 4000;
/** Fields that hold numbers, whichever digits their guest's keyboard has. */
const NUMBER_FIELDS = new Set([
  ...["phone", "code", "memberCode", "accessCode", "room", "day", "year"],
]);

export function readVisit(
  portal: Portal,
  request: FastifyRequest,
  reply: FastifyReply,
  settings: BranchSettings | null = portal.store.read(findSettings),
): Visit {
  const languages = settings?.branch.languages ?? (["en", "vi", "fa"] as const);
  const chosen = languages.find((each) => each === queryOf(request).language);
  const language = chosen ?? chooseLanguage(request.headers["accept-language"], languages);
  return {
    portal,
    reply,
    settings,
    language,
    t: translatorOf(language),
    now: portal.clock(),
    remoteAddress: plainAddress(request.ip),
    path: pathOf(request.url),
  };
}

/** Which device the box sees at an IPv6 address. Null of IPv4: such an address is one of few, and tells a device apart by itself. */
export async function findDeviceMac({ portal, remoteAddress }: Visit): Promise<string | null> {
  return isIPv6(remoteAddress) ? await portal.findMacOfAddress(remoteAddress) : null;
}

/** A handler for guests who carry a sealed context, in the query or in a hidden field. */
export function forGuests(
  portal: Portal,
  handle: (step: Step) => FastifyReply | Promise<FastifyReply>,
): RouteHandlerMethod {
  return (request, reply) => {
    const found = findStep(portal, request, reply);
    if (found.kind === "told") return found.answer;
    return request.method === "POST" ? act(found.step, { request, handle }) : handle(found.step);
  };
}

/** A page, at once or later. As a function: one that is made when the store is read no longer. */
export type Answer =
  | FastifyReply
  | Promise<FastifyReply>
  | (() => FastifyReply | Promise<FastifyReply>);

export const makeAnswer = (answer: Answer): FastifyReply | Promise<FastifyReply> =>
  typeof answer === "function" ? answer() : answer;

/** As forGuests, for pages that keep nothing: the store is looked at once for all of such a page. */
export function forLookers(portal: Portal, handle: (step: Step) => Answer): RouteHandlerMethod {
  return (request, reply) => {
    const look = () => {
      const found = findStep(portal, request, reply);
      return found.kind === "told" ? found.answer : handle(found.step);
    };
    return makeAnswer(portal.store.look(look));
  };
}

/** Whose page this is, or what they were told instead. */
function findStep(
  portal: Portal,
  request: FastifyRequest,
  reply: FastifyReply,
): { kind: "step"; step: Step } | { kind: "told"; answer: FastifyReply } {
  const visit = readVisit(portal, request, reply);
  const { settings, now, remoteAddress } = visit;
  if (!settings) return { kind: "told", answer: showNotReady(visit) };
  const form = (request.body ?? {}) as Record<string, unknown>;
  const sealed = form.c ?? queryOf(request).c;
  const opened = openContext(portal.seal, sealed, { remoteAddress, now });
  if (opened.kind === "refused") {
    portal.log.info({ reason: opened.reason }, "page refused");
    const { context, reason } = opened;
    if (context === null) return { kind: "told", answer: showOld(visit, null) };
    const spoken = speakTo(visit, request, context);
    const { nasId } = context.arrival;
    const why = reason === "elsewhere" ? reason : "old";
    return { kind: "told", answer: showOld(spoken, nasId, why) };
  }
  const { nasId } = opened.context.arrival;
  const nas = settings.nas.find((each) => each.id === nasId);
  // The settings may have changed since: nobody is led to an address that was taken off them.
  if (!nas || !isWayBackOpen(nas, opened.context.arrival))
    return { kind: "told", answer: showOld(speakTo(visit, request, opened.context), nasId) };
  const context = withoutGuestOfBefore({ portal, nas, remoteAddress, context: opened.context });
  const field = (name: string) => {
    const value = form[name];
    const text = typeof value === "string" ? value.trim().slice(0, FIELD_CHARACTERS_MAX) : "";
    return NUMBER_FIELDS.has(name) ? toPlainDigits(text) : text;
  };
  const spoken = speakTo(visit, request, context);
  return { kind: "step", step: { ...spoken, settings, nas, context, field } };
}

/** A tap does something: what it writes is kept together with what others do just then. */
async function act(
  step: Step,
  { request, handle }: { request: FastifyRequest; handle: Parameters<typeof forGuests>[1] },
): Promise<FastifyReply> {
  const { portal, context } = step;
  const { answer } = await portal.inTurn(() => {
    keepDevice(portal, context, readDescription(request.headers));
    return { answer: handle(step) };
  });
  return answer;
}

type SpokenTo = Pick<PageContext, "language" | "askedLanguage" | "usualLanguage">;

/** The same visit in the language that its guest chose, on this page or on one before, or else at an earlier visit. */
export function speakTo(visit: Visit, request: FastifyRequest, context: SpokenTo): Visit {
  const languages = visit.settings?.branch.languages ?? [];
  const chosen = languages.find((each) => each === queryOf(request).language);
  if (chosen) context.language = chosen;
  return speak(visit, findSpoken(languages, context) ?? visit.language);
}

/** The same step after its context has said something new of its guest's language. */
export function speakAnew(step: Step): Step {
  const { languages } = step.settings.branch;
  const asked = step.reply.request.headers["accept-language"];
  return speak(step, findSpoken(languages, step.context) ?? chooseLanguage(asked, languages));
}

function findSpoken(
  languages: readonly Language[],
  { language, askedLanguage = null, usualLanguage = null }: SpokenTo,
): Language | undefined {
  const speaks = (wanted: Language | null) => languages.find((each) => each === wanted);
  return speaks(language) ?? speaks(askedLanguage) ?? speaks(usualLanguage);
}

function speak<V extends Visit>(visit: V, language: Language): V {
  return language === visit.language ? visit : { ...visit, language, t: translatorOf(language) };
}

export type Page = {
  template: string;
  /** What its template is drawn with, beside `t` and `sealed`. */
  view: object;
  /** The rules of style that its blocks bring. */
  style?: string;
  title: string;
  status?: number;
  /** The path that shows this page again by GET, when it is not the path of this request. */
  path?: string;
  refresh?: { seconds: number; url: string } | undefined;
  /** The one script that may run on it, told by its hash (CSP 3 §2.3.1). */
  script?: { hash: string };
  /** A page of the portal's own in a frame that is not seen; null, or absent: none. */
  unseen?: string | null;
};

/** Answers with a page. With a context, the page carries it on. */
export function showPage(visit: Visit & { context?: PageContext }, page: Page): FastifyReply {
  const { portal, reply, settings, language, t, context } = visit;
  const sheet = sheetOf(settings, { language, blockStyle: page.style ?? "" });
  const sealed = context ? sealContext(portal.seal, context) : null;
  const path = page.path ?? visit.path;
  const hrefIn = (each: Language) =>
    sealed === null
      ? `${path}${path.includes("?") ? "&" : "?"}language=${each}`
      : `${path}?c=${sealed}&language=${each}`;
  const { title, refresh, unseen } = page;
  const frame = { settings, language, title, sheet: sheet.css, hrefIn, refresh, unseen };
  return reply
    .code(page.status ?? 200)
    .header("content-security-policy", policyOf(sheet, page))
    .header("content-language", language)
    .sendPage(page.template, { ...page.view, t, sealed }, frameValues(frame), sheet.bytes);
}

/**
 * Nothing is loaded but the page itself and the pictures in it, and no script runs but the one that
 * sends a hand-back's form. A form's answer
 * leads on to the NAS and to wherever that leads, and browsers hold form-action against the whole
 * chain: so it names schemes, not hosts.
 */
function policyOf(sheet: Sheet, { script, unseen }: Pick<Page, "script" | "unseen">): string {
  const scripts = script ? `script-src '${script.hash}'; ` : "";
  const frames = unseen ? "frame-src 'self'; " : "";
  return `default-src 'none'; ${scripts}${frames}style-src '${sheet.hash}'; ${REST_OF_POLICY}`;
}

const REST_OF_POLICY = [
  "img-src 'self' data:",
  "form-action 'self' http: https:",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Where a step leads on to by GET, with its context. */
export function hrefOf(portal: Portal, path: string, context: PageContext): string {
  return `${path}?c=${sealContext(portal.seal, context)}`;
}

/** How this step's page says its words, and where its links lead on with its context. */
export const onwardOf = ({ t, portal, context }: Step): Onward => ({
  t,
  hrefOf: (path) => hrefOf(portal, path, context),
});

/** A full navigation: mini-browsers look for the network again only after one. */
export function leadOn(visit: Visit, url: string): FastifyReply {
  return visit.reply.redirect(url, 303);
}

export function showNotReady(visit: Visit): FastifyReply {
  const { t } = visit;
  const view = { heading: t("notReady.title"), text: t("notReady.text") };
  return showPage(visit, { template: "notice", view, title: view.heading, status: 503, path: "/" });
}

/** Somebody asks for more at once than any guest does: the others must not wait behind them. */
export function showBusy(visit: Visit): FastifyReply {
  const { t } = visit;
  const view = { heading: t("error.title"), text: t("error.text") };
  return showPage(visit, { template: "notice", view, title: view.heading, status: 503, path: "/" });
}

/**
 * Where a NAS takes hold of a browser and leads it here anew: at its own address, or, where it has told none,
 * wherever something unencrypted is asked for. `nasId` null: it is not known which NAS, and an address that
 * is not each one's may be out of the guest's reach.
 */
export function findFreshStart(nasList: readonly Nas[], nasId: string | null): string {
  const [first = [], ...others] = nasList
    .filter((each) => (nasId === null ? isHandOff(each) : each.id === nasId))
    .map(loginOriginsOf);
  const everywhere = first.find((origin) => others.every((origins) => origins.includes(origin)));
  return everywhere ?? CAPTIVE_DOOR_PATH;
}

/** The page cannot go on: it is too old, or was opened from another address, as by a link in a mail on another device. */
export function showOld(
  visit: Visit,
  nasId: string | null,
  why: "old" | "elsewhere" = "old",
): FastifyReply {
  const { t, settings } = visit;
  const view = {
    heading: t(`${why}.title`),
    text: t(`${why}.text`),
    action: { href: findFreshStart(settings?.nas ?? [], nasId), label: t("old.again") },
    hint: t("old.hint"),
  };
  return showPage(visit, { template: "notice", view, title: view.heading, status: 403, path: "/" });
}

function queryOf(request: FastifyRequest): Record<string, unknown> {
  return (request.query ?? {}) as Record<string, unknown>;
}

function pathOf(url: string): string {
  const end = url.indexOf("?");
  return end < 0 ? url : url.slice(0, end);
}

/** An IPv4 address that came in over an IPv6 socket, as IPv4 (RFC 4291 §2.5.5.2). */
function plainAddress(address: string): string {
  return address.startsWith(":") ? address.replace(/^::ffff:(?=\d+\.)/i, "") : address;
}
