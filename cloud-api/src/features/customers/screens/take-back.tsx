import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api } from "../../../shell/api.ts";
import { Danger } from "../../../shell/danger.tsx";
import { Dialog } from "../../../shell/dialog.tsx";
import type { Customer, CustomerConsent } from "./replies.ts";
import { useTexts } from "./texts.ts";

type TakeBackProps = {
  customer: Customer;
  /** Null: the dialog is closed. */
  consent: CustomerConsent | null;
  about: string | null;
  close: () => void;
};

/** Before staff note that a customer does not want something any more: nobody agrees for them again. */
export function TakeBack({ customer, consent, about, close }: TakeBackProps) {
  const t = useTexts();
  const queries = useQueryClient();
  const takeBack = useMutation({
    mutationFn: ({ purpose, channel }: CustomerConsent) =>
      api.post(`/customers/${customer.id}/consents/take-back`, { purpose, channel }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["customer", customer.id] });
      close();
    },
  });
  return (
    <Dialog
      opened={consent !== null}
      onClose={close}
      title={t("take-back-about", { about: about ?? "" })}
    >
      <Danger
        hint={t("take-back-hint")}
        label={t("take-back")}
        act={takeBack}
        run={() => consent && takeBack.mutate(consent)}
        close={close}
      />
    </Dialog>
  );
}
