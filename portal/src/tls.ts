import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { FastifyInstance } from "fastify";

/** Where the portal is served over https as well, and the PEM files for it. */
export type TlsOptions = { port: number; certificateFile: string; keyFile: string };

/**
 * Serves the same pages over https, beside http: for what asks for nothing else, such as openNDS at FAS
 * levels 3 and 4. The files are read once. Throws what to do when they do not fit.
 */
export async function listenSecurely(
  app: FastifyInstance,
  { host, port, certificateFile, keyFile }: TlsOptions & { host: string },
): Promise<Server> {
  const server = openServer(app, { certificateFile, keyFile });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, () => {
      server.removeListener("error", reject);
      resolve();
    });
  }).catch((cause: NodeJS.ErrnoException) => {
    throw new Error(`TCP port ${port} on ${host} cannot be opened for https (${cause.code})`, {
      cause,
    });
  });
  return server;
}

function openServer(
  app: FastifyInstance,
  { certificateFile, keyFile }: Pick<TlsOptions, "certificateFile" | "keyFile">,
): Server {
  try {
    const cert = readFileSync(certificateFile);
    const key = readFileSync(keyFile);
    const limits = { requestTimeout: app.server.requestTimeout };
    return createServer({ cert, key, minVersion: "TLSv1.2", ...limits }, app.routing);
  } catch (cause) {
    throw new Error(
      `${certificateFile} and ${keyFile} cannot serve https: give a certificate, with those that lead to its authority, and its key as PEM`,
      { cause },
    );
  }
}
