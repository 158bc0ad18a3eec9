import { chmodSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import type { Logger } from "../log.ts";
import { type FilterAnswer, type FilterRequest, LINE_BYTES_MAX, readRequest } from "./requests.ts";

/** The gateway's one, and venue IT's hands. */
const CONNECTIONS_MAX = 8;
/** Of the box's own group: who may speak with it is who may open its socket. */
const SOCKET_MODE = 0o660;

export type AnswerRequest = (request: FilterRequest) => Promise<FilterAnswer>;

/** Serves the requests of `requests.ts` on a Unix socket, each connection's one after the other. */
export async function serveRequests(options: {
  socketPath: string;
  answer: AnswerRequest;
  log: Logger;
}): Promise<Server> {
  const { socketPath, answer, log } = options;
  // Of a process that was killed: nobody listens there.
  rmSync(socketPath, { force: true });
  const server = createServer((socket) => speak(socket, answer, log));
  server.maxConnections = CONNECTIONS_MAX;
  const listening = Promise.withResolvers<void>();
  server.once("error", listening.reject);
  server.listen(socketPath, listening.resolve);
  await listening.promise;
  chmodSync(socketPath, SOCKET_MODE);
  return server;
}

function speak(socket: Socket, answer: AnswerRequest, log: Logger): void {
  let pending = "";
  let turn = Promise.resolve();
  const say = (told: FilterAnswer) => {
    if (socket.writable) socket.write(`${JSON.stringify(told)}\n`);
  };
  const refuse = (reason: string) => say({ ok: false, code: "invalid", reason });
  const take = async (line: string) => {
    const read = readRequest(line);
    if (read.kind === "refused") {
      log.warn({ reason: read.reason }, "a request to the packet filter was refused");
      return refuse(read.reason);
    }
    say(
      await answer(read.request).catch((err: unknown) => {
        log.error({ err, op: read.request.op }, "the packet filter could not do as it was asked");
        return { ok: false, code: "internal", reason: `${read.request.op} failed` } as const;
      }),
    );
  };
  socket.setEncoding("utf8");
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk: string) => {
    pending += chunk;
    const lines = pending.split("\n");
    pending = lines.pop() ?? "";
    for (const line of lines) turn = turn.then(() => take(line));
    if (pending.length <= LINE_BYTES_MAX) return;
    refuse("a line is too long");
    socket.destroy();
  });
}
