import type { LetIn } from "../adapter.ts";
import type { Answer, Unreachable } from "./line.ts";

/** What came of something that a controller was asked to do. Reasons are for the log alone. */
export type Outcome =
  | { kind: "done" }
  /** It does not know the device yet; it may in a moment. */
  | { kind: "not-listed" }
  /** It will not, and asking again changes nothing. */
  | { kind: "refused"; reason: string }
  | Unreachable;

/** A device on a controller's list. Null: it does not tell. */
export type ListedDevice = {
  /** AA-BB-CC-DD-EE-FF. */
  mac: string;
  ip: string | null;
  /** Whether it is let through just now. */
  isAuthorised: boolean;
  connectedSeconds: number | null;
  uploadBytes: number | null;
  downloadBytes: number | null;
};

export type Listing =
  | { kind: "listed"; devices: ListedDevice[] }
  | Extract<Outcome, { kind: "refused" | "unreachable" }>;

/** Of an answer that neither says what was asked nor why not. */
export function judgeStatus({ status }: Answer): Extract<Outcome, { reason: string }> {
  if (status === 429) return { kind: "unreachable", reason: "it asks for patience (429)" };
  if (status >= 500) return { kind: "unreachable", reason: `it is out of order (${status})` };
  if (status >= 300 && status < 400)
    return { kind: "refused", reason: `it leads elsewhere (${status}): is the address right?` };
  return { kind: "refused", reason: `it refuses (${status})` };
}

export const NO_JSON: Unreachable = { kind: "unreachable", reason: "the answer is no JSON" };

/** An outcome as the guest's page hears of it. */
export function letInOf(outcome: Outcome): LetIn {
  if (outcome.kind === "done") return { kind: "in" };
  return outcome.kind === "not-listed" ? { kind: "not-yet" } : outcome;
}
