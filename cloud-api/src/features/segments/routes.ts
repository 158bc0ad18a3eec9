import { isDeepStrictEqual } from "node:util";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { noteChange } from "../../platform/audit.ts";
import { newId } from "../../platform/clock.ts";
import { seesEveryCustomer } from "../../platform/customer-sight.ts";
import { ErrorReply } from "../../platform/errors.ts";
import { cleanName } from "../../platform/names.ts";
import { sqlStateOf } from "../../platform/roles.ts";
import { tenantOf } from "../../platform/session.ts";
import {
  checkRoom,
  getSegment,
  readSent,
  refuseName,
  refuseTagCircle,
  refuseWhileGiving,
  refuseWhileNamed,
  segmentChanged,
} from "./changes.ts";
import { listFollowing } from "./dependencies.ts";
import { registerExplanations } from "./explain-routes.ts";
import { listJudgings } from "./judging-queries.ts";
import { lockMembers } from "./membership-queries.ts";
import { findPersonal, hidePersonal, refusePersonal } from "./personal.ts";
import {
  countMembers,
  deleteSegment,
  insertSegment,
  listSample,
  listSegments,
  lockSegments,
  type MemberRow,
  type SegmentRow,
  updateSegment,
} from "./queries.ts";
import {
  PreviewBody,
  PreviewReply,
  SegmentBody,
  SegmentParams,
  SegmentReply,
  SegmentsReply,
} from "./schema.ts";
import { judgeAnew } from "./settle.ts";

export const TAG = {
  name: "segments",
  description: "Customers sorted by what is known of them, and why somebody is among them",
};
const tags = [TAG.name];
const refusals = { "4xx": ErrorReply };
const READ = { access: { permission: "segments.read" } };
const EDIT = { access: { permission: "segments.edit" } };
const UNIQUE_VIOLATION = "23505";

export function segmentRoutes(routes: Routes, context: Context): void {
  registerReading(routes, context);
  registerChanges(routes, context);
  registerRemoval(routes, context);
  registerExplanations(routes, context);
}

export const treesOf = (segments: readonly SegmentRow[]) =>
  new Map(segments.map(({ id, tree }) => [id, tree]));

type Live = { customers: number; judging: { done: number; total: number } | null };

function toReply({ id, name, tree, changedAt }: Omit<SegmentRow, "members">, live: Live) {
  return { id, name, tree, changedAt: changedAt.toISOString(), ...live };
}

/** Just saved: nobody has been judged by it, and how many fit was counted. */
const unjudged = (customers: number): Live => ({ customers, judging: { done: 0, total: 0 } });

function registerReading(routes: Routes, context: Context): void {
  const { database } = context;
  routes.get(
    "/api/v1/segments",
    {
      config: READ,
      schema: {
        tags,
        summary: "Every segment by name, with how many customers are in it now",
        response: { 200: SegmentsReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const rows = await listSegments(tx);
        const judgings = new Map((await listJudgings(tx)).map((row) => [row.segmentId, row]));
        // While everybody is judged anew they are counted by one statement, as they are before saving.
        const asked = rows.filter(({ id }) => judgings.has(id));
        const wanted = asked.map(({ tree }) => tree);
        const counts = await countMembers(tx, { wanted, trees: treesOf(rows) });
        const counted = new Map(asked.map(({ id }, index) => [id, counts[index] ?? 0]));
        const isPersonal = seesEveryCustomer(request, context) ? null : await findPersonal(tx);
        const segments = rows.map((row) => {
          const { done = 0, total = 0 } = judgings.get(row.id) ?? {};
          const judging = judgings.has(row.id) ? { done, total } : null;
          const tree = isPersonal ? hidePersonal(row.tree, isPersonal) : row.tree;
          return toReply(
            { ...row, tree },
            { customers: counted.get(row.id) ?? row.members, judging },
          );
        });
        return { segments, nextCursor: null, total: segments.length };
      }),
  );
  routes.post(
    "/api/v1/segments/preview",
    {
      config: READ,
      schema: {
        tags,
        summary: "How many customers fit a tree, and some of them; nothing is saved",
        body: PreviewBody,
        response: { 200: PreviewReply, ...refusals },
      },
    },
    (request) =>
      database.readTenant(tenantOf(request), async (tx) => {
        const { tree: sent, segmentId = null } = request.body;
        const trees = treesOf(await listSegments(tx));
        const tree = readSent(sent, { id: segmentId?.toLowerCase() ?? null, trees });
        const isSeen = seesEveryCustomer(request, context);
        if (!isSeen) await refusePersonal(tx, tree);
        const [total = 0] = await countMembers(tx, { wanted: [tree], trees });
        const sample = isSeen ? await listSample(tx, { tree, trees }) : [];
        return { total, sample: sample.map(toMember) };
      }),
  );
}

const toMember = ({ lastVisitAt, ...row }: MemberRow) => ({
  ...row,
  lastVisitAt: lastVisitAt?.toISOString() ?? null,
});

function registerChanges(routes: Routes, context: Context): void {
  const { database } = context;
  routes.post(
    "/api/v1/segments",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Make a segment",
        body: SegmentBody,
        response: { 201: SegmentReply, ...refusals },
      },
    },
    async (request, reply) => {
      const name = cleanName(request.body.name);
      const made = await database.changeTenant(tenantOf(request), async (tx) => {
        await lockMembers(tx);
        const trees = treesOf(await lockSegments(tx));
        checkRoom(trees.size);
        const tree = readSent(request.body.tree, { id: null, trees });
        if (!seesEveryCustomer(request, context)) await refusePersonal(tx, tree);
        const id = newId();
        if (!(await insertSegment(tx, { id, name, tree }))) throw refuseName();
        await judgeAnew(tx, [id]);
        const [customers = 0] = await countMembers(tx, { wanted: [tree], trees });
        const result = toReply({ id, name, tree, changedAt: tx.now }, unjudged(customers));
        noteChange(tx, { kind: "segments", id, before: null, after: { name, tree } });
        return { result, events: [segmentChanged(tx, { segmentId: id, change: "added" })] };
      });
      return reply.code(201).send(made);
    },
  );
  routes.put(
    "/api/v1/segments/:id",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Change a segment",
        params: SegmentParams,
        body: SegmentBody,
        response: { 200: SegmentReply, ...refusals },
      },
    },
    (request) =>
      database.changeTenant(tenantOf(request), async (tx) => {
        const id = request.params.id.toLowerCase();
        const name = cleanName(request.body.name);
        await lockMembers(tx);
        const segments = await lockSegments(tx);
        const before = getSegment(segments, id);
        const trees = treesOf(segments);
        const tree = readSent(request.body.tree, { id, trees });
        if (!seesEveryCustomer(request, context)) await refusePersonal(tx, tree);
        await updateSegment(tx, { id, name, tree }).catch((error: unknown) => {
          throw sqlStateOf(error) === UNIQUE_VIOLATION ? refuseName() : error;
        });
        const was = { name: before.name, tree: before.tree };
        noteChange(tx, { kind: "segments", id, before: was, after: { name, tree } });
        const after = new Map(trees).set(id, tree);
        await refuseTagCircle(tx, context, after);
        if (!isDeepStrictEqual(before.tree, tree)) await judgeAnew(tx, listFollowing(id, after));
        const [customers = 0] = await countMembers(tx, { wanted: [tree], trees: after });
        const judging = (await listJudgings(tx)).find(({ segmentId }) => segmentId === id);
        const live = judging
          ? { customers, judging: { done: judging.done, total: judging.total } }
          : { customers: before.members, judging: null };
        const result = toReply({ id, name, tree, changedAt: tx.now }, live);
        return { result, events: [segmentChanged(tx, { segmentId: id, change: "changed" })] };
      }),
  );
}

function registerRemoval(routes: Routes, context: Context): void {
  const { database } = context;
  routes.delete(
    "/api/v1/segments/:id",
    {
      config: EDIT,
      schema: {
        tags,
        summary: "Remove a segment, unless another one names it",
        params: SegmentParams,
        response: { 204: Type.Null(), ...refusals },
      },
    },
    async (request, reply) => {
      const id = request.params.id.toLowerCase();
      await database.changeTenant(tenantOf(request), async (tx) => {
        await lockMembers(tx);
        const segments = await lockSegments(tx);
        const { name, tree } = getSegment(segments, id);
        refuseWhileNamed(segments, id);
        await refuseWhileGiving(tx, context, id);
        await deleteSegment(tx, id);
        noteChange(tx, { kind: "segments", id, before: { name, tree }, after: null });
        const events = [segmentChanged(tx, { segmentId: id, change: "removed" })];
        return { result: null, events };
      });
      return reply.code(204).send(null);
    },
  );
}
