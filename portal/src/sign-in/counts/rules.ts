import type { SignInCounted } from "@foyer/contract";

/** How far a try to sign in has come. Each step but `seen` follows from the one before. */
export type SignInStep = "seen" | "page" | "asked" | "right" | "online";

/** One device's way, from the first that was seen of it. */
export type Try = {
  /** Milliseconds since 1970. */
  begunAt: number;
  lastAt: number;
  reached: ReadonlySet<SignInStep>;
};

type Stretch = SignInCounted["stretches"][number];
export type Counts = Omit<Stretch, "begunSecondsAgo">;
export type CountName = keyof Counts;

export const NO_COUNTS: Counts = {
  ...{ seen: 0, page: 0, asked: 0, right: 0 },
  ...{ onlineByCode: 0, onlineWithoutCode: 0, changedWay: 0 },
};

/** A quarter of an hour: every zone's hours begin with one. */
export const STRETCH_MS = 900_000;
/** As long as a page may lie open. */
const SILENCE_MS = 1_800_000;
/** Systems look for the Internet once more while the access controller is still letting them in. */
const SETTLING_MS = 60_000;

/** Whether what is seen of a device now belongs to this try, and is not the first of another. */
export function goesOn({ begunAt, lastAt, reached }: Try, now: number): boolean {
  // A clock that was put back begins anew.
  if (now < begunAt) return false;
  return now - lastAt <= (reached.has("online") ? SETTLING_MS : SILENCE_MS);
}

/** Which steps lead to this one: whoever was shown the page has been seen. */
const BEFORE: Readonly<Record<SignInStep, readonly SignInStep[]>> = {
  seen: [],
  page: ["seen"],
  asked: ["seen", "page"],
  right: ["seen", "page", "asked"],
  online: ["seen", "page"],
};

/**
 * The try once it has come to a step, and what it counts for that it did not count for before. Whoever
 * is online has arrived: nothing more is counted of that try.
 */
export function reach(
  current: Try,
  step: SignInStep,
  now: number,
): { next: Try; counted: readonly CountName[] } {
  const { begunAt, reached: before } = current;
  if (before.has("online")) return { next: current, counted: [] };
  // Whatever leads to a step was reached with it.
  if (before.has(step)) return { next: { begunAt, lastAt: now, reached: before }, counted: [] };
  const reached = new Set([...before, ...BEFORE[step], step]);
  const steps = (["seen", "page", "asked", "right"] as const).filter(
    (each) => reached.has(each) && !before.has(each),
  );
  const counted: CountName[] = [...steps];
  if (step === "online") {
    const byCode = reached.has("right");
    counted.push(byCode ? "onlineByCode" : "onlineWithoutCode");
    if (!byCode && reached.has("asked")) counted.push("changedWay");
  }
  return { next: { begunAt, lastAt: now, reached }, counted };
}

/** The stretch that a try counts in. */
export const stretchOf = (begunAt: number): number => Math.floor(begunAt / STRETCH_MS) * STRETCH_MS;
