import type { FileQuestion, Language } from "@foyer/contract";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { type GuestPage, sendPage } from "../../platform/guest-page.ts";
import { readNetwork } from "../../platform/network.ts";
import { openRateGate } from "../../platform/rate-gate.ts";
import { drawFileNotice, drawFilePage, sayIn } from "./file-page.ts";
import { deleteFile, listFilesOf } from "./file-queries.ts";
import { bytesMaxOf, saySize } from "./file-rules.ts";
import { type Asked, type Door, type Open, openDoor, UPLOAD_PATH } from "./upload-door.ts";
import { type Outcome, statusOf, takeIn } from "./upload-take.ts";

/** Of one address: guests of one place may share one. */
const ADDRESS_LIMIT = { rateLimit: { max: 120, timeWindow: "1 minute" } };
/** Files of one answer: one in six seconds, and twenty at once. */
const LINK_RATE = { perSecond: 1 / 6, burst: 20 };
/**
 * Files that this process takes in at a time, each held in memory; those of one answer, and of one line to
 * the Internet: whoever sends slowly, on purpose, keeps nobody elsewhere from sending.
 */
const AT_ONCE_MAX = 12;
const AT_ONCE_OF_ONE_MAX = 2;
const AT_ONCE_OF_LINE_MAX = 6;
/** Who says that more comes is refused at once; what comes is counted while it is read. */
const UNREAD_BYTES_MAX = 1024 ** 3;

const LanguageName = Type.Union([Type.Literal("vi"), Type.Literal("en"), Type.Literal("fa")]);
const Params = Type.Object({
  tenantId: Type.String({ format: "uuid" }),
  key: Type.String({ pattern: "^[A-Za-z0-9_-]{32}$" }),
});
const FileParams = Type.Object({
  ...Params.properties,
  fileId: Type.String({ format: "uuid" }),
});
const Query = Type.Object({
  language: Type.Optional(LanguageName),
  question: Type.Optional(Type.String({ maxLength: 64 })),
  told: Type.Optional(
    Type.Union([Type.Literal("added"), Type.Literal("removed"), Type.Literal("same")]),
  ),
});
const PAGE = `${UPLOAD_PATH}/:tenantId/:key`;
const config = { access: "public", ...ADDRESS_LIMIT } as const;
const schema = { hide: true, params: Params, querystring: Query } as const;

/** The page of the cloud on which customers add pictures and other files to what they answered. */
export function registerUploads(routes: Routes, context: Context): void {
  const { database } = context;
  const turns = openTurns(context);
  routes.get(PAGE, { config, schema }, async (request, reply) => {
    const { told = null } = request.query;
    const page = await database.readTenant(request.params.tenantId, async (tx) => {
      const door = await openDoor(tx, askedOf(request));
      return door.kind === "open" ? drawOpen(tx, door.open, { told }) : drawClosed(door);
    });
    return sendPage(reply, page);
  });
  routes.register(async (scope: Routes) => {
    // Read as it comes in, by whoever knows how much it may be; nothing else is read at all.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("multipart/form-data", (_, body, done) => done(null, body));
    scope.post(PAGE, { config, bodyLimit: UNREAD_BYTES_MAX, schema }, async (request, reply) => {
      const asked = askedOf(request);
      const door = await database.readTenant(asked.tenantId, (tx) => openDoor(tx, asked));
      if (door.kind === "closed") return sendPage(reply, drawClosed(door));
      const { open } = door;
      const question = open.questions.find(({ id }) => id === request.query.question);
      if (!question) return sendPage(reply, drawClosed({ ...open, what: "unknown" }));
      const sender = { answerId: open.answer.id, line: readNetwork(request.ip) };
      const outcome = await turns(sender, () => takeIn(context, { asked, question, request }));
      return answerOutcome(context, { asked, open, question, reply }, outcome);
    });
  });
  routes.register(async (scope: Routes) => {
    scope.removeAllContentTypeParsers();
    // Of a button alone: there is nothing in it.
    scope.addContentTypeParser(
      "application/x-www-form-urlencoded",
      { parseAs: "buffer" },
      (_, _body, done) => done(null, null),
    );
    scope.post(
      `${PAGE}/:fileId/remove`,
      { config, schema: { ...schema, params: FileParams } },
      async (request, reply) => {
        const asked = askedOf(request);
        const { fileId: id } = request.params;
        const refused = await database.inTenant(asked.tenantId, async (tx) => {
          const door = await openDoor(tx, asked);
          if (door.kind === "closed") return drawClosed(door);
          const isGone = await deleteFile(tx, { id, answerId: door.open.answer.id });
          return isGone ? null : drawClosed({ ...door.open, what: "unknown" });
        });
        return refused ? sendPage(reply, refused) : goOn(reply, asked, "removed");
      },
    );
  });
}

type Sender = { answerId: string; line: string };

/** Lets in as many as memory and manners allow; whoever is not let in is told why. */
function openTurns({ clock }: Context) {
  const gate = openRateGate(LINK_RATE, clock);
  const taking = new Set<Sender>();
  const isFull = ({ answerId, line }: Sender): boolean => {
    const all = [...taking];
    const ofAnswer = all.filter((each) => each.answerId === answerId);
    const ofLine = all.filter((each) => each.line === line);
    return (
      all.length >= AT_ONCE_MAX ||
      ofAnswer.length >= AT_ONCE_OF_ONE_MAX ||
      ofLine.length >= AT_ONCE_OF_LINE_MAX
    );
  };
  return async (sender: Sender, take: () => Promise<Outcome>): Promise<Outcome> => {
    if (isFull(sender)) return { kind: "fault", fault: "busy" };
    if (gate.draw(sender.answerId) > 0) return { kind: "fault", fault: "many" };
    taking.add(sender);
    try {
      return await take();
    } finally {
      taking.delete(sender);
    }
  };
}

function askedOf(request: FastifyRequest): Asked {
  const { tenantId, key } = request.params as { tenantId: string; key: string };
  return { tenantId, key, language: (request.query as { language?: Language }).language };
}

type Answering = { asked: Asked; open: Open; question: FileQuestion; reply: FastifyReply };

async function answerOutcome(
  { database }: Context,
  { asked, open, question, reply }: Answering,
  outcome: Outcome,
): Promise<FastifyReply> {
  if (outcome.kind === "added" || outcome.kind === "same") return goOn(reply, asked, outcome.kind);
  if (outcome.kind === "gone") return sendPage(reply, drawClosed({ ...open, what: "over" }));
  const { fault } = outcome;
  const { language } = open.place;
  const size = saySize(bytesMaxOf(question), language);
  const text = sayIn(language)(`fault.${fault}`, { size });
  const page = await database.readTenant(asked.tenantId, (tx) =>
    drawOpen(tx, open, { fault: { questionId: question.id, text } }),
  );
  // What was not read to its end cannot be followed by another request.
  if (fault === "too-heavy" || fault === "interrupted") reply.header("connection", "close");
  return sendPage(reply, { ...page, status: statusOf(fault) });
}

type Drawn = GuestPage & { status: number };

async function drawOpen(
  tx: TenantTransaction,
  { answer, questions, place }: Open,
  more: Partial<Pick<Parameters<typeof drawFilePage>[0], "told" | "fault">>,
): Promise<Drawn> {
  const files = await listFilesOf(tx, [answer.id]);
  const { answeredAt } = answer;
  const shown = { place, questions, files, answeredAt, told: null, fault: null, ...more };
  return { ...drawFilePage(shown), status: 200 };
}

/** Nobody is told whether an answer is unknown, another's or another company's. */
function drawClosed({
  what,
  place,
}: Pick<Extract<Door, { kind: "closed" }>, "what" | "place">): Drawn {
  return { ...drawFileNotice(place, what), status: what === "over" ? 410 : 404 };
}

const goOn = (reply: FastifyReply, { tenantId, key, language }: Asked, told: string) =>
  reply.redirect(
    `${UPLOAD_PATH}/${tenantId}/${key}?told=${told}${language ? `&language=${language}` : ""}`,
    303,
  );
