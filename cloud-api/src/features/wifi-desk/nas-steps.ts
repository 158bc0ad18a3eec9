import type { Nas, NasSight } from "@foyer/contract";

/** What an access controller comes to, one after the other, once it is set up. */
export const STEPS = ["told", "heard", "secret", "redirect", "let-in", "accounting"] as const;
export type StepName = (typeof STEPS)[number];

export type Step = {
  name: StepName;
  state: "done" | "waiting" | "wrong";
  /** When it was last so; null: never, or no moment tells. */
  at: string | null;
};

/** Those without RADIUS are heard by their redirects alone; those without a page redirect nobody. */
export function listSteps(
  nas: Pick<Nas, "kind">,
  { sight, isTold }: { sight: NasSight | null; isTold: boolean },
): Step[] {
  const speaksRadius = "radiusSecret" in nas;
  const names = STEPS.filter((name) => {
    if (name === "heard" || name === "secret") return speaksRadius;
    return name !== "redirect" || nas.kind !== "radius";
  });
  return names.map((name) => describe(name, { sight, isTold }));
}

function describe(
  name: StepName,
  { sight, isTold }: { sight: NasSight | null; isTold: boolean },
): Step {
  const by = (at: string | null | undefined): Step => ({
    ...{ name, state: at ? "done" : "waiting", at: at ?? null },
  });
  switch (name) {
    case "told":
      return { name, state: isTold ? "done" : "waiting", at: null };
    case "heard":
      return by(sight?.requestAt);
    case "secret":
      return isOtherSecret(sight)
        ? { name, state: "wrong", at: sight?.wrongSecretAt ?? null }
        : by(sight?.rightAt);
    case "redirect":
      return by(sight?.redirectAt);
    case "let-in":
      return by(sight?.letInAt);
    case "accounting":
      return by(sight?.accountingAt);
    default:
      return assertNever(name);
  }
}

/** The last that was heard of the secret is what counts: it may have been changed on one side. */
function isOtherSecret(sight: NasSight | null): boolean {
  if (!sight?.wrongSecretAt) return false;
  return sight.rightAt === null || sight.rightAt < sight.wrongSecretAt;
}

/** What several boxes of a branch saw of one: the latest of each. */
export function mergeSights(sights: readonly NasSight[]): NasSight | null {
  const [first, ...others] = sights;
  if (!first) return null;
  return others.reduce((sum, each) => {
    const later = (one: string | null, other: string | null) =>
      one === null || (other !== null && other > one) ? other : one;
    return {
      nasId: sum.nasId,
      requestAt: later(sum.requestAt, each.requestAt),
      rightAt: later(sum.rightAt, each.rightAt),
      wrongSecretAt: later(sum.wrongSecretAt, each.wrongSecretAt),
      letInAt: later(sum.letInAt, each.letInAt),
      redirectAt: later(sum.redirectAt, each.redirectAt),
      accountingAt: later(sum.accountingAt, each.accountingAt),
      refusals: [...sum.refusals, ...each.refusals],
    };
  }, first);
}

function assertNever(name: never): never {
  throw new Error(`unknown step ${name}`);
}
