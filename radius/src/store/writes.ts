import {
  beginPurge,
  closeDueVisits,
  connectGuest,
  endOverdueSessions,
  enterPassively,
  findCredential,
  findDevice,
  findKnownGuestOfDevice,
  findSession,
  finishCommand,
  finishPurge,
  keepDoorNote,
  keepMemberAdmission,
  keepTicketUse,
  type Listening,
  learnSigningNas,
  linkDevice,
  lookWhetherPurgeIsDue,
  type MemberAdmission,
  type NewDoorNote,
  noteChangeAsked,
  noteChangeOutcome,
  noteDisconnectAsked,
  noteDisconnectOutcome,
  type PurgePlace,
  presumeSessionOver,
  purgeDoorNotes,
  purgeMemberAdmissions,
  purgeSlice,
  recogniseDevice,
  type Session,
  type SigningNas,
  seeDevice,
  type Transaction,
} from "@foyer/branch-store";
import type { Purged } from "@foyer/contract";
import { account } from "../account/account.ts";
import type { AccountingRecord } from "../account/record.ts";
import { type CodeEntry, enterAccessCode } from "../authorize/enter-access-code.ts";
import type { LimitChange } from "../disconnect/change-rules.ts";
import { type Candidate, judgeSession } from "../disconnect/judge-session.ts";
import type { TimedWrite } from "./late-writes.ts";

/** A device at the door, and the policy it was let in by; null: it was not, or that was told. */
type Met = { mac: string; nasId: string; policyId: string | null };

/** `granted`: what its NAS was told of it, and by which name it had asked; null: it was not let in. */
type MetMember = Met & {
  userName: string;
  granted: Pick<MemberAdmission, "userName" | "policyId" | "granted"> | null;
};

type Changed = { session: Session; outcome: string; change: LimitChange };

/** RFC 5176 §3.5, Session Context Not Found: the NAS has no such session any more. */
const NOT_FOUND = "refused 503";

/** Everything the RADIUS server writes, by name. Each may be tried again after a failure. */
export const writes = {
  account: (tx: Transaction, { nasId, record }: { nasId: string; record: AccountingRecord }) =>
    account(tx, nasId, record),

  keepTicketUse,

  /** A device nobody knows, or one that has a page to meet: its NAS has named it over its secret. */
  meetDevice: (tx: Transaction, { mac, nasId }: { mac: string; nasId: string }) => {
    const { id: deviceId } = seeDevice(tx, { mac, nasId, by: "radius" });
    enterPassively(tx, deviceId);
  },

  /** A known device that its NAS has named over its secret. */
  admitDevice: (tx: Transaction, { mac, nasId, policyId }: Met) => {
    const { id: deviceId } = seeDevice(tx, { mac, nasId, by: "radius" });
    const guest = recogniseDevice(tx, { deviceId, nasId, proof: "radius" });
    enterPassively(tx, deviceId);
    if (guest && policyId !== null)
      connectGuest(tx, { guestId: guest.id, deviceId, nasId, method: "returning", policyId });
  },

  enterAccessCode: (tx: Transaction, entry: CodeEntry) => enterAccessCode(tx, entry),

  /** A device that an access code still runs on: that code says nothing of whose it is. */
  admitByAccessCode: (tx: Transaction, met: Met & { guestId: string }) => {
    const { mac, nasId, policyId, guestId } = met;
    const { id: deviceId } = seeDevice(tx, { mac, nasId, by: "radius" });
    if (policyId !== null)
      connectGuest(tx, { guestId, deviceId, nasId, method: "access-code", policyId });
  },

  /** A device that has proved a member's credential: the MAC it came with is theirs from here on. */
  admitMember: (tx: Transaction, { userName, granted, ...met }: MetMember) => {
    const credential = findCredential(tx, userName);
    if (!credential) return;
    const { id: deviceId } = seeDevice(tx, { mac: met.mac, nasId: met.nasId, by: "radius" });
    // Its NAS was told, also where it was revoked since: its session has to be found.
    if (granted) keepMemberAdmission(tx, { deviceId, nasId: met.nasId, ...granted });
    if (credential.revokedAt) return;
    if (findKnownGuestOfDevice(tx, deviceId)?.id !== credential.guestId)
      linkDevice(tx, { deviceId, guestId: credential.guestId });
    writes.admitDevice(tx, met);
  },

  /** What followed from decisions, each at the moment of its own. */
  keepAll: (tx: Transaction, { writes: late }: { writes: readonly TimedWrite[] }) => {
    for (const { at, name, input } of late)
      lateWorks[name]({ ...tx, now: new Date(at) }, input as never);
  },

  learnSigningNas: (tx: Transaction, nas: SigningNas) => learnSigningNas(tx, nas),

  keepHouse: (tx: Transaction, listening: Listening) => {
    endOverdueSessions(tx, listening);
    closeDueVisits(tx);
    purgeDoorNotes(tx);
    purgeMemberAdmissions(tx);
  },

  /** What was asked at the door, and answered: see server/door-notes.ts. */
  keepDoorNotes: (tx: Transaction, { notes }: { notes: readonly NewDoorNote[] }) => {
    for (const note of notes) keepDoorNote(tx, note);
  },

  /** Where a pass over what is too old begins; null: none is due. */
  beginPurge: (tx: Transaction, _nothing: Record<string, never>): PurgePlace | null => {
    const at = lookWhetherPurgeIsDue(tx);
    return at && beginPurge(at);
  },

  purgeSlice: (tx: Transaction, place: PurgePlace) => purgeSlice(tx, place),

  finishPurge: (tx: Transaction, removed: Purged) => finishPurge(tx, removed),

  /** Null when the session ended, or was asked about, while its order waited in the queue. */
  noteOrder: (tx: Transaction, { sessionId }: { sessionId: string }): Candidate | null => {
    const session = findSession(tx, sessionId);
    const candidate = session && session.endedAt === null ? judgeSession(tx, session) : null;
    if (candidate?.order === "disconnect")
      noteDisconnectAsked(tx, { sessionId, cause: candidate.cause });
    if (candidate?.order === "change") noteChangeAsked(tx, { sessionId });
    return candidate;
  },

  noteOutcome: (tx: Transaction, { session, outcome }: { session: Session; outcome: string }) => {
    noteDisconnectOutcome(tx, { sessionId: session.id, outcome });
    if (outcome === NOT_FOUND) closeAsLost(tx, session);
  },

  noteChange: (tx: Transaction, { session, outcome, change }: Changed) => {
    const { granted, expectedEndAt } = change;
    noteChangeOutcome(tx, { sessionId: session.id, outcome, granted, expectedEndAt });
    if (outcome === NOT_FOUND) closeAsLost(tx, session);
  },

  finishCommand: (tx: Transaction, command: { id: string; outcome: string }) =>
    finishCommand(tx, command),
};
export type Writes = typeof writes;

const lateWorks: Record<TimedWrite["name"], (tx: Transaction, input: never) => void> = writes;

/** Should its Stop still come, its bytes and its end are taken. */
function closeAsLost(tx: Transaction, session: Session): void {
  const mac = findDevice(tx, session.deviceId)?.mac;
  if (mac === undefined) return;
  const { nasId, acctSessionId, lastActivityAt: at } = session;
  presumeSessionOver(tx, { nasId, acctSessionId, mac, at, cause: "Lost-Contact" });
}
