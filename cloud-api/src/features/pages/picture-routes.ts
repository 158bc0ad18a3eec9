import { PICTURE_BYTES_MAX } from "@foyer/blocks";
import { Type } from "typebox";
import type { Context, Routes } from "../../feature.ts";
import { refuse } from "../../platform/errors.ts";
import { type PictureHeader, readPictureHeader } from "../../platform/picture-header.ts";
import { encodeLogo, encodePicture } from "./picture-encode.ts";
import { nameSource } from "./picture-forms.ts";
import { EDIT, refusals, tags } from "./routes.ts";

/** A photograph as a phone takes it. */
const FILE_BYTES_MAX = 16 * 1024 * 1024;
const BYTES_MIN = 4 * 1024;

/** In the settings a logo has 8,192 characters with its head; base64 writes three bytes as four. */
const LOGO_BYTES_MAX = 6 * 1000;

const LogoReply = Type.Object({ logo: Type.String({ description: "For a brand: a data: URL" }) });

const PictureQuery = Type.Object({
  bytesMax: Type.Integer({
    minimum: BYTES_MIN,
    maximum: PICTURE_BYTES_MAX,
    default: PICTURE_BYTES_MAX,
    description: "What the picture may weigh on the page: less where it is one of several",
  }),
});

const PictureReply = Type.Object({
  source: Type.String({ description: "For a block's field of this name: a data: URL" }),
  webp: Type.String({ description: "The same as WebP, for the block's field of this name" }),
  avif: Type.Union([Type.String(), Type.Null()], {
    description:
      "The same as AVIF, for the block's field of this name. Null: it would not be lighter",
  }),
  avifOf: Type.Union([Type.String(), Type.Null()], {
    description:
      "Of which picture the AVIF is, for the field of this name: without it the AVIF is not kept",
  }),
  width: Type.Integer(),
  height: Type.Integer(),
  bytes: Type.Integer({ description: "What a phone loads at most" }),
});

/** Pictures for pages: what is sent is never what guests get. */
export function registerPictureUpload(routes: Routes, _context: Context): void {
  routes.register(async (scope: Routes) => {
    scope.addContentTypeParser("application/octet-stream", { parseAs: "buffer" }, (_, body, done) =>
      done(null, body),
    );
    scope.post(
      "/api/v1/page-pictures",
      {
        config: EDIT,
        bodyLimit: FILE_BYTES_MAX,
        schema: {
          tags,
          summary: "Makes a picture fit for a page: its file's bytes as application/octet-stream",
          description:
            "A JPEG, PNG or WebP by its bytes; it is made anew, smaller, and without what its file says besides. Nothing is kept: the answer stands in the page.",
          querystring: PictureQuery,
          consumes: ["application/octet-stream"],
          response: { 200: PictureReply, ...refusals },
        },
      },
      async (request) => {
        const { body, header } = readFile(request.body);
        const made = await encodePicture(body, header, request.query.bytesMax);
        if (made.kind !== "picture") throw refuseMade(made);
        const { kind: _kind, ...picture } = made;
        return { ...picture, avifOf: picture.avif && nameSource(picture.source) };
      },
    );
    scope.post(
      "/api/v1/logo-pictures",
      {
        config: EDIT,
        bodyLimit: FILE_BYTES_MAX,
        schema: {
          tags,
          summary: "Makes a picture fit for a brand's logo: its bytes as application/octet-stream",
          description: "As POST /api/v1/page-pictures does; what is clear in it stays clear.",
          consumes: ["application/octet-stream"],
          response: { 200: LogoReply, ...refusals },
        },
      },
      async (request) => {
        const { body, header } = readFile(request.body);
        const made = await encodeLogo(body, header, LOGO_BYTES_MAX);
        if (made.kind !== "logo") throw refuseMade(made);
        return { logo: made.logo };
      },
    );
  });
}

function readFile(body: unknown): { body: Buffer; header: PictureHeader } {
  if (!Buffer.isBuffer(body))
    throw refuse("invalid", "Send the file as application/octet-stream.", { field: "/file" });
  const header = readPictureHeader(body);
  if (header.found === "none") throw refuseFile(header.reason);
  return { body, header };
}

function refuseMade(made: { kind: "busy" } | { kind: "refused"; reason: string }) {
  if (made.kind === "refused") return refuseFile(made.reason);
  return refuse("busy", "Other pictures are being made just now. Try again in a moment.", {
    retryAfterSeconds: 5,
  });
}

const refuseFile = (reason: string) =>
  refuse("invalid", `This file ${reason}.`, { field: "/file" });
