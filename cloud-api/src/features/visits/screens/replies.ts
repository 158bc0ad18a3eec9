/** One day of a branch's (or all branches') own calendar. */
export type Day = {
  /** YYYY-MM-DD */
  day: string;
  newCustomers: number;
  returningCustomers: number;
  /** Visits of guests who let nobody know who they are; not customers, so shown apart. */
  anonymousVisits: number;
  visits: number;
};

/** GET /api/v1/overview */
export type OverviewReply = {
  asOf: string;
  hereNow: { total: number; branches: { branchId: string; name: string; count: number }[] };
  today: {
    visits: number;
    newCustomers: number;
    returningCustomers: number;
    anonymousVisits: number;
  };
  /** The last 30 days, oldest first; the last one is today. */
  days: Day[];
};

/** A visit, as GET /api/v1/visits and /api/v1/customers/:id/visits answer. */
export type Visit = {
  id: string;
  customerId: string | null;
  customerName: string | null;
  /** The customer's how-manieth visit, everywhere and at this branch. */
  number: number | null;
  numberAtBranch: number | null;
  branchId: string;
  branchName: string;
  startedAt: string;
  endedAt: string | null;
  deviceId: string | null;
  deviceMac: string | null;
  source: string;
  connectedSeconds: number;
  uploadBytes: number;
  downloadBytes: number;
};
