import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import { countHourCustomers, sumHours } from "./chart-queries.ts";
import {
  type CustomerCount,
  countCustomers,
  countDays,
  type SumRow,
  sumFigures,
} from "./figure-queries.ts";
import {
  addSums,
  describeFreshness,
  type FiguresByKey,
  findFigures,
  NOTHING,
  opensOf,
  type Question,
  toFigures,
} from "./figures.ts";
import {
  addDays,
  isCorrected,
  listDays,
  listSlots,
  type Period,
  POINTS_MAX,
  shareStart,
  slotOf,
  type Unit,
  type Words,
} from "./rules.ts";
import type { SeriesReply } from "./schema.ts";

/** The numbers of a period one slot after another. */
export async function findSeries(
  tx: TenantTransaction,
  { question, unit }: { question: Question; unit: Unit },
): Promise<SeriesReply> {
  const { filter, asked } = question;
  const { period } = filter;
  const isAsked = (slot: string) =>
    unit !== "hour" || (filter.hours?.includes(Number(slot.slice(11))) ?? true);
  const startsHour = shareStart(question.branches);
  const slots = listSlots(period, unit, startsHour).filter(isAsked);
  if (slots.length > POINTS_MAX)
    throw refuse("invalid", `A series has up to ${POINTS_MAX} slots: take longer ones.`, {
      field: "/unit",
    });
  const days = unit === "day" ? await countDays(tx, filter) : null;
  const [everybody] = days
    ? [days.everybody]
    : await countCustomers(tx, { filter, grouping: { by: "all" } });
  const { find, totalWith } =
    unit === "hour"
      ? await findHours(tx, question)
      : await findSlots(tx, question, { unit, counted: days?.days });
  const points = slots.map((slot) => {
    const opens = opensOf(asked, cellOf(slot, { unit, period }));
    const present = `${opens.visits}&kind=there`;
    return { slot, ...find(slot), opens: { ...opens, present } };
  });
  return {
    freshness: await describeFreshness(tx, filter),
    period,
    unit,
    points,
    total: totalWith(everybody),
  };
}

type Slots = Pick<FiguresByKey, "totalWith"> & { find: (slot: string) => Point };
type Point = Omit<SeriesReply["points"][number], "slot" | "opens">;

async function findSlots(
  tx: TenantTransaction,
  { filter }: Question,
  { unit, counted }: { unit: Exclude<Unit, "hour">; counted: CustomerCount[] | undefined },
): Promise<Slots> {
  const known = counted ? { counted } : {};
  const rows = await findFigures(tx, { filter, grouping: { by: "slot", unit }, ...known });
  const byDay = { filter, grouping: { by: "slot", unit: "day" } } as const;
  const days =
    unit === "day"
      ? listDays(filter.period).map((key) => ({ key, ...rows.sumOf(key) }))
      : await sumFigures(tx, byDay);
  const corrected = new Set(
    days.flatMap(({ key: day, changedAt }) =>
      day && changedAt && isCorrected(day, changedAt) ? [slotOf(day, unit)] : [],
    ),
  );
  const find = (slot: string) => {
    const { presentSeconds, changedAt } = rows.sumOf(slot);
    return {
      ...{ ...rows.of(slot), present: null, presentSeconds },
      ...{ isCorrected: corrected.has(slot), changedAt: changedAt?.toISOString() ?? null },
    };
  };
  return { find, totalWith: rows.totalWith };
}

async function findHours(tx: TenantTransaction, { filter }: Question): Promise<Slots> {
  const sums = new Map((await sumHours(tx, filter)).map((row) => [row.key, row]));
  const counts = new Map((await countHourCustomers(tx, filter)).map((row) => [row.key, row]));
  const find = (slot: string) => {
    const sum = sums.get(slot);
    const changedAt = sum?.changedAt ?? null;
    return {
      ...toFigures(sum, counts.get(slot)),
      ...{ present: sum?.present ?? 0, presentSeconds: sum?.presentSeconds ?? 0 },
      isCorrected: changedAt !== null && isCorrected(slot.slice(0, 10), changedAt),
      changedAt: changedAt?.toISOString() ?? null,
    };
  };
  const sum = [...sums.values()].reduce<Omit<SumRow, "key">>(addSums, NOTHING);
  return { find, totalWith: (customers) => toFigures(sum, customers) };
}

/** The days and hours of a slot, as far as they are in the period. */
function cellOf(slot: string, { unit, period }: { unit: Unit; period: Period }): Words {
  if (unit === "hour")
    return { from: slot.slice(0, 10), to: slot.slice(0, 10), hours: Number(slot.slice(11)) };
  if (unit === "day") return { from: slot, to: slot };
  const first = unit === "month" ? `${slot}-01` : slot;
  const last =
    unit === "week" ? addDays(first, 6) : addDays(`${addDays(first, 31).slice(0, 7)}-01`, -1);
  // Days are compared as texts, the earliest first.
  const [, from = first] = [first, period.from].sort();
  const [to = last] = [last, period.to].sort();
  return { from, to };
}
