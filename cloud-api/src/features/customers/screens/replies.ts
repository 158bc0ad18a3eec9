/** A customer in a list, as GET /api/v1/customers answers. */
export type CustomerRow = {
  id: string;
  name: string | null;
  phone: string | null;
  visits: number;
  firstSeenAt: string;
  lastVisitAt: string | null;
  sourceBranchId: string | null;
  sourceBranchName: string | null;
};

/** One thing known of a customer, and where it comes from. */
export type CustomerField = {
  field: string;
  value: string;
  givenBy: string;
  givenAt: string;
  branchName: string | null;
  termsVersion: number | null;
};

export type CustomerDevice = {
  id: string;
  mac: string | null;
  randomised: boolean;
  firstSeenAt: string;
  lastSeenAt: string;
};

export type CustomerConsent = {
  purpose: string;
  given: boolean;
  at: string;
  textVersion: number;
  language: string;
  branchName: string | null;
};

/** A customer's page, as GET /api/v1/customers/:id answers. */
export type Customer = {
  id: string;
  name: string | null;
  phone: string | null;
  email: string | null;
  birthday: string | null;
  language: string | null;
  source: { branchId: string; branchName: string | null; at: string } | null;
  visits: number;
  lastVisitAt: string | null;
  daysSinceLastVisit: number | null;
  fields: CustomerField[];
  devices: CustomerDevice[];
  consents: CustomerConsent[];
};
