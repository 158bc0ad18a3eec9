import type { SeenRow } from "./queries.ts";
import { listTroubles, WATCH_AT_FIRST } from "./rules.ts";
import type { SeenBox, Watch } from "./schema.ts";

export function watchOf({ silentMinutes, openingHours }: SeenRow): Watch {
  return openingHours === null ? WATCH_AT_FIRST : { silentMinutes, openingHours };
}

/** A box as staff see it. A contact and a report are both a word of it. */
export function describeBox(row: SeenRow, now: Date): SeenBox {
  const { id, name, branchId, branchName, timeZone, report, reportedAt } = row;
  const { held, newest, fault } = row;
  const words = [row.lastContactAt, reportedAt].flatMap((at) => at ?? []);
  const lastHeardAt = words.length === 0 ? null : new Date(Math.max(...words.map(Number)));
  const offset = report && reportedAt ? Date.parse(report.now) - reportedAt.getTime() : null;
  return {
    ...{ id, name, branchId, branchName, timeZone, report },
    lastHeardAt: lastHeardAt?.toISOString() ?? null,
    settings: { held, newest, fault },
    reportedAt: reportedAt?.toISOString() ?? null,
    clockOffsetSeconds: offset === null ? null : Math.round(offset / 100) / 10,
    troubles: listTroubles({
      ...{ watch: watchOf(row), timeZone, now, lastHeardAt, report, reportedAt },
      settingsFault: fault,
    }),
  };
}
