import { type Sealing, sealColumnKey } from "@foyer/branch-store";

/** A TPM that fails keeps no box from working: the key stays as it is. */
export function sealStoreKey(stateFolder: string): Sealing {
  try {
    return sealColumnKey(stateFolder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: "unusable", reason };
  }
}

/** In words for whoever stands before the box. */
export function describeSealing(sealing: Sealing): string {
  if (sealing === "sealed")
    return "The key of its store is sealed: this machine's TPM alone opens it.";
  const words = "The key of its store is not sealed: a stolen disk is a stolen box.";
  if (sealing === "no-tpm") return `${words} This machine has no TPM 2.0.`;
  return `${words} Its TPM cannot be used: ${sealing.reason}.`;
}
