import { readFileSync, type StatsListener, unwatchFile, watchFile } from "node:fs";
import { createServer, type Server } from "node:https";
import { createSecureContext } from "node:tls";
import type { FastifyInstance } from "fastify";
import { boundConnections } from "./connections.ts";
import type { Logger } from "./log.ts";

/** Where the portal is served over https as well, and the PEM files for it. */
export type TlsOptions = {
  port: number;
  certificateFile: string;
  keyFile: string;
  /** The one that the cloud gets the box, and that may still be to come. */
  isOwn?: boolean;
};

export type SecureServer = { close: () => void };

const LOOK_MILLISECONDS = 2000;
const MIN_VERSION = "TLSv1.2";

/**
 * Serves the same pages over https, beside http: for what asks for nothing else, such as openNDS at FAS
 * levels 3 and 4, and under the box's public name. Files that are changed are taken up as they are, and
 * until they fit the old ones serve. Throws what to do when they do not fit at the start.
 */
export async function listenSecurely(
  app: FastifyInstance,
  { host, log, ...tls }: TlsOptions & { host: string; log: Logger },
): Promise<SecureServer> {
  const { port, certificateFile, keyFile } = tls;
  const server = openServer(app, tls);
  boundConnections(server);
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
  const takeUp: StatsListener = ({ mtimeMs }) => {
    // It is not there, or no more.
    if (mtimeMs === 0) return;
    try {
      server.setSecureContext(readPair(tls));
      log.info("a new certificate is served");
    } catch {
      log.error("the files for https do not fit each other: the certificate before is served");
    }
  };
  const files = [...new Set([certificateFile, keyFile])];
  for (const file of files) watchFile(file, { interval: LOOK_MILLISECONDS }, takeUp);
  return {
    close: () => {
      for (const file of files) unwatchFile(file, takeUp);
      server.closeAllConnections();
      server.close();
    },
  };
}

function openServer(app: FastifyInstance, tls: TlsOptions): Server {
  const { certificateFile, keyFile, isOwn } = tls;
  const limits = { requestTimeout: app.server.requestTimeout, minVersion: MIN_VERSION } as const;
  try {
    return createServer({ ...readPair(tls), ...limits }, app.routing);
  } catch (cause) {
    // Without a certificate a handshake fails, and nobody is led here.
    if (isOwn) return createServer(limits, app.routing);
    throw new Error(
      `${certificateFile} and ${keyFile} cannot serve https: give a certificate, with those that lead to its authority, and its key as PEM`,
      { cause },
    );
  }
}

/** Throws where they do not fit each other. */
function readPair({ certificateFile, keyFile }: TlsOptions) {
  const pair = { cert: readFileSync(certificateFile), key: readFileSync(keyFile) };
  createSecureContext(pair);
  return { ...pair, minVersion: MIN_VERSION } as const;
}
