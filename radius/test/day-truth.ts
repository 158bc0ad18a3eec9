import { type Association, VISIT_GAP_SECONDS } from "./day-branch.ts";
import { type Delivery, LATE_SECONDS_MAX, type SessionTold } from "./day-network.ts";

// What a day's visits are, reckoned the naive way: with all that arrived on the table at its end,
// and with the knowledge, which no server has, of which association each packet was about. Pure.

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
  /** A pause so close to the branch's gap that a packet's way decides. */
  isOnEdge: boolean;
};

type Heard = {
  association: Association;
  /** When its last record that arrived was made. */
  lastAt: number;
  seconds: number;
  upload: number;
  download: number;
  isStartAlone: boolean;
};

export function reckonDay(deliveries: readonly Delivery[]): TrueGuest[] {
  const byMac = Map.groupBy(hearAssociations(deliveries), (each) => each.association.mac);
  const ons = deliveries.flatMap(({ told }) => (told.status === "on" ? [told] : []));
  return [...byMac].map(([mac, heard]) => {
    heard.sort((one, other) => one.association.startsAt - other.association.startsAt);
    return reckonGuest(mac, heard, ons);
  });
}

function hearAssociations(deliveries: readonly Delivery[]): Heard[] {
  const heard = new Map<Association, Heard>();
  for (const { told } of deliveries) {
    if (told.status === "on") continue;
    const { association } = told;
    const known = heard.get(association);
    if (known) add(known, told);
    else heard.set(association, { ...toHeard(told), association });
  }
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
  ons: readonly { nas: number; at: number }[],
): TrueGuest {
  const visits: TrueVisit[] = [];
  let isOnEdge = false;
  heard.forEach((each, index) => {
    const { association, seconds, upload, download } = each;
    const { believed, uncounted } = each.isStartAlone
      ? believe(each, heard[index + 1], ons)
      : { believed: 0, uncounted: 0 };
    const lastAt = each.lastAt + believed;
    const last = visits.at(-1);
    const pause = last ? association.startsAt - last.endedAt : Infinity;
    if (Math.abs(pause - VISIT_GAP_SECONDS) <= 2 * LATE_SECONDS_MAX) isOnEdge = true;
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

/**
 * A session of which only the Start arrived is believed until its device is heard of elsewhere or
 * its NAS tells of a reboot, for many a NAS sends no interims. Which of the two the box hears of
 * first is chance, and so is whether the time in between counts.
 */
function believe(
  { association: { startsAt, nas } }: Heard,
  next: Heard | undefined,
  ons: readonly { nas: number; at: number }[],
): { believed: number; uncounted: number } {
  if (!next) return { believed: 0, uncounted: 0 };
  const seconds = next.association.startsAt - startsAt;
  const [from, to] = [startsAt - LATE_SECONDS_MAX, startsAt + seconds + LATE_SECONDS_MAX];
  const isRebooted = ons.some(({ nas: own, at }) => own === nas && at > from && at < to);
  const uncounted = 2 * LATE_SECONDS_MAX + (isRebooted ? seconds : 0);
  return { believed: isRebooted ? 0 : seconds, uncounted };
}
