import { request } from "undici";

/** A form as a page holds it, with the values a browser would send untouched. */
export type Form = {
  method: "GET" | "POST";
  action: string;
  fields: Record<string, string>;
  /** The boxes nobody ticked yet: name → the value that a tick sends. */
  boxes: Record<string, string>;
  /** Every name a person can fill in. */
  inputs: string[];
};

export type Page = { url: string; status: number; html: string };

export type Browser = {
  open: (url: string) => Promise<Page>;
  /** Where an address leads, without going there; null when it leads nowhere else. */
  peek: (url: string) => Promise<string | null>;
  submit: (page: Page, form: Form, values?: Record<string, string>) => Promise<Page>;
  setCookie: (host: string, name: string, value: string) => void;
  /** As a mini-browser does when it closes: the cookies are gone. */
  forgetCookies: () => void;
};

type Sent = { method: "GET" | "POST"; body?: string };

const REDIRECTS_MAX = 12;
const TIMEOUT_SECONDS = 60;
const ANDROID_PHONE =
  "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36";

export class PageFault extends Error {
  override name = "PageFault";
}

/**
 * A browser without a screen or JavaScript: it follows redirects, keeps cookies by host as browsers
 * do (RFC 6265 §5.3: the port plays no part) and sends forms as they stand in the page.
 */
export function openBrowser(options: {
  language: string;
  /** What it says it is (RFC 9110 §10.1.5); absent: Chrome on a phone. */
  userAgent?: string;
  timeoutSeconds?: number;
}): Browser {
  const cookies = new Map<string, Map<string, string>>();

  const fetchOnce = async (url: string, init: Sent): Promise<Page & { leadsTo: string | null }> => {
    const { hostname, origin } = new URL(url);
    const jar = cookies.get(hostname) ?? new Map<string, string>();
    cookies.set(hostname, jar);
    const form = { "content-type": "application/x-www-form-urlencoded", origin };
    const response = await request(url, {
      method: init.method,
      body: init.body ?? null,
      headersTimeout: (options.timeoutSeconds ?? TIMEOUT_SECONDS) * 1000,
      headers: {
        "user-agent": options.userAgent ?? ANDROID_PHONE,
        accept: "text/html",
        "accept-language": options.language,
        cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; "),
        ...(init.method === "POST" ? form : {}),
      },
    });
    keepCookies(jar, response.headers["set-cookie"]);
    const html = await response.body.text();
    const { location } = response.headers;
    const isRedirect = response.statusCode >= 300 && response.statusCode < 400;
    const leadsTo = isRedirect && typeof location === "string" ? new URL(location, url).href : null;
    return { url, status: response.statusCode, html, leadsTo };
  };
  const load = async (url: string, init: Sent): Promise<Page> => {
    let page = await fetchOnce(url, init);
    for (let left = REDIRECTS_MAX; page.leadsTo !== null; left--) {
      if (left === 0) throw new PageFault(`${url} leads on and on`);
      page = await fetchOnce(page.leadsTo, { method: "GET" });
    }
    return { url: page.url, status: page.status, html: page.html };
  };

  return {
    open: (url) => load(url, { method: "GET" }),
    peek: async (url) => (await fetchOnce(url, { method: "GET" })).leadsTo,
    submit: (page, form, values = {}) => {
      const body = new URLSearchParams({ ...form.fields, ...values });
      const target = new URL(form.action, page.url);
      if (form.method === "POST")
        return load(target.href, { method: "POST", body: body.toString() });
      target.search = body.toString();
      return load(target.href, { method: "GET" });
    },
    setCookie: (host, name, value) => {
      const jar = cookies.get(host) ?? new Map<string, string>();
      cookies.set(host, jar.set(name, value));
    },
    forgetCookies: () => cookies.clear(),
  };
}

function keepCookies(jar: Map<string, string>, header: string | string[] | undefined) {
  for (const line of [header ?? []].flat()) {
    const [pair = "", ...attributes] = line.split(";");
    const at = pair.indexOf("=");
    const name = pair.slice(0, at).trim();
    const isGone = attributes.some((each) => /^\s*max-age\s*=\s*0\s*$/i.test(each));
    if (isGone) jar.delete(name);
    else jar.set(name, pair.slice(at + 1).trim());
  }
}

/** The forms of a page, in its order. */
export function listForms(page: Page): Form[] {
  return [...page.html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map((match) =>
    readForm(page, match[1] ?? "", match[2] ?? ""),
  );
}

function readForm(page: Page, head: string, body: string): Form {
  const form: Form = {
    method: attributeOf(head, "method")?.toUpperCase() === "POST" ? "POST" : "GET",
    action: attributeOf(head, "action") ?? page.url,
    fields: {},
    boxes: {},
    inputs: [],
  };
  for (const [, tag = ""] of body.matchAll(/<(?:input|select|textarea)\b([^>]*)>/gi)) {
    const name = attributeOf(tag, "name");
    if (!name) continue;
    const type = attributeOf(tag, "type") ?? "text";
    const isTick = type === "checkbox" || type === "radio";
    const value = attributeOf(tag, "value") ?? (isTick ? "on" : "");
    if (isTick && !/\schecked\b/i.test(tag)) form.boxes[name] = value;
    else form.fields[name] = value;
    if (type !== "hidden") form.inputs.push(name);
  }
  return form;
}

function attributeOf(tag: string, name: string): string | null {
  const match = new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, "i").exec(tag);
  return match ? unescapeHtml(match[1] ?? match[2] ?? "") : null;
}

export function unescapeHtml(text: string): string {
  const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex, decimal, name) => {
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal) return String.fromCodePoint(Number(decimal));
    return named[name] ?? all;
  });
}
