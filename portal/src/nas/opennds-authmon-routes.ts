import {
  type BranchStore,
  endSession,
  findDeviceByMac,
  findSessionOfNas,
  findSettings,
  type Transaction,
} from "@foyer/branch-store";
import type { OpenndsNas } from "@foyer/contract";
import type { FastifyInstance } from "fastify";
import { normaliseMac } from "./mac.ts";
import { type Authmon, isGatewayHash, readAuthmon } from "./opennds-authmon.ts";
import { OPENNDS_CAUSES } from "./opennds-events.ts";
import { hidOf } from "./opennds-signature.ts";
import { comesFromSource } from "./trust.ts";

/** The FAS address of a gateway at levels 3 and 4: browsers arrive there, and authmon asks there. */
export const OPENNDS_FAS_PATH = "/nas/opennds/fas";

/** Registers what openNDS's authmon asks, from the address of a registered gateway alone. */
export function registerOpenndsAuthmon(
  app: FastifyInstance,
  { store, authmon }: { store: BranchStore; authmon: Authmon },
): void {
  app.post(OPENNDS_FAS_PATH, (request, reply) => {
    const form = (request.body ?? {}) as Record<string, unknown>;
    const nas = store
      .read((tx) => findSettings(tx)?.nas ?? [])
      .find(
        (each): each is OpenndsNas =>
          each.kind === "opennds" &&
          each.fasLevel > 2 &&
          comesFromSource(each, request.ip) &&
          isGatewayHash(each, form.gatewayhash),
      );
    reply.type("text/plain");
    // Whatever is no list begins otherwise than one: authmon takes it for none.
    if (!nas) {
      request.log.warn("a question of authmon came from no registered openNDS gateway");
      return reply.code(403).send("ERROR: unknown gateway");
    }
    const reading = readAuthmon(form);
    if (reading.kind === "invalid") {
      request.log.warn({ nasId: nas.id, reason: reading.reason }, "question of authmon refused");
      return reply.code(400).send("ERROR: unknown question");
    }
    const { question } = reading;
    if (question.kind === "deauthed")
      store.transaction((tx) => keepDeauthed(tx, nas, question.facts));
    return reply.send(authmon.answer(nas.id, question));
  });
}

/** A session's end, where no BinAuth of ours reports it; one that was told already is not told twice. */
function keepDeauthed(tx: Transaction, nas: OpenndsNas, facts: ReadonlyMap<string, string>): void {
  const mac = normaliseMac(facts.get("clientmac") ?? "");
  const cause = OPENNDS_CAUSES[facts.get("method") ?? ""];
  const acctSessionId = hidOf(facts.get("token") ?? "");
  const device = mac === null ? null : findDeviceByMac(tx, mac);
  if (mac === null || cause === undefined || !device) return;
  // The token is told in clear, but only a session that we let in is ended by it.
  if (!findSessionOfNas(tx, { nasId: nas.id, acctSessionId, deviceId: device.id })) return;
  const count = (name: string) => {
    const text = facts.get(name) ?? "";
    return /^\d{1,15}$/.test(text) ? Number(text) : 0;
  };
  const [start, end] = [count("session_start"), count("session_end")];
  endSession(tx, {
    ...{ nasId: nas.id, acctSessionId, mac, at: tx.now, cause },
    connectedSeconds: start > 0 ? Math.max(end - start, 0) : 0,
    downloadBytes: count("bytes_incoming"),
    uploadBytes: count("bytes_outgoing"),
  });
}
