import type { EventEnvelope } from "@foyer/contract";
import { askUntil, type EnrolledBox, type TestSite, type TestStaff } from "./open-test-site.ts";
import { NAS_ID } from "./test-box.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const POLICY_ID = "01990000-0000-7000-8000-0000000000bb";
const NAMES = ["Lan", "Minh", "Hoa", "An", "Đức", "Hà", "Linh", "Quân", "Thảo", "Việt"];
const BRANCHES = ["Hồ Gươm", "Tây Hồ", "Nguyễn Huệ", "Thảo Điền"];
/** When guests like to come, by the hour of the branch's clock. */
const HOURS = [7, 8, 8, 9, 9, 9, 10, 12, 12, 13, 15, 15, 16, 18, 19, 19, 20, 20, 21];

export type VisitedCompany = { owner: TestStaff; branchIds: string[]; visits: number };

/** Numbers that look like chance and are the same each time. */
function openRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
}

/**
 * A company whose guests came over the last hundred days, some of them a year ago, a few of them being
 * there now, with what its boxes counted at the door: enough to look at every figure.
 */
export async function openVisitedCompany(
  site: TestSite,
  { guests = 120, days = 100 } = {},
): Promise<VisitedCompany> {
  const owner = await site.addOwner("Long Linh Coffee");
  const branchIds: string[] = [];
  const boxes: EnrolledBox[] = [];
  for (const name of BRANCHES) {
    const { id } = await owner.addBranch({ name });
    branchIds.push(id);
    boxes.push(await owner.addBox(id));
  }
  const random = openRandom(7);
  let visits = 0;
  let here = 0;
  const queues = boxes.map((): EventEnvelope[] => []);
  for (let at = 0; at < guests; at += 1) {
    // Most come to the first branch.
    const home = Math.min(random(BRANCHES.length), random(BRANCHES.length));
    const [box, queue] = [boxes[home], queues[home]];
    if (!box || !queue) continue;
    const phone = `+849123${String(45_000 + at)}`;
    const first = days - 1 - random(days);
    const name = `${NAMES[at % NAMES.length]} ${Math.floor(at / NAMES.length) + 1}`;
    const guest = box.signIn({ phone, name, at: momentOf(site, first, 8) });
    queue.push(...guest.events, ...connectedAt(site, box, guest, at));
    const habit = 1 + random(random(12) + 1) * 2;
    for (let day = first; day > 0; day -= Math.max(1, random(2 * Math.ceil(20 / habit)))) {
      const startedAt = momentOf(site, day, HOURS[random(HOURS.length)] ?? 9, random(60));
      const endedAt = new Date(startedAt.getTime() + (10 + random(110)) * 60_000);
      const guestId = random(9) === 0 ? null : guest.guestId;
      queue.push(...box.visit({ ...guest, guestId, startedAt, endedAt }).events);
      visits += 1;
    }
    if (at % 17 === 0) {
      const startedAt = new Date(site.now().getTime() - random(40) * 60_000);
      queue.push(...box.visit({ ...guest, startedAt, endedAt: null }).events);
      visits += 1;
      here += 1;
    }
    if (at % 5 === 0) {
      const startedAt = momentOf(site, 365 + random(30), 9);
      const endedAt = new Date(startedAt.getTime() + HOUR_MS);
      queue.push(...box.visit({ ...guest, startedAt, endedAt }).events);
      visits += 1;
    }
  }
  for (const [index, box] of boxes.entries()) {
    const queue = queues[index] ?? [];
    for (let day = Math.min(days, 60); day >= 0; day -= 1)
      queue.push(countedAt(site, box, day, random));
    for (let from = 0; from < queue.length; from += 400)
      await box.push(queue.slice(from, from + 400));
  }
  await untilCounted(owner, { visits, here, days });
  return { owner, branchIds, visits };
}

/** A moment so many days ago, at an hour of Hà Nội's clock. */
function momentOf(site: TestSite, daysAgo: number, hour: number, minute = 0): Date {
  const day = new Date(site.now().getTime() - daysAgo * DAY_MS).toISOString().slice(0, 10);
  const moment = Date.parse(`${day}T00:00:00Z`) + (hour - 7) * HOUR_MS + minute * 60_000;
  return new Date(Math.min(moment, site.now().getTime() - 3 * HOUR_MS));
}

/** One time and the other: by a code, or known again. */
function connectedAt(
  site: TestSite,
  box: EnrolledBox,
  { guestId, deviceId }: { guestId: string; deviceId: string },
  at: number,
): EventEnvelope[] {
  const method = at % 3 === 0 ? "returning" : "phone-code";
  const who = { guestId, deviceId, nasId: NAS_ID, policyId: POLICY_ID };
  return [box.write("guest.connected", { ...who, method }, momentOf(site, at % 20, 9))];
}

function countedAt(
  site: TestSite,
  box: EnrolledBox,
  day: number,
  random: (below: number) => number,
): EventEnvelope {
  const seen = 20 + random(20);
  const page = seen - random(6);
  const asked = Math.floor(page / 2);
  const right = asked - random(5);
  const onlineByCode = right - random(2);
  const onlineWithoutCode = Math.floor(page / 3);
  const counts = { seen, page, asked, right, onlineByCode, onlineWithoutCode, changedWay: 0 };
  const stretches = [{ begunSecondsAgo: 600, ...counts }];
  return box.write("sign-in.counted", { stretches }, momentOf(site, day, 9));
}

type Reply = {
  freshness: { isBehind: boolean };
  figures: { visits: number };
  hereNow: { total: number };
};

/** Until reports have counted all that was told. */
function untilCounted(
  owner: TestStaff,
  { visits, here }: { visits: number; here: number; days: number },
): Promise<Reply> {
  const from = new Date(Date.now() - 420 * DAY_MS).toISOString().slice(0, 10);
  return askUntil(
    () => owner.get<Reply>(`/api/v1/reports/overview?from=${from}`),
    ({ figures, hereNow }) => figures.visits === visits && hereNow.total === here,
    60_000,
  );
}
