export type Box = {
  id: string;
  name: string;
  createdAt: string;
  /** Null: it has never called in. */
  lastContactAt: string | null;
  release: string | null;
  /** The settings in force on the box; 0 or null before the first. */
  settingsVersion: number | null;
  /** Why the box refused the newest settings and keeps the old ones. */
  settingsFault: string | null;
  openVisits: number;
};

/** A branch, as GET /api/v1/branches answers. */
export type Branch = {
  id: string;
  name: string;
  timeZone: string;
  country: string;
  languages: string[];
  settingsVersion: number;
  boxes: Box[];
};

/** What a new box needs to know. The key is told this once. */
export type Enrolment = {
  tenantId: string;
  branchId: string;
  boxId: string;
  cloudUrl: string;
  boxKey: string;
};

export type NewBranch = Pick<Branch, "name" | "timeZone" | "country" | "languages">;
