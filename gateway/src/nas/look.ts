import type { FilterLink } from "./ask-filter.ts";
import type { Book } from "./book.ts";
import type { GatewayParts } from "./gateway.ts";
import { causes } from "./records.ts";
import { count, judge, pass } from "./sessions.ts";
import type { InTurn } from "./turns.ts";

/** Between two looks at what has passed. */
const COUNT_MS = 5000;
/** Between two tries to tell radius of a session's end. */
const TELL_AGAIN_MS = 10_000;

type Listed = Awaited<ReturnType<FilterLink["list"]>>;

/** What a look at leases, time and counters brings to an end, or into order. */
export function createLook(
  parts: GatewayParts & {
    book: Book;
    endSession: (mac: string, cause: number) => Promise<boolean>;
    inTurn: InTurn;
  },
) {
  const { filter, book, endSession, inTurn, steadyMilliseconds } = parts;
  let passedAt = steadyMilliseconds();
  let countedAt = Number.NEGATIVE_INFINITY;
  let toldAt = steadyMilliseconds();

  /** Both lists are brought together: one of the two processes was started anew, or failed. */
  const compare = async ({ leases, admitted }: Listed) => {
    const [places, inside] = [new Map(leases.map((each) => [each.mac, each])), new Set<string>()];
    for (const { mac } of admitted) {
      inside.add(mac);
      if (book.find(mac)) continue;
      await inTurn(mac, async () => void (book.find(mac) ?? (await filter.end(mac))));
    }
    for (const { mac, ip, limits } of book.list()) {
      const lease = places.get(mac);
      if (!lease) await inTurn(mac, () => endSession(mac, causes.lostCarrier));
      else if (lease.ip !== ip) moveTo(mac, lease.ip);
      if (lease && !inside.has(mac))
        await inTurn(
          mac,
          async () => void (book.find(mac) && (await filter.authorise(mac, limits))),
        );
    }
  };
  const moveTo = (mac: string, ip: string) => {
    const session = book.find(mac);
    if (session) book.put({ ...session, ip });
  };
  const takeCounts = async () => {
    for (const { mac, ...counts } of await filter.counters()) {
      const session = book.find(mac);
      if (session) book.put(count(session, counts));
    }
  };
  return async (listed: Listed): Promise<void> => {
    const now = steadyMilliseconds();
    const seconds = Math.floor((now - passedAt) / 1000);
    passedAt += seconds * 1000;
    for (const session of book.list()) book.put(pass(session, seconds));
    await compare(listed);
    if (now - countedAt >= COUNT_MS) {
      await takeCounts();
      countedAt = now;
    }
    for (const session of book.list()) {
      const due = judge(session);
      if (due?.kind === "end") await inTurn(session.mac, () => endSession(session.mac, due.cause));
      if (due?.kind !== "interim") continue;
      const told = { ...session, sinceInterimSeconds: 0 };
      book.put(told);
      book.tell(told, { status: "interim" });
    }
    if (now - toldAt >= TELL_AGAIN_MS) {
      book.tellAgain();
      toldAt = now;
    }
    book.saveSometimes();
  };
}
