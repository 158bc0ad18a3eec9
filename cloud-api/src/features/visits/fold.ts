import { isPresumed, type Usage } from "./rules.ts";

/** Which word of a box it was. A later life of the box has the greater epoch: it is a UUIDv7. */
export type BoxWord = { epoch: string; seq: number };

/** A row of `visits`, but for the numbers, which are counted of all of a customer's. */
export type Visit = {
  id: string;
  branchId: string;
  boxId: string;
  deviceId: string;
  guestId: string | null;
  customerId: string | null;
  /** Null until the start has been told. */
  source: string | null;
  startedAt: Date;
  endedAt: Date | null;
  /** When the box last said anything about it. */
  lastToldAt: Date;
  openSessions: number;
  /** When the end that stands was told, as which word, and what it said; null before any. */
  endToldAt: Date | null;
  endEpoch: string | null;
  endSeq: number | null;
  toldSessions: number | null;
  toldSeconds: number | null;
  toldUploadBytes: number | null;
  toldDownloadBytes: number | null;
} & Usage;

/** A row of `sessions`. */
export type Session = {
  id: string;
  visitId: string;
  branchId: string | null;
  ended: boolean;
  /** When it was last told to go on, and last to be over on the box's own guess. */
  openToldAt: Date | null;
  overToldAt: Date | null;
  nasId: string | null;
  deviceId: string | null;
  policyId: string | null;
  startedAt: Date | null;
  endedAt: Date | null;
  cause: string | null;
  endEpoch: string | null;
  endSeq: number | null;
  usageEpoch: string | null;
  usageSeq: number | null;
} & Usage;

/** What a start and an end both say of a visit. */
export type VisitPlace = {
  visitId: string;
  branchId: string;
  boxId: string;
  deviceId: string;
  guestId: string | null;
  startedAt: Date;
  /** When the box told it. */
  at: Date;
};

const NO_USAGE: Usage = { connectedSeconds: 0, uploadBytes: 0, downloadBytes: 0 };

function makeVisit({ visitId, at, ...place }: VisitPlace): Visit {
  return {
    ...{ id: visitId, ...place, customerId: null, source: null, endedAt: null, lastToldAt: at },
    ...{ openSessions: 0, ...NO_USAGE, endToldAt: null, endEpoch: null, endSeq: null },
    ...{ toldSessions: null, toldSeconds: null, toldUploadBytes: null, toldDownloadBytes: null },
  };
}

/**
 * A start; an end that came before it keeps what it said. A box moves a visit's start only back, to a
 * session that was told of late: so the earliest counts.
 */
export function foldStart(kept: Visit | undefined, told: VisitPlace & { source: string }): Visit {
  const visit = kept ?? makeVisit(told);
  return {
    ...visit,
    source: told.source,
    startedAt: earlier(visit.startedAt, told.startedAt),
    guestId: visit.guestId ?? told.guestId,
    lastToldAt: later(visit.lastToldAt, told.at),
  };
}

export type VisitEnd = { endedAt: Date; sessions: number; usage: Usage; word: BoxWord };

/**
 * An end, whether or not the start has come. A visit may end again after it was taken up again: what
 * the box told last counts. A clock that jumped back makes no negative length. What it used is worked
 * out by `addUp`.
 */
export function foldEnd(kept: Visit | undefined, told: VisitPlace & VisitEnd): Visit {
  const visit = kept ?? makeVisit(told);
  const startedAt = earlier(visit.startedAt, told.startedAt);
  const common = { startedAt, openSessions: 0, lastToldAt: later(visit.lastToldAt, told.at) };
  if (endStands(visit, told))
    return { ...visit, ...common, guestId: visit.guestId ?? told.guestId };
  return {
    ...{ ...visit, ...common, guestId: told.guestId ?? visit.guestId },
    endedAt: later(told.endedAt, told.startedAt),
    ...{ endToldAt: told.at, endEpoch: told.word.epoch, endSeq: told.word.seq },
    toldSessions: told.sessions,
    toldSeconds: told.usage.connectedSeconds,
    toldUploadBytes: told.usage.uploadBytes,
    toldDownloadBytes: told.usage.downloadBytes,
  };
}

/** Within one life of a box its own count is the order, whatever its clock was set to meanwhile. */
function endStands(visit: Visit, { word, at }: { word: BoxWord; at: Date }): boolean {
  if (visit.endEpoch === word.epoch) return (visit.endSeq ?? 0) > word.seq;
  return visit.endToldAt !== null && visit.endToldAt > at;
}

/** What one event says of a session. */
export type SessionWord = {
  sessionId: string;
  visitId: string;
  branchId: string;
  policyId: string | null;
  /** When the box told it, and as which of its words. */
  at: Date;
  word: BoxWord;
} & (
  | { says: "started"; nasId: string; deviceId: string }
  | { says: "updated"; usage: Usage }
  | { says: "ended"; startedAt: Date; endedAt: Date; cause: string; usage: Usage }
);

/** What a word says by itself. A start counts nothing, and only a start says where and on what. */
function readWord(told: SessionWord): Session {
  const { sessionId: id, visitId, branchId, policyId, at, word } = told;
  const isPresumedOver = told.says === "ended" && isPresumed(told.cause);
  const isOver = told.says === "ended";
  const usage = told.says === "started" ? null : told.usage;
  return {
    ...{ id, visitId, branchId, policyId, ended: isOver && !isPresumedOver },
    openToldAt: isOver ? null : at,
    overToldAt: isPresumedOver ? at : null,
    nasId: told.says === "started" ? told.nasId : null,
    deviceId: told.says === "started" ? told.deviceId : null,
    startedAt: told.says === "started" ? at : told.says === "ended" ? told.startedAt : null,
    endedAt: told.says === "ended" ? told.endedAt : null,
    cause: told.says === "ended" ? told.cause : null,
    endEpoch: isOver ? word.epoch : null,
    endSeq: isOver ? word.seq : null,
    usageEpoch: usage ? word.epoch : null,
    usageSeq: usage ? word.seq : null,
    ...(usage ?? NO_USAGE),
  };
}

/**
 * Keeps what a word says, in whatever order words come. Octets only grow. Seconds are what was told
 * last: a box that has guessed them, from start to end, may learn of a count that is less.
 */
export function foldSession(kept: Session | undefined, told: SessionWord): Session {
  const said = readWord(told);
  if (!kept) return said;
  const saysMore = isLaterWord(readUsageWord(said), readUsageWord(kept));
  const endsLater = isLaterWord(readEndWord(said), readEndWord(kept));
  const { endedAt, cause, endEpoch, endSeq } = endsLater ? said : kept;
  const { connectedSeconds, usageEpoch, usageSeq } = saysMore ? said : kept;
  return {
    ...{ id: kept.id, visitId: kept.visitId, branchId: kept.branchId ?? said.branchId },
    ended: kept.ended || said.ended,
    openToldAt: laterOf(kept.openToldAt, said.openToldAt),
    overToldAt: laterOf(kept.overToldAt, said.overToldAt),
    nasId: kept.nasId ?? said.nasId,
    deviceId: kept.deviceId ?? said.deviceId,
    policyId: saysMore ? (said.policyId ?? kept.policyId) : (kept.policyId ?? said.policyId),
    startedAt: earlierOf(kept.startedAt, said.startedAt),
    ...{ endedAt, cause, endEpoch, endSeq, connectedSeconds, usageEpoch, usageSeq },
    uploadBytes: Math.max(kept.uploadBytes, said.uploadBytes),
    downloadBytes: Math.max(kept.downloadBytes, said.downloadBytes),
  };
}

type Word = BoxWord | null;

const readUsageWord = ({ usageEpoch, usageSeq }: Session): Word =>
  usageEpoch !== null && usageSeq !== null ? { epoch: usageEpoch, seq: usageSeq } : null;
const readEndWord = ({ endEpoch, endSeq }: Session | Visit): Word =>
  endEpoch !== null && endSeq !== null ? { epoch: endEpoch, seq: endSeq } : null;

/** Whether there is a word, and it is a later one than the other, if there is another. */
function isLaterWord(one: Word, other: Word): boolean {
  if (one === null || other === null) return one !== null;
  return one.epoch === other.epoch ? one.seq > other.seq : one.epoch > other.epoch;
}

/** It is not over, as far as was told. */
function goesOn({ ended, openToldAt, overToldAt }: Session): boolean {
  return !ended && (overToldAt === null || (openToldAt !== null && openToldAt > overToldAt));
}

/**
 * What a visit used: the sum of its sessions while it goes on, and once one was told of after its
 * end; else what its end said. While a session that the end counts is not told of, the greater of
 * both. A session told to go on after the end was told has taken the visit up again.
 */
export function addUp(visit: Visit, sessions: readonly Session[], at: Date): Visit {
  const open = sessions.filter(goesOn);
  const { endToldAt, endedAt, toldSessions } = visit;
  const isTakenUp =
    endToldAt !== null &&
    open.some(({ openToldAt }) => openToldAt !== null && openToldAt > endToldAt);
  const end = readEndWord(visit);
  const corrects = end !== null && sessions.some((each) => isLaterWord(readUsageWord(each), end));
  const total = (column: keyof Usage, told: number | null): number => {
    const used = sessions.reduce((sum, each) => sum + each[column], 0);
    if (endToldAt === null) return used;
    if (toldSessions === null) return Math.max(visit[column], used);
    if (sessions.length < toldSessions) return Math.max(told ?? 0, used);
    return corrects ? used : (told ?? 0);
  };
  return {
    ...visit,
    source: sessions.length > 0 ? "wifi" : visit.source,
    endedAt: isTakenUp ? null : endedAt,
    openSessions: endedAt === null || isTakenUp ? open.length : 0,
    connectedSeconds: total("connectedSeconds", visit.toldSeconds),
    uploadBytes: total("uploadBytes", visit.toldUploadBytes),
    downloadBytes: total("downloadBytes", visit.toldDownloadBytes),
    lastToldAt: later(visit.lastToldAt, at),
  };
}

const earlier = (one: Date, other: Date): Date => (other < one ? other : one);
const later = (one: Date, other: Date): Date => (other > one ? other : one);
const earlierOf = (one: Date | null, other: Date | null): Date | null =>
  one === null || other === null ? (one ?? other) : earlier(one, other);
const laterOf = (one: Date | null, other: Date | null): Date | null =>
  one === null || other === null ? (one ?? other) : later(one, other);
