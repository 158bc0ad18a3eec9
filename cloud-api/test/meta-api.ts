import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

type TakenEvent = {
  event_name: string;
  event_time: number;
  event_id: string;
  action_source: string;
  user_data: { em?: string[]; ph?: string[] };
};

export type MetaApi = {
  url: string;
  /** What it took, each event once by its name and id, as Meta does within 48 hours. */
  taken: Map<string, TakenEvent>;
  calls: { pixelId: string; events: TakenEvent[] }[];
  /** What it answers from now on, whatever comes; null: as it judges what comes. */
  answer: (status: number | null, code?: number) => void;
};

const DAY_SECONDS = 24 * 60 * 60;

/**
 * Meta's Conversions API as its document says: a token that is not the pixel's is refused (190), and one
 * event that is older than seven days, from the future or about nobody fails the whole call (100).
 */
export async function openMetaApi(options: { token: string; now: () => Date }): Promise<MetaApi> {
  let forced: { status: number; code: number } | null = null;
  const taken: MetaApi["taken"] = new Map();
  const calls: MetaApi["calls"] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? "/", "http://meta");
    const [, pixelId] = /^\/v25\.0\/(\d+)\/events$/.exec(url.pathname) ?? [];
    const reply = (status: number, body: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    const refuse = (status: number, code: number) =>
      reply(status, { error: { message: "No.", type: "OAuthException", code } });
    if (!pixelId || request.method !== "POST") return refuse(404, 803);
    const { data } = JSON.parse(Buffer.concat(chunks).toString()) as { data: TakenEvent[] };
    calls.push({ pixelId, events: data });
    if (forced) return refuse(forced.status, forced.code);
    if (url.searchParams.get("access_token") !== options.token) return refuse(400, 190);
    const now = options.now().getTime() / 1000;
    if (data.some((event) => !isGood(event, now))) return refuse(400, 100);
    for (const event of data) taken.set(`${event.event_name} ${event.event_id}`, event);
    return reply(200, { events_received: data.length, messages: [], fbtrace_id: "A" });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v25.0`,
    ...{ taken, calls },
    answer: (status, code = 2) => {
      forced = status === null ? null : { status, code };
    },
  };
}

const HASH = /^[0-9a-f]{64}$/;

function isGood({ event_time: at, user_data: person }: TakenEvent, now: number): boolean {
  const hashes = [...(person.em ?? []), ...(person.ph ?? [])];
  return (
    at > now - 7 * DAY_SECONDS &&
    at <= now + 60 &&
    hashes.length > 0 &&
    hashes.every((each) => HASH.test(each))
  );
}
