import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { createServer as createSmsCentre, type Session } from "smpp";
import { onTestFinished } from "vitest";

/** How a provider behaves towards the next messages. */
export type Behaviour =
  | "takes"
  /** The same, but says nothing of an id. */
  | "takes silently"
  | "bad recipient"
  | "bad key"
  | "busy"
  /** Takes the message and never answers. */
  | "hangs"
  /** Takes the message and hangs up. */
  | "breaks off"
  | "malformed"
  | "internal error";

/** A small server, written from what the provider documents. */
export type Provider = {
  /** The sender's settings and secrets that lead to it. */
  configured: Record<string, string>;
  behave: (behaviour: Behaviour) => void;
  /** Messages it took or may have taken, as it read them; of a mail with its head, a line each. */
  taken: { to: string; text: string; reference: string; head?: string }[];
  /** Every call or line it saw. */
  calls: () => number;
};

type Handled = { status: number; body: string; headers?: Record<string, string> };
type HttpProtocol = {
  configured: (base: string) => Record<string, string>;
  /** Throws where the request is not as the documents ask. */
  read: (request: IncomingMessage, body: string) => { to: string; text: string; reference: string };
  answer: (behaviour: Behaviour, to: string) => Handled;
};

/** Serves a protocol; what it does not understand it answers with 418, which no test expects. */
async function serve(protocol: HttpProtocol): Promise<Provider> {
  let behaviour: Behaviour = "takes";
  let calls = 0;
  const taken: Provider["taken"] = [];
  const server = createHttpServer(async (request, response) => {
    calls += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    let message: Provider["taken"][number];
    try {
      message = protocol.read(request, Buffer.concat(chunks).toString());
    } catch (error) {
      return response.writeHead(418).end(String(error));
    }
    if (!["bad recipient", "bad key", "busy"].includes(behaviour)) taken.push(message);
    if (behaviour === "hangs") return;
    if (behaviour === "breaks off") return request.socket.destroy();
    if (behaviour === "malformed") return response.writeHead(200).end("<html>Welcome</html>");
    const { status, body, headers = {} } = protocol.answer(behaviour, message.to);
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
  });
  const base = await listen(server);
  return {
    configured: protocol.configured(base),
    behave: (next) => {
      behaviour = next;
    },
    taken,
    calls: () => calls,
  };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function expectHeader(request: IncomingMessage, name: string, value: string): void {
  if (request.headers[name] !== value) throw new Error(`${name} is ${request.headers[name]}`);
}

function expectPath(request: IncomingMessage, path: string): void {
  if (request.url !== path) throw new Error(`asked for ${request.url}`);
}

const json = (status: number, body: object, headers = {}): Handled => ({
  ...{ status, body: JSON.stringify(body), headers },
});

/** What a provider says over HTTP alone when it asks for patience or has trouble of its own. */
const tooMany = () => json(429, { message: "too many" }, { "retry-after": "3" });
const broken = () => json(500, { message: "internal" });

export const openGatewayProvider = () =>
  serve({
    configured: (base) => ({
      ...{ url: `${base}/send?to={{phone}}`, method: "POST", contentType: "application/json" },
      ...{ body: '{"text":"{{text}}","ref":"{{reference}}"}', statusMin: "200", statusMax: "299" },
      ...{ headerName: "x-api-key", headerValue: "key-1", bodyIncludes: '"ok"' },
      ...{ idPattern: '"id":"*"' },
    }),
    read: (request, body) => {
      expectHeader(request, "x-api-key", "key-1");
      const { text, ref } = JSON.parse(body) as { text: string; ref: string };
      const to = new URL(request.url ?? "", "http://x").searchParams.get("to") ?? "";
      return { to, text, reference: ref };
    },
    answer: (behaviour) => {
      if (behaviour === "bad key") return json(401, {});
      if (behaviour === "bad recipient") return json(200, { result: "no such number" });
      if (behaviour === "busy") return tooMany();
      if (behaviour === "internal error") return broken();
      return json(200, { result: "ok", ...(behaviour === "takes" ? { id: "m-1" } : {}) });
    },
  });

/** developers.esms.vn, SendMultipleMessage_V4_post_json. */
export const openEsms = () =>
  serve({
    configured: (baseUrl) => ({
      ...{ baseUrl, apiKey: "key-1", secretKey: "secret-1", brandname: "Foyer", smsType: "2" },
    }),
    read: (request, body) => {
      expectPath(request, "/MainService.svc/json/SendMultipleMessage_V4_post_json/");
      const fields = JSON.parse(body) as Record<string, string>;
      if (fields.ApiKey !== "key-1" || fields.SecretKey !== "secret-1") throw new Error("keys");
      if (fields.Brandname !== "Foyer" || fields.SmsType !== "2") throw new Error("brand");
      const { Phone = "", Content = "", RequestId = "" } = fields;
      return { to: `+${Phone}`, text: Content, reference: RequestId };
    },
    answer: (behaviour) => {
      if (behaviour === "bad key") return json(200, { CodeResult: "101", ErrorMessage: "Key" });
      if (behaviour === "bad recipient") return json(200, { CodeResult: "99" });
      if (behaviour === "busy") return tooMany();
      if (behaviour === "internal error") return broken();
      return json(200, { CodeResult: "100", CountRegenerate: 0, SMSID: "m-1" });
    },
  });

/** speedsms.vn, sms/send. */
export const openSpeedsms = () =>
  serve({
    configured: (baseUrl) => ({ baseUrl, accessToken: "token-1", smsType: "3", sender: "Foyer" }),
    read: (request, body) => {
      expectPath(request, "/index.php/sms/send");
      expectHeader(request, "authorization", `Basic ${btoa("token-1:x")}`);
      const fields = JSON.parse(body) as { to: string[]; content: string; sms_type: number };
      if (fields.sms_type !== 3) throw new Error("sms_type");
      return { to: `+${fields.to[0]}`, text: fields.content, reference: "" };
    },
    answer: (behaviour, to) => {
      if (behaviour === "bad key") return json(200, { status: "error", code: "007" });
      // It says success, and names the number among the bad ones.
      const bad = { tranId: 77, totalSMS: 1, invalidPhone: [to.replace("+", "")] };
      if (behaviour === "bad recipient")
        return json(200, { status: "success", code: "00", data: bad });
      if (behaviour === "busy") return tooMany();
      if (behaviour === "internal error") return json(200, { status: "error", code: "500" });
      const good = { tranId: 77, totalSMS: 1, totalPrice: 250, invalidPhone: [] };
      return json(200, { status: "success", code: "00", data: good });
    },
  });

/** twilio.com/docs, Messages. */
export const openTwilio = () =>
  serve({
    configured: (baseUrl) => ({
      ...{ baseUrl, accountSid: "AC1", apiKeySid: "SK1", apiKeySecret: "secret-1" },
      from: "+15005550006",
    }),
    read: (request, body) => {
      expectPath(request, "/2010-04-01/Accounts/AC1/Messages.json");
      expectHeader(request, "authorization", `Basic ${btoa("SK1:secret-1")}`);
      const form = new URLSearchParams(body);
      if (form.get("From") !== "+15005550006") throw new Error("From");
      return { to: form.get("To") ?? "", text: form.get("Body") ?? "", reference: "" };
    },
    answer: (behaviour) => {
      if (behaviour === "bad key") return json(401, { code: 20003, message: "Authenticate" });
      if (behaviour === "bad recipient")
        return json(400, { code: 21211, message: "The 'To' number +84912345678 is not valid" });
      if (behaviour === "busy") return json(429, { code: 20429 }, { "retry-after": "3" });
      if (behaviour === "internal error") return json(500, { code: 20500 });
      return json(201, { sid: "m-1", status: "queued", error_code: null });
    },
  });

/** business.openapi.zalo.me/message/template: errors come with status 200. */
export const openZalo = () =>
  serve({
    configured: (baseUrl) => ({
      ...{ baseUrl, oauthUrl: baseUrl, appId: "app-1", appSecret: "secret-1" },
      ...{ refreshToken: "refresh-1", templateId: "7895", codeParameter: "otp" },
    }),
    read: (request, body) => {
      expectPath(request, "/message/template");
      expectHeader(request, "access_token", "access-1");
      const fields = JSON.parse(body) as {
        phone: string;
        template_id: string;
        template_data: { otp: string };
        tracking_id: string;
      };
      if (fields.template_id !== "7895") throw new Error("template");
      const { phone, template_data: data, tracking_id: reference } = fields;
      return { to: `+${phone}`, text: data.otp, reference };
    },
    answer: (behaviour) => {
      if (behaviour === "bad key") return json(200, { error: -124, message: "Access token" });
      if (behaviour === "bad recipient") return json(200, { error: -118, message: "No account" });
      if (behaviour === "busy") return tooMany();
      if (behaviour === "internal error") return json(200, { error: -100, message: "Unknown" });
      return json(200, { error: 0, message: "Success", data: { msg_id: "m-1" } });
    },
  });

/** RFC 5321, as far as one message needs it. */
export async function openMailServer(): Promise<Provider> {
  let behaviour: Behaviour = "takes";
  let calls = 0;
  const taken: Provider["taken"] = [];
  const server = createServer((socket) => {
    calls += 1;
    speakSmtp(socket, { behaviour: () => behaviour, taken });
  });
  const port = await listenTcp(server);
  return {
    configured: {
      ...{ host: "127.0.0.1", port, security: "none", from: "Foyer <codes@foyer.test>" },
      ...{ userName: "codes", password: "password-1" },
    },
    behave: (next) => {
      behaviour = next;
    },
    taken,
    calls: () => calls,
  };
}

type Smtp = { behaviour: () => Behaviour; taken: Provider["taken"] };

function speakSmtp(socket: Socket, { behaviour, taken }: Smtp): void {
  let to = "";
  let content: string[] | null = null;
  const say = (line: string) => socket.write(`${line}\r\n`);
  const end = (lines: string[]) => {
    const text = lines.slice(lines.indexOf("") + 1).join("\n");
    // RFC 5322 §2.2.3: a line that begins with a blank goes on with the one before.
    const head = lines
      .slice(0, lines.indexOf(""))
      .join("\n")
      .replaceAll(/\n[ \t]/g, " ");
    const reference = /Message-ID: <([^@]+)@/i.exec(head)?.[1] ?? "";
    taken.push({ to, text: decodeQuotedPrintable(text), reference, head });
    if (behaviour() === "hangs") return;
    if (behaviour() === "breaks off") return socket.destroy();
    if (behaviour() === "malformed") return say("what?");
    if (behaviour() === "internal error") return socket.destroy();
    say(behaviour() === "takes silently" ? "250 ok" : "250 2.0.0 Ok: queued as m-1");
  };
  const answer = (line: string) => {
    if (content) {
      if (line !== ".") return content.push(line.replace(/^\.\./, "."));
      const lines = content;
      content = null;
      return end(lines);
    }
    if (line.startsWith("EHLO")) return socket.write("250-mail\r\n250 AUTH PLAIN\r\n");
    if (line.startsWith("AUTH"))
      return say(behaviour() === "bad key" ? "535 5.7.8 no" : "235 2.7.0 ok");
    if (line.startsWith("MAIL")) return say(behaviour() === "busy" ? "451 4.3.2 later" : "250 ok");
    if (line.startsWith("RCPT")) {
      to = /<([^>]+)>/.exec(line)?.[1] ?? "";
      return say(behaviour() === "bad recipient" ? "550 5.1.1 unknown" : "250 ok");
    }
    if (line === "DATA") {
      content = [];
      return say("354 go on");
    }
    return say("221 bye");
  };
  let rest = "";
  socket.on("error", () => {});
  socket.on("data", (chunk) => {
    const lines = (rest + chunk).split("\r\n");
    rest = lines.pop() ?? "";
    for (const line of lines) answer(line);
  });
  say("220 mail");
}

/** RFC 2045 §6.7, of UTF-8. */
function decodeQuotedPrintable(text: string): string {
  const octets = text
    .replaceAll("=\n", "")
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  return Buffer.from(octets, "latin1").toString("utf8").trim();
}

async function listenTcp(server: ReturnType<typeof createServer>): Promise<string> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return String((server.address() as AddressInfo).port);
}

/** SMPP 3.4, by the package's own server. */
export async function openSmsCentre(): Promise<Provider> {
  let behaviour: Behaviour = "takes";
  let calls = 0;
  const taken: Provider["taken"] = [];
  const server = createSmsCentre((session: Session) => {
    calls += 1;
    session.on("error", () => {});
    session.on("bind_transceiver", (pdu) => {
      const isKnown = pdu.system_id === "foyer" && pdu.password === "pass-1";
      const status = !isKnown || behaviour === "bad key" ? 0x0d : 0;
      session.send(pdu.response({ command_status: status }));
    });
    session.on("submit_sm", (pdu) => {
      const status = { "bad recipient": 0x0b, busy: 0x58, "internal error": 0x08 }[
        behaviour as string
      ];
      const short = pdu.short_message as { message: string | Buffer } | undefined;
      const text = String(short?.message ?? "");
      if (status === undefined || status === 0x08)
        taken.push({ to: `+${pdu.destination_addr}`, text, reference: "" });
      if (behaviour === "hangs") return;
      if (behaviour === "breaks off") return session.destroy();
      if (behaviour === "malformed") return writeGarbage(session);
      const message_id = behaviour === "takes silently" ? "" : "m-1";
      session.send(pdu.response({ command_status: status ?? 0, message_id }));
    });
    session.on("unbind", (pdu) => session.send(pdu.response()));
  });
  const port = await listenTcp(server);
  return {
    configured: {
      ...{ host: "127.0.0.1", port, security: "none", systemId: "foyer", password: "pass-1" },
      ...{ sourceAddress: "Foyer", sourceTon: "5" },
    },
    behave: (next) => {
      behaviour = next;
    },
    taken,
    calls: () => calls,
  };
}

/** A length that no PDU has (SMPP 3.4 §3.2.1). */
function writeGarbage(session: Session): void {
  const { socket } = session as unknown as { socket: Socket };
  socket.write(Buffer.from("ffffffffffffffffffffffffffffffff", "hex"));
}
