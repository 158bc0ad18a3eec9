import type { UnifiNas } from "@foyer/contract";
import type { ControllerLine } from "../controller/line.ts";
import type { Listing, Outcome } from "../controller/outcome.ts";
import { openUnifiClassic } from "./classic.ts";
import { openUnifiIntegration } from "./integration.ts";
import type { UnifiGrant } from "./rules.ts";

export type UnifiClient = {
  authorise(grant: UnifiGrant): Promise<Outcome>;
  unauthorise(mac: string): Promise<Outcome>;
  listGuests(): Promise<Listing>;
};

/**
 * A console by whichever of its two ways it is set up for. The Integration API goes first; where it
 * does not know the device yet, or refuses, the log-in stands in for it.
 */
export function openUnifiClient(
  nas: UnifiNas,
  tools: {
    line: ControllerLine;
    clock: () => Date;
    pause: (milliseconds: number) => Promise<void>;
  },
): UnifiClient {
  const { site, apiKey, logIn } = nas;
  const classic = logIn ? openUnifiClassic({ ...tools, site, logIn }) : null;
  const integration = apiKey ? openUnifiIntegration({ ...tools, site, apiKey }) : null;
  const inTurn = async (
    byKey: (() => Promise<Outcome>) | null,
    byLogIn: (() => Promise<Outcome>) | null,
  ): Promise<Outcome> => {
    const first = byKey && (await byKey());
    // A console that gives no answer gives none to the other way either, and a guest waits.
    if (first?.kind === "done" || first?.kind === "unreachable" || !byLogIn)
      return first ?? { kind: "refused", reason: "neither an API key nor a log-in is set" };
    return byLogIn();
  };
  return {
    authorise: (grant) =>
      inTurn(
        integration && (() => integration.authorise(grant)),
        classic && (() => classic.authorise(grant)),
      ),
    unauthorise: (mac) =>
      inTurn(
        integration && (() => integration.unauthorise(mac)),
        classic && (() => classic.unauthorise(mac)),
      ),
    // Only the older list counts bytes.
    listGuests: async () =>
      (await (classic ?? integration)?.listGuests()) ?? {
        kind: "refused",
        reason: "neither an API key nor a log-in is set",
      },
  };
}
