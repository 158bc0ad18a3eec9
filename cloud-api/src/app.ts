import { existsSync } from "node:fs";
import { Server } from "node:net";
import { join } from "node:path";
import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import rateLimit from "@fastify/rate-limit";
import staticFiles from "@fastify/static";
import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from "@fastify/type-provider-typebox";
import fastify, { type FastifyBaseLogger, type FastifyReply, LogController } from "fastify";
import type { Logger } from "pino";
import type { Context, Feature, Routes } from "./feature.ts";
import { compressAnswers } from "./platform/compress.ts";
import { answerError, ErrorReply, mapErrors, refuse } from "./platform/errors.ts";
import { registerLive } from "./platform/live-routes.ts";
import { registerLogRepair } from "./platform/log-routes.ts";
import { readNetwork } from "./platform/network.ts";
import { compileWhenAsked, validateWhenAsked } from "./platform/schema-compilers.ts";
import { registerSessions, SESSION_COOKIE } from "./platform/session.ts";
import { answerHealth, answerReady, type VitalsAnswer } from "./platform/vitals.ts";

export type AppOptions = {
  features: readonly Feature[];
  context: Context;
  log: Logger;
  trustedProxies: readonly string[];
  /** The built staff app. */
  appFolder: string;
  /** True: a schema that cannot be compiled fails the start, which then takes seconds. */
  compilesAtOnce?: boolean;
};

const BODY_BYTES_MAX = 1024 * 1024;
/** Of one address: a shop's staff share one. Boxes are counted by their keys. */
export const REQUESTS_PER_MINUTE_MAX = 3000;

/** Ajv's own lets `urn:uuid:` stand before it, which PostgreSQL does not read. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Builds the web server: the JSON API of every feature, its description, and the staff app. */
export async function buildApp(options: AppOptions): Promise<Routes> {
  const { context, features } = options;
  const app: Routes = fastify({
    loggerInstance: options.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    bodyLimit: BODY_BYTES_MAX,
    // What still comes in on a connection while this process drains is answered, and not refused.
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200 },
    // A key `__proto__` in one event must not make a whole push unreadable: it is left out.
    onProtoPoisoning: "remove",
    onConstructorPoisoning: "remove",
    frameworkErrors: answerError,
    ajv: {
      // `personal` marks fields of the contract's schemas; it constrains nothing.
      customOptions: { keywords: ["personal"], removeAdditional: false },
      onCreate: (ajv) => ajv.addFormat("uuid", UUID),
    },
    ...(options.compilesAtOnce
      ? {}
      : { schemaController: { compilersFactory: compileWhenAsked() } }),
  }).withTypeProvider<TypeBoxTypeProvider>();
  mapErrors(app);
  takeBodiesAtTheirWord(app);
  noteAnswers(app, context);
  drainAtTheEnd(app, context);
  compressAnswers(app);
  await app.register(helmet, securityHeaders(context.origin().startsWith("https:")));
  await app.register(cookie);
  await limitRequests(app);
  await describeApi(app, options);
  registerVitals(app, context);
  registerSessions(app, context);
  registerLive(app, context);
  registerLogRepair(app, context);
  for (const feature of features) feature.routes?.(app, context);
  app.get("/api/openapi.json", { schema: { hide: true } }, () => app.swagger());
  await serveStaffApp(app, options.appFolder);
  return app;
}

/**
 * Counts a request before anything is looked up for it, whoever is refused too; a route with a limit
 * of its own counts for itself, and a box's call is counted where its key is proved.
 */
async function limitRequests(app: Routes): Promise<void> {
  await app.register(rateLimit, {
    global: false,
    max: REQUESTS_PER_MINUTE_MAX,
    timeWindow: "1 minute",
    keyGenerator: (request) => readNetwork(request.ip),
  });
  const count = app.rateLimit();
  app.addHook("onRequest", async function (request, reply) {
    const { access, rateLimit: own } = request.routeOptions.config;
    if (!own && access !== "box") await count.call(this, request, reply);
  });
}

const checkBody = validateWhenAsked(TypeBoxValidatorCompiler);

/** Only a query is text that has to be read as numbers: Ajv would make "" of a null in a body as well. */
function takeBodiesAtTheirWord(app: Routes): void {
  app.addHook("onRoute", (route) => {
    if (route.schema?.body) route.validatorCompiler ??= checkBody;
  });
}

/** One line per answer that anybody has to know of: the route and not the path, which may hold a token. */
function noteAnswers(app: Routes, { vitals }: Context): void {
  const asked = new WeakSet<object>();
  app.addHook("onRequest", async (request) => {
    asked.add(request.raw);
    vitals.noteAsked();
  });
  app.addHook("onResponse", async (request, reply) => {
    const { access } = request.routeOptions.config;
    const { statusCode: status, elapsedTime: milliseconds } = reply;
    const other = access && access !== "public" && access !== "new-box" ? "staff" : "public";
    const caller = access === "box" ? "box" : other;
    // An address that cannot be read is answered without having been asked.
    if (asked.delete(request.raw)) vitals.noteAnswered({ caller, status, milliseconds });
    const line = {
      method: request.method,
      route: request.routeOptions.url,
      status,
      milliseconds: Math.round(milliseconds),
    };
    request.log.debug(line, "answered");
  });
}

/** How long an answer may take once this process is told to end. */
const DRAIN_MILLISECONDS_MAX = 15_000;
/** How long a connection that was just made may take to ask. */
const FRESH_MILLISECONDS = 1000;

/** Long polls and streams end at once, what is being answered is answered, and then nothing is held up. */
function drainAtTheEnd(app: Routes, { live, vitals }: Context): void {
  app.addHook("preClose", async () => {
    vitals.beginDrain();
    live.drain();
    app.log.info("cloud drains: what is being asked is answered, and nothing new is taken");
    // Node's own close of an HTTP server ends connections whose first octets are still on their way.
    const ended = new Promise<void>((resolve) => {
      Server.prototype.close.call(app.server, () => resolve());
    });
    const idle = setTimeout(() => app.server.closeIdleConnections(), FRESH_MILLISECONDS);
    const late = setTimeout(() => app.server.closeAllConnections(), DRAIN_MILLISECONDS_MAX);
    await ended;
    clearTimeout(idle);
    clearTimeout(late);
  });
}

/** For whoever watches this process or spreads requests over several: it tells nothing of anybody. */
function registerVitals(app: Routes, { vitals }: Context): void {
  const schema = { hide: true };
  app.get("/health", { schema }, (_, reply) => sendVitals(reply, answerHealth()));
  app.get("/ready", { schema }, async (_, reply) => sendVitals(reply, await answerReady(vitals)));
}

function sendVitals(reply: FastifyReply, { status, type, body }: VitalsAnswer): FastifyReply {
  return reply.code(status).type(type).header("cache-control", "no-store").send(body);
}

function securityHeaders(isHttps: boolean) {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        // Mantine writes its theme into the document as a style element.
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", "data:"],
        fontSrc: ["'self'", "data:"],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    crossOriginEmbedderPolicy: false,
    hsts: isHttps ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    referrerPolicy: { policy: "no-referrer" as const },
  };
}

/** One error for all routes, named once. */
const Refused = {
  description: "It was not done, and why",
  content: { "application/json": { schema: { $ref: "Error#" } } },
};

async function describeApi(app: Routes, { features, context }: AppOptions): Promise<void> {
  app.addSchema({ ...ErrorReply, $id: "Error" });
  await app.register(swagger, {
    refResolver: { buildLocalReference: ({ $id }) => String($id) },
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Foyer",
        description: "What the staff app is made of, and what boxes call.",
        version: context.release,
        license: { name: "Apache-2.0", identifier: "Apache-2.0" },
      },
      webhooks: Object.assign({}, ...features.map((feature) => feature.webhooks ?? {})),
      tags: features.flatMap((feature) => (feature.tag ? [feature.tag] : [])),
      components: {
        securitySchemes: {
          session: { type: "apiKey", in: "cookie", name: SESSION_COOKIE },
          apiKey: {
            type: "http",
            scheme: "bearer",
            description: "A key that staff made, with permissions and a scope of its own",
          },
          boxKey: {
            type: "apiKey",
            in: "header",
            name: "Signature",
            description: "RFC 9421: the box's Ed25519 key signs method, path, query and content",
          },
        },
      },
    },
    transform: ({ schema, url, route }) => {
      const access = route.config?.access;
      const isOpen = access === "public" || access === "new-box";
      const isPersonal = access === "staff" || access === "operator";
      const session = isPersonal ? [{ session: [] }] : [{ session: [] }, { apiKey: [] }];
      const security = access === "box" ? [{ boxKey: [] }] : session;
      if (!access) return { schema: schema ?? {}, url };
      const response = { ...(schema.response as object), "4xx": Refused, "5xx": Refused };
      return {
        schema: {
          ...schema,
          response,
          security: isOpen ? [] : security,
          ...(typeof access === "object" && { "x-permission": access.permission }),
          ...(typeof access === "object" && access.beside && { "x-beside": access.beside }),
        },
        url,
      };
    },
  });
  await app.register(swaggerUi, {
    routePrefix: "/api/docs",
    staticCSP: true,
    transformStaticCSP: tightenDocs,
  });
}

/** The page's own policy would let anything come by https, and would not let it style itself. */
function tightenDocs(policy: string): string {
  return policy
    .replaceAll(" https:", "")
    .replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
    .replace(/;?\s*upgrade-insecure-requests/, "");
}

const NOT_BUILT = "The staff app is not built here: run `pnpm build`. The API is at /api/docs.\n";

/** Files by name; every other address is a page of the staff app, which finds its way by itself. */
async function serveStaffApp(app: Routes, folder: string): Promise<void> {
  const isBuilt = existsSync(join(folder, "index.html"));
  if (isBuilt)
    await app.register(staticFiles, {
      root: folder,
      wildcard: false,
      // `pnpm build` leaves a .gz beside each file that gains by it.
      preCompressed: true,
      setHeaders: (reply, path) => {
        // Vite puts a hash into the name of what lies in assets.
        const forEver = path.includes("/assets/");
        reply.header("cache-control", forEver ? "public, max-age=31536000, immutable" : "no-cache");
      },
    });
  app.setNotFoundHandler((request, reply) => {
    const isPage = request.method === "GET" || request.method === "HEAD";
    // Not resolved against a base: the path "//" would be a host without a name.
    const [pathname = "/"] = request.url.split("?");
    if (!isPage || pathname.startsWith("/api/") || /\.[a-z0-9]+$/i.test(pathname))
      throw refuse("not-found", `There is nothing at ${request.method} ${pathname}.`);
    if (!isBuilt) return reply.type("text/plain; charset=utf-8").send(NOT_BUILT);
    return reply.header("cache-control", "no-cache").sendFile("index.html");
  });
}
