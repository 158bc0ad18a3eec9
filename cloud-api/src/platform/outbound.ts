import { type LookupAddress, lookup as lookUp } from "node:dns";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";

export type OutboundCall = {
  method: "GET" | "POST" | "PUT";
  url: string;
  headers?: Record<string, string>;
  body?: string | null;
  signal: AbortSignal;
};

/** What came of a call to somebody else's server. A reason names no address and no content. */
export type OutboundAnswer =
  | { kind: "answered"; status: number; headers: Record<string, string>; text: string }
  /** The address is one that nobody's settings may reach. */
  | { kind: "forbidden"; reason: string }
  /** No connection was made: surely not an octet was taken. */
  | { kind: "unmade"; reason: string }
  /** It broke off or took too long once it was made: nobody knows what became of it. */
  | { kind: "lost"; reason: string };

/** The way to addresses that tenants write into their settings. Redirects are not followed. */
export type Outbound = {
  call: (call: OutboundCall) => Promise<OutboundAnswer>;
  /** An address of the host that may be reached; throws ForbiddenAddress, or as dns.lookup does. */
  resolve: (host: string) => Promise<string>;
};

const ANSWER_BYTES_MAX = 64 * 1024;

export class ForbiddenAddress extends Error {
  override name = "ForbiddenAddress";
}

/**
 * What is not reached from outside is not reached by a tenant's settings either: RFC 6890's special
 * networks, which hold loopback, private, shared and link-local ones (and a cloud's metadata).
 */
const SPECIAL: readonly (readonly [string, number, "ipv4" | "ipv6"])[] = [
  ["0.0.0.0", 8, "ipv4"],
  ["10.0.0.0", 8, "ipv4"],
  ["100.64.0.0", 10, "ipv4"],
  ["127.0.0.0", 8, "ipv4"],
  ["169.254.0.0", 16, "ipv4"],
  ["172.16.0.0", 12, "ipv4"],
  ["192.0.0.0", 24, "ipv4"],
  ["192.0.2.0", 24, "ipv4"],
  ["192.88.99.0", 24, "ipv4"],
  ["192.168.0.0", 16, "ipv4"],
  ["198.18.0.0", 15, "ipv4"],
  ["198.51.100.0", 24, "ipv4"],
  ["203.0.113.0", 24, "ipv4"],
  ["224.0.0.0", 3, "ipv4"],
];
/** Of IPv6 the global unicast alone (RFC 4291 §2.5.4), without what wraps or tunnels IPv4. */
const GLOBAL: readonly (readonly [string, number])[] = [["2000::", 3]];
const GLOBAL_SPECIAL: readonly (readonly [string, number])[] = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
];

const special = new BlockList();
for (const [address, bits, family] of SPECIAL) special.addSubnet(address, bits, family);
for (const [address, bits] of GLOBAL_SPECIAL) special.addSubnet(address, bits, "ipv6");
const global = new BlockList();
for (const [address, bits] of GLOBAL) global.addSubnet(address, bits, "ipv6");

/** Whether an IP address is one of the open internet. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !special.check(address, "ipv4");
  return family === 6 && global.check(address, "ipv6") && !special.check(address, "ipv6");
}

export function openOutbound({ allowPrivate }: { allowPrivate: boolean }): Outbound {
  const isAllowed = (address: string) => allowPrivate || isPublicAddress(address);
  // The address that is judged is the one that is connected to: a name cannot change in between.
  const lookup: LookupFunction = (host, options, done) => {
    lookUp(host, { ...options, all: true }, (error, found) => {
      const addresses = (found as LookupAddress[] | undefined) ?? [];
      if (error) return done(error, "", 4);
      const allowed = addresses.filter(({ address }) => isAllowed(address));
      const [first] = allowed;
      if (!first) return done(new ForbiddenAddress("not a public address"), "", 4);
      if (options.all) return done(null, allowed);
      done(null, first.address, first.family);
    });
  };
  const resolve = (host: string) =>
    new Promise<string>((found, failed) => {
      const literal = host.replace(/^\[|\]$/g, "");
      if (isIP(literal) !== 0)
        return isAllowed(literal)
          ? found(literal)
          : failed(new ForbiddenAddress("not a public address"));
      lookup(host, { all: false }, (error, address) =>
        error ? failed(error) : found(String(address)),
      );
    });
  return {
    resolve,
    call: async (call) => {
      const url = URL.parse(call.url);
      if (!url || !/^https?:$/.test(url.protocol))
        return { kind: "forbidden", reason: "no http address" };
      const literal = url.hostname.replace(/^\[|\]$/g, "");
      // An address is never looked up, so the look-up cannot refuse it.
      if (isIP(literal) !== 0 && !isAllowed(literal))
        return { kind: "forbidden", reason: "not a public address" };
      return await ask(url, call, lookup);
    },
  };
}

function ask(url: URL, call: OutboundCall, lookup: LookupFunction): Promise<OutboundAnswer> {
  const isSecure = url.protocol === "https:";
  return new Promise((settle) => {
    let isMade = false;
    const fail = (error: NodeJS.ErrnoException) => {
      if (error instanceof ForbiddenAddress)
        return settle({ kind: "forbidden", reason: error.message });
      const isLate = call.signal.aborted;
      // The message of an error may quote an address: only its code is told.
      const reason = isLate ? "no answer in time" : `broke off (${error.code ?? error.name})`;
      settle({ kind: isMade ? "lost" : "unmade", reason });
    };
    const open = isSecure ? requestHttps : requestHttp;
    const outgoing = open(url, {
      method: call.method,
      headers: {
        "user-agent": "foyer",
        ...call.headers,
        ...(call.body ? { "content-length": String(Buffer.byteLength(call.body)) } : {}),
      },
      agent: false,
      lookup,
      signal: call.signal,
    });
    outgoing.once("socket", (socket) =>
      socket.once(isSecure ? "secureConnect" : "connect", () => {
        isMade = true;
      }),
    );
    outgoing.once("error", fail);
    outgoing.once("response", (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const finish = () => {
        const headers = Object.fromEntries(
          Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
        );
        const text = Buffer.concat(chunks).toString("utf8");
        settle({ kind: "answered", status: response.statusCode ?? 0, headers, text });
      };
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        chunks.push(chunk);
        if (bytes <= ANSWER_BYTES_MAX) return;
        // What goes on for so long is no answer of a gateway: its beginning says what it says.
        finish();
        outgoing.destroy();
      });
      response.once("end", () =>
        response.complete ? finish() : settle({ kind: "lost", reason: "the answer broke off" }),
      );
      response.once("error", fail);
    });
    outgoing.end(call.body ?? undefined);
  });
}
