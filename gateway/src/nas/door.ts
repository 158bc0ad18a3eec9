import { once } from "node:events";
import { chmodSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { Logger } from "../log.ts";
import type { Gateway } from "./gateway.ts";
import { causes } from "./records.ts";

const BODY_BYTES_MAX = 4096;
const MAC = /^[0-9A-F]{2}(-[0-9A-F]{2}){5}$/;
/** A ticket's two halves (RFC 2865 §5.1, §5.2). */
const TICKET_CHARACTERS_MAX = 128;

/** Where the portal, of the same user on the same box, hands over whom it has granted access. */
export async function serveDoor(options: {
  socketPath: string;
  gateway: Pick<Gateway, "signIn" | "end">;
  log: Logger;
}): Promise<{ close: () => void }> {
  const { socketPath, log } = options;
  rmSync(socketPath, { force: true });
  const server = createServer((request, response) => {
    const reply = (status: number, body: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    readBody(request)
      .then((text) => answer(options.gateway, request.url ?? "", text))
      .then((told) => (told ? reply(200, told) : reply(400, { code: "invalid" })))
      .catch((err: unknown) => {
        log.error({ err }, "the portal could not be answered");
        reply(500, { code: "internal" });
      });
  });
  server.listen(socketPath);
  await once(server, "listening");
  chmodSync(socketPath, 0o600);
  return { close: () => server.close() };
}

async function answer(
  gateway: Pick<Gateway, "signIn" | "end">,
  path: string,
  text: string,
): Promise<object | null> {
  const told = readObject(text);
  const mac = told?.mac;
  if (!told || typeof mac !== "string" || !MAC.test(mac)) return null;
  const { username, password } = told;
  switch (path) {
    case "/sign-in":
      return isTicketPart(username) && isTicketPart(password)
        ? await gateway.signIn({ mac, username, password })
        : null;
    case "/log-out":
      await gateway.end(mac, causes.userRequest);
      return { kind: "done" };
    default:
      return null;
  }
}

const isTicketPart = (value: unknown): value is string =>
  typeof value === "string" && value.length > 0 && value.length <= TICKET_CHARACTERS_MAX;

function readObject(text: string): Record<string, unknown> | null {
  try {
    const told: unknown = JSON.parse(text);
    return typeof told === "object" ? (told as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) {
    text += chunk;
    if (text.length > BODY_BYTES_MAX) throw new Error("the portal says more than fits");
  }
  return text;
}
