import type { FormEvent } from "react";

/** A form's fields as trimmed text, and the browser kept from leaving the page. */
export function readForm(event: FormEvent<HTMLFormElement>): Record<string, string> {
  event.preventDefault();
  const fields: Record<string, string> = {};
  // A password is taken as it was typed: a space may be part of it.
  for (const [name, value] of new FormData(event.currentTarget))
    fields[name] = /password$/i.test(name) ? String(value) : String(value).trim();
  return fields;
}
