import { createKeyFilter, type KeyFilter } from "./key-filter.ts";

/**
 * What waits behind the live events, and whom it is about. Of each unsent event up to `readSeq` it is
 * known which guest, device, visit, session and code it names; whatever names one of them as well has
 * to wait behind it. All other events may overtake.
 */
export type Backlog = {
  /** Events up to here waited when the backlog was found: they are sent in their order. */
  readonly throughSeq: number;
  readonly readSeq: number;
  readonly keys: KeyFilter;
};

/** The newer an event, the sooner it is wanted; but what is further behind than this is no more live. */
export const LIVE_EVENTS_MAX = 20_000;

/** What order is kept for. A NAS or a policy is named by everybody's events and is none of them. */
const SUBJECTS = ["guest", "visit", "device", "code", "session"];
const NAMED = 'Id":"';
const ID_LETTERS = 36;

/** By the letter that a name ends in: most of what is named is told apart by it. */
const SUBJECTS_BY_END: readonly (readonly string[] | undefined)[] = Array.from(
  { length: 128 },
  (_, code) => {
    const ending = SUBJECTS.filter((name) => name.charCodeAt(name.length - 1) === code);
    return ending.length > 0 ? ending.map((name) => `"${name}`) : undefined;
  },
);

/**
 * Sees where the ids stand that say whom and what a text of payloads is about: the end of each. A million
 * events are read so, one after the other, before anything overtakes them: by hand, for that is three
 * times as fast as by an expression. Nothing that somebody wrote looks like one: JSON escapes its quotes.
 */
function seeSubjects(text: string, see: (end: number) => void): void {
  for (let at = text.indexOf(NAMED); at >= 0; at = text.indexOf(NAMED, at + NAMED.length)) {
    const names = SUBJECTS_BY_END[text.charCodeAt(at - 1)];
    if (!names) continue;
    const end = at + NAMED.length + ID_LETTERS;
    if (text[end] !== '"') continue;
    for (const name of names) if (text.startsWith(name, at - name.length)) see(end);
  }
}

/** Whom and what an event is about, by its payload as JSON. */
export function listSubjects(json: string): string[] {
  const subjects: string[] = [];
  seeSubjects(json, (end) => subjects.push(json.slice(end - ID_LETTERS, end)));
  return subjects;
}

export function beginBacklog(options: { afterSeq: number; throughSeq: number }): Backlog {
  const { afterSeq, throughSeq } = options;
  return { throughSeq, readSeq: afterSeq, keys: createKeyFilter() };
}

/** Whether all that waited has been read, so that it is known what may overtake it. */
export function isRead({ readSeq, throughSeq }: Backlog): boolean {
  return readSeq >= throughSeq;
}

/** Whether nothing of it waits any more, the oldest unsent event being this one. */
export function isGone({ readSeq, throughSeq }: Backlog, oldestSeq: number): boolean {
  return oldestSeq > Math.max(readSeq, throughSeq);
}

/** Notes what events of the backlog are about, in the order of their seq; several may share a payload. */
export function readInto(
  backlog: Backlog,
  events: Iterable<{ seq: number; payload: string }>,
): Backlog {
  const { keys } = backlog;
  let { readSeq } = backlog;
  for (const { seq, payload } of events) {
    seeSubjects(payload, (end) => keys.add(payload, end));
    readSeq = Math.max(readSeq, seq);
  }
  return { ...backlog, readSeq };
}

/** What came after the backlog has become too much to be live: it is backlog now. */
export function stretchBacklog(backlog: Backlog, lastSeq: number): Backlog {
  const { throughSeq, readSeq } = backlog;
  const isFar = lastSeq - Math.max(throughSeq, readSeq) > LIVE_EVENTS_MAX;
  return isFar ? { ...backlog, throughSeq: lastSeq } : backlog;
}

/**
 * Of the events after the backlog, those that name nobody who is in it. The others are in it from now
 * on, so that what names them waits as well.
 */
export function chooseLive<Event extends { seq: number; json: string }>(
  backlog: Backlog,
  events: readonly Event[],
): Event[] {
  return events.filter(({ json }) => {
    const subjects = listSubjects(json);
    const isFree = !subjects.some(backlog.keys.mayHave);
    if (!isFree) for (const subject of subjects) backlog.keys.add(subject);
    return isFree;
  });
}
