import { Text } from "@mantine/core";
import { type FormEvent, type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import { useShellTexts } from "./language.tsx";

type FormProps = {
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  children: ReactNode;
};

/**
 * A form that says what is missing in the reader's language: the browser's own bubbles speak the
 * browser's. It is sent only when every field has what it needs.
 */
export function Form({ onSubmit, children }: FormProps) {
  const [fault, setFault] = useState<string | null>(null);
  const sayFault = useSayFault();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const field = findFaulty(event.currentTarget);
    setFault(field && sayFault(field));
    if (field) field.focus();
    else onSubmit(event);
  };
  return (
    <form noValidate onSubmit={submit} onInput={() => setFault(null)}>
      {children}
      {fault && (
        <Text size="sm" c="red" role="alert" mt="sm">
          {fault}
        </Text>
      )}
    </form>
  );
}

/**
 * Of a form that marks its fields: the first one at fault gets the focus, and comes into the window, each
 * time that `refusal` becomes another one. What is empty, 0 or false refuses nothing.
 */
export function useFaultInSight<T extends HTMLElement = HTMLFormElement>(
  refusal: unknown,
): RefObject<T | null> {
  const form = useRef<T>(null);
  useEffect(() => {
    if (refusal) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [refusal]);
  return form;
}

type Field = HTMLInputElement | HTMLTextAreaElement;

function findFaulty(form: HTMLFormElement): Field | null {
  return form.querySelector<Field>("input:invalid, textarea:invalid");
}

function useSayFault(): (field: Field) => string {
  const t = useShellTexts();
  return (field) => {
    const named = { field: field.labels?.[0]?.textContent ?? field.ariaLabel ?? "" };
    if (field.validity.valueMissing) return t("field-missing", named);
    if (field.type === "email") return t("field-email", named);
    if (field.validity.tooShort) return t("field-short", { ...named, count: field.minLength });
    return t("field-wrong", named);
  };
}
