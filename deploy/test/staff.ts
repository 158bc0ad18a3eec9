import { request } from "undici";

/** Somebody signed in to the staff app's API. */
export type Staff = { origin: string; cookie: string };

export type Account = { email: string; name: string; password: string };

export type Overview = {
  hereNow: { total: number };
  today: { visits: number; newCustomers: number; returningCustomers: number };
  days: { day: string; visits: number }[];
};

export type CustomerRow = { id: string; name: string | null; phone: string | null; visits: number };

/** Uses the one-time link that `start` printed. */
export function signInFirst(link: string, account: Account): Promise<Staff> {
  const { origin, searchParams } = new URL(link);
  const token = searchParams.get("token");
  return signIn(origin, "/api/v1/first-sign-in", { ...account, token, language: "vi" });
}

export function signInAgain(origin: string, { email, password }: Account): Promise<Staff> {
  return signIn(origin, "/api/v1/session", { email, password });
}

async function signIn(origin: string, path: string, body: object): Promise<Staff> {
  const response = await request(`${origin}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", origin },
    body: JSON.stringify(body),
  });
  const text = await response.body.text();
  if (response.statusCode >= 300)
    throw new Error(`${path} answered ${response.statusCode}: ${text}`);
  const cookies = [response.headers["set-cookie"] ?? []].flat();
  return { origin, cookie: cookies.map((each) => each.split(";")[0]).join("; ") };
}

export function readOverview(staff: Staff): Promise<Overview> {
  return get(staff, "/api/v1/overview");
}

export async function listCustomers(staff: Staff): Promise<CustomerRow[]> {
  const { customers } = await get<{ customers: CustomerRow[] }>(staff, "/api/v1/customers");
  return customers;
}

/** On what guests came, by the report: a system and how many visits, as their browsers said. */
export async function listSystems(staff: Staff): Promise<string[]> {
  type Told = { rows: { name: string; visits: number }[] };
  const { rows } = await get<Told>(staff, "/api/v1/reports/systems");
  return rows.map(({ name, visits }) => `${name} ${visits}`).toSorted();
}

async function get<T>({ origin, cookie }: Staff, path: string): Promise<T> {
  const response = await request(`${origin}${path}`, { headers: { cookie } });
  const text = await response.body.text();
  if (response.statusCode !== 200)
    throw new Error(`${path} answered ${response.statusCode}: ${text}`);
  return JSON.parse(text) as T;
}
