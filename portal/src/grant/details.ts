import { addGuestDetails, findGuest, listConsents, type Transaction } from "@foyer/branch-store";
import type { ConsentPurpose, GuestDetails } from "@foyer/contract";
import type { FastifyInstance, FastifyReply } from "fastify";
import { keepConsent, takeBackConsent } from "../consent/keep.ts";
import { OPTIONAL_PURPOSES, readTick } from "../consent/rules.ts";
import { findTextFor, viewTick } from "../consent/view.ts";
import { localeOf } from "../language.ts";
import type { PageContext } from "../page-context.ts";
import type { Portal } from "../portal.ts";
import { forGuests, type Step, showOld, showPage } from "../step.ts";
import { type DetailFault, type DetailValues, readDetails } from "./details-rules.ts";
import { handBack } from "./go-online.ts";

const DETAILS = ["name", "email", "birthday"] as const satisfies (keyof GuestDetails)[];
const NO_VALUES: DetailValues = { name: "", email: "", day: "", month: "", year: "" };

/** What a guest tells of their own will, between the code and going online. */
export function addDetailRoutes(app: FastifyInstance, portal: Portal): void {
  app.get(
    "/details",
    forGuests(portal, (step) => showDetails(step, NO_VALUES, [])),
  );
  app.post("/details", forGuests(portal, keepDetails));
}

function showDetails(step: Step, values: DetailValues, faults: DetailFault[]): FastifyReply {
  const { t, language, context } = step;
  if (!isAsking(context)) return showOld(step, step.context.arrival.nasId);
  const monthName = new Intl.DateTimeFormat(localeOf(language), { month: "long", timeZone: "UTC" });
  const view = {
    values,
    faults: Object.fromEntries(faults.map((each) => [each, t(`details.fault.${each}`)])),
    months: Array.from({ length: 12 }, (_, index) => ({
      value: String(index + 1),
      name: monthName.format(Date.UTC(2000, index, 1)),
    })),
    texts: OPTIONAL_PURPOSES.flatMap((purpose) => {
      const text = findTextFor(step, purpose);
      return text ? [viewTick(step, text)] : [];
    }),
  };
  const status = faults.length > 0 ? 422 : 200;
  return showPage(step, { template: "details", view, title: t("details.title"), status });
}

/** Signed in and not online yet: the page after access is a right to nothing here. */
const isAsking = ({ admitted, arrival }: PageContext): boolean =>
  admitted !== null && arrival.state === "asks";

function keepDetails(step: Step): FastifyReply {
  const { context, portal, field, language, now } = step;
  const { admitted, deviceId, arrival, terms } = context;
  if (!admitted || !isAsking(context)) return showOld(step, arrival.nasId);
  const values = {
    name: field("name"),
    email: field("email"),
    day: field("day"),
    month: field("month"),
    year: field("year"),
  };
  const read = readDetails(values, now);
  if (read.kind === "faults") return showDetails(step, values, read.faults);
  const { guestId } = admitted;
  portal.store.transaction((tx) => {
    // Sent again with other words, it is a correction; the same once more says nothing new.
    const guest = findGuest(tx, guestId);
    const { details } = read;
    const differs = DETAILS.some((each) => details[each] && details[each] !== guest?.[each]);
    const termsVersion = terms?.version ?? null;
    const place = { guestId, deviceId, nasId: arrival.nasId, language };
    if (differs) addGuestDetails(tx, { ...place, details, termsVersion });
    for (const purpose of OPTIONAL_PURPOSES) keepTick(tx, step, { guestId, purpose });
  });
  return handBack(step, admitted);
}

/** Words that changed meanwhile are not agreed to; access does not depend on them. */
function keepTick(
  tx: Transaction,
  step: Step,
  { guestId, purpose }: { guestId: string; purpose: ConsentPurpose },
): void {
  const { context, field } = step;
  const text = findTextFor(step, purpose);
  if (!text) return;
  const tick = readTick(field(purpose), text);
  if (tick.kind === "ticked") keepConsent(tx, context, { guestId, purpose, text: tick.terms });
  const given = listConsents(tx, guestId).find((each) => each.purpose === purpose && each.given);
  // A yes of this very page is taken back by it; one of an earlier day is not, for it shows no tick.
  if (tick.kind === "unticked" && given && given.at.getTime() >= context.issuedAt)
    takeBackConsent(tx, context, { guestId, given });
}
