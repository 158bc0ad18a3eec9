import type { PageWhen, WeeklyHours } from "@foyer/contract";

/** A page as far as its place among others goes. */
export type Ordered = { id: string; when: PageWhen };

/**
 * Guests come for the first time or again: a page for both may be hidden by two that each take half.
 */
type Half = "first-visit" | "returning";

const halvesOf = ({ guests }: PageWhen): Half[] =>
  guests === "any" ? ["first-visit", "returning"] : [guests];

/** Why a page is never shown. */
export type PageWarning =
  | { pageId: string; kind: "never-reached"; hiddenBy: string[] }
  | { pageId: string; kind: "fits-nobody" }
  | { pageId: string; kind: "over"; since: string };

/** What is wrong with pages in their order; `today` is YYYY-MM-DD on the branch's calendar. */
export function listWarnings(pages: readonly Ordered[], today: string): PageWarning[] {
  return pages.flatMap((page, index): PageWarning[] => {
    const { id: pageId, when } = page;
    if (fitsNobody(when)) return [{ pageId, kind: "fits-nobody" }];
    const until = when.dates?.to;
    if (until !== undefined && until < today) return [{ pageId, kind: "over", since: until }];
    // A page that is over hides nobody any more.
    const before = pages
      .slice(0, index)
      .filter((each) => !fitsNobody(each.when) && (each.when.dates?.to ?? today) >= today);
    const hiding = halvesOf(when).map((half) =>
      before.find((each) => coversHalf(each.when, when, half)),
    );
    if (hiding.some((each) => each === undefined)) return [];
    const hiddenBy = [...new Set(hiding.flatMap((each) => (each ? [each.id] : [])))];
    return [{ pageId, kind: "never-reached", hiddenBy }];
  });
}

/** The list with a page in it: where it stood, or before the first that would keep guests from it. */
export function placePage<Page extends Ordered>(pages: readonly Page[], page: Page): Page[] {
  const at = pages.findIndex(({ id }) => id === page.id);
  if (at >= 0) return pages.with(at, page);
  const hiding = pages.findIndex(({ when }) =>
    halvesOf(page.when).some((half) => coversHalf(when, page.when, half)),
  );
  return pages.toSpliced(hiding < 0 ? pages.length : hiding, 0, page);
}

/** Whether every guest of that half whom `inner` fits, fits `outer` too, at all times. */
function coversHalf(outer: PageWhen, inner: PageWhen, half: Half): boolean {
  return halvesOf(outer).includes(half) && coverings.every((covers) => covers(outer, inner));
}

/** Each says yes only where it is sure of it. */
const coverings: readonly ((outer: PageWhen, inner: PageWhen) => boolean)[] = [
  (outer, inner) => coversNumbers(visitsOf(outer), visitsOf(inner)),
  (outer, inner) => coversNumbers(tenantVisitsOf(outer), tenantVisitsOf(inner)),
  (outer, inner) => coversAnyOf(outer.groups, inner.groups),
  (outer, inner) => coversAnyOf(outer.tags, inner.tags),
  (outer, inner) => coversAnyOf(outer.tiers, inner.tiers),
  (outer, inner) => coversAnyOf(outer.languages, inner.languages),
  ({ survey: outer }, { survey: inner }) =>
    !outer || (outer.id === inner?.id && outer.answered === inner.answered),
  (outer, inner) => coversHours(outer.hours, inner.hours),
  (outer, inner) => coversDates(outer.dates, inner.dates),
  (outer, inner) => !outer.birthday || inner.birthday === true,
  (outer, inner) => coversDays(outer, inner),
];

/** Numbers that are in the list, where there is one, and within the bounds. */
type Numbers = { list: readonly number[]; min: number; max: number };

const visitsOf = (when: PageWhen): Numbers => ({
  list: when.visitNumbers,
  min: when.visitNumberMin ?? 1,
  max: when.visitNumberMax ?? Number.POSITIVE_INFINITY,
});

const tenantVisitsOf = (when: PageWhen): Numbers => ({
  list: when.tenantVisitNumbers ?? [],
  min: when.tenantVisitNumberMin ?? 1,
  max: when.tenantVisitNumberMax ?? Number.POSITIVE_INFINITY,
});

const holds = ({ list, min, max }: Numbers, number: number): boolean =>
  (list.length === 0 || list.includes(number)) && min <= number && number <= max;

function coversNumbers(outer: Numbers, inner: Numbers): boolean {
  if (inner.list.length > 0)
    return inner.list.every((each) => !holds(inner, each) || holds(outer, each));
  if (outer.list.length === 0) return outer.min <= inner.min && inner.max <= outer.max;
  const count = inner.max - inner.min + 1;
  if (count > outer.list.length) return false;
  // By steps: where numbers lie further apart than 1, adding 1 changes nothing.
  for (let step = 0; step < count; step += 1) if (!holds(outer, inner.min + step)) return false;
  return true;
}

function coversAnyOf<T>(outer: readonly T[] = [], inner: readonly T[] = []): boolean {
  if (outer.length === 0) return true;
  return inner.length > 0 && inner.every((each) => outer.includes(each));
}

function coversDates(outer: PageWhen["dates"], inner: PageWhen["dates"]): boolean {
  const [from, to] = [outer?.from, outer?.to];
  const beginsIn = from === undefined || (inner?.from !== undefined && inner.from >= from);
  const endsIn = to === undefined || (inner?.to !== undefined && inner.to <= to);
  return beginsIn && endsIn;
}

function coversDays(outer: PageWhen, inner: PageWhen): boolean {
  const asks = ({ daysSinceVisitMin: min, daysSinceVisitMax: max }: PageWhen) =>
    min !== undefined || max !== undefined;
  if (!asks(outer)) return true;
  // Whoever comes for the first time has no days since, and fits no page that asks for some.
  if (!asks(inner)) return false;
  const least = (when: PageWhen) => when.daysSinceVisitMin ?? 0;
  const most = (when: PageWhen) => when.daysSinceVisitMax ?? Number.POSITIVE_INFINITY;
  return least(outer) <= least(inner) && most(inner) <= most(outer);
}

const MINUTES_OF_DAY = 24 * 60;
const MINUTES_OF_WEEK = 7 * MINUTES_OF_DAY;

function coversHours(
  outer: readonly WeeklyHours[] = [],
  inner: readonly WeeklyHours[] = [],
): boolean {
  if (outer.length === 0) return true;
  const open = minutesOf(outer);
  if (inner.length === 0) return open.every((each) => each === 1);
  return minutesOf(inner).every((each, minute) => each === 0 || open[minute] === 1);
}

/** Each minute of the week from Monday on: 1 within the hours. */
function minutesOf(hours: readonly WeeklyHours[]): Uint8Array {
  const minutes = new Uint8Array(MINUTES_OF_WEEK);
  for (const { days, from, to } of hours)
    for (const day of days) {
      const [begin, end] = [minuteOf(from), minuteOf(to)];
      const length = end > begin ? end - begin : end + MINUTES_OF_DAY - begin;
      const first = (day - 1) * MINUTES_OF_DAY + begin;
      for (let minute = first; minute < first + length; minute += 1)
        minutes[minute % MINUTES_OF_WEEK] = 1;
    }
  return minutes;
}

function minuteOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return hour * 60 + minute;
}

/** Conditions that no guest ever fits together. */
function fitsNobody(when: PageWhen): boolean {
  const numbers = visitsOf(when);
  const isListEmpty = numbers.list.length > 0 && !numbers.list.some((each) => holds(numbers, each));
  if (isListEmpty || numbers.min > numbers.max) return true;
  const { guests, daysSinceVisitMin, daysSinceVisitMax } = when;
  if (guests !== "first-visit") return false;
  // Nobody's first visit has a number of its own but 1, or a visit before it.
  const asksDays = daysSinceVisitMin !== undefined || daysSinceVisitMax !== undefined;
  return asksDays || !holds(numbers, 1);
}
