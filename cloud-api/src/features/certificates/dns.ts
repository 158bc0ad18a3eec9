import { randomInt } from "node:crypto";
import { Resolver, resolve4, resolveNs } from "node:dns/promises";
import { createConnection } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { CertificateSettings, DnsWay } from "../../platform/certificate-settings.ts";
import type { Outbound } from "../../platform/outbound.ts";
import { type RecordChange, readUpdateAnswer, writeUpdate } from "./dns-update.ts";
import { Trouble } from "./trouble.ts";

const ANSWER_MILLISECONDS = 10_000;
const ANSWER_BYTES_MAX = 65_535;
const LOOK_AGAIN_MILLISECONDS = 1000;
/** A secondary server has it from the first within seconds, where it is told (RFC 1996). */
const SEEN_MILLISECONDS_MAX = 90_000;

export type Zone = Pick<CertificateSettings, "zone" | "way" | "nameServers">;

/** Puts records in the place of those of the same name and type. Throws a Trouble that says why not. */
export async function changeRecords(
  zone: Zone,
  change: RecordChange,
  tools: { outbound: Outbound; now: Date },
): Promise<void> {
  if (zone.way.kind === "http") await tellServer(zone.way, change, tools.outbound);
  else await sendUpdate(zone.way, change, { zone: zone.zone, now: tools.now });
}

/**
 * PUT <url> {"name","type","values","ttlSeconds"}: no values, no record. Any answer of 2xx says that it is
 * done or will be at once.
 */
async function tellServer(
  { url, secret }: DnsWay & { kind: "http" },
  change: RecordChange,
  outbound: Outbound,
): Promise<void> {
  const answer = await outbound.call({
    method: "PUT",
    url,
    headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
    body: JSON.stringify(change),
    signal: AbortSignal.timeout(ANSWER_MILLISECONDS),
  });
  if (answer.kind !== "answered") throw new Trouble("dns-unreachable", answer.reason);
  if (answer.status < 200 || answer.status > 299)
    throw new Trouble("dns-refused", `answered ${answer.status}`);
}

async function sendUpdate(
  { host, port, key }: DnsWay & { kind: "update" },
  change: RecordChange,
  { zone, now }: { zone: string; now: Date },
): Promise<void> {
  const update = writeUpdate(change, { zone, key, id: randomInt(65_536), now });
  const answer = await exchange({ host, port }, update.octets).catch((cause: unknown) => {
    const code = cause instanceof Error && "code" in cause ? cause.code : null;
    throw new Trouble("dns-unreachable", String(code ?? "no answer in time"));
  });
  const outcome = readUpdateAnswer(answer, { ...update, key, now });
  if (outcome.kind === "unproved") throw new Trouble("dns-refused", "the answer is not signed");
  if (outcome.kind === "refused") throw new Trouble("dns-refused", outcome.code);
}

/** RFC 1035 §4.2.2: over TCP a message has its length before it. */
function exchange(server: { host: string; port: number }, octets: Buffer): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const socket = createConnection(server);
  let got: Buffer = Buffer.alloc(0);
  socket.setTimeout(ANSWER_MILLISECONDS, () => socket.destroy(new Error("no answer in time")));
  socket.once("error", reject);
  socket.once("close", () => reject(new Error("no answer")));
  socket.on("data", (chunk: Buffer) => {
    got = Buffer.concat([got, chunk]);
    const length = got.length < 2 ? ANSWER_BYTES_MAX : got.readUInt16BE(0);
    if (got.length < 2 + length) return;
    resolve(got.subarray(2, 2 + length));
    socket.destroy();
  });
  const length = Buffer.alloc(2);
  length.writeUInt16BE(octets.length);
  socket.write(Buffer.concat([length, octets]));
  return promise;
}

/** Waits until every server that answers for the zone says it: the authority asks any of them. */
export async function waitUntilSeen(
  { zone, nameServers }: Zone,
  record: { name: string; value: string },
): Promise<void> {
  const servers = nameServers.length > 0 ? nameServers : await findNameServers(zone);
  const resolvers = servers.map(askOnly);
  const until = performance.now() + SEEN_MILLISECONDS_MAX;
  for (;;) {
    const seen = await Promise.all(resolvers.map((each) => says(each, record)));
    if (seen.every(Boolean)) return;
    if (performance.now() > until) {
      const missing = servers.filter((_, at) => !seen[at]).join(", ");
      throw new Trouble("dns-not-seen", missing);
    }
    await sleep(LOOK_AGAIN_MILLISECONDS);
  }
}

function askOnly(server: string): Resolver {
  const resolver = new Resolver({ timeout: 2000, tries: 1 });
  resolver.setServers([server]);
  return resolver;
}

async function says(
  resolver: Resolver,
  { name, value }: { name: string; value: string },
): Promise<boolean> {
  try {
    return (await resolver.resolveTxt(name)).some((parts) => parts.join("") === value);
  } catch {
    return false;
  }
}

async function findNameServers(zone: string): Promise<string[]> {
  try {
    const names = await resolveNs(zone);
    const addresses = await Promise.all(names.map((name) => resolve4(name)));
    return addresses.flat();
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "no answer";
    throw new Trouble("dns-not-seen", `the servers of ${zone}: ${code}`);
  }
}
