import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Dialog } from "../../../shell/dialog.tsx";
import { Section } from "../../../shell/page.tsx";
import { LinkForm } from "./link-form.tsx";
import { useTexts } from "./texts.ts";

/** On a customer's page: a survey for them alone. */
export function CustomerLink({ id }: { id: string }) {
  const t = useTexts();
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <Section
      title={t("for-customer")}
      hint={t("for-customer-hint")}
      actions={
        <Button variant="default" size="compact-md" onClick={open}>
          {t("make")}
        </Button>
      }
    >
      <Dialog opened={isOpen} onClose={close} title={t("for-customer")}>
        {isOpen && <LinkForm customerId={id} done={close} />}
      </Dialog>
    </Section>
  );
}
