import { isAnnouncementSigned, ReleaseAnnouncement } from "@foyer/contract";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { ErrorReply, refuse } from "../../platform/errors.ts";
import { describeReleases } from "./describe-releases.ts";
import { insertRelease, type ListedRelease, listReleases, putPart } from "./queries.ts";
import { listRunning } from "./rollout-queries.ts";
import { lengthOfPart, PART_BYTES } from "./rules.ts";
import { OperatedReleases, PartParams, RunningReleases } from "./schema.ts";

const tags = ["operators"];
const refusals = { "4xx": ErrorReply };
const OPERATOR = { access: "operator" } as const;
export const RELEASES = "/api/v1/operator/releases";

/** How whoever runs this Foyer puts releases in, and says how far they are offered. */
export function registerReleases(routes: Routes, context: Context): void {
  registerList(routes, context);
  registerRunning(routes, context);
  routes.register(async (parts: Routes) => {
    parts.addContentTypeParser(
      "application/octet-stream",
      { parseAs: "buffer", bodyLimit: PART_BYTES },
      (_request, body, done) => done(null, body),
    );
    registerParts(parts, context);
  });
}

function registerList(routes: Routes, { database, releaseKey }: Context): void {
  routes.get(
    RELEASES,
    {
      config: OPERATOR,
      schema: {
        ...{
          tags,
          summary: "Releases of the box, how far they are offered and what became of them",
        },
        response: { 200: OperatedReleases, ...refusals },
      },
    },
    async () => ({ releases: await database.inDirectory(describeReleases) }),
  );
  routes.post(
    RELEASES,
    {
      config: OPERATOR,
      schema: {
        ...{ tags, summary: "Put a release in by its signed announcement; its tarball follows" },
        ...{ body: ReleaseAnnouncement, response: { 204: Type.Null(), ...refusals } },
      },
    },
    async (request, reply) => {
      if (releaseKey === null)
        throw refuse("conflict", "This cloud was given no key: set FOYER_RELEASE_KEY_FILE.");
      if (!isAnnouncementSigned(request.body, releaseKey))
        throw refuse("invalid", "The announcement is not signed by the key of this cloud.");
      await database.inDirectory((tx) => insertRelease(tx, request.body));
      return reply.code(204).send(null);
    },
  );
}

function registerRunning(routes: Routes, { database }: Context): void {
  routes.get(
    `${RELEASES}/running`,
    {
      config: OPERATOR,
      schema: {
        ...{ tags, summary: "How many boxes of all companies run which release" },
        response: { 200: RunningReleases, ...refusals },
      },
    },
    async () => ({ running: await database.inDirectory(listRunning) }),
  );
}

function registerParts(routes: Routes, context: Context): void {
  const { database } = context;
  routes.put(
    `${RELEASES}/:sha256/parts/:part`,
    {
      config: OPERATOR,
      schema: {
        ...{ tags, summary: "Put a part of a release's tarball in; again is no harm" },
        consumes: ["application/octet-stream"],
        ...{ params: PartParams, response: { 204: Type.Null(), ...refusals } },
      },
    },
    async (request, reply) => {
      const { sha256, part } = request.params;
      const row = await getRelease(context, sha256);
      if (row.stage !== null) throw refuse("conflict", "It is offered: it stays as it is.");
      const bytes = request.body;
      const wanted = lengthOfPart(part, Number(row.bytes));
      if (!Buffer.isBuffer(bytes) || wanted === 0 || bytes.length !== wanted)
        throw refuse("invalid", `Part ${part} of this release has ${wanted} bytes.`);
      await database.inDirectory((tx) => putPart(tx, { sha256, part, bytes }));
      return reply.code(204).send(null);
    },
  );
}

export async function getRelease({ database }: Context, sha256: string): Promise<ListedRelease> {
  const releases = await database.inDirectory(listReleases);
  const row = releases.find((each) => each.sha256 === sha256);
  if (!row) throw refuse("not-found", "There is no such release.");
  return row;
}
