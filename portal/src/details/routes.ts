import {
  type Choice,
  CONSENTS_KEY,
  listChoices,
  OPTIONAL_PURPOSES,
  type ShownDetails,
  type ShownText,
  tickNameOf,
  USUAL_DETAILS,
  viewDetails,
} from "@foyer/blocks";
import {
  addGuestDetails,
  findConsent,
  findGuest,
  findVisitNumber,
  type Guest,
  listOwnFields,
  noteAsked,
  type Transaction,
} from "@foyer/branch-store";
import type { AskedField, GuestDetails } from "@foyer/contract";
import type { FastifyInstance, FastifyReply } from "fastify";
import { keepConsent, takeBackConsent } from "../consent/keep.ts";
import { readTick } from "../consent/rules.ts";
import { findTextFor } from "../consent/view.ts";
import { handBack } from "../grant/go-online.ts";
import { findWayOnline } from "../grant/online.ts";
import type { PageContext } from "../page-context.ts";
import type { Portal } from "../portal.ts";
import { forGuests, onwardOf, type Step, showOld, showPage } from "../step.ts";
import { findAsking } from "./ask.ts";
import { readDetails } from "./read.ts";

/** What a form names the fields it asks for by, so that a correction is read as the first time. */
const ASKED = "asked";

/** What a guest tells of their own will, between signing in and going online. */
export function addDetailRoutes(app: FastifyInstance, portal: Portal): void {
  app.get("/details", forGuests(portal, askDetails));
  app.post("/details", forGuests(portal, keepDetails));
}

function askDetails(step: Step): FastifyReply {
  const { context } = step;
  const { admitted, arrival } = context;
  const online = arrival.state === "asks" ? findWayOnline(step) : null;
  if (online) return online();
  if (!admitted || !isAsking(context)) return showOld(step, arrival.nasId);
  const asking = findAsking(step, admitted.guestId);
  // Answered on another tab, or by staff, since this page was led to.
  if (!asking) return handBack(step, admitted);
  return showDetails(step, { ...asking, values: () => "", faults: {} });
}

function showDetails(step: Step, shown: ShownDetails): FastifyReply {
  const { language, settings } = step;
  const spoken = { ...onwardOf(step), language, branchLanguages: settings.branch.languages };
  const texts = shown.consents
    ? OPTIONAL_PURPOSES.flatMap((purpose) => findTextFor(step, purpose) ?? [])
    : [];
  const view = viewDetails(spoken, { ...shown, texts });
  const status = Object.keys(shown.faults).length > 0 ? 422 : 200;
  return showPage(step, { template: "details", view, title: view.heading, status });
}

/** Signed in and not online yet: the page after access is a right to nothing here. */
const isAsking = ({ admitted, arrival }: PageContext): boolean =>
  admitted !== null && arrival.state === "asks";

function keepDetails(step: Step): FastifyReply {
  const { context, portal, settings, field, now } = step;
  const { admitted, arrival } = context;
  if (!admitted || !isAsking(context)) return showOld(step, arrival.nasId);
  const all = settings.signIn.details?.fields ?? USUAL_DETAILS.fields;
  // A page of the release before names nothing: it asked for all.
  const asked = field(ASKED) === "" ? null : field(ASKED).split(" ");
  const fields = all.filter(({ key }) => asked?.includes(key) ?? true);
  const consents = asked?.includes(CONSENTS_KEY) ?? true;
  const read = readDetails(fields, field, now);
  if (read.kind === "faults")
    return showDetails(step, { fields, consents, values: field, faults: read.faults });
  const { details } = read;
  // Forgotten on another page since: what is told now is nobody's.
  if (!portal.store.read((tx) => findGuest(tx, admitted.guestId)))
    return showOld(step, arrival.nasId);
  portal.store.transaction((tx) => keep(tx, step, { ...admitted, details, fields, consents }));
  return handBack(step, admitted);
}

function keep(
  tx: Transaction,
  step: Step,
  told: {
    guestId: string;
    details: GuestDetails;
    fields: readonly AskedField[];
    consents: boolean;
  },
): void {
  const { context, language } = step;
  const { guestId, details } = told;
  const { deviceId, arrival, terms } = context;
  const place = { guestId, deviceId, nasId: arrival.nasId, language };
  const termsVersion = terms?.version ?? null;
  if (saysNews(tx, guestId, details)) addGuestDetails(tx, { ...place, details, termsVersion });
  if (told.consents)
    for (const purpose of OPTIONAL_PURPOSES) {
      const text = findTextFor(step, purpose);
      if (!text) continue;
      for (const choice of listChoices(text)) keepTick(tx, step, { guestId, text, ...choice });
    }
  const keys = told.fields.map(({ key }) => key);
  if (told.consents) keys.push(CONSENTS_KEY);
  noteAsked(tx, { guestId, keys, visitNumber: findVisitNumber(tx, guestId) });
}

/** Sent again with other words, it is a correction; the same once more says nothing new. */
function saysNews(tx: Transaction, guestId: string, { own = {}, ...usual }: GuestDetails): boolean {
  const guest = findGuest(tx, guestId);
  const before = listOwnFields(tx, guestId);
  return (
    Object.entries(usual).some(([key, value]) => value !== guest?.[key as keyof Guest]) ||
    Object.entries(own).some(([key, value]) => value !== before[key])
  );
}

/** Words that changed meanwhile are not agreed to; access does not depend on them. */
function keepTick(
  tx: Transaction,
  step: Step,
  { guestId, text, ...choice }: Choice & { guestId: string; text: ShownText },
): void {
  const { context, field } = step;
  const tick = readTick(field(tickNameOf(choice)), text);
  if (tick.kind === "ticked")
    keepConsent(tx, context, { guestId, ...choice, text: tick.terms, way: "details" });
  const said = findConsent(tx, { guestId, ...choice });
  const given = said?.given ? said : null;
  // A yes of this very page is taken back by it; one of an earlier day is not, for it shows no tick.
  if (tick.kind === "unticked" && given && given.at.getTime() >= context.issuedAt)
    takeBackConsent(tx, context, { guestId, given, channel: choice.channel, way: "details" });
}
