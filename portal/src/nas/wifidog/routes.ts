import { findSettings } from "@foyer/branch-store";
import type { WifidogNas } from "@foyer/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Portal } from "../../portal.ts";
import { readVisit, showNotReady, showPage } from "../../step.ts";
import { comesFromSource, loginOriginsOf } from "../trust.ts";
import { findGateway } from "./adapter.ts";
import { answerGateway, readGatewayQuestion } from "./gateway.ts";

/** Gateways put a prefix before the paths of the protocol, or none, and end them as they like. */
const PREFIXES = ["", "/wifidog"];
const ENDINGS = ["", "/"];

/**
 * What a WiFiDog gateway and its guests' browsers ask for besides the sign-in: /auth and /ping are the
 * gateway's own, from its registered address alone; /portal and /gw_message are where it leads
 * browsers afterwards. A gateway follows no redirect and speaks http alone, so they are answered as
 * they come.
 */
export function addWifidogRoutes(app: FastifyInstance, portal: Portal): void {
  for (const prefix of PREFIXES)
    for (const ending of ENDINGS) {
      app.get(`${prefix}/auth${ending}`, (request, reply) => answerAuth(portal, request, reply));
      app.get(`${prefix}/ping${ending}`, (request, reply) => answerPing(portal, request, reply));
      app.get(`${prefix}/gw_message${ending}`, (request, reply) =>
        showMessage(portal, request, reply),
      );
    }
  for (const prefix of PREFIXES) {
    app.get(`${prefix}/gw_message.php`, (request, reply) => showMessage(portal, request, reply));
  }
}

/** "Auth: 1" lets the guest through, "Auth: 0" does not; anything else is a fault of the server's. */
function answerAuth(portal: Portal, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const gateway = findCaller(portal, request);
  if (!gateway) return reply.code(403).type("text/plain").send("Auth: 0");
  const question = readGatewayQuestion(queryOf(request));
  if (!question) {
    portal.log.warn({ nasId: gateway.id }, "WiFiDog gateway asked for nothing it could be told");
    return reply.code(400).type("text/plain").send("Auth: 0");
  }
  const { stage } = question;
  const isLetIn = portal.store.transaction((tx) => answerGateway(tx, gateway, question));
  if (stage !== "counters" || !isLetIn)
    portal.log.info({ nasId: gateway.id, stage, isLetIn }, "WiFiDog gateway asked");
  return reply.type("text/plain").send(`Auth: ${isLetIn ? 1 : 0}`);
}

function answerPing(portal: Portal, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const isKnown = findCaller(portal, request) !== null;
  return isKnown
    ? reply.type("text/plain").send("Pong")
    : reply.code(403).type("text/plain").send("");
}

/** Nothing that a gateway says is signed: it is the one that is registered where it calls from. */
function findCaller(portal: Portal, request: FastifyRequest): WifidogNas | null {
  const nasList = portal.store.read((tx) => findSettings(tx)?.nas ?? []);
  const gateway = findGateway(queryOf(request), nasList);
  if (gateway && comesFromSource(gateway, request.ip)) return gateway;
  const reason = gateway ? "it calls from elsewhere" : "no gateway of this gw_id is registered";
  portal.log.warn({ nasId: gateway?.id ?? null, reason }, "WiFiDog gateway refused");
  return null;
}

/** The gateway did not let the guest through: they are told so, and begin anew by one tap. */
function showMessage(portal: Portal, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const visit = readVisit(portal, request, reply);
  const { settings, t } = visit;
  if (!settings) return showNotReady(visit);
  const gateways = settings.nas.filter((each) => each.kind === "wifidog");
  const [again] = gateways.flatMap(loginOriginsOf);
  const view = {
    heading: t("failed.title"),
    text: t("failed.text"),
    action: again ? { href: again, label: t("failed.again") } : null,
  };
  return showPage(visit, { template: "notice", view, title: view.heading, path: "/" });
}

function queryOf(request: FastifyRequest): URLSearchParams {
  const url = request.raw.url ?? "";
  const at = url.indexOf("?");
  return new URLSearchParams(at < 0 ? "" : url.slice(at + 1));
}
