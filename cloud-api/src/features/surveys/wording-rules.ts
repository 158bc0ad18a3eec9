import type { Survey } from "@foyer/contract";

type Wording = Omit<Survey, "id" | "version">;

/** A survey as guests read it, without what the cloud adds. */
export function wordingOf({ id: _id, version: _version, ...wording }: Survey): Wording {
  return wording;
}

/** A branch's surveys with one put in at its place, or after the others; null takes it out. */
export function placeSurvey(
  surveys: readonly Survey[],
  id: string,
  survey: Survey | null,
): Survey[] {
  const isThere = surveys.some((each) => each.id === id);
  if (survey === null) return surveys.filter((each) => each.id !== id);
  return isThere ? surveys.map((each) => (each.id === id ? survey : each)) : [...surveys, survey];
}

/** `/surveys/3/questions/0/label` of a branch's settings as a field of what was sent. */
export function toWordingField(field: string): string {
  const inside = /^\/surveys\/\d+(\/.*)?$/.exec(field);
  return inside ? `/wording${inside[1] ?? ""}` : "/branchIds";
}
