import { findLegalWords, listLegalWords } from "@foyer/branch-store";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { findOnline } from "../arrive/recognise.ts";
import { askedTextsOf } from "../consent/view.ts";
import { newContext } from "../page-context.ts";
import type { Portal } from "../portal.ts";
import {
  findDeviceMac,
  forGuests,
  hrefOf,
  readVisit,
  type Step,
  showNotReady,
  showPage,
} from "../step.ts";
import { askForCopy, forget, forProved, give, withdraw } from "./acts.ts";
import { showNotice } from "./notice.ts";
import {
  askForAddressProof,
  askForProof,
  checkProof,
  showNumber,
  showWaitingProof,
} from "./number-page.ts";
import { showPrivacy } from "./page.ts";

/** What a guest who proved their number sees of what is kept of them, and does about it. */
export function addPrivacyRoutes(app: FastifyInstance, portal: Portal): void {
  const show = forGuests(portal, showPrivacy);
  app.get<{ Querystring: { c?: string } }>("/privacy", (request, reply) =>
    request.query.c === undefined
      ? showByAddress(portal, request, reply)
      : show.call(app, request as FastifyRequest, reply),
  );
  for (const [path, kind] of [
    ["/privacy/number", "phone"],
    ["/privacy/address", "email"],
  ] as const)
    app.get(
      path,
      forGuests(portal, (step) => showNumber(step, { kind })),
    );
  app.post("/privacy/number", forGuests(portal, askForProof));
  app.post("/privacy/address", forGuests(portal, askForAddressProof));
  app.get("/privacy/code", forGuests(portal, showWaitingProof));
  app.post("/privacy/code", forGuests(portal, checkProof));
  app.get(
    "/privacy/nothing",
    forGuests(portal, (step) => showNotice(step, "privacy.nothing")),
  );
  app.get(
    "/privacy/sign-in-first",
    forGuests(portal, (step) => showNotice(step, "privacy.holder")),
  );
  app.get("/privacy/words/:sha256", forGuests(portal, showWords));
  app.post("/privacy/withdraw", forGuests(portal, forProved(withdraw)));
  app.post("/privacy/give", forGuests(portal, forProved(give)));
  app.post("/privacy/copy", forGuests(portal, forProved(askForCopy)));
  app.post("/privacy/delete", forGuests(portal, forProved(forget)));
}

/** Opened by hand: whoever is online from this address goes on from there, proved to be nobody. */
async function showByAddress(
  portal: Portal,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const visit = readVisit(portal, request, reply);
  const { settings, remoteAddress, now, t } = visit;
  if (!settings) return showNotReady(visit);
  const online = portal.store.read((tx) => findOnline(tx, settings.nas, remoteAddress));
  if (!online) {
    const view = { heading: t("privacy.offline.title"), text: t("privacy.offline.text") };
    return showPage(visit, { template: "notice", view, title: view.heading });
  }
  const deviceMac = await findDeviceMac(visit);
  const context = newContext({ ...online, remoteAddress, deviceMac, now });
  return showNumber({ ...visit, settings, nas: online.nas, context, field: () => "" });
}

/** The very words of a consent, which may not be in force any more. They say nothing of anybody. */
function showWords(step: Step): FastifyReply {
  const { portal, settings, reply, context, t, path } = step;
  const sha256 = path.slice(path.lastIndexOf("/") + 1);
  const text =
    portal.store.read((tx) => findLegalWords(tx, sha256)) ??
    // A box keeps texts from the release on that first did.
    listLegalWords(askedTextsOf(settings)).find((each) => each.sha256 === sha256);
  if (!text) return reply.callNotFound() as unknown as FastifyReply;
  const back = hrefOf(portal, "/privacy", context);
  return showPage(step, {
    template: "legal",
    view: { text, back },
    title: t(`legal.${text.purpose}`),
  });
}
