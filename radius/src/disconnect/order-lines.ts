import { createExchanges, type Exchanges } from "./exchanges.ts";

/** A NAS's standing RadSec connection, down which it may be given orders. */
export type OrderLine = {
  send: (bytes: Buffer) => void;
  exchanges: Exchanges;
  /** Where it comes from: what a NAS reports by it is reported from there. */
  address: string;
  /** What is at its other end passed an order over that the NAS took by UDP. */
  isDeaf: boolean;
};

/**
 * The RadSec connections that stand (RFC 6614 §2.5: a server sends Disconnect-Request and its kin on
 * those that it has accepted; draft-ietf-radext-reverse-coa). Behind NAT there is no other way to a NAS.
 */
export type OrderLines = {
  /** Told of each connection of a NAS, by the names that its certificate proves, in lower case. */
  open: (connection: {
    names: readonly string[];
    address: string;
    send: (bytes: Buffer) => void;
  }) => {
    /** Told of what came that answers an order. */
    take: (bytes: Buffer) => void;
    close: () => void;
  };
  /**
   * Those of this name, on which more than one access point may be: first those that come from this
   * address, and of each kind the one first that was opened last.
   */
  list: (to: { radsecName: string; address: string }) => OrderLine[];
  /** Ends all that waits: this server stops. */
  interrupt: () => void;
};

/** Nobody else is on a connection. */
export const PEER_OF_LINE = "";

export function createOrderLines(): OrderLines {
  /** The one that was opened last is the last. */
  const lines = new Map<OrderLine, readonly string[]>();
  return {
    open: ({ names, address, send }) => {
      const line: OrderLine = { send, address, exchanges: createExchanges(), isDeaf: false };
      lines.set(line, names);
      return {
        take: (bytes) => line.exchanges.take(bytes, PEER_OF_LINE),
        close: () => {
          lines.delete(line);
          line.exchanges.endAll({ kind: "timed-out" });
        },
      };
    },
    list: ({ radsecName, address }) => {
      const name = radsecName.toLowerCase();
      const newestFirst = [...lines].reverse();
      const own = newestFirst.filter(([, names]) => names.includes(name)).map(([line]) => line);
      const isThere = (line: OrderLine) => line.address === address;
      return [...own.filter(isThere), ...own.filter((line) => !isThere(line))];
    },
    interrupt: () => {
      for (const { exchanges } of lines.keys()) exchanges.endAll({ kind: "interrupted" });
    },
  };
}
