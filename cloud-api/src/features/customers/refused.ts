/** Which value a refused edit is about, by its field; null for any other failure. */
export function findRefusedField(error: unknown): string | null {
  if (!isRefused(error)) return null;
  const { field } = error.refusal;
  return field?.startsWith("/values/") ? field.slice("/values/".length) : null;
}

/** Whether an edit was refused, and did not break. */
export function isRefused(error: unknown): error is Error & { refusal: { field?: string } } {
  return error instanceof Error && "refusal" in error;
}
