import type { FastifyReply } from "fastify";
import { keepConsent } from "../../consent/keep.ts";
import { leadOn, type Step, showOld, showPage } from "../../step.ts";
import { signIn } from "../sign-in.ts";
import { admit, spentNameOf } from "./check-code.ts";

/** Asks whether the number is still the person's whom this branch knows by it; says nothing of them. */
export function showHolder(step: Step): FastifyReply {
  const { context, t, settings } = step;
  if (context.provedPhone === null || context.codeId === null)
    return showOld(step, context.arrival.nasId);
  const view = { place: settings.brand.name };
  return showPage(step, { template: "holder", view, title: t("holder.title"), path: "/holder" });
}

/**
 * The first answer counts, however often and whichever is sent after it, from another arrival as well:
 * that one is led on by a way of its own.
 */
export function sayHolder(step: Step): FastifyReply {
  const { context, portal, field } = step;
  const { provedPhone: phone, codeId, terms } = context;
  const who = field("who");
  if (phone === null || codeId === null) return showOld(step, context.arrival.nasId);
  if (who !== "same" && who !== "new") return showHolder(step);
  const name = `${spentNameOf(step, codeId)}${HOLDER}`;
  const said = portal.spentCodes.find(name);
  if (said?.url) return leadOn(step, said.url);
  const isNewHolder = who === "new";
  const guest =
    said?.guest ??
    portal.spentCodes.find(`${codeId}${HOLDER}`)?.guest ??
    portal.store.transaction((tx) => {
      const contact = { kind: "phone", value: phone } as const;
      const termsVersion = terms?.version ?? null;
      const signedIn = signIn(tx, step, { contact, termsVersion, isNewHolder });
      if (terms)
        keepConsent(tx, context, {
          guestId: signedIn.id,
          purpose: "terms",
          text: terms,
          way: "phone-code",
        });
      return signedIn;
    });
  portal.log.info({ codeId, outcome: who }, "number's holder");
  context.provedPhone = null;
  const right = { code: "", guest, terms, method: "phone-code" } as const;
  portal.spentCodes.keep(`${codeId}${HOLDER}`, { ...right, url: null });
  return admit(step, name, right);
}

/** Beside the code itself, whose second posting leads to the question. */
const HOLDER = "/holder";
