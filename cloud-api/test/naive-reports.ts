import type { RawBranch, RawVisit, RawWayIn } from "./report-year.ts";

// Every report once more, in the plainest way: from the list of visits, one after another, by a clock
// that the database has no part in.

export type NaiveQuestion = {
  from: string;
  to: string;
  branchIds?: readonly string[];
  hours?: readonly number[];
  weekdays?: readonly number[];
  tagId?: string;
  segmentId?: string;
  languages?: readonly string[];
  devices?: readonly string[];
  systems?: readonly string[];
  forms?: readonly string[];
  methods?: readonly string[];
  /** Of visits and ways in that are told apart by one of these: whether one is among them. */
  among?: (fact: NaiveFact) => boolean;
  /** The same of what is asked of customers alone. */
  whose?: (fact: NaiveFact) => boolean;
};

/** Whose a visit or a way in was, and how they came. */
export type NaiveFact = Pick<RawVisit, "customerId" | "language" | "system" | "form"> & {
  device: "given" | "made-up" | "unknown";
  method: string;
};

export type NaiveVisit = RawVisit &
  NaiveFact & {
    day: string;
    hour: number;
    number: number;
    numberAtBranch: number;
    seconds: number | null;
    endSlot: string | null;
    /** The moments that the clock's slots are looked at: when it began, and each hour's begin since. */
    looks: { at: number; slot: string }[];
    /** Slot → seconds within it. */
    within: Map<string, number>;
  };

const formats = new Map<string, Intl.DateTimeFormat>();

/** What a clock on the wall shows. */
function readClock(at: Date, timeZone: string): { day: string; hour: number } {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      ...{ timeZone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit" },
      hour: "2-digit",
    });
    formats.set(timeZone, format);
  }
  const parts = Object.fromEntries(
    format.formatToParts(at).map(({ type, value }) => [type, value]),
  );
  return { day: `${parts.year}-${parts.month}-${parts.day}`, hour: Number(parts.hour) };
}

export function dayAfter(day: string, days: number): string {
  const at = new Date(`${day}T12:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

const NAMES = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const namesOfDays = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", weekday: "short" });
const weekdays = new Map<string, number>();

export function weekday(day: string): number {
  const known = weekdays.get(day);
  if (known !== undefined) return known;
  const found = NAMES.indexOf(namesOfDays.format(new Date(`${day}T12:00:00Z`))) + 1;
  weekdays.set(day, found);
  return found;
}

const slotName = ({ day, hour }: { day: string; hour: number }) =>
  `${day}T${String(hour).padStart(2, "0")}`;

/** The first way in of its device within ten minutes of when it began. */
function readMethod({ deviceId, branchId, startedAt }: RawVisit, ways: readonly RawWayIn[]) {
  const [first] = ways
    .filter(
      (way) =>
        way.deviceId === deviceId &&
        way.branchId === branchId &&
        Math.abs(way.at.getTime() - startedAt.getTime()) <= 600_000,
    )
    .sort((one, other) => one.at.getTime() - other.at.getTime() || (one.id < other.id ? -1 : 1));
  return first?.method ?? "unknown";
}

/** The branch's day and hour of a moment. */
function openClocks(branches: readonly RawBranch[]) {
  const clocks = new Map(branches.map((branch) => [branch.id, branch]));
  return (at: Date, branchId: string) => {
    const { timeZone = "UTC", dayStartsHour = 0 } = clocks.get(branchId) ?? {};
    const { day, hour } = readClock(at, timeZone);
    return { day: hour < dayStartsHour ? dayAfter(day, -1) : day, hour };
  };
}

const deviceOf = ({ isMadeUp }: Pick<RawVisit, "isMadeUp">): NaiveFact["device"] =>
  isMadeUp === null ? "unknown" : isMadeUp ? "made-up" : "given";

/** Way in → how often guests came online by it. */
export function signIns(
  ways: readonly RawWayIn[],
  { branches, ...asked }: NaiveQuestion & { branches: readonly RawBranch[] },
): Map<string, number> {
  const slotOf = openClocks(branches);
  const mine = ways
    .map((way) => ({ ...way, device: deviceOf(way) }))
    .filter((way) => asked.among?.(way) ?? true)
    .filter((way) => fits(slotOf(way.at, way.branchId), way.branchId, asked));
  const byMethod = Map.groupBy(mine, ({ method }) => method);
  return new Map([...byMethod].map(([method, those]) => [method, those.length]));
}

export function readVisits(
  visits: readonly RawVisit[],
  branches: readonly RawBranch[],
  ways: readonly RawWayIn[],
) {
  const slotOf = openClocks(branches);
  const counts = new Map<string, number>();
  const next = (key: string) => {
    counts.set(key, (counts.get(key) ?? 0) + 1);
    return counts.get(key) ?? 0;
  };
  const inOrder = visits.toSorted(
    (one, other) =>
      one.startedAt.getTime() - other.startedAt.getTime() || (one.id < other.id ? -1 : 1),
  );
  return inOrder.map((visit): NaiveVisit => {
    const { customerId, branchId, startedAt, endedAt } = visit;
    const begin = Math.floor(startedAt.getTime() / 1000);
    const end = endedAt && Math.floor(endedAt.getTime() / 1000);
    const within = new Map<string, number>();
    const looks: NaiveVisit["looks"] = [];
    // A minute lies within one hour of every clock.
    for (let at = begin; end !== null && (at < end || at === begin); ) {
      const until = Math.min((Math.floor(at / 60) + 1) * 60, end);
      const slot = slotName(slotOf(new Date(at * 1000), branchId));
      if (!within.has(slot)) looks.push({ at, slot });
      within.set(slot, (within.get(slot) ?? 0) + (until - at));
      at = Math.max(until, at + 1);
    }
    return {
      ...visit,
      device: deviceOf(visit),
      method: readMethod(visit, ways),
      ...slotOf(startedAt, branchId),
      number: customerId ? next(customerId) : 0,
      numberAtBranch: customerId ? next(`${customerId} ${branchId}`) : 0,
      seconds: end === null ? null : end - begin,
      endSlot: endedAt && slotName(slotOf(endedAt, branchId)),
      ...{ within, looks },
    };
  });
}

type Visits = readonly NaiveVisit[];
const sumOf = (numbers: readonly number[]) => numbers.reduce((sum, each) => sum + each, 0);
const distinct = (visits: Visits) =>
  new Set(visits.flatMap(({ customerId }) => (customerId ? [customerId] : [])));

function fits(slot: { day: string; hour: number }, branchId: string, asked: NaiveQuestion) {
  const { from, to, branchIds, hours, weekdays: days } = asked;
  return (
    slot.day >= from &&
    slot.day <= to &&
    (branchIds?.includes(branchId) ?? true) &&
    (hours?.includes(slot.hour) ?? true) &&
    (days?.includes(weekday(slot.day)) ?? true)
  );
}

const amongst = (visits: Visits, { among }: NaiveQuestion) =>
  among ? visits.filter(among) : visits;

/** Of customers, at the branches, hours and days of the week asked about, whenever it was. */
const ofAllDays = (visits: Visits, { from: _, to: __, ...asked }: NaiveQuestion) =>
  select(visits, { ...asked, from: "0001-01-01", to: "9999-12-31" }).filter(
    ({ customerId }) => customerId,
  );

export const select = (visits: Visits, asked: NaiveQuestion) =>
  amongst(visits, asked).filter((visit) => fits(visit, visit.branchId, asked));

const readSlot = (slot: string) => ({ day: slot.slice(0, 10), hour: Number(slot.slice(11)) });

/** The first day ever of each customer, at the branches asked about. */
export function firstDays(visits: Visits, { branchIds }: NaiveQuestion): Map<string, string> {
  const days = new Map<string, string>();
  for (const { customerId, day, branchId } of visits) {
    if (!customerId || !(branchIds?.includes(branchId) ?? true)) continue;
    const known = days.get(customerId);
    if (known === undefined || day < known) days.set(customerId, day);
  }
  return days;
}

export function figures(visits: Visits, asked: NaiveQuestion) {
  const mine = select(visits, asked);
  const came = distinct(mine);
  const first = firstDays(visits, asked);
  const fresh = [...came].filter((id) => {
    const day = first.get(id) ?? "";
    return day >= asked.from && day <= asked.to;
  });
  return {
    visits: mine.length,
    anonymousVisits: mine.filter(({ customerId }) => !customerId).length,
    customers: came.size,
    newCustomers: fresh.length,
    returningCustomers: came.size - fresh.length,
    endedVisits: mine.filter(({ endedAt }) => endedAt).length,
    dwellSeconds: sumOf(mine.map(({ seconds }) => seconds ?? 0)),
    connectedSeconds: sumOf(mine.map(({ connectedSeconds }) => connectedSeconds)),
    uploadBytes: sumOf(mine.map(({ uploadBytes }) => uploadBytes)),
    downloadBytes: sumOf(mine.map(({ downloadBytes }) => downloadBytes)),
    departures: amongst(visits, asked).filter(
      ({ endSlot, branchId }) => endSlot !== null && fits(readSlot(endSlot), branchId, asked),
    ).length,
  };
}

/** Visits that reached into the hours asked about (once for each), and for how long. */
export function presence(visits: Visits, asked: NaiveQuestion) {
  const pieces = amongst(visits, asked).flatMap(({ within, branchId }) =>
    [...within].filter(([slot]) => fits(readSlot(slot), branchId, asked)),
  );
  return { present: pieces.length, presentSeconds: sumOf(pieces.map(([, seconds]) => seconds)) };
}

/** `branch slot` → the most visits that are over were there at one moment of it. */
export function peaks(visits: Visits, asked: NaiveQuestion): Map<string, number> {
  const most = new Map<string, number>();
  const those = amongst(visits, asked).flatMap(({ startedAt, endedAt, branchId, looks }) => {
    if (endedAt === null) return [];
    const [begin, end] = [startedAt, endedAt].map((at) => Math.floor(at.getTime() / 1000));
    return [{ begin: begin ?? 0, end: end ?? 0, branchId, looks }];
  });
  for (const { branchId, looks } of those) {
    const there = those.filter((other) => other.branchId === branchId);
    for (const { at, slot } of looks) {
      if (!fits(readSlot(slot), branchId, asked)) continue;
      const count = there.filter(({ begin, end }) => begin <= at && at < end).length;
      const key = `${branchId} ${slot}`;
      if (count > 0) most.set(key, Math.max(most.get(key) ?? 0, count));
    }
  }
  return most;
}

const CLASSES: [number, number][] = [
  [1, 1],
  [2, 2],
  [3, 5],
  [6, 10],
  [11, Number.POSITIVE_INFINITY],
];

export function classes(visits: Visits, asked: NaiveQuestion, key: "number" | "numberAtBranch") {
  const mine = select(visits, asked).filter(({ customerId }) => customerId);
  return CLASSES.map(([from, to]) => {
    const those = mine.filter((visit) => visit[key] >= from && visit[key] <= to);
    return { visitClass: from, visits: those.length, customers: distinct(those).size };
  });
}

/** `month after` → how many of whose first month it was came then. */
export function cohorts(visits: Visits, asked: NaiveQuestion): Map<string, number> {
  const first = firstDays(visits, asked);
  const sets = new Map<string, Set<string>>();
  for (const { customerId, day } of ofAllDays(visits, asked)) {
    const firstDay = customerId && first.get(customerId);
    if (!firstDay || firstDay < asked.from || firstDay > asked.to) continue;
    const [month, active] = [firstDay.slice(0, 7), day.slice(0, 7)];
    const after =
      12 * (Number(active.slice(0, 4)) - Number(month.slice(0, 4))) +
      Number(active.slice(5)) -
      Number(month.slice(5));
    const key = `${month} ${after}`;
    sets.set(key, (sets.get(key) ?? new Set()).add(customerId));
  }
  return new Map([...sets].map(([key, set]) => [key, set.size]));
}

/** Month → whose first month it was, among the customers asked about, by whichever of their visits. */
export function firstMonths(visits: Visits, asked: NaiveQuestion): Map<string, number> {
  const { whose = () => true, from, to } = asked;
  const theirs = distinct(visits.filter(whose));
  const months = [...firstDays(visits, asked)]
    .filter(([id, day]) => theirs.has(id) && day >= from && day <= to)
    .map(([, day]) => day.slice(0, 7));
  return new Map([...Map.groupBy(months, (month) => month)].map(([key, all]) => [key, all.length]));
}

/** Days between each visit of the period and the one before it, the fewest first. */
export function gaps(visits: Visits, asked: NaiveQuestion): number[] {
  const byCustomer = Map.groupBy(ofAllDays(visits, asked), ({ customerId }) => customerId);
  const days = (day: string) => Date.parse(`${day}T00:00:00Z`) / 86_400_000;
  return [...byCustomer.values()]
    .flatMap((theirs) => {
      const sorted = theirs.map(({ day }) => day).sort();
      return sorted.flatMap((day, index) => {
        const before = sorted[index - 1];
        return before !== undefined && day >= asked.from && day <= asked.to
          ? [days(day) - days(before)]
          : [];
      });
    })
    .sort((one, other) => one - other);
}

/** Customer → their last day up to the end of the period. */
export function lastDays(visits: Visits, asked: NaiveQuestion): Map<string, string> {
  const days = new Map<string, string>();
  for (const { customerId, day } of ofAllDays(visits, asked))
    if (customerId && day <= asked.to && day > (days.get(customerId) ?? ""))
      days.set(customerId, day);
  return days;
}

/** What a guest did at a branch: gave an answer, came online. */
export type RawFact = Pick<RawVisit, "branchId" | "guestId" | "customerId" | "language"> & {
  at: Date;
  /** When the guest was there, where that is another moment. */
  metAt?: Date;
};

/**
 * Those that are asked for, on days of the branches' calendars, which begin at midnight. How somebody came
 * is told by the last visit of theirs there that had begun and was not over.
 */
export function selectFacts<Told extends RawFact>(
  facts: readonly Told[],
  {
    visits,
    branches,
    ...asked
  }: NaiveQuestion & { visits: Visits; branches: readonly RawBranch[] },
): Told[] {
  const slotOf = openClocks(branches.map((branch) => ({ ...branch, dayStartsHour: 0 })));
  return facts.filter((fact) => {
    const { at, branchId, guestId, metAt = at } = fact;
    const within = visits.findLast(
      (visit) =>
        visit.guestId !== null &&
        visit.guestId === guestId &&
        visit.branchId === branchId &&
        visit.startedAt <= metAt &&
        (visit.endedAt ?? metAt) >= metAt,
    );
    const { device = "unknown", method = "unknown" } = within ?? {};
    const { system = "unknown", form = "unknown" } = within ?? {};
    const isAmong = asked.among?.({ ...fact, device, method, system, form }) ?? true;
    return isAmong && fits(slotOf(at, branchId), branchId, asked);
  });
}

/** What boxes counted of the way online, of devices that began in one hour. */
export type RawCount = { branchId: string; at: Date; seen: number; online: number };

export function funnel(
  counts: readonly RawCount[],
  { branches, ...asked }: NaiveQuestion & { branches: readonly RawBranch[] },
) {
  const slotOf = openClocks(branches);
  const mine = counts.filter(({ at, branchId }) => fits(slotOf(at, branchId), branchId, asked));
  return {
    seen: sumOf(mine.map(({ seen }) => seen)),
    online: sumOf(mine.map((each) => each.online)),
  };
}
