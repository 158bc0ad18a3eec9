import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { HttpGateway } from "@foyer/contract";
import { onTestFinished } from "vitest";

/** A message gateway that keeps what it took, and takes nothing while it is down. */
export async function openDayGateway() {
  const messages: { phone: string; code: string }[] = [];
  const state = { isDown: false };
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request)) as { to: string; text: string };
    if (state.isDown) return response.writeHead(503).end();
    messages.push({ phone: body.to, code: /\b\d{6}\b/.exec(body.text)?.[0] ?? "" });
    return response.writeHead(200).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const gateway: HttpGateway = {
    ...{ kind: "http-gateway", method: "POST", headers: {}, timeoutSeconds: 10 },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    bodyTemplate: '{"to":"{{phone}}","text":"{{text}}"}',
    success: { statusMin: 200, statusMax: 299, bodyIncludes: null },
  };
  const listTo = (phone: string) => messages.filter((each) => each.phone.endsWith(phone.slice(1)));
  return { gateway, state, messages, listTo };
}
