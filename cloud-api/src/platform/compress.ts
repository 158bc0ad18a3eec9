import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Routes } from "../feature.ts";

const compress = promisify(gzip);

/** Less than this fits one packet as it is. */
const BYTES_MIN = 1024;
/** Most of what there is to gain, at a third of the processor's time. */
const LEVEL = 4;
const OF_STAFF = "/api/v1/";

/**
 * Packs what the staff app and callers of the API read: lists are names of fields for the most part.
 * Boxes are left alone, since some answers of theirs are packed already. No answer holds a secret
 * beside what a stranger can have it repeat: cookies and tokens go in headers, and a page elsewhere
 * asks without the cookie (SameSite), so lengths tell it nothing (the BREACH attack).
 */
export function compressAnswers(routes: Routes): void {
  routes.addHook("onSend", async (request, reply, payload) => {
    const isText = typeof payload === "string" && payload.length >= BYTES_MIN;
    if (!isText || !request.routeOptions.url?.startsWith(OF_STAFF)) return payload;
    const isJson = String(reply.getHeader("content-type")).startsWith("application/json");
    if (!isJson || reply.hasHeader("content-encoding")) return payload;
    // Caches must keep the two forms apart (RFC 9110 §12.5.5).
    reply.header("vary", "accept-encoding");
    if (!takesGzip(request.headers["accept-encoding"])) return payload;
    reply.header("content-encoding", "gzip");
    reply.removeHeader("content-length");
    return await compress(payload, { level: LEVEL });
  });
}

/** RFC 9110 §12.5.3: named with any weight but 0; a `*` says it of all that are not named. */
export function takesGzip(accepted: string | undefined): boolean {
  const weights = new Map(
    (accepted ?? "").split(",").map((part) => {
      const [name = "", ...parameters] = part.split(";").map((each) => each.trim().toLowerCase());
      const weight = parameters.find((each) => each.startsWith("q="));
      return [name, weight === undefined ? 1 : Number(weight.slice(2))];
    }),
  );
  return (weights.get("gzip") ?? weights.get("*") ?? 0) > 0;
}
