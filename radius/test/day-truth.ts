import { type Association, VISIT_GAP_SECONDS } from "./day-branch.ts";
import {
  type Delivery,
  LATE_SECONDS_MAX,
  type Outage,
  type SessionTold,
  type Told,
} from "./day-network.ts";

// What a day's visits are, reckoned the naive way: with all that arrived on the table at its end,
// and with the knowledge, which no server has, of which association each packet was about. Pure.

/** By how much two moments that the box notes may be off against each other. */
const UNSURE_SECONDS = 2 * LATE_SECONDS_MAX;

/** Seconds since the day's beginning, and sums. */
export type TrueVisit = {
  mac: string;
  startedAt: number;
  endedAt: number;
  sessions: number;
  connectedSeconds: number;
  /** By how much connectedSeconds may be off: time that nobody has counted. */
  uncountedSeconds: number;
  uploadBytes: number;
  downloadBytes: number;
};

export type TrueGuest = {
  mac: string;
  visits: TrueVisit[];
  /** Something so close, such as a pause to the branch's gap, that a packet's way decides. */
  isOnEdge: boolean;
};

type Heard = {
  association: Association;
  /** When the first word of it arrived. */
  heardAt: number;
  /** When its last record that arrived was made. */
  lastAt: number;
  seconds: number;
  upload: number;
  download: number;
  isStartAlone: boolean;
};

/** A NAS is up again after a reboot; `heardAt` as above. */
type HeardOn = { nas: number; at: number; heardAt: number };

export function reckonDay(deliveries: readonly Delivery[], outage: Outage): TrueGuest[] {
  const byMac = Map.groupBy(hearAssociations(deliveries), (each) => each.association.mac);
  const ons = hearOns(deliveries);
  return [...byMac].map(([mac, heard]) => {
    heard.sort((one, other) => one.association.startsAt - other.association.startsAt);
    return reckonGuest(mac, heard, { ons, outage });
  });
}

function hearAssociations(deliveries: readonly Delivery[]): Heard[] {
  const heard = new Map<Association, Heard>();
  for (const { told, arrivesAtMs } of deliveries) {
    if (told.status === "on") continue;
    const { association } = told;
    const known = heard.get(association);
    if (known) add(known, told);
    else heard.set(association, { ...toHeard(told), association, heardAt: arrivesAtMs / 1000 });
  }
  return [...heard.values()];
}

function hearOns(deliveries: readonly Delivery[]): HeardOn[] {
  const heard = new Map<Told, HeardOn>();
  for (const { told, arrivesAtMs } of deliveries)
    if (told.status === "on" && !heard.has(told))
      heard.set(told, { nas: told.nas, at: told.at, heardAt: arrivesAtMs / 1000 });
  return [...heard.values()];
}

const toHeard = ({ at, seconds, upload, download, status }: SessionTold & { at: number }) => ({
  ...{ lastAt: at, seconds, upload, download, isStartAlone: status === "start" },
});

function add(known: Heard, told: SessionTold & { at: number }): void {
  known.lastAt = Math.max(known.lastAt, told.at);
  known.seconds = Math.max(known.seconds, told.seconds);
  known.upload = Math.max(known.upload, told.upload);
  known.download = Math.max(known.download, told.download);
  known.isStartAlone &&= told.status === "start";
}

function reckonGuest(
  mac: string,
  heard: readonly Heard[],
  { ons, outage }: { ons: readonly HeardOn[]; outage: Outage },
): TrueGuest {
  const visits: TrueVisit[] = [];
  let isOnEdge = false;
  heard.forEach((each, index) => {
    const { association, seconds, upload, download } = each;
    const { believed, uncounted } = each.isStartAlone
      ? believe(each, heard.slice(index + 1), ons)
      : { believed: 0, uncounted: 0 };
    if (uncounted > VISIT_GAP_SECONDS) isOnEdge = true;
    const lastAt = each.lastAt + believed;
    const last = visits.at(-1);
    const pause = last ? association.startsAt - last.endedAt : Infinity;
    const overGap = pause - VISIT_GAP_SECONDS;
    const unheard = last ? overlap(outage, { from: last.endedAt, to: association.startsAt }) : 0;
    if (overGap >= -UNSURE_SECONDS && overGap <= unheard + UNSURE_SECONDS) isOnEdge = true;
    const visit = pause <= VISIT_GAP_SECONDS ? (last as TrueVisit) : beginVisit(mac, association);
    if (visit !== last) visits.push(visit);
    visit.endedAt = Math.max(visit.endedAt, lastAt);
    visit.sessions += 1;
    visit.connectedSeconds += seconds + believed;
    visit.uncountedSeconds += uncounted;
    visit.uploadBytes += upload;
    visit.downloadBytes += download;
  });
  return { mac, visits, isOnEdge };
}

const beginVisit = (mac: string, { startsAt }: Association): TrueVisit => ({
  ...{ mac, startedAt: startsAt, endedAt: startsAt, sessions: 0 },
  ...{ connectedSeconds: 0, uncountedSeconds: 0, uploadBytes: 0, downloadBytes: 0 },
});

/** How much of a time the box was down: what is silent then is not taken for dead. */
const overlap = ({ downAt, upAt }: Outage, { from, to }: { from: number; to: number }): number =>
  Math.max(0, Math.min(upAt, to) - Math.max(downAt, from));

/**
 * A session of which only the Start arrived is believed until its device is heard of elsewhere or
 * its NAS tells of a reboot, for many a NAS sends no interims. Where the words of these overtake each
 * other, or are too close to be put in order, it is chance whether the time in between counts.
 */
function believe(
  { association: { startsAt, nas }, heardAt }: Heard,
  later: readonly Heard[],
  ons: readonly HeardOn[],
): { believed: number; uncounted: number } {
  const [next] = later;
  if (!next) return { believed: 0, uncounted: 0 };
  const nextAt = next.association.startsAt;
  const nextHeardAt = Math.min(...later.map((each) => each.heardAt));
  const own = ons.filter((on) => on.nas === nas);
  const isRebooted = own.some(
    (on) => on.at > startsAt + LATE_SECONDS_MAX && on.heardAt > heardAt && on.heardAt < nextHeardAt,
  );
  if (isRebooted) return { believed: 0, uncounted: UNSURE_SECONDS };
  const unsureUntil = Math.max(nextAt, next.heardAt) + LATE_SECONDS_MAX;
  const isUnsure = own.some((on) => on.at > startsAt - LATE_SECONDS_MAX && on.at < unsureUntil);
  const seconds = nextAt - startsAt;
  return isUnsure
    ? { believed: 0, uncounted: UNSURE_SECONDS + seconds }
    : { believed: seconds, uncounted: UNSURE_SECONDS };
}
