import { normaliseEmail } from "@foyer/contract";
import type { FastifyInstance, FastifyReply } from "fastify";
import { readTick } from "../../consent/rules.ts";
import { findTextFor } from "../../consent/view.ts";
import { findWayOnlineUnasked } from "../../grant/online.ts";
import { showSignIn } from "../../pages/first.ts";
import type { Portal } from "../../portal.ts";
import { forGuests, type Step } from "../../step.ts";
import { enterAccessCode } from "../access-code/enter.ts";
import { requestCode } from "../phone/routes.ts";

/** Sign-in by a code sent to an e-mail address. From the request on it is the way of the phone. */
export function addEmailRoutes(app: FastifyInstance, portal: Portal): void {
  app.get(
    "/email",
    forGuests(
      portal,
      (step) => findWayOnlineUnasked(step)?.() ?? showSignIn(step, { way: "email" }),
    ),
  );
  app.post("/email", forGuests(portal, askForCode));
}

async function askForCode(step: Step): Promise<FastifyReply> {
  const { settings, context, t, field } = step;
  if (!settings.signIn.email?.enabled) return showSignIn(step, {});
  const typed = field("email");
  // The key "Go" in the field below presses the form's first button.
  if (typed === "" && field("accessCode") !== "") return enterAccessCode(step);
  const email = normaliseEmail(typed);
  const terms = findTextFor(step, "terms");
  const tick = terms ? readTick(field("terms"), terms) : null;
  if (email === null || (tick && tick.kind !== "ticked"))
    return showSignIn(step, {
      way: "email",
      typed,
      email: email === null ? t(`email.fault.${typed === "" ? "empty" : "malformed"}`) : null,
      terms: tick && tick.kind !== "ticked" ? t(`terms.fault.${tick.kind}`) : null,
    });
  context.terms = tick?.terms ?? null;
  return requestCode(step, { kind: "email", value: email });
}
