import { addGuestDetails } from "@foyer/branch-store";
import type { FastifyInstance, FastifyReply } from "fastify";
import { keepConsent } from "../consent/keep.ts";
import { OPTIONAL_PURPOSES, readTick } from "../consent/rules.ts";
import { findTextFor, viewTick } from "../consent/view.ts";
import type { Portal } from "../portal.ts";
import { forGuests, type Step, showOld, showPage } from "../step.ts";
import { type DetailFault, type DetailValues, readDetails } from "./details-rules.ts";
import { handBack } from "./go-online.ts";
import { findHandBack } from "./grant.ts";

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
  if (!context.admitted) return showOld(step, step.context.arrival.nasId);
  const monthName = new Intl.DateTimeFormat(language, { month: "long", timeZone: "UTC" });
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

function keepDetails(step: Step): FastifyReply {
  const { context, portal, field, language, now } = step;
  const { admitted, deviceId, arrival, terms } = context;
  if (!admitted) return showOld(step, step.context.arrival.nasId);
  const values = {
    name: field("name"),
    email: field("email"),
    day: field("day"),
    month: field("month"),
    year: field("year"),
  };
  const read = readDetails(values, now);
  if (read.kind === "faults") return showDetails(step, values, read.faults);
  if (findHandBack(step, admitted) === null)
    portal.store.transaction((tx) => {
      const { guestId } = admitted;
      const termsVersion = terms?.version ?? null;
      const { details } = read;
      if (Object.keys(details).length > 0)
        addGuestDetails(tx, {
          guestId,
          deviceId,
          nasId: arrival.nasId,
          language,
          details,
          termsVersion,
        });
      for (const purpose of OPTIONAL_PURPOSES) {
        const text = findTextFor(step, purpose);
        // Words that changed meanwhile are not agreed to; access does not depend on them.
        const tick = text ? readTick(field(purpose), text) : null;
        if (tick?.kind === "ticked")
          keepConsent(tx, context, { guestId, purpose, text: tick.terms });
      }
    });
  return handBack(step, admitted);
}
