import type { Greet, GuestMarks, Language, PageSettings, PageWhen } from "@foyer/contract";
import { type CalendarDay, countDays, dayOf, isBirthday, sayDay } from "./days.ts";
import { isWithinHours } from "./hours.ts";

/** A page as a guest was shown it. */
export type ShownPage = { pageId: string; version: number };

/** What is known of the person a page is for. */
export type Viewer = {
  /** True only when the device was proved to be a guest's who was here before. */
  isReturning: boolean;
  /** The visit to this branch they are in or begin now, from 1. */
  visitNumber: number;
  /** The same, counted over all branches of the tenant. */
  tenantVisitNumber: number;
  marks: GuestMarks;
  /** The ids of the surveys they have answered. */
  answeredSurveys: readonly string[];
  /** As GuestDetails has it: YYYY-MM-DD, or --MM-DD; null where it is not known. */
  birthday: string | null;
  language: Language;
  /** When the visit before this one ended; null: there was none, or none is known of. */
  lastVisitAt: Date | null;
  /** Looked at by the greet policy `when-due` alone. */
  shownPages: readonly ShownPage[];
};

/** Somebody of whom nothing was proved: they see what a first-timer sees, and nothing personal. */
export function strangerOf(language: Language): Viewer {
  return {
    isReturning: false,
    visitNumber: 1,
    tenantVisitNumber: 1,
    marks: { groups: [], tags: [], tier: null },
    answeredSurveys: [],
    birthday: null,
    language,
    lastVisitAt: null,
    shownPages: [],
  };
}

/** `timeZone` is IANA. */
export type Moment = { now: Date; timeZone: string };

/** The first page that fits, in the branch's order; null when none does. */
export function choosePage(
  pages: readonly PageSettings[],
  viewer: Viewer,
  moment: Moment,
): PageSettings | null {
  return pages.find(({ when }) => tests.every((fits) => fits(when, viewer, moment))) ?? null;
}

/** What a page asks that does not fit; empty: it fits. */
export function listMisfits(
  { when }: Pick<PageSettings, "when">,
  viewer: Viewer,
  moment: Moment,
): PageCondition[] {
  const names = Object.keys(conditions) as PageCondition[];
  return names.filter((name) => !conditions[name](when, viewer, moment));
}

/** True where the page does not ask, or asks and it fits. */
type Condition = (when: PageWhen, viewer: Viewer, moment: Moment) => boolean;

const conditions = {
  guests: fitsGuests,
  visit: fitsVisit,
  tenantVisit: fitsTenantVisit,
  marks: fitsMarks,
  survey: fitsSurvey,
  language: fitsLanguage,
  dates: fitsDates,
  birthday: fitsBirthday,
  lastVisit: fitsLastVisit,
  hours: fitsHours,
} satisfies Record<string, Condition>;
export type PageCondition = keyof typeof conditions;
/** In their order, looked up once: a box asks them for every guest. */
const tests: readonly Condition[] = Object.values(conditions);

function fitsGuests({ guests }: PageWhen, { isReturning }: Viewer): boolean {
  switch (guests) {
    case "any":
      return true;
    case "first-visit":
      return !isReturning;
    case "returning":
      return isReturning;
    default:
      return assertNever(guests);
  }
}

function fitsVisit(when: PageWhen, { visitNumber }: Viewer): boolean {
  const { visitNumbers, visitNumberMin: min, visitNumberMax: max } = when;
  return isAnyOf(visitNumbers, [visitNumber]) && isWithin(visitNumber, { min, max });
}

function fitsTenantVisit(when: PageWhen, { tenantVisitNumber }: Viewer): boolean {
  const { tenantVisitNumbers, tenantVisitNumberMin: min, tenantVisitNumberMax: max } = when;
  return (
    isAnyOf(tenantVisitNumbers, [tenantVisitNumber]) && isWithin(tenantVisitNumber, { min, max })
  );
}

function fitsMarks({ groups, tags, tiers }: PageWhen, { marks }: Viewer): boolean {
  return (
    isAnyOf(groups, marks.groups) &&
    isAnyOf(tags, marks.tags) &&
    isAnyOf(tiers, marks.tier === null ? [] : [marks.tier])
  );
}

function fitsSurvey({ survey }: PageWhen, { answeredSurveys }: Viewer): boolean {
  return !survey || answeredSurveys.includes(survey.id) === survey.answered;
}

function fitsLanguage({ languages }: PageWhen, { language }: Viewer): boolean {
  return isAnyOf(languages, [language]);
}

function fitsDates({ dates }: PageWhen, _: Viewer, moment: Moment): boolean {
  if (!dates || (dates.from === undefined && dates.to === undefined)) return true;
  // YYYY-MM-DD sorts as its days do.
  const today = sayDay(todayOf(moment));
  return (dates.from ?? today) <= today && today <= (dates.to ?? today);
}

function fitsBirthday(when: PageWhen, { birthday }: Viewer, moment: Moment): boolean {
  if (!when.birthday) return true;
  return birthday !== null && isBirthday(birthday, todayOf(moment));
}

function fitsLastVisit(when: PageWhen, { lastVisitAt }: Viewer, moment: Moment): boolean {
  const { daysSinceVisitMin: min, daysSinceVisitMax: max } = when;
  if (min === undefined && max === undefined) return true;
  if (lastVisitAt === null) return false;
  const days = countDays(dayOf(lastVisitAt, moment.timeZone), todayOf(moment));
  // A clock that was put back makes no visit of the future.
  return isWithin(Math.max(0, days), { min, max });
}

function fitsHours({ hours = [] }: PageWhen, _: Viewer, moment: Moment): boolean {
  return isWithinHours(hours, moment);
}

const todayOf = ({ now, timeZone }: Moment): CalendarDay => dayOf(now, timeZone);

function isWithin(
  value: number,
  {
    min = 0,
    max = Number.POSITIVE_INFINITY,
  }: { min?: number | undefined; max?: number | undefined },
): boolean {
  return value >= min && value <= max;
}

/** A condition that names nothing asks for nothing. */
function isAnyOf<T>(wanted: readonly T[] | undefined, given: readonly T[]): boolean {
  return !wanted || wanted.length === 0 || given.some((each) => wanted.includes(each));
}

export type PageQuestion = Moment & {
  pages: readonly PageSettings[];
  /** The branch's, for pages that do not say. */
  greet: Greet;
  viewer: Viewer;
  lastPageAt: Date | null;
  /** A visit goes on: coming back within it is no new arrival. */
  hasOpenVisit: boolean;
};

/**
 * Whether a known device has to meet its page before it goes online, or may be let in by its MAC
 * alone. A device let in by its MAC never sees a page. The page it has to meet is the one that
 * `choosePage` gives for the same viewer and moment.
 */
export function isPageDue(question: PageQuestion): boolean {
  const { pages, viewer, lastPageAt, hasOpenVisit, now, timeZone } = question;
  const page = choosePage(pages, viewer, { now, timeZone });
  const greet = page?.greet ?? question.greet;
  const isArrival = !hasOpenVisit || lastPageAt === null;
  switch (greet) {
    case "never":
      return false;
    case "once-a-day":
      return (
        lastPageAt === null || sayDay(dayOf(lastPageAt, timeZone)) !== sayDay(todayOf(question))
      );
    case "each-visit":
      return isArrival;
    case "when-due":
      return isArrival && page !== null && !hasSeen(viewer.shownPages, page);
    default:
      return assertNever(greet);
  }
}

/** This version or a later one: settings that were taken back say nothing new. */
function hasSeen(shown: readonly ShownPage[], { id, version }: PageSettings): boolean {
  return shown.some((each) => each.pageId === id && each.version >= version);
}

/** Whether a branch's pages look at these of a viewer's facts, which cost a look into the store. */
export function whatPagesAsk(pages: readonly PageSettings[], greet: Greet) {
  return {
    surveys: pages.some(({ when }) => when.survey !== undefined),
    lastVisit: pages.some(
      ({ when }) => when.daysSinceVisitMin !== undefined || when.daysSinceVisitMax !== undefined,
    ),
    shownPages: greet === "when-due" || pages.some((each) => each.greet === "when-due"),
  };
}

function assertNever(value: never): never {
  throw new Error(`unknown word of a page: ${value}`);
}
