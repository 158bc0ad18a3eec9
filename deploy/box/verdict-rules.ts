/** One service as it was at one moment. */
export type ServiceLook = {
  service: string;
  /** As systemd says it: active, activating, failed … */
  activeState: string;
  processId: number;
  /** How often it was started anew since it was told to start. */
  restarts: number;
  /** Whether it answers at its port; null: it has been given none. */
  answers: boolean | null;
};

export type Look = {
  at: number;
  /** A box that is not enrolled runs none of them. */
  isEnrolled: boolean;
  services: readonly ServiceLook[];
};

export type Verdict =
  | { kind: "well" }
  | { kind: "waiting" }
  /** Those that did not come up, or did not stay. */
  | { kind: "broken"; services: string[] };

/** A process that ends a moment after its start has to be seen to. */
export const STEADY_MILLISECONDS = 10_000;
/** A big store's migration, on a slow card; a start that takes longer is ended by systemd itself. */
export const COME_UP_MILLISECONDS_MAX = 180_000;
const LOOKS_MIN = 2;
/** One start may meet a port that its forerunner has not left yet; so many are a fault. */
const RESTARTS_MAX = 3;

/** Whether a release that was just started has come up well, from all looks since, the oldest first. */
export function judgeLooks(looks: readonly Look[]): Verdict {
  const newest = looks.at(-1);
  if (!newest) return { kind: "waiting" };
  if (!newest.isEnrolled) return { kind: "well" };
  const failing = newest.services.filter(
    ({ activeState, restarts }) => activeState === "failed" || restarts > RESTARTS_MAX,
  );
  if (failing.length > 0)
    return { kind: "broken", services: failing.map(({ service }) => service) };
  const steady = countSteady(looks);
  const since = looks.at(-Math.max(steady, 1));
  const isLong = since !== undefined && newest.at - since.at >= STEADY_MILLISECONDS;
  if (steady >= LOOKS_MIN && isLong) return { kind: "well" };
  const oldest = looks[0] ?? newest;
  if (newest.at - oldest.at < COME_UP_MILLISECONDS_MAX) return { kind: "waiting" };
  const bad = newest.services.filter((each) => !isUp(each)).map(({ service }) => service);
  return {
    kind: "broken",
    services: bad.length > 0 ? bad : newest.services.map((it) => it.service),
  };
}

const isUp = ({ activeState, answers }: ServiceLook): boolean =>
  activeState === "active" && answers !== false;

/** How many of the newest looks saw all services up, and the same processes. */
function countSteady(looks: readonly Look[]): number {
  const ids = ({ services }: Look) => services.map(({ processId }) => processId).join();
  const newest = looks.at(-1);
  if (!newest) return 0;
  const broken = looks.findLastIndex(
    (look) => !look.services.every(isUp) || ids(look) !== ids(newest),
  );
  return looks.length - 1 - broken;
}
