import { type Static, Type } from "typebox";
import { MarkId } from "./known-guests.ts";
import { Id, Language, Url } from "./personal.ts";
import { WeeklyHours } from "./weekly-hours.ts";

/** One piece of a page; `kind` names a folder of the package blocks, which knows its own fields. */
export const BlockSettings = Type.Object({
  kind: Type.String({ pattern: "^[a-z]+(-[a-z]+)*$", maxLength: 32 }),
  fields: Type.Record(Type.String(), Type.Unknown()),
});
export type BlockSettings = Static<typeof BlockSettings>;

/**
 * When a returning device meets a page before it goes online: at each new visit, once a day on the
 * branch's calendar, at a new visit whose page its guest has not seen in this version (`when-due`), or
 * never.
 */
export const Greet = Type.Union([
  Type.Literal("each-visit"),
  Type.Literal("once-a-day"),
  Type.Literal("when-due"),
  Type.Literal("never"),
]);
export type Greet = Static<typeof Greet>;

const VisitNumber = Type.Integer({ minimum: 1 });
/** Each list is compared with those of all other pages of the branch. */
const VisitNumbers = Type.Array(VisitNumber, { maxItems: 100 });
const Days = Type.Integer({ minimum: 0, maximum: 3650 });
/** YYYY-MM-DD on the branch's calendar. */
const BranchDate = Type.String({ pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" });
const Marks = Type.Array(MarkId, { maxItems: 50 });

/** Whom and when a page is for. All that it asks has to fit; what is absent or empty asks nothing. */
export const PageWhen = Type.Object({
  guests: Type.Union([Type.Literal("any"), Type.Literal("first-visit"), Type.Literal("returning")]),
  /** Any of these visits to this branch, counting from 1. */
  visitNumbers: VisitNumbers,
  /** From this visit to this branch on, up to that one, both with it. */
  visitNumberMin: Type.Optional(VisitNumber),
  visitNumberMax: Type.Optional(VisitNumber),
  /** The same of visits to all branches of the tenant: 1 is somebody's first visit ever. */
  tenantVisitNumbers: Type.Optional(VisitNumbers),
  tenantVisitNumberMin: Type.Optional(VisitNumber),
  tenantVisitNumberMax: Type.Optional(VisitNumber),
  /** Any of these customer groups, tags or tiers. */
  groups: Type.Optional(Marks),
  tags: Type.Optional(Marks),
  tiers: Type.Optional(Marks),
  /** Whether the guest has answered a survey of the branch. */
  survey: Type.Optional(Type.Object({ id: MarkId, answered: Type.Boolean() })),
  /** Time slots on the branch's clock. */
  hours: Type.Optional(Type.Array(WeeklyHours, { maxItems: 50 })),
  /** The first and the last day, both with it. */
  dates: Type.Optional(
    Type.Object({ from: Type.Optional(BranchDate), to: Type.Optional(BranchDate) }),
  ),
  /** True: only on the guest's birthday. 29 February is kept on the 28th of a common year. */
  birthday: Type.Optional(Type.Boolean()),
  languages: Type.Optional(Type.Array(Language, { maxItems: 10 })),
  /** Days on the branch's calendar since the visit before ended; a first visit has none. */
  daysSinceVisitMin: Type.Optional(Days),
  daysSinceVisitMax: Type.Optional(Days),
});
export type PageWhen = Static<typeof PageWhen>;

/** A welcome page. Pages are tried in order and the first whose `when` fits is shown. */
export const PageSettings = Type.Object({
  id: Id,
  name: Type.String({ maxLength: 100 }),
  /** As many as a database counts in 32 bits. */
  version: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
  when: PageWhen,
  blocks: Type.Array(BlockSettings, { maxItems: 30 }),
  /** Absent: as signIn.greet says for the branch. */
  greet: Type.Optional(Greet),
  /** Where its guests are sent after access. Absent: as signIn.landingUrl says; null: nowhere. */
  landingUrl: Type.Optional(Type.Union([Url, Type.Null()])),
});
export type PageSettings = Static<typeof PageSettings>;

/**
 * Whether a branch's pages are chosen by visits to other branches: then, and only then, the cloud
 * tells the branch's boxes of each of those.
 */
export function countsTenantVisits(pages: readonly PageSettings[]): boolean {
  return pages.some(({ when }) => Object.keys(when).some((key) => key.startsWith("tenantVisit")));
}

/** What fits the schema of a page and cannot be shown to anybody, with its place; null: nothing. */
export function findPageWhenFault(
  pages: readonly PageSettings[],
  { languages, surveyIds }: { languages: readonly Language[]; surveyIds: ReadonlySet<string> },
): string | null {
  const ids = new Set<string>();
  for (const [index, { id, when }] of pages.entries()) {
    if (ids.has(id)) return `/pages/${index}/id is the id of an earlier page`;
    ids.add(id);
    const fault = findRangeFault(when) ?? findNamedFault(when, { languages, surveyIds });
    if (fault) return `/pages/${index}/when/${fault}`;
  }
  return null;
}

function findRangeFault(when: PageWhen): string | null {
  const ranges = ["visitNumber", "tenantVisitNumber", "daysSinceVisit"] as const;
  for (const range of ranges) {
    const [min, max] = [when[`${range}Min`], when[`${range}Max`]];
    if (min !== undefined && max !== undefined && max < min)
      return `${range}Max is below ${range}Min: it would fit nobody`;
  }
  const { from, to } = when.dates ?? {};
  if (from !== undefined && !isDate(from)) return `dates/from ${from} is no day of the calendar`;
  if (to !== undefined && !isDate(to)) return `dates/to ${to} is no day of the calendar`;
  if (from !== undefined && to !== undefined && to < from)
    return "dates/to is before from: it would fit no day";
  return null;
}

function findNamedFault(
  { languages: wanted = [], survey }: PageWhen,
  { languages, surveyIds }: { languages: readonly Language[]; surveyIds: ReadonlySet<string> },
): string | null {
  if (survey && !surveyIds.has(survey.id)) return `survey/id ${survey.id} is no survey of /surveys`;
  const foreign = wanted.find((each) => !languages.includes(each));
  return foreign ? `languages has ${foreign}, which the branch does not speak` : null;
}

function isDate(text: string): boolean {
  const moment = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(text);
}
