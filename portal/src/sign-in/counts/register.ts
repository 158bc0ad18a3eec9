import type { FastifyInstance, FastifyRequest } from "fastify";
import { comesFromNas } from "../../nas/index.ts";
import { limitedAs } from "../../page-context.ts";
import type { Portal } from "../../portal.ts";
import type { Step } from "../../step.ts";
import type { SignInStep } from "./rules.ts";

const TELL_SECONDS = 300;

/** Tells the cloud every few minutes what was counted, and once more when the portal is stopped. */
export function tellSignInCounts(app: FastifyInstance, { signInCounts, log }: Portal): void {
  const tell = () => {
    try {
      signInCounts.tell();
    } catch (err) {
      // They are told with the next ones: a full disk or a locked store stops no guest.
      log.error({ err }, "could not tell how many guests signed in");
    }
  };
  let timer: NodeJS.Timeout | null = null;
  app.addHook("onListen", async () => {
    timer = setInterval(tell, TELL_SECONDS * 1000);
  });
  app.addHook("onClose", async () => {
    if (timer) clearInterval(timer);
    tell();
  });
}

/**
 * A guest with a page has come to a step. They are counted by their device, whatever address it has by
 * then: a MAC that nobody vouches for tells them apart here, where it opens nothing.
 */
export function noteStep(step: Step, reached: SignInStep): void {
  const { portal, nas, remoteAddress, context } = step;
  const { arrival, proof, deviceMac = null } = context;
  const isClaim = proof === null && deviceMac === null;
  portal.signInCounts.note(
    {
      mac: deviceMac ?? arrival.mac,
      address: remoteAddress,
      claimedFrom: isClaim ? limitedAs(context) : null,
      isShared: comesFromNas(nas, remoteAddress),
    },
    reached,
  );
}

/**
 * Whether it is a browser that asks for a page, and not a system that looks whether there is the
 * Internet: iOS reads the page with an agent of its own before it shows it, many programs want no page.
 */
export function isShownToGuest({ headers }: Pick<FastifyRequest, "headers">): boolean {
  const agent = headers["user-agent"] ?? "";
  return (headers.accept ?? "").includes("text/html") && !agent.startsWith("CaptiveNetworkSupport");
}
