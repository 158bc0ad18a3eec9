import { type CodeEnd, NO_USAGE } from "@foyer/admission";
import type { Ticket } from "@foyer/branch-store";
import type { SignInMethod } from "@foyer/contract";
import type { HolderFacts, TicketFacts } from "./facts.ts";

/**
 * The facts of a ticket as they travel between threads: a list of plain values is copied seven times
 * as fast as the objects it is made into on either side. The last is null for a holder of whom
 * nothing was read but who they are.
 */
export type PackedTicket = readonly [
  row: number,
  ...[username: string, password: string, nasId: string, deviceId: string, guestId: string],
  ...[mac: string, method: SignInMethod, policyId: string],
  ...[issuedAt: number, expiresAt: number, usedAt: number | null, endsAt: number | null],
  ...[accessCodeId: string | null, codeEnd: CodeEnd | null],
  holder: HolderFacts | null,
];

/** `holder` is left out where it says nothing. */
export function packTicket({ ticket, holder, codeEnd }: TicketFacts): PackedTicket {
  const { row, username, password, nasId, deviceId, guestId, mac, method, policyId } = ticket;
  return [
    row,
    ...([username, password, nasId, deviceId, guestId, mac, method, policyId] as const),
    ...([ticket.issuedAt.getTime(), ticket.expiresAt.getTime()] as const),
    ...([ticket.usedAt?.getTime() ?? null, ticket.endsAt?.getTime() ?? null] as const),
    ...([ticket.accessCodeId, codeEnd] as const),
    holder.standing === null ? null : holder,
  ];
}

export function unpackTicket(packed: PackedTicket): TicketFacts {
  const [row, username, password, nasId, deviceId, guestId, mac, method, policyId, ...rest] =
    packed;
  const [issuedAt, expiresAt, usedAt, endsAt, accessCodeId, codeEnd, holder] = rest;
  const ticket: Ticket = {
    ...{ row, username, password, nasId, deviceId, guestId, mac, method, policyId },
    ...{ issuedAt: new Date(issuedAt), expiresAt: new Date(expiresAt) },
    ...{ usedAt: toDate(usedAt), endsAt: toDate(endsAt), accessCodeId },
  };
  return { ticket, holder: holder ?? unreadHolder(guestId), codeEnd };
}

/** Whoever the portal has chosen a policy for that counts nothing. */
export const unreadHolder = (guestId: string): HolderFacts => ({
  ...{ guestId, standing: null, usage: NO_USAGE, otherDevices: 0 },
});

const toDate = (at: number | null) => (at === null ? null : new Date(at));
