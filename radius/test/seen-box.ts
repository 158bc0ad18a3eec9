import { request } from "node:http";
import type { StatusDocument } from "../src/server/status.ts";
import { startTestBox, type TestBox, type TestBoxOptions } from "./box.ts";

export type SeenBox = TestBox & { statusPort: number };

/** A box that tells its status, with the right time: its store's file was written just now. */
export async function startSeenBox(options: TestBoxOptions = {}): Promise<SeenBox> {
  const box = await startTestBox({ startsAt: new Date(), statusPort: 0, ...options });
  const { statusPort } = box;
  if (statusPort === null) throw new Error("the status port was not opened");
  return { ...box, statusPort };
}

export type Asked = { status: number; type: string; body: string };

/** One HTTP request to the status port. */
export function ask(
  portNumber: number,
  path: string,
  options: { method?: string; host?: string; address?: string } = {},
): Promise<Asked> {
  const { method = "GET", host = `127.0.0.1:${portNumber}`, address = "127.0.0.1" } = options;
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: address, port: portNumber, path, method, headers: { host }, agent: false },
      (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part) => parts.push(part));
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            type: response.headers["content-type"] ?? "",
            body: Buffer.concat(parts).toString("utf8"),
          }),
        );
      },
    );
    asked.on("error", reject);
    asked.end();
  });
}

export async function askHealth(box: SeenBox): Promise<StatusDocument> {
  return JSON.parse((await ask(box.statusPort, "/health")).body);
}
