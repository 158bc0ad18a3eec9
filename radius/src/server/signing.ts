import type { SigningNas } from "@foyer/branch-store";
import type { RadiusNas } from "@foyer/contract";
import type { Logger } from "../log.ts";
import { type BoxStore, must } from "../store/box-store.ts";
import { hostOf } from "./nas-table.ts";

export type Signing = {
  /** Whether an Access-Request of this NAS without Message-Authenticator is met with silence. */
  isDemanded: (nas: RadiusNas) => boolean;
  /** Told of each valid Access-Request that carries one and no EAP-Message. */
  learn: (nas: RadiusNas) => void;
};

type Learnt = { source: string; state: "seen" | "being-kept" | "kept" };

/**
 * Which NAS must sign (CVE-2024-3596): those set to `yes`, and of those left to `auto` the ones
 * that were seen to. A NAS that signs EAP alone is not one of them, nor are the many behind a
 * network's source, of which one may sign and the next not.
 */
export function createSigning(options: {
  /** Those the store knew at the start. */
  known: readonly SigningNas[];
  writer: BoxStore["writer"];
  log: Logger;
}): Signing {
  const { writer, log } = options;
  const learnt = new Map<string, Learnt>();
  for (const { nasId, source } of options.known) learnt.set(nasId, { source, state: "kept" });

  /** From the first request on it is demanded; a store that fails is tried again at the next. */
  const keep = async (nasId: string, known: Learnt) => {
    known.state = "being-kept";
    try {
      await must(writer.ask("learnSigningNas", { nasId, source: known.source }));
      known.state = "kept";
      log.info({ nasId }, "a NAS signs its log-ins: unsigned ones are dropped from now on");
    } catch (error) {
      known.state = "seen";
      log.warn({ nasId, err: error }, "that a NAS signs could not be kept yet");
    }
  };

  return {
    isDemanded: (nas) => {
      if (nas.messageAuthenticator === "yes") return true;
      return isLeftToUs(nas) && learnt.get(nas.id)?.source === nas.source;
    },
    learn: (nas) => {
      if (!isLeftToUs(nas)) return;
      const known = learnt.get(nas.id);
      if (known?.source === nas.source) {
        if (known.state === "seen") keep(nas.id, known);
        return;
      }
      if (hostOf(nas) === null) return;
      const fresh: Learnt = { source: nas.source, state: "seen" };
      learnt.set(nas.id, fresh);
      keep(nas.id, fresh);
    },
  };
}

const isLeftToUs = ({ messageAuthenticator = "auto" }: RadiusNas) =>
  messageAuthenticator === "auto";
