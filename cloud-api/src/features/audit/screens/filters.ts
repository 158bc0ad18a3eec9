/** What the log is narrowed to, as it stands in the address; days are of this browser's calendar. */
export type AuditFilters = {
  actorId: string | null;
  kind: string | null;
  recordId: string | null;
  search: string | null;
  from: string | null;
  to: string | null;
};

const NAMES = ["actorId", "kind", "recordId", "search", "from", "to"] as const;

export function readFilters(parameters: URLSearchParams): AuditFilters {
  const [actorId, kind, recordId, search, from, to] = NAMES.map((name) => parameters.get(name));
  return {
    actorId: actorId ?? null,
    kind: kind ?? null,
    recordId: recordId ?? null,
    search: search ?? null,
    from: readDay(from),
    to: readDay(to),
  };
}

function readDay(text: string | null | undefined): string | null {
  return text && /^\d{4}-\d\d-\d\d$/.test(text) ? text : null;
}

/** As the API asks: moments, the last day with all of it. */
export function toQuery({ from, to, ...filters }: AuditFilters): Record<string, string | null> {
  return { ...filters, from: from && startOf(from, 0), to: to && startOf(to, 1) };
}

function startOf(day: string, later: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}
