import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";

export type Received = {
  path: string;
  headers: Record<string, string>;
  body: string;
  /** The body, read. */
  message: { type: string; timestamp: string; tenantId: string; data: Record<string, unknown> };
};
type Reply = { status: number; headers?: Record<string, string>; text?: string };
type Answer = (received: Received) => Reply | "never" | Promise<Reply>;

/** A program of a company's own that webhooks are sent to. */
export type Receiver = {
  url: string;
  received: Received[];
  /** What it answers from now on; it takes everything at first. */
  answer: (answer: Answer) => void;
  close: () => Promise<void>;
};

export async function openReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const hanging = new Set<ServerResponse>();
  let answer: Answer = () => ({ status: 204 });
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", async () => {
      const body = Buffer.concat(chunks).toString("utf8");
      const headers = request.headers as Record<string, string>;
      const one = { path: request.url ?? "", headers, body, message: JSON.parse(body) };
      received.push(one);
      const reply = await answer(one);
      if (reply === "never") return hanging.add(response);
      response.writeHead(reply.status, reply.headers ?? {}).end(reply.text ?? "");
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    answer: (next) => {
      answer = next;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** Whether the reference library would have signed it so with a secret, at the time it says. */
export function isSignedBy({ headers, body }: Received, secret: string): boolean {
  const at = new Date(Number(headers["webhook-timestamp"]) * 1000);
  const expected = new Webhook(secret).sign(headers["webhook-id"] ?? "", at, body);
  return headers["webhook-signature"]?.split(" ").includes(expected) ?? false;
}
