import { startOfWeek } from "@foyer/admission";
import type { Context, Routes } from "../../feature.ts";
import { refuse } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { findDocument, NO_BRANCH } from "../branches/index.ts";
import { listPageDays } from "./calendar.ts";
import { keepsLeapBirthdays, listFeasts } from "./feasts.ts";
import { readWallTime, sayWallTime } from "./preview.ts";
import { READ, refusals, tags } from "./routes.ts";
import { BranchPagesParams, CalendarBody, CalendarReply } from "./schema.ts";
import { findCustomerAsPerson, makeUpPerson, type Person } from "./viewers.ts";

/** Far from years of five digits, and from those that `Date.UTC` takes for the last century's. */
const FIRST_DAY = "1970-01-01";
const LAST_DAY = "8999-12-31";

/** Which page somebody sees when, day by day on the branch's calendar. */
export function registerPageCalendar(routes: Routes, context: Context): void {
  const { database } = context;
  routes.post(
    "/api/v1/branches/:id/page-calendar",
    {
      // It changes nothing: a body says more than an address holds.
      config: READ,
      schema: {
        tags,
        summary: "Which page somebody sees at a branch at which hours of which days",
        params: BranchPagesParams,
        body: CalendarBody,
        response: { 200: CalendarReply, ...refusals },
      },
    },
    async (request) => {
      const { days, customerId, person: madeUp = {} } = request.body;
      const { found, now } = await database.readTenant(tenantOf(request), async (tx) => ({
        found: await findDocument(tx, request.params.id),
        now: tx.now,
      }));
      if (!found) throw refuse("not-found", NO_BRANCH);
      const { branch, pages } = found.document;
      const { timeZone, country, languages } = branch;
      const sayDay = (moment: Date) => sayWallTime(moment, timeZone).slice(0, 10);
      const first = request.body.from ?? sayDay(startOfWeek(now, timeZone));
      if (first < FIRST_DAY || first > LAST_DAY || !readWallTime(`${first}T00:00`, timeZone))
        throw refuse("invalid", "There is no such day.", { field: "/from" });
      const customer: Person | null =
        customerId === undefined
          ? null
          : await findCustomerAsPerson(request, context, { customerId, branch });
      // Somebody made up was here so many days before whichever day they are looked at.
      const viewerAt = (moment: Date) =>
        (customer ?? makeUpPerson(madeUp, { now: moment, languages })).viewer;
      return {
        ...{ today: sayDay(now), timeZone },
        days: listPageDays(pages, { first, days, timeZone, viewerAt }).map((day) => ({
          ...day,
          keepsLeapBirthdays: keepsLeapBirthdays(day.day),
          feasts: listFeasts(day.day, country),
        })),
      };
    },
  );
}
