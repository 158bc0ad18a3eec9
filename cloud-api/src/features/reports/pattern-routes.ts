import type { Context, Routes } from "../../feature.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { tenantOf } from "../../platform/session.ts";
import { addReport } from "./add-report.ts";
import { besideDescribed, findDescribed } from "./devices.ts";
import { readQuestion } from "./figures.ts";
import { readNarrowing } from "./narrowing.ts";
import {
  findCohorts,
  findDevices,
  findGaps,
  findHeatMap,
  findHours,
  findLanguages,
  findRecency,
  findVisitCounts,
} from "./patterns.ts";
import {
  CohortsReply,
  DescribedReply,
  DevicesReply,
  GapsReply,
  HeatMapReply,
  HoursReply,
  LanguagesReply,
  RecencyReply,
  SignInsReply,
  VisitCountsQuery,
  VisitCountsReply,
} from "./schema.ts";
import { findSignIns } from "./sign-ins.ts";

const tags = ["reports"];
const refusals = { "4xx": ErrorReply };
const READ = { access: { permission: "reports.read" } };

/** Reports that ask for nothing but what every report does. */
export function patternRoutes(routes: Routes, context: Context): void {
  const { database } = context;
  const add = addReport(routes, context);
  add("heat-map", {
    summary: "Hour of the day by day of the week",
    reply: HeatMapReply,
    find: findHeatMap,
  });
  add("hours", {
    summary: "Arrivals, departures, dwell time and guests at once by hour of the day",
    reply: HoursReply,
    find: findHours,
  });
  add("cohorts", {
    summary: "Of those who came first in a month: how many came in the months after",
    reply: CohortsReply,
    find: findCohorts,
  });
  add("return-gaps", {
    summary: "How many days lie between a visit and the one before",
    reply: GapsReply,
    find: findGaps,
  });
  add("recency", {
    summary: "How many customers are active, at risk and lapsed, as of the last day",
    reply: RecencyReply,
    find: findRecency,
  });
  add("languages", {
    summary: "Customers by the language they read",
    reply: LanguagesReply,
    find: findLanguages,
  });
  add("devices", {
    summary: "Visits by whether the device had made its address up",
    reply: DevicesReply,
    find: findDevices,
  });
  add("systems", {
    summary: "Visits by the operating system of their devices, as their browsers said",
    reply: DescribedReply,
    find: (tx, question) => findDescribed(tx, { question, by: "system" }),
    beside: besideDescribed,
  });
  add("device-forms", {
    summary: "Visits by what their devices are: phones, tablets or computers",
    reply: DescribedReply,
    find: (tx, question) => findDescribed(tx, { question, by: "form" }),
    beside: besideDescribed,
  });
  add("sign-ins", {
    summary: "By which way guests came online, and by which channel their codes were to go",
    reply: SignInsReply,
    find: findSignIns,
  });
  routes.get(
    "/api/v1/reports/visit-counts",
    {
      config: READ,
      schema: {
        tags,
        summary: "Visits by which of their customer's visits they were, branch by branch",
        querystring: VisitCountsQuery,
        response: { 200: VisitCountsReply, ...refusals },
      },
    },
    (request) => {
      const narrow = readNarrowing(request, context, request.query);
      return database.readTenant(tenantOf(request), async (tx) => {
        const question = await readQuestion(tx, request.query, narrow);
        return findVisitCounts(tx, { question, counted: request.query.counted ?? "everywhere" });
      });
    },
  );
}
