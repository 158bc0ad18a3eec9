import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { Server } from "node:net";
import type { TlsOptions } from "@foyer/portal";
import { PROBES } from "./probes.ts";

/** What a page says that is none of the questions of operating systems. */
export const ONLINE = "<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>\n";

const answers = new Map(PROBES.map((probe) => [probe.url, probe]));

const answer: RequestListener = (request, response) => {
  const probe = answers.get(`http://${request.headers.host}${request.url}`);
  response.setHeader("connection", "close");
  if (!probe) {
    response.end(ONLINE);
    return;
  }
  response.writeHead(probe.status, probe.headers).end(probe.body);
};

/** The open internet, at one address for every name: it answers as each of its servers does. */
export async function serveInternet(
  address: string,
  { certificateFile, keyFile }: TlsOptions,
): Promise<{ close: () => void }> {
  const [cert, key] = [readFileSync(certificateFile), readFileSync(keyFile)];
  const secure = createSecureServer({ cert, key }, (_, response) => response.writeHead(204).end());
  const servers: readonly (readonly [Server, number])[] = [
    [createServer(answer), 80],
    [secure, 443],
  ];
  for (const [server, port] of servers)
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(port, address, resolve);
    });
  return {
    close: () => {
      for (const [server] of servers) server.close();
    },
  };
}
