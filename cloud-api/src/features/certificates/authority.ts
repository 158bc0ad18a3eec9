import { X509Certificate } from "node:crypto";
import { Agent } from "node:https";
import { rootCertificates } from "node:tls";
import type { Client, Order } from "acme-client";
import type { CertificateSettings } from "../../platform/certificate-settings.ts";
import { Trouble } from "./trouble.ts";

/** One DNS-01 challenge (RFC 8555 §8.4): what must stand in the TXT record of the name. */
export type Proof = { name: string; value: string };

export type Authority = {
  accountUrl: string | null;
  /** Makes the account where there is none for the key, and gives its address. */
  openAccount: (contact: string | null) => Promise<string>;
  /** The order of this address; null: the authority has given it up. */
  findOrder: (url: string) => Promise<Order | null>;
  makeOrder: (name: string) => Promise<Order>;
  /** Has each challenge that is open proved by `prove`, and waits for the authority's word. */
  answer: (
    order: Order,
    prove: (proof: Proof, check: () => Promise<void>) => Promise<void>,
  ) => Promise<void>;
  /** The chain as PEM, the box's own first. */
  finish: (order: Order, csr: string) => Promise<string>;
};

const ANSWER_MILLISECONDS = 30_000;
/** How often, and how long between, it is asked whether it has looked: at most about a minute. */
const WAITS = { backoffAttempts: 12, backoffMin: 1000, backoffMax: 8000 };

type Library = typeof import("acme-client");
let loading: Promise<Library> | null = null;

/** Read when it is first asked for: it takes 150 ms and 40 MB, and most clouds never ask. */
function loadLibrary(): Promise<Library> {
  loading ??= import("acme-client").then(prepare);
  return loading;
}

function prepare(library: Library): Library {
  // Tries that the queue makes are enough: a job waits for an authority's Retry-After, and no worker does.
  Object.assign(library.axios.defaults, {
    timeout: ANSWER_MILLISECONDS,
    maxRedirects: 0,
    acmeSettings: { retryMaxAttempts: 0, retryDefaultDelay: 1 },
  });
  // The library's own errors keep an answer's words and lose its status.
  library.axios.interceptors.response.use((answer) => {
    const { type = "", detail = "" } = (answer.data ?? {}) as { type?: string; detail?: string };
    const retryAfter = answer.headers["retry-after"] ?? null;
    if (answer.status === 429 || type.endsWith(":rateLimited"))
      throw new Trouble("authority-limit", detail, retryAfter);
    if (answer.status >= 500)
      throw new Trouble("authority-unreachable", `answered ${answer.status}`, retryAfter);
    return answer;
  });
  return library;
}

/** A new private key for an account, as PEM. */
export async function makeAccountKey(): Promise<string> {
  const { crypto } = await loadLibrary();
  return (await crypto.createPrivateEcdsaKey("P-256")).toString();
}

/** The names that a request for a certificate asks for; null: it is none. */
export async function readRequestedNames(csr: string): Promise<string[] | null> {
  const { crypto } = await loadLibrary();
  try {
    const { commonName, altNames } = crypto.readCsrDomains(csr);
    return [...new Set([commonName, ...altNames].filter(Boolean))];
  } catch {
    return null;
  }
}

/** The last moment of a chain's first certificate. */
export function readValidUntil(chain: string): Date {
  return new X509Certificate(chain).validToDate;
}

/** The authority as one account speaks with it; what goes wrong is thrown as a Trouble. */
export async function openAuthority(
  { directoryUrl, authority }: Pick<CertificateSettings, "directoryUrl" | "authority">,
  account: { key: string; url: string | null },
): Promise<Authority> {
  const { axios, Client } = await loadLibrary();
  if (authority !== null)
    axios.defaults.httpsAgent = new Agent({ ca: [...rootCertificates, authority] });
  const client = new Client({
    ...{ directoryUrl, accountKey: account.key, ...WAITS },
    ...(account.url === null ? {} : { accountUrl: account.url }),
  });
  return {
    accountUrl: account.url,
    openAccount: (contact) =>
      inWords(async () => {
        const to = contact === null ? {} : { contact: [`mailto:${contact}`] };
        await client.createAccount({ termsOfServiceAgreed: true, ...to });
        return client.getAccountUrl();
      }),
    findOrder: async (url) => {
      try {
        const order = await inWords(() => client.getOrder({ url } as Order));
        return order.status === "invalid" ? null : order;
      } catch (error) {
        if (error instanceof Trouble && error.code === "authority-refused") return null;
        throw error;
      }
    },
    makeOrder: (name) =>
      inWords(() => client.createOrder({ identifiers: [{ type: "dns", value: name }] })),
    answer: (order, prove) => answerChallenges(client, order, prove),
    finish: (order, csr) =>
      inWords(async () => {
        const asked = order.status === "valid" ? order : await client.finalizeOrder(order, csr);
        return await client.getCertificate(await client.waitForValidStatus(asked));
      }),
  };
}

async function answerChallenges(
  client: Client,
  order: Order,
  prove: Parameters<Authority["answer"]>[1],
): Promise<void> {
  const open = (await inWords(() => client.getAuthorizations(order))).filter(
    ({ status }) => status === "pending",
  );
  for (const { challenges, identifier } of open) {
    const challenge = challenges.find(({ type }) => type === "dns-01");
    if (!challenge) throw new Trouble("authority-refused", "it offers no proof by DNS");
    const value = await client.getChallengeKeyAuthorization(challenge);
    await prove({ name: `_acme-challenge.${identifier.value}`, value }, () =>
      inWords(async () => {
        await client.completeChallenge(challenge);
        await client.waitForValidStatus(challenge);
      }),
    );
  }
}

/** What the library throws is what the authority said, or what came between. */
async function inWords<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Trouble) throw error;
    if (!(error instanceof Error)) throw error;
    // Where nobody answers, the library looks into an answer that is not there.
    if (error instanceof TypeError) throw new Trouble("authority-unreachable", "no answer");
    const code = "code" in error && typeof error.code === "string" ? error.code : null;
    if (code !== null) throw new Trouble("authority-unreachable", code);
    throw new Trouble("authority-refused", error.message);
  }
}
