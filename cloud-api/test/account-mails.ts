import { sendAccountMails } from "../src/features/access/account-mails.ts";
import { openMailer } from "../src/platform/mailer.ts";
import type { TestApp } from "./open-test-app.ts";
import { openMailServer, type Provider } from "./providers.ts";

export type Mailbox = Pick<Provider, "behave" | "calls"> & {
  /** Sends what waits, and gives what has come to an address so far. */
  read: (email: string) => Promise<string[]>;
  /** The token of the newest mail to an address whose link leads to a page. */
  findToken: (email: string, path: string) => Promise<string | null>;
};

/** A mail server, and the job that sends to it. */
export async function openMailbox(site: TestApp): Promise<Mailbox> {
  const server = await openMailServer();
  const { port } = server.configured;
  const mailer = openMailer({
    server: { host: "127.0.0.1", port: Number(port), security: "none" },
    from: "Foyer <foyer@example.test>",
  });
  const read = async (email: string) => {
    await sendAccountMails({ ...site.jobContext, mailer });
    return server.taken.filter(({ to }) => to === email).map(({ text }) => text);
  };
  return {
    ...server,
    read,
    findToken: async (email, path) => {
      const found = (await read(email)).flatMap(
        (text) => new RegExp(`${path}#([\\w-]{43})`).exec(text)?.[1] ?? [],
      );
      return found.at(-1) ?? null;
    },
  };
}
