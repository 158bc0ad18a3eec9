/** The moment at which a clock in a zone shows a day (YYYY-MM-DD) and a time (HH:MM). */
export function findMoment(day: string, time: string, timeZone: string): Date {
  const wall = Date.parse(`${day}T${time}:00Z`);
  // Twice: the first guess may lie on the other side of a change of the clock.
  const guess = wall - countOffset(new Date(wall), timeZone);
  return new Date(wall - countOffset(new Date(guess), timeZone));
}

/** What a clock in a zone shows at a moment: `2026-11-26T14:00`, as a datetime-local input takes it. */
export function readWall(moment: Date, timeZone: string): string {
  return readClock(moment, timeZone).slice(0, 16);
}

function readClock(moment: Date, timeZone: string): string {
  const format = { dateStyle: "short", timeStyle: "medium", timeZone } as const;
  return new Intl.DateTimeFormat("sv-SE", format).format(moment).replace(" ", "T");
}

/** How far a zone's clock is ahead of UTC at a moment, in milliseconds. */
function countOffset(moment: Date, timeZone: string): number {
  const clock = Date.parse(`${readClock(moment, timeZone)}Z`);
  return clock - Math.floor(moment.getTime() / 1000) * 1000;
}
