import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { CertificateSettings } from "../src/platform/certificate-settings.ts";

/** As RFC 8555 §6.6 has an authority say that it has given enough: whatever is ordered. */
export async function openLimitingAuthority() {
  const counted = { orders: 0, retryAfter: null as string | null, detail: "too many" };
  const server = createServer((asked, answer) => {
    const origin = `http://${asked.headers.host}`;
    answer.setHeader("replay-nonce", String(Math.random()).slice(2));
    answer.setHeader("content-type", "application/json");
    const reply = (status: number, content: object) =>
      answer.writeHead(status).end(JSON.stringify(content));
    if (asked.url === "/directory")
      return reply(200, {
        ...{ newNonce: `${origin}/nonce`, newAccount: `${origin}/account` },
        newOrder: `${origin}/order`,
      });
    if (asked.url === "/nonce") return answer.end();
    if (asked.url === "/account") {
      answer.setHeader("location", `${origin}/account/1`);
      return reply(201, { status: "valid" });
    }
    counted.orders += 1;
    if (counted.retryAfter !== null) answer.setHeader("retry-after", counted.retryAfter);
    return reply(429, { type: "urn:ietf:params:acme:error:rateLimited", detail: counted.detail });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const settings: CertificateSettings = {
    directoryUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/directory`,
    ...{ authority: null, contact: null, zone: "wifi.example.com", nameServers: [], pace: null },
    way: { kind: "http", url: "http://127.0.0.1:1/", secret: "unused" },
  };
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { counted, settings, close };
}
