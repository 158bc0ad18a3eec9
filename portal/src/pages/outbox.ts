import type { FastifyInstance } from "fastify";
import type { Portal } from "../portal.ts";
import { maskContact } from "../sign-in/phone/mask.ts";
import { readVisit, showPage } from "../step.ts";

/**
 * For demonstrations: the codes that went to the channel `outbox`. Only there while the branch's
 * settings name that channel. Asked for JSON it gives the numbers in full, for a demonstration
 * that signs in by itself.
 */
export function addOutboxRoutes(app: FastifyInstance, portal: Portal): void {
  app.get("/outbox", (request, reply) => {
    const visit = readVisit(portal, request, reply);
    const { settings, t, language } = visit;
    const channels = settings?.signIn.phone.channels ?? [];
    if (!settings || !channels.some((each) => each.kind === "outbox")) return reply.callNotFound();
    const messages = portal.outbox.list().map((each) => ({ ...each, phone: each.contact.value }));
    if (request.headers.accept?.includes("application/json")) return reply.send({ messages });
    const time = new Intl.DateTimeFormat(language, {
      timeStyle: "medium",
      timeZone: settings.branch.timeZone,
      hourCycle: "h23",
    });
    const view = {
      messages: messages.map((each) => ({
        ...each,
        phone: maskContact(each.contact),
        at: each.at.toISOString(),
        time: time.format(each.at),
      })),
    };
    return showPage(visit, { template: "outbox", view, title: t("outbox.title") });
  });
}
