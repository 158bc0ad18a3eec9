import { type AccessRefusal, choosePolicy, NO_USAGE, remainingLimits } from "@foyer/admission";
import {
  chooseWay,
  drawOnline,
  findLanding,
  readOfferedWays,
  sayEnd,
  sayerOf,
  usuallyLogsOut,
} from "@foyer/blocks";
import type { SignInMethod, WayIn } from "@foyer/contract";
import type { Seen } from "./preview.ts";

/** How whoever comes by a way in is known to have come. */
const METHODS: Record<WayIn, SignInMethod> = {
  ...{ phone: "phone-code", email: "email-code", member: "member-code", room: "room" },
  ...{ clickThrough: "click-through", accessCode: "access-code" },
};

/** Whoever is online is somebody: whom nothing was known of is in their first visit. */
export const visitNumberOnline = ({ visitNumber }: Pick<Seen, "visitNumber">): number =>
  visitNumber ?? 1;

/**
 * What stands in <main> of the page after access, by the box's own code. `blocks` is what of the page is
 * for that time, as HTML. What a guest has earned, or is halfway through, is known to a box alone.
 */
export function drawAfter(seen: Seen, blocks: string): { heading: string; html: string } {
  const { settings, language, content, isOwn, now } = seen;
  const { branch, signIn, memberWifi } = settings;
  const t = sayerOf(language);
  const access = findAccess(seen);
  const endsAt = access.kind === "limits" ? access.endsAt : null;
  const method = methodOf(seen);
  const isByPhone = method === "phone-code";
  const hasNumber = method === "returning" ? seen.standing.hasNumber : isByPhone;
  const nas = settings.nas.find(({ kind }) => kind !== "radius");
  const html = drawOnline({
    name: seen.guestName || null,
    branchName: branch.name,
    until: endsAt && sayEnd(endsAt, { now, language, timeZone: branch.timeZone }),
    isForGood: method === "access-code" || method === "room",
    ...{ blocks, coupons: [], files: null },
    landing: findLanding(settings, isOwn ? content : null),
    // Nothing is carried along: nobody came, and nothing is sent.
    member: memberWifi?.enabled && hasNumber ? "/member?c=" : null,
    memberCode: (signIn.member?.enabled ?? false) && isByPhone,
    logOut: nas !== undefined && usuallyLogsOut(nas),
    ...{ t, sealed: "" },
  });
  return { heading: t("online.title"), html };
}

/** A newcomer has just signed in by the branch's first way; whoever was here before is known by the device. */
function methodOf(seen: Seen): SignInMethod {
  if (visitNumberOnline(seen) > 1) return "returning";
  return METHODS[chooseWay({ offered: readOfferedWays(seen.settings), faults: {} })];
}

type Access =
  /** Null: it has no end. */
  | { kind: "limits"; endsAt: Date | null }
  | { kind: "refused"; reason: AccessRefusal | "no-policy" };

/** Whether they would be let in, and until when: as with nothing used up, which boxes alone count. */
function findAccess(seen: Seen): Access {
  const { settings, standing, now } = seen;
  const { policies, branch } = settings;
  const logIn = { method: methodOf(seen), visitNumber: visitNumberOnline(seen) };
  const policy = choosePolicy(policies, { ...logIn, marks: standing.marks });
  if (!policy) return { kind: "refused", reason: "no-policy" };
  const { timeZone } = branch;
  const given = remainingLimits({ policy, usage: NO_USAGE, otherDevices: 0, now, timeZone });
  if (given.kind === "refused") return { kind: "refused", reason: given.reason };
  const { sessionSeconds } = given.limits;
  const endsAt = sessionSeconds && new Date(now.getTime() + sessionSeconds * 1000);
  return { kind: "limits", endsAt: endsAt || null };
}

/** Why the branch lets them online at no such time; null: it does. */
export function findRefusal(seen: Seen): "no-policy" | "policy-ended" | "outside-hours" | null {
  const access = findAccess(seen);
  if (access.kind === "limits") return null;
  switch (access.reason) {
    case "no-policy":
    case "policy-ended":
    case "outside-hours":
      return access.reason;
    default:
      // Nothing is used up, and no other device is there.
      throw new Error(`nothing was used, and yet: ${access.reason}`);
  }
}
