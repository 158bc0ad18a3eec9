import type { WebLoginNas } from "@foyer/contract";
import type { Arrival, Grant } from "../adapter.ts";

/** What a row may read of a redirect: the values by name, decoded. */
export type Values = { get(name: string): string | null; has(name: string): boolean };

/** What is kept of an arrival for its hand-back: see Arrival.handBack. */
export type Kept = Readonly<Record<string, string | null>>;

/** Everything that differs between the web log-ins of one maker and another's. */
export type Row = {
  /** Whether a query is shaped like this maker's. No two rows take the same one. */
  recognises(values: Values): boolean;
  /** Under which names the redirect says what; the first that is there counts. */
  names: {
    mac: readonly string[];
    ip?: string;
    originalUrl?: string;
    /** Any value but an empty one: the NAS refused the log-in before. */
    error?: string;
    /** Where guests are logged out: told by the redirect, or with the page after access. */
    logOut?: string;
    /** NAS-Identifier, to tell apart two that are logged in to at one origin. */
    nasIdentifier?: string;
  };
  /**
   * Where the log-in goes, in order: the first whose origin is the NAS's is taken. Empty: the redirect
   * does not say.
   */
  targets(values: Values, nas: WebLoginNas, rawQuery: string): readonly string[];
  /** Path and query of the log-out, at the origin of the log-in, where the maker has one. */
  logOutPath?: string;
  /** Values of the redirect that the log-in brings back as they were. */
  keeps?: readonly string[];
  /** Where the maker has its own word for how things stand. */
  stateOf?(values: Values): Pick<Arrival, "state" | "failure"> | null;
  /** What is missing for a hand-back to this NAS; null where nothing is. */
  findFault?(values: Values, nas: WebLoginNas): string | null;
  /** `get`: by a link, which no browser warns of. `post`: by a form. */
  method: "get" | "post";
  fields(kept: Kept, nas: WebLoginNas, grant: Grant): Record<string, string>;
};

/** What the redirect did not bring is not brought back either. */
export function without(fields: Record<string, string | null | undefined>): Record<string, string> {
  const there = Object.entries(fields).filter((each): each is [string, string] => Boolean(each[1]));
  return Object.fromEntries(there);
}
