import { type BranchSettings, normaliseAccessCode } from "@foyer/contract";
import { type AccessRequest, provesPassword } from "./access-request.ts";
import type { RejectReason } from "./authorize.ts";

/** A request at the door with an access code as name: which code and device, or why not. */
export type CodeRequest =
  | { kind: "entry"; code: string; mac: string; password: string }
  | { kind: "refused"; reason: RejectReason };

/**
 * Reads an access code that was typed at a NAS's own log-in page as name. Null where the branch
 * takes none, or the name cannot be one: that is no guess. Whoever forges the NAS's address proves
 * nothing by CHAP and MS-CHAPv2, so a device is believed, and a guess counted, only of a request
 * that the NAS's secret went into.
 */
export function readCodeRequest(
  request: AccessRequest,
  settings: BranchSettings,
): CodeRequest | null {
  const { userName, mac, namedMac, proof, isSigned } = request;
  if (!settings.signIn.accessCode?.enabled) return null;
  // Some NAS name devices so, and twelve characters may fit a code.
  const code = namedMac === null ? normaliseAccessCode(userName) : null;
  if (code === null) return null;
  if (!isSigned && proof.kind !== "pap") return { kind: "refused", reason: "not-signed" };
  const password = findCodePassword(request, code);
  if (password === null) return { kind: "refused", reason: "wrong-password" };
  // A use is a device's; a NAS that does not name one cannot have it.
  if (mac === null) return { kind: "refused", reason: "no-calling-station" };
  return { kind: "entry", code, mac, password };
}

/** The code once more, however it was spelt, or nothing: many a page has one field only. */
function findCodePassword({ userName, proof }: AccessRequest, code: string): string | null {
  if (proof.kind === "pap") {
    const typed = proof.password.toString("utf8");
    return typed === "" || normaliseAccessCode(typed) === code ? typed : null;
  }
  const grouped = code.match(/.{1,4}/g)?.join("-") ?? code;
  const spellings = ["", userName, code, code.toLowerCase(), grouped, grouped.toLowerCase()];
  return spellings.find((each) => provesPassword(proof, each)) ?? null;
}
