import type { Granted, SessionReport } from "@foyer/branch-store";
import type { AccessRequest } from "../authorize/access-request.ts";
import type { Authorizer, Verdict } from "../authorize/authorizer.ts";
import { parseMac } from "../authorize/mac.ts";
import { createRecentMap } from "../recent-map.ts";
import type { AccountingRecord } from "./record.ts";

const MACS_KEPT_MIN = 10_000;
/** A session that was not told of by then is not told of at all. */
const KEPT_MS = 24 * 60 * 60 * 1000;
/** Some NAS count a session from the association on, which is before their guest was let in. */
const BEGUN_BEFORE_MS = 30_000;
/** How soon a session that says nothing of whose it is has to follow to be this one. */
const NAMELESS_MS = 60_000;

/** What the last Access-Accept about a device has told its NAS. */
type Admission = {
  nasId: string;
  /** The User-Name that was asked with. */
  userName: string;
  /** The NAS asked about the device itself, by whatever name. */
  isOfDevice: boolean;
  policyId: string;
  granted: Granted;
  /** Null: no limit. */
  endsAt: Date | null;
  at: number;
};

/**
 * Remembers what NAS were told of devices, for the sessions that follow at those that send no Class
 * back: by memory alone, so that no log-in is written for it. After a restart such a NAS's sessions
 * are of no policy until its devices log in again.
 */
export type Admissions = {
  /** The same authorizer, each of whose verdicts is remembered. */
  remember: (authorizer: Authorizer) => Authorizer;
  /** The record with what its session was granted, where its NAS was told that and does not say it. */
  complete: (nasId: string, record: AccountingRecord) => AccountingRecord;
};

export function createAdmissions(clock: () => Date): Admissions {
  /** By MAC, since few NAS are told of it. */
  const admitted = createRecentMap<string, Admission[]>(MACS_KEPT_MIN);
  const note = (nasId: string, request: AccessRequest, verdict: Verdict): Verdict => {
    const mac = request.mac ?? request.namedMac;
    const isSaid = verdict.kind === "accept" || verdict.kind === "reject";
    if (mac === null || !isSaid) return verdict;
    const others = (admitted.get(mac) ?? []).filter((each) => each.nasId !== nasId);
    const now = clock().getTime();
    if (verdict.kind === "accept") others.push(toAdmission(nasId, request, { verdict, now }));
    if (others.length > 0) admitted.set(mac, others);
    else admitted.delete(mac);
    return verdict;
  };
  return {
    remember: ({ authorize, authorizeMember, settle }) => ({
      authorize: (question) => {
        const { nasId, request } = question;
        const verdict = authorize(question);
        return verdict instanceof Promise
          ? verdict.then((each) => note(nasId, request, each))
          : note(nasId, request, verdict);
      },
      authorizeMember: async (question) =>
        note(question.nasId, question.request, await authorizeMember(question)),
      settle,
    }),
    complete: (nasId, record) => {
      if (!("report" in record)) return record;
      const { report } = record;
      // A NAS that sends Class back has said all.
      if (report.policyId !== undefined) return record;
      const own = admitted.get(report.mac)?.find((each) => each.nasId === nasId);
      if (!own || !isOf(own, report)) return record;
      const { policyId, granted, endsAt } = own;
      const said = { policyId, granted, ...(endsAt && { expectedEndAt: endsAt }) };
      return { ...record, report: { ...report, ...said } };
    },
  };
}

function toAdmission(
  nasId: string,
  { userName, namedMac, isCallCheck }: AccessRequest,
  { verdict, now }: { verdict: Verdict & { kind: "accept" }; now: number },
): Admission {
  const { policyId, granted, limits } = verdict;
  const { sessionSeconds: seconds } = limits;
  return {
    ...{ nasId, userName, policyId, granted, at: now },
    isOfDevice: isCallCheck || namedMac !== null,
    endsAt: seconds === null ? null : new Date(now + seconds * 1000),
  };
}

/**
 * Whether a session is the one that its device was let in for: it begins after that and is named as the
 * log-in was, or as its answer did (RFC 2865 §5.1). One that is named otherwise is another way in.
 */
function isOf(admission: Admission, report: SessionReport): boolean {
  const sinceMs = report.at.getTime() - (report.connectedSeconds ?? 0) * 1000 - admission.at;
  if (sinceMs < -BEGUN_BEFORE_MS || sinceMs > KEPT_MS) return false;
  const { userName, mac } = report;
  if (userName === undefined) return sinceMs <= NAMELESS_MS;
  if (userName === admission.userName || userName === admission.granted.credential) return true;
  return admission.isOfDevice && parseMac(userName) === mac;
}
