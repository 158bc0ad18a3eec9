import {
  findCredential,
  findDevice,
  findSession,
  listDueDisconnects,
  listKnownDevices,
  listOpenSessions,
  listOpenSessionsOfDevice,
  listWaitingTickets,
  type Reader,
} from "@foyer/branch-store";
import {
  findDeviceFacts,
  findMemberFacts,
  findTicketFacts,
  findWaitingTicketFacts,
} from "../authorize/facts.ts";
import { type PackedTicket, packTicket } from "../authorize/packed-ticket.ts";
import { type Candidate, judgeSession } from "../disconnect/judge-session.ts";

/** Everything the RADIUS server asks of the store, by name. */
export const reads = {
  /** Null: nobody has such a ticket. */
  findTicketFacts: (tx: Reader, ask: { username: string }): PackedTicket | null => {
    const facts = findTicketFacts(tx, ask);
    return facts && packTicket(facts);
  },
  /** Of the ticket that was given last to a device of this NAS; null: it has none. */
  findWaitingTicketFacts: (
    tx: Reader,
    ask: { nasId: string; mac: string },
  ): PackedTicket | null => {
    const facts = findWaitingTicketFacts(tx, ask);
    return facts && packTicket(facts);
  },
  findDeviceFacts,
  findMemberFacts,

  /** Of one NAS: whose guests have signed in, and wait for it to ask about their device again. */
  listWaiting: (tx: Reader, { nasId }: { nasId: string }) =>
    listWaitingTickets(tx, { nasId }).map(({ username, mac }) => ({ username, mac })),

  /** By MAC; `after` is the last one of the page before. */
  listDeviceFacts: (tx: Reader, page: { after: string | null; limit: number }) =>
    listKnownDevices(tx, page).map(({ id, mac }) => ({
      ...{ deviceId: id, mac },
      facts: findDeviceFacts(tx, { mac }).facts,
    })),

  /** Null: no such credential, or a revoked one. */
  findPassword: (tx: Reader, { userName }: { userName: string }): string | null => {
    const credential = findCredential(tx, userName);
    return credential && !credential.revokedAt ? credential.password : null;
  },

  listOpenSessionIds: (tx: Reader, _: null) => listOpenSessions(tx).map(({ id }) => id),

  /** Those of these sessions that are to end, or to be held to other limits. */
  judgeSessions: (tx: Reader, { ids }: { ids: readonly string[] }): Candidate[] =>
    ids.flatMap((id) => {
      const session = findSession(tx, id);
      return (session && session.endedAt === null && judgeSession(tx, session)) || [];
    }),

  listDueDisconnects: (tx: Reader, _: null) => listDueDisconnects(tx),

  findCommandTarget: (tx: Reader, { deviceId }: { deviceId: string }) => ({
    at: tx.now,
    mac: findDevice(tx, deviceId)?.mac ?? null,
    sessions: listOpenSessionsOfDevice(tx, deviceId),
  }),
};
export type Reads = typeof reads;
